"""What the repair of a damaged book lost or put together is nobody's change, and yields to any copy that has it.

A repair tells its history what is gone and what it wrote (store/doctor.py), so that book and history
agree. Told to another copy it would be newer than the truth. So a row that went with a repair comes
back from a copy that has it and is not taken away there, and a value that a repair wrote gives way.
A row that came past the history comes over where nobody has it, without a say in values.
"""

from __future__ import annotations

from crmcli.store.doctor import REPAIRS
from crmcli.store.union_nouns import NOUNS, OWNED, pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

_WORKED_OUT = frozenset(("key", "alias", "company_key"))
_PAIRS = "('contact_tag', 'contact_field', 'participant', 'different')"
# What a row without a uid is known by.
_KEYS = {
    "tag": "{}key",
    "field": "{}key",
    "saved_view": "{}name",
    "external_id": "{0}noun || ' ' || {0}system || ' ' || {0}value",
    "complaint": "{}id",
}


def gather(db: sqlite3.Connection, side: str, schema: str) -> None:
    """Fill the TEMP tables ``SIDE_repair``, the sets of repairs, and ``SIDE_weak``, the values that they wrote last."""
    db.execute(f"CREATE TEMP TABLE {side}_repair (id INTEGER PRIMARY KEY, uid TEXT UNIQUE)")
    db.execute(
        f"INSERT INTO temp.{side}_repair SELECT id, uid FROM {schema}.change_set WHERE command IN (?, ?)",
        REPAIRS,
    )
    db.execute(
        f"CREATE TEMP TABLE {side}_weak (noun TEXT, row_id INTEGER, contact_id INTEGER, field TEXT,"
        " PRIMARY KEY (noun, row_id, contact_id, field)) WITHOUT ROWID"
    )
    later = (
        f"SELECT 1 FROM {schema}.change d WHERE d.noun = c.noun AND d.row_id = c.row_id AND d.id > c.id"
        f" AND d.contact_id IS c.contact_id AND d.set_id NOT IN (SELECT id FROM temp.{side}_repair)"
        " AND d.op = 'update' AND json_type(d.data, '$.' || j.key) IS NOT NULL"
    )
    db.execute(
        f"INSERT OR IGNORE INTO temp.{side}_weak"
        f" SELECT c.noun, c.row_id, iif(c.noun IN {_PAIRS}, c.contact_id, 0), j.key"
        f" FROM temp.{side}_repair r CROSS JOIN {schema}.change c ON c.set_id = r.id"
        f" CROSS JOIN json_each(c.data) j WHERE c.op = 'update' AND NOT EXISTS ({later})"
    )


def is_repaired(db: sqlite3.Connection, side: str) -> bool:
    """Whether one side was ever repaired."""
    return db.execute(f"SELECT 1 FROM temp.{side}_repair LIMIT 1").fetchone() is not None


def same_place(table: str) -> str:
    """SQL over m and v that one of the two was put together by a repair, which could not know its uid."""
    made = "SELECT row_id FROM temp.{}_weak WHERE noun = '{}' AND field = 'key'"
    return (
        f"m.id = v.their_id AND m.key = v.key AND (m.id IN ({made.format('mine', table)})"
        f" OR v.their_id IN ({made.format('theirs', table)}))"
    )


def weak(
    db: sqlite3.Connection, side: str, noun: str, row: int, contact: int, fields: tuple[str, ...]
) -> set[str]:
    """Return those of the columns that a repair wrote on one side, and nobody since."""
    marks = ", ".join("?" * len(fields))
    found = db.execute(
        f"SELECT field FROM temp.{side}_weak WHERE noun = ? AND row_id = ? AND contact_id = ? AND field IN ({marks})",
        (noun, row, contact, *fields),
    )
    return {line[0] for line in found}


def give_way(
    here: dict[str, Any], there: dict[str, Any], weak_here: set[str], weak_there: set[str]
) -> None:
    """Give each side's values that a repair wrote those of the other side, where they are not a repair's, too.

    A key goes with what it is the key of.
    """
    for own, other, yielding in (
        (here, there, weak_here - weak_there),
        (there, here, weak_there - weak_here),
    ):
        apart = any(own[c] != other[c] for c in own if c not in yielding | _WORKED_OUT)
        own.update((c, other[c]) for c in (yielding - _WORKED_OUT if apart else yielding))


