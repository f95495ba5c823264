"""How long an interaction took: what people type, seconds, and back."""

from __future__ import annotations

from crmcli.errors import InvalidValueError

_UNITS = {
    "d": 86400, "day": 86400, "days": 86400,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "std": 3600, "godz": 3600,
    "hod": 3600, "ч": 3600,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "мин": 60,
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
}  # fmt: skip
_NEXT_SMALLER = {0: 60, 86400: 3600, 3600: 60, 60: 1}  # what a number without a unit counts
_LONGEST = 31 * 86400


def parse(text: str) -> int:
    """Return the seconds in ``30m``, ``1h30``, ``1:30``, ``1.5h``, ``90`` (minutes), ``PT1H30M``.

    Raises:
        InvalidValueError: none of these, or longer than 31 days.
    """
    plain = text.strip().lower().replace(",", ".")
    seconds = _clock(plain) if ":" in plain else _units(plain)
    if seconds is None:
        raise InvalidValueError(f'duration "{text}" not understood; try 30m, 1h30 or 1:30')
    if seconds > _LONGEST:
        raise InvalidValueError(f'duration "{text}" is longer than 31 days')
    return round(seconds)


def text(seconds: int) -> str:
    """Return seconds as people read them: ``45s``, ``30m``, ``2h``, ``1h30m``."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0m"


def _clock(plain: str) -> int | None:
    """Read hours, minutes and perhaps seconds: ``1:30``, ``1:30:15``."""
    parts = plain.split(":")
    if len(parts) not in (2, 3) or not all(_is_number(p) and len(p) <= 3 for p in parts):
        return None
    hours, *small = (int(p) for p in parts)
    if any(part > 59 for part in small):
        return None
    return hours * 3600 + small[0] * 60 + (small[1] if len(small) == 2 else 0)


def _units(plain: str) -> float | None:
    """Read numbers with their units, the biggest unit first; a last bare number takes the next."""
    if plain.startswith("p"):
        days, _, rest = plain[1:].partition("t")
        if days and not days.endswith("d"):
            return None  # P1M is a month
        plain = days + rest
    total = 0.0
    last = 0
    rest = plain
    while rest:
        number, rest = _take(rest, "0123456789.")
        unit, rest = _take(rest, None)
        if not number or number.count(".") > 1 or number == ".":
            return None
        unit = unit.strip().rstrip(".")
        size = _UNITS.get(unit) if unit else _NEXT_SMALLER.get(last)
        if size is None or (last and size >= last):
            return None
        total += float(number) * size
        last = size
        if total > _LONGEST:
            break
    return total if last else None


def _take(plain: str, allowed: str | None) -> tuple[str, str]:
    """Split off the leading characters among the allowed; None means all but ASCII digits."""
    end = 0
    while end < len(plain) and (
        plain[end] in allowed if allowed is not None else plain[end] not in "0123456789"
    ):
        end += 1
    return plain[:end], plain[end:]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
