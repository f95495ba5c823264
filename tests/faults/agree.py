"""Whether a book agrees with itself: the file, its references, summaries, search text, history."""

from __future__ import annotations

import os
import sqlite3
from datetime import date
from typing import TYPE_CHECKING

from crmcli.db import connection
from crmcli.db.triggers import PAIRED, TRACKED

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 3, 2)
_BY_ID = [table for table in TRACKED if table not in PAIRED]


def disagreements(path: str, *, today: date = TODAY, tz: str = "UTC") -> list[str]:
    """Return what is wrong with the book at ``path``, nothing where it is whole.

    Args:
        path: a book at rest. It is opened for writing and left as it was.
        today: the day for which its summaries were worked out last.
        tz: the owner's zone.
    """
    db = connection.connect(path, today=today, tz=tz)
    try:
        wrong = [f"integrity: {row[0]}" for row in db.execute("PRAGMA integrity_check")]
        if wrong != ["integrity: ok"]:
            return wrong
        db.execute("BEGIN IMMEDIATE")
        return [
            text
            for look in (_dangling, _waiting, _summaries, _search, _links, _rows)
            for text in look(db)
        ]
    except sqlite3.DatabaseError as error:
        return [f"{type(error).__name__}: {error}"]
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.close()


def leftovers(folder: str, *allowed: str) -> list[str]:
    """Return the files of ``folder`` not named in ``allowed``: journals, half-made books."""
    return sorted(set(os.listdir(folder)) - set(allowed))


def _dangling(db: sqlite3.Connection) -> Iterator[str]:
    for row in db.execute("PRAGMA foreign_key_check"):
        yield f"dangling: {row[0]} {row[1]} points to no {row[2]}"
    for noun in ("contact", "company", "interaction", "follow_up", "deal"):
        for row in db.execute(
            "SELECT id FROM external_id WHERE noun = ?"
            f" AND NOT EXISTS (SELECT 1 FROM {noun} WHERE id = row_id)",
            (noun,),
        ):
            yield f"dangling: external_id {row[0]} points to no {noun}"


def _waiting(db: sqlite3.Connection) -> Iterator[str]:
    for table in ("stale_stats", "stale_text"):
        count = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        if count:
            yield f"{table}: {count} people wait"


def _summaries(db: sqlite3.Connection) -> Iterator[str]:
    """contact_stats beside its own definition."""
    db.execute("INSERT OR IGNORE INTO stale_stats SELECT id FROM contact")
    held = {row[0]: tuple(row) for row in db.execute("SELECT * FROM contact_stats")}
    wanted = {row[0]: tuple(row) for row in db.execute("SELECT * FROM stats_now")}
    for key in sorted(held.keys() | wanted.keys()):
        if held.get(key) != wanted.get(key):
            yield f"contact_stats {key}: {held.get(key)} instead of {wanted.get(key)}"


def _search(db: sqlite3.Connection) -> Iterator[str]:
    """The two search indexes beside what they are made of."""
    db.execute("INSERT OR IGNORE INTO stale_text SELECT id FROM contact")
    held = {
        row[0]: _words(row)
        for row in db.execute("SELECT rowid, name, facts, note FROM contact_fts")
    }
    wanted = {
        row[0]: _words(row)
        for row in db.execute("SELECT contact_id, name, facts, note FROM text_now")
    }
    for key in sorted(held.keys() | wanted.keys()):
        if held.get(key) != wanted.get(key):
            yield f"contact_fts {key}: {held.get(key)} instead of {wanted.get(key)}"
    for table in ("contact_fts", "interaction_fts"):
        try:
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            yield f"{table}: {error}"


def _words(row: sqlite3.Row) -> list[list[str]]:
    """The words of each column; in what order a person's values are joined is nobody's promise."""
    return [sorted((text or "").split()) for text in tuple(row)[1:]]


def _links(db: sqlite3.Connection) -> Iterator[str]:
    """Sets without changes, and undoings that know nothing of each other."""
    for row in db.execute(
        "SELECT id FROM change_set WHERE undoes IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM change WHERE set_id = change_set.id)"
    ):
        yield f"history: change {row[0]} changed nothing"
    for row in db.execute(
        "SELECT s.id, s.undone_by FROM change_set s LEFT JOIN change_set u ON u.id = s.undone_by"
        " WHERE s.undone_by IS NOT NULL AND u.undoes IS NOT s.id"
    ):
        yield f"history: change {row[0]} is undone by {row[1]}, which does not say so"


def _rows(db: sqlite3.Connection) -> Iterator[str]:
    """The rows that the history leaves standing are those that stand."""
    for table in _BY_ID:
        told: set[int] = set()
        for op, first, last in db.execute(
            "SELECT op, row_id, coalesce(row_last, row_id) FROM change"
            " WHERE noun = ? AND op <> 'update' ORDER BY id",
            (table,),
        ):
            ids = range(first, last + 1)
            if op == "insert":
                told.update(ids)
            else:
                told.difference_update(ids)
        there = {row[0] for row in db.execute(f"SELECT id FROM {table}")}
        for key in sorted(told ^ there):
            yield f"history: {table} {key} {'is gone untold' if key in told else 'came untold'}"
    for table, key in PAIRED.items():
        ranged = key if table == "participant" else "contact_id"
        for row in db.execute(
            f"SELECT contact_id, {key} FROM {table} x WHERE NOT EXISTS (SELECT 1 FROM change"
            f" WHERE noun = '{table}' AND op <> 'delete' AND iif(row_last IS NULL,"
            f" contact_id = x.contact_id AND row_id = x.{key},"
            f" x.{ranged} BETWEEN row_id AND row_last))"
        ):
            yield f"history: {table} {row[0]}, {row[1]} came untold"
