"""WHEN, as people type it."""

# ruff: noqa: DTZ001 - civil times are the subject here

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.values import day_words, natural
from crmcli.values.when import parse_range_bound, parse_when

TODAY = date(2026, 3, 4)  # a Wednesday
DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-05", "2026-03-05"), ("today", "2026-03-04"), ("Tomorrow", "2026-03-05"),
        ("yesterday", "2026-03-03"), ("now", "2026-03-04"), ("+3d", "2026-03-07"),
        ("-2w", "2026-02-18"), ("3d", "2026-03-07"), ("2w", "2026-03-18"), ("1m", "2026-04-04"),
        ("1y", "2027-03-04"), ("in two weeks", "2026-03-18"), ("a week ago", "2026-02-25"),
        ("next month", "2026-04-04"), ("friday", "2026-03-06"), ("wed", "2026-03-11"),
        ("next tuesday", "2026-03-10"), ("next friday", "2026-03-13"),
        ("last monday", "2026-03-02"),
        ("eow", "2026-03-06"), ("eom", "2026-03-31"), ("eoq", "2026-03-31"), ("eoy", "2026-12-31"),
        ("end of the month", "2026-03-31"), ("31.12.2025", "2025-12-31"),
        ("4. 3. 1981", "1981-03-04"),
        ("5 March", "2026-03-05"), ("3 March", "2027-03-03"), ("the 5th of May", "2026-05-05"),
        ("March 5th, 2026", "2026-03-05"), ("17.05.", "2026-05-17"), ("13/3", "2026-03-13"),
        ("29 Feb", "2028-02-29"), ("12/31/26", "2026-12-31"), ("Friday 6 March 2026", "2026-03-06"),
        ("jutro", "2026-03-05"), ("pojutrze", "2026-03-06"), ("wczoraj", "2026-03-03"),
        ("piątek", "2026-03-06"), ("w piątek", "2026-03-06"), ("w przyszły piątek", "2026-03-13"),
        ("za 3 dni", "2026-03-07"), ("za tydzień", "2026-03-11"), ("3 dni temu", "2026-03-01"),
        ("w przyszłym tygodniu", "2026-03-11"), ("5 marca", "2026-03-05"),
        ("zajtra", "2026-03-05"), ("o 3 dni", "2026-03-07"), ("pred 2 dňami", "2026-03-02"),
        ("na budúci týždeň", "2026-03-11"), ("v piatok", "2026-03-06"),
        ("zítra", "2026-03-05"), ("příští týden", "2026-03-11"), ("před 2 dny", "2026-03-02"),
        ("ve středu", "2026-03-11"), ("5. května", "2026-05-05"),
        ("завтра", "2026-03-05"), ("через неделю", "2026-03-11"), ("3 дня назад", "2026-03-01"),
        ("в следующую пятницу", "2026-03-13"), ("5 марта", "2026-03-05"),
        ("morgen", "2026-03-05"), ("nächsten Freitag", "2026-03-13"),
        ("vor 2 Wochen", "2026-02-18"),
        ("in einem Monat", "2026-04-04"), ("am Montag", "2026-03-09"), ("5. März", "2026-03-05"),
    ],
)  # fmt: skip
def test_days_are_understood_in_six_languages(text, expected):
    """On Wednesday 4 March 2026, looking ahead."""
    assert parse_when(text, today=TODAY) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-05T14:30", datetime(2026, 3, 5, 14, 30)),
        ("2026-03-05 14:30", datetime(2026, 3, 5, 14, 30)),
        ("2026-03-05T14:30Z", datetime(2026, 3, 5, 15, 30)),
        ("tomorrow 14:30", datetime(2026, 3, 5, 14, 30)),
        ("tomorrow at 2pm", datetime(2026, 3, 5, 14)),
        ("14:30", datetime(2026, 3, 4, 14, 30)),
        ("piątek o 9:05", datetime(2026, 3, 6, 9, 5)),
        ("31.12.2025 9:05", datetime(2025, 12, 31, 9, 5)),
        ("Thu, 05 Mar 2026 14:30:00 +0000", datetime(2026, 3, 5, 15, 30)),
    ],
)
def test_a_time_of_day_makes_a_civil_date_time(text, expected):
    """An offset is turned into the owner's time."""
    assert parse_when(text, today=TODAY, tz="Europe/Warsaw") == expected


