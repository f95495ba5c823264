"""crm forget: earlier entries of the same person, which were taken back, and entries of others that look like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.agree import disagreements
from tests.residue import residue

if TYPE_CHECKING:
    from tests.conftest import Crm

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{0}\r\nUID:urn:uuid:7f0c-4d1b-{1}\r\nNOTE:{2}\r\nEND:VCARD\r\n"
NOTE = "plays-the-bassoon"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (["Ana Nowak", "--email", "a@x.example"], ["Anna Nowak", "--email", "A@x.example"]),
        (["A. Nowak", "--phone", "601 100 101"], ["Anna Nowak", "--phone", "601-100-101"]),
        (["Nowak, Anna"], ["Anna Nowak", "--email", "a@x.example"]),
        (["Ana Nowak", "--email", "a@x.example"], ["a@x.example", "--email", "a@x.example"]),
        (["a@x.example", "--email", "a@x.example"], ["Anna Nowak", "--email", "a@x.example"]),
    ],
)
def test_an_entry_with_a_slip_goes_along(crm: Crm, first: list[str], then: list[str]) -> None:
    """Typed, taken back and typed again: spelt otherwise, the e-mail or phone tells who it is; so does the name alone."""
    crm.ok("add", *first, "--note", NOTE)
    crm.ok("undo")
    crm.ok("add", *then)
    crm.ok("add", "Bob", "--note", f"knows {first[0]}")
    told = crm.ok("forget", "2", "--yes", "--redact", "--backups").err
    assert "still in the history" not in told
    assert residue([NOTE, "Nowak", "a@x.example", "601100101"], crm.home) == {}
    assert crm("redo", "1").code == 3
    assert disagreements(str(crm.db)) == []


def test_one_entry_tells_of_another(crm: Crm) -> None:
    """What an entry that was taken back was known by leads to one before it."""
    crm.ok("add", "Ana Nowak", "--phone", "601 100 101", "--note", NOTE)
    crm.ok("undo")
    crm.ok("add", "Anna Nowak", "--phone", "601 100 101", "--email", "a@x.example")
    crm.ok("undo")
    crm.ok("add", "Anna Nowak", "--email", "a@x.example")
    crm.ok("forget", "3", "--yes")
    assert residue([NOTE, "601100101"], crm.home) == {}


@pytest.mark.parametrize("kind", ["vcard", "hubspot", "csv"])
def test_an_import_made_again_of_people_without_an_address(crm: Crm, kind: str) -> None:
    """They are known by the id of the other program, or by nothing but the name."""
    text, name = {
        "vcard": (CARD.format("Anna Nowak", 1, NOTE) + CARD.format("Bob", 2, "reeds"), "a.vcf"),
        "hubspot": (
            f"Record ID,First Name,Last Name,Notes\n501,Anna,Nowak,{NOTE}\n502,Bob,Novak,reeds\n",
            "a.csv",
        ),
        "csv": (f"name,note\nAnna Nowak,{NOTE}\nBob,reeds\n", "a.csv"),
    }[kind]
    file = crm.home / name
    file.write_text(text, "utf-8")
    crm.ok("import", str(file), "--no-backup")
    crm.ok("undo")
    crm.ok("import", str(file), "--no-backup")
    file.unlink()
    crm.ok("forget", "3", "--yes")
    assert residue([NOTE, "Anna"], crm.home) == {}
    assert residue(["reeds"], crm.home)
    assert disagreements(str(crm.db)) == []


def test_an_entry_that_may_be_anothers_is_told(crm: Crm) -> None:
    """The address of an office, or the name of somebody who is there, does not say whose it was: the owner does."""
    crm.ok("add", "Petr Svoboda", "--email", "info@x.example", "--note", "oboe-o")
    crm.ok("undo")
    crm.ok("add", "Jana Nova", "--note", "harp-h")
    crm.ok("undo")
    crm.ok("add", "Jana Nova", "--email", "j@x.example", "--note", "flute-f")
    crm.ok("undo")
    crm.ok("add", "Jana Nova", "--email", "info@x.example")
    crm.ok("add", "Jana Nova", "--email", "other@x.example")
    lines = [
        f"still in the history: {number} {name}, taken back, who may be the same; crm forget {number}\n"
        for number, name in ((1, "Petr Svoboda"), (2, "Jana Nova"), (3, "Jana Nova"))
    ]
    for words in ("--dry-run", "--yes"):
        told = crm.ok("forget", "4", words).err
        for line in lines:
            assert line in told
    assert set(residue(["oboe-o", "harp-h", "flute-f"], crm.home)) == {
        "oboe-o",
        "harp-h",
        "flute-f",
    }
    for number in ("1", "2", "3"):
        crm.ok("forget", number, "--yes")
    assert residue(["oboe-o", "harp-h", "flute-f", "Svoboda"], crm.home) == {}
    assert crm.ok("search", "--columns", "id,name").out == "5\tJana Nova\n"


def test_the_earlier_entry_of_somebody_else_is_left_alone(crm: Crm) -> None:
    """An import undone and made again left theirs in the history, too: nothing is said of it, and it comes back."""
    rows = "name,email,note\nPetr Svoboda,info@x.example,oboe-o\nJana Nova,info@x.example,harp-h\n"
    crm.ok("import", "-", "--no-backup", "--on-match", "new", stdin=rows)
    crm.ok("undo")
    crm.ok("import", "-", "--no-backup", "--on-match", "new", stdin=rows)
    assert "still in the history" not in crm.ok("forget", "4", "--yes").err
    assert residue(["harp-h"], crm.home) == {}
    crm.ok("redo", "1")
    assert crm.ok("search", "--columns", "name").lines == ["Petr Svoboda", "Petr Svoboda"]


def test_an_address_that_several_had_is_no_name(crm: Crm) -> None:
    """Whoever is called by it alone may have been any of them."""
    for name in ("Petr Svoboda", "Karel Dvorak"):
        crm.ok("add", name, "--email", "info@x.example", "--note", NOTE)
        crm.ok("undo")
    crm.ok("add", "info@x.example", "--email", "info@x.example")
    told = crm.ok("forget", "3", "--yes").err
    assert "1 Petr Svoboda, taken back" in told
    assert "2 Karel Dvorak, taken back" in told


@pytest.mark.parametrize("way", ["restore", "copy", "typed again"])
def test_who_has_another_uid_in_a_copy_is_erased_there(crm: Crm, way: str) -> None:
    """Typed in again after a restore, or on the copy: the address and the name tell who it is."""
    anna = ("Anna Nowak", "--email", "a@x.example")
    copy = str(crm.home / "copy.db")
    crm.ok("add", "Bob")
    if way == "restore":
        crm.ok("backup")
        crm.ok("add", "Ana Nowak", *anna[1:], "--note", NOTE)
        crm.ok("restore", "latest", "--yes")
    elif way == "copy":
        crm.ok("backup", copy)
        crm.ok("--db", copy, "add", *anna, "--note", NOTE)
    else:  # there it is in the history alone
        crm.ok("add", *anna, "--note", NOTE)
        crm.ok("undo")
        crm.ok("backup", copy)
    crm.ok("add", *anna)
    who = crm.ok("search", "nowak", "--ids").out.strip()
    assert "erased in: " in crm.ok("forget", who, "--yes", "--backups").err
    assert residue([NOTE, "Nowak", "a@x.example"], crm.home) == {}
    if way != "restore":
        assert crm.ok("--db", copy, "search", "--columns", "name").lines == ["Bob"]
        assert disagreements(copy) == []


def test_others_of_a_copy_stay_there(crm: Crm) -> None:
    """Who is in the book stays in its copies, however alike; who is but there, and may be the same, is named."""
    copy = str(crm.home / "copy.db")
    crm.ok("add", "Anna Nowak", "--email", "a@x.example")
    crm.ok("add", "Anna Nowak", "--email", "a@x.example", "--phone", "601100101", "--force")
    crm.ok("backup", copy)
    crm.ok("--db", copy, "add", "Petr Svoboda", "--phone", "602200202")
    crm.ok("edit", "1", "--phone", "602200202")
    told = crm.ok("forget", "1", "--yes", "--backups").err
    assert (
        f"still in {copy}: 3 Petr Svoboda, who may be the same; crm --db {copy} forget 3\n" in told
    )
    assert crm.ok("--db", copy, "search", "--ids", "--sort", "id").lines == ["2", "3"]


def test_a_restore_names_who_has_an_address_of_the_forgotten(crm: Crm) -> None:
    """Hashes tell no names: whether it is the same under another uid is for the owner to say."""
    anna = ("Anna Nowak", "--email", "a@x.example")
    copy = str(crm.home / "copy.db")
    crm.ok("add", "Bob")
    crm.ok("backup", copy)
    crm.ok("--db", copy, "add", *anna)
    crm.ok("add", *anna)
    crm.ok("forget", "2", "--yes")
    told = crm.ok("forget", "--backups").err
    assert f"still in {copy}: 2 Anna Nowak, who may be the same; crm --db {copy} forget 2\n" in told
    told = crm.ok("restore", copy, "--yes").err
    assert (
        "2 Anna Nowak has an e-mail, a phone or an id of somebody who was forgotten; crm forget 2\n"
        in told
    )
