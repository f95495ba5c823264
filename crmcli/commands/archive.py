"""crm archive, crm unarchive."""

from __future__ import annotations

from crmcli.errors import ExitCode
from crmcli.store import contacts, deals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.context import App
    from crmcli.params import Who


def archive(app: App, who: Who) -> int:
    """Take a person out of lists and rules; the history stays."""
    return _set(app, who, app.at, "archived")


def unarchive(app: App, who: Who) -> int:
    """Put an archived person back."""
    return _set(app, who, None, "back")


def _set(app: App, who: list[str], archived_at: str | None, word: str) -> int:
    contact_id = app.contact(who)
    with app.write():
        changed = contacts.set_archived(app.db, contact_id, archived_at, app.at)
    app.out.say(
        f"{contact_id}  {contacts.get_name(app.db, contact_id)}  {word}{'' if changed else ' already'}"
    )
    if archived_at:
        for deal in deals.open_of(app.db, contact_id):
            number = deal["id"]
            app.out.warn(
                f"D{number} {deal['title']} is open, and crm remind will not ask about it:"
                f" crm deal lost {number}, or crm deal edit {number} --contact WHO"
            )
    return ExitCode.OK
