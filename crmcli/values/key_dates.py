"""Key dates: birthdays, renewals, anniversaries, with a year (``1984-05-17``) or without (``--05-17``).

On 29 February a date falls in other years on the 28th (``leap="28"``) or on 1 March (``"march"``).
"""

from __future__ import annotations

from datetime import date

from crmcli.errors import InvalidValueError
from crmcli.values.dates import not_understood, parse_import_date, read_numbers
from crmcli.values.readings import is_number, parse_iso, read_named
from crmcli.values.spans import month_length
from crmcli.values.text import clean, fold

# What people call a contract, and its end, as the kinds of key dates are folded.
CONTRACTS = (
    "contract", "subscription", "umowa", "abonament", "zmluva", "smlouva", "predplatne", "vertrag",
    "abo", "dogovor", "podpiska",
)  # fmt: skip
ENDS = (
    "renewal", "contract end", "contract-end", "contract renewal", "subscription end", "expiry",
    "koniec umowy", "odnowienie", "koniec zmluvy", "konec smlouvy", "obnovenie", "obnova",
    "vertragsende", "verlangerung", "prodlenie", "konec dogovora",
)  # fmt: skip
# Of two people merged who had one each, the second is "renewal 2".
NUMBERS = ("", " 2", " 3")
LEAPS = ("28", "march")
_NO_YEAR = 1604  # what some phones write for a birthday without a year
_FIRST, _LAST = 1800, 2200
_ANY_YEAR = 2000  # has every day


def kind(text: str) -> str:
    """What a key date is called, folded; empty for what has no letter.

    Raises:
        InvalidValueError: it holds a NUL character or half of a surrogate pair.
    """
    return " ".join(fold(clean(text)).split())  # what vanishes may leave two blanks


def parse_key_date(text: str, order: str | None = None) -> str:
    """Return ``1984-05-17``, or ``--05-17`` when the text has no year.

    Args:
        text: ``1984-05-17``, ``17.05.1984``, ``17.05.``, ``5/17``, ``17 May``, ``--05-17``, ``--0517``.
        order: ``dmy`` or ``mdy`` settles ``01/02/1990``.

    Raises:
        AmbiguousDateError: two readings, and no order.
        InvalidValueError: not a date.
    """
    plain = " ".join(text.split())
    yearless = _without_year(plain, order)
    if yearless is not None:
        return f"--{yearless[0]:02}-{yearless[1]:02}"
    iso = parse_iso(plain)  # with an offset too the day is the one that is written
    found = iso.isoformat() if iso else parse_import_date(plain, order)
    if found is None:
        raise not_understood(text)
    return f"-{found[4:10]}" if found.startswith(f"{_NO_YEAR}-") else found[:10]


def is_end(kind: str) -> bool:
    """Whether a date of this kind, folded, ends something, and so does not come round each year."""
    return any(kind == f"{end}{number}" for end in (*CONTRACTS, *ENDS) for number in NUMBERS)


def sane(key_date: str) -> str:
    """Return a key date as it is, unless its year is a slip: nobody alive has one of before 1800.

    Raises:
        InvalidValueError: so it is.
    """
    if key_date[:1] != "-" and not _FIRST <= int(key_date[:4]) <= _LAST:
        raise InvalidValueError(f'date "{key_date}": the year is {_FIRST} to {_LAST}')
    return key_date


def next_occurrence(key_date: str, today: date, leap: str = "28") -> date | None:
    """Return the first day from today on, today included, on which the date comes round.

    Before the day itself, when it is still to come, it does not come round. None past the year 9999.
    """
    if not key_date.startswith("-"):
        first = date.fromisoformat(key_date)
        if first >= today:
            return first
    for year in (today.year, today.year + 1):
        found = occurrence_in(key_date, year, leap)
        if found is not None and found >= today:
            return found
    return None


def occurrence_in(key_date: str, year: int, leap: str = "28") -> date | None:
    """Return the day of a year on which the date comes round; None outside the years 1 to 9999."""
    if not 1 <= year <= date.max.year:
        return None
    month, day = int(key_date[-5:-3]), int(key_date[-2:])
    if day > month_length(year, month):
        return date(year, 3, 1) if leap == "march" else date(year, 2, 28)
    return date(year, month, day)


def years_at(key_date: str, on: date) -> int | None:
    """Return the full years from a key date to a day of its occurrence; None without a year."""
    if key_date.startswith("-"):
        return None
    return on.year - int(key_date[:4])


def _without_year(plain: str, order: str | None) -> tuple[int, int] | None:
    """Return month and day of text that has no year; None for other text."""
    if plain.startswith("--"):
        month, day = plain[2:4], plain[4:].removeprefix("-")
        if is_number(month) and is_number(day) and len(month) == len(day) == 2:
            return _valid(plain, int(month), int(day))
        raise not_understood(plain)
    numbers = None if "-" in plain else read_numbers(plain, order, yearless=True)
    if numbers is not None:
        return numbers.month, numbers.day
    named = read_named(plain)
    return _valid(plain, named[1], named[2]) if named is not None and named[0] is None else None


def _valid(plain: str, month: int, day: int) -> tuple[int, int]:
    if not 1 <= month <= 12 or not 1 <= day <= month_length(_ANY_YEAR, month):
        raise InvalidValueError(f'date "{plain}": there is no such day')
    return month, day
