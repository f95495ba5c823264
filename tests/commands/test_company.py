"""crm company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--company", "Acme Sp. z o.o.", "--tag", "vip")
    crm.ok("add", "Jan Kowalski", "--company", "ACME", "--title", "buyer")
    crm.ok("add", "Eva Malá", "--company", "Papírna Beskyd")
    crm.ok("log", "purchase", "anna", "--amount", "120.50 EUR", "--at", "2026-02-20")
    return crm


def shown(crm: Crm, name: str) -> Any:
    return crm.ok("company", "show", name, "--json").json


def test_people_and_money_roll_up(book: Crm) -> None:
    """Two spellings of one name are one company, whose numbers are those of its people."""
    assert book.ok("company", "list").lines == [
        "1\tAcme Sp. z o.o.\t2\t0\t120.5\t2026-02-20",
        "2\tPapírna Beskyd\t1\t0\t0.0\t",
    ]
    assert book.ok("company", "list", "--json").json[0]["value"] == 120.5


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (["+vip"], "1\n"),
        (["papirna"], "2\n"),
        (["eva"], "2\n"),
        (["title:buyer"], "1\n"),
        (["not", "+vip"], "1\n2\n"),
    ],
)
def test_a_query_finds_companies_by_their_people(book: Crm, query: list[str], ids: str) -> None:
    """Fields and words find the companies of whom they find."""
    assert book.ok("company", "list", *query, "--ids").out == ids


def test_words_find_a_company_without_people(book: Crm) -> None:
    """Its name, city and note are searched too."""
    book.ok("company", "edit", "2", "--city", "Frýdek-Místek")
    book.ok("archive", "eva")
    assert book.ok("company", "list", "frydek", "--ids").out == "2\n"


def test_nothing_found_is_exit_1(book: Crm) -> None:
    """As for crm search."""
    assert book("company", "list", "nowhere").code == 1


def test_show_has_people_and_fields(book: Crm) -> None:
    """A company is named by id or words; the card lists its people."""
    card = shown(book, "acme")
    assert [person["name"] for person in card["people"]] == ["Anna Nowak", "Jan Kowalski"]
    assert card["deals"] == []
    text = book.ok("company", "show", "1").out
    assert "Jan Kowalski  buyer" in text
    assert "120.50 EUR in 24 months" in text


def test_edit_checks_and_empties(book: Crm) -> None:
    """Values are brought into their form; an empty value empties; the same again is no change."""
    done = book.ok(
        "company",
        "edit",
        "acme",
        "--country",
        "Poland",
        "--phone",
        "+48 600 100 100",
        "--city",
        "Łódź",
    )
    assert done.out == "1  Acme Sp. z o.o.  changed\n"
    card = shown(book, "1")
    assert (card["country"], card["phone"], card["city"]) == ("PL", "+48600100100", "Łódź")
    assert "unchanged" in book.ok("company", "edit", "acme", "--city", "Łódź").out
    book.ok("company", "edit", "acme", "--city", "", "--clear", "phone")
    card = shown(book, "1")
    assert (card["city"], card["phone"]) == (None, None)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 2),
        (["--name", " "], 2),
        (["--clear", "people"], 2),
        (["--name", "Papírna Beskyd"], 3),
        (["--url", "no web"], 3),
    ],
)
def test_edit_refuses(book: Crm, words: list[str], code: int) -> None:
    """Nothing to change, no name, an unknown field, the name of another company, a wrong value."""
    assert book("company", "edit", "acme", *words).code == code


def test_merge_moves_people_and_keeps_what_differs(book: Crm) -> None:
    """Empty fields are filled, other values go into the note, and undo takes it apart."""
    book.ok("company", "edit", "1", "--city", "Łódź")
    book.ok("company", "edit", "2", "--city", "Frýdek-Místek", "--domain", "beskyd.example")
    before = [shown(book, "1"), shown(book, "2")]
    assert (
        "(1 person, 0 deals moved)"
        in book.ok("company", "merge", "1", "papirna beskyd", "--dry-run").out
    )
    assert [shown(book, "1"), shown(book, "2")] == before
    book.ok("company", "merge", "1", "papirna beskyd")
    card = shown(book, "1")
    assert len(card["people"]) == 3
    assert (card["city"], card["domain"]) == ("Łódź", "beskyd.example")
    assert "city: Frýdek-Místek" in card["note"]
    assert book("company", "show", "2").code == 3
    book.ok("undo")
    assert [shown(book, "1"), shown(book, "2")] == before


def test_an_ambiguous_name_is_refused_with_candidates(book: Crm) -> None:
    """Words that several companies have list them on stderr."""
    book.ok("add", "Petr Malý", "--company", "Papírna Ostrava")
    result = book("company", "show", "papírna")
    assert result.code == 3
    assert "Papírna Ostrava" in result.err
    assert book("company", "merge", "1", "acme").code == 3
