"""crm backup: verified copies, whole whatever others write, kept by a rotation."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.config.settings import KEEP
from crmcli.db import backups, catalog
from crmcli.db.rotation import chosen
from tests.faults.agree import disagreements

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "a@acme.example", "--tag", "vip")
    return crm


def folder(crm: Crm) -> Path:
    return crm.home / ".local" / "share" / "crm" / "backups"


def listed(crm: Crm, **environ: str) -> list[tuple[str, str, int]]:
    return [
        (row["reason"], row["state"], row["people"])
        for row in crm.ok("backup", "--list", "--json", **environ).json
    ]


def test_a_copy_is_the_book_to_the_byte(book: Crm) -> None:
    """It prints its path, is private like its folder, equals the book and is one itself."""
    made = book.ok("backup")
    path = made.out.strip()
    with open(path, "rb") as file:
        assert file.read() == book.db.read_bytes()
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert os.stat(folder(book)).st_mode & 0o777 == 0o700
    assert "1 person and 0 interactions, verified" in made.err
    assert "crm restore latest" in made.err
    assert disagreements(path) == []
    assert book("--db", path, "search").lines == book("search").lines
    assert os.listdir(folder(book)) == [os.path.basename(path)]


def test_quiet_is_for_cron(book: Crm) -> None:
    """With --quiet nothing is printed at all, and the copy is there."""
    assert book.ok("--quiet", "backup") == (0, "", "")
    assert listed(book) == [("asked", "sound", 1)]


def test_the_same_state_is_not_copied_twice(book: Crm) -> None:
    """Nothing changed, no new copy; something changed, a new one."""
    first = book.ok("backup").out
    assert book.ok("backup", CRM_NOW="2026-03-02T10:00").out == first
    book.ok("tag", "1", "gold")
    assert book.ok("backup", CRM_NOW="2026-03-03T10:00").out != first
    assert len(listed(book)) == 2


def test_the_list_in_every_format(book: Crm) -> None:
    """Newest first, with time, reason, size, people, interactions, state and path."""
    book.ok("log", "call", "1", "hello")
    book.ok("backup")
    row = book.ok("backup", "--list", "--json").json[0]
    assert (row["id"], row["at"], row["reason"]) == (1, "2026-03-02T09:00:00Z", "asked")
    assert (row["people"], row["interactions"], row["state"]) == (1, 1, "sound")
    assert row["size"] == book.db.stat().st_size
    assert os.path.isfile(row["path"])
    head, line = book.ok("backup", "--list", "--csv").lines
    assert head == "id,at,reason,size,people,interactions,state,path"
    assert line.startswith("1,2026-03-02T09:00:00Z,asked,")
    assert book.ok("backup", "--list").lines[0].split("\t")[2] == "asked"
    assert "sound" in book.ok("backup", "--list", "--format", "table").out
    assert book.ok("backup", "--list", "--columns", "path,state").lines[0].endswith("\tsound")
    assert book("backup", "--list", "x").code == 2


def test_a_damaged_copy_is_told(book: Crm) -> None:
    """The list says of each copy whether it is sound; nothing of a damaged one runs."""
    path = book.ok("backup").out.strip()
    with open(path, "r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    assert listed(book)[0][:2] == ("asked", "damaged")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("import", "more.csv"), "before import"),
        (("tag", "--where", "+vip", "gold", "--yes"), "before edit"),
        (("untag", "--where", "+vip", "vip", "--yes"), "before edit"),
        (("edit", "--where", "+vip", "--city", "Gdynia", "--yes"), "before edit"),
        (("check", "--fix", "--unsafe-fixes", "--yes"), "before fix"),
    ],
)
def test_a_bulk_change_takes_a_copy_first(book: Crm, words: tuple[str, ...], reason: str) -> None:
    """The copy is of the state before; a dry run and --no-backup take none, nor does the setting."""
    (book.home / "more.csv").write_text("name,email\nBo Berg,bo@x.example\n")
    book.ok(
        "add",
        "Old Name",
        "--email",
        "old@acme.example",
        "--lifecycle",
        "other",
        CRM_NOW="2025-01-01",
    )
    assert book(*words, "--dry-run").code in (0, 1)
    before = book.db.read_bytes()
    assert not folder(book).exists()
    assert book(*words).code in (0, 1)
    assert listed(book) == [(reason, "sound", 2)]
    (copy,) = folder(book).iterdir()
    assert copy.read_bytes() == before
    copy.unlink()
    book.ok("undo")
    assert book("--no-backup", *words).code in (0, 1)
    assert not list(folder(book).iterdir())
    book.ok("undo")
    book.ok("config", "set", "backup.before", "false")
    assert book(*words).code in (0, 1)
    assert not list(folder(book).iterdir())


def test_a_single_change_and_a_first_import_take_none(crm: Crm) -> None:
    """There is nothing to lose in an empty book, and one person's change is undone more easily."""
    (crm.home / "more.csv").write_text("name,email\nBo Berg,bo@x.example\n")
    crm.ok("import", "more.csv")
    crm.ok("tag", "1", "vip")
    crm.ok("undo")
    assert not folder(crm).exists()


