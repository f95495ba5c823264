"""Follow-ups that repeat: the rule as typed, stored and counted.

A rule is ``day``, ``weekday`` (Monday to Friday), ``week``, ``month``, ``quarter``, ``year``, a
number of one of them (``2 weeks``), a day's name (``monday``), ``first`` or ``last working day`` (of the
month) or an RFC 5545 ``RRULE:``, which ``last friday`` and the like become (see repeat_words). With
`` after done`` behind it, it counts from the day the follow-up was done and not from the calendar.

Everything is computed from the anchor, never from the previous occurrence: 31 January monthly is
the last of February, then 31 March. Our own arithmetic does the plain rules, dateutil the RRULEs.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crmcli.errors import InvalidValueError
from crmcli.values import repeat_words
from crmcli.values.day_words import UNITS, WEEKDAYS, plain
from crmcli.values.readings import is_number
from crmcli.values.spans import add_months

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # (day, 1 or -1) -> the day, or the first working day after or before it
    Roll = Callable[[date, int], date]

AFTER_DONE = " after done"
_LONGEST = 200  # characters
_HORIZON = 50  # years; what does not come back within them never does
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MOST = {"day": _HORIZON * 365, "week": _HORIZON * 52, "month": _HORIZON * 12,
         "quarter": _HORIZON * 4, "year": _HORIZON}  # fmt: skip
_NAMES = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}
_ADVERBS = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year",
    "annually": "year", "weekdays": "weekday", "workday": "weekday", "working day": "weekday",
}  # fmt: skip
_TOO_OFTEN = frozenset({
    "second", "seconds", "minute", "minutes", "min", "hour", "hours", "hourly", "h",
})  # fmt: skip
_FREQUENCIES = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_PARTS = frozenset({
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY",
    "BYWEEKNO", "BYSETPOS",
})  # fmt: skip
_PLAIN = frozenset({"FREQ", "INTERVAL", "WKST"})
_WEEK_STARTS = frozenset({"MO", "TU", "WE", "TH", "FR", "SA", "SU"})
_ENDS = frozenset({"COUNT", "UNTIL"})  # one or the other
_FINER_PARTS = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})


def parse_every(text: str) -> str:
    """Return the canonical rule in text, as it is stored.

    Raises:
        InvalidValueError: not a rule, more often than daily, or one that never comes round.
    """
    if len(text) > _LONGEST:
        raise InvalidValueError(f"repetition is longer than {_LONGEST} characters")
    words = " ".join(text.split())
    suffix = AFTER_DONE if words.lower().endswith(AFTER_DONE) else ""
    words = words[: len(words) - len(suffix)]
    if words.upper().startswith(("RRULE:", "FREQ=")):
        rule = _parse_rrule(words.upper().removeprefix("RRULE:"))
        if suffix and "COUNT=" in rule:
            raise InvalidValueError(
                f'repetition "{text}": after done starts anew each time, so it has no COUNT; end it with UNTIL'
            )
        return rule + suffix
    return _parse_words(text, plain(words).removeprefix("every ")) + suffix


def is_after_done(rule: str) -> bool:
    """Tell whether a canonical rule counts from the day of doing, not from the calendar."""
    return rule.endswith(AFTER_DONE)


def _weekday(day: date, way: int) -> date:
    """The day, or the first one after or before it that is no weekend."""
    while day.weekday() > _WEEKDAYS.index("friday"):
        day += timedelta(days=way)
    return day


def next_due(
    anchor: date,
    rule: str,
    *,
    due: date,
    done_on: date,
    leap: str = "28",
    roll: Roll = _weekday,
) -> date | None:
    """Return the day a repeating follow-up is due again once it was done; None if it has ended.

    A fixed rule gives its first occurrence after both days: what is done early does not come back
    for the day it was done for, and missed days don't pile up. A rule that counts from done starts
    anew on that day.

    Args:
        anchor: the day that the rule was set for.
        rule: canonical, as ``parse_every`` returns it.
        due: the day it was due.
        done_on: the day it was done.
        leap: ``28`` or ``march``: where a yearly 29 February falls in other years.
        roll: what finds working days; without it they are Monday to Friday.
    """
    if is_after_done(rule):
        return next_after(done_on, rule, done_on, leap, roll)
    return next_after(anchor, rule, max(due, done_on), leap, roll)


def next_after(
    anchor: date, rule: str, after: date, leap: str = "28", roll: Roll = _weekday
) -> date | None:
    """Return the first occurrence after a day; None if the rule has ended.

    Args:
        anchor: the first day that the rule can fall on; everything counts from it.
        rule: canonical; its mode does not matter here.
        after: the occurrence lies strictly after this day.
        leap: ``28`` or ``march``: where a yearly 29 February falls in other years.
        roll: what finds working days; without it they are Monday to Friday.
    """
    rule = rule.removesuffix(AFTER_DONE)
    try:
        start = max(anchor, after + timedelta(days=1))
        if rule.startswith("RRULE:"):
            return _next_of_rrule(anchor, _parts(rule), start, leap)
        if rule == "weekday":
            over = start.weekday() - _WEEKDAYS.index("friday")
            return start + timedelta(days=3 - over if over > 0 else 0)
        if rule in repeat_words.WORKING:
            return _working_day(start, repeat_words.WORKING[rule], roll)
        if rule in _WEEKDAYS:
            return start + timedelta(days=(_WEEKDAYS.index(rule) - start.weekday()) % 7)
        return _plain_after(anchor, *_count_and_unit(rule), start, leap)[0]
    except (OverflowError, ValueError):
        return None  # past the year 9999


def _working_day(start: date, way: int, roll: Roll) -> date:
    """The first working day of a month (way 1) or the last (-1) that is not before the start."""
    first = start.replace(day=1)
    while True:
        later = add_months(first, 1)
        found = roll(first if way > 0 else later - timedelta(days=1), way)
        if found >= start:
            return found
        first = later


def from_day(anchor: date, rule: str, day: date, leap: str = "28") -> str | None:
    """Return the rule that goes on where this one, set for ``anchor``, stands on a day.

    It is the same but for a COUNT, of which the days before are taken. None if nothing is left.
    """
    if "COUNT=" not in rule:
        return rule
    parts = _parts(rule)
    left = int(parts["COUNT"])
    turn: date | None = anchor
    while left and turn is not None and turn < day:
        left -= 1
        turn = next_after(anchor, rule, turn, leap)
    parts["COUNT"] = str(left)
    return _rrule(parts) if left else None


def _plain_after(anchor: date, count: int, unit: str, start: date, leap: str) -> tuple[date, int]:
    """The first of the days that lie whole steps from the anchor and not before ``start``, and its turn."""
    if unit in _DAYS:
        step = count * _DAYS[unit]
        turn = -(-(start - anchor).days // step)
        return anchor + timedelta(days=turn * step), turn
    step = count * _MONTHS[unit]
    months = (start.year - anchor.year) * 12 + start.month - anchor.month
    turn = max(0, months // step)
    while True:
        found = add_months(anchor, turn * step)
        if (
            unit == "year"
            and leap == "march"
            and (anchor.month, anchor.day) == (2, 29)
            and found.day == 28
        ):
            found += timedelta(days=1)
        if found >= start:
            return found, turn
        turn += 1


def _parse_words(text: str, words: str) -> str:
    if words in WEEKDAYS:
        return _WEEKDAYS[WEEKDAYS[words]]
    if words.startswith("other "):
        words = f"2 {words.removeprefix('other ')}"
    unit = words.lstrip("0123456789")
    number, unit = words[: len(words) - len(unit)], unit.strip()
    unit = _ADVERBS.get(unit) or _NAMES.get(UNITS.get(unit, ""), unit)
    if unit in _TOO_OFTEN:
        raise InvalidValueError(f'repetition "{text}" is more often than daily')
    if unit == "weekday" and not number:
        return unit
    if unit not in _MOST and (rule := repeat_words.read(words)):
        return rule
    if unit not in _MOST or len(number) > 5:
        raise InvalidValueError(
            f'repetition "{text}" not understood; try month, 2 weeks, monday, weekday, last friday, 15th or last working day'
        )
    return _canonical(text, int(number or 1), unit)


def _canonical(text: str, count: int, unit: str) -> str:
    if not 1 <= count <= _MOST[unit]:
        raise InvalidValueError(f'repetition "{text}" does not come round within {_HORIZON} years')
    return unit if count == 1 else f"{count} {unit}s"


def _count_and_unit(rule: str) -> tuple[int, str]:
    number, blank, unit = rule.partition(" ")
    return (int(number), unit.removesuffix("s")) if blank else (1, rule)


def _parse_rrule(text: str) -> str:
    parts: dict[str, str] = {}
    for part in text.rstrip(";").split(";"):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name in _FINER_PARTS or (name == "FREQ" and value in ("HOURLY", "MINUTELY", "SECONDLY")):
            raise InvalidValueError(f'repetition "{text}" is more often than daily')
        if name not in _PARTS or not value or name in parts or {name, *parts} >= _ENDS:
            raise InvalidValueError(f'repetition "{text}": "{part}" is not a part of an RRULE')
        parts[name] = value
    if parts.get("WKST", "MO") not in _WEEK_STARTS:
        raise InvalidValueError(f'repetition "{text}": WKST is MO, TU, WE, TH, FR, SA or SU')
    unit = _FREQUENCIES.get(parts.get("FREQ", ""))
    if unit is None:
        raise InvalidValueError(f'repetition "{text}" needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY')
    for name in ("INTERVAL", "COUNT"):
        value = parts.get(name, "1")
        if not is_number(value) or len(value) > 5 or (name == "COUNT" and not int(value)):
            raise InvalidValueError(f'repetition "{text}": {name} is a number from 1')
    plain_rule = _canonical(text, int(parts.get("INTERVAL", "1")), unit)
    if parts.keys() <= _PLAIN:
        return plain_rule
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(text, parts["UNTIL"])
    _check(text, {name: parts[name] for name in parts.keys() - _ENDS - {"INTERVAL"}})
    return _rrule(parts)


def _check(text: str, parts: dict[str, str]) -> None:
    """Refuse what dateutil cannot read and what never comes round."""
    anchor = date(2000, 1, 1)
    try:
        found = next(_occurrences(anchor, parts, anchor), None)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError):
        raise InvalidValueError(f'repetition "{text}" is not a valid RRULE') from None
    if found is None:
        raise InvalidValueError(f'repetition "{text}" does not come round within {_HORIZON} years')


def _until(text: str, value: str) -> str:
    try:
        return date.fromisoformat(value.partition("T")[0]).isoformat().replace("-", "")
    except ValueError:
        raise InvalidValueError(f'repetition "{text}": UNTIL={value} is not a date') from None


def _parts(rule: str) -> dict[str, str]:
    """The parts of a canonical RRULE."""
    text = rule.removeprefix("RRULE:").removesuffix(AFTER_DONE)
    return dict(part.split("=", 1) for part in text.split(";"))


def _rrule(parts: dict[str, str]) -> str:
    return "RRULE:" + ";".join(f"{name}={value}" for name, value in parts.items())


def _next_of_rrule(anchor: date, parts: dict[str, str], start: date, leap: str) -> date | None:
    if parts.keys() <= _PLAIN | _ENDS:
        unit = _FREQUENCIES[parts["FREQ"]]
        found, turn = _plain_after(anchor, int(parts.get("INTERVAL", "1")), unit, start, leap)
        over = "COUNT" in parts and turn >= int(parts["COUNT"])
        return None if over or found > _last(parts) else found
    return next((day for day in _occurrences(anchor, parts, start) if day >= start), None)


def _last(parts: dict[str, str]) -> date:
    return date.fromisoformat(parts["UNTIL"]) if "UNTIL" in parts else date.max


def _occurrences(anchor: date, parts: dict[str, str], start: date) -> Iterator[date]:
    """Yield the days of an RRULE from its anchor on, no further than the horizon from the start.

    The anchor itself is the first of a COUNT, also where the rule does not fall on it.
    """
    from itertools import islice

    from dateutil.rrule import rrulestr

    end = min(_last(parts), add_months(start, min(_HORIZON, date.max.year - start.year) * 12))
    # Where nothing matches, dateutil looks on to the year 9999. The calendar repeats every 400
    # years, so the same rule is asked as late in it as possible.
    later = max(0, date.max.year - max(end.year, anchor.year)) // 400 * 400
    bounded = {name: value for name, value in parts.items() if name not in _ENDS}
    bounded["UNTIL"] = end.replace(year=end.year + later).isoformat().replace("-", "")
    first = datetime(anchor.year + later, anchor.month, anchor.day)  # noqa: DTZ001 - civil
    days = rrulestr(";".join(f"{name}={value}" for name, value in bounded.items()), dtstart=first)
    left = None
    if "COUNT" in parts:
        left = int(parts["COUNT"]) - (next(iter(days), None) != first)
    for moment in islice(days, left):
        yield date(moment.year - later, moment.month, moment.day)
