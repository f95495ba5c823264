"""Rows that go in by the range: ids and uids in a row, one change a range, no trigger a row.

The insert triggers of the tables loaded are taken off and put back inside the transaction of the
load; what they would have done row by row is done here, once for all rows.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.db.triggers import insert_trigger_names

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator


@contextmanager
def in_bulk(db: sqlite3.Connection, tables: Iterable[str], rows: int) -> Iterator[None]:
    """Take what works row by row off ``tables`` while ``rows`` rows go in; an error rolls it back.

    That is the insert triggers, and of tables that grow to more than double the indexes: those are
    built anew by sorting, which a large book repays many times over.
    """
    off = [("TRIGGER", name) for table in tables for name in insert_trigger_names(table)]
    for table in tables:
        if rows > _FEW and rows > _count(db, table):
            found = db.execute(
                "SELECT name FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
                (table,),
            )
            off += [("INDEX", row[0]) for row in found]
    back = []
    for kind, name in off:
        back.append(
            db.execute("SELECT sql FROM main.sqlite_schema WHERE name = ?", (name,)).fetchone()[0]
        )
        db.execute(f"DROP {kind} main.{name}")
    yield
    for sql in back:
        db.execute(sql)


_FEW = 10_000


def _count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM main.{table}").fetchone()[0])


def next_id(db: sqlite3.Connection, table: str) -> int:
    """Return the id that the next row of a table with AUTOINCREMENT gets."""
    return 1 + int(
        db.execute(
            "SELECT max(coalesce((SELECT seq FROM main.sqlite_sequence WHERE name = ?), 0),"
            f" coalesce((SELECT max(id) FROM main.{table}), 0))",
            (table,),
        ).fetchone()[0]
    )


def record(db: sqlite3.Connection, noun: str, first: int, last: int) -> None:
    """Write into the history that the rows ``first`` to ``last`` were inserted.

    Of ``participant`` these are interactions, of ``contact_tag`` and ``contact_field`` contacts.
    """
    if last >= first:
        db.execute(
            "INSERT INTO change (set_id, noun, row_id, row_last, op)"
            " VALUES ((SELECT max(id) FROM change_set), ?, ?, ?, 'insert')",
            (noun, first, last),
        )


def insert_children(
    db: sqlite3.Connection,
    table: str,
    sql: str,
    params: dict[str, object] | tuple[object, ...] = (),
) -> None:
    """Run an INSERT ... SELECT into a table whose ids follow on the highest, and record it."""
    first = next_id(db, table)
    count = db.execute(sql, params).rowcount
    last = next_id(db, table) - 1
    if count == last - first + 1:
        record(db, table, first, last)
        return
    record_runs(
        db, table, first
    )  # rows that were there already have used up ids without taking them


def record_runs(db: sqlite3.Connection, table: str, first: int) -> None:
    """Write into the history that all rows from ``first`` on were inserted, which need not follow on each other."""
    runs = (
        "SELECT min(id), max(id) FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS run"
        f" FROM main.{table} WHERE id >= ?) GROUP BY run ORDER BY 1"
    )
    for run in db.execute(runs, (first,)).fetchall():
        record(db, table, *run)


def last_change(db: sqlite3.Connection) -> int:
    """Return the id of the newest change, to tell later ones from it."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM change").fetchone()[0])
