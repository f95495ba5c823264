"""crm view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--tag", "vip", "--city", "Łódź")
    crm.ok("add", "Jan Kowalski", "--tag", "vip")
    return crm


def config(crm: Crm, text: str) -> None:
    folder = crm.home / ".config" / "crm"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text, "utf-8")
    (folder / "config.toml").chmod(0o600)


def test_a_saved_query_is_used_by_its_name(book: Crm) -> None:
    """What was saved is found again as @NAME, alone and among other terms."""
    assert book.ok("view", "save", "hot", "+vip").out == "@hot  +vip\n"
    assert book.ok("search", "@hot", "--ids").lines == ["1", "2"]
    assert book.ok("search", "@hot", "city:łódź", "--ids").lines == ["1"]


def test_saving_again_replaces(book: Crm) -> None:
    """A name has one query; the one before is in the history."""
    book.ok("view", "save", "hot", "+vip")
    book.ok("view", "save", "@hot", "city:łódź")
    assert book.ok("view", "show", "hot").lines == ["@hot  city:łódź", "1 person"]
    book.ok("undo")
    assert book.ok("view", "show", "hot").lines == ["@hot  +vip", "2 people"]


def test_words_eaten_by_the_shell_come_back(book: Crm) -> None:
    """A value of several words in one argument is saved with its quotes."""
    assert (
        book.ok("view", "save", "acme", "company:Acme Widgets").out
        == '@acme  company:"Acme Widgets"\n'
    )


@pytest.mark.parametrize("query", ["citty:łódź", "(", "@nothing"])
def test_a_bad_query_is_not_saved(book: Crm, query: str) -> None:
    """It is exit 2 with the place marked."""
    result = book("view", "save", "hot", query)
    assert result.code == 2
    assert "^" in result.err
    assert book.ok("view", "list").out == ""


def test_a_view_cannot_use_itself(book: Crm) -> None:
    """Not directly, and not through another."""
    book.ok("view", "save", "hot", "+vip")
    book.ok("view", "save", "near", "@hot", "city:łódź")
    assert book("view", "save", "hot", "@near").code == 2
    assert book.ok("search", "@near", "--ids").out == "1\n"


@pytest.mark.parametrize("name", ["a b", "a.b", "", "@", "-", "x" * 41])
def test_a_name_must_fit_into_a_query(book: Crm, name: str) -> None:
    """What could not be written as @NAME is refused."""
    assert book("view", "save", "--", name, "+vip").code == 3


def test_the_list_has_both_origins(book: Crm) -> None:
    """Views of the book and of the config, by name, in every format."""
    config(book, '[views]\ncold = "quiet:90d"\n')
    book.ok("view", "save", "hot", "+vip")
    assert book.ok("view", "list").lines == ["cold\tquiet:90d\tconfig", "hot\t+vip\tbook"]
    assert book.ok("view", "list", "--json").json[1] == {
        "name": "hot",
        "query": "+vip",
        "origin": "book",
    }
    assert book.ok("view", "show", "cold", "--json").json[0]["query"] == "quiet:90d"


def test_views_of_the_config_are_changed_there(book: Crm) -> None:
    """They are neither overwritten nor dropped; the message says where they stand."""
    config(book, '[views]\ncold = "quiet:90d"\n')
    for words in (["save", "cold", "+vip"], ["drop", "cold"]):
        result = book("view", *words)
        assert result.code == 3
        assert "config.toml:2" in result.err


def test_drop_takes_away(book: Crm) -> None:
    """A dropped view is unknown; one that another uses is not dropped."""
    book.ok("view", "save", "hot", "+vip")
    book.ok("view", "save", "near", "@hot", "city:łódź")
    assert "@near uses @hot" in book("view", "drop", "hot").err
    book.ok("view", "drop", "near")
    assert book.ok("view", "drop", "@hot").out == "@hot  dropped\n"
    assert book("search", "@hot").code == 2
    assert book("view", "drop", "hot").code == 3
    assert book("view", "show", "hot").code == 3
