"""Setting a follow-up, and changing one: ``WHO WHEN TEXT``, or ``F12`` and what shall be different."""

from __future__ import annotations

from datetime import date, datetime

from crmcli import days_off, lines, unheard
from crmcli.errors import CrmError, ExitCode, RefusedError, UsageError
from crmcli.store import contacts, follow_ups, privacy, who
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.context import App

_LONGEST_NAME = 6  # words
_LONGEST = 500  # characters of a text
_NEVER = ("none", "never")


def set_or_change(
    app: App, words: list[str], *, every: str | None, text: str | None, drop: bool
) -> int:
    """Do what the words behind ``crm remind`` ask for, with these options; the exit code."""
    from crmcli.rules import handles

    number = handles.follow_up(words[0])
    if number is not None:
        if not drop:
            return _change(app, number, words[1:], every, text)
        if words[1:] or every or text:
            raise UsageError("--drop takes the follow-up away; nothing else goes with it")
        return _drop(app, number)
    if drop or text:
        raise UsageError(f"{'--drop' if drop else '--text'} is for a follow-up: crm remind F12")
    if ":" in words[0] and handles.find(words[0], app.rules):
        raise UsageError("what a rule found is put off by crm snooze, not set to a day")
    return _set(app, words, every)


def _set(app: App, words: list[str], every: str | None) -> int:
    contact_id, due, rest = _read(app, words)
    text = _text(" ".join(rest)) or "get in touch"
    once = not every or every.strip().lower() in _NEVER
    rule = None if once else _rule(every or "", due, app.config["leap"])
    due = _worked(app, due, rule)
    name = contacts.get_name(app.db, contact_id)
    row = app.db.execute(
        "SELECT do_not_contact FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()
    if row["do_not_contact"]:
        raise RefusedError(f"{contact_id} {name} is marked do-not-contact; no follow-up was set")
    if refuser := privacy.barred_by(app.db, contact_id):
        raise RefusedError(
            f"{contact_id} {name} can be reached only where {refuser} is too, who is marked do-not-contact;"
            " no follow-up was set"
        )
    _warn(app, due)
    unheard.warn(app, contact_id, due)
    with app.write():
        number = follow_ups.add(
            app.db, contact_id, due, text, at=app.at, source="remind", every=rule
        )
    _say(app, number, name, due, text, rule)
    return ExitCode.OK


def _change(app: App, number: int, words: list[str], every: str | None, text: str | None) -> int:
    """Another day, other words, another repetition; a new day is one from which a repetition counts."""
    if not (words or every or text):
        raise UsageError(f"what shall change? crm remind F{number} WHEN, --text, --every or --drop")
    if words[1:] and text:
        raise UsageError("the text stands behind WHEN, or in --text, not in both")
    row = _open(app, number)
    leap = app.config["leap"]
    due = _civil(app.when(words[0])) if words else row["due"]
    if len(row["due"]) > 10 and len(due) == 10:
        due += row["due"][10:]  # moved to another day, at the same time
    said = _text(text or " ".join(words[1:])) or row["text"]
    rule = row["every"]
    if every:
        rule = None if every.strip().lower() in _NEVER else _rule(every, due, leap)
        due = _worked(app, due, rule)
    elif rule and words:
        rule = follow_ups.rule_left(row, leap)
    if words:
        _warn(app, due)
        unheard.warn(app, row["contact_id"], due)
    with app.write():
        changed = follow_ups.change(
            app.db, row, due=due, text=said, every=rule, anew=bool(words or every)
        )
    if changed:
        _say(app, number, contacts.get_name(app.db, row["contact_id"]), due, said, rule)
    else:
        app.out.say(f"unchanged: F{number}  {contacts.get_name(app.db, row['contact_id'])}")
    return ExitCode.OK


def _drop(app: App, number: int) -> int:
    row = _open(app, number)
    with app.write():
        comes_again = follow_ups.drop(app.db, number)
    app.out.say(
        f"dropped: F{number}  {contacts.get_name(app.db, row['contact_id'])}  {row['text']}"
    )
    if comes_again:
        app.out.note(
            "  a next import of the calendar or CRM that it came from sets it again;"
            f" so that it doesn't: crm undo, then crm done F{number}"
        )
    return ExitCode.OK


def _open(app: App, number: int) -> sqlite3.Row:
    row = follow_ups.get(app.db, number)
    if row["done_at"]:
        raise RefusedError(f"F{number} is done already; crm remind WHO WHEN TEXT sets a new one")
    return row


def _rule(every: str, due: str, leap: str) -> str:
    """The rule of a repetition.

    Raises:
        InvalidValueError, RefusedError: it is none, or never comes again.
    """
    from crmcli.values import repeat

    rule = repeat.parse_every(every)
    day = date.fromisoformat(due[:10])
    if repeat.next_due(day, rule, due=day, done_on=day, leap=leap) is None:
        raise RefusedError(f'repetition "{every}" never comes again after {day}')
    return rule


def _worked(app: App, due: str, rule: str | None) -> str:
    """The day itself, but of a working day of the month the one that is meant by a day off beside it."""
    from crmcli.values.repeat_words import WORKING

    way = WORKING.get((rule or "").removesuffix(" after done"))
    if way is None:
        return due
    return days_off.roll(app)(date.fromisoformat(due[:10]), way).isoformat() + due[10:]


def _warn(app: App, due: str) -> None:
    if due[:10] < app.today.isoformat():
        app.out.warn(f"{due[:10]} is past; it is due at once")


def _say(app: App, number: int, name: str, due: str, text: str, every: str | None) -> None:
    again = f"  (every {lines.repetition(every)})" if every else ""
    app.out.say(f"F{number}  {name}  {due.replace('T', ' ')}  {text}{again}")
    days_off.note(app, due)


def _text(text: str) -> str:
    return clean(text)[:_LONGEST]


def _read(app: App, words: list[str]) -> tuple[int, str, list[str]]:
    """Take WHO and WHEN from the front; as many words as name one person are WHO."""
    if len(words) == 1:
        raise UsageError("when? crm remind WHO WHEN TEXT")
    for count in range(min(len(words) - 1, _LONGEST_NAME), 1, -1):
        found = who.find(app.db, " ".join(words[:count]), region=app.region)
        if len(found) == 1:
            try:
                return found[0], _civil(app.when(words[count])), words[count + 1 :]
            except CrmError:
                continue
    contact_id, rest = app.contact_and_rest(words)
    if not rest:
        raise UsageError("when? crm remind WHO WHEN TEXT")
    return contact_id, _civil(app.when(rest[0])), rest[1:]


def _civil(moment: date | datetime) -> str:
    return (
        moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
    )
