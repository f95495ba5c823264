"""A book in a synced folder, worked on from two machines: what is said, and when."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crmcli.db import lease

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def synced(crm: Crm) -> Crm:
    """A book with one person in a folder of Syncthing; what is said of that once was said."""
    (crm.home / ".stfolder").mkdir()
    told = crm.ok("add", "Anna Nowak")
    assert "in a folder of Syncthing" in told.err
    return crm


def beside(crm: Crm, name: str) -> str:
    """A copy of the book beside it, by another name."""
    path = str(crm.home / name)
    shutil.copy2(crm.db, path)
    return path


def there(crm: Crm) -> list[str]:
    return sorted(os.listdir(crm.home))


def test_the_place_is_said_once(synced):
    """Once for a book and machine; a local book hears nothing of it."""
    assert synced.ok("log", "call", "1").err == ""
    assert there(synced) == [".stfolder", "book.db"]


def test_a_local_book_hears_nothing(crm):
    """Neither of a place nor of leases."""
    assert crm.ok("add", "Anna Nowak").err == ""
    assert there(crm) == ["book.db"]


@pytest.mark.parametrize(
    "name",
    [
        "book (conflicted copy 2026-03-02).db",
        "book (Kopia użytkownika laptop powodująca konflikt 2026-03-02).db",
        "book.sync-conflict-20260302-090000-ABCDEFG.db",
        "book-LAPTOP.db",
        "book (1).db",
        "book (SFConflict anna@acme.example 2026-03-02).db",
        "book 2.db",
    ],
)
def test_a_conflicted_copy(synced, name):
    """By whatever name: it is said at each write and in the morning, until it is merged."""
    path = beside(synced, name)
    there = f"{synced.home}-there"  # the state of the other machine
    synced.ok("--db", path, "log", "call", "1", "said there", XDG_STATE_HOME=there)
    for words in (("log", "call", "1"), ("remind",)):
        told = synced.ok(*words).err
        assert f"{name} beside the book holds work that is not in it" in told
        assert f"crm merge-book '{path}'" in told
    merged = synced.ok("merge-book", path)
    assert "may be deleted" in merged.err
    assert "holds work" not in merged.err
    assert synced.ok("log", "call", "1").err == ""
    synced.ok("undo", "3")
    synced.ok("--db", path, "log", "call", "1", "said there again")
    assert "holds work" in synced.ok("remind").err


def test_the_doctor_sees_both(synced):
    """Where the book lives, and what lies beside it."""
    path = beside(synced, "book (conflicted copy 2026-03-02).db")
    synced.ok("--db", path, "log", "call", "1", "said there")
    told = synced("doctor")
    assert (told.code, "crm merge-book" in told.out) == (1, True)
    assert "in a folder of Syncthing" in told.err


def test_copies_that_hold_nothing_more(synced):
    """An older copy, another book, and what is no book are nobody's conflict."""
    beside(synced, "book old.db")
    synced.ok("--db", str(synced.home / "book of Jan.db"), "add", "Jan")
    (synced.home / "book.db.txt").write_text("no book")
    assert synced.ok("log", "call", "1").err == ""


def test_an_older_version_took_its_place(synced):
    """It is said before anything is written, once a day, until what was lost is back."""
    kept = beside(synced, "older")
    synced.ok("log", "call", "1", "the last thing")
    newer = beside(synced, "newer")
    os.replace(kept, synced.db)
    told = synced.ok("log", "call", "1", "after that").err
    assert "this book lacks what was written on this machine up to 2026-03-02 09:00" in told
    assert synced.ok("log", "call", "1").err == ""
    assert "this book lacks" in synced.ok("remind", CRM_NOW="2026-03-03T09:00").err
    synced.ok("merge-book", newer)
    assert "this book lacks" not in synced.ok("remind", CRM_NOW="2026-03-04T09:00").err


def test_no_false_alarm(synced):
    """Undo, a restored backup, another place for the book."""
    synced.ok("log", "call", "1")
    synced.ok("undo")
    assert synced.ok("log", "call", "1").err == ""
    synced.ok("backup")
    synced.ok("log", "call", "1")
    synced.ok("restore", "latest", "--yes")
    assert "this book lacks" not in synced.ok("log", "call", "1").err
    moved = str(synced.home / "elsewhere.db")
    os.replace(synced.db, moved)
    assert "this book lacks" not in synced.ok("--db", moved, "log", "call", "1").err


def test_another_machine_writes(synced, monkeypatch):
    """Exit 5 and who it is; reading goes on."""
    (synced.home / "book.db.lock").write_text(f"laptop 77 {int(time.time())}\n")
    monkeypatch.setattr("crmcli.db.turn.BUSY_SECONDS", 0.1)
    result = synced("log", "call", "1")
    assert (result.code, result.out) == (5, "")
    assert "laptop has been writing this book since" in result.err
    assert synced.ok("show", "1").out


