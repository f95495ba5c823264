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


# Whose value was counted for another day: a purchase has left the 24 months since, or it is back in them
# because the clock was put back (a look ahead with --now, a machine that was wrong).
_OUTDATED = (
    "SELECT contact_id FROM contact_stats WHERE value_until <= today() AND value_until IS NOT NULL"
    " UNION ALL"
    " SELECT contact_id FROM contact_stats WHERE value_since > today() AND value_since IS NOT NULL"
)


def outdated(db: sqlite3.Connection) -> bool:
    """Whether time alone has made a summary stale, on the way forward or back."""
    return bool(db.execute(f"{_OUTDATED} LIMIT 1").fetchone())


def mark_outdated(db: sqlite3.Connection) -> None:
    """Note those whose summaries time has made stale."""
    db.execute(f"INSERT OR IGNORE INTO stale_stats {_OUTDATED}")


def mark_all(db: sqlite3.Connection) -> None:
    """Note everybody, as after a change of the config's kinds, cadences or rates."""
    db.execute("INSERT OR IGNORE INTO stale_stats SELECT id FROM contact")
