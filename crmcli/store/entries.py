"""Entries of one person under other numbers: those that were taken back, which the history alone has, and a copy's.

The law: something in common that tells people, an e-mail, a phone or an id of another system, and names
that are spelt alike. Either alone may be somebody else's, such as the address of an office, or the
number that another file gave: such an entry is told, and the owner decides. The name alone counts where
an entry has nothing else, and nobody in the book bears it.
"""

from __future__ import annotations

from json import dumps
from typing import NamedTuple

from crmcli.values import name as names
from crmcli.values.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable

    Mark = tuple[
        str, str, str
    ]  # email or phone, nothing, its key; or external_id, its system, its value
    Row = tuple[int, str, str]  # number, name, uid

_GIVEN = "(SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(:marks))"
_MARK = "noun, coalesce(data ->> 'system', ''), coalesce(data ->> 'key', data ->> 'value')"
_HAD = "noun IN ('email', 'phone', 'external_id') AND op = 'delete' AND data IS NOT NULL"
_MARKS = f"""
SELECT 'email', '', key FROM email WHERE contact_id IN ({{ids}})
UNION SELECT 'phone', '', key FROM phone WHERE contact_id IN ({{ids}})
UNION SELECT 'external_id', system, value FROM external_id WHERE noun = 'contact' AND row_id IN ({{ids}})
UNION SELECT {_MARK} FROM change WHERE contact_id IN ({{ids}}) AND {_HAD}
"""
_HOLDERS = """
SELECT e.contact_id FROM json_each(:marks) m JOIN email e ON e.key = m.value ->> 2 WHERE m.value ->> 0 = 'email'
UNION SELECT p.contact_id FROM json_each(:marks) m JOIN phone p ON p.key = m.value ->> 2 WHERE m.value ->> 0 = 'phone'
UNION SELECT x.row_id FROM json_each(:marks) m JOIN external_id x ON x.noun = 'contact'
  AND x.system = m.value ->> 1 AND x.value = m.value ->> 2 WHERE m.value ->> 0 = 'external_id'
"""
# Taken back, as they were last.
_PAST = f"""
SELECT row_id, data ->> 'name', data ->> 'uid', max(id) FROM change
WHERE noun = 'contact' AND op = 'delete' AND data IS NOT NULL
  AND row_id NOT IN ({{ids}}) AND row_id NOT IN (SELECT id FROM contact)
  AND row_id NOT IN (SELECT old_id FROM merged_contact WHERE old_id IS NOT NULL)
  AND (data ->> 'key' IN (SELECT value FROM json_each(:keys)) OR data ->> 'uid' IN (SELECT value FROM json_each(:uids))
    OR row_id IN (SELECT contact_id FROM change WHERE {_HAD} AND ({_MARK}) IN {_GIVEN}))
GROUP BY row_id
"""
_NOW = (
    "SELECT id, name, uid FROM contact"
    f" WHERE key IN (SELECT value FROM json_each(:keys)) OR id IN ({_HOLDERS})"
)


class Known(NamedTuple):
    """What tells a person: names as they were spelt, the uids of their entries, and what they are known by."""

    names: frozenset[str]
    uids: frozenset[str]
    marks: frozenset[Mark]


class Found(NamedTuple):
    """Entries: the numbers of those that are the person's, and number and name of what may be."""

    theirs: list[int]
    perhaps: list[tuple[int, str]]


def known(
    db: sqlite3.Connection, ids: Iterable[int], called: Iterable[str], uids: Iterable[str]
) -> Known:
    """Return what tells a person who has the entries ``ids``, with the names and uids that these have and had."""
    return Known(frozenset(called), frozenset(uids), _marks(db, ids))


def taken_back(db: sqlite3.Connection, person: Known, ids: Collection[int]) -> Found:
    """Return the entries of a person besides ``ids`` that were taken back."""
    past = _query(db, _PAST, person, ids)
    return _sorted_out(db, person, past, lambda row: row[0] not in ids)


def in_copy(db: sqlite3.Connection, person: Known, others: Collection[str]) -> Found:
    """Return the entries of a person in a copy of the book, also those that were taken back there.

    ``others`` are the uids of everybody who is in the book: those are not the person.
    """
    there = [*_query(db, _NOW, person), *_query(db, _PAST, person)]
    rest = [row for row in there if row[2] not in others]
    return _sorted_out(db, person, rest, lambda row: row[2] in others)


def _query(db: sqlite3.Connection, sql: str, person: Known, ids: Iterable[int] = ()) -> list[Row]:
    given = {
        "keys": dumps([names.key(name) for name in person.names]),
        "uids": dumps([*person.uids]),
        "marks": dumps([*person.marks]),
    }
    return [(row[0], row[1], row[2]) for row in db.execute(sql.format(ids=_list(ids)), given)]


def _sorted_out(
    db: sqlite3.Connection, person: Known, there: list[Row], is_other: Callable[[Row], bool]
) -> Found:
    """Say of each of these entries whether it is the person's, may be, or is that of somebody else in the book."""
    found = Found([], [])
    keys = {names.key(name) for name in person.names}
    # An address that several had is nobody's name; who has no other one is whoever had it.
    called = {*person.names} if not all("@" in name for name in person.names) else set()
    spelt = called or {name for _, name, _ in there if "@" not in name}
    only = bool(called) or all(_are_alike(one, two) for one in spelt for two in spelt)
    for number, name, uid in there:
        marks = _marks(db, [number])
        common = marks & person.marks
        same = names.key(name) in keys
        alike = same or "@" in name or (only and any(_are_alike(name, one) for one in spelt))
        others = [row for row in _bearing(db, name, marks) if is_other(row)]
        is_theirs = (common and (same or (alike and not others))) or (
            same and not marks and not others
        )
        if uid in person.uids or is_theirs:
            found.theirs.append(number)
        elif not others or not marks or (common and alike):
            found.perhaps.append((number, name))
    return found


def _marks(db: sqlite3.Connection, ids: Iterable[int]) -> frozenset[Mark]:
    rows = db.execute(_MARKS.format(ids=_list(ids)))
    return frozenset((row[0], row[1], row[2]) for row in rows if row[2])


def _bearing(db: sqlite3.Connection, name: str, marks: Collection[Mark]) -> list[Row]:
    """Who is in the book, and has something of an entry and a name like it; without anything, just its name."""
    where = f"id IN ({_HOLDERS})" if marks else "key = :key"
    found = db.execute(
        f"SELECT id, name, uid FROM contact WHERE {where}",
        {"marks": dumps([*marks])} if marks else {"key": names.key(name)},
    )
    return [(row[0], row[1], row[2]) for row in found if not marks or _are_alike(name, row[1])]


def _are_alike(one: str, two: str) -> bool:
    from crmcli.values.alike import likeness, telling

    return likeness(telling(words(one)), telling(words(two))) > 0


def _list(ids: Iterable[int]) -> str:
    return ", ".join(map(str, ids))
