"""Working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.workdays import (
    add_working_days,
    is_working,
    roll_back,
    roll_forward,
    working_days,
)

WEEKEND = frozenset({5, 6})
NONE = frozenset()
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 3, day) for day in (6, 7, 8, 9))
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
OFF = st.frozensets(st.integers(0, 6), max_size=6)
HOLIDAYS = st.frozensets(st.dates(date(2020, 1, 1), date(2030, 12, 31)), max_size=20)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [(FRIDAY, FRIDAY, 0), (FRIDAY, SUNDAY, 0), (FRIDAY, MONDAY, 1), (MONDAY, FRIDAY, -1),
     (SATURDAY, MONDAY, 1)],
)  # fmt: skip
def test_working_days_pass_over_the_weekend(start, end, count):
    """From Friday to Monday it is one working day."""
    assert working_days(start, end, WEEKEND, NONE) == count


def test_tasks_roll_forward_and_deadlines_back():
    """A holiday on Monday makes the weekend longer."""
    assert roll_forward(SATURDAY, WEEKEND, frozenset({MONDAY})) == date(2026, 3, 10)
    assert roll_back(SUNDAY, WEEKEND, NONE) == FRIDAY
    assert roll_back(MONDAY, WEEKEND, NONE) == MONDAY


def test_a_week_without_a_working_day_changes_nothing():
    """The day itself comes back instead of an endless search."""
    assert roll_forward(MONDAY, frozenset(range(7)), NONE) == MONDAY


@given(DAYS, st.integers(0, 400), OFF, HOLIDAYS)
def test_counting_agrees_with_looking_at_each_day(start, length, off, holidays):
    """The arithmetic by weeks is the count of the days."""
    end = start + timedelta(days=length)
    days = [start + timedelta(days=number) for number in range(1, length + 1)]
    slow = sum(is_working(day, off, holidays) for day in days)
    assert working_days(start, end, off, holidays) == slow
    assert working_days(end, start, off, holidays) == -slow


@given(DAYS, st.integers(0, 60), OFF, HOLIDAYS)
def test_what_is_added_is_what_is_counted(start, count, off, holidays):
    """Adding working days and counting them are each other's reverse."""
    end = add_working_days(start, count, off, holidays)
    assert working_days(start, end, off, holidays) == count


def test_working_days_are_taken_off_too():
    """One working day before Monday is Friday."""
    assert add_working_days(MONDAY, -1, WEEKEND, NONE) == FRIDAY
