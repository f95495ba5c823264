"""The command crm done."""

from __future__ import annotations

from crmcli import days_off
from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.rules import channel, engine, handles, shown
from crmcli.rules.follow_up_due import is_held
from crmcli.store import contacts, follow_ups, interactions, privacy, silences
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument, Option

    from crmcli.context import App
    from crmcli.rules.base import Rule
    from crmcli.rules.handles import Handle


def done(
    app: App,
    handle: Annotated[
        str,
        Argument(
            metavar="HANDLE",
            help="F12 closes a follow-up, R201:7 acknowledges a finding until its next occurrence.",
        ),
    ],
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="[TEXT]...", help="What was done; it is logged on the channel that they answer."
        ),
    ] = None,
    *,
    end: Annotated[
        bool, Option("--end", help="Of a follow-up that repeats: this was the last time.")
    ] = False,
    reopen: Annotated[
        bool, Option("--reopen", help="A follow-up was not done after all; what was logged stays.")
    ] = False,
) -> int:
    """Close a follow-up, or acknowledge a finding until it comes up again.

      crm done F12 sent the price list
      crm done R201:7
      crm done F12 --reopen

    TEXT is logged as a touch of the kind that `crm remind` suggests, or as a note where no touch
    was asked for and for people marked do-not-contact. One that repeats sets its next one, unless
    it has come to its end.
    """
    which = handles.get(handle, app.rules)
    text = clean(" ".join(words or ()), multiline=True)
    if reopen:
        if which.follow_up is None or text or end:
            raise UsageError("--reopen opens a follow-up again, alone: crm done F12 --reopen")
        return _reopen(app, which.follow_up)
    if which.follow_up is not None:
        return _follow_up(app, which.follow_up, text, last=end)
    if end:
        raise UsageError(
            "--end is for a follow-up that repeats; crm ignore silences a rule for good"
        )
    if which.tag:
        raise UsageError(f"{handle} is about a tag; crm ignore takes it")
    return _finding(app, which, text)


def _follow_up(app: App, number: int, text: str, *, last: bool) -> int:
    with app.write():
        row = follow_ups.get(app.db, number)
        name = contacts.get_name(app.db, row["contact_id"])
        if row["done_at"] and text:
            raise RefusedError(f"F{number} is done already; crm log keeps what else was done")
        if row["done_at"]:
            app.out.say(f"done already: F{number}  {name}  {row['text']}")
            return ExitCode.OK
        held = is_held(row["text"], row["due"], app.today.isoformat())
        kind = _kind(app, row["contact_id"], held=held) if text else ""
        logged = _log(app, row["contact_id"], text, kind) if text else None
        again = follow_ups.complete(
            app.db,
            row,
            at=app.at,
            today=app.today,
            done_by=logged,
            leap=app.config["leap"],
            roll=days_off.roll(app),
            last=last,
        )
    then = f"; again {again.replace('T', ' ')}" if again else ""
    app.out.say(f"done: F{number}  {name}  {row['text']}{then}")
    _say_logged(app, row["contact_id"], kind)
    return ExitCode.OK


def _say_logged(app: App, contact_id: int, kind: str) -> None:
    """Say as what the text was logged: it may have been another channel."""
    if kind:
        app.out.note(
            f"logged as {kind} with {contacts.get_name(app.db, contact_id)}; crm undo takes both back"
        )


def _reopen(app: App, number: int) -> int:
    with app.write():
        row = follow_ups.get(app.db, number)
        if row["done_at"]:
            follow_ups.reopen(app.db, row)
            shown.unmark(app.db, [f"F{number}"])
    state = "open again" if row["done_at"] else "open already"
    name = contacts.get_name(app.db, row["contact_id"])
    app.out.say(f"{state}: F{number}  {name}  {row['due'].replace('T', ' ')}  {row['text']}")
    return ExitCode.OK


def _finding(app: App, which: Handle, text: str) -> int:
    contact_id = which.contact_id or 0
    if not app.db.execute("SELECT 1 FROM contacts WHERE id = ?", (contact_id,)).fetchone():
        raise RefusedError(f"there is no contact {contact_id}")
    name = contacts.get_name(app.db, contact_id)
    rule = app.rules.get(which.code)
    if "ref" in rule.gives:
        raise UsageError("a follow-up is named by its own handle, such as F12")
    found = engine.line(app.db, app.config, rule, contact_id, today=app.today, tz=app.tz)
    if not found:
        raise RefusedError(f"{which.code} has nothing to say on {contact_id} {name} now")
    # What other rules would say on the same matter is settled with it.
    others = [app.rules.get(entry.partition(":")[0]) for entry in rule.mutes]
    along = (
        engine.muted(app.db, app.config, rule, others, contact_id, today=app.today, tz=app.tz)
        if others
        else []
    )
    with app.write():
        for person, occurrence in found:
            silences.acknowledge(app.db, which.code, person, occurrence, at=app.at)
        for code, occurrence in along:
            silences.acknowledge(app.db, code, contact_id, occurrence, at=app.at)
        kind = _kind(app, contact_id, rule) if text else ""
        if text:
            _log(app, contact_id, text, kind)
    # An occurrence without a mark is the only one there is.
    until = "until it comes up again" if any(mark for _, mark in found) else "for good"
    more = f" and {len(found) - 1} more like it" if len(found) > 1 else ""
    app.out.say(f"done: {which.code}:{contact_id}  {name}  {rule.name}{more}, {until}")
    _say_logged(app, contact_id, kind)
    return ExitCode.OK


def _kind(app: App, contact_id: int, rule: Rule | None = None, *, held: bool = False) -> str:
    """The kind of touch that was asked for; a note where none was, and for the do-not-contact.

    A meeting where one was ``held``: nobody suggests that.
    """
    silent = app.db.execute(
        "SELECT do_not_contact FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()[0]
    silent = silent or privacy.barred_by(app.db, contact_id)
    if silent or (rule and (not rule.touch or rule.action[:1] == ("snooze",))):
        return "note"
    other = rule is not None and "{other}" in rule.action
    kinds = app.config.table("kinds")
    if held and "meeting" in kinds:
        return "meeting"
    return channel.suggest(app.db, contact_id, kinds, other=other) or "note"


def _log(app: App, contact_id: int, text: str, kind: str) -> int:
    """Log what was done; return the interaction's id."""
    direction = "out" if kind in channel.OUTBOUND else None
    fields = {"kind": kind, "at": app.at, "direction": direction, "text": text}
    return interactions.add(app.db, [contact_id], fields)
