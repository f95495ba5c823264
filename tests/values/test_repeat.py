"""Follow-ups that repeat."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import InvalidValueError
from crmcli.values.repeat import is_after_done, next_after, next_due, parse_every

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
PLAIN = st.builds(
    lambda count, unit: parse_every(f"{count} {unit}"),
    st.integers(1, 40),
    st.sampled_from(["days", "weeks", "months", "quarters", "years"]),
)
RULES = PLAIN | st.sampled_from([
    "weekday", "monday", "sunday", "RRULE:FREQ=MONTHLY;BYDAY=1MO",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1",
    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR", "RRULE:FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=15",
    "RRULE:FREQ=MONTHLY;COUNT=7", "RRULE:FREQ=WEEKLY;UNTIL=20400101",
])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("day", "day"), ("daily", "day"), ("every day", "day"), ("3d", "3 days"),
        ("weekday", "weekday"),
        ("weekdays", "weekday"), ("Week", "week"), ("2 weeks", "2 weeks"),
        ("other week", "2 weeks"),
        ("every other month", "2 months"), ("1 month", "month"), ("30d", "30 days"),
        ("quarter", "quarter"), ("year", "year"), ("annually", "year"), ("Monday", "monday"),
        ("mon", "monday"), ("poniedziałek", "monday"), ("2 tygodnie", "2 weeks"),
        ("month after done", "month after done"), ("2w  After Done", "2 weeks after done"),
        ("RRULE:FREQ=MONTHLY", "month"), ("FREQ=YEARLY;INTERVAL=2", "2 years"),
        ("rrule:freq=monthly;byday=1mo", "RRULE:FREQ=MONTHLY;BYDAY=1MO"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20400101T120000Z", "RRULE:FREQ=WEEKLY;UNTIL=20400101"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
    ],
)  # fmt: skip
def test_a_rule_has_one_spelling(text, rule):
    """What is stored is read the same again."""
    assert parse_every(text) == rule
    assert parse_every(rule) == rule


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hour", "more often than daily"), ("30 minutes", "more often than daily"),
        ("RRULE:FREQ=HOURLY", "more often than daily"),
        ("RRULE:FREQ=DAILY;BYHOUR=9,17", "more often than daily"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "within 50 years"),
        ("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "within 50 years"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "within 50 years"),
        ("51 years", "within 50 years"), ("0 days", "within 50 years"),
        ("99999 days", "within 50 years"),
        ("RRULE:FREQ=YEARLY;INTERVAL=60", "within 50 years"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "within 50 years"),
        ("foo", "not understood"), ("", "not understood"), ("2 mondays", "not understood"),
        ("2 weekdays", "not understood"), ("-1 day", "not understood"),
        ("1.5 weeks", "not understood"),
        ("RRULE:", "not a part"), ("RRULE:FREQ=DAILY;FOO=1", "not a part"),
        ("RRULE:FREQ=DAILY;FREQ=DAILY", "not a part"), ("RRULE:BYDAY=MO", "needs FREQ"),
        ("RRULE:FREQ=DAILY;COUNT=2;UNTIL=20300101", "not a part"),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", "INTERVAL is a number"),
        ("RRULE:FREQ=DAILY;COUNT=x", "COUNT is a number"),
        ("RRULE:FREQ=DAILY;UNTIL=never", "is not a date"),
        ("RRULE:FREQ=WEEKLY;BYDAY=XX", "not a valid RRULE"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=99", "valid RRULE|within 50 years"),
        ("RRULE:FREQ=DAILY;" + "BYDAY=MO;" * 50, "longer than 200"),
    ],
)  # fmt: skip
def test_what_cannot_repeat_is_refused_at_once(text, message):
    """Not when the follow-up is done."""
    with pytest.raises(InvalidValueError, match=message):
        parse_every(text)


def occurrences(anchor, rule, count, leap="28"):
    """Return the first occurrences from the anchor on."""
    found = []
    after = anchor - timedelta(1)
    while len(found) < count and (after := next_after(anchor, rule, after, leap)):
        found.append(after.isoformat())
    return found


@pytest.mark.parametrize(
    ("anchor", "rule", "expected"),
    [
        ("2026-01-31", "month", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2026-01-31", "RRULE:FREQ=MONTHLY;COUNT=3", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("2025-11-30", "quarter", ["2025-11-30", "2026-02-28", "2026-05-30"]),
        ("2024-02-29", "year", ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28",
        "2028-02-29"]),
        ("2026-03-05", "weekday", ["2026-03-05", "2026-03-06", "2026-03-09"]),
        ("2026-03-05", "monday", ["2026-03-09", "2026-03-16"]),
        ("2026-03-05", "2 weeks", ["2026-03-05", "2026-03-19"]),
        ("2026-03-05", "RRULE:FREQ=MONTHLY;BYDAY=1MO", ["2026-04-06", "2026-05-04"]),
        ("2026-03-05", "RRULE:FREQ=WEEKLY;UNTIL=20260312", ["2026-03-05", "2026-03-12"]),
    ],
)  # fmt: skip
def test_occurrences_count_from_the_anchor(anchor, rule, expected):
    """31 January monthly is the last of February, then 31 March again."""
    found = occurrences(date.fromisoformat(anchor), rule, len(expected) + (";" in rule))
    assert found[: len(expected)] == expected
    if "UNTIL" in rule or "COUNT" in rule:
        assert len(found) == len(expected)


def test_29_february_can_fall_on_the_first_of_march():
    """By config, and only in years that don't have it."""
    expected = ["2024-02-29", "2025-03-01", "2026-03-01", "2027-03-01", "2028-02-29"]
    assert occurrences(date(2024, 2, 29), "year", 5, leap="march") == expected


