"""Numbers, days and windows of days as the values of a query write them.

A window of days is ``(first, end)``: it holds ``first <= day < end``; None leaves a side open.
A span counts from today, back in fields of the past and forward in fields of the future, and the
day it reaches belongs to the side of today: ``last:90d..`` and ``last:..90d`` share no day.
"""

from __future__ import annotations

from datetime import date, timedelta

from crmcli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.query.sql import Condition
    from crmcli.query.tree import Word

    Window = tuple[date | None, date | None]

PAST, FUTURE = -1, 1
_ONE = timedelta(days=1)
_YEAR = timedelta(days=365)
_DIGITS = 19  # of SQLite's largest number


def split_range(value: Word) -> tuple[str, str] | None:
    """Return both ends of ``a..b``, an open one empty; None for a value that is no range.

    Raises:
        UsageError: a range without any end.
    """
    if not is_range(value):
        return None
    left, _, right = value.text.partition("..")
    if not left and not right:
        raise UsageError("a range needs an end: 10.., ..10 or 10..20")
    return left, right


def number(text: str) -> int:
    """Return a whole number.

    Raises:
        UsageError: not one, or larger than SQLite's.
    """
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < _DIGITS:
        return int(text)
    raise UsageError(f'"{text}" is not a whole number; write 100, 100.. or 100..200')


def amount(text: str) -> int:
    """Return ten-thousandths of a decimal number.

    Raises:
        UsageError: not a number, too large, or with more than four decimals.
    """
    whole, dot, fraction = text.partition(".")
    digits = whole.removeprefix("-") + fraction
    if (
        digits.isascii()
        and digits.isdigit()
        and bool(dot) == bool(fraction)
        and len(fraction) <= 4
        and len(whole) < _DIGITS - 4
        and whole.strip("-")
    ):
        units = int(digits + "0" * (4 - len(fraction)))
        return -units if whole.startswith("-") else units
    raise UsageError(f'"{text}" is not an amount here; write 1000, 99.50, 1000.. or 100..200')


def length(text: str) -> int:
    """Return the days of ``30``, ``30d`` or ``2w``.

    Raises:
        UsageError: another text; months and years have no fixed length.
    """
    from crmcli.values.spans import find_span

    count, unit = find_span(text) or (0, "")
    if unit in ("d", "w"):
        return count * (7 if unit == "w" else 1)
    return number(text)


def compare_numbers(sql: str, value: Word, *, read: Callable[[str], int] = number) -> Condition:
    """Return the comparison of a number with a number or a range of numbers."""
    ends = split_range(value)
    if ends is None:
        return f"{sql} = ?", [read(value.text)]
    low, high = (read(end) if end else None for end in ends)
    if low is not None and high is not None and low > high:
        raise UsageError(f"the range ends before it starts; write {ends[1]}..{ends[0]}")
    return between(sql, low, high, upper="<=")


def between(sql: str, low: object, high: object, *, upper: str = "<") -> Condition:
    """Return the comparison with both ends that are not None."""
    parts = ([f"{sql} >= ?"] if low is not None else []) + (
        [f"{sql} {upper} ?"] if high is not None else []
    )
    return " AND ".join(parts), [end for end in (low, high) if end is not None]


