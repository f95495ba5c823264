"""The morning as a calendar: what is due today, and each thing to come on its day.

What the owner set is an event each, and rings on its day, at its time or at nine; what the rules
found of a person on a day is one event, there to be seen. What is overdue stands on today, as a
calendar carries nothing over. As in the list, a day has the ten people with the highest scores unless
all are asked for.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from crmcli.exchange.ics_file import Event
from crmcli.rules import engine, morning, rank
from crmcli.values import workdays

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from crmcli.rules.base import Day, Rule
    from crmcli.rules.selection import Catalogue

_NINE = 9 * 60
_PRIORITIES = {1: 9, 3: 5, 6: 3, 8: 1}  # by severity


class _Entry:
    """An item on its day, before it is put in words; ``set`` is the follow-up that it is, if it is one."""

    __slots__ = ("handle", "on", "own", "row", "set")

    def __init__(self, db: sqlite3.Connection, row: sqlite3.Row, day: Day) -> None:
        self.row = row
        self.handle: str = row["ref"] or f"{row['code']}:{row['contact_id']}"
        self.set: sqlite3.Row | None = None
        if row["ref"]:
            self.set = db.execute(
                "SELECT uid, text, due FROM follow_ups WHERE id = ?", (int(row["ref"][1:]),)
            ).fetchone()
        self.own = self._own(day)
        self.on = max(self.own, day.today)

    def _own(self, day: Day) -> date:
        """Its day: a task moves from a day off to the next working day, a promise to the one before.

        What is bound to its day does not move.
        """
        if not self.row["due"]:
            return day.today
        due = date.fromisoformat(self.row["due"][:10])
        if self.row["code"].startswith("T") or (self.set and len(self.set["due"]) > 10):
            return due
        roll = workdays.roll_back if self.row["promise"] else workdays.roll_forward
        return roll(due, day.off, day.holidays)


def events(
    db: sqlite3.Connection, catalogue: Catalogue, rules: Sequence[Rule], day: Day, most: int | None
) -> list[Event]:
    """Return the events of what ``morning.prepare`` left for everybody, in the order of their days.

    ``most`` is how many people a day has, None for all. Leaves other things there.
    """
    days = _days(db, day)
    found = []
    for on, people in sorted(days.items()):
        chosen = people[:most]
        messages = _messages(db, catalogue, rules, day, on, chosen)
        for entries in chosen:
            person = db.execute(
                "SELECT id, uid, name, email, phone, company FROM contacts WHERE id = ?",
                (entries[0].row["contact_id"],),
            ).fetchone()
            found += [
                _event(db, catalogue, person, group, messages, day) for group in _grouped(entries)
            ]
        if len(people) > len(chosen):
            found.append(_rest(on, len(people) - len(chosen)))
    return found


def _grouped(entries: Sequence[_Entry]) -> list[list[_Entry]]:
    """The items of a person and a day by event: each follow-up has its own, all findings one."""
    found = [entry for entry in entries if not entry.row["ref"]]
    set_ = [[entry] for entry in entries if entry.row["ref"]]
    return [*([found] if found else []), *set_]


def _days(db: sqlite3.Connection, day: Day) -> dict[date, list[list[_Entry]]]:
    """The items by day, and of a day by person, the highest score first."""
    days: dict[date, dict[int, list[_Entry]]] = {}
    for row in rank.findings(db):
        entry = _Entry(db, row, day)
        days.setdefault(entry.on, {}).setdefault(row["contact_id"], []).append(entry)
    return {on: list(people.values()) for on, people in days.items()}


def _messages(
    db: sqlite3.Connection,
    catalogue: Catalogue,
    rules: Sequence[Rule],
    day: Day,
    on: date,
    chosen: Iterable[Sequence[_Entry]],
) -> dict[str, str]:
    """What the rules say of these people, in the words of the day on which it is read."""
    people = {entries[0].row["contact_id"] for entries in chosen}
    found: dict[str, str] = {}
    looks = [day] if on == day.today else [day, engine.day_of(db, catalogue.config, on, day.tz)]
    for look in looks:
        engine.fill(db, catalogue.config, rules, look, people=people)
        for row in db.execute("SELECT * FROM finding"):
            found[morning.handle_of(row)] = row["message"]
    return found


def _event(
    db: sqlite3.Connection,
    catalogue: Catalogue,
    person: sqlite3.Row,
    entries: Sequence[_Entry],
    messages: dict[str, str],
    day: Day,
) -> Event:
    """The event of a follow-up, or of findings, the best of which names it."""
    best, *others = entries
    row = best.row
    kinds = catalogue.config.table("kinds")
    rule = catalogue.get(row["code"])
    words = morning.action(
        db,
        kinds,
        rule,
        person["id"],
        best.handle,
        target=row["target"],
        batch=morning.batch_of(row),
    )
    message = morning.told(row, messages[best.handle])
    uid, text = f"{row['code']}-{person['uid']}", message
    on, alarm = best.on, None
    lines = [f"also {morning.told(entry.row, messages[entry.handle])}" for entry in others]
    if best.set:
        uid, text, lines = best.set["uid"], best.set["text"], [message]
        if best.on == best.own:
            on, alarm = _rings(best.set["due"], best.on, day.tz)
    lines += filter(None, [person["company"], person["phone"], person["email"]])
    return Event(
        f"{uid}@crm",
        on,
        f"{person['name']}: {text}",
        "\n".join([*lines, morning.spelled(words)]),
        alarm=alarm,
        category=catalogue.name_of(row["code"]),
        priority=_PRIORITIES[row["grade"]],
    )


def _rings(due: str, on: date, tz: str | None) -> tuple[date, int]:
    """When a follow-up is, and how many minutes after that it rings."""
    if len(due) == len("2026-03-05"):
        return on, _NINE
    from crmcli.values.dates import to_utc

    return datetime.fromisoformat(to_utc(datetime.fromisoformat(due), tz)).astimezone(UTC), 0


def _rest(on: date, number: int) -> Event:
    return Event(f"more-{on}@crm", on, f"{number} more: crm remind --all")
