"""Ids that are too short to be anybody's alone, and files of which nothing is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm

UUID = "11111111-aaaa-4bbb-8ccc-000000000001"


def card(name: str, address: str, uid: str) -> str:
    return f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nEMAIL:{address}\nUID:{uid}\nEND:VCARD\n"


def names(crm: Crm) -> list[str]:
    return sorted(one["name"] for one in crm.ok("list", "--json").json)


ANNA, PIOTR = card("Anna Nowak", "anna@x.example", "1"), card("Piotr Wilk", "piotr@y.example", "1")


@pytest.mark.parametrize("together", [True, False])
def test_a_short_uid_joins_no_strangers(crm: Crm, tmp_path: Path, *, together: bool) -> None:
    """In one file or in two: two people, said so, and a second import changes nothing."""
    path = tmp_path / "a.vcf"
    files = [ANNA + PIOTR] if together else [ANNA, PIOTR]
    said = ""
    for text in files:
        path.write_text(text)
        said = crm.ok("import", str(path)).err
    assert 'UID "1" is that of others, with whom nothing agrees' in said
    assert names(crm) == ["Anna Nowak", "Piotr Wilk"]
    book = crm.ok("export").out
    for text in [*files, *files[::-1]]:
        path.write_text(text)
        assert "0 added, 0 updated" in crm.ok("import", str(path)).err
    assert crm.ok("export").out == book


@pytest.mark.parametrize(
    ("uid", "name", "address"),
    [
        ("1", "Anna Nowak", "new@z.example"),
        ("1", "Anna Wilk", "anna@x.example"),
        (UUID, "Anna Wilk", "new@z.example"),
        ("anna@host", "Anna Wilk", "new@z.example"),
    ],
)
def test_what_agrees_is_the_same_person(
    crm: Crm, tmp_path: Path, uid: str, name: str, address: str
) -> None:
    """A name or an e-mail with a short id, and a long id alone."""
    path = tmp_path / "a.vcf"
    path.write_text(card("Anna Nowak", "anna@x.example", uid))
    crm.ok("import", str(path))
    path.write_text(card(name, address, uid))
    assert "somebody else" not in crm.ok("import", str(path)).err
    assert len(names(crm)) == 1


@pytest.mark.parametrize("note", ["program=abook", '"x\n[format]\nprogram=abook\n"'])
def test_a_table_that_mentions_abook_is_a_table(crm: Crm, tmp_path: Path, note: str) -> None:
    """Only its own section, with nothing but comments before it, is the mark of abook."""
    path = tmp_path / "a.csv"
    path.write_text(f"name,email,note\nAnna Nowak,anna@x.example,{note}\n")
    assert "1 added" in crm.ok("import", str(path)).err
    path = tmp_path / "book"
    path.write_text("# mine\n\n[format]\nversion=0.6\nprogram=abook\n\n[0]\nname=Ewa Lis\n")
    assert "1 added" in crm.ok("import", str(path)).err


def test_a_file_of_which_nothing_is_read_says_so(crm: Crm, tmp_path: Path) -> None:
    """It may be something else than what it was taken for."""
    path = tmp_path / "book"
    path.write_text("# abook addressbook file\nname,email\n")
    assert "nothing in it was read, as abook" in crm.ok("import", str(path)).err
