"""Key dates, with a year or without."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import InvalidValueError
from crmcli.values.dates import AmbiguousDateError
from crmcli.values.key_dates import next_occurrence, occurrence_in, parse_key_date, years_at

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
KEY_DATES = DAYS.map(str) | DAYS.map(lambda day: f"-{str(day)[4:]}")
LEAPS = st.sampled_from(["28", "march"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1984-05-17", "1984-05-17"), ("17.05.1984", "1984-05-17"), ("17 May 1984", "1984-05-17"),
        ("1984-05-17 00:00:00", "1984-05-17"), ("1984-05-17T00:00:00+02:00", "1984-05-17"),
        ("--05-17", "--05-17"), ("--0517", "--05-17"),
        ("17.05.", "--05-17"), ("17. 5.", "--05-17"), ("17/5", "--05-17"), ("17 maja", "--05-17"),
        ("May 17", "--05-17"), ("1604-05-17", "--05-17"), ("--02-29", "--02-29"),
        ("29.2.", "--02-29"),
        ("2024-02-29", "2024-02-29"),
    ],
)  # fmt: skip
def test_a_key_date_is_read_with_or_without_its_year(text, expected):
    """1604 is how some phones write that there is no year."""
    assert parse_key_date(text) == expected
    assert parse_key_date(expected) == expected


@pytest.mark.parametrize(
    "text",
    ["", "foo", "05-17", "--02-30", "--13-01", "2023-02-29", "32.1.", "30 Feb", "0.0.00", "--5",
    "--",
     "----", "--0-517", "May"],
)  # fmt: skip
def test_no_such_day_is_refused(text):
    """29 February without a year is a day, 30 February never."""
    with pytest.raises(InvalidValueError):
        parse_key_date(text)


def test_day_and_month_that_could_be_swapped_need_an_order():
    """The message shows both."""
    with pytest.raises(AmbiguousDateError, match="--03-05 or --05-03"):
        parse_key_date("5/3")
    assert parse_key_date("5/3", "dmy") == "--03-05"
    assert parse_key_date("5/3/1990", "mdy") == "1990-05-03"


@pytest.mark.parametrize(
    ("key_date", "today", "leap", "expected"),
    [
        ("--05-17", "2026-05-17", "28", "2026-05-17"),
        ("--05-17", "2026-05-18", "28", "2027-05-17"),
        ("1984-02-29", "2026-02-01", "28", "2026-02-28"),
        ("1984-02-29", "2026-02-01", "march", "2026-03-01"),
        ("1984-02-29", "2028-02-01", "march", "2028-02-29"),
        ("--02-29", "2026-03-01", "28", "2027-02-28"),
        ("2030-06-01", "2026-01-01", "28", "2030-06-01"),
    ],
)  # fmt: skip
def test_the_next_occurrence_is_today_or_later(key_date, today, leap, expected):
    """A date that is still to come has no occurrence before itself."""
    found = next_occurrence(key_date, date.fromisoformat(today), leap)
    assert found == date.fromisoformat(expected)


@given(KEY_DATES, DAYS, LEAPS)
def test_no_occurrence_is_missed(key_date, today, leap):
    """The one before the next lies before today."""
    found = next_occurrence(key_date, today, leap)
    assert found >= today
    if key_date.startswith("-") or date.fromisoformat(key_date) < today:
        assert occurrence_in(key_date, found.year - 1, leap) < today
        assert found - today <= timedelta(366)


def test_years_count_from_the_year_if_there_is_one():
    """The day itself is year 0."""
    assert years_at("1984-02-29", date(2026, 2, 28)) == 42
    assert years_at("2026-05-17", date(2026, 5, 17)) == 0
    assert years_at("--05-17", date(2026, 5, 17)) is None


def test_past_the_calendar_there_is_no_occurrence():
    """The year 10000 is not a date."""
    assert next_occurrence("--01-01", date(9999, 6, 1)) is None


@given(st.text("0123456789-./ May", max_size=12))
def test_any_text_is_a_key_date_or_refused(text):
    """What is understood is canonical."""
    with suppress(InvalidValueError):
        found = parse_key_date(text)
        assert parse_key_date(found) == found
