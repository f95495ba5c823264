"""A book that lost who it is, or the key by which it knows whom it forgot, gets them back from its copies, or anew."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    """A book that forgot somebody."""
    crm.ok("add", "Zed Secret", "--email", "zed@s.example")
    crm.ok("add", "Bob")
    crm.ok("forget", "1", "--yes")
    (crm.home / "zed.csv").write_text("name,email\nZed Secret,zed@s.example\n")
    return crm


def who(crm: Crm) -> dict[str, str]:
    with closing(sqlite3.connect(crm.db)) as db:
        found = dict(db.execute("SELECT key, value FROM meta").fetchall())
    return {key: found[key] for key in ("book", "forget_key")}


def blot_meta(crm: Crm) -> None:
    """Write over the page of ``meta``."""
    with closing(sqlite3.connect(crm.db)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'meta'").fetchone()[0]
    with open(crm.db, "r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\0" * 4096)


def empty_meta(crm: Crm) -> None:
    with closing(sqlite3.connect(crm.db)) as db, db:
        db.execute("DELETE FROM meta")


def change_meta(crm: Crm) -> None:
    with closing(sqlite3.connect(crm.db)) as db, db:
        db.execute("UPDATE meta SET value = 'zzz'")


WAYS = [blot_meta, empty_meta, change_meta]


@pytest.mark.parametrize("way", WAYS)
def test_from_a_copy(book: Crm, way) -> None:  # type: ignore[no-untyped-def]
    """Its copies stay its copies, and whoever was forgotten stays it."""
    book.ok("backup")
    before = who(book)
    way(book)
    assert book("doctor").code in (1, 5)
    told = book.ok("doctor", "--repair", "--yes").out
    assert f"it is the one that its copies or this machine know, {before['book']}" in told
    assert who(book) == before
    assert book("doctor").code == 0
    assert len(book("backup", "--list", "--json").json) >= 1
    assert "1 skipped" in book.ok("import", str(book.home / "zed.csv")).err


@pytest.mark.parametrize("way", WAYS)
def test_anew(book: Crm, way) -> None:  # type: ignore[no-untyped-def]
    """Without a copy, on another machine, it gets new ones, says what that means, and every command works."""
    before = who(book)
    way(book)
    shutil.rmtree(book.environ["XDG_STATE_HOME"], ignore_errors=True)
    told = book.ok("doctor", "--repair", "--yes").out
    assert "the number of the book was lost, and no copy of it tells it" in told
    assert "so an import can bring back people who were forgotten" in told
    assert who(book)["book"] != before["book"]
    assert book("doctor").code == 0
    book.ok("add", "New", "--email", "n@x.example")
    book.ok("import", str(book.home / "zed.csv"))
    book.ok("forget", "2", "--yes")
    book.ok("backup")


def test_from_this_machine(book: Crm) -> None:
    """It remembers the number of its book, so that a copy of another machine is no other book afterwards."""
    before = who(book)["book"]
    other = book.home / "other.db"
    other.write_bytes(book.db.read_bytes())
    blot_meta(book)
    told = book.ok("doctor", "--repair", "--yes").out
    assert f"or this machine know, {before}" in told
    book.ok("merge-book", str(other))


def test_copies_of_another_book(book: Crm) -> None:
    """What was a book of the same name once tells nothing."""
    book.ok("backup")
    other = who(book)["book"]
    book.db.unlink()
    book.ok("add", "Anew")
    empty_meta(book)
    told = book.ok("doctor", "--repair", "--yes").out
    assert "no copy of it tells it" in told
    assert who(book)["book"] != other


def test_before_the_repair(book: Crm) -> None:
    """Commands that need them say so and name the way out."""
    empty_meta(book)
    for args in (("add", "New", "--email", "n@x.example"), ("forget", "2", "--yes"), ("backup",)):
        refused = book(*args)
        assert (refused.code, "crm doctor --repair" in refused.err) == (5, True), refused


def test_a_dropped_index(book: Crm) -> None:
    """It is made anew; no command is refused afterwards, and nothing is said of a file that is gone."""
    with closing(sqlite3.connect(book.db)) as db, db:
        db.execute("DROP INDEX contact_key")
        db.execute("DROP INDEX email_key")
    looked = book("doctor")
    assert looked.code == 1
    assert "schema: 2 indexes are not there, such as " in looked.out
    assert "crm-doctor-" not in looked.out + looked.err
    assert "mended: 2 indexes are not there" in book.ok("doctor", "--repair").out
    assert book("doctor", "--full").code == 0
    book.ok("add", "New", "--email", "n@x.example")


def test_one_person_is_left(crm: Crm) -> None:
    """One is a person, not people."""
    crm.ok("add", "Anna")
    blot_meta(crm)
    told = crm.ok("doctor", "--repair", "--yes")
    assert "1 person and 0 interactions are left" in told.err
