"""crm search."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--company", "Acme", "--tag", "vip",
           "--phone", "+48609100109", "--set", "tea=green")  # fmt: skip
    crm.ok("add", "Jan Nowakowski", "--company", "Brno Steel", "--city", "Brno")
    crm.ok("add", "Łukasz Wójcik", "--note", "met in Vienna; brother of Anna")
    crm.ok("log", "call", "jan", "wants the zinc price list by May", "--at", "2026-02-20")
    crm.ok("log", "meeting", "anna nowak", "liked the samples", "--at", "2026-01-10")
    crm.ok("remind", "jan", "2026-03-09", "call back")
    return crm


def found(crm: Crm, *words: str) -> list[int]:
    result = crm("search", *words, "--ids")
    assert result.code in (0, 1), result
    return [int(line) for line in result.lines]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["anna"], [1, 3]),
        (["ANNA", "nowak"], [1]),
        (["lukasz"], [3]),
        (["wojcik"], [3]),
        (["zinc"], [2]),
        (["price list"], [2]),
        (["609100109"], [1]),
        (["anna@acme.example"], [1]),
        (["+vip"], [1]),
        (["tag:vip"], [1]),
        (["company:brno"], [2]),
        (["tea:green"], [1]),
        (["vienna"], [3]),
        (["last:30d.."], [2]),
        (["due:..7d"], [2]),
        (["not", "anna"], [2]),
        (["nobody"], []),
        ([], [1, 2, 3]),
    ],
    ids=str,
)
def test_people_are_found_by_anything_on_them(book: Crm, words: list[str], ids: list[int]) -> None:
    """Names, e-mails, phones, tags, custom fields, notes and what was said; none is exit 1."""
    assert found(book, *words) == ids


def test_the_columns_of_the_contract(book: Crm) -> None:
    """Unless asked otherwise: id name company email phone last next match."""
    assert (
        book.ok("search", "jan", "--csv").lines[0] == "id,name,company,email,phone,last,next,match"
    )
    assert book.ok("search", "zinc").out == (
        "2\tJan Nowakowski\tBrno Steel\t\t\t2026-02-20\t2026-03-09\twants the zinc price list by May\n"
    )


def test_every_format_has_the_same_rows(book: Crm) -> None:
    """tsv, csv, json, jsonl, ids and table say the same, as -f or in short."""
    columns = ["--columns", "id,name,emails,last,do_not_contact"]
    rows = [
        [1, "Anna Nowak", ["anna@acme.example"], "2026-01-10", False],
        [2, "Jan Nowakowski", [], "2026-02-20", False],
        [3, "Łukasz Wójcik", [], None, False],
    ]
    names = ["id", "name", "emails", "last", "do_not_contact"]
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    assert book.ok("search", "--json", *columns).json == objects
    assert book.ok("search", "-f", "json", *columns).json == objects
    assert [json.loads(line) for line in book.ok("search", "--jsonl", *columns).lines] == objects
    cells = list(csv.reader(io.StringIO(book.ok("search", "--csv", *columns).out)))
    assert cells[0] == names
    assert [row[1:4] for row in cells[1:]] == [
        ["Anna Nowak", "anna@acme.example", "2026-01-10"],
        ["Jan Nowakowski", "", "2026-02-20"],
        ["Łukasz Wójcik", "", ""],
    ]
    assert [line.split("\t")[1] for line in book.ok("search", *columns).lines] == [
        row[1] for row in rows
    ]
    assert book.ok("search", "-f", "ids").out == "1\n2\n3\n"
    table = book.ok("search", "-f", "table", *columns).out
    assert "name" in table.splitlines()[0].lower()
    assert all(str(row[1]) in table for row in rows)


@pytest.mark.parametrize(
    "words",
    [
        ["--columns", "nmae"],
        ["--columns", ","],
        ["--sort", "shoe"],
        ["--limit", "-1"],
        ["--limit", "x"],
        ["--limit", "99999999999999999999"],
        ["-f", "xml"],
        ["--csv", "--json"],
        ["(anna"],
        ["last:soon"],
        ["nonsense:1"],
        ["@nothing"],
        ["--frob"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_understood_is_exit_2(book: Crm, words: list[str]) -> None:
    """A bad option, column, sort, limit, format or query is exit 2, and nothing on stdout."""
    result = book("search", *words)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err


def test_a_wrong_column_is_answered_with_the_nearest(book: Crm) -> None:
    """A misspelt column gets a suggestion."""
    assert "did you mean name" in book("search", "--columns", "nmae").err


def test_sort_and_limit(book: Crm) -> None:
    """--sort takes a field, a leading minus turns it round, --limit cuts."""
    assert found(book, "--sort", "name") == [1, 2, 3]
    assert found(book, "--sort", "-name") == [3, 2, 1]
    assert found(book, "--sort=-last", "--limit", "1") == [2]
    assert found(book, "--limit", "2") == [1, 2]
    assert found(book, "anna", "--limit", "1") == [1]
    assert book("search", "--limit", "0").code == 1


@pytest.mark.parametrize("form", ["--csv", "--json", "--jsonl", "--ids", "-f=tsv"])
def test_misspelt_words_still_find(book: Crm, form: str) -> None:
    """Where nothing is spelt like that the nearest spelling is read, said so, and printed once."""
    form, _, value = form.partition("=")
    words = [form, value] if value else [form]
    wrong = book.ok("search", "nowk", *words)
    assert wrong.out == book.ok("search", "nowak", *words).out
    assert '"nowk" as "nowak"' in wrong.err
    assert book("search", "xqzzy").code == 1


def test_nobody_found_is_said_but_to_scripts(book: Crm) -> None:
    """A person is told that nobody was found; a program gets an empty result and exit 1."""
    result = book("search", "xqzzy")
    assert (result.code, result.out, result.err) == (1, "", "nobody found\n")
    assert book("search", "xqzzy", "--quiet").err == ""
    assert book("search", "xqzzy", "--json").json == []
    assert book("search", "xqzzy", "--jsonl").out == ""
    assert book("search", "xqzzy", "--csv").out.startswith("id,name")


def test_the_snippet_shows_what_the_row_does_not(book: Crm) -> None:
    """Match is the bit of the note or of what was said; empty where the row itself shows it."""
    match = {row["id"]: row["match"] for row in book.ok("search", "anna", "--json").json}
    assert match[1] is None
    assert match[3] == "met in Vienna; brother of Anna"


def test_columns_pick_and_order(book: Crm) -> None:
    """--columns takes any field, custom ones too, in any order; the config sets the default."""
    assert book.ok("search", "anna nowak", "--columns", "tea,id,tags").out == "green\t1\tvip\n"
    book.ok("config", "set", "output.columns", "name,quiet")
    assert book.ok("search", "jan").out == "Jan Nowakowski\t10\n"


@pytest.mark.parametrize("text", ["O'Brien", "C++", '""', "*", "bob@example.com", "a-b", "%", "\\"])
def test_no_text_is_syntax(book: Crm, text: str) -> None:
    """Signs of SQL, of full-text search and of globs are ordinary text."""
    assert book("search", text).code in (0, 1)


def test_aliases(book: Crm) -> None:
    """List and ls are search."""
    assert book.ok("list", "--ids").out == book.ok("ls", "--ids").out == "1\n2\n3\n"


def test_searching_makes_no_book(crm: Crm) -> None:
    """Reading where there is no book yet finds nobody and makes no file."""
    assert crm("search", "anna").code == 1
    assert not crm.db.exists()
