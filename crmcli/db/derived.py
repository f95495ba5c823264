"""Summaries and search text, brought up to date at the end of each transaction.

Triggers note whose are stale (``stale_stats``, ``stale_text``); here they are recomputed from the
views ``stats_now`` and ``text_now``, set-wise, whether it is one person or a hundred thousand.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

STATS = """
DELETE FROM contact_stats WHERE contact_id IN (SELECT contact_id FROM stale_stats);
INSERT INTO contact_stats SELECT * FROM stats_now;
DELETE FROM stale_stats
"""
TEXT = """
DELETE FROM contact_fts WHERE rowid IN (SELECT contact_id FROM stale_text);
INSERT INTO contact_fts (rowid, name, facts, note) SELECT contact_id, name, facts, note FROM text_now;
DELETE FROM stale_text
"""


def refresh(db: sqlite3.Connection) -> None:
    """Recompute what this transaction made stale."""
    for table, work in (("stale_stats", STATS), ("stale_text", TEXT)):
        if db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
            for statement in work.split(";"):
                db.execute(statement)


def outdated(db: sqlite3.Connection) -> bool:
    """Whether time alone has made a summary stale: a purchase left the 24 months."""
    return bool(
        db.execute(
            "SELECT 1 FROM contact_stats WHERE value_until <= today() AND value_until IS NOT NULL LIMIT 1"
        ).fetchone()
    )


def mark_outdated(db: sqlite3.Connection) -> None:
    """Note those whose summaries time has made stale."""
    db.execute(
        "INSERT OR IGNORE INTO stale_stats SELECT contact_id FROM contact_stats"
        " WHERE value_until <= today() AND value_until IS NOT NULL"
    )


def mark_all(db: sqlite3.Connection) -> None:
    """Note everybody, as after a change of the config's kinds, cadences or rates."""
    db.execute("INSERT OR IGNORE INTO stale_stats SELECT id FROM contact")
