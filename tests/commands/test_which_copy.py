"""Which copies are a book's, and which of them is the latest: whatever clocks, names and the file itself say."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crmcli.db import copying

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna", CRM_NOW="2026-03-01T09:00")
    return crm


def names(crm: Crm) -> list[str]:
    return [row["name"] for row in crm.ok("search", "--json").json]


def test_a_clock_that_was_ahead(book: Crm) -> None:
    """A copy whose time has not come is as old as its last change, and the list begins with the newest."""
    ahead = book.ok("backup", CRM_NOW="2030-01-01T09:00").out.strip()
    book.ok("add", "Bo", CRM_NOW="2026-03-02T09:00")
    made = book.ok("backup", CRM_NOW="2026-03-02T10:00")
    assert "to go back to it: crm restore latest" in made.err
    told = book.ok("restore", "latest", "--dry-run", CRM_NOW="2026-03-02T11:00")
    assert told.out == f"would restore {made.out}"
    rows = book.ok("backup", "--list", "--json", CRM_NOW="2026-03-02T11:00").json
    assert [row["path"] for row in rows] == [made.out.strip(), ahead]


def test_a_clock_that_is_behind(book: Crm) -> None:
    """A copy is not older than its last change."""
    book.ok("backup", CRM_NOW="2026-03-02T10:00")
    book.ok("add", "Bo", CRM_NOW="2026-03-03T09:00")
    behind = book.ok("backup", CRM_NOW="2001-01-01T00:00").out
    told = book.ok("restore", "latest", "--dry-run", CRM_NOW="2026-03-04T11:00")
    assert told.out == f"would restore {behind}"


def test_a_copy_that_is_not_the_latest(book: Crm) -> None:
    """Where latest would be another one, the line that is printed names the copy."""
    book.ok("backup", CRM_NOW="2026-03-02T10:00")
    book.ok("add", "Bo", CRM_NOW="2026-03-03T09:00")
    book.ok("backup", CRM_NOW="2026-03-03T10:00")
    book.ok("undo", CRM_NOW="2001-01-01T00:00")
    made = book.ok("backup", CRM_NOW="2001-01-01T00:01")
    latest = book.ok("restore", "latest", "--dry-run", CRM_NOW="2001-01-01T00:01").out
    path = made.out.strip()
    assert ("crm restore latest" in made.err) == (path in latest)
    assert ("crm restore latest" in made.err) != (f"crm restore {path}" in made.err)


def test_latest_twice(book: Crm) -> None:
    """It does not flip back to what it put away."""
    book.ok("backup", CRM_NOW="2026-03-02T10:00")
    book.ok("add", "Bo", CRM_NOW="2026-03-03T09:00")
    for minute in (1, 2, 3):
        book.ok("restore", "latest", "--yes", CRM_NOW=f"2026-03-03T10:0{minute}")
        assert names(book) == ["Anna"]


def test_renamed_then_damaged(book: Crm) -> None:
    """A file that cannot be asked is searched for the book's number, and its copies are found."""
    made = book.ok("backup").out.strip()
    moved = book.home / "moved.db"
    book.db.rename(moved)
    moved.write_bytes(bytes(4096) + moved.read_bytes()[4096:])
    rows = book.ok("--db", str(moved), "backup", "--list", "--json").json
    assert [row["path"] for row in rows] == [made]
    book.ok("--db", str(moved), "restore", "latest", "--yes")
    assert len(book.ok("--db", str(moved), "search").lines) == 1


def test_another_book_was_restored(book: Crm) -> None:
    """The copies of the one that was there are told of, since nothing else leads to them."""
    other = book.home / "other.db"
    book.ok("--db", str(other), "add", "Stranger")
    book.ok("restore", str(other), "--yes")
    listed = book.ok("backup", "--list")
    assert listed.out == ""
    assert "1 copy of another book of that name, the newest " in listed.err
    refused = book("restore", "latest", "--yes")
    assert refused.code == 3
    path = refused.err.partition("such as ")[2].partition(" of another")[0]
    book.ok("restore", path, "--yes")
    assert names(book) == ["Anna"]


