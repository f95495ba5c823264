"""When an event that repeats took place: RRULE, RDATE and EXDATE, up to now and within bounds.

dateutil does the rules, after `values.repeat` has looked at them: none by the second, none that
never comes round. How far it may count is bounded for each event and for the whole file.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange.ics_zones import When, Zones, midnight, read_moment
from crmcli.values import repeat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.ics_lines import Component

MOST = 5000  # occurrences of one event
STEPS = 300_000  # of dateutil, and occurrences, in a file
_FIRST_YEAR = 1970
_DAYS_A_STEP = {"DAILY": 4, "WEEKLY": 14, "MONTHLY": 30, "YEARLY": 60}  # without an occurrence


def key(when: When, zones: Zones) -> str:
    """What tells one occurrence of an event from the others: its instant, or its day."""
    if not when.has_time:
        return when.civil.isoformat().replace("-", "")
    return zones.instant(when).replace("-", "").replace(":", "")


def excepted(event: Component, zones: Zones) -> set[str]:
    """The keys of the occurrences that a repeating event leaves out."""
    return {key(when, zones) for when in _listed(event, "EXDATE")}


class Repeats:
    """Occurrences of the events of a file.

    Attributes:
        remark: why only the first occurrence of the last event was taken; empty where all were.
    """

    def __init__(self, zones: Zones, until: datetime | None) -> None:
        self.remark = ""
        self._zones = zones
        self._until = until  # naive, in UTC
        self._left = STEPS

    def past(
        self, event: Component, start: When, moved: set[str]
    ) -> tuple[list[When], When | None]:
        """Return the occurrences that are past, and the first to come, but for those ``moved``."""
        self.remark = ""
        without = moved | excepted(event, self._zones)
        found: dict[str, When] = {}
        following: When | None = None
        for when in self._all(event, start, without):
            told = key(when, self._zones)
            if told in without:
                continue
            if self._is_past(when):
                found[told] = when
            elif following is None or when.civil < following.civil:
                following = when
        return list(found.values()), following

    def _is_past(self, when: When) -> bool:
        if self._until is None:
            return True
        return self._zones.instant(when) <= f"{self._until:%Y-%m-%dT%H:%M:%SZ}"

    def _all(self, event: Component, start: When, without: set[str]) -> Iterator[When]:
        """The first, those of the rules, the listed ones; of those to come a few."""
        yield start
        for rule in event.properties("RRULE")[:5]:
            yield from self._of_rule(rule.value.strip(), start, without)
        yield from _listed(event, "RDATE")

    def _of_rule(self, text: str, start: When, without: set[str]) -> Iterator[When]:
        try:
            parts = _checked(text[:1000])
            until = read_moment(parts["UNTIL"]) if "UNTIL" in parts else None
        except InvalidValueError as error:
            self.remark = f"{error}; only the first time is taken"
            return
        civil = start.civil
        first = midnight(civil)
        ends = [moment for moment in (self._until, until and until.civil) if moment]
        end = min(
            (date(moment.year, moment.month, moment.day) for moment in ends), default=date.max
        )
        steps = max(0, (end - first.date()).days) // _DAYS_A_STEP[parts["FREQ"]]
        if end == date.max:
            steps = MOST
        if steps > self._left or first.year < _FIRST_YEAR:
            self.remark = "repeats too often, or since too long ago; only the first time is taken"
            return
        self._left -= steps + 20
        yield from self._counted(parts, start, first, until, without)

    def _counted(
        self,
        parts: dict[str, str],
        start: When,
        first: datetime,
        until: When | None,
        without: set[str],
    ) -> Iterator[When]:
        from dateutil.rrule import rrulestr

        rule = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
        last = until and (self._zones.instant(until) if until.has_time else f"{until.civil}T99")
        latest = self._until + timedelta(days=2) if self._until else datetime.max  # noqa: DTZ901 - civil
        for place, civil in enumerate(rrulestr(rule, dtstart=first)):
            when = start._replace(civil=civil if start.has_time else civil.date())
            # An UNTIL that is a day, or has no zone, is meant on the clock of the event.
            told = self._zones.instant(when) if until and until.utc else civil.isoformat()
            if until and not until.utc and until.has_time:
                last = until.civil.isoformat()
            if last and told > last:
                return
            self._left -= 1
            if place >= MOST or self._left < 0:
                self.remark = f"repeats too often; the first {place} times are taken"
                return
            yield when
            if civil > latest and key(when, self._zones) not in without:
                return


def _listed(event: Component, name: str) -> Iterator[When]:
    """The moments of RDATE or EXDATE, of periods their beginnings."""
    count = 0
    for found in event.properties(name):
        for value in found.value.split(",")[: MOST - count]:
            count += 1
            try:
                yield read_moment(value.partition("/")[0], found.params.get("TZID"))
            except InvalidValueError:
                continue


@lru_cache(maxsize=2000)
def _checked(text: str) -> dict[str, str]:
    """The parts of a rule that is one, and comes round daily at most."""
    parts = {}
    for part in text.upper().rstrip(";").split(";"):
        name, _, value = part.partition("=")
        parts[name.strip()] = value.strip()
    repeat.parse_every(f"RRULE:{text.upper()}")
    return parts
