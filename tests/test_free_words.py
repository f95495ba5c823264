"""Words need no quotes, and what quotes would have told is not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (
            "add Alžběta Horáková --company Mlékárna Olešnice --city Brno",
            "crm add Alžběta Horáková --company 'Mlékárna Olešnice' --city Brno",
        ),
        (
            "log call anna talked --next next friday",
            "crm log call anna talked --next 'next friday'",
        ),
        (
            "edit anna --company Mlékárna Olešnice",
            "crm edit anna --company 'Mlékárna Olešnice'",
        ),
        (
            "deal add anna Boxes --amount 4 800",
            "crm deal add anna Boxes --amount '4 800'",
        ),
        (
            "remind anna friday call --every last friday",
            "crm remind anna friday call --every 'last friday'",
        ),
    ],
)
def test_words_on_both_sides_of_a_value_are_refused(crm: Crm, line: str, hint: str) -> None:
    """The line to type is said, exit 2, and nothing is written."""
    crm.ok("add", "Anna")
    result = crm(*line.split())
    assert (result.code, result.out) == (2, "")
    assert hint in result.err
    assert crm.ok("search", "--columns", "name").out == "Anna\n"


@pytest.mark.parametrize(
    "words",
    [
        ["add", "--company", "Ka", "Eva", "Malá"],
        ["add", "Eva", "Malá", "--company", "Mlékárna Olešnice"],
        ["add", "Eva", "--email", "eva@a.example", "Malá"],
        ["add", "Eva", "--company=Ka", "Malá"],
        ["log", "call", "anna", "--out", "no", "answer"],
        ["log", "call", "anna", "--next", "friday", "wants an offer"],
        ["log", "call", "--at", "yesterday", "anna", "wants", "boxes"],
    ],
)
def test_what_can_mean_one_thing_only_is_taken(crm: Crm, words: list[str]) -> None:
    """Options in front, quoted words, flags and addresses leave no doubt."""
    crm.ok("add", "Anna")
    crm.ok(*words)
