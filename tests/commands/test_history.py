"""crm history."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from crmcli.main import main

if TYPE_CHECKING:
    from tests.conftest import Crm


class Terminal(io.StringIO):
    """A stream that somebody sits at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--company", "Acme", "--email", "anna@acme.example")
    crm.ok("edit", "anna", "--city", "Łódź", "--tag", "vip")
    crm.ok("edit", "anna", "--city", "Kraków", "--cadence", "30d")
    crm.ok("log", "call", "anna", "wants the list", "--next", "friday")
    return crm


def told(crm: Crm, *words: str) -> list[str]:
    """The lines that ``crm history`` prints on a terminal."""
    out = Terminal()
    environ = crm.environ | {"NO_COLOR": "1"}
    assert (
        main(["history", *words], environ=environ, stdin=io.StringIO(), stdout=out, stderr=out) == 0
    )
    return out.getvalue().splitlines()


def test_on_a_terminal_it_is_a_story(book: Crm) -> None:
    """Newest first: when, which command, and what changed from what to what."""
    lines = told(book)
    assert lines[0] == "    4  2026-03-02 09:00  crm log call anna 'wants the list' --next friday"
    assert lines[1:3] == [
        "       Anna Nowak: + call 2026-03-02 wants the list",
        "       Anna Nowak: + F1 2026-03-06 after the call: wants the list",
    ]
    assert lines[4:6] == [
        "       Anna Nowak: city Łódź → Kraków",
        "       Anna Nowak: cadence (none) → 30",
    ]
    assert lines[-3:] == [
        "       + Acme",
        "       + Anna Nowak (1)",
        "       Anna Nowak: + anna@acme.example",
    ]


def test_it_tells_what_was_so_then(book: Crm) -> None:
    """A name that was changed later is told as it was when it was added."""
    book.ok("edit", "anna", "--name", "Anna Lis")
    assert "       + Anna Nowak (1)" in told(book)


def test_the_undone_is_marked(book: Crm) -> None:
    """Undone commands stay in the story; undoing is no command of it."""
    book.ok("undo")
    assert told(book)[0].endswith("--next friday  (undone)")
    assert book.ok("history", "--columns", "id,undone").lines[:2] == ["4\ttrue", "3\tfalse"]


def test_in_a_pipe_it_is_rows(book: Crm) -> None:
    """One row a command, with the number of rows it changed."""
    rows = book.ok("history", "--json").json
    assert [row["id"] for row in rows] == [4, 3, 2, 1]
    assert rows[0] == {
        "id": 4,
        "at": "2026-03-02T09:00:00Z",
        "command": "crm log call anna 'wants the list' --next friday",
        "undone": False,
        "changes": 3,
    }


def test_of_one_person_it_is_value_by_value(book: Crm) -> None:
    """One row for each value that changed, before and after."""
    book.ok("add", "Jan Kowalski")
    rows = book.ok("history", "anna", "--columns", "id,op,field,before,after").lines
    assert "3\tupdate\tcity\tŁódź\tKraków" in rows
    assert "2\tinsert\t\t\tvip" in rows
    assert not any("Jan" in row for row in rows)


def test_the_limit_counts_commands(book: Crm) -> None:
    """A limit says how many commands are told, and that there are older ones."""
    assert len(book.ok("history", "--limit", "2").lines) == 2
    assert {row.split("\t")[0] for row in book.ok("history", "anna", "--limit", "1").lines} == {"4"}
    lines = told(book, "--limit", "1")
    assert len(lines) == 4
    assert "older" in lines[-1]
    assert book("history", "--limit", "-1").code == 2


def test_an_import_is_told_by_its_counts(crm: Crm) -> None:
    """Thousands of rows are a few lines, for the book and for each of its people."""
    text = "name,email,tags\n" + "".join(f"Person {n},p{n}@acme.example,all\n" for n in range(1500))
    crm.ok("import", "-", "--as", "contacts", stdin=text)
    assert "       + 1,500 people" in told(crm)
    assert "       + 1,500 e-mails" in told(crm)
    assert "       + 1 e-mail" in told(crm, "p7@acme.example")


def test_an_empty_book_has_no_history(crm: Crm) -> None:
    """Nothing is told, and no book is made."""
    assert told(crm) == ["nothing changed yet"]
    assert crm.ok("history").out == ""
    assert not crm.db.exists()


def test_values_do_nothing_on_the_terminal(crm: Crm) -> None:
    """Control characters in what was typed show as escapes."""
    crm.ok("add", "Anna Nowak", "--note", "a\x1b[31mred")
    crm.ok("edit", "anna", "--note", "line\nline")
    assert "\x1b" not in "".join(told(crm))
