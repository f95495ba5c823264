"""The judge itself: it says nothing of a good book and names each kind of damage."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.faults.agree import disagreements

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    """Two people, a call, a follow-up, a tag."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--tag", "vip")
    crm.ok("add", "Jan Kowalski")
    crm.ok("log", "call", "anna", "spoke of paper", "--next", "friday")
    crm.ok("archive", "jan")
    crm.ok("undo")
    return crm


def test_good_book(book: Crm) -> None:
    """A book that only commands have written agrees with itself, and is left as it was."""
    before = book.db.read_bytes()
    assert disagreements(str(book.db)) == []
    assert book.db.read_bytes() == before


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE contact_stats SET touches = 9 WHERE contact_id = 1", "contact_stats 1"),
        ("DELETE FROM contact_stats WHERE contact_id = 2", "contact_stats 2"),
        ("UPDATE contact_fts SET name = 'x' WHERE rowid = 1", "contact_fts 1"),
        ("DELETE FROM contact_fts WHERE rowid = 2", "contact_fts 2"),
        (
            "INSERT INTO interaction_fts (interaction_fts, rowid, text) VALUES ('delete', 1, 'paper')",
            "interaction_fts",
        ),
        ("DELETE FROM change WHERE noun = 'contact' AND row_id = 2", "contact 2 came untold"),
        ("INSERT INTO change_set (at, command) VALUES ('x', 'x')", "changed nothing"),
        ("UPDATE change_set SET undoes = 1 WHERE undoes IS NOT NULL", "does not say so"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM tag", "dangling: contact_tag"),
        ("INSERT INTO stale_text VALUES (1)", "stale_text: 1"),
        (
            "INSERT INTO external_id (noun, row_id, system, value) VALUES ('contact', 77, 'x', 'y')",
            "dangling: external_id",
        ),
    ],
)
def test_seeded_damage(book: Crm, damage: str, told: str) -> None:
    """Damage done behind the commands' back is named."""
    db = sqlite3.connect(book.db)
    db.executescript(damage)
    db.commit()
    db.close()
    assert told in "\n".join(disagreements(str(book.db)))