def test_undo_of_a_big_change_takes_one(crm: Crm) -> None:
    """From a hundred rows on."""
    rows = "".join(f"P{number},p{number}@x.example\n" for number in range(60))
    (crm.home / "more.csv").write_text(f"name,email\n{rows}")
    crm.ok("import", "more.csv")
    crm.ok("undo")
    assert listed(crm) == [("before undo", "sound", 60)]


def test_without_a_copy_nothing_is_changed(book: Crm) -> None:
    """Where it cannot be made: exit 5, one line that says how to go on without, the book as it was."""
    folder(book).parent.mkdir(parents=True)
    folder(book).write_text("in the way")
    before = book.db.read_bytes()
    refused = book("tag", "--where", "+vip", "gold", "--yes")
    assert (refused.code, refused.out, refused.err.count("\n")) == (5, "", 1)
    assert "--no-backup" in refused.err
    assert book.db.read_bytes() == before
    book.ok("--no-backup", "tag", "--where", "+vip", "gold", "--yes")
    assert book("backup").code == 5


def test_a_damaged_book_makes_no_copy(book: Crm) -> None:
    """It would push out the sound ones: exit 5, nothing new on the shelf, nothing changed."""
    book.ok("backup")
    there = os.listdir(folder(book))
    with closing(sqlite3.connect(book.db)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'deal'").fetchone()[0]
    with open(book.db, "r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xa5" * 4096)
    before = book.db.read_bytes()
    for words in (("backup",), ("tag", "--where", "+vip", "gold", "--yes")):
        refused = book(*words)
        assert (refused.code, "damaged" in refused.err) == (5, True), refused
        assert "--no-backup" not in refused.err
    assert os.listdir(folder(book)) == there
    assert book.db.read_bytes() == before


def test_to_a_file(book: Crm) -> None:
    """FILE is made, replaced where it is a copy of this book, and kept from all others."""
    target = book.home / "stick" / "copy.db"
    assert book("backup", str(target)).code == 2
    target.parent.mkdir()
    assert book.ok("backup", str(target)).out.strip() == str(target)
    assert target.read_bytes() == book.db.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600
    book.ok("tag", "1", "gold")
    book.ok("backup", str(target))
    assert target.read_bytes() == book.db.read_bytes()
    mine = target.parent / "letter.txt"
    mine.write_text("dear Anna")
    refused = book("backup", str(mine))
    assert (refused.code, "--force" in refused.err, mine.read_text()) == (3, True, "dear Anna")
    book.ok("backup", str(mine), "--force")
    assert mine.read_bytes() == book.db.read_bytes()
    assert sorted(os.listdir(target.parent)) == ["copy.db", "letter.txt"]


def test_another_book_is_not_overwritten(book: Crm) -> None:
    """A copy of another book is somebody's, too."""
    other = book.home / "other.db"
    book.ok("--db", str(other), "add", "Bo Berg")
    before = other.read_bytes()
    assert book("backup", str(other)).code == 3
    assert other.read_bytes() == before


def test_a_copy_in_which_somebody_went_on_is_not_overwritten(book: Crm) -> None:
    """The laptop's book has work that this one has not: refused, until it is taken in or --force says so."""
    laptop = book.home / "lap top.db"
    laptop.write_bytes(book.db.read_bytes())
    book.ok("--db", str(laptop), "add", "Only Onlaptop")
    book.ok("add", "Bo Berg")
    before = laptop.read_bytes()
    refused = book("backup", str(laptop))
    assert (refused.code, refused.out, laptop.read_bytes()) == (3, "", before)
    assert f"holds 1 change that this book has not; crm merge-book '{laptop}'" in refused.err
    assert "--force" in refused.err
    forced = book.home / "forced.db"
    forced.write_bytes(before)
    book.ok("backup", str(forced), "--force")
    assert forced.read_bytes() == book.db.read_bytes()
    book.ok("merge-book", str(laptop))
    book.ok("backup", str(laptop))
    assert "Only Onlaptop" in book.ok("--db", str(laptop), "search").out


def test_a_copy_from_before_somebody_was_forgotten_is_overwritten(book: Crm) -> None:
    """What it has more is what was to go; the stick is the better for it."""
    stick = book.home / "stick.db"
    book.ok("add", "Zed Secret", "--email", "zed@s.example")
    book.ok("log", "call", "2", "hello")
    book.ok("backup", str(stick))
    book.ok("forget", "2", "--yes")
    book.ok("backup", str(stick))
    assert b"Secret" not in stick.read_bytes()


def test_work_of_another_machine_is_told_from_what_was_forgotten_here(book: Crm) -> None:
    """Commands are numbered on each machine anew: those of the forgotten here are others there."""
    laptop = book.home / "laptop.db"
    laptop.write_bytes(book.db.read_bytes())
    book.ok("add", "Zed Secret", "--email", "zed@s.example")
    book.ok("log", "call", "2", "hello")
    book.ok("forget", "2", "--yes")
    book.ok("--db", str(laptop), "log", "call", "1", "the big order")
    before = laptop.read_bytes()
    assert book("backup", str(laptop)).code == 3
    assert laptop.read_bytes() == before


def test_links_and_the_book_itself_are_refused(book: Crm) -> None:
    """A link in the way is not followed, whatever --force says; nor is the book made its own copy."""
    secret = book.home / "secret"
    secret.write_text("mine")
    link = book.home / "copy.db"
    link.symlink_to(secret)
    hard = book.home / "hard.db"
    os.link(book.db, hard)
    before = book.db.read_bytes()
    for target in (link, book.db, hard, book.home / "book.db"):
        for words in ((), ("--force",)):
            assert book("backup", str(target), *words).code == 3
    assert (secret.read_text(), book.db.read_bytes()) == ("mine", before)


def test_to_a_folder(book: Crm) -> None:
    """A folder takes a copy with a name of its own; nothing there is ever taken away."""
    stick = book.home / "stick"
    stick.mkdir()
    for day in range(1, 15):
        book.ok("tag", "1", f"day{day}")
        book.ok("backup", str(stick), CRM_NOW=f"2026-03-{day:02}T09:00")
    assert len(os.listdir(stick)) == 14
    gone = book("backup", f"{book.home}/not mounted/")
    assert (gone.code, "no such folder" in gone.err) == (2, True)
    assert not (book.home / "not mounted").exists()


def test_no_book_no_copy(crm: Crm) -> None:
    """There is nothing to copy yet, nothing is made, and the list is empty."""
    assert crm("backup").code == 3
    assert crm.ok("backup", "--list", "--json").json == []
    assert os.listdir(crm.home) == []


def test_the_folder_and_the_number_are_settings(book: Crm) -> None:
    """[backup] folder and keep; ~ is home."""
    book.ok("config", "set", "backup.folder", "~/elsewhere")
    book.ok("config", "set", "backup.keep", "2")
    for day in range(1, 6):
        book.ok("tag", "1", f"day{day}")
        book.ok("backup", CRM_NOW=f"2026-03-{day:02}T09:00")
    assert len(os.listdir(book.home / "elsewhere")) == 2
    assert not folder(book).exists()
    assert book("config", "set", "backup.keep", "{ hourly = 3 }").code == 2
    book.ok("config", "set", "backup.keep", "{ daily = 3 }")
    book.ok("tag", "1", "more")
    book.ok("backup", CRM_NOW="2026-03-07T09:00")
    assert len(os.listdir(book.home / "elsewhere")) == 3


def test_a_year_of_days(book: Crm) -> None:
    """The last of each of seven days, five weeks and twelve months stay; others' files stay as well."""
    folder(book).mkdir(parents=True)
    (folder(book) / "notes.txt").write_text("mine")
    fake = folder(book) / f"book-{'0' * 15}1-20200101T000000Z-asked.db"
    fake.write_text("no book")
    uid = backups.uid_of(str(book.db)) or ""
    odd = folder(book) / f"book-{uid}-20200101T000000Z-asked.db"
    odd.write_text("no book, though named like one")
    days = [date(2025, 3, 1) + timedelta(days=step) for step in range(366)]
    for number, day in enumerate(days):
        if number % 7 and number < 330:
            continue
        with closing(sqlite3.connect(book.db)) as db, db:
            db.execute("PRAGMA user_version = 1")
            db.execute("REPLACE INTO shown VALUES ('x', ?, '2026-03-01')", (str(day),))
        book.ok("--quiet", "backup", CRM_NOW=f"{day}T12:00")
    kept = sorted(row["at"][:10] for row in book.ok("backup", "--list", "--json").json)
    assert kept[-7:] == [str(day) for day in days[-7:]]
    assert len({text[:7] for text in kept[1:]}) == 12
    assert 7 + 3 + 10 <= len(kept) <= 1 + 7 + 5 + 12
    assert (folder(book) / "notes.txt").read_text() == "mine"
    assert (fake.exists(), odd.exists()) == (True, True)


def test_copies_before_changes_have_a_rule_of_their_own(book: Crm) -> None:
    """Five of them stay, and push out none of those asked for."""
    book.ok("backup", CRM_NOW="2026-03-01T09:00")
    for number in range(9):
        book.ok("tag", "--where", "+vip", f"t{number}", "--yes", CRM_NOW=f"2026-03-03T0{number}:00")
    reasons = [row[0] for row in listed(book, CRM_NOW="2026-03-04T09:00")]
    assert reasons == ["before edit"] * 5 + ["asked"]


@given(
    st.lists(
        st.tuples(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.sampled_from(["asked", "import", "restore"])),
        max_size=60,
    )
)  # fmt: skip
def test_what_stays(found: list[tuple[date, str]]) -> None:
    """The newest stays, the last of each of the newest days stays, and taking away twice takes no more."""
    rows = sorted(set(found), reverse=True)
    copies = [
        catalog.Copy(f"{day}-{reason}", "u", f"{day}T09:00:00Z", 1, reason, sound=True)
        for day, reason in rows
    ]
    staying = chosen(copies, dict(KEEP))
    asked = [copy for copy in copies if copy.reason == "asked"]
    assert {copy.path for copy in asked[:7]} <= staying
    for reason in ("import", "restore"):
        of_it = [copy.path for copy in copies if copy.reason == reason]
        assert [path for path in of_it if path in staying] == of_it[: KEEP["before"]]
    months = {copy.at[:7]: copy.path for copy in reversed(asked)}
    newest = sorted(months, reverse=True)[: KEEP["monthly"]]
    assert {months[month] for month in newest} <= staying
    left = [copy for copy in copies if copy.path in staying]
    assert chosen(left, dict(KEEP)) == staying


def test_two_books_of_one_name_are_told_apart(book: Crm) -> None:
    """Copies belong to a book by what it is, not by where it lies: also moved it finds its own."""
    book.ok("backup")
    other = book.home / "sub" / "book.db"
    book.ok("--db", str(other), "add", "Bo Berg")
    assert book.ok("--db", str(other), "backup", "--list", "--json").json == []
    moved = book.home / "moved.db"
    book.db.rename(moved)
    assert len(book.ok("--db", str(moved), "backup", "--list", "--json").json) == 1


def test_a_copy_to_play_with_has_copies_of_its_own(book: Crm) -> None:
    """It has the book's number; the book's copies stay, and latest is one of its own."""
    mine = book.ok("backup").out.strip()
    play = book.home / "play.db"
    play.write_bytes(book.db.read_bytes())
    for turn in range(1, 9):
        when = f"2026-03-02T1{turn}:00"
        book.ok("--db", str(play), "tag", "1", f"t{turn}", CRM_NOW=when)
        book.ok("--db", str(play), "backup", CRM_NOW=when)
    assert os.path.exists(mine)
    book.ok("tag", "1", "gold")
    assert (
        f"restored {mine}" in book.ok("restore", "latest", "--yes", CRM_NOW="2026-03-01T08:00").out
    )


def test_a_book_whose_name_begins_another(book: Crm) -> None:
    """Where a book is gone, the copies of book-work.db are not taken for its own."""
    work = book.home / "book-work.db"
    book.ok("--db", str(work), "add", "Work Person")
    book.ok("--db", str(work), "backup")
    book.db.unlink()
    assert book.ok("backup", "--list", "--json").json == []
    assert book("restore", "latest", "--yes").code == 3


def test_a_migration_takes_a_copy(book: Crm) -> None:
    """A book of an older schema is copied before it is brought up to date, and the copy is listed."""
    fresh = book.home / "old.db"
    with closing(sqlite3.connect(book.db)) as db:
        db.execute(f"VACUUM INTO '{fresh}'")
    with closing(sqlite3.connect(fresh)) as db:
        db.execute("PRAGMA user_version = 0")
    fresh.replace(book.db)
    before = book.db.read_bytes()
    book.ok("search")
    (row,) = book.ok("backup", "--list", "--json").json
    assert row["reason"] == "before migration"
    with open(row["path"], "rb") as file:
        assert file.read() == before


def test_copies_of_the_old_kind_are_found(book: Crm) -> None:
    """What an older crm laid beside the book before a migration is listed with the others."""
    old = book.home / "book.db.schema-0.bak"
    old.write_bytes(book.db.read_bytes())
    assert catalog.kept(str(book.db), str(folder(book))) == [str(old)]
    assert listed(book) == [("before migration", "sound", 1)]


def test_the_copy_of_a_book_that_is_written_to(book: Crm) -> None:
    """A writer in the middle of its change is not in the copy, and is not stopped by it."""
    program = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('BEGIN IMMEDIATE');"
        "db.execute(\"INSERT INTO shown VALUES ('half', 'x', 'y')\"); print(flush=True);"
        "sys.stdin.read(); db.execute('COMMIT')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, book.db], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout
        writer.stdout.readline()
        made = book.ok("backup").out.strip()
        writer.communicate(b"")
    assert writer.returncode == 0
    for path, count in ((made, 0), (book.db, 1)):
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT count(*) FROM shown").fetchone()[0] == count


def test_a_copy_in_which_somebody_was_forgotten_is_not_overwritten(book: Crm) -> None:
    """The person would be there again: refused until they are forgotten here, too; a restore says whom it takes away."""
    laptop = book.home / "laptop.db"
    laptop.write_bytes(book.db.read_bytes())
    book.ok("--db", str(laptop), "forget", "1", "--yes")
    refused = book("backup", str(laptop))
    assert refused.code == 3
    assert "1 Anna Nowak was forgotten there; crm forget 1 does it here" in refused.err
    told = book.ok("restore", str(laptop), "--dry-run").err
    assert "you lose 1 Anna Nowak, who was forgotten in that copy" in told
    assert "nothing is lost" not in told
    book.ok("forget", "1", "--yes")
    book.ok("backup", str(laptop))
