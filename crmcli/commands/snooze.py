"""The command crm snooze."""

from __future__ import annotations

from datetime import datetime

from crmcli import days_off
from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.rules import engine, handles, morning, rank, shown
from crmcli.store import card, contacts, follow_ups, silences
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import Reason
    from crmcli.rules.handles import Handle

COLUMNS = ("handle", "contact", "until", "reason", "what")


def snooze(
    app: App,
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="HANDLE|WHO WHEN",
            help="What, and until which day: F12 friday, R201:7 +2w, anna monday.",
        ),
    ] = None,
    *,
    reason: Reason = None,
    wake: Annotated[
        bool, Option("--wake", help="Hear it again now; of a person, all that is snoozed.")
    ] = False,
    list_: Annotated[bool, Option("--list", help="What is snoozed, until when and why.")] = False,
    rows: Rows,
) -> int:
    """Put one item of crm remind off until a day, or all that asks you to contact a person.

    crm snooze F12 friday
    crm snooze anna +2w --reason "on leave"
    crm snooze --list
    crm snooze F12 --wake
    """
    if list_:
        if words or wake or reason:
            raise UsageError("--list stands alone: crm snooze --list")
        return _list(app, rows)
    if rows.format or rows.columns:
        raise UsageError("rows come with --list: crm snooze --list --json")
    if not words:
        raise UsageError("what, and until when? crm snooze F12 friday; crm snooze --list")
    which, contact_id, rest = _what(app, words, wake=wake)
    if wake:
        if rest or reason:
            raise UsageError("--wake takes a HANDLE or WHO alone: crm snooze F12 --wake")
        return _wake(app, which, contact_id)
    if not rest:
        raise UsageError("until when? crm snooze F12 friday")
    return _put_off(app, which, contact_id, _until(app, " ".join(rest)), reason)


def _what(app: App, words: list[str], *, wake: bool) -> tuple[Handle | None, int, list[str]]:
    """The handle, if it is one, whom it is about, and the words behind it."""
    which = handles.find(words[0], app.rules, gone=wake)
    if which is None:
        return None, *app.contact_and_rest(words)
    if which.tag:
        raise UsageError("a tag cannot be snoozed; crm ignore takes it")
    known = which.code in app.rules.codes()
    if known and "ref" in app.rules.get(which.code).gives:
        raise UsageError("a follow-up is named by its own handle, such as F12")
    return which, which.contact_id or 0, words[1:]


def _until(app: App, text: str) -> str:
    moment = app.when(text)
    day = moment.date() if isinstance(moment, datetime) else moment
    if day <= app.today:
        raise UsageError(f"{day} is not after today; crm done closes what needs no more")
    return day.isoformat()


def _put_off(
    app: App, which: Handle | None, contact_id: int, until: str, reason: str | None
) -> int:
    reason = clean(reason) if reason else None
    whom = contact_id
    with app.write():
        if which is not None and which.follow_up is not None:
            row = follow_ups.get(app.db, which.follow_up)
            whom = row["contact_id"]
            if row["done_at"]:
                raise RefusedError(f"F{row['id']} is done already")
            follow_ups.snooze(app.db, row["id"], until, reason)
            what = _follow_up(app, row)
        else:
            code = which.code if which else None
            people = _people(app, code, contact_id, silent=None)
            for person in people:
                silences.snooze(app.db, code, person, until, reason=reason, at=app.at)
            what = _finding(app, code, people)
    app.out.say(f"snoozed until {until}: {what}")
    days_off.note(app, until)
    if which is not None:
        _note_others(app, whom, until)
    return ExitCode.OK


