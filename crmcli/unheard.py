"""Telling the owner that what they set will not be heard on its day, or not be heard as before."""

from __future__ import annotations

from crmcli.store import contacts, silences

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.context import App


def warn(app: App, contact_id: int, due: str) -> None:
    """Warn of a follow-up for a day on which nothing is heard of the person: archived, or snoozed."""
    name = f"{contact_id} {contacts.get_name(app.db, contact_id)}"
    row = app.db.execute("SELECT archived_at FROM contacts WHERE id = ?", (contact_id,)).fetchone()
    until = silences.whole(app.db, contact_id, app.today.isoformat())
    if row["archived_at"]:
        app.out.warn(f"{name} is archived; crm unarchive {contact_id} brings reminders back")
    elif until and due[:10] < until:
        app.out.warn(
            f"{name} is snoozed until {until}, so it will not be heard before;"
            f" crm snooze {contact_id} --wake"
        )


def of_merged(app: App, before: list[sqlite3.Row]) -> list[str]:
    """Say of each snooze that a merge ended or shortened; ``before`` are those that held before it."""
    return [
        f"no longer snoozed until {row['until']}: {row['handle']}; after a merge only what both"
        " entries put off stays so, to the earlier day"
        for row in silences.shortened(app.db, before, app.today.isoformat())
    ]
