"""Civil dates and instants: as they are stored, and as numbers and names in files say them.

An order is ``dmy``, ``mdy`` or ``ymd``: which number of ``01/02/2026`` is the month. Dots are read
day first where nothing else is known, as everywhere they are in use; slashes and dashes are not.

An instant is stored as ``2026-03-05T13:30:00Z``. Where only the day is known the seconds are left
out: ``2026-03-05T12:00Z``. Its first ten characters are always that day, and the whole sorts inside
the day's bounds, whatever the owner's time zone. A zone is an IANA name such as ``Europe/Warsaw``,
or None for the zone of the system.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from crmcli.errors import ConfigError, InvalidValueError, UsageError
from crmcli.values.readings import (
    is_number,
    parse_clock,
    parse_iso,
    read_named,
    readings,
    split_numbers,
    without_year_word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

_DAY_ONLY = 17  # len("2026-03-05T12:00Z")
ORDERS = ("dmy", "mdy", "ymd")
# What programs write where there is no date.
NO_DATE = frozenset({"", "0", "0/0/00", "0.0.00", "0/0/0000", "00/00/0000", "00.00.0000", "0000-00-00",
                     "00/00/00", "00.00.00", "0000-00-00 00:00:00", "-", "--"})  # fmt: skip


class AmbiguousDateError(InvalidValueError):
    """A date that can be read in two ways.

    Attributes:
        readings: the two dates it can be, ISO text (``--03-05`` without a year), day first and
            month first.
    """

    def __init__(self, text: str, readings: tuple[str, str]) -> None:
        first, second = readings
        super().__init__(
            f'date "{text}" can be {first} or {second}; write {first}, or set date_order to dmy or mdy'
        )
        self.readings = readings


def not_understood(text: str) -> InvalidValueError:
    """Return the error for text that is no date."""
    return InvalidValueError(f'date "{text}" not understood')


def read_numbers(
    text: str, order: str | None = None, *, strict: bool = False, yearless: bool = False
) -> date | None:
    """Read a date made of three numbers, or with ``yearless`` of two (then in the year 2000).

    Args:
        text: such as ``31.12.2025``, ``4. 3. 1981``, ``12/31/25``, ``2025/12/31``.
        order: decides where several readings are possible.
        strict: the order is a fact about the text; a date only possible in another is refused.
        yearless: two numbers, day and month.

    Returns:
        The date; None when the text has another shape.

    Raises:
        AmbiguousDateError: two readings, and no order.
        InvalidValueError: numbers, but no such day.
    """
    split = split_numbers(text)
    if split is None or len(split[0]) != (2 if yearless else 3):
        return None
    parts, mark = split
    found = readings(parts)
    if not found:
        raise not_understood(text)
    if strict and order is not None and order not in found and len(parts[0]) != 4:
        raise InvalidValueError(f'date "{text}" is not in the order {order}')
    if order in found:
        return found[order]
    day_first, month_first = found.get("dmy"), found.get("mdy")
    if day_first and month_first and day_first != month_first:
        if mark != ".":
            first, second = day_first.isoformat(), month_first.isoformat()
            if yearless:
                first, second = f"-{first[4:]}", f"-{second[4:]}"
            raise AmbiguousDateError(text, (first, second))
        return day_first
    return day_first or month_first or found["ymd"]


def decide_order(samples: Iterable[str]) -> str | None:
    """Return the one order in which every date of a column can be read; None if undecided.

    Text that is no date in any order does not count, and beside other dates ISO ones don't.
    """
    possible = set(ORDERS)
    seen = dotted = iso = False
    for sample in samples:
        split = split_numbers(sample.strip().split(" ")[0].split("T")[0])
        found = readings(split[0]) if split and len(split[0]) == 3 else {}
        if split is None or not found:
            continue
        if len(split[0][0]) == 4:
            iso = True  # says nothing about the others
            continue
        possible &= found.keys()
        dotted = split[1] == "." and (dotted or not seen)
        seen = True
    if not seen:
        return "ymd" if iso else None
    if len(possible) > 1:
        possible.discard("ymd")  # a year of two digits in front is rare
    if len(possible) == 1:
        return possible.pop()
    return "dmy" if dotted and possible else None


def parse_import_date(text: str, order: str | None, *, excel_serial: bool = False) -> str | None:
    """Read the cell of a date column.

    Args:
        text: the cell.
        order: the order of the column.
        excel_serial: a bare number counts days since 1900, as spreadsheets do.

    Returns:
        ``2025-01-10``; with a civil time ``2025-01-10T09:30:00``; an instant where the cell has an
        offset, ``2025-01-10T08:30:00Z``; None for a cell that means nothing. Midnight without an
        offset is how programs write a date without a time, and is left off.

    Raises:
        AmbiguousDateError: two readings, and no order.
        InvalidValueError: not a date.
    """
    if len(text) == 10 and text[4] == "-" == text[7]:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
    cell = " ".join(text.split())
    if is_no_date(cell):
        return None
    moment = _serial(cell) if excel_serial else None
    if moment is None:
        moment = parse_iso(cell)
    if moment is None:
        moment = _day_and_clock(cell, order)
    if moment is None and (plain := without_year_word(cell)) != cell:
        moment = parse_iso(plain) or _day_and_clock(plain, order)
    if moment is None:
        raise not_understood(cell)
    return _import_text(moment)


def is_no_date(cell: str) -> bool:
    """Whether a cell, without blanks at its ends, is what programs write where there is no date."""
    return cell in NO_DATE or not cell.strip("0./-: ")


def _day_and_clock(cell: str, order: str | None) -> date | datetime | None:
    """Read a day, and behind it perhaps a time of day."""
    words = cell.replace(", ", " ").split(" ")
    for count in range(min(2, len(words) - 1), -1, -1):
        head, tail = words[: len(words) - count], " ".join(words[len(words) - count :])
        clock = parse_clock(tail) if count else (0, 0, 0)
        day = _day(" ".join(head), order) if clock else None
        if day and clock:
            return datetime(day.year, day.month, day.day, *clock) if any(clock) else day  # noqa: DTZ001
    return None


def _day(text: str, order: str | None) -> date | None:
    day = parse_iso(text) or read_numbers(text, order, strict=True)
    if day is not None:
        return day
    named = read_named(text)
    if named is None or named[0] is None:
        return None
    try:
        return date(named[0], named[1], named[2])
    except ValueError:
        return None


def _serial(cell: str) -> date | datetime | None:
    """Read a spreadsheet's day number; its 29 February 1900 never was, so it starts after it."""
    whole, _, fraction = cell.replace(",", ".").partition(".")
    if not is_number(whole) or (fraction and not is_number(fraction)) or len(whole) > 7:
        return None
    if not 61 <= int(whole) <= 2958465:
        return None
    seconds = round(float(f"0.{fraction or 0}") * 86400)
    moment = datetime(1899, 12, 30) + timedelta(days=int(whole), seconds=seconds)  # noqa: DTZ001
    return moment if seconds else moment.date()


