"""The SQL functions that rules use.

``on_day(at)`` is the owner's day of an instant, ``worked(day)`` the working days since, ``near(day)``
the same in words, ``rolled_back(day)`` it or the working day before; the others look at text. All of
them take NULL, and what makes no sense gives NULL.
"""

from __future__ import annotations

from datetime import date

from crmcli.values import workdays
from crmcli.values.dates import from_utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.rules.base import Day

# Words of sources that are not the person themselves.
_OTHERS = (
    "list lists database directory register registry broker bought purchased vendor agency linkedin"
    " xing apollo zoominfo lusha hunter scraped referral partner panorama firmy krs ceidg katalog"
    " adresar seznam spisok kauf gekauft verzeichnis lista baza zakup"
)
_THIRD_PARTIES = frozenset(_OTHERS.split())


def create(db: sqlite3.Connection, day: Day) -> None:
    """Give the connection the functions; what they compute for a day is kept, as the days are few."""
    worked: dict[str | None, int | None] = {None: None}

    def count(since: str | None) -> int | None:
        if since not in worked:
            worked[since] = day.worked(date.fromisoformat(str(since)[:10]))
        return worked[since]

    def near(on: str | None) -> str | None:
        if not on:
            return None
        days = (date.fromisoformat(on[:10]) - day.today).days
        word = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
        return word or (f"in {days} days" if days > 0 else f"{-days} days ago")

    def rolled_back(on: str | None) -> str | None:
        return on and workdays.roll_back(date.fromisoformat(on), day.off, day.holidays).isoformat()

    days: dict[str, str] = {}

    def on_day(at: str | None) -> str | None:
        if at is None:
            return None
        if at not in days:
            days[at] = from_utc(at, day.tz).isoformat()[:10]
        return days[at]

    db.create_function("on_day", 1, on_day, deterministic=True)
    db.create_function("worked", 1, count, deterministic=True)
    db.create_function("near", 1, near, deterministic=True)
    db.create_function("rolled_back", 1, rolled_back, deterministic=True)
    db.create_function("meant", 1, _meant, deterministic=True)
    db.create_function("shouted", 1, _shouted, deterministic=True)
    db.create_function("third_party", 1, _third_party, deterministic=True)
    db.create_function("alike", 2, _alike, deterministic=True)
    db.create_function("is_role", 1, _is_role, deterministic=True)


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


def _alike(name: str, other: str) -> bool:
    """Whether two names have a word in common."""
    from crmcli.values.text import words

    return bool({word for word in words(name) if len(word) > 1}.intersection(words(other)))


def _is_role(address: str) -> bool:
    from crmcli.values import email

    return email.is_role(address)
