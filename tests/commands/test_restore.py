"""crm restore: proved before it takes the place of the book, and what it replaced is kept."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.faults.agree import disagreements
from tests.faults.desk import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    """A book, a copy of it, and two changes since."""
    crm.ok("add", "Anna Nowak", "--email", "a@acme.example")
    crm.ok("backup", CRM_NOW="2026-03-01T09:00")
    crm.ok("add", "Bo Berg")
    crm.ok("log", "call", "2", "hello")
    return crm


def folder(crm: Crm) -> Path:
    return crm.home / ".local" / "share" / "crm" / "backups"


def copy_of(crm: Crm, reason: str = "asked") -> Path:
    (found,) = folder(crm).glob(f"*-{reason}.*")
    return found


def names(crm: Crm) -> list[str]:
    return [row["name"] for row in crm.ok("search", "--json").json]


@pytest.mark.parametrize("which", ["latest", "1", "2026-03-01", "2026-03-01T09:00:00Z", "FILE"])
def test_a_copy_is_put_in_place_and_the_old_book_is_kept(book: Crm, which: str) -> None:
    """By every name of it; what is lost is said before, and restoring what was kept brings it back."""
    before = book.db.read_bytes()
    copy = copy_of(book)
    done = book.ok("restore", str(copy) if which == "FILE" else which, "--yes")
    assert f"restored {copy}: 1 person and 0 interactions" in done.out
    assert "you lose 2 changes made since:" in done.err
    assert "crm log call 2 hello" in done.err
    assert names(book) == ["Anna Nowak"]
    assert disagreements(str(book.db)) == []
    kept = copy_of(book, "restore")
    assert (kept.read_bytes(), book.db.stat().st_mode & 0o777) == (before, 0o600)
    assert f"crm restore {kept}" in done.err
    book.ok("restore", str(kept), "--yes")
    assert book.db.read_bytes() == before
    assert names(book) == ["Anna Nowak", "Bo Berg"]
    assert not [name for name in os.listdir(book.home) if "restored" in name or "journal" in name]


def test_it_asks(book: Crm) -> None:
    """Without a terminal --yes has to be given; --dry-run says the same and changes nothing."""
    before = book.db.read_bytes()
    refused = book("restore", "latest")
    assert (refused.code, "--yes" in refused.err, refused.out) == (2, True, "")
    told = book.ok("restore", "latest", "--dry-run")
    assert "you lose 2 changes" in told.err
    assert told.out.startswith("would restore ")
    assert book.db.read_bytes() == before
    assert len(os.listdir(folder(book))) == 1
    assert sorted(os.listdir(book.home)) == [".local", "book.db"]


def test_an_unknown_copy(book: Crm) -> None:
    """A number, time or file that is not there is refused."""
    for which in ("7", "2020-01-01", "nothing.db", "0"):
        assert book("restore", which, "--yes").code == 3
    assert book("restore", str(book.db), "--yes").code == 3
    assert book("restore", str(book.home), "--yes").code == 3


@pytest.mark.parametrize("state", ["missing", "empty", "text", "cut", "damaged", "other"])
def test_whatever_is_in_its_place(book: Crm, state: str) -> None:
    """Missing, empty, no database, damaged: the copy goes there, what was there is kept to the byte."""
    data = book.db.read_bytes()
    content = {
        "missing": None,
        "empty": b"",
        "text": b"dear Anna",
        "cut": data[:20000],
        "damaged": data[:4096] + b"\xff" * 4096 + data[8192:],
        "other": data[:68] + b"\0\0\0\0" + data[72:],
    }[state]
    book.db.unlink()
    if content is not None:
        book.db.write_bytes(content)
    done = book.ok("restore", "latest", "--yes")
    assert names(book) == ["Anna Nowak"]
    assert disagreements(str(book.db)) == []
    kept = list(folder(book).glob("*.damaged"))
    assert [path.read_bytes() for path in kept] == ([] if content is None else [content])
    if kept:
        assert "what was there is kept" in done.err
        states = {row["state"] for row in book.ok("backup", "--list", "--json").json}
        assert states == {"sound", "damaged"}


def test_on_a_new_machine(book: Crm) -> None:
    """A file from a stick goes where no book is yet, folders made and all."""
    stick = book.home / "stick.db"
    stick.write_bytes(copy_of(book).read_bytes())
    place = book.home / "new" / "data" / "crm.db"
    book.ok("--db", str(place), "restore", str(stick), "--yes")
    assert book.ok("--db", str(place), "search", "--json").json[0]["name"] == "Anna Nowak"
    assert place.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("state", ["damaged", "index", "text", "newer", "other", "schema", "empty"])
def test_a_copy_that_is_not_sound_is_refused(book: Crm, state: str) -> None:
    """Exit 5 with one line, the book as it was, and nothing left beside it."""
    copy = copy_of(book)
    if state in ("newer", "other", "schema", "index"):
        with closing(sqlite3.connect(copy)) as db:
            db.executescript(
                {
                    "newer": "PRAGMA user_version = 99",
                    "other": "PRAGMA application_id = 7",
                    "schema": "CREATE TABLE more (x)",
                    "index": "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 5"
                    " WHERE name = 'email_key'",
                }[state]
            )
    else:
        data = copy.read_bytes()
        hurt = {
            "damaged": data[:8192] + b"\xff" * 8192 + data[16384:],
            "text": data.replace(b"Anna Nowak", b"Anna \xff\xffwak"),
            "empty": b"",
        }
        copy.write_bytes(hurt[state])
    before = book.db.read_bytes()
    refused = book("restore", str(copy), "--yes")
    assert (refused.code, refused.out) == (5, ""), refused
    assert refused.err.splitlines()[-1].startswith("crm: ")
    assert book.db.read_bytes() == before
    assert sorted(os.listdir(book.home)) == [".local", "book.db"]
    assert not list(folder(book).glob("*-restore.*"))


def test_an_older_copy_is_migrated_after_it_is_proved(book: Crm) -> None:
    """The copy itself stays as it is; what takes the place of the book is of this version."""
    old = book.home / "old.db"
    with closing(sqlite3.connect(copy_of(book))) as db:
        db.execute(f"VACUUM INTO '{old}'")
    with closing(sqlite3.connect(old)) as db:
        db.execute("PRAGMA user_version = 0")
    before = old.read_bytes()
    book.ok("restore", str(old), "--yes")
    assert old.read_bytes() == before
    assert names(book) == ["Anna Nowak"]
    with closing(sqlite3.connect(book.db)) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == 1


def test_views_and_triggers_of_a_stranger_do_nothing(book: Crm) -> None:
    """They are replaced before anything of the copy runs."""
    copy = copy_of(book)
    with closing(sqlite3.connect(copy)) as db:
        db.execute(
            "CREATE TRIGGER evil AFTER INSERT ON contact BEGIN UPDATE contact SET name = 'x'; END"
        )
    book.ok("restore", str(copy), "--yes")
    book.ok("add", "Carl Case")
    assert names(book) == ["Anna Nowak", "Carl Case"]


def test_a_view_that_never_ends_is_not_asked(book: Crm) -> None:
    """What should be a table and is a view is refused before it is read."""
    copy = copy_of(book)
    with closing(sqlite3.connect(copy)) as db:
        db.executescript(
            "PRAGMA foreign_keys = OFF; DROP TABLE interaction; CREATE VIEW interaction AS"
            " WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n"
        )
    assert book("restore", str(copy), "--yes").code == 5
    assert book.ok("backup", "--list", "--json").json[0]["state"] == "damaged"


def test_a_copy_of_another_history_is_told_as_such(book: Crm) -> None:
    """Another book may be restored, but not without a word."""
    other = book.home / "other.db"
    book.ok("--db", str(other), "add", "Zoe Zed")
    done = book.ok("restore", str(other), "--yes")
    assert "not of one history" in done.err
    assert names(book) == ["Zoe Zed"]


def test_what_is_lost_is_told_of_another_line(book: Crm) -> None:
    """Of a copy that is ahead of the book, or of another line, it is said what that has not, and no more."""
    book.ok("restore", "2026-03-01", "--yes")
    (kept,) = folder(book).glob("*-restore.db")
    told = book.ok("restore", str(kept), "--dry-run")
    assert "nothing is lost" in told.err
    assert "not of one history" not in told.err
    book.ok("add", "Carl Case")
    told = book.ok("restore", str(kept), "--dry-run")
    assert "you lose 1 change made since:" in told.err
    assert "crm add 'Carl Case'" in told.err
    book.ok("merge-book", str(kept))
    whole = book.home / "whole.db"
    whole.write_bytes(book.db.read_bytes())
    book.ok("restore", str(kept), "--yes")
    assert "nothing is lost" in book.ok("restore", str(whole), "--dry-run").err


def test_what_was_taken_back_in_the_copy_is_lost(book: Crm) -> None:
    """The copy has the command, but it does not hold there."""
    book.ok("log", "call", "1", "big talk")
    other = book.home / "other.db"
    other.write_bytes(book.db.read_bytes())
    book.ok("--db", str(other), "undo")
    told = book.ok("restore", str(other), "--dry-run").err
    assert "you lose 1 change" in told
    assert "big talk" in told


def test_a_hot_journal_is_not_played_into_the_new_book(book: Crm) -> None:
    """A journal of the old file is done with before another takes its name."""
    program = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('PRAGMA cache_size = 1'); db.execute('BEGIN IMMEDIATE');"
        "db.executemany('INSERT INTO shown VALUES (?, ?, ?)', [(str(n), 'x' * 500, 'y') for n in range(2000)]);"
        "os._exit(9)"
    )
    ended = subprocess.run([sys.executable, "-c", program, book.db], cwd=ROOT, check=False)
    assert (ended.returncode, (book.home / "book.db-journal").exists()) == (9, True)
    book.ok("restore", "latest", "--yes")
    assert not (book.home / "book.db-journal").exists()
    assert names(book) == ["Anna Nowak"]
    assert disagreements(str(book.db)) == []
    with closing(sqlite3.connect(copy_of(book, "restore"))) as db:
        assert db.execute("SELECT count(*) FROM contact").fetchone()[0] == 2


def test_a_stale_journal_beside_a_lost_book(book: Crm) -> None:
    """A journal whose file is gone is kept away from the one that takes its place."""
    (book.home / "book.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"x" * 4096)
    book.db.unlink()
    book.ok("restore", "latest", "--yes")
    assert names(book) == ["Anna Nowak"]
    assert not (book.home / "book.db-journal").exists()
    assert list(folder(book).glob("*-restore.damaged"))


def test_a_writer_in_the_middle_is_waited_for(book: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody writes nothing is replaced: exit 5, the book as it was."""
    monkeypatch.setattr("crmcli.db.connection.BUSY_SECONDS", 0.2)
    before = book.db.read_bytes()
    program = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('BEGIN IMMEDIATE'); print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, book.db], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout
        writer.stdout.readline()
        refused = book("restore", "latest", "--yes")
        writer.communicate(b"")
    assert (refused.code, "in use by another crm" in refused.err) == (5, True), refused
    assert book.db.read_bytes() == before