def _taken_away(db: sqlite3.Connection, side: str, schema: str) -> None:
    """Fill ``SIDE_away`` with the rows that somebody took away there: by key, or by both ids of a pair."""
    if db.execute(f"SELECT 1 FROM sqlite_temp_schema WHERE name = '{side}_away'").fetchone():
        return
    db.execute(f"CREATE TEMP TABLE {side}_away (noun TEXT, key, contact_id INTEGER)")
    last = (
        f"NOT EXISTS (SELECT 1 FROM {schema}.change d WHERE d.noun = c.noun AND d.row_id = c.row_id AND d.id > c.id"
        f" AND (c.noun NOT IN {_PAIRS} OR d.contact_id = c.contact_id) AND d.op <> 'update')"
    )
    for table in NOUNS:
        key, whose = ("c.row_id", "c.contact_id") if pair(table) else (_old(table), "0")
        db.execute(
            f"INSERT INTO temp.{side}_away SELECT c.noun, {key}, {whose} FROM {schema}.change c"
            f" WHERE c.noun = '{table}' AND c.op = 'delete' AND {last}"
            f" AND c.set_id NOT IN (SELECT id FROM temp.{side}_repair)"
        )
    db.execute(f"CREATE INDEX temp.{side}_away_key ON {side}_away(noun, key, contact_id)")


def _old(table: str) -> str:
    """SQL of the key of a row that was deleted, from what its change c keeps of it."""
    if table == "external_id":
        parts = (f"json_extract(c.data, '$.{column}')" for column in ("noun", "system", "value"))
        return " || ' ' || ".join(parts)
    return f"json_extract(c.data, '$.{_KEYS.get(table, '{}uid').format('')}')"


def _mapped(noun: str, number: str, given: str, wanted: str) -> str:
    return f"(SELECT {wanted} FROM temp.twin WHERE noun = '{noun}' AND {given} = {number})"


def _is_away(table: str, side: str, row: str, given: str, wanted: str) -> str:
    """SQL that somebody on ``side`` took away a row of the other side."""
    second = pair(table)
    whose = "0"
    if second:
        key = _mapped(NOUNS[table].refs[second], f"{row}.{second}", given, wanted)
        whose = _mapped("contact", f"{row}.contact_id", given, wanted)
        if table == "different":
            key, whose = f"max({key}, {whose})", f"min({key}, {whose})"
    elif table == "complaint":
        key = _mapped("interaction", f"{row}.id", given, wanted)
    else:
        key = _KEYS.get(table, "{}uid").format(f"{row}.")
    return (
        f"EXISTS (SELECT 1 FROM temp.{side}_away a WHERE a.noun = '{table}' AND a.key = {key}"
        f" AND a.contact_id = {whose})"
    )


def bring_back(db: sqlite3.Connection, table: str, missing: str) -> None:
    """Put rows of theirs that a repair lost here into ``coming`` and ``lost``, parents having come before.

    Args:
        db: the book.
        table: whose rows.
        missing: SQL that their row x is not here.
    """
    _taken_away(db, "mine", "main")
    second = pair(table)
    key = f"x.{second}, x.contact_id" if second else "x.id, 0"
    owners = "".join(
        f" AND (x.{column} IS NULL OR EXISTS (SELECT 1 FROM temp.twin w WHERE w.noun = '{to}' AND w.theirs = x.{column})"
        f" OR EXISTS (SELECT 1 FROM temp.coming p WHERE p.noun = '{to}' AND p.row_id = x.{column}))"
        for column, to in NOUNS[table].refs.items()
        if column in OWNED
    )
    db.execute(
        f"INSERT INTO temp.lost SELECT '{table}', {key} FROM other.{table} x WHERE {missing}{owners}"
        f" AND NOT {_is_away(table, 'mine', 'x', 'theirs', 'mine')}"
    )
    db.execute(f"INSERT OR IGNORE INTO temp.coming SELECT * FROM temp.lost WHERE noun = '{table}'")


def keep(db: sqlite3.Connection) -> None:
    """Take rows out of ``going`` that nobody there took away: a repair lost them."""
    if not is_repaired(db, "theirs"):
        return
    _taken_away(db, "theirs", "other")
    for table in NOUNS:
        second = pair(table)
        key = f"x.{second}, x.contact_id" if second else "x.id, 0"
        db.execute(
            "DELETE FROM temp.going WHERE (noun, row_id, contact_id) IN"
            f" (SELECT '{table}', {key} FROM main.{table} x"
            f" WHERE NOT {_is_away(table, 'theirs', 'x', 'mine', 'theirs')})"
        )


def forget_known(db: sqlite3.Connection) -> None:
    """Take out of the news of theirs what only came past the history there and was here: it is to stay no news."""
    db.execute(
        "DELETE FROM temp.theirs_news WHERE uid IN (SELECT uid FROM temp.theirs_repair)"
        " AND (noun, row_id, contact_id) NOT IN (SELECT noun, row_id, contact_id FROM temp.coming)"
    )
