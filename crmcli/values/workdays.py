"""Working days: the days that are neither a weekday off nor a holiday.

Weekdays off are numbers as ``date.weekday()`` gives them (Monday 0), holidays are dates.
"""

from __future__ import annotations

from datetime import date, timedelta

_DAY = timedelta(days=1)
_LONGEST_BREAK = 366  # days; a calendar with no working day at all must not hang anybody


def is_working(day: date, off: frozenset[int], holidays: frozenset[date]) -> bool:
    """Tell whether a day is worked."""
    return day.weekday() not in off and day not in holidays


def working_days(start: date, end: date, off: frozenset[int], holidays: frozenset[date]) -> int:
    """Count the working days after start up to and with end.

    From a Friday to the next Monday it is 1, from a day to itself 0, backwards it is negative.
    """
    if end < start:
        return -working_days(end, start, off, holidays)
    weeks, rest = divmod((end - start).days, 7)
    count = weeks * (7 - len(off))
    first = start.weekday() + 1
    count += sum(1 for number in range(first, first + rest) if number % 7 not in off)
    return count - sum(1 for day in holidays if start < day <= end and day.weekday() not in off)


def roll_forward(day: date, off: frozenset[int], holidays: frozenset[date]) -> date:
    """Return the day, or the first working day after it."""
    return _roll(day, _DAY, off, holidays)


def roll_back(day: date, off: frozenset[int], holidays: frozenset[date]) -> date:
    """Return the day, or the last working day before it."""
    return _roll(day, -_DAY, off, holidays)


def add_working_days(day: date, count: int, off: frozenset[int], holidays: frozenset[date]) -> date:
    """Return the working day that is count working days after the day; before it when negative."""
    step = _DAY if count >= 0 else -_DAY
    for _ in range(abs(count)):
        day = _roll(day + step, step, off, holidays)
    return day


def _roll(day: date, step: timedelta, off: frozenset[int], holidays: frozenset[date]) -> date:
    rolled = day
    for _ in range(_LONGEST_BREAK):
        if is_working(rolled, off, holidays):
            return rolled
        rolled += step
    return day
