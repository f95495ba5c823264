"""Records of a file that have the id of another record: the same one again, or one of its own.

An id of another system is as good as the program that gave it: devices number their messages from
one, and two calendars both have an event 1. So a record that has the id of another, but neither its
content nor its people, is known by the id with a digest of what it says, the same at every import.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from crmcli.store.bulk_event import Event

_REPEATED = "n.digest IN (SELECT digest FROM in_event GROUP BY digest HAVING count(*) > 1)"
_WHO = "(SELECT coalesce(q.value, q.uid, q.email_key, q.phone_key, q.key) FROM in_person q WHERE q.id = n.person), n.company_key"


def find_doubles(db: sqlite3.Connection, owned: str) -> list[str]:
    """Fill ``in_double``: rows that say again what an earlier row of the file says; return remarks.

    Args:
        db: with the TEMP tables of the loader.
        owned: SQL of the staged rows n with whom they belong to, w.owner.
    """
    db.execute(
        "INSERT INTO temp.in_double SELECT row FROM ("
        "SELECT n.row, row_number() OVER (PARTITION BY n.digest, n.said, iif(n.uid IS NULL, w.owner, 0) ORDER BY n.row) AS nth"
        f" FROM {owned} WHERE {_REPEATED}) WHERE nth > 1"
    )
    return _remark(
        db,
        "SELECT line FROM in_event WHERE row IN (SELECT row FROM in_double) AND uid IS NULL AND system IS NOT NULL ORDER BY row",
        "says again what an earlier record of the same id says; skipped",
    )


def tell_apart(db: sqlite3.Connection, event: Event, owned: str) -> list[str]:
    """Give rows whose id is that of something else an id of their own; return remarks.

    Of several rows with one id the one that the book has under it keeps it, else the first.
    """
    has = db.execute("SELECT 1 FROM external_id WHERE noun = ? LIMIT 1", (event.table,)).fetchone()
    again = event.again or " AND ".join(f"x.{name} IS n.{name}" for name in event.content)
    again = f"coalesce(({again}) AND {event.whose}, 0)"
    if has:
        source = (
            f"FROM {owned} LEFT JOIN external_id e ON e.noun = '{event.table}' AND e.system = n.system AND e.value = n.value"
            f" LEFT JOIN {event.table} x ON x.id = e.row_id"
        )
        state = f"x.id IS NOT NULL AS held, {again} AS again, coalesce({event.later}, 0) AS later"
    else:
        source, state = f"FROM {owned}", "0 AS held, 0 AS again, 0 AS later"
    # Only where an id comes twice, or where the book has it with something else.
    which = f"({_REPEATED}{f' OR (x.id IS NOT NULL AND NOT {again})' * bool(has)})"
    db.create_function("said_digest", -1, _digest, deterministic=True)
    said = ", ".join([_WHO, *(f"n.{name}" for name in event.content)])
    db.execute(
        "CREATE TEMP TABLE in_apart AS SELECT row, line, value, noted FROM ("
        "SELECT row, line, system, value, nth > 1 OR held AND NOT later AS noted, held, again, later, nth FROM ("
        " SELECT *, row_number() OVER (PARTITION BY system, given ORDER BY again DESC, row) AS nth FROM ("
        f"  SELECT n.row, n.line, n.system, n.value AS given, n.value || '#' || said_digest({said}) AS value, {state} {source}"
        f"  WHERE n.system IS NOT NULL AND n.uid IS NULL AND n.row NOT IN (SELECT row FROM in_double) AND {which}))) a"
        " WHERE NOT again AND (noted OR held AND EXISTS (SELECT 1 FROM external_id e"
        f" WHERE e.noun = '{event.table}' AND e.system = a.system AND e.value = a.value))"
    )
    db.execute(
        "UPDATE temp.in_event SET value = a.value FROM in_apart a WHERE a.row = in_event.row"
    )
    remarks = _remark(
        db,
        "SELECT line FROM in_apart WHERE noted ORDER BY row",
        "has the id of another record, but says something else; it is one of its own",
    )
    db.execute("DROP TABLE temp.in_apart")
    return remarks


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _remark(db: sqlite3.Connection, lines: str, text: str) -> list[str]:
    count, first = 0, 0
    for (line,) in db.execute(lines):
        first = first or line
        count += 1
    more = f" and {count - 1} more" if count > 1 else ""
    return [f"line {first}{more}: {text}"] if count else []