def test_missed_occurrences_do_not_pile_up():
    """The next one is after the day it was done, in the rhythm of the calendar or of the doing."""
    days = {"due": date(2026, 1, 31), "done_on": date(2026, 4, 10)}
    assert next_due(date(2026, 1, 31), "month", **days) == date(2026, 4, 30)
    assert next_due(date(2026, 1, 31), "month after done", **days) == date(2026, 5, 10)


def test_what_is_done_early_does_not_come_back_for_that_day():
    """Done a week ahead, a weekly follow-up is next due a week after its day."""
    days = {"due": date(2026, 3, 9), "done_on": date(2026, 3, 2)}
    assert next_due(date(2026, 3, 9), "week", **days) == date(2026, 3, 16)
    assert next_due(date(2026, 3, 9), "3 days after done", **days) == date(2026, 3, 5)


def test_a_rule_says_what_it_counts_from():
    """The mode is the end of the rule."""
    assert is_after_done("2 weeks after done")
    assert not is_after_done("2 weeks")


@settings(max_examples=150, deadline=None)
@given(DAYS, RULES, DAYS, DAYS, st.sampled_from(["28", "march"]))
def test_the_next_is_monotone_and_misses_none(anchor, rule, one, other, leap):
    """Asked at any day in any order, the answer is the first occurrence after it."""
    earlier, later = sorted((one, other))
    second, first = (next_after(anchor, rule, day, leap) for day in (later, earlier))
    if second is not None:
        assert first is not None
        assert first <= second
        assert second > later
        assert second >= anchor
        # nothing lies between: a day before it, it is still the next
        assert next_after(anchor, rule, second - timedelta(1), leap) == second
    if first is not None and first > later:
        assert first == second


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), RULES)
def test_walking_finds_what_asking_each_day_finds(anchor, rule):
    """No occurrence is stepped over."""
    end = anchor + timedelta(120)
    asked = {next_after(anchor, rule, anchor + timedelta(number)) for number in range(-1, 120)}
    walked = occurrences(anchor, rule, 130)
    assert [day for day in walked if day <= str(end)] == sorted(
        str(day) for day in asked if day and day <= end
    )


def test_the_end_of_the_calendar_ends_the_rule():
    """No crash in the year 9999."""
    for rule in ("day", "weekday", "monday", "month", "year", "RRULE:FREQ=DAILY;BYDAY=MO"):
        assert next_after(date(2026, 1, 31), rule, date.max) is None


@settings(deadline=None)
@given(st.text(max_size=30) | st.lists(st.sampled_from(
    ["RRULE:", "FREQ=", "DAILY", "YEARLY", ";", "BYDAY=", "MO", "-1", "BYMONTH=", ",",
    "INTERVAL=", "BYSETPOS=",
     "BYWEEKNO=", "53", "BYYEARDAY=", "366", "COUNT=", "WKST=", "="]
), max_size=10).map("".join))  # fmt: skip
def test_any_text_is_a_rule_or_refused(text):
    """A rule that is taken has a next day, and one spelling."""
    with suppress(InvalidValueError):
        rule = parse_every(text)
        assert parse_every(rule) == rule
        next_after(date(2026, 1, 31), rule, date(2026, 2, 1))