def test_another_book_that_was_damaged(book: Crm) -> None:
    """What was put away damaged is not named as a copy to go back to: no restore would take it."""
    other = book.home / "other.db"
    book.ok("--db", str(other), "add", "Stranger")
    told = book.ok("restore", str(other), "--yes").err
    kept = Path(told.partition("is kept: ")[2].partition("\n")[0])
    kept.rename(kept.with_suffix(".damaged"))
    assert "another book" not in book.ok("backup", "--list").err
    assert "such as" not in book("restore", "latest", "--yes").err


def test_a_line_break_in_the_name(book: Crm) -> None:
    """Copies of such a book are listed and found like others."""
    odd = str(book.home / "new\nline.db")
    book.ok("--db", odd, "add", "Odd")
    book.ok("--db", odd, "backup")
    assert len(book.ok("--db", odd, "backup", "--list", "--json").json) == 1
    book.ok("--db", odd, "restore", "latest", "--yes")


def test_two_copies_to_a_folder_in_a_second(book: Crm) -> None:
    """Neither takes the place of the other."""
    stick = book.home / "stick"
    stick.mkdir()
    first = book.ok("backup", str(stick)).out.strip()
    book.ok("add", "Bo")
    second = book.ok("backup", str(stick)).out.strip()
    assert first != second
    assert len(book.ok("--db", first, "search").lines) == 1
    assert len(book.ok("--db", second, "search").lines) == 2


def test_a_copy_that_is_read(book: Crm) -> None:
    """It stays what it was to the byte, whatever the day, the config or the crm."""
    book.ok("log", "purchase", "anna", "x", "--amount", "100", "--currency", "EUR")
    made = book.ok("backup").out.strip()
    with open(made, "rb") as file:
        before = file.read()
    for words in (
        ("search",),
        ("show", "1"),
        ("remind",),
        ("--now", "2029-05-05", "remind"),
        ("doctor",),
    ):
        book("--db", made, *words)
    config = book.home / "other.toml"
    config.write_text('[days]\ncountry = "DE"\n[cadence]\nlead = 3\n')
    book.ok("--config", str(config), "--db", made, "remind")
    with open(made, "rb") as file:
        assert file.read() == before


def test_a_copy_that_is_worked_with(book: Crm) -> None:
    """Once it is written to it is a book like any other, and knows the config."""
    book.ok("log", "purchase", "anna", "x", "--amount", "100", "--currency", "EUR")
    made = book.ok("backup").out.strip()
    config = book.home / "other.toml"
    config.write_text('[rates]\nbase = "EUR"\n[cadence]\nother = 3\n')
    config.chmod(0o600)
    there = ("--config", str(config), "--db", made)
    book.ok(*there, "search")
    book.ok(*there, "add", "Bo")
    assert [row["check"] for row in book(*there, "doctor", "--json").json] == []
    assert len(book.ok(*there, "search").lines) == 2


@pytest.mark.parametrize("words", [("backup",), ("backup", "stick.db"), ("doctor",), ("restore", "latest", "--yes")])  # fmt: skip
def test_a_full_disk(book: Crm, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said where there was no room, and for what."""
    book.ok("backup")
    book.ok("add", "Bo")
    before = book.db.read_bytes()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(
        copying, "_shared", lambda *_: False
    )  # a file system that could share blocks needs no room
    for name in ("copy_file_range", "pwrite"):
        monkeypatch.setattr(os, name, full)
    refused = book(*words)
    assert refused.code == 5, refused
    assert "no room there for a copy of the book (No space left on device)" in refused.err
    assert refused.err.startswith("crm: /")
    assert book.db.read_bytes() == before


def test_a_copy_that_was_cut_off(book: Crm) -> None:
    """What is wrong with it is said in words, not by the heading above them."""
    made = book.ok("backup").out.strip()
    with open(made, "r+b") as file:
        file.truncate(300_000)
    for words in (("restore", made, "--yes"), ("merge-book", made)):
        refused = book(*words)
        assert (refused.code, "***" in refused.err) == (5, False), refused
