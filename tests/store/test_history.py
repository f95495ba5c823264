"""What the history is asked is answered from indexes, however long it is."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from crmcli.store import history, standing, story

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Crm

CSV = "name,email,tags\nAnna Nowak,anna@acme.example,fair\nJan Kowalski,jan@acme.example,vip\n"


def plans(crm: Crm, ask: Callable[[sqlite3.Connection], object]) -> list[str]:
    """The plan of each statement that ``ask`` runs and that reads the changes."""
    db = sqlite3.connect(crm.db)
    db.row_factory = sqlite3.Row
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    ask(db)
    db.set_trace_callback(None)
    found = [
        f"{row[3]}  <- {sql}"
        for sql in dict.fromkeys(asked)
        if " change " in sql
        for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    db.close()
    return found


def scanned(plan: list[str]) -> list[str]:
    """Steps that read all changes there are."""
    whole = ("SCAN c ", "SCAN o ", "SCAN m ", "SCAN n ", "SCAN change ")
    return [step for step in plan if step.startswith(whole) and "change_range" not in step]


def busy(crm: Crm) -> Crm:
    crm.ok("import", "-", "--as", "contacts", stdin=CSV)
    crm.ok("log", "call", "anna", "hello", "--with", "jan", "--next", "friday")
    crm.ok("deal", "add", "anna", "Paper")
    crm.ok("deal", "edit", "1", "--contact", "jan")
    crm.ok("merge", "1", "2")
    return crm


def test_of_a_person(crm: Crm) -> None:
    """The story of one person reads no history of others."""

    def ask(db: sqlite3.Connection) -> None:
        db.create_function("civil", 1, str)
        list(story.entries(db, history.of_contact(db, 1), tz="UTC"))

    plan = plans(busy(crm), ask)
    assert len(plan) > 10
    assert scanned(plan) == []


def test_of_the_book(crm: Crm) -> None:
    """The commands, whom each was about, and what stands on one."""

    def ask(db: sqlite3.Connection) -> None:
        for row in history.sets(db, 20):
            history.people(db, row["id"], 3)
            history.counts(db, row["id"], "insert")
            later = standing.Later(db, row["id"], row["id"], redo=False)
            later.meeting(row["id"])
            later.orphaned(row["id"])

    plan = plans(busy(crm), ask)
    assert len(plan) > 10
    assert scanned(plan) == []
