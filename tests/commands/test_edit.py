"""crm edit."""

from __future__ import annotations

import shlex
import sys
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm, Result


@pytest.fixture
def book(crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crm:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    crm.ok(
        "add", "Anna Nowak", "--email", "anna@acme.example", "--phone", "+48 600 100 100",
        "--company", "Acme", "--city", "Łódź", "--tag", "vip", "--set", "route=north",
    )  # fmt: skip
    crm.ok("add", "Jan Kowalski", "--company", "Acme")
    return crm


def card(crm: Crm, who: str = "1") -> Any:
    return crm.ok("show", who, "--json").json


def edited(crm: Crm, old: str, new: str) -> Result:
    """Run ``crm edit 1`` with an editor that replaces ``old`` by ``new``."""
    script = (
        "import sys; p = sys.argv[3]; s = open(p, encoding='utf-8').read();"
        "a, b = (x.encode().decode('unicode_escape') for x in sys.argv[1:3]); assert a in s;"
        "open(p, 'w', encoding='utf-8').write(s.replace(a, b))"
    )
    return crm("edit", "1", EDITOR=shlex.join([sys.executable, "-c", script, old, new]))


def test_it_tells_what_changed(book: Crm) -> None:
    """Each value is told before and after; lists gain, single values are replaced."""
    result = book.ok("edit", "anna", "--city", "Kraków", "--email", "a.nowak@home.example")
    assert result.lines == [
        "1  Anna Nowak  changed",
        "   city: Łódź → Kraków",
        "   e-mail a.nowak@home.example",
    ]
    assert card(book)["emails"] == ["anna@acme.example", "a.nowak@home.example"]


def test_the_same_value_again_changes_nothing(book: Crm) -> None:
    """What is so already is no change and no entry in the history."""
    before = card(book)
    assert (
        book.ok("edit", "anna", "--city", "Łódź", "--tag", "VIP").out
        == "1  Anna Nowak  unchanged\n"
    )
    assert card(book) == before
    assert len(book.ok("history").lines) == 2


@pytest.mark.parametrize("words", [["--city", ""], ["--clear", "city"]])
def test_a_field_is_emptied(book: Crm, words: list[str]) -> None:
    """An empty value and --clear both empty a field; on an empty one they change nothing."""
    book.ok("edit", "anna", *words)
    assert card(book)["city"] is None
    assert "unchanged" in book.ok("edit", "anna", *words).out


@pytest.mark.parametrize("field", ["emails", "email", "phones", "tags", "company", "route"])
def test_clear_takes_any_field(book: Crm, field: str) -> None:
    """Lists, the company and fields of one's own are emptied by the same option."""
    book.ok("edit", "anna", "--clear", field)
    assert not card(book).get(field)


@pytest.mark.parametrize("field", ["name", "lifecycle", "uid", "nonsense"])
def test_clear_refuses_what_cannot_be_empty(book: Crm, field: str) -> None:
    """A name stays; what is read-only or unknown is refused."""
    assert book("edit", "anna", "--clear", field).code == 3


def test_a_new_name_brings_its_parts(book: Crm) -> None:
    """Given and family name follow the name."""
    book.ok("edit", "anna", "--name", "Maria Lis")
    assert [card(book)[field] for field in ("name", "given", "family")] == [
        "Maria Lis",
        "Maria",
        "Lis",
    ]
    assert book.ok("search", "lis", "--ids").out == "1\n"


def test_entries_are_taken_off_in_any_spelling(book: Crm) -> None:
    """An e-mail in any case and a phone in any spelling name the entry; others are refused."""
    book.ok("edit", "anna", "--remove-email", "ANNA@ACME.EXAMPLE", "--remove-phone", "+48600100100")
    assert (card(book)["emails"], card(book)["phones"]) == ([], [])
    result = book("edit", "anna", "--remove-email", "anna@acme.example")
    assert result.code == 3
    assert "there is none" in result.err


def test_what_belongs_to_another_needs_force(book: Crm) -> None:
    """An e-mail that somebody has is refused and names them; --force gives it to both."""
    result = book("edit", "jan", "--email", "anna@acme.example")
    assert result.code == 3
    assert "1 Anna Nowak" in result.err
    book.ok("edit", "jan", "--email", "anna@acme.example", "--force")
    assert card(book, "2")["emails"] == ["anna@acme.example"]


def test_bulk_counts_and_asks(book: Crm) -> None:
    """A bulk edit says how many it changed, needs --yes, and is one entry in the history."""
    assert book("edit", "--where", "company:acme", "--city", "Łódź").code == 2
    asked = ["edit", "--where", "company:acme", "--city", "Łódź"]
    assert book.ok(*asked, "--dry-run").out == "would be city=Łódź: 1 of 2 people\n"
    assert card(book, "2")["city"] is None
    assert book.ok(*asked, "--yes").out == "city=Łódź: 1 of 2 people\n"
    assert card(book, "2")["city"] == "Łódź"
    assert len(book.ok("history").lines) == 3


@pytest.mark.parametrize(
    "words", [["--email", "x@y.example"], ["--name", "X"], ["--remove-email", "x@y.example"], []]
)
def test_bulk_takes_nothing_personal(book: Crm, words: list[str]) -> None:
    """A name or an address is one person's, and something has to change."""
    assert book("edit", "--where", "company:acme", *words, "--yes").code == 2


def test_a_dry_run_changes_nothing(book: Crm) -> None:
    """It tells what would change, and rolls it back."""
    before = card(book)
    assert (
        book.ok("edit", "anna", "--city", "Kraków", "--dry-run").lines[1]
        == "   city: Łódź → Kraków"
    )
    assert card(book) == before


@pytest.mark.parametrize("words", [[], ["anna", "--where", "name:any"], ["nobody"], ["anna"]])
def test_somebody_and_something_are_needed(book: Crm, words: list[str]) -> None:
    """Nobody named, named in two ways, unknown, or no option, terminal and editor: refused."""
    assert book("edit", *words).code in (2, 3)


def test_the_editor_changes_what_was_changed(book: Crm) -> None:
    """Values are replaced, lists come back in their order, and fields of one's own too."""
    result = edited(book, '["anna@acme.example"]', '["new@acme.example", "ANNA@acme.example"]')
    assert result.code == 0, result
    assert card(book)["emails"] == ["new@acme.example", "ANNA@acme.example"]
    edited(book, 'route = "north"', 'route = "south"')
    assert card(book)["route"] == "south"
    edited(book, 'note = ""', 'note = """\\nfirst =\\nsecond"""')
    assert card(book)["note"] == "first =\nsecond"


@pytest.mark.parametrize("new", ["city =", "city = # gone", 'city = ""', ""])
def test_an_emptied_line_empties_the_field(book: Crm, new: str) -> None:
    """A line without its value, and a line taken out, empty the field."""
    script = (
        "import re, sys; s = open(sys.argv[2]).read();"
        "open(sys.argv[2], 'w').write(re.sub('(?m)^city.*$', sys.argv[1], s))"
    )
    book.ok("edit", "1", EDITOR=shlex.join([sys.executable, "-c", script, new]))
    assert card(book)["city"] is None


def test_nothing_changed_is_nothing_done(book: Crm) -> None:
    """An editor that leaves the text as it is writes nothing."""
    assert book.ok("edit", "anna", EDITOR="true").out == "1  Anna Nowak  unchanged\n"
    assert len(book.ok("history").lines) == 2


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ('lifecycle = "lead"', 'lifecycle = "nobody"', 3, "lifecycle"),
        ('name = "Anna Nowak"', "", 3, "name"),
        ("city =", "citty =", 2, "did you mean city?"),
        ("city =", "city", 2, "not TOML"),
        ('title = ""', 'title = ["a"]', 2, "title is one value"),
        ("[fields]", "[[fields]]", 2, "fields is a table"),
    ],
)
def test_a_text_that_is_not_valid_is_kept(
    book: Crm, old: str, new: str, code: int, said: str
) -> None:
    """Nothing is changed, the reason is said, and the text stays in a file that is named."""
    before = card(book)
    result = edited(book, old, new)
    assert result.code == code
    assert said in result.err
    kept = result.err.rpartition("kept in ")[2].strip()
    with open(kept, encoding="utf-8") as file:
        assert new in file.read()
    assert card(book) == before


