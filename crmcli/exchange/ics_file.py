r"""iCalendar (RFC 5545): events that a phone shows, written so that nothing in a text can act.

Texts are what people read: control and invisible characters are visible escapes, line ends are
``\n``, and a value ends where its line ends, whatever is in it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, TextIO

from crmcli.exchange.folding import folded
from crmcli.output.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The standard wants a component in a calendar; where there is no event, this one says nothing.
_NOTHING = (
    "BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip


class Event(NamedTuple):
    """Something on a day, or at a time.

    Attributes:
        uid: the same for the same thing whenever it is written, so that it is moved and not
            doubled.
        on: the civil day, or the instant at which it begins; a naive one is on every clock.
        summary: one line. description: several.
        minutes: how long it takes; of a day, all of it.
        alarm: after how many minutes from its beginning to ring, before it where there are fewer
            than none; None to be silent.
        category: a word, or empty. priority: 1 high to 9 low, 0 for none.
        rrule: how it comes back, of RFC 5545, or empty.
        own: properties of ours and their texts.
    """

    uid: str
    on: date | datetime
    summary: str
    description: str = ""
    minutes: int = 15
    alarm: int | None = None
    category: str = ""
    priority: int = 0
    rrule: str = ""
    own: tuple[tuple[str, str], ...] = ()


def write(stream: TextIO, events: Iterable[Event], *, name: str, now: datetime) -> int:
    """Write a calendar.

    Args:
        stream: where to; lines end in CR LF.
        events: what is in it.
        name: of the calendar.
        now: the instant it is written, aware.

    Returns:
        The number of events.
    """
    count = 0
    stream.writelines(map(folded, _head(name)))
    stamp = _instant(now)
    for event in events:
        stream.writelines(map(folded, _event(event, stamp)))
        count += 1
    if not count:
        stream.writelines(map(folded, _NOTHING))
    stream.write(folded("END:VCALENDAR"))
    return count


def _head(name: str) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//crmcli//crm//EN"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield f"NAME:{_text(name)}"
    yield f"X-WR-CALNAME:{_text(name)}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    yield "X-PUBLISHED-TTL:PT1H"


def _event(event: Event, stamp: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{stamp}"
    if isinstance(event.on, datetime):
        yield f"DTSTART:{_instant(event.on)}"
        yield f"DTEND:{_instant(event.on + timedelta(minutes=event.minutes))}"
    else:
        # Not by strftime, which writes the year 33 in two digits.
        end = event.on + timedelta(days=event.on < date.max)
        yield f"DTSTART;VALUE=DATE:{event.on.isoformat().replace('-', '')}"
        yield f"DTEND;VALUE=DATE:{end.isoformat().replace('-', '')}"
        yield "TRANSP:TRANSPARENT"
    if event.rrule:
        yield f"RRULE:{event.rrule}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.category:
        yield f"CATEGORIES:{_text(event.category)}"
    if event.priority:
        yield f"PRIORITY:{event.priority}"
    yield "CLASS:PRIVATE"
    yield from (f"{name}:{_text(value)}" for name, value in event.own)
    if event.alarm is not None:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"TRIGGER:{'-' * (event.alarm < 0)}PT{abs(event.alarm)}M"
        yield f"DESCRIPTION:{_text(event.summary)}"
        yield "END:VALARM"
    yield "END:VEVENT"


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        return moment.isoformat().replace("-", "").replace(":", "")
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of the type TEXT."""
    lines = (visible(line) for line in value.splitlines())
    text = "\n".join(lines).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\n", "\\n")