def test_who_had_the_old_book_open_cannot_write_into_it(book: Crm) -> None:
    """A process that opened the book before is refused after, in place of a change that nobody sees."""
    with closing(sqlite3.connect(book.db, isolation_level=None)) as db:
        db.execute("SELECT count(*) FROM contact").fetchone()
        book.ok("restore", "latest", "--yes")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("INSERT INTO shown VALUES ('a', 'b', 'c')")
    assert sorted(os.listdir(book.home)) == [".local", "book.db"]


def test_a_link_stays_a_link(book: Crm) -> None:
    """A book that is reached by a link is replaced where it lies."""
    real = book.home / "disk" / "real.db"
    real.parent.mkdir()
    book.db.rename(real)
    book.db.symlink_to(real)
    book.ok("restore", str(copy_of(book)), "--yes")
    assert book.db.is_symlink()
    assert names(book) == ["Anna Nowak"]


def test_what_says_that_a_book_is_damaged_names_the_command(book: Crm) -> None:
    """The line of the error says what to type."""
    book.db.write_bytes(b"")
    assert "crm restore latest" in book("search").err
    data = copy_of(book).read_bytes()
    book.db.write_bytes(b"x" * 200)
    assert "crm restore latest" in book("search").err
    book.db.write_bytes(data[:8192] + b"\xff" * 40000 + data[48192:])
    assert "crm restore latest" in book("search", "anna").err


