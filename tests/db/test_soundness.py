"""A book from a stranger, and one from a damaged disk."""

from __future__ import annotations

import errno
import os
import sqlite3
from datetime import date
from typing import TYPE_CHECKING

import pytest

from crmcli.db import connection, new_book, soundness

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    """One person in it."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example")
    return crm


def change(crm: Crm, script: str) -> None:
    """Do something to the book that crm would not."""
    db = sqlite3.connect(crm.db)
    db.executescript(script)
    db.close()


def schema(crm: Crm) -> str:
    """The schema of the book."""
    db = sqlite3.connect(crm.db)
    found = connection.schema(db)
    db.close()
    return found


def test_shape_is_fresh() -> None:
    """shape.sql is what a new book has; `python .ci/generate.py` writes it."""
    with open(os.path.join(os.path.dirname(connection.__file__), "shape.sql")) as file:
        assert file.read() == soundness.shape(today=date(2026, 3, 2))


@pytest.mark.parametrize(
    "trap",
    [
        "CREATE TRIGGER trap AFTER INSERT ON contact BEGIN DELETE FROM email; END",
        'CREATE TRIGGER "a; DROP TABLE email" AFTER INSERT ON contact BEGIN DELETE FROM email; END',
        "DROP VIEW contacts; CREATE VIEW contacts AS SELECT 'mine' AS name",
        "DROP TRIGGER contact_inserted",
    ],
)
def test_strange_views_and_triggers_go(book: Crm, trap: str) -> None:
    """Views and triggers that are not ours are replaced before anything runs."""
    ours = schema(book)
    change(book, trap)
    book.ok("add", "Jan Kowalski")
    assert schema(book) == ours
    assert book.ok("search", "--json", "--columns", "name,email", "--sort", "name").json == [
        {"name": "Anna Nowak", "email": "anna@acme.example"},
        {"name": "Jan Kowalski", "email": None},
    ]


@pytest.mark.parametrize(
    "strange",
    [
        "CREATE TABLE more (x)",
        "CREATE INDEX more ON contact (note)",
        "ALTER TABLE contact ADD COLUMN more TEXT DEFAULT 'x'",
        "DROP INDEX contact_key",
    ],
)
def test_strange_tables_are_refused(book: Crm, strange: str) -> None:
    """Other tables, columns or indexes are exit 5 for readers and writers, and the file stays."""
    change(book, strange)
    before = book.db.read_bytes()
    for words in (["search"], ["add", "Jan Kowalski"]):
        result = book(*words)
        assert (result.code, result.out) == (5, "")
        assert "not as crm makes it" in result.err
        assert result.err.count("\n") == 1
    assert book.db.read_bytes() == before


def test_text_that_is_none(book: Crm) -> None:
    """Bytes that are no UTF-8 where text should be are damage, not a bug."""
    change(book, "UPDATE contact SET note = CAST(x'ff41' AS TEXT)")
    result = book("show", "anna")
    assert (result.code, result.out, result.err.count("\n")) == (5, "", 1)
    assert "damaged" in result.err


def test_disk_without_links(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file system knows no hard links a new book is made all the same, never over another."""

    def link(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", link)
    crm.ok("add", "Anna Nowak")
    before = crm.db.read_bytes()
    new_book.make(str(crm.db), today=date(2026, 3, 2), tz="UTC")
    assert crm.db.read_bytes() == before
    assert sorted(os.listdir(crm.home)) == ["book.db"]


def test_what_a_dead_maker_left_goes(book: Crm) -> None:
    """A half-made book of a process that is gone goes, one of a living process stays."""
    gone, lives = (f"{book.home}/.{book.db.name}.{pid}.new" for pid in (2**22 + 1, os.getpid()))
    os.link(book.db, gone)
    open(lives, "w").close()
    book.ok("search")
    assert not os.path.exists(gone)
    assert os.path.exists(lives)
