"""Civil times to UTC, a million of them: the short way for ISO, by what clocks did on that day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crmcli.errors import InvalidValueError
from crmcli.values import dates

_DAYS = 20_000  # remembered
_TIMES = {f"{minute // 60:02d}:{minute % 60:02d}": minute for minute in range(1440)}
_ENDS = [f"T{time}:00Z" for time in _TIMES]


class Clock:
    """The clocks of a time zone."""

    def __init__(self, tz: str | None) -> None:
        self._tz = tz
        self._offsets: dict[str, int | None] = {}

    def quick(self, cell: str) -> str | None:
        """The stored instant of ``2026-03-05 14:30`` and of our own day without a time.

        None for whatever needs the long way: other spellings, and days on which clocks change.
        """
        size = len(cell)
        if size < 16 or cell[4] != "-" or cell[10] not in " T":
            return None
        day, minutes = cell[:10], _TIMES.get(cell[11:16])
        if cell[10:] in ("T12:00Z", "T00:00Z"):
            return cell if _is_day(day) else None
        # Midnight is how programs write a day without a time.
        if not minutes or not (size == 16 or (size == 19 and cell[16:] == ":00")):
            return None
        offset = self._offset(day)
        if offset is None or not 0 <= minutes - offset < 1440:
            return None
        return day + _ENDS[minutes - offset]

    def _offset(self, day: str) -> int | None:
        if day in self._offsets:
            return self._offsets[day]
        if len(self._offsets) > _DAYS:
            self._offsets.clear()
        offset = self._offsets[day] = _offset(day, self._tz)
        return offset


def _is_day(day: str) -> bool:
    try:
        return bool(date.fromisoformat(day))
    except ValueError:
        return False


def _offset(day: str, tz: str | None) -> int | None:
    """Minutes that a day's clocks are ahead of UTC; None when that changes in the day or no day."""
    try:
        first = datetime.fromisoformat(day)
        ahead = {
            (end - datetime.fromisoformat(dates.to_utc(end, tz)[:-1])) / timedelta(minutes=1)
            for end in (first, first + timedelta(hours=23, minutes=59))
        }
    except (ValueError, OverflowError, InvalidValueError):
        return None
    offset = ahead.pop()
    return int(offset) if not ahead and offset.is_integer() else None
