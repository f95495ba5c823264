"""crm show WHO --all --json: everything that is held on a person."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from crmcli.db.triggers import TRACKED
from crmcli.store import held
from tests.store.test_forget import NOBODYS, Words, added_rows, enter, fill, tables

if TYPE_CHECKING:
    from tests.conftest import Crm

# Tables of people that are not in it as rows, and why.
ELSEWHERE = {
    "saved_view": "the owner's own questions; those that name somebody are told by crm forget --dry-run",
    "forgotten": "hashes of people who are not in the book",
}


def test_every_table_is_thought_of(crm: Crm) -> None:
    """Each table of the schema is in it, or it is said why not."""
    crm.ok("add", "Anna Nowak")
    with closing(sqlite3.connect(crm.db)) as db:
        there = set(tables(db))
    assert set(TRACKED) - set(held.TABLES) == set(ELSEWHERE)
    assert there == set(held.TABLES) | set(ELSEWHERE) | set(NOBODYS)


def test_every_column_is_in_it(crm: Crm) -> None:
    """Whatever was put into any column, now or before, stands in the JSON; nothing of another does."""
    theirs, others = Words(1), Words(2)
    first, number = enter(crm, others), enter(crm, theirs)
    for who, words in ((first, others), (number, theirs)):
        added_rows(crm, who)
        fill(crm, who, words)
    text = crm.ok("show", str(number), "--all", "--json").out
    found = json.loads(text)
    with closing(sqlite3.connect(crm.db)) as db:
        for table, rows in found["records"].items():
            columns = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
            assert all(set(row) == columns for row in rows), table
        told = {
            word
            for table in ("saved_view", "change_set")
            for row in db.execute(f"SELECT * FROM {table}")
            for word in theirs.made
            if word in str(row)
        }
    assert set(found["records"]) == set(held.TABLES)
    missing = {word for word in theirs.made if word not in text} - told
    assert not missing
    apart = str(found["different"])  # of whom they were told apart: who that is
    assert not [word for word in others.made if word in text and word not in apart]


def test_on_paper_too(crm: Crm) -> None:
    """The card with --all says what is kept behind the fields."""
    crm.ok("add", "Anna Nowak", "--email", "a@a.example", "--phone", "0048 601 234 567")
    crm.ok("edit", "anna", "--city", "Brno")
    out = crm.ok("show", "anna", "--all").out
    assert "Kept\n  uid " in out
    assert "+48601234567 typed as 0048 601 234 567" in out
    assert "created 2026-03-02 09:00" in out
    assert "changes: crm history 1" in out
