"""The SQL functions that rules use.

``on_day(at)`` is the owner's day of an instant, ``worked(day)`` the working days since, ``near(day)``
the same in words, ``rolled_back(day)`` it or the working day before, ``rolled_forward(day)`` it or the
one after; the others look at text. All of them take NULL, and what makes no sense gives NULL.
"""

from __future__ import annotations

from datetime import date

from crmcli.errors import InvalidValueError
from crmcli.values import workdays
from crmcli.values.dates import from_utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from typing import TypeVar

    from crmcli.rules.base import Day

    T = TypeVar("T")

# Words of sources that are not the person themselves.
_OTHERS = (
    "list lists database directory register registry broker bought purchased vendor agency linkedin"
    " xing apollo zoominfo lusha hunter scraped referral partner panorama firmy krs ceidg katalog"
    " adresar seznam spisok kauf gekauft verzeichnis lista baza zakup"
)
_KEPT = 10_000  # answers that a function remembers
_THIRD_PARTIES = frozenset(_OTHERS.split())


def create(db: sqlite3.Connection, day: Day) -> None:
    """Give the connection the functions; what they compute for a day is kept, as the days are few."""

    def worked(since: str) -> int:
        return day.worked(date.fromisoformat(since[:10]))

    def near(on: str) -> str:
        days = (date.fromisoformat(on[:10]) - day.today).days
        word = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
        return word or (f"in {days} days" if days > 0 else f"{-days} days ago")

    def rolled_back(on: str) -> str:
        return workdays.roll_back(date.fromisoformat(on), day.off, day.holidays).isoformat()

    def rolled_forward(on: str) -> str:
        return workdays.roll_forward(date.fromisoformat(on), day.off, day.holidays).isoformat()

    def on_day(at: str) -> str:
        return from_utc(at, day.tz).isoformat()[:10]

    for function in (on_day, worked, near, rolled_back, rolled_forward):
        db.create_function(function.__name__, 1, _kept(function), deterministic=True)
    db.create_function("dialled", 2, _dialler(day.region), deterministic=True)
    db.create_function("is_dialled", 1, _is_dialled, deterministic=True)
    db.create_function("address", 1, _address, deterministic=True)
    db.create_function("meant", 1, _meant, deterministic=True)
    db.create_function("shouted", 1, _shouted, deterministic=True)
    db.create_function("third_party", 1, _third_party, deterministic=True)


def _kept(work: Callable[[str], T]) -> Callable[[str | None], T | None]:
    """The same function, which remembers its answers; of NULL or nothing it is NULL."""
    known: dict[str, T] = {}

    def remembering(text: str | None) -> T | None:
        if not text:
            return None
        if text not in known:
            if len(known) == _KEPT:
                known.clear()
            known[text] = work(text)
        return known[text]

    return remembering


def _dialler(region: str | None) -> Callable[[str, str | None], str | None]:
    """What gives a number as typed in E.164 where it is valid in that country, by default the region."""

    def dialled(typed: str, country: str | None) -> str | None:
        from crmcli.values import phone
        from crmcli.values.country import code

        try:
            found = phone.parse(typed, (country and code(country)) or region)
        except InvalidValueError:
            return None
        return found.number if found.valid else None

    return dialled


def _is_dialled(number: str) -> bool:
    """Whether a number that looks like E.164 can exist."""
    from crmcli.values import numbering

    return numbering.e164(number, None) is not None


def _address(text: str) -> str | None:
    """The e-mail in a text, as it would be stored."""
    from crmcli.values import email

    try:
        return email.parse(text)
    except InvalidValueError:
        return None


def _meant(address: str) -> str | None:
    from crmcli.values import email

    return email.meant(address)


def _shouted(text: str) -> bool:
    from crmcli.values import name

    return name.is_shouted(text)


def _third_party(source: str | None) -> bool:
    """Whether a source is somebody else than the person."""
    from crmcli.values.text import words

    return not _THIRD_PARTIES.isdisjoint(words(source or ""))
