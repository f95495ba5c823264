"""What happened with a contact of Monica, and what is to be done."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange.monica_people import instant, listed, person, said, whose
from crmcli.exchange.records import FollowUpRow, InteractionRow, Person
from crmcli.exchange.text_source import Left
from crmcli.values import repeat

if TYPE_CHECKING:
    from crmcli.exchange.cells import Cells
    from crmcli.exchange.monica_kept import Account

# What stands inside of a contact, in both shapes: list -> kind; None for what is to be done.
EVENTS: dict[str, str | None] = {
    "note": "note", "notes": "note", "call": "call", "calls": "call", "activity": "meeting", "activities": "meeting",
    "conversation": "message", "conversations": "message", "life_event": "note", "lifeEvents": "note", "gift": "note", "gifts": "note",
    "debt": "note", "debts": "note", "reminder": None, "reminders": None, "task": None, "tasks": None,
}  # fmt: skip
_WHEN = ("happened_at", "called_at", "noted_at", "date", "created_at")
_TEXTS = ("body", "content", "description", "note", "comment", "reason", "name")
_LIFE = ("life_event", "lifeEvents")
_ME = "me"
_OFTEN = ("day", "week", "month", "year")
_WORDS = {"gift": "Gift", "debt": "Debt"}
_NAMES = {"gifts": "gift", "debts": "debt"}


def event(
    line: int, one: dict[str, Any], whose_: dict[str, Any], kind: str, account: Account, cells: Cells
) -> InteractionRow:  # fmt: skip
    """Make what happened: a note, call, activity, conversation or life event; gifts and debts are notes.

    Raises:
        InvalidValueError: it has no date or no text.
    """
    messages = _messages(one) if kind.startswith("conversation") else []
    at = next((found for key in _WHEN if (found := instant(one, key, cells))), None)
    if at is None:
        raise InvalidValueError("no date")
    ours = EVENTS[kind] or "note"
    people = tuple(_people(one, account)) or ((person(whose_),) if len(whose_) > 1 else ())
    subject = said(one, "summary", "title")
    text = next((found for key in _TEXTS if (found := said(one, key)) and found != subject), None)
    if kind in _LIFE:
        subject = (
            subject
            or said(one, "name")
            or account.kinds.get(said(one, "type"), "").replace("_", " ")
        )
        text = said(one, "note") or None
    word = _WORDS.get(_NAMES.get(kind, kind))
    if word:
        subject = ": ".join(filter(None, (word, said(one, "name", "title"))))
        text = _owed(one)
    if messages:
        text = "\n".join(f"{who}: {said_}" for _, who, said_ in messages)
    if not (subject or text or ours != "note"):
        raise InvalidValueError("no text")
    direction = None
    if ours == "call" and isinstance(one.get("contact_called"), bool):
        direction = "in" if one["contact_called"] else "out"
    if messages:
        direction = "out" if messages[0][1] == _ME else "in"
    return InteractionRow(
        line, external_id=_id(one, kind), kind=ours, at=at,
        direction=direction, people=people, subject=subject or None, text=text,
    )  # fmt: skip


def _messages(one: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The messages of a conversation, the oldest first: when, who, what."""
    found = [
        (
            said(each, "written_at"),
            _ME if each.get("written_by_me") in (True, 1) else "they",
            spoken,
        )
        for each in listed(one, "messages")
        if (spoken := said(each, "content"))
    ]
    return sorted(found, key=itemgetter(0))


def _owed(one: dict[str, Any]) -> str | None:
    """What a gift or a debt was about. Who is ``in_debt`` is the one who keeps the book."""
    money = " ".join(filter(None, (said(one, "amount", "value"), _currency(one))))
    owed = {True: "I owe them", "yes": "I owe them", False: "they owe me", "no": "they owe me"}
    stated = one.get("in_debt")
    who = owed.get(stated) if isinstance(stated, bool | str) else None
    lines = (", ".join(filter(None, (money, who))), said(one, "status"), said(one, "reason", "comment"), said(one, "url"))  # fmt: skip
    return "\n".join(filter(None, lines)) or None


def _currency(one: dict[str, Any]) -> str:
    stated = one.get("currency")
    return said(stated, "iso") if isinstance(stated, dict) else said(one, "currency")


def follow_up(
    line: int, one: dict[str, Any], whose_: dict[str, Any], kind: str
) -> FollowUpRow | Left:
    """Make a reminder, which may repeat, or a task.

    Raises:
        InvalidValueError: it has no text, or a repetition that there is not.
    """
    text = "\n".join(filter(None, (said(one, "title", "name"), said(one, "description")))) or None
    if not text:
        raise InvalidValueError("no text")
    if kind.startswith("reminder") and one.get("inactive") is True:
        return Left("a reminder that was turned off")
    due = said(one, "next_expected_date", "initial_date", "due_at")[:10]
    often, number = said(one, "frequency_type"), said(one, "frequency_number") or "1"
    every = repeat.parse_every(f"every {number} {often}s") if often in _OFTEN else None
    done = said(one, "completed_at") if one.get("completed") else ""
    done_at = f"{done[:10]}T12:00Z" if done[4:5] == "-" else None
    if one.get("completed") and not done_at:
        return Left("a task that was done, nobody knows when")
    return FollowUpRow(
        line, external_id=_id(one, kind), person=person(whose_),
        due=due, text=text, every=every, done_at=done_at,
    )  # fmt: skip


def _id(one: dict[str, Any], kind: str) -> str | None:
    """The id of an event; those of the API are unique among events of one kind only."""
    word = "activity" if kind == "activities" else kind.rstrip("s")
    return f"monica:{word}-{whose(one)}" if whose(one) else None


def _people(one: dict[str, Any], account: Account) -> list[Person]:
    """Those who took part: in the export the contacts say so themselves, in the API the activity does."""
    value = one.get("contacts") or one.get("attendees")
    if isinstance(value, dict):
        value = value.get("contacts")
    if not value and whose(one):
        value = account.took_part(whose(one))
    found = []
    for each in value if isinstance(value, list) else ():
        if isinstance(each, str) and each:
            found.append(Person(external_id=f"monica:{each[:200]}"))
        elif isinstance(each, dict):
            found.append(person(each))
    return list(dict.fromkeys(found))
