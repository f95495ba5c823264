"""Public holidays: by country and region, kept in the book, renewed when a year begins."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crmcli.db import connection

if TYPE_CHECKING:
    from tests.conftest import Crm


def configure(crm: Crm, text: str) -> None:
    folder = crm.home / ".config" / "crm"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text, "utf-8")
    (folder / "config.toml").chmod(0o600)


def is_off(crm: Crm, day: str) -> bool:
    """Whether a follow-up set for that day, a weekday, is not shown on it."""
    crm.ok("remind", "1", day, "call", CRM_NOW=f"{day}T08:00")
    shown = crm.ok("remind", "--select", "F101", CRM_NOW=f"{day}T09:00").out
    crm.ok("undo", CRM_NOW=f"{day}T09:00")
    return not shown


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", CRM_NOW="2026-01-02T09:00")
    return crm


@pytest.mark.parametrize(
    ("config", "day", "off"),
    [
        ('[owner]\ncountry = "PL"', "2026-11-11", True),  # fixed
        ('[owner]\ncountry = "PL"', "2026-04-06", True),  # Easter Monday
        ('[owner]\ncountry = "PL"', "2026-06-04", True),  # Corpus Christi
        ('[owner]\ncountry = "PL"', "2027-05-27", True),  # and the year after
        ('[owner]\ncountry = "PL"', "2026-11-10", False),
        ('[owner]\ncountry = "SK"', "2026-11-11", False),
        ('[owner]\ncountry = "PL"\n[days]\ncountry = "none"', "2026-11-11", False),
        ('[owner]\ncountry = "PL"\n[days]\ncountry = "de"', "2026-11-11", False),
        ('[days]\ncountry = "DE"', "2026-06-04", False),
        ('[days]\ncountry = "DE-BY"', "2026-06-04", True),
        ('[days]\ncountry = "de-by"', "2026-06-04", True),
        ('[days]\ncountry = "PL"\nholidays = [2026-05-04]', "2026-05-04", True),
        ('[days]\ncountry = "PL"\nholidays = [2026-05-04]', "2026-11-11", True),
        ('[owner]\ncountry = "ZZ"', "2026-11-11", False),  # of which none are known
        ("", "2026-11-11", False),
    ],
)
def test_days_off_are_those_of_the_country(book: Crm, config: str, day: str, off: bool) -> None:
    """The owner's, or the one named, with its region; more days can be listed; none turns it off."""
    configure(book, config)
    assert is_off(book, day) == off


def test_a_change_of_the_config_counts_at_once(book: Crm) -> None:
    """The book holds a copy of what the config says, and notices that it differs."""
    assert not is_off(book, "2026-11-11")
    book.ok("config", "set", "owner.country", "PL")
    assert is_off(book, "2026-11-11")
    book.ok("config", "set", "days.country", "none")
    assert not is_off(book, "2026-11-11")


def test_planning_for_a_day_off_says_when_it_will_be_shown(book: Crm) -> None:
    """As a remark, by remind, log --next and snooze; not for a working day or an appointment."""
    configure(book, '[owner]\ncountry = "PL"')
    says = "2026-04-06 is Easter Monday, a day off: it will be shown on Tuesday, 2026-04-07\n"
    assert book.ok("remind", "1", "2026-04-06", "call").err == says
    assert book.ok("log", "call", "1", "hello", "--next", "2026-04-06").err == says
    assert book.ok("snooze", "F1", "2026-04-06").err == says
    saturday = book.ok("remind", "1", "2026-03-07", "call").err
    assert saturday.startswith("2026-03-07 is Saturday, a day off")
    assert book.ok("remind", "1", "2026-03-09", "call").err == ""
    assert book.ok("remind", "1", "2026-03-07T10:00", "call").err == ""


@pytest.mark.parametrize("day", ["2031-06-12", "2024-05-30", "2026-06-04"])
def test_the_years_are_renewed(book: Crm, day: str) -> None:
    """Corpus Christi is known years later, also when the clock was set back."""
    configure(book, '[owner]\ncountry = "PL"')
    assert is_off(book, day)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("ZZ", ':2: days.country: no holidays are known of "ZZ"; list them in days.holidays'),
        ("DE-XX", ':2: days.country: no region "XX" of DE is known; there is DE-BB, '),
        ("Poland", ':2: days.country is "Poland", expected a country such as "PL"'),
        ("DE-", ':2: days.country is "DE-", expected a country such as "PL"'),
    ],
)
def test_a_country_that_is_not_known_is_named(book: Crm, code: str, says: str) -> None:
    """With file and line, exit 2; crm config set refuses it before it is written."""
    configure(book, f'[days]\ncountry = "{code}"')
    result = book("remind")
    assert (result.code, result.out, says in result.err) == (2, "", True), result.err
    assert len(result.err.splitlines()) == 1
    book.ok("config", "set", "days.country", "")
    refused = book("config", "set", "days.country", code)
    assert refused.code == 2
    assert says.partition("days.country")[2].removeprefix(f' is "{code}"')[:20] in refused.err
    assert book.ok("config", "get", "days.country").out == "\n"


def test_a_book_that_cannot_be_written_is_read_with_them(
    book: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although the copy in the book is that of another config."""
    book.ok("remind", "1", "2026-11-11", "call")
    configure(book, '[owner]\ncountry = "PL"')
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(book.db)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert book.ok("remind", "--select", "F101", CRM_NOW="2026-11-11T09:00").out == ""
        assert "F1" in book.ok("remind", "--select", "F101", CRM_NOW="2026-11-12T09:00").out


def test_mornings_do_not_import_the_library(book: Crm) -> None:
    """Once the book has its copy; the first command of a year is asked for it."""
    configure(book, '[owner]\ncountry = "PL"')
    probe = (
        "import sys; from crmcli.main import main; main(['remind']);"
        " print('holidays' in sys.modules, file=sys.stderr)"
    )

    def imports(now: str) -> str:
        env = {**book.environ, "PATH": os.environ["PATH"], "CRM_NOW": now}
        run = subprocess.run(
            [sys.executable, "-c", probe], env=env, capture_output=True, text=True, check=True
        )
        return run.stderr.strip()

    mornings = ("2026-03-02T09:00", "2026-03-03T09:00", "2027-01-04T09:00", "2027-01-05T09:00")
    assert [imports(now) for now in mornings] == ["True", "False", "True", "False"]
