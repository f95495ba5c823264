"""crm export: nothing lost on the way out and in again."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.conftest import Crm

BOOK = Path(__file__).parents[2] / "examples" / "book"
NOUNS = ("companies", "contacts", "deals", "interactions", "followups")


@pytest.fixture
def sample(crm: Crm) -> Crm:
    crm.ok("import", *map(str, sorted(BOOK.glob("*.csv"))))
    crm.ok(
        "add",
        "a;b \\ c",
        "--tag",
        "x y",
        "--note",
        'line 1\nline "2", end',
        "--set",
        "odd field=1; 2\\;3",
    )
    crm.ok("edit", "1", "--birthday", "--02-29", "--date", "renewal=2026-12-31/30d")
    return crm


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl"])
def test_export_and_import_into_an_empty_book_lose_nothing(sample: Crm, kind: str) -> None:
    """Every noun comes out of the second book byte for byte as out of the first."""
    first = {noun: sample.ok("export", "--as", noun, "--to", kind).out for noun in NOUNS}
    other = Crm(sample.home)
    other.environ["CRM_DB"] = str(sample.home / "other.db")
    for noun in NOUNS:
        done = other.ok("import", "--as", noun, "-", stdin=first[noun])
        assert "0 rejected" in done.err
    again = {noun: other.ok("export", "--as", noun, "--to", kind).out for noun in NOUNS}
    assert again == first


def test_what_was_exported_changes_nothing_in_a_full_book(sample: Crm) -> None:
    """Importing one's own export leaves no entry in the history."""
    before = sample.ok("history", "--json").out
    for noun in NOUNS:
        done = sample.ok("import", "-", stdin=sample.ok("export", "--as", noun).out)
        assert "0 added, 0 updated" in done.err
    assert sample.ok("history", "--json").out == before


def test_excel_safe_comes_off_again(crm: Crm) -> None:
    """A name that a spreadsheet would run gets an apostrophe, a phone does not; import removes it."""
    crm.ok("add", "=1+1", "--phone", "+48601100101", "--tag", "a", "--tag", "=4")
    crm.ok("import", "-", stdin='name,"kind;=3"\nEva,of\n')
    safe = crm.ok("export", "--excel-safe").out
    assert "'=1+1" in safe
    assert ";=" not in safe
    assert ',"+48601100101",' in safe
    other = Crm(crm.home)
    other.environ["CRM_DB"] = str(crm.home / "other.db")
    other.ok("import", "-", stdin=safe)
    assert other.ok("export").out == crm.ok("export").out


def test_a_query_chooses_people_and_what_is_theirs(sample: Crm) -> None:
    """`export QUERY --as interactions` holds the interactions of these people alone."""
    rows = sample.ok("export", "id:26", "--as", "followups", "--json").json
    assert rows
    assert {row["contact"]["id"] for row in rows} == {26}


