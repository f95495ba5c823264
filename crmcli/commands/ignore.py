"""The command crm ignore."""

from __future__ import annotations

from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.rules import handles
from crmcli.store import contacts, silences
from crmcli.values.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument, Option

    from crmcli.context import App
    from crmcli.params import Reason


def ignore(
    app: App,
    handle: Annotated[
        str,
        Argument(metavar="HANDLE", help="R201:7 a rule on a person, R201:+vip a rule on a tag."),
    ],
    *,
    reason: Reason = None,
    lift: Annotated[bool, Option("--lift", help="Hear it again.")] = False,
) -> int:
    """Silence a rule on a person or on a tag for good; crm check says when that has no use any more.

    crm ignore R201:7 --reason "writes when he needs something"
    crm ignore birthday:+supplier
    """
    which = handles.get(handle, app.rules)
    if which.follow_up is not None or which.code == "F101":
        raise UsageError(
            "a follow-up cannot be ignored; crm done F12 closes it, crm snooze F12 WHEN puts it off"
        )
    rule = f"{which.code} {app.rules.name_of(which.code)}"
    tag_id, on = _whom(app, which.contact_id, which.tag)
    with app.write():
        if lift:
            changed = silences.lift(app.db, which.code, which.contact_id, tag_id)
        else:
            changed = True
            silences.ignore(
                app.db,
                which.code,
                which.contact_id,
                tag_id,
                reason=clean(reason) if reason else None,
                at=app.at,
            )
    if lift:
        app.out.say(
            f"heard again: {rule} on {on}" if changed else f"was not silent: {rule} on {on}"
        )
    else:
        app.out.say(f"ignored: {rule} on {on}")
    return ExitCode.OK


def _whom(app: App, contact_id: int | None, tag: str) -> tuple[int | None, str]:
    """The id of the tag, if it is about one, and what to call the one or the other."""
    if tag:
        row = app.db.execute(
            "SELECT tag_id, name FROM tags WHERE key = ? LIMIT 1", (fold(tag),)
        ).fetchone()
        if row is None:
            raise RefusedError(f'nobody has the tag "{tag}"; crm tag --list shows them')
        return row["tag_id"], f"+{row['name']}"
    if not app.db.execute("SELECT 1 FROM contacts WHERE id = ?", (contact_id,)).fetchone():
        raise RefusedError(f"there is no contact {contact_id}")
    return None, f"{contact_id} {contacts.get_name(app.db, contact_id or 0)}"
