"""Telling the owner, as they plan, that a day is one on which nothing falls due."""

from __future__ import annotations

from datetime import date

from crmcli.store import holidays
from crmcli.values.workdays import roll_back, roll_forward

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

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


def roll(app: App) -> Callable[[date, int], date]:
    """What finds the first working day from a day on, forward (1) or back (-1), for repetitions."""

    def rolled(day: date, way: int) -> date:
        to = roll_forward if way > 0 else roll_back
        return to(day, app.day.off, app.day.holidays)

    return rolled