def test_a_sign_that_is_no_number_names_no_copy(crm: Crm) -> None:
    """A superscript digit is a digit to some and no number."""
    crm.ok("add", "Anna")
    crm.ok("backup")
    done = crm("restore", "²", "--yes")
    assert done.code in (2, 3)
    assert "a bug" not in done.err


def test_what_is_in_no_other_copy_is_never_rotated_away(book: Crm) -> None:
    """Whoever looks through his copies one by one keeps the work of today, which stands in the first put away."""
    for day in range(1, 8):
        book.ok("add", f"Person {day}")
        book.ok("backup", CRM_NOW=f"2026-02-0{day}T09:00")
    book.ok("add", "Precious Note")
    for day in range(1, 8):
        when = f"2026-03-02T1{day}:00"
        book.ok("restore", f"2026-02-0{day}", "--yes", CRM_NOW=when)
        book.ok("tag", "1", f"look{day}", CRM_NOW=when)
    with_it = [path for path in folder(book).iterdir() if b"Precious Note" in path.read_bytes()]
    assert with_it
    book.ok("restore", str(with_it[0]), "--yes", CRM_NOW="2026-03-03T09:00")
    assert "Precious Note" in names(book)


def test_what_others_know_is_rotated_away(book: Crm) -> None:
    """Five of those put away stay where nothing is in them alone, also after somebody was forgotten."""
    book.ok("add", "Cy Cole")
    for number in range(9):
        book.ok("tag", "1", f"t{number}")
        if number == 6:
            book.ok("forget", "3", "--yes")
        with closing(sqlite3.connect(book.db)) as db, db:
            db.execute("UPDATE contact_stats SET touches = 9 WHERE contact_id = 1")
        book.ok("doctor", "--repair", "--yes", CRM_NOW=f"2026-03-02T1{number}:00")
    assert len(list(folder(book).glob("*-repair.db"))) == 5


def test_a_state_that_is_on_the_shelf_is_not_put_away_again(book: Crm) -> None:
    """Going to and fro between two states makes no more files than there are states."""
    book.ok("restore", "2026-03-01", "--yes")
    there = sorted(os.listdir(folder(book)))
    for turn in range(4):
        (kept,) = folder(book).glob("*-restore.db")
        book.ok("restore", str(kept), "--yes", CRM_NOW=f"2026-03-03T1{turn}:00")
        book.ok("restore", "2026-03-01", "--yes", CRM_NOW=f"2026-03-03T1{turn}:30")
    assert sorted(os.listdir(folder(book))) == there