def test_now_is_the_time_that_the_caller_knows():
    """In every language."""
    now = datetime(2026, 3, 4, 9, 12)
    assert parse_when("now", today=TODAY, now=now) == now
    assert parse_when("Teraz", today=TODAY, now=now) == now


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3d", "2026-03-01"), ("+3d", "2026-03-07"), ("friday", "2026-02-27"), ("wed", "2026-02-25"),
     ("5 March", "2025-03-05"), ("4 March", "2026-03-04"), ("29.2.", "2024-02-29"),
     ("next friday", "2026-03-13"), ("tomorrow", "2026-03-05")],
)  # fmt: skip
def test_where_the_past_is_meant_bare_days_lie_behind(text, expected):
    """What names its direction keeps it."""
    assert parse_when(text, today=TODAY, prefer="past") == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    ["foo", "12", "May be", "may", "", "   ", "+", "-", "m", "+m", "5.", "25:00", "2026-03",
    "2026-13-45",
     "30 Feb", "31.02.", "3h", "99999y", "x" * 5000, "mon ami", "10 12 14", "1 2", "next", "on",
     "2026",
     "sun and moon", "second", "marching", "call Bob", "'; DROP TABLE", "²d",
     "+-3d", "123456789d", "so"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    """Nothing is guessed from rubbish, and the message is short."""
    with pytest.raises(UsageError) as caught:
        parse_when(text, today=TODAY)
    assert len(str(caught.value)) < 200


def test_the_message_says_what_to_try():
    """It is the line of the contract."""
    with pytest.raises(
        UsageError, match=r'^date "foo" not understood; try 2026-03-05, friday, \+3d$'
    ):
        parse_when("foo", today=TODAY)


def test_an_ambiguous_date_shows_both_readings_and_the_setting():
    """Unless the order is settled."""
    with pytest.raises(UsageError, match=r"2026-02-01 or 2026-01-02.*date_order"):
        parse_when("01/02/2026", today=TODAY)
    with pytest.raises(UsageError, match="2026-03-05 or 2026-05-03"):
        parse_when("5/3", today=TODAY)
    assert parse_when("01/02/2026", today=TODAY, order="dmy") == date(2026, 2, 1)
    assert parse_when("01/02/2026", today=TODAY, order="mdy") == date(2026, 1, 2)
    assert parse_when("31.12.2025", today=TODAY, order="mdy") == date(2025, 12, 31)


def test_the_language_settles_the_shortest_weekdays():
    """German so is Sunday, Czech so Saturday."""
    assert parse_when("so", today=TODAY, languages=["de"]) == date(2026, 3, 8)
    assert parse_when("so", today=TODAY, languages=["cs", "de"]) == date(2026, 3, 7)


def test_a_month_has_its_own_end():
    """One month from 31 January is the last of February."""
    assert parse_when("1m", today=date(2026, 1, 31)) == date(2026, 2, 28)
    assert parse_when("1m", today=date(2028, 1, 31)) == date(2028, 2, 29)
    assert parse_when("-1y", today=date(2028, 2, 29)) == date(2027, 2, 28)


@given(DAYS, st.sampled_from(sorted(day_words.WEEKDAYS)))
def test_a_weekday_is_within_a_week_and_never_today(today, word):
    """Ahead or behind, as preferred."""
    ahead = parse_when(word, today=today)
    behind = parse_when(word, today=today, prefer="past")
    assert ahead.weekday() == behind.weekday() == day_words.WEEKDAYS[word]
    assert timedelta(0) < ahead - today <= timedelta(7)
    assert timedelta(0) < today - behind <= timedelta(7)


@given(DAYS, DAYS)
def test_every_day_can_be_named_in_many_ways(today, day):
    """ISO, dots, month names."""
    for shape in ("%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y"):
        assert parse_when(day.strftime(shape), today=today) == day


@given(DAYS, st.integers(0, 2000))
def test_plus_and_minus_are_each_others_reverse(today, count):
    """In days and weeks; months have ends of their own."""
    assert parse_when(f"+{count}d", today=today) == today + timedelta(count)
    there = parse_when(f"+{count}w", today=today)
    assert parse_when(f"-{count}w", today=there) == today


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40) | st.lists(st.sampled_from(
    ["next", "in", "3", "0", "friday", "may", "12:30", "-", "+", "za", "dni", "of", "eom", "pm",
    "31/12", "."]
), max_size=5).map(" ".join))  # fmt: skip
def test_any_text_is_a_date_or_refused(text):
    """Nothing else comes out, whatever is typed."""
    with suppress(UsageError):
        assert isinstance(parse_when(text, today=TODAY), date)


@pytest.mark.parametrize("today", [date.min, date.max])
@pytest.mark.parametrize(
    "text", ["friday", "next friday", "tomorrow", "1y", "eow", "5 March", "29 Feb"]
)
@pytest.mark.parametrize("prefer", ["past", "future"])
def test_the_ends_of_the_calendar_do_no_harm(today, text, prefer):
    """A date or a message."""
    with suppress(UsageError):
        assert isinstance(parse_when(text, today=today, prefer=prefer), date)


@pytest.mark.parametrize(
    ("text", "sign", "upper", "expected"),
    [
        ("90d", -1, False, "2025-12-04"), ("7d", 1, True, "2026-03-11"),
        ("+7d", -1, True, "2026-03-11"),
        ("2026", -1, False, "2026-01-01"), ("2026", -1, True, "2026-12-31"),
        ("2026-02", -1, False, "2026-02-01"), ("2026-02", -1, True, "2026-02-28"),
        ("2026-03-31", -1, True, "2026-03-31"), ("yesterday", -1, True, "2026-03-03"),
        ("monday", -1, False, "2026-03-02"), ("monday", 1, False, "2026-03-09"),
    ],
)  # fmt: skip
def test_the_ends_of_a_range(text, sign, upper, expected):
    """Spans count back in the past and forward in the future; a year or month is all of it."""
    found = parse_range_bound(text, today=TODAY, sign=sign, upper=upper)
    assert found == date.fromisoformat(expected)


@pytest.mark.parametrize("text", ["2026-13", "0000", "2026-", "foo", "²²²²", "2026-x1"])
def test_a_wrong_end_of_a_range_is_refused(text):
    """As a wrong date is."""
    with pytest.raises(UsageError):
        parse_range_bound(text, today=TODAY, sign=-1, upper=True)


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("Thu Mar 5 2026", ["en"], date(2026, 3, 5)),
        ("vor drei Wochen", ["de"], date(2026, 2, 11)),
        ("Mon 01/02/2026", ["en"], None),
        ("in 20 hours", ["en"], None),
        ("12", ["en"], None),
        ("hace 2 semanas", ["es"], date(2026, 2, 18)),
        ("hace 2 semanas", ["xx", ""], None),
    ],
)
def test_the_libraries_are_believed_only_where_they_are_sure(text, languages, expected):
    """Two readings with other defaults must agree."""
    assert natural.parse(text, today=TODAY, languages=languages) == expected
