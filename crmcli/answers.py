"""The follow-up that an interaction answers: the one that is named, or the only one that is due."""

from __future__ import annotations

from crmcli import days_off, lines
from crmcli.errors import RefusedError, UsageError
from crmcli.store import contacts, follow_ups

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from crmcli.context import App


# Kinds that are the customer's doing: none of them is what a follow-up reminds its owner to do.
_THEIRS = frozenset(("purchase", "return", "complaint"))


def close(
    app: App,
    people: list[int],
    done: str | None,
    number: int,
    fields: dict[str, Any],
    *,
    leave: bool = False,
) -> list[str]:
    """Complete the follow-up that this interaction answers; return lines that say so.

    By itself only what the owner did answers one, and none with ``leave``; others that are due are
    named.
    """
    if done:
        row = _asked(app, people, done)
    else:
        touch = app.config.table("kinds")[fields["kind"]]["touch"]
        day = lines.moment(app, fields["at"])[:10]
        rows = [
            row
            for row in (follow_ups.open_due(app.db, people[0], app.today) if touch else ())
            if lines.moment(app, row["created_at"])[:10]
            <= day  # what was said before cannot answer it
        ]
        theirs = fields["direction"] == "in" or fields["kind"] in _THEIRS
        if len(rows) != 1 or theirs or leave:
            return [f"still due: F{row['id']} {row['text']}; crm done F{row['id']}" for row in rows]
        row = rows[0]
    again = follow_ups.complete(
        app.db,
        row,
        at=app.at,
        today=app.today,
        done_by=number,
        leap=app.config["leap"],
        roll=days_off.roll(app),
    )
    said = f"done: F{row['id']} {row['text']}" + (f"; again {again}" if again else "")
    # Nobody named it, so it may be another matter.
    return [said if done else f"{said}  (not yet? crm done F{row['id']} --reopen)"]


def _asked(app: App, people: list[int], done: str) -> sqlite3.Row:
    """The open follow-up that ``--done`` names.

    Raises:
        UsageError: not a handle of a follow-up.
        RefusedError: there is none, it is somebody else's, or done already.
    """
    digits = done.upper().removeprefix("F")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise UsageError(f'--done takes a follow-up such as F12, not "{done}"')
    row = follow_ups.get(app.db, int(digits))
    if row["contact_id"] not in people:
        raise RefusedError(
            f"F{row['id']} is a follow-up of {contacts.get_name(app.db, row['contact_id'])}, who was not there"
        )
    if row["done_at"]:
        raise RefusedError(f"F{row['id']} is done already")
    return row
