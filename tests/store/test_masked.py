"""Ids that are masked are found by the index, however many ids a book has and an import brings."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from crmcli.store import forgotten, masked

if TYPE_CHECKING:
    from tests.conftest import Crm

ADD = "INSERT INTO external_id (noun, row_id, system, value) VALUES ('interaction', ?, 'mail', ?)"


def cost(db: sqlite3.Connection, brought: int) -> int:
    """Hundreds of steps of SQLite's that an import of so many messages takes."""
    db.execute("DELETE FROM in_event")
    rows = [(f"{number}@b.example",) for number in range(brought)]
    db.executemany("INSERT INTO in_event VALUES ('mail', ?)", rows)
    steps: list[int] = []
    db.set_progress_handler(lambda: steps.append(1), 100)
    masked.stage(db, ("in_event",))
    assert masked.known(db, "mail", "1@b.example") == "1@b.example"
    db.set_progress_handler(None, 0)
    return len(steps)


def test_many_ids(crm: Crm) -> None:
    """Each message is looked up, among a thousand ids as among five thousand."""
    crm.ok("add", "Anna")
    db = sqlite3.connect(crm.db, isolation_level=None)
    db.row_factory = sqlite3.Row
    for name in [
        row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    ]:
        db.execute(f"DROP TRIGGER {name}")
    forgotten.remember(db, [("uid", "0123456789abcdef")], "2026-03-01T09:00:00Z")
    db.execute("CREATE TEMP TABLE in_event (system, value)")
    hidden = masked.mask(db, "mail", "7@b.example")
    db.executemany(ADD, [(number, f"{number}@a.example") for number in range(1000)])
    db.execute(ADD, (1000, hidden))
    few = cost(db, 50)
    assert db.execute("SELECT count(*) FROM in_event WHERE value = ?", (hidden,)).fetchone()[0] == 1
    db.executemany(ADD, [(number, f"{number}@a.example") for number in range(1001, 5000)])
    assert cost(db, 50) < few + 20
    db.close()
