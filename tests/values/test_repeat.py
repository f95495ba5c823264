"""Follow-ups that repeat."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import InvalidValueError
from crmcli.values.repeat import from_day, is_after_done, next_after, next_due, parse_every

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
        ("RRULE:FREQ=DAILY;COUNT=0", "COUNT is a number"),
        ("RRULE:FREQ=MONTHLY;COUNT=3 after done", "end it with UNTIL"),
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
        ("2024-02-29", "RRULE:FREQ=YEARLY;COUNT=3", ["2024-02-29", "2025-02-28", "2026-02-28"]),
        ("2026-01-31", "RRULE:FREQ=MONTHLY;BYDAY=-1FR", ["2026-02-27", "2026-03-27", "2026-04-24"]),
        ("2026-01-31", "RRULE:FREQ=MONTHLY;BYMONTHDAY=31", ["2026-01-31", "2026-03-31"]),
        # The day that it was set for is the first of the count, also where the rule does not fall on it.
        ("2026-03-05", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", ["2026-03-09", "2026-03-16"]),
        ("2026-03-09", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", ["2026-03-09", "2026-03-16", "2026-03-23"]),
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
    ended = occurrences(date(2024, 2, 29), "RRULE:FREQ=YEARLY;COUNT=4", 9, leap="march")
    assert ended == expected[:4]


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


FREQUENCIES = {
    "day": (rrule.DAILY, 1), "week": (rrule.WEEKLY, 1), "month": (rrule.MONTHLY, 1),
    "quarter": (rrule.MONTHLY, 3), "year": (rrule.YEARLY, 1),
}  # fmt: skip


def midnight(day):
    return datetime.combine(day, time.min)


def oracle(anchor, unit, count, leap, ends):
    """The same in dateutil, with what RFC 5545 needs to be told for the ends of months."""
    frequency, step = FREQUENCIES[unit]
    how = {}
    if unit == "year" and (anchor.month, anchor.day) == (2, 29):
        how = (
            {"byyearday": 60}
            if leap == "march"
            else {"bymonth": 2, "bymonthday": (28, 29), "bysetpos": -1}
        )
    elif frequency == rrule.MONTHLY and anchor.day > 28:
        how = {"bymonthday": range(28, anchor.day + 1), "bysetpos": -1}
    start = midnight(anchor)
    return rrule.rrule(frequency, dtstart=start, interval=count * step, **how, **ends)


@settings(max_examples=300, deadline=None)
@given(
    DAYS | st.sampled_from([date(2024, 2, 29), date(2023, 12, 31), date(2026, 1, 30)]),
    st.sampled_from(list(FREQUENCIES)),
    st.integers(1, 30),
    st.integers(0, 4000),
    st.sampled_from(["28", "march"]),
    st.none()
    | st.tuples(st.just("count"), st.integers(1, 30))
    | st.tuples(st.just("until"), st.integers(0, 4000)),
)
def test_our_arithmetic_is_that_of_dateutil(anchor, unit, count, later, leap, end):
    """Days, weeks, months, quarters and years, with an end or without, by either rule for 29 February."""
    after = anchor + timedelta(later)
    ends, parts = {}, []
    if end:
        name, number = end
        until = anchor + timedelta(number)
        ends = {name: number} if name == "count" else {name: midnight(until)}
        parts = [f"COUNT={number}" if name == "count" else f"UNTIL={until:%Y%m%d}"]
    rule = parse_every(f"{count} {unit}s")
    if parts and unit != "quarter":
        rule = parse_every(
            ";".join([f"FREQ={rrule.FREQNAMES[FREQUENCIES[unit][0]]}", f"INTERVAL={count}", *parts])
        )
    elif parts:
        rule = parse_every(";".join(["FREQ=MONTHLY", f"INTERVAL={3 * count}", *parts]))
    expected = oracle(anchor, unit, count, leap, ends).after(midnight(after))
    assert next_after(anchor, rule, after, leap) == (expected and expected.date())


@settings(max_examples=200, deadline=None)
@given(
    DAYS,
    st.sampled_from(
        [
            "FREQ=MONTHLY;BYDAY=-1FR",
            "FREQ=MONTHLY;BYDAY=1MO,3MO",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;WKST=SU",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "FREQ=YEARLY;BYYEARDAY=366",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "FREQ=DAILY;BYMONTH=12",
            "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
        ]
    ),
    st.integers(0, 3000),
    st.none() | st.integers(1, 20),
)
def test_an_rrule_is_that_of_dateutil(anchor, rule, later, count):
    """From the day that it is set for, which is the first of a COUNT."""
    after = anchor + timedelta(later)
    start = midnight(anchor)
    days = [
        day.date()
        for day in rrule.rrulestr(rule, dtstart=start).between(
            start, start + timedelta(9000), inc=True
        )
    ]
    if count:
        days = days[: count - (days[:1] != [anchor])]
    expected = next((day for day in days if day > after), None)
    found = next_after(
        anchor, parse_every(f"RRULE:{rule}" + (f";COUNT={count}" if count else "")), after
    )
    assert found == expected or (expected is None and not count)


@settings(max_examples=200, deadline=None)
@given(
    DAYS,
    RULES,
    st.lists(st.integers(-40, 120), min_size=1, max_size=12),
    st.sampled_from(["28", "march"]),
)
def test_done_early_or_late_it_is_due_once_for_each_turn(anchor, rule, delays, leap):
    """Each due date is the first of the rhythm after what was done and after its doing; never one twice."""
    due, done_on = anchor, anchor
    dues = [anchor]
    for delay in delays:
        done_on = max(done_on, due + timedelta(delay))
        following = next_due(anchor, rule, due=due, done_on=done_on, leap=leap)
        if following is None:
            break
        assert following > max(due, done_on)
        assert following == next_after(anchor, rule, max(due, done_on), leap)
        due = following
        dues.append(due)
    assert dues == sorted(set(dues))
    if "COUNT=" in rule:
        assert len(dues) <= int(rule.partition("COUNT=")[2].partition(";")[0])


@settings(max_examples=100, deadline=None)
@given(DAYS, RULES, st.integers(1, 6))
def test_a_rule_that_is_set_anew_goes_on_to_the_same_end(anchor, rule, turns):
    """What was counted before is not counted again."""
    days = [
        anchor,
        *(day for day in map(date.fromisoformat, occurrences(anchor, rule, 40)) if day > anchor),
    ]
    place = min(turns, len(days) - 1)
    left = from_day(anchor, rule, days[place])
    assert left is not None
    if "COUNT=" in rule:
        again = [
            days[place],
            *(
                d
                for d in map(date.fromisoformat, occurrences(days[place], left, 40))
                if d > days[place]
            ),
        ]
        assert len(again) == len(days) - place
    else:
        assert left == rule


def test_nothing_is_left_of_a_count_that_is_over():
    """A follow-up moved after its last turn comes no more."""
    assert from_day(date(2026, 3, 2), "RRULE:FREQ=WEEKLY;COUNT=2", date(2026, 3, 10)) is None


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
