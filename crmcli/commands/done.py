"""The command crm done."""

from __future__ import annotations

from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.rules import channel, engine, handles
from crmcli.store import contacts, follow_ups, interactions, silences
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument

    from crmcli.context import App
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
) -> int:
    """Close a follow-up, or acknowledge a finding until it comes up again.

      crm done F12 sent the price list
      crm done R201:7

    TEXT is logged as a touch of the kind that `crm remind` suggests, or as a note where no touch
    was asked for and for people marked do-not-contact. One that repeats sets its next one.
    """
    which = handles.get(handle, app.rules)
    text = clean(" ".join(words or ()), multiline=True)
    if which.follow_up is not None:
        return _follow_up(app, which.follow_up, text)
    if which.tag:
        raise UsageError(f"{handle} is about a tag; crm ignore takes it")
    return _finding(app, which, text)


def _follow_up(app: App, number: int, text: str) -> int:
    with app.write():
        row = follow_ups.get(app.db, number)
        name = contacts.get_name(app.db, row["contact_id"])
        if row["done_at"] and text:
            raise RefusedError(f"F{number} is done already; crm log keeps what else was done")
        if row["done_at"]:
            app.out.say(f"done already: F{number}  {name}  {row['text']}")
            return ExitCode.OK
        logged = _log(app, row["contact_id"], text, touch=True)
        again = follow_ups.complete(
            app.db, row, at=app.at, today=app.today, done_by=logged, leap=app.config["leap"]
        )
    then = f"; again {again.replace('T', ' ')}" if again else ""
    app.out.say(f"done: F{number}  {name}  {row['text']}{then}")
    return ExitCode.OK


def _finding(app: App, which: Handle, text: str) -> int:
    contact_id = which.contact_id or 0
    if not app.db.execute("SELECT 1 FROM contacts WHERE id = ?", (contact_id,)).fetchone():
        raise RefusedError(f"there is no contact {contact_id}")
    name = contacts.get_name(app.db, contact_id)
    if which.code == "F101":
        raise UsageError("a follow-up is named by its own handle, such as F12")
    rule = app.rules.get(which.code)
    found = engine.line(app.db, app.config, rule, contact_id, today=app.today, tz=app.tz)
    if not found:
        raise RefusedError(f"{which.code} has nothing to say on {contact_id} {name} now")
    with app.write():
        for person, occurrence in found:
            silences.acknowledge(app.db, which.code, person, occurrence, at=app.at)
        _log(app, contact_id, text, touch=rule.touch)
    more = f" and {len(found) - 1} more like it" if len(found) > 1 else ""
    app.out.say(
        f"done: {which.code}:{contact_id}  {name}  {rule.name}{more}, until it comes up again"
    )
    return ExitCode.OK


def _log(app: App, contact_id: int, text: str, *, touch: bool) -> int | None:
    """Log what was done; return the interaction's id, None without a text."""
    if not text:
        return None
    silent = app.db.execute(
        "SELECT do_not_contact FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()[0]
    kind = "note"
    if touch and not silent:
        kind = channel.suggest(app.db, contact_id, app.config.table("kinds"))
    direction = "out" if kind in channel.OUTBOUND else None
    fields = {"kind": kind, "at": app.at, "direction": direction, "text": text}
    return interactions.add(app.db, [contact_id], fields)