def window(value: Word, *, today: date, sign: int, order: str | None) -> Window:
    """Return the days that a value means.

    Args:
        value: a WHEN, a span, a year, a month, or a range of them.
        today: the owner's civil date.
        sign: PAST or FUTURE, the direction of spans without a sign of their own.
        order: settles ``01/02/2026``; None refuses it.

    Raises:
        UsageError: not understood, or the range runs backwards.
    """
    from crmcli.values.spans import find_span, shift
    from crmcli.values.when import parse_range_bound

    def reach(text: str) -> date | None:
        span = find_span(text)
        return shift(today, span, sign) if span else None

    def bound(text: str, *, upper: bool) -> date:
        return parse_range_bound(text, today=today, sign=sign, upper=upper, order=order)

    ends = split_range(value)
    if ends is None:
        day = reach(value.text)
        if day is None:
            return bound(value.text, upper=False), _after(bound(value.text, upper=True))
        return (day, _after(today)) if sign == PAST else (today, _after(day))
    left, right = ends
    near, far = reach(left), reach(right)
    if near and far and near > far:
        near, far, left, right = far, near, right, left
    if near is None:
        first = bound(left, upper=False) if left else None
    else:
        first = near if sign == PAST else _after(near)
    if far is None:
        end = _after(bound(right, upper=True)) if right else None
    else:
        end = far if sign == PAST else _after(far)
    if first and end and first >= end:
        raise UsageError("the range ends before it starts")
    return first, end


def back(text: str, today: date) -> date:
    """Return the day that is a span, or a number of days, before today."""
    from crmcli.values.spans import find_span, shift

    return shift(today, find_span(text) or (number(text), "d"), PAST)


def anniversaries(sql: str, value: Word, *, today: date, order: str | None) -> Condition:
    """Return the test of a day of birth or the like, with a year or without (``--05-17``).

    Days are those on which it comes round: ``14d``, ``today``, ``--05``, ``--12-24..--01-06``. Dates
    that name a year before this one are the year it happened: ``..1989``, ``1981-03-04``.
    """
    ends = split_range(value) or (value.text, value.text)
    if all(end.startswith("--") for end in ends):
        low, high = (_month_day(end, upper) for end, upper in zip(ends, (False, True), strict=True))
        return _month_days(sql, low, high)
    first, end = window(value, today=today, sign=FUTURE, order=order)
    final = end - _ONE if end else first
    if final and final.year < today.year and all(text[:4].isdigit() for text in ends if text):
        test, params = between(sql, first and first.isoformat(), end and end.isoformat())
        return f"({sql} NOT LIKE '-%' AND {test})", params
    if first is None and end and end <= today:
        raise UsageError("the range ends before today, where it starts")
    first = first or today
    if not end and first < date.max - _YEAR:
        end = today + _YEAR  # those that come round within a year
    if not end or not timedelta() < end - first < _YEAR:
        return f"{sql} IS NOT NULL", []
    high = (end - _ONE).isoformat()[5:]
    # 29 February is kept on the 28th where the year has none.
    high = "02-29" if high == "02-28" and end.day == 1 else high
    return _month_days(sql, first.isoformat()[5:], high)


def _month_day(text: str, upper: bool) -> str:
    """Return ``05-17`` of ``--05-17``, and the end or the start of the month of ``--05``."""
    month, dash, day = text[2:].partition("-")
    if not dash:
        day = "31" if upper else "01"
    try:
        date(2000, int(month), 1 if not dash else int(day))
    except ValueError:
        raise UsageError(f'"{text}" is no day of the year; write --05-17') from None
    return f"{int(month):02}-{int(day):02}"


def _month_days(sql: str, low: str, high: str) -> Condition:
    """Return the test whether the month and day lie between two, over New Year too."""
    day = f"substr({sql}, -5)"
    test = f"{day} BETWEEN ? AND ?" if low <= high else f"({day} >= ? OR {day} <= ?)"
    return f"({sql} IS NOT NULL AND {test})", [low, high]


def _after(day: date) -> date | None:
    return day + _ONE if day < date.max else None


def is_range(value: Word) -> bool:
    """Whether an unquoted value holds two dots."""
    return not value.quoted and ".." in value.text


def is_day_word(text: str) -> bool:
    """Whether a word alone is a day, as ``today``, ``friday`` or ``eom`` are."""
    from crmcli.values.day_words import DAYS, WEEKDAYS, plain

    word = plain(text)
    return word in DAYS or word in WEEKDAYS or word in ("eow", "eom", "eoq", "eoy")
