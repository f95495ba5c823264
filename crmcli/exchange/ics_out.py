"""The book as a calendar for a phone: open follow-ups with alarms, birthdays and key dates.

UIDs stay, so that a calendar imported twice is updated and not doubled; those of follow-ups are the
ones of ``crm remind -f ics``. A time is the owner's, without a zone, as follow-ups have it: it rings at
that hour wherever the phone is, and goes on doing so when clocks change.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TextIO

from crmcli.exchange import ics_file
from crmcli.exchange.ics_file import Event
from crmcli.values import key_dates
from crmcli.values.rrule_text import rrule, yearly
from crmcli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.outgoing import Outgoing

# The first is all that a calendar can hold, and what is written unless --as says otherwise.
NOUNS = ("events", "followups", "contacts")

_NINE = 9 * 60
_DAY = 24 * 60
_LEAP_YEAR = 2000  # of dates without a year, which a calendar has not


def write(stream: TextIO, noun: str, book: Outgoing) -> int:
    """Write the calendar; return how many events are in it."""
    return ics_file.write(stream, _events(noun, book), name="crm", now=book.now)


def _events(noun: str, book: Outgoing) -> Iterator[Event]:
    """What is to ring; nothing of people who are archived or not to be contacted."""
    barred = book.barred()
    if noun != "contacts":
        silent = {
            person["uid"] for person in book.objects("contacts") if _is_silent(person)
        } | barred
        for row in book.objects("followups"):
            if not row["done_at"] and row["contact"] and row["contact"]["uid"] not in silent:
                yield _follow_up(row)
    if noun != "followups":
        for person in book.objects("contacts"):
            if not _is_silent(person) and person["uid"] not in barred:
                yield from _dates(person)


def _is_silent(person: dict[str, Any]) -> bool:
    return bool(person["archived_at"] or person["do_not_contact"])


def _follow_up(row: dict[str, Any]) -> Event:
    person, due = row["contact"], row["due"]
    text, every = row["text"] or "", row["every"] or ""
    moment = datetime.fromisoformat(due)
    has_time = len(due) > len("2026-03-05")
    put_off = row["snoozed_until"] or ""
    if put_off > due[:10]:
        moment = datetime.combine(date.fromisoformat(put_off), moment.time())
    anchor = date.fromisoformat((row["anchor"] or due)[:10])
    repeats = rrule(every, anchor, moment.date()) if every else None
    told = {
        "CONTACT": person["uid"],
        "NAME": person["name"],
        "EMAIL": person["email"],
        "DUE": due,
        "TEXT": text,
        "EVERY": every,
        "ANCHOR": row["anchor"] if every else None,
    }
    return Event(
        f"{row['uid']}@crm",
        moment if has_time else moment.date(),
        f"{person['name']}: {text}" if text else person["name"],
        "\n".join(filter(None, [person["email"], f"crm show {person['id']}"])),
        alarm=0 if has_time else _NINE,
        category="follow-up",
        rrule=repeats or "",
        own=tuple((f"X-CRM-{name}", value) for name, value in told.items() if value),
    )


def _dates(person: dict[str, Any]) -> Iterator[Event]:
    """The birthday and the key dates of somebody."""
    if person["birthday"]:
        yield _date(person, "birthday", person["birthday"], 0, "")
    seen: Counter[str] = Counter()
    for item in person["dates"]:
        kind, _, rest = item.rpartition("=")  # a kind may hold one too
        day, _, notice = rest.partition("/")
        seen[kind] += 1
        turn = f"-{seen[kind]}" if seen[kind] > 1 else ""
        yield _date(person, kind, day, int(notice.removesuffix("d") or 0), turn)


def _date(person: dict[str, Any], kind: str, told: str, notice: int, turn: str) -> Event:
    """One date: it rings at nine on its day, and where there is notice, that many days before.

    What ends something is on one day where it has a year; the others come round.
    """
    with_year = not told.startswith("-")
    day = key_dates.occurrence_in(told, int(told[:4]) if with_year else _LEAP_YEAR)
    once = with_year and (bool(notice) or key_dates.is_end(fold(kind)))
    year = f" ({told[:4]})" if with_year and not once else ""
    return Event(
        f"{person['uid']}-{kind}{turn}@crm".replace(" ", "-"),
        day or date(_LEAP_YEAR, 1, 1),
        f"{person['name']}: {kind}{year}",
        f"crm show {person['id']}",
        alarm=_NINE - notice * _DAY,
        category=kind,
        rrule="" if once or day is None else yearly(day),
    )
