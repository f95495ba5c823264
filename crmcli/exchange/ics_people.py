"""Who had part in the events of a calendar, and whose calendar it is: one look at the whole file."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange import ics_own, not_people
from crmcli.exchange.ics_repeat import key
from crmcli.exchange.ics_zones import When, Zones, read_moment
from crmcli.exchange.mime import tidy
from crmcli.exchange.records import Person
from crmcli.values import email

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crmcli.exchange.ics_lines import Component, Property
    from crmcli.exchange.plan import Options

_MOST_PEOPLE = 50  # of an event
_MOST_MOVED = 200_000
_FEW = 3  # events with people from which whoever is in nearly all is the owner
_THINGS = ("RESOURCE", "ROOM", "GROUP")
_NOBODYS = (".calendar.google.com", "@calendar.google.com")


@dataclass
class Survey:
    """What holds for a whole calendar.

    Attributes:
        holds: the nouns in it.
        owner: keys of the owner's addresses.
        moved: by UID, the occurrences that have a component of their own, see ics_repeat.key.
        cancels: whether all of it says that it is called off. own: whether we wrote it.
    """

    zones: Zones
    holds: tuple[str, ...] = ("interactions",)
    owner: frozenset[str] = frozenset()
    moved: dict[str, set[str]] = field(default_factory=dict)
    cancels: bool = False
    own: bool = False
    warnings: list[str] = field(default_factory=list)


def survey(components: Iterable[Component], options: Options, now: datetime | None) -> Survey:
    """Look at a whole calendar once, keeping little of it."""
    zones = Zones(options.tz)
    found = Survey(zones, owner=options.owner)
    seen: Counter[str] = Counter()
    inviting: Counter[str] = Counter()
    events = with_people = 0
    moved: list[tuple[str, When]] = []
    first, tasks = "", False
    today = f"{now:%Y%m%d}" if now else "9"
    for part in components:
        if part.kind == "VCALENDAR":
            line = part.lines[0]
            upper = line[:40].upper()
            found.cancels = found.cancels or upper.startswith("METHOD:CANCEL")
            found.own = found.own or line.startswith(f"PRODID:{ics_own.PRODUCT}")
            if upper.startswith("X-WR-CALNAME") and "@" in line:
                first = line.rpartition(":")[2].strip()
        elif part.kind == "VTIMEZONE":
            zones.define(part)
        elif part.kind == "VTODO":
            tasks = True
        elif part.kind == "VEVENT":
            if ics_own.is_own(part):
                tasks = True
                continue
            events += 1
            start = part.first("DTSTART")
            day = start.value.strip().replace("-", "")[:8] if start else ""
            tasks = tasks or day >= today or part.first("RRULE") is not None
            tasks = tasks or found.cancels or part.word("STATUS") == "CANCELLED"
            keys = {email.key(box) for who in _invited(part) if (box := _address(who))}
            seen.update(keys)
            inviting.update(
                email.key(box) for who in part.properties("ORGANIZER")[:1] if (box := _address(who))
            )
            with_people += bool(keys)
            if len(moved) < _MOST_MOVED and (one := _moved(part)):
                moved.append(one)
    for uid, when in moved:  # only now: zones may stand behind the events
        with suppress(InvalidValueError):
            found.moved.setdefault(uid, set()).add(key(when, zones))
    found.holds = ("interactions",) * bool(events or not tasks) + ("followups",) * tasks
    _settle_owner(found, seen, inviting, with_people, first)
    return found


def _moved(event: Component) -> tuple[str, When] | None:
    """The UID of an occurrence that has a component of its own, and when it would have been."""
    other = event.first("RECURRENCE-ID")
    if other is None:
        return None
    try:
        return tidy(event.text("UID"))[:998], read_moment(other.value, other.params.get("TZID"))
    except InvalidValueError:
        return None


def _settle_owner(
    found: Survey, seen: Counter[str], inviting: Counter[str], events: int, name: str
) -> None:
    """Guess whose it is, where the config does not say or means somebody else.

    It is the calendar's name, else who is in nearly all events; of two who are, who invites more.
    """
    if not seen or any(address in seen for address in found.owner):
        return
    guess = email.key(name) if email.key(name) in seen else None
    if guess is None:
        most = max(seen.values())
        often = [(inviting[address], address) for address in seen if seen[address] == most]
        often.sort(reverse=True)
        alone = len(often) == 1 or often[0][0] > often[1][0]
        guess = often[0][1] if alone and events >= _FEW and most >= events * 0.8 else None
    what = "none of owner.emails is in this calendar" if found.owner else "owner.emails is not set"
    if guess:
        found.owner |= {guess}
        found.warnings.append(f"{what}; taken for yours: {guess}")
    elif events >= _FEW or not found.owner:
        found.warnings.append(
            f"{what}, so you may be among your own guests: crm config set owner.emails YOURS"
        )


def people_of(event: Component, owner: frozenset[str]) -> tuple[Person, ...]:
    """Everybody invited and who invited, but for the owner, rooms and things; each once."""
    found: dict[str, Person] = {}
    for who in _invited(event):
        address = _address(who)
        if address is None or (told := email.key(address)) in owner:
            continue
        name = tidy(who.params.get("CN", "")).strip("'")
        if not name or "@" in name or email.is_role(address):
            name = ""
        if told not in found or (name and not found[told].name):
            found[told] = Person(address, name=name or None)
        if len(found) == _MOST_PEOPLE:
            break
    return tuple(found.values())


def _invited(event: Component) -> list[Property]:
    """Who invited, then who was; a task names its people as contacts too."""
    return event.properties("ORGANIZER", "ATTENDEE", "CONTACT")


def _address(who: Property) -> str | None:
    """The valid address of somebody; None of a room, a list, and of what else is no person."""
    if who.params.get("CUTYPE", "").upper() in _THINGS:
        return None
    for text in (who.value.rpartition("<")[2], who.params.get("EMAIL", "")):
        try:
            address = email.parse(text)
        except InvalidValueError:
            continue
        nobodys = address.lower().endswith(_NOBODYS) or not_people.is_nobodys(address)
        return None if nobodys else address
    return None