def test_the_journal_of_another_machine(synced):
    """It is not rolled into this book; that of a crash here is."""
    journal = synced.home / "book.db-journal"
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600))
    before = synced.db.read_bytes()
    for words in (("show", "1"), ("log", "call", "1")):
        result = synced(*words)
        assert (result.code, result.out) == (5, "")
        assert "book.db-journal came here by Syncthing" in result.err
        assert result.err.endswith("then look with crm doctor\n")
    assert synced.db.read_bytes() == before
    (synced.home / "book.db.lock").write_text(f"{lease.host()} 99999999 {int(time.time())}\n")
    synced.ok("log", "call", "1")
    assert there(synced) == [".stfolder", "book.db"]


def test_replaced_while_it_is_written(crm, monkeypatch):
    """What went into a file that is the book no more is not called done."""
    crm.ok("add", "Anna Nowak")
    beside(crm, "other")
    from crmcli.db import derived

    refresh = derived.refresh

    def replace(db: object) -> None:
        refresh(db)
        os.replace(crm.home / "other", crm.db)

    monkeypatch.setattr(derived, "refresh", replace)
    result = crm("log", "call", "1")
    assert (result.code, result.out) == (5, "")
    assert "took its place" in result.err or "replaced meanwhile" in result.err


def test_a_restore_waits_for_the_machine_that_writes(synced, monkeypatch):
    """It refuses as every write does while another machine has the lease, and gives its own back."""
    monkeypatch.setattr("crmcli.db.connection.BUSY_SECONDS", 0.2)
    synced.ok("backup")
    synced.ok("add", "Bo Berg")
    before = synced.db.read_bytes()
    lock = synced.home / "book.db.lock"
    lock.write_text(f"otherhost 77 {int(time.time())}\n")
    refused = synced("restore", "latest", "--yes")
    assert (refused.code, "otherhost has been writing" in refused.err) == (5, True), refused
    assert synced.db.read_bytes() == before
    lock.unlink()
    synced.ok("restore", "latest", "--yes")
    assert ".lock" not in "".join(there(synced))


def locked(crm: Crm, monkeypatch) -> None:
    """Another machine writes, and is not waited for long."""
    (crm.home / "book.db.lock").write_text(f"laptop 77 {int(time.time())}\n")
    monkeypatch.setattr("crmcli.db.turn.BUSY_SECONDS", 0.1)


def test_what_was_shown_waits_for_another_machine(synced, monkeypatch):
    """The list of what is new writes, too; it leaves no lease behind."""
    synced.ok("remind", "1", "2026-03-01", "call")
    assert "call" in synced.ok("remind", "--new").out
    assert there(synced) == [".stfolder", "book.db"]
    locked(synced, monkeypatch)
    result = synced("remind", "--new")
    assert (result.code, result.out) == (5, "")
    assert "laptop has been writing this book since" in result.err
    assert synced.ok("remind").out


def test_the_cleaning_after_an_erasure_waits_for_another_machine(synced, monkeypatch):
    """It writes the whole file anew, and goes on waiting to be finished."""
    with closing(sqlite3.connect(synced.db)) as db, db:
        db.execute("REPLACE INTO meta VALUES ('forget_pending', '2026-03-01T08:00:00Z'), ('config', '?')")  # fmt: skip
    locked(synced, monkeypatch)
    before = synced.db.read_bytes()
    assert synced.ok("show", "1").out
    assert synced.db.read_bytes() == before
    result = synced("forget", "--finish")
    assert (result.code, "laptop has been writing" in result.err) == (5, True)
    assert "crm forget --finish" in result.err
    assert synced.db.read_bytes() == before
    (synced.home / "book.db.lock").unlink()
    synced.ok("forget", "--finish")
    assert there(synced) == [".stfolder", "book.db"]


def test_views_of_another_crm_are_replaced_alone(synced, monkeypatch):
    """While another machine writes, the book is read from a copy with our own."""
    with closing(sqlite3.connect(synced.db)) as db, db:
        db.execute("DROP VIEW holidays")
        db.execute("CREATE VIEW holidays AS SELECT 1 AS date, 2 AS name")
    locked(synced, monkeypatch)
    before = synced.db.read_bytes()
    assert synced.ok("show", "1").out
    assert synced.db.read_bytes() == before
    (synced.home / "book.db.lock").unlink()
    assert synced.ok("show", "1").out
    assert synced.db.read_bytes() != before
    assert there(synced) == [".stfolder", "book.db"]
