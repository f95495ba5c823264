"""Calendars in a file (``.ics``), iCalendar and the older vCalendar; see ``ics_source``."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.exchange.ics_source import IcsSource
    from crmcli.exchange.plan import Options

_BEGIN = b"BEGIN:VCALENDAR"


def claims(head: bytes) -> bool:
    """Whether the file begins as a calendar, in whatever encoding."""
    plain = head[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return plain[: len(_BEGIN)].upper() == _BEGIN


def open_file(stream: IO[bytes], name: str, options: Options) -> IcsSource:
    """Open the calendar, and look through it once."""
    from crmcli.exchange.ics_source import IcsSource

    return IcsSource(stream, name, options)