def test_a_file_is_private_and_whole(sample: Crm, tmp_path: Path) -> None:
    """-o writes a file of mode 0600 with the same bytes as stdout."""
    target = tmp_path / "out.csv"
    sample.ok("export", "-o", str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.read_text("utf-8") == sample.ok("export").out


def test_columns_and_ids(crm: Crm) -> None:
    """--columns picks and orders; --ids is one id a line."""
    crm.ok("add", "Anna Nowak", "--city", "Łódź")
    assert crm.ok("export", "--columns", "city,name").lines == ["city,name", "Łódź,Anna Nowak"]
    assert crm.ok("export", "--ids").lines == ["1"]


@pytest.mark.parametrize(
    "words",
    [["--to", "xls"], ["--as", "people"], ["--to", "json", "--excel-safe"], ["--csv", "--json"]],
)
def test_what_cannot_be_written_is_refused(crm: Crm, words: list[str]) -> None:
    """An unknown format, noun or combination is exit 2 in one line."""
    done = crm("export", *words)
    assert done.code == 2
    assert done.err.count("\n") == 1


def test_a_device_is_written_to_and_never_replaced(crm: Crm, tmp_path: Path) -> None:
    """-o on a named pipe fills the pipe and leaves it a pipe."""
    crm.ok("add", "Anna Nowak")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    crm.ok("export", "-o", str(pipe), "--columns", "name")
    assert os.read(reader, 1000) == b"name\nAnna Nowak\n"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_no_link_chooses_who_reads_an_export(crm: Crm, tmp_path: Path) -> None:
    """A link to a pipe is refused, for rejects too; those of /dev/fd and /dev/stdout are the system's own."""
    crm.ok("add", "Anna Nowak")
    pipe, link = tmp_path / "pipe", tmp_path / "vip.csv"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    for words, text in (
        (("export", "-o", str(link)), ""),
        (("import", "-", "--rejects", str(link)), "name,email\n,Anna only\n"),
    ):
        done = crm(*words, stdin=text)
        assert (done.code, done.err.count(f"{link}: a link to what is no file")) == (2, 1)
    assert os.read(reader, 1000) == b""
    os.close(reader)
    assert link.is_symlink()
    null = tmp_path / "null"
    null.symlink_to("/dev/null")
    assert crm("export", "-o", str(null)).code == 2
    source, sink = os.pipe()
    crm.ok("export", "-o", f"/dev/fd/{sink}", "--columns", "name")
    assert os.read(source, 1000) == b"name\nAnna Nowak\n"
    os.close(source)
    os.close(sink)


HUBSPOT = "Record ID,First Name,Last Name,Email,Lifecycle Stage,Job Title\n"


def test_ids_of_other_systems_move_too(crm: Crm) -> None:
    """After a move to a new book HubSpot's next export still updates whom its first one made."""
    crm.ok("import", "-", stdin=HUBSPOT + "501,Anna,Nowak,anna@x.example,Customer,Buyer\n")
    moved = crm.ok("export").out
    assert moved.splitlines()[1].endswith(",hubspot:501,,,")
    other = Crm(crm.home)
    other.environ["CRM_DB"] = str(crm.home / "other.db")
    other.ok("import", "-", stdin=moved)
    assert other.ok("export").out == moved
    newer = HUBSPOT + "501,Anna,Kowalska,anna@new.example,Customer,Chief\n"
    done = other.ok("import", "--on-match", "update", "-", stdin=newer)
    assert "0 added, 1 updated" in done.err
    assert other.ok("export", "--json").json[0]["title"] == "Chief"
    other.ok("undo")
    assert other.ok("export").out == moved


def test_ids_are_read_in_files_of_ours_only(crm: Crm) -> None:
    """Nobody else says who is who in a third system: there it is a field like any other."""
    crm.ok("import", "-", stdin="name,email,external_ids\nAnna,anna@x.example,hubspot:501\n")
    found = crm.ok("export", "--json").json[0]
    assert found["external_ids"] == []
    assert "hubspot:501" in found.values()


def test_a_uid_twice_in_a_file_is_one_record(crm: Crm) -> None:
    """Whoever the second is about: the first counts."""
    crm.ok("add", "Anna", "--email", "anna@x.example")
    crm.ok("add", "Ewa", "--email", "ewa@x.example")
    rows = "0123456789abcdef,anna@x.example,2026-03-05,call\n" * 2
    done = crm.ok("import", "-", stdin="uid,contact,due,text\n" + rows.replace("anna", "ewa", 1))
    assert "1 added" in done.err
    assert "1 skipped" in done.err


@pytest.mark.parametrize(
    ("noun", "rows"),
    [
        ("deals", "Record ID,Deal Name,Deal Stage,Associated Contact\n7,Paper,Closed Won,Anna Nowak (anna@x.example)\n"),
        ("companies", "Record ID,Company name,Company Domain Name\n7,Acme,acme.example\n"),
        ("interactions", "Record ID,Activity type,Activity date,Associated Contact\n7,Call,2026-02-01,Anna Nowak (anna@x.example)\n"),
    ],
)  # fmt: skip
def test_an_id_tells_what_another_book_has_too(crm: Crm, noun: str, rows: str) -> None:
    """Two books that took the same record from one system have it once when one takes the other in."""
    other = Crm(crm.home)
    other.environ["CRM_DB"] = str(crm.home / "other.db")
    for book in (crm, other):
        book.ok("import", "-", stdin=rows)
    moved = crm.ok("export", "--as", noun).out
    assert "hubspot:7" in moved
    if noun == "companies":
        moved = moved.replace(",Acme,", ",Acme Paper,")
    done = other.ok("import", "-", stdin=moved)
    assert "0 added" in done.err
    assert len(other.ok("export", "--as", noun, "--json").json) == 1


@pytest.mark.parametrize("target", ["book", "copy", "config"])
def test_no_book_and_no_config_is_written_over(crm: Crm, target: str) -> None:
    """Nor a copy of a book: refused, and the file is what it was."""
    crm.ok("add", "Bob")
    crm.ok("config", "set", "owner.country", "PL")
    crm.ok("backup", str(crm.home / "copy.db"))
    place = {
        "book": crm.db,
        "copy": crm.home / "copy.db",
        "config": crm.home / ".config/crm/config.toml",
    }[target]
    before = place.read_bytes()
    assert crm("export", "-o", str(place)).code == 3
    assert place.read_bytes()[:16] == before[:16]
    assert crm.ok("search", "--ids").out == "1\n"
