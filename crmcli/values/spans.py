"""Spans of the calendar: ``90d``, ``2w``, ``3m``, ``1q``, ``1y``.

A span is a count and a unit (``d``, ``w``, ``m``, ``q`` or ``y``), not a number of days: a month
from 31 January is the last of February.
"""

from __future__ import annotations

from datetime import date, timedelta

from crmcli.errors import UsageError
from crmcli.values.day_words import UNITS, plain
from crmcli.values.readings import is_number

_DAYS = {"d": 1, "w": 7}
_MONTHS = {"m": 1, "q": 3, "y": 12}
_MOST_DIGITS = 5


def find_span(text: str) -> tuple[int, str] | None:
    """Return count and unit of a span such as ``90d`` or ``2 weeks``; None for other text."""
    words = plain(text)
    digits = len(words) - len(words.lstrip("0123456789"))
    number, unit = words[:digits], UNITS.get(words[digits:].strip().rstrip("."))
    if unit is None or not is_number(number) or len(number) > _MOST_DIGITS:
        return None
    return int(number), unit


def parse_span(text: str) -> tuple[int, str]:
    """Return count and unit of a span such as ``90d`` or ``2 weeks``.

    Raises:
        UsageError: not a span.
    """
    span = find_span(text)
    if span is None:
        raise UsageError(f'span "{text}" not understood; try 90d, 2w, 3m or 1y')
    return span


def shift(day: date, span: tuple[int, str], sign: int = 1) -> date:
    """Return the day that is a span after the day, or before it when sign is -1.

    Raises:
        UsageError: it lies outside the years 1 to 9999.
    """
    count, unit = span
    try:
        if unit in _DAYS:
            return day + timedelta(days=sign * count * _DAYS[unit])
        return add_months(day, sign * count * _MONTHS[unit])
    except (OverflowError, ValueError):
        raise UsageError(f"{count}{unit} from {day} is out of range") from None


def add_months(day: date, months: int) -> date:
    """Return the same day some months on; the last of the month where it has no such day.

    Raises:
        ValueError: it lies outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """Return the days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