def _import_text(moment: date) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    if moment.tzinfo is not None:
        try:
            utc = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        except OverflowError:
            raise not_understood(str(moment)) from None
        return f"{utc.isoformat()}Z"
    if moment.time() == moment.min.time():
        return moment.date().isoformat()
    return moment.replace(microsecond=0).isoformat()


def to_utc(civil: date, tz: str | None) -> str:
    """Return the text to store for a civil date, or a naive civil date-time, in a zone.

    A time that a change of clocks skips moves forward by what was skipped; one that comes twice is
    taken as the first, unless its ``fold`` says otherwise.

    Raises:
        InvalidValueError: the instant lies outside the years 1 to 9999.
        ConfigError: no such zone.
    """
    if not isinstance(civil, datetime):
        # Noon in UTC is the same day nearly everywhere; where clocks are 12 hours ahead or more it
        # is the next day already, and midnight is not.
        noon = datetime(civil.year, civil.month, civil.day, 12, tzinfo=UTC)
        same_day = _local(noon, tz).date() == civil
        return f"{civil.isoformat()}T12:00Z" if same_day else f"{civil.isoformat()}T00:00Z"
    try:
        aware = civil.astimezone() if tz is None else civil.replace(tzinfo=_zone(tz))
        instant = aware.astimezone(UTC)
    except (OverflowError, ValueError, OSError):
        _local(civil.replace(tzinfo=UTC), tz)  # says so where it is TZ that is out of range
        raise InvalidValueError(f'date "{civil}" is out of range') from None
    return f"{instant.replace(tzinfo=None, microsecond=0).isoformat()}Z"


def from_utc(text: str, tz: str | None) -> date | datetime:
    """Return the civil date (time unknown) or the naive civil date-time of a stored instant.

    Raises:
        InvalidValueError: not the text of an instant.
        ConfigError: no such zone.
    """
    try:
        if len(text) == _DAY_ONLY:
            return date.fromisoformat(text[:10])
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValueError(f'"{text}" is not a stored instant') from None
    if instant.tzinfo is None:
        raise InvalidValueError(f'"{text}" is not a stored instant')
    return _local(instant, tz).replace(tzinfo=None)


def day_bounds(day: date, tz: str | None) -> tuple[str, str]:
    """Return the first instant of a civil day and of the next, to compare stored instants with.

    ``start <= at < end`` holds for exactly the instants of the day, those without a time too.
    """
    start = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - civil on purpose
    if day == date.max:
        return to_utc(start, tz), "9999-12-31T24"
    return to_utc(start, tz), to_utc(start + timedelta(days=1), tz)


def civil(aware: datetime, tz: str | None) -> datetime:
    """Return an aware date-time as the naive civil date-time of a zone."""
    return _local(aware, tz).replace(tzinfo=None)


def _local(instant: datetime, tz: str | None) -> datetime:
    try:
        return instant.astimezone(None if tz is None else _zone(tz))
    except (OverflowError, OSError):
        return instant
    except ValueError as error:
        if "timedelta" not in str(error):
            return instant
        # The C library takes any number of hours from TZ; what it makes of them is no offset of a clock.
        raise UsageError(
            "TZ is a day or more from UTC; set it to the name of a zone such as Europe/Warsaw"
        ) from None


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigError(
            f'time zone "{name}" is unknown; use a name such as Europe/Warsaw'
        ) from None
