"""What a piece of text can mean as a date or a time of day; nothing is decided here.

Two digits of a year mean 1969 to 2068, as POSIX has it.
"""

from __future__ import annotations

from datetime import date, datetime

_ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
_LEAP_YEAR = "2000"  # stands for a missing year: it has every day


def split_numbers(text: str) -> tuple[list[str], str] | None:
    """Split ``17.05.1984`` into its two or three numbers and the mark between them."""
    for mark in "/.-":
        if mark in text:
            parts = [part.strip() for part in text.split(mark)]
            if mark == "." and not parts[-1]:
                parts.pop()
            if len(parts) in (2, 3) and all(is_number(part) for part in parts):
                return parts, mark
            return None
    return None


def readings(parts: list[str]) -> dict[str, date]:
    """Return every order in which numbers are a day that exists, and that day.

    Two numbers are a day and a month; their year is 2000.
    """
    if len(parts) == 2:
        parts = [*parts, _LEAP_YEAR]
    first, second, third = parts
    if len(first) == 4:
        fields = {"ymd": (first, second, third)}
    elif len(third) == 4:
        fields = {"dmy": (third, second, first), "mdy": (third, first, second)}
    else:
        fields = {
            "dmy": (third, second, first),
            "mdy": (third, first, second),
            "ymd": (first, second, third),
        }
    found = {}
    for order, (year_text, month, day) in fields.items():
        year = _year(year_text)
        if year is not None and len(month) <= 2 and len(day) <= 2:
            try:
                found[order] = date(year, int(month), int(day))
            except ValueError:
                continue
    return found


def parse_iso(text: str) -> date | datetime | None:
    """Read an ISO 8601 date or date-time, blank or T between, offset or none; None if it is none."""
    try:
        if len(text) <= 10:
            return date.fromisoformat(text) if len(text) in (8, 10) and text[:4].isdigit() else None
        if text[10] not in "Tt " or text[4] != "-":
            return None
        clock = text[11:].removesuffix(" UTC").replace(" +", "+").replace(" -", "-")
        zone = "Z" if text.endswith(" UTC") else ""
        return datetime.fromisoformat(f"{text[:10]}T{clock.upper()}{zone}")
    except ValueError:
        return None


def without_year_word(text: str) -> str:
    """The date ``4.3.1981 r.`` without its word for a year, and ``4 III 1981`` as an ISO date."""
    import re  # asked for by dates that nothing else could read

    if len(text) > 40:
        return text
    plain = re.sub(r"(?<=\d{4}) ?(?:r|rok|roku|г|года)\.?$", "", text, flags=re.IGNORECASE)
    match = re.fullmatch(
        r"(\d{1,2})\.?[ ./-]{1,2}([IVX]{1,4})\.?[ ./-]{1,2}(\d{4})", plain, re.IGNORECASE
    )
    if match and match[2].upper() in _ROMAN:
        return f"{match[3]}-{_ROMAN.index(match[2].upper()) + 1:02}-{int(match[1]):02}"
    return plain


def parse_clock(text: str) -> tuple[int, int, int] | None:
    """Read ``9:05``, ``14:30:15``, ``2:30 pm`` or ``5pm`` as hours, minutes and seconds."""
    plain = text.lower().replace(".", "")
    half = next((half for half in ("am", "pm") if plain.endswith(half)), None)
    if half:
        plain = plain[:-2].rstrip()
    parts = plain.split(":")
    if len(parts) == 1 and not half:
        return None
    if len(parts) > 3 or not all(is_number(part) and len(part) <= 2 for part in parts):
        return None
    hours, minutes, seconds = (*(int(part) for part in parts), 0, 0)[:3]
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    return (hours, minutes, seconds) if hours < 24 and minutes < 60 and seconds < 60 else None


def read_named(text: str) -> tuple[int | None, int, int] | None:
    """Read a date with a month's name: ``5 March``, ``Jan 10, 2025``, ``15-Jan-25``, ``5. marca``.

    Returns:
        Year (None without one), month and day; None when the text has another shape.
    """
    from crmcli.values.day_words import FILLERS, MONTHS, plain

    words = [w for w in plain(text).replace("-", " ").replace(",", " ").split() if w not in FILLERS]
    months = [MONTHS[w.rstrip(".")] for w in words if w.rstrip(".") in MONTHS]
    numbers = [_ordinal(w) for w in words if w.rstrip(".") not in MONTHS]
    if len(months) != 1 or len(numbers) not in (1, 2) or None in numbers:
        return None
    day, *rest = [number for number in numbers if number]
    if len(day) == 4 and rest:  # 2026 March 5
        day, rest = rest[0], [day]
    year = _year(rest[0]) if rest else None
    if len(day) > 2 or (rest and year is None):
        return None
    return year, months[0], int(day)


def _year(text: str) -> int | None:
    if len(text) == 4:
        return int(text) or None
    if len(text) != 2:
        return None
    return int(text) + (1900 if int(text) >= 69 else 2000)


def _ordinal(word: str) -> str | None:
    """Return the digits of ``5``, ``5.``, ``5th``, ``2026``; None for another word."""
    digits = word.rstrip(".")
    if digits[-2:] in ("st", "nd", "rd", "th"):
        digits = digits[:-2]
    return digits if is_number(digits) else None


def is_number(text: str) -> bool:
    """Tell whether text is digits, plain ones, and nothing else."""
    return text.isascii() and text.isdigit()
