"""What an event of a calendar is, and how long it takes, beyond when it is and with whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.values.text import fold

if TYPE_CHECKING:
    from crmcli.exchange.ics_lines import Component

_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?"
).fullmatch
_UNITS = (7 * 86400, 86400, 3600, 60, 1)
_BIRTHDAY = re.compile(
    fold(
        r"(?:birthday|urodziny|geburtstag|narozeniny|narodeniny|день рождения|д\.р\.|meniny|imieniny|name day|namenstag)"
    )
)

_GOOGLES = tuple(
    f"X-GOOGLE-CALENDAR-CONTENT-{name}" for name in ("TITLE", "ICON", "URL", "TYPE", "DISPLAY")
)


def is_birthday(event: Component) -> bool:
    """Whether it is one of a calendar of birthdays: marked so, or each year and called so."""
    if event.properties(*_GOOGLES):
        return True
    if event.word("X-APPLE-UNIVERSAL-ID") and event.word("CATEGORIES") == "BIRTHDAY":
        return True
    rule = event.first("RRULE")
    if rule is None or "FREQ=YEARLY" not in rule.value.upper():
        return False
    start = event.first("DTSTART")
    all_day = start is not None and "T" not in start.value.upper()
    said = f"{event.text('SUMMARY')[:300]} {event.text('CATEGORIES')[:300]}"
    return all_day and _BIRTHDAY.search(fold(said)) is not None


def seconds_of(text: str) -> int:
    """The seconds of a DURATION; 0 where it is none."""
    found = _DURATION(text.strip().upper())
    if not found:
        return 0
    total = sum(
        int(part or 0) * unit for part, unit in zip(found.groups()[1:], _UNITS, strict=True)
    )
    return -total if found[1] == "-" else total
