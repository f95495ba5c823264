"""Ids of other systems that hold an address of somebody who was forgotten, such as ``7.anna@acme.example`` of a message.

The message or meeting is another's as well and stays, and a second import has to know it again. So
the book keeps a keyed hash in the place of the id, and looks for the hash of what an import brings.
"""

from __future__ import annotations

import re

from crmcli.store import forgotten

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crmcli.values.mentions import Mentions

_MARK = "forgotten-"
# What stands behind an id: which occurrence, or that it came twice (bulk_same_id.py).
_APART = re.compile(r"(?:/(?:\*|\d\w*))?(?:#[0-9a-f]{16})?$")
# Named in each query, since the index of ids begins with them.
_SHARED = ("interaction", "follow_up", "deal")


def mask(db: sqlite3.Connection, system: str, value: str) -> str:
    """The hash in the place of an id; the same for the same id, in each copy of the book."""
    if value.startswith(_MARK):
        return value
    match = _APART.search(value)
    apart = match[0] if match else ""
    said = value.removesuffix(apart)
    return f"{_MARK}{forgotten.hashed(db, 'id of all', f'{system}:{said}')[:32]}{apart}"


def known(db: sqlite3.Connection, system: str, value: str) -> str:
    """The id as the book has it: the hash, where that is in it, else the id itself."""
    if not forgotten.is_any(db):
        return value
    hidden = mask(db, system, value)
    row = db.execute(
        f"SELECT 1 FROM external_id WHERE noun IN {_SHARED} AND system = ? AND value = ?",
        (system, hidden),
    ).fetchone()
    return hidden if row else value


def _is_any(db: sqlite3.Connection) -> bool:
    return forgotten.is_any(db) and bool(
        db.execute(
            "SELECT 1 FROM external_id WHERE value GLOB ? LIMIT 1", (f"{_MARK}*",)
        ).fetchone()
    )


def stage(db: sqlite3.Connection, tables: tuple[str, ...]) -> None:
    """Give staged rows, which have ``system`` and ``value``, the ids by which the book knows them."""
    if not _is_any(db):
        return
    _let(db)
    for table in tables:
        db.execute(
            f"UPDATE OR IGNORE temp.{table} AS n SET value = masked(system, value) WHERE value IS NOT NULL AND EXISTS"
            f" (SELECT 1 FROM main.external_id e WHERE e.noun IN {_SHARED} AND e.system = n.system"
            "  AND e.value = masked(n.system, n.value))"
        )


def also(db: sqlite3.Connection, table: str) -> None:
    """Let staged ids be looked for by their hashes as well."""
    if _is_any(db):
        _let(db)
        db.execute(f"INSERT INTO temp.{table} SELECT system, masked(system, value) FROM {table}")


def hide(db: sqlite3.Connection, gone: str) -> None:
    """Mask the ids of staged events that hold the e-mail of one of the people ``gone``, SQL of their numbers."""
    _let(db)
    db.execute(
        "UPDATE temp.in_event AS n SET value = masked(n.system, n.value) WHERE n.value IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM (SELECT row, person FROM in_also UNION ALL SELECT row, person FROM in_event) a"
        f" JOIN in_person p ON p.id = a.person WHERE a.row = n.row AND a.person IN ({gone})"
        " AND instr(lower(n.value), p.email_key))"
    )


def _let(db: sqlite3.Connection) -> None:
    db.create_function(
        "masked", 2, lambda system, value: mask(db, system, value), deterministic=True
    )


def _found(db: sqlite3.Connection, names: Mentions) -> list[tuple[int, str, str, str, int]]:
    """(id, system, value, noun, row) of those of others' rows that name the person."""
    rows = db.execute(
        f"SELECT id, system, value, noun, row_id FROM external_id WHERE noun IN {_SHARED}"
    )
    return [tuple(row) for row in rows if names.within(row[2])]


def redact(db: sqlite3.Connection, names: Mentions) -> int:
    """Mask the ids that name the person; return how many."""
    found = [(mask(db, system, value), number) for number, system, value, *_ in _found(db, names)]
    db.executemany("UPDATE external_id SET value = ? WHERE id = ?", found)
    return len(found)


def told(db: sqlite3.Connection, names: Mentions, without: str = "") -> Iterator[str]:
    """A line for each id that names the person; ``without`` is SQL of pairs (table, id) of what goes with them."""
    going = {tuple(row) for row in db.execute(without)} if without else set()
    for _, system, _, noun, row in _found(db, names):
        if (noun, row) not in going:
            yield f"id of {system} of {noun.replace('_', '-')} {row}"
