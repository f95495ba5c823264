"""crm check."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def untidy(crm: Crm) -> Crm:
    """Anna and her double, and somebody nobody ever reached."""
    for line in (
        "add Anna Nowak --email anna@acme.example --company Acme --lifecycle other",
        "add Anna Nowak --email anna@acme.example --lifecycle other --force",
    ):
        crm.ok(*shlex.split(line))
    crm.ok("add", "Old Name", "--lifecycle", "other", CRM_NOW="2025-01-01T09:00")
    return crm


def test_findings_are_lines_by_rule(untidy: Crm) -> None:
    """Code, name, handle, person and message; exit 1."""
    result = untidy("check")
    assert result.code == 1
    assert result.lines == [
        "Q703 unreachable  Q703:3  Old Name: no e-mail, phone or address",
        "Q705 duplicate [u]  Q705:2  Anna Nowak: same e-mail as 1 Anna Nowak",
        "R203 never-contacted [u]  R203:3  Old Name: added 425 days ago, never contacted",
    ]


def test_no_findings_are_no_lines(crm: Crm) -> None:
    """Exit 0, also without any book."""
    assert crm("check") == (0, "", "")


def test_exit_zero_hides_the_findings_from_scripts(untidy: Crm) -> None:
    """They are printed all the same."""
    result = untidy("check", "--exit-zero")
    assert result.code == 0
    assert len(result.lines) == 3


def test_rows_have_the_columns_of_the_contract(untidy: Crm) -> None:
    """As JSON and CSV; a person is an object in the one and the e-mail in the other."""
    rows = untidy("check", "--json").json
    assert list(rows[0]) == [
        "code",
        "name",
        "handle",
        "contact",
        "severity",
        "message",
        "action",
        "fix",
    ]
    assert rows[1]["contact"]["email"] == "anna@acme.example"
    assert "Q705,duplicate,Q705:2,anna@acme.example,warn" in untidy("check", "--csv").out
    assert untidy("check", "--columns", "handle", "--csv").lines == [
        "handle",
        "Q703:3",
        "Q705:2",
        "R203:3",
    ]


def test_a_query_limits_the_people(untidy: Crm) -> None:
    """And an empty answer is exit 0."""
    assert untidy("check", "old", "--ids").lines == ["Q703:3", "R203:3"]
    assert untidy("check", "company:acme").code == 0
    assert untidy("check", "nosuch:)").code == 2


def test_statistics_count_by_rule(untidy: Crm) -> None:
    """A row a rule; exit 1 as ever."""
    result = untidy("check", "--statistics", "--csv")
    assert result.lines == [
        "code,name,severity,count,fixable,unsafe",
        "Q703,unreachable,warn,1,0,0",
        "Q705,duplicate,warn,1,0,1",
        "R203,never-contacted,info,1,0,1",
    ]
    assert result.code == 1


def test_an_ignore_on_who_is_not_to_be_contacted_is_no_news(crm: Crm) -> None:
    """While no rule says a word on them it cannot be told whether it has a use; lifted, it is."""
    crm.ok("add", "Anna", "--email", "a@a.example")
    crm.ok("ignore", "R202:1")
    crm.ok("dnc", "1")
    assert "silences nothing" not in crm("check").err
    crm.ok("dnc", "1", "--lift")
    crm.ok("log", "call", "1", "x")
    assert "silences nothing" in crm("check").err
