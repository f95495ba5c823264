"""The command crm snooze."""

from __future__ import annotations

from datetime import datetime

from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.rules import engine, handles
from crmcli.store import contacts, follow_ups, silences
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument

    from crmcli.context import App
    from crmcli.params import Reason


def snooze(
    app: App,
    words: Annotated[
        list[str],
        Argument(
            metavar="HANDLE|WHO WHEN",
            help="What, and until which day: F12 friday, R201:7 +2w, anna monday.",
        ),
    ],
    *,
    reason: Reason = None,
) -> int:
    """Put one item of crm remind off until a day, or all that asks you to contact a person.

    crm snooze F12 friday
    crm snooze anna +2w --reason "on leave"
    """
    reason = clean(reason) if reason else None
    which = handles.find(words[0], app.rules)
    if which is None:
        contact_id, rest = app.contact_and_rest(words)
    else:
        contact_id, rest = which.contact_id or 0, words[1:]
    if not rest:
        raise UsageError("until when? crm snooze F12 friday")
    until = _until(app, " ".join(rest))
    if which is not None and which.tag:
        raise UsageError("a tag cannot be snoozed; crm ignore takes it")
    with app.write():
        if which is not None and which.follow_up is not None:
            row = follow_ups.get(app.db, which.follow_up)
            if row["done_at"]:
                raise RefusedError(f"F{row['id']} is done already")
            follow_ups.snooze(app.db, row["id"], until, reason)
            what = f"F{row['id']}  {contacts.get_name(app.db, row['contact_id'])}  {row['text']}"
        else:
            what = _silence(app, which.code if which else None, contact_id, until, reason)
    app.out.say(f"snoozed until {until}: {what}")
    return ExitCode.OK


def _silence(app: App, code: str | None, contact_id: int, until: str, reason: str | None) -> str:
    if code == "F101":
        raise UsageError("a follow-up is named by its own handle, such as F12")
    if not app.db.execute("SELECT 1 FROM contacts WHERE id = ?", (contact_id,)).fetchone():
        raise RefusedError(f"there is no contact {contact_id}")
    people = [contact_id]
    if code:
        found = engine.line(
            app.db, app.config, app.rules.get(code), contact_id, today=app.today, tz=app.tz
        )
        people = [person for person, _ in found] or people
    for person in people:
        silences.snooze(app.db, code, person, until, reason=reason, at=app.at)
    more = f" and {len(people) - 1} more like it" if len(people) > 1 else ""
    return (
        f"{code + ':' if code else ''}{contact_id}  {contacts.get_name(app.db, contact_id)}{more}"
    )


def _until(app: App, text: str) -> str:
    moment = app.when(text)
    day = moment.date() if isinstance(moment, datetime) else moment
    if day <= app.today:
        raise UsageError(f"{day} is not after today; crm done closes what needs no more")
    return day.isoformat()
