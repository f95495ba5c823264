"""Repeats of follow-ups as other calendars know them: our rule as an RRULE (RFC 5545)."""

from __future__ import annotations

from crmcli.values import repeat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

_FREQUENCIES = {
    "day": ("DAILY", 1), "week": ("WEEKLY", 1), "month": ("MONTHLY", 1), "quarter": ("MONTHLY", 3),
    "year": ("YEARLY", 1),
}  # fmt: skip
_SHORTEST_MONTH = 28


def rrule(rule: str, anchor: date, due: date) -> str | None:
    """Return the RRULE by which a follow-up comes back after ``due``, without its name.

    None for what a calendar cannot know: a rule that counts from the day it was done.

    Args:
        rule: canonical, of values.repeat.
        anchor: the day that it counts from.
        due: the day on which it stands.
    """
    if repeat.is_after_done(rule):
        return None
    if rule.startswith("RRULE:"):
        left = repeat.from_day(anchor, rule, due)
        return left and left.removeprefix("RRULE:")
    if rule == "weekday":
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    if rule not in _FREQUENCIES and rule.endswith("day") and rule[0].isalpha():
        return f"FREQ=WEEKLY;BYDAY={rule[:2].upper()}"
    number, blank, unit = rule.partition(" ")
    count, unit = (int(number), unit.removesuffix("s")) if blank else (1, rule)
    frequency, months = _FREQUENCIES[unit]
    step = count * months
    found = f"FREQ={frequency}" + f";INTERVAL={step}" * (step > 1)
    if frequency in ("MONTHLY", "YEARLY") and anchor.day > _SHORTEST_MONTH:
        return found + _last_days(anchor, yearly=frequency == "YEARLY")
    return found


def yearly(day: date) -> str:
    """Return the RRULE of a day that comes round each year; of 29 February the month's last."""
    leap = (day.month, day.day) == (2, 29)
    return "FREQ=YEARLY" + _last_days(day, yearly=True) * leap


def _last_days(day: date, *, yearly: bool) -> str:
    """The day of a month, or the last one of a shorter month, which a calendar would leave out."""
    if yearly and (day.month, day.day) != (2, 29):
        return ""
    month = ";BYMONTH=2" if yearly else ""
    days = ",".join(map(str, range(_SHORTEST_MONTH, day.day + 1)))
    return f"{month};BYMONTHDAY={days};BYSETPOS=-1"
