"""Ids of other systems: what the rows of a file are known by there, and the book afterwards.

A row of another system has one, which stands beside it as ``system`` and ``value``; a row of a book
of ours brings along all that book knew, in ``in_id``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.bulk_ranges import insert_children

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

TABLE = "in_id"


def create(db: sqlite3.Connection) -> None:
    """Make the TEMP table."""
    db.execute(
        f"CREATE TEMP TABLE {TABLE} (row INTEGER, system TEXT, value TEXT,"
        " PRIMARY KEY (row, system, value)) WITHOUT ROWID"
    )


def pairs(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return system and value of each id."""
    return [(system, value) for system, _, value in (one.partition(":") for one in ids)]


def stage(db: sqlite3.Connection, found: list[tuple[int, str, str]]) -> None:
    """Take the ids of a chunk of rows: row, system, value."""
    if found:
        db.executemany(f"INSERT OR IGNORE INTO temp.{TABLE} VALUES (?, ?, ?)", found)


def known(db: sqlite3.Connection, noun: str) -> str:
    """Return SQL of the record of the book that has an id of the staged row ``n``, or NULL."""
    theirs = (
        f"SELECT row_id FROM external_id e WHERE e.noun = '{noun}'"
        " AND e.system = n.system AND e.value = n.value"
    )
    if not db.execute(f"SELECT 1 FROM temp.{TABLE} LIMIT 1").fetchone():
        return f"({theirs})"
    return (
        f"coalesce(({theirs}), (SELECT min(e.row_id) FROM {TABLE} i CROSS JOIN external_id e"
        f" ON e.noun = '{noun}' AND e.system = i.system AND e.value = i.value WHERE i.row = n.row))"
    )


def keep(db: sqlite3.Connection, noun: str, staged: str, plan: str, *, fresh: bool | None) -> None:
    """Put the ids of planned rows into the book, where they are not somebody's already.

    Args:
        db: the book.
        noun: its table.
        staged: the TEMP table of rows.
        plan: that of row, id and whether the id is new.
        fresh: of new or of known ones, with the triggers of ``external_id`` off for new ones; None
            is both, with the triggers on.
    """
    which = "" if fresh is None else f" AND p.fresh = {int(fresh)}"
    sql = (
        f"INSERT OR IGNORE INTO external_id (noun, row_id, system, value) SELECT '{noun}', id, system, value FROM ("
        f"SELECT p.row, p.id, n.system, n.value FROM {plan} p JOIN {staged} n ON n.row = p.row WHERE n.system IS NOT NULL{which}"
        f" UNION ALL SELECT p.row, p.id, i.system, i.value FROM {plan} p CROSS JOIN {TABLE} i ON i.row = p.row WHERE 1{which}"
        ") ORDER BY row"
    )
    if fresh:
        insert_children(db, "external_id", sql)
    else:
        db.execute(sql)
