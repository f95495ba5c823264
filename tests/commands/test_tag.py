"""crm tag, crm untag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--tag", "VIP")
    crm.ok("add", "Jan Kowalski", "--company", "Acme")
    crm.ok("add", "Eva Malá", "--company", "Acme")
    return crm


def tags(crm: Crm, who: str) -> list[str]:
    return list(crm.ok("show", who, "--json").json["tags"])


def test_words_behind_the_person_are_tags(book: Crm) -> None:
    """WHO may be several words without quotes; what follows are tags, a leading plus or not."""
    assert (
        book.ok("tag", "anna", "nowak", "bakery", "+abroad").out
        == "1  Anna Nowak  +bakery +abroad\n"
    )
    assert tags(book, "1") == ["abroad", "bakery", "VIP"]


def test_a_tag_that_is_there_already_changes_nothing(book: Crm) -> None:
    """Two spellings of one word are one tag, and nothing new leaves no entry in the history."""
    before = book.ok("history", "--json").json
    assert book.ok("tag", "anna", "vip").out == "1  Anna Nowak  +vip already\n"
    assert tags(book, "1") == ["VIP"]
    assert book.ok("history", "--json").json == before


def test_bulk_needs_yes_without_a_terminal(book: Crm) -> None:
    """A bulk change that nobody can be asked about is exit 2, names the flag, and does nothing."""
    result = book("tag", "--where", "company:acme", "acme")
    assert (result.code, result.out) == (2, "")
    assert "--yes" in result.err
    assert tags(book, "2") == []


def test_bulk_counts_those_it_changed(book: Crm) -> None:
    """Those who have the tag already are found, not changed."""
    book.ok("tag", "jan", "acme")
    result = book.ok("tag", "--where", "company:acme", "acme", "--yes")
    assert result.out == "+acme: 1 of 2 people\n"
    assert tags(book, "3") == ["acme"]


def test_a_dry_run_counts_and_changes_nothing(book: Crm) -> None:
    """A dry run needs no --yes, says the count that the real run would, and leaves no trace."""
    result = book.ok("tag", "--where", "company:acme", "acme", "--dry-run")
    assert result.out == "would be +acme: 2 of 2 people\n"
    assert tags(book, "2") == []
    assert book.ok("tag", "--list").out == "VIP\t1\n"


def test_a_query_that_finds_nobody_is_exit_1(book: Crm) -> None:
    """Bulk on nobody is said, not passed over as done."""
    result = book("tag", "--where", "company:nowhere", "x", "--yes")
    assert (result.code, result.out) == (1, "")
    assert "nobody" in result.err


def test_the_list_counts_people(book: Crm) -> None:
    """--list prints each tag with its people, most used first, archived people left out."""
    book.ok("tag", "--where", "company:acme", "acme", "-y")
    book.ok("archive", "eva")
    assert book.ok("tag", "--list").out == "acme\t1\nVIP\t1\n"
    assert book.ok("tag", "--list", "--json").json == [
        {"tag": "acme", "count": 1},
        {"tag": "VIP", "count": 1},
    ]
    assert book.ok("tag", "--list", "--columns", "count,tag").lines == ["1\tacme", "1\tVIP"]


def test_untag_takes_off_in_any_case(book: Crm) -> None:
    """A tag is named in any case; one that the person has not is said to be off already."""
    assert book.ok("untag", "anna", "vip").out == "1  Anna Nowak  -VIP\n"
    assert tags(book, "1") == []
    assert book.ok("untag", "jan", "vip").out == "2  Jan Kowalski  -VIP already\n"


def test_untag_offers_the_nearest_tag(book: Crm) -> None:
    """A tag that nobody has is refused with the nearest name."""
    result = book("untag", "anna", "vpi")
    assert result.code == 3
    assert 'did you mean "VIP"?' in result.err


def test_untag_in_bulk(book: Crm) -> None:
    """--where takes the tag off everybody found, in one entry of the history."""
    book.ok("tag", "--where", "company:acme", "acme", "-y")
    assert book.ok("untag", "--where", "+acme", "acme", "-y").out == "-acme: 2 of 2 people\n"
    book.ok("undo")
    assert tags(book, "2") == tags(book, "3") == ["acme"]


@pytest.mark.parametrize(
    "words", [["tag"], ["tag", "anna"], ["untag", "anna"], ["tag", "--list", "anna"]]
)
def test_what_is_missing_is_said(book: Crm, words: list[str]) -> None:
    """A person without a tag, or a tag without a person, is a usage error."""
    assert book(*words).code == 2


def test_what_the_query_language_reads_otherwise_is_no_tag(book: Crm) -> None:
    """Commas, semicolons, brackets and quotes are refused."""
    assert book("tag", "anna", "a,b").code == 3


@pytest.mark.parametrize(
    "line",
    [
        "tag vip", "untag vip", "dnc", "edit --lifecycle customer", "verify",
        "consent --basis contract", "remind",
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["", "  "])
def test_an_empty_where_is_nobodys_wish(crm: Crm, line: str, where: str) -> None:
    """A variable that was not set shall not change the whole book, or pass for a question."""
    crm.ok("add", "Anna")
    before = crm.ok("export").out
    sure = () if line == "remind" else ("--yes",)
    result = crm(*line.split(), "--where", where, *sure)
    assert (result.code, result.out) == (2, "")
    assert "--where id:1.." in result.err
    assert crm.ok("export").out == before
    assert "1 of 1 person" in crm.ok("tag", "x", "--where", "id:1..", "--yes").out
