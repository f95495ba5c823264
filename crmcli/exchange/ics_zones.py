"""Time zones of a calendar: by IANA's names, by those of Windows, and as a calendar defines its own."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from crmcli.errors import InvalidValueError
from crmcli.exchange.ics_lines import parse
from crmcli.values import dates

if TYPE_CHECKING:
    from crmcli.exchange.ics_lines import Component

_MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?"
).fullmatch
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?::?(\d\d))?").fullmatch
_BYDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)").fullmatch
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PATH = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_+-]+){1,2}$")
_MOST = 500  # zones that a file defines
_LONGEST = 200  # characters of a zone's name
_UTC = (
    "UTC",
    "GMT",
    "Z",
    "ETC/UTC",
    "ETC/GMT",
    "GREENWICH MEAN TIME",
    "COORDINATED UNIVERSAL TIME",
)


class When(NamedTuple):
    """A day, or a time on some clock."""

    civil: date  # a naive datetime where there is a time
    zone: str | None = None  # as the calendar names it; None for the owner's
    utc: bool = False

    @property
    def has_time(self) -> bool:
        """Whether it is more than a day."""
        return isinstance(self.civil, datetime)


class _Rule(NamedTuple):
    """From when on, each year or once, a zone has an offset: seconds before and from then on."""

    start: datetime
    before: int
    after: int
    parts: dict[str, str]


def read_moment(value: str, zone: str | None = None) -> When:
    """Read a date or a time as calendars write it.

    Raises:
        InvalidValueError: it is none.
    """
    found = _MOMENT(value.strip())
    if found is None:
        raise _refusal(value)
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        if found[4] is None:
            return When(date(year, month, day))
        civil = datetime(year, month, day, hour % 24, minute, min(second, 59))  # noqa: DTZ001 - civil
        civil += timedelta(days=hour // 24)
        if found[7] and found[7] != "Z":
            civil -= timedelta(seconds=_seconds(found[7]))
    except (ValueError, OverflowError):
        raise _refusal(value) from None
    return When(civil, None if found[7] else zone, bool(found[7]))


def midnight(civil: date) -> datetime:
    """A time as it is, a day as its beginning."""
    if isinstance(civil, datetime):
        return civil
    return datetime(civil.year, civil.month, civil.day)  # noqa: DTZ001 - civil


def _refusal(value: str) -> InvalidValueError:
    return InvalidValueError(f'date "{value.strip()[:40]}" not understood')


def _seconds(text: str) -> int:
    found = _OFFSET(text.strip())
    if not found:
        return 0
    total = int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4] or 0)
    return -total if found[1] == "-" else total


class Zones:
    """The clocks of a calendar.

    Attributes:
        unknown: names that say nothing; their times are taken for the owner's.
    """

    def __init__(self, tz: str | None) -> None:
        self.unknown: dict[str, None] = {}
        self._tz = tz
        self._own: dict[str, list[_Rule]] = {}
        self._names: dict[str, str | None] = {}

    def define(self, zone: Component) -> None:
        """Learn a zone that the calendar defines itself."""
        name = zone.text("TZID").strip()
        if not name or len(self._own) >= _MOST:
            return
        rules: list[_Rule] = []
        told: dict[str, str] = {}
        for line in [*zone.lines, "BEGIN:"]:
            if line.startswith("BEGIN:"):
                rule = _rule(told)
                if rule and len(rules) < 200:
                    rules.append(rule)
                told = {}
            else:
                found = parse(line)
                told.setdefault(found.name, found.value)
        if rules:
            self._own[name] = sorted(rules, key=lambda rule: rule.start)

    def instant(self, when: When) -> str:
        """Return the instant as it is stored.

        Raises:
            InvalidValueError: it lies outside the years 1 to 9999.
        """
        civil = when.civil
        if when.utc:
            return f"{civil.isoformat()}Z"
        if not isinstance(civil, datetime) or when.zone is None:
            return dates.to_utc(civil, self._tz)
        if when.zone not in self._names:
            if len(self._names) >= 10 * _MOST:
                self._names.clear()
            self._names[when.zone] = _iana(when.zone) if len(when.zone) <= _LONGEST else None
        name = self._names[when.zone]
        if name:
            return dates.to_utc(civil, name)
        rules = self._own.get(when.zone)
        if rules is None:
            if len(self.unknown) < _MOST:
                self.unknown[when.zone] = None
            return dates.to_utc(civil, self._tz)
        try:
            return f"{(civil - timedelta(seconds=_offset(rules, civil))).isoformat()}Z"
        except OverflowError:
            raise InvalidValueError(f'date "{civil}" is out of range') from None


def _rule(told: dict[str, str]) -> _Rule | None:
    if "TZOFFSETTO" not in told:
        return None
    try:
        start = read_moment(told.get("DTSTART", "19700101T000000")).civil
    except InvalidValueError:
        return None
    after = _seconds(told["TZOFFSETTO"])
    before = _seconds(told["TZOFFSETFROM"]) if "TZOFFSETFROM" in told else after
    pairs = (part.partition("=") for part in told.get("RRULE", "").upper().split(";")[:20])
    parts = {name.strip(): value.strip() for name, _, value in pairs if value}
    return _Rule(midnight(start), before, after, parts)


def _offset(rules: list[_Rule], civil: datetime) -> int:
    """The seconds that a clock is ahead: of the rule that set in last."""
    found = [(onset, rule.after) for rule in rules if (onset := _onset(rule, civil))]
    return max(found)[1] if found else rules[0].before


def _onset(rule: _Rule, civil: datetime) -> datetime | None:
    """When a rule set in last; those of each year are all that calendars have."""
    if rule.start > civil:
        return None
    if rule.parts.get("FREQ") != "YEARLY":
        return rule.start
    try:
        until = read_moment(rule.parts["UNTIL"]).civil if "UNTIL" in rule.parts else date.max
    except InvalidValueError:
        until = date.max
    last = min(civil.year, until.year)
    for year in (last, last - 1):
        day = _day_of(rule, year)
        if day:
            onset = datetime.combine(day, rule.start.time())
            if rule.start <= onset <= civil and onset.date() <= date(
                until.year, until.month, until.day
            ):
                return onset
    return rule.start


def _day_of(rule: _Rule, year: int) -> date | None:
    """The day of a year on which a rule sets in: the last Sunday of March, the 25th of October."""
    month = rule.parts.get("BYMONTH", str(rule.start.month))
    by = _BYDAY(rule.parts.get("BYDAY", ""))
    try:
        first = date(year, int(month), 1)
        if not by:
            return first.replace(day=int(rule.parts.get("BYMONTHDAY", rule.start.day)))
        turn, weekday = int(by[1] or 1), _DAYS.index(by[2])
        days = [int(day) for day in rule.parts.get("BYMONTHDAY", "").split(",") if day]
        if days:  # the first such weekday among these days
            start = first.replace(day=min(days))
            return start + timedelta(days=(weekday - start.weekday()) % 7)
        if turn > 0:
            return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (turn - 1))
        following = date(year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
        return following - timedelta(days=(following.weekday() - weekday) % 7 - 7 * (turn + 1))
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=2000)
def _iana(name: str) -> str | None:
    """IANA's name of a zone, from that, a path that ends in it, or one of Windows'."""
    from tzlocal.windows_tz import win_tz

    plain = name.strip('" ')
    if plain.upper() in _UTC:
        return "UTC"
    path = _PATH.search(plain)
    for told in (plain, path[0] if path else "", win_tz.get(plain, "")):
        if told and _is_known(told):
            return told
    for city in (
        re.findall(r"[A-Z][A-Za-z. ]{2,30}", plain.partition(")")[2]) if plain[:1] == "(" else ()
    ):
        known = _by_city().get(city.strip().replace(" ", "_"))
        if known:
            return known
    return None


@lru_cache(maxsize=1)
def _by_city() -> dict[str, str]:
    """By their last part the names of the zones, the first of several; looked up once."""
    found: dict[str, str] = {}
    for zone in sorted(zone for zone in available_timezones() if "/" in zone):
        found.setdefault(zone.rpartition("/")[2], zone)
    return found


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