def test_who_is_merged_while_the_editor_is_open(book: Crm) -> None:
    """Another shell was faster: it is refused, and the text kept."""
    script = (
        "import subprocess, sys; subprocess.run([sys.executable, '-m', 'crmcli', '--quiet', 'merge', '2', '1'], check=True);"
        "p = sys.argv[1]; s = open(p, encoding='utf-8').read();"
        "open(p, 'w', encoding='utf-8').write(s.replace('Anna', 'Ewa'))"
    )
    result = book("edit", "1", EDITOR=shlex.join([sys.executable, "-c", script]))
    assert result.code == 3
    assert "contact 1 was merged or taken away meanwhile; your text is kept in " in result.err


def test_an_editor_that_fails_changes_nothing(book: Crm) -> None:
    """A failing or missing editor is a usage error."""
    assert book("edit", "anna", EDITOR="false").code == 2
    assert book("edit", "anna", EDITOR="no-such-editor-anywhere").code == 2


def test_hostile_names_come_back_from_the_editor(crm: Crm) -> None:
    """What looks like TOML, quotes and backslashes in values survive an edit of another field."""
    crm.ok(
        "add",
        'O"Brien \\ [x] = 1',
        "--note",
        'a"""b\\n\n[fields]\nx = 1',
        "--set",
        'my "own" field=é',
    )
    before = card(crm)
    edited(crm, 'city = ""', 'city = "Cork"')
    after = card(crm)
    assert after.pop("city") == "Cork"
    before.pop("city")
    assert after == before
