"""crm consent: on what basis somebody may be written to, and when they were told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--tag", "newsletter")
    crm.ok("add", "Jan Kowalski", "--email", "jan@acme.example", "--tag", "newsletter")
    return crm


def consents(crm: Crm, who: str = "1") -> list[str]:
    return list(crm.ok("show", who, "--json").json["consents"])


def test_a_basis_is_noted_with_day_and_source(book: Crm) -> None:
    """Today unless --on says another; on the card in words."""
    out = book.ok("consent", "anna", "--basis", "consent", "--source", "fair in Brno").out
    assert out == "1  Anna Nowak  consent 2026-03-02 (fair in Brno)\n"
    book.ok("consent", "anna", "--basis", "contract", "--on", "2026-01-15")
    assert consents(book) == ["contract=2026-01-15", "consent=2026-03-02/fair in Brno"]
    shown = "consents     contract 2026-01-15; consent 2026-03-02 (fair in Brno)"
    assert shown in book.ok("show", "anna").out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Consent", "consent"),
        ("legitimate interest", "legitimate-interest"),
        ("legitimate_interests", "legitimate-interest"),
        ("Legal obligation", "legal-obligation"),
        ("vital interest", "vital-interests"),
        ("public task", "public-task"),
    ],
)
def test_a_basis_in_any_spelling(book: Crm, typed: str, meant: str) -> None:
    """Case, blanks and a plural do not matter."""
    book.ok("consent", "anna", "--basis", typed)
    assert consents(book) == [f"{meant}=2026-03-02"]


def test_one_that_holds_is_not_noted_twice(book: Crm) -> None:
    """It takes the day and the source where they are given."""
    book.ok("consent", "anna", "--basis", "consent")
    again = book.ok("consent", "anna", "--basis", "consent", CRM_NOW="2026-03-05T09:00").out
    assert again == "1  Anna Nowak  consent 2026-03-05 already\n"
    book.ok("consent", "anna", "--basis", "consent", "--source", "form", "--on", "2026-02-01")
    assert consents(book) == ["consent=2026-02-01/form"]


def test_withdrawn_and_given_again(book: Crm) -> None:
    """Both stay on record; without --basis every one is withdrawn."""
    book.ok("consent", "anna", "--basis", "consent", "--on", "2026-01-02")
    book.ok("consent", "anna", "--basis", "contract", "--on", "2026-01-03")
    out = book.ok("consent", "anna", "--withdraw", "--basis", "consent", "--on", "2026-02-01").out
    assert out == "1  Anna Nowak  consent withdrawn 2026-02-01\n"
    assert consents(book) == ["consent=2026-01-02..2026-02-01", "contract=2026-01-03"]
    book.ok("consent", "anna", "--basis", "consent")
    assert book.ok("consent", "anna", "--withdraw").out == (
        "1  Anna Nowak  every basis withdrawn 2026-03-02\n"
    )
    assert consents(book) == [
        "consent=2026-01-02..2026-02-01",
        "contract=2026-01-03..2026-03-02",
        "consent=2026-03-02..2026-03-02",
    ]
    assert book.ok("consent", "anna", "--withdraw").out.endswith("already\n")


def test_a_notice_is_a_day(book: Crm) -> None:
    """Alone or beside a basis; also through crm edit."""
    assert book.ok("consent", "anna", "--notice", "today").out == (
        "1  Anna Nowak  notice 2026-03-02\n"
    )
    out = book.ok("consent", "jan", "--basis", "contract", "--notice", "2026-02-01").out
    assert out == "2  Jan Kowalski  contract 2026-03-02, notice 2026-02-01\n"
    book.ok("edit", "jan", "--set", "notice_on=2026-02-05")
    assert book.ok("show", "jan", "--json").json["notice_on"] == "2026-02-05"


def test_alone_it_shows_what_is_noted(book: Crm) -> None:
    """In words, and as rows in every format."""
    assert book.ok("consent", "anna").lines == [
        "1  Anna Nowak",
        "   no basis noted: crm consent 1 --basis B --source WHERE, or crm untag",
        "   no notice noted",
    ]
    book.ok("consent", "anna", "--basis", "consent", "--source", "fair", "--on", "2026-01-02")
    book.ok("consent", "anna", "--withdraw", "--notice", "2026-02-03")
    assert book.ok("consent", "anna").lines == [
        "1  Anna Nowak",
        "   consent 2026-01-02, withdrawn 2026-03-02  fair",
        "   notice 2026-02-03",
    ]
    row = {
        "basis": "consent",
        "given_on": "2026-01-02",
        "source": "fair",
        "withdrawn_on": "2026-03-02",
    }
    assert book.ok("consent", "anna", "--json").json == [row]
    assert book.ok("consent", "anna", "--csv", "--columns", "basis,source").lines[1] == (
        "consent,fair"
    )


def test_in_bulk(book: Crm) -> None:
    """Asks first, counts those it changed, and is one entry that undo takes back."""
    words = ("consent", "--where", "+newsletter", "--basis", "consent", "--source", "form")
    assert book(*words).code == 2
    assert book.ok(*words, "--dry-run").out == (
        "would be consent 2026-03-02 (form): 2 of 2 people\n"
    )
    assert consents(book) == []
    book.ok("consent", "jan", "--basis", "consent", "--source", "form", "--on", "2026-03-01")
    assert book.ok(*words, "--yes").out == "consent 2026-03-02 (form): 1 of 2 people\n"
    book.ok("consent", "--where", "+newsletter", "--withdraw", "--yes")
    assert consents(book) == ["consent=2026-03-02..2026-03-02/form"]
    book.ok("undo")
    assert consents(book) == ["consent=2026-03-02/form"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--basis", "consent"], 2, "whom?"),
        (["1", "--basis", "wish"], 3, '"wish" is no lawful basis; one of consent, contract'),
        (["1", "--basis", ""], 3, "no lawful basis"),
        (["1", "--source", "fair"], 2, "go with --basis"),
        (["1", "--on", "today"], 2, "go with --basis"),
        (["1", "--withdraw", "--source", "x"], 2, "does not go with --withdraw"),
        (["1", "fair", "--basis", "consent"], 2, 'what is "fair"?'),
        (["--where", "+newsletter"], 2, "what of them?"),
        (["1", "--basis", "consent", "--on", "2026-03-03"], 3, "in the future"),
        (["1", "--notice", "2027-01-01"], 3, "in the future"),
        (["1", "--withdraw"], 3, "no basis is noted; crm dnc 1"),
        (["2", "--withdraw", "--basis", "consent"], 3, "no consent is noted"),
        (["2", "--withdraw", "--on", "2026-02-01"], 3, "contract is of 2026-02-20"),
    ],
)
def test_what_cannot_be_done_is_said(book: Crm, words: list[str], code: int, says: str) -> None:
    """One clear line, the right exit code, nothing changed."""
    book.ok("consent", "2", "--basis", "contract", "--on", "2026-02-20")
    result = book("consent", *words)
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert len(result.err.splitlines()) == 1
    assert consents(book) == []
    assert consents(book, "2") == ["contract=2026-02-20"]


def test_history_and_undo(book: Crm) -> None:
    """Each step in words, and back to the same bytes."""
    before = book.ok("export", "--to", "jsonl").out
    book.ok("consent", "anna", "--basis", "consent", "--source", "fair", "--notice", "today")
    book.ok("consent", "anna", "--withdraw", CRM_NOW="2026-03-04T09:00")
    told = [(row["field"], row["after"]) for row in book.ok("history", "anna", "--json").json[:3]]
    assert ("consent 2026-03-02 (fair): withdrawn on", "2026-03-04") in told
    assert ("", "consent 2026-03-02 (fair)") in told
    book.ok("undo")
    book.ok("undo")
    assert book.ok("export", "--to", "jsonl").out == before


def test_queries_know_a_basis(book: Crm) -> None:
    """One that holds; withdrawn is none."""
    book.ok("consent", "anna", "--basis", "legitimate-interest")
    assert book.ok("search", "consent:any", "--ids").lines == ["1"]
    assert book.ok("search", "consent:legitimate-interest", "--ids").lines == ["1"]
    assert book.ok("search", "+newsletter", "consent:none", "--ids").lines == ["2"]
    book.ok("consent", "anna", "--withdraw")
    assert book("search", "consent:any", "--ids").lines == []
    book.ok("consent", "jan", "--notice", "2026-02-20")
    assert book.ok("search", "notice:30d..", "--ids").lines == ["2"]