def _note_others(app: App, contact_id: int, until: str) -> None:
    """Say what else there is on the person: else tomorrow's list would have them again, unasked."""
    day = engine.day_of(app.db, app.config, app.today, app.tz)
    rules = app.rules.selected(touch_only=True)
    values = engine.ready(app.db, app.config, rules, day, {contact_id})
    rank.create(app.db, day)
    engine.fill(app.db, app.config, rules, day, people={contact_id}, told=False, values=values)
    rank.score(app.db, day)
    left = [morning.handle_of(row) for row in rank.findings(app.db)]
    if left:
        app.out.note(
            f"still in the list: {', '.join(left)}; to put off all: crm snooze {contact_id} {until}"
        )


def _wake(app: App, which: Handle | None, contact_id: int) -> int:
    with app.write():
        if which is not None and which.follow_up is not None:
            row = follow_ups.get(app.db, which.follow_up)
            woken = []
            if (row["snoozed_until"] or "") > app.today.isoformat():
                woken = [f"F{row['id']}"]
            follow_ups.snooze(app.db, row["id"], None, None)
            what = _follow_up(app, row)
        elif which is not None:
            people = _people(app, which.code, contact_id, silent="snooze")
            woken = [
                f"{which.code}:{one}" for one in people if silences.wake(app.db, which.code, one)
            ]
            what = _finding(app, which.code, people)
        else:
            what = _finding(app, None, [contact_id])
            woken = _wake_all(app, contact_id)
        shown.unmark(app.db, woken)
    app.out.say(f"{'heard again' if woken else 'was not snoozed'}: {what}")
    return ExitCode.OK


def _wake_all(app: App, contact_id: int) -> list[str]:
    """End every snooze on a person: of all of them, of single rules, of follow-ups; return the handles."""
    today = app.today.isoformat()
    rules = silences.snoozed_rules(app.db, contact_id, today)
    open_ = card.follow_ups(app.db, contact_id, every=False)
    waiting = [row["id"] for row in open_ if (row["snoozed_until"] or "") > today]
    for rule in rules:
        silences.wake(app.db, rule, contact_id)
    for number in waiting:
        follow_ups.snooze(app.db, number, None, None)
    # A snooze of the whole person kept all of it silent.
    heard = [row["id"] for row in open_] if None in rules else waiting
    return [f"{rule or '*'}:{contact_id}" for rule in rules] + [f"F{number}" for number in heard]


def _people(app: App, code: str | None, contact_id: int, *, silent: str | None) -> list[int]:
    """Whom one line of the list stands for: more than one where it is that of a large batch."""
    if not app.db.execute("SELECT 1 FROM contacts WHERE id = ?", (contact_id,)).fetchone():
        raise RefusedError(f"there is no contact {contact_id}")
    if code not in app.rules.codes():  # the whole person, or a rule that is gone
        return [contact_id]
    found = engine.line(
        app.db,
        app.config,
        app.rules.get(code or ""),
        contact_id,
        today=app.today,
        tz=app.tz,
        silent=silent,
    )
    return [person for person, _ in found] or [contact_id]


def _follow_up(app: App, row: Any) -> str:
    return f"F{row['id']}  {contacts.get_name(app.db, row['contact_id'])}  {row['text']}"


def _finding(app: App, code: str | None, people: list[int]) -> str:
    more = f" and {len(people) - 1} more like it" if len(people) > 1 else ""
    name = contacts.get_name(app.db, people[0])
    return f"{code + ':' if code else ''}{people[0]}  {name}{more}"


def _list(app: App, rows: Rows) -> int:
    from crmcli.output.columns import pick

    names = pick(rows.columns, COLUMNS, COLUMNS)
    table = []
    for row in silences.snoozed(app.db, app.today.isoformat()):
        values = {
            "handle": row["handle"],
            "contact": card.person(app.db, row["contact_id"]),
            "until": row["until"],
            "reason": row["reason"],
            "what": row["text"]
            or (app.rules.name_of(row["rule"]) if row["rule"] else "everything"),
        }
        table.append([values[name] for name in names])
    app.out.rows(names, table, rows.format, shrink=("what", "reason"))
    if not table and app.out.terminal and not rows.format:
        app.out.note("nothing is snoozed")
    return ExitCode.OK
