"""A case as commands show it: whose it is, how it stands, how long it has been open."""

from __future__ import annotations

from datetime import date, datetime

from crmcli import lines
from crmcli.store import cases
from crmcli.values import workdays
from crmcli.values.dates import from_utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from crmcli.context import App

COLUMNS = (
    "id", "contact", "title", "opened_at", "responded_at", "waiting", "closed_at", "outcome", "age",
    "state", "until", "others", "text", "source", "uid",
)  # fmt: skip
DEFAULT = COLUMNS[:9]
TABLE = ("id", "contact", "title", "opened_at", "state", "age", "outcome")  # what fits a screen


def kept(app: App) -> str:
    """The instant before which complaints of files are history: as the rule complaint-open has it."""
    from crmcli.rules import selection

    rule = app.rules.get("S502")
    options = selection.options(app.config, [rule]).get("S502", {})
    day = app.day
    return str(rule.bind(day, **options)["kept"])


def described(app: App, row: dict[str, Any]) -> dict[str, Any]:
    """The fields of COLUMNS for a row of store.cases, and ``waits``.

    ``age`` is working days without those spent waiting; ``until`` is when a wait is to end, None
    for when the customer is heard; ``state`` is open, waiting, closed or history.
    """
    first, *others = cases.people(app.db, row["id"])
    waits = cases.waits(app.db, row["id"])
    on = [end for since, end in waits if since <= app.at and (end is None or end > app.at)]
    waiting = bool(on) and not row["closed_at"]
    state = "closed" if row["closed_at"] else "open" if row["open"] else "history"
    found = row | {
        "contact": first,
        "waiting": waiting,
        "until": on[-1] if waiting else None,
        "age": _age(app, row["opened_at"], row["closed_at"], waits),
        "state": "waiting" if waiting else state,
        "others": others,
    }
    spans = [{"since_at": since, "until_at": end} for since, end in waits]
    return {name: found[name] for name in COLUMNS} | {"waits": spans}


def of(app: App, contact_id: int, *, every: bool) -> list[dict[str, Any]]:
    """The described cases of a person: those to see to, with ``every`` all of them."""
    if not cases.has_any(app.db, contact_id):
        return []
    rows = cases.of_contact(app.db, contact_id, kept=kept(app), every=every)
    return [described(app, row) for row in rows]


def _age(
    app: App, opened_at: str, closed_at: str | None, waits: list[tuple[str, str | None]]
) -> int:
    """Working days from the opening to the end, or to today, each day of waiting left out once."""
    start, end = _day(app, opened_at), _day(app, closed_at) if closed_at else app.today
    age = _worked(app, start, end)
    for since, until in waits:
        first = max(start, _day(app, since))
        last = min(end, _day(app, until) if until else end)
        if last > first:
            age -= _worked(app, first, last)
            start = last
    return age


def _worked(app: App, start: date, end: date) -> int:
    return workdays.working_days(start, end, app.day.off, app.day.holidays)


def _day(app: App, at: str) -> date:
    return date.fromisoformat(from_utc(at, app.tz).isoformat()[:10])


def standing(app: App, case: dict[str, Any]) -> str:
    """How a described case stands, in words: ``open for 3 working days, not answered``."""
    if case["closed_at"]:
        outcome = f": {case['outcome']}" if case["outcome"] else ""
        return f"closed {lines.moment(app, case['closed_at'])[:10]}{outcome}"
    if case["waiting"]:
        return f"waiting {ending(app, case['until'])}"
    if case["state"] == "history":
        return "history, from a file"
    days = f"{case['age']} working day{'s' if case['age'] != 1 else ''}"
    return f"open for {days}, {'answered' if case['responded_at'] else 'not answered'}"


def ending(app: App, until: str | None) -> str:
    """When a wait ends: ``until they answer``, ``until 2026-03-05``."""
    if until is None:
        return "until they answer"
    told = lines.moment(app, until)
    return f"until {told.removesuffix(' 00:00')}"


def line(app: App, case: dict[str, Any]) -> str:
    """A described case in a line, as a person's card has it."""
    day = lines.moment(app, case["opened_at"])[:10]
    title = " ".join((case["title"] or "").split())
    told = f"case {case['id']} of {day}"
    return (
        f"{told}  {title}  ({standing(app, case)})" if title else f"{told}  ({standing(app, case)})"
    )


def instant(app: App, moment: date) -> str:
    """The first instant of a civil day, or of a civil time, as stored."""
    from crmcli.values.dates import day_bounds, to_utc

    if isinstance(moment, datetime):
        return to_utc(moment, app.tz)
    return day_bounds(moment, app.tz)[0]
