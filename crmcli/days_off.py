"""Telling the owner, as they plan, that a day is one on which nothing falls due."""

from __future__ import annotations

from datetime import date

from crmcli.store import holidays
from crmcli.values.workdays import roll_forward

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.context import App


def note(app: App, due: str) -> None:
    """Say when a follow-up for a day off will be shown; nothing of a working day or a time of day."""
    on = date.fromisoformat(due[:10])
    if len(due) > 10 or on <= app.today:
        return
    day = app.day
    shown = roll_forward(on, day.off, day.holidays)
    if shown != on:
        why = holidays.name(app.db, due) or f"{on:%A}"
        app.out.note(f"{due} is {why}, a day off: it will be shown on {shown:%A}, {shown}")
