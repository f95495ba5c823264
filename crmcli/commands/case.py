"""crm case."""

from __future__ import annotations

from datetime import datetime

from crmcli import complaints, lines
from crmcli.errors import ExitCode, InvalidValueError, NothingFoundError, RefusedError, UsageError
from crmcli.output.columns import pick
from crmcli.store import card, cases, search
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import CaseId, Query


def list_cases(
    app: App,
    query: Query = None,
    *,
    all_: Annotated[
        bool, Option("--all", help="Closed ones too, and complaints of old that came from files.")
    ] = False,
    rows: Rows,
) -> int:
    """List complaints that are open, the oldest first; age is in working days without the waiting.

    crm case list
    crm case list --all company:acme
    """
    drawn = rows.format == "table" or (rows.format is None and app.out.terminal)
    short = complaints.TABLE if drawn else complaints.DEFAULT
    names = pick(rows.columns, complaints.COLUMNS, short)
    if rows.format == "ids" and "id" not in names:
        names = ["id", *names]
    asked = app.query(query or [])
    found = cases.rows(
        app.db,
        kept=complaints.kept(app),
        every=all_,
        where=search.where(asked),
        params=asked.params,
    )
    table = (complaints.described(app, row) for row in found)
    count = app.out.rows(
        names,
        ([_cell(app, case, name, drawn=drawn) for name in names] for case in table),
        rows.format,
        shrink=("title", "outcome", "text"),
        drop=("outcome", "opened_at"),
    )
    if not count:
        app.out.note(
            "no case found" if all_ else "no open case; crm case list --all shows the others"
        )
    return ExitCode.OK if count else ExitCode.NOTHING


def _cell(app: App, case: dict[str, Any], name: str, *, drawn: bool) -> Any:
    """A value; in a table an instant is the owner's day."""
    value = case[name]
    if drawn and value and (name.endswith("_at") or name == "until"):
        return lines.moment(app, value)[:10]
    return value


def show_case(app: App, number: CaseId, *, rows: Rows) -> int:
    """Show a case and its story: what was said since, how long it waited, how it ended."""
    try:
        held = cases.get(app.db, number, kept=complaints.kept(app))
    except RefusedError as error:
        raise NothingFoundError(str(error)) from None
    case = complaints.described(app, held)
    if rows.format in ("json", "jsonl"):
        app.out.json(case | {"interactions": _story(app, case)})
    elif rows.format or rows.columns:
        names = pick(rows.columns, complaints.COLUMNS, complaints.COLUMNS)
        app.out.rows(names, [[case[name] for name in names]], rows.format)
    else:
        app.out.page("\n".join(_told(app, case)))
    return ExitCode.OK


def wait_case(
    app: App,
    number: CaseId,
    *,
    until: Annotated[
        str | None,
        Option("--until", metavar="WHEN", help="The day on which it is your turn again anyway."),
    ] = None,
    resume: Annotated[bool, Option("--resume", help="It is your turn again.")] = False,
) -> int:
    """Stop the clock of a case while it is the customer's turn.

    It runs again as soon as they are heard (crm log email anna --in), or on the day of --until:

    crm case wait 12
    crm case wait 12 --until friday
    """
    if resume and until:
        raise UsageError("--resume or --until, not both")
    end = _until(app, until) if until else None
    with app.write():
        case = _open_case(app, number)
        _refuse_before(app, case, app.at, "wait")
        if resume:
            changed = cases.resume(app.db, number, app.at)
        else:
            changed = cases.wait(app.db, number, app.at, end)
        case = complaints.described(app, cases.get(app.db, number, kept=complaints.kept(app)))
    how = "it is your turn" if resume else f"waiting {complaints.ending(app, case['until'])}"
    app.out.say(f"{_head(case)}  {how}{'' if changed else ' already'}")
    return ExitCode.OK


def close_case(
    app: App,
    number: CaseId,
    words: Annotated[
        list[str] | None, Argument(metavar="[TEXT]...", help="How it ended; kept as the outcome.")
    ] = None,
    *,
    at: Annotated[
        str | None, Option("--at", metavar="WHEN", help="When it ended; now by default.")
    ] = None,
    reopen: Annotated[bool, Option("--reopen", help="It was not over after all.")] = False,
) -> int:
    """Close a case, or open it again; a week later crm remind asks whether all is well.

    crm case close 12 sent new boxes, they are happy
    crm case close 12 --reopen
    """
    outcome = clean(" ".join(words or ()), multiline=True) or None
    if reopen and (outcome or at):
        raise UsageError("--reopen stands alone: crm case close ID --reopen")
    kept = complaints.kept(app)
    with app.write():
        row = cases.get(app.db, number, kept=kept)
        closed = row["closed_at"]
        if reopen:
            changed = bool(closed) or not row["open"]
            if changed:
                cases.reopen(app.db, number, closed, app.at)
        else:
            changed = not closed or bool(at) or outcome not in (None, row["outcome"])
            if changed:
                cases.close(app.db, number, _ended(app, row, at), outcome)
        case = complaints.described(app, cases.get(app.db, number, kept=kept))
    state = "open again" if reopen else "closed"
    if not changed:
        state = f"{case['state']} already"
    told = f": {case['outcome']}" if case["outcome"] else ""
    app.out.say(f"{_head(case)}  {state}{told}")
    return ExitCode.OK


def _until(app: App, text: str) -> str:
    moment = app.when(text)
    timed = isinstance(moment, datetime)
    if (moment <= app.civil_now) if timed else (moment <= app.today):
        raise UsageError(f"{moment} is not ahead; crm case wait ID --resume ends the waiting now")
    return complaints.instant(app, moment)


def _open_case(app: App, number: int) -> dict[str, Any]:
    """The case, unless it is closed.

    Raises:
        RefusedError: it is, or there is none.
    """
    case = cases.get(app.db, number, kept=complaints.kept(app))
    if case["closed_at"]:
        raise RefusedError(f"case {number} is closed; crm case close {number} --reopen opens it")
    return case


def _ended(app: App, row: dict[str, Any], text: str | None) -> str:
    """The instant at which a case ended: as said, as it was before, or now."""
    if not text and row["closed_at"]:
        return str(row["closed_at"])
    at = app.past(text) if text else app.at
    _refuse_before(app, row, at, "end")
    return at


def _refuse_before(app: App, row: dict[str, Any], at: str, what: str) -> None:
    """Hold an instant to the day of the complaint, also where the clock went back."""
    opened, day = (lines.moment(app, moment)[:10] for moment in (row["opened_at"], at))
    if day < opened:
        raise InvalidValueError(
            f"case {row['id']} was opened on {opened}; it cannot {what} on {day}"
        )


def _head(case: dict[str, Any]) -> str:
    return f"case {case['id']}  {case['contact']['name']}"


def _story(app: App, case: dict[str, Any]) -> list[dict[str, Any]]:
    """What was said with those who complained, from the opening to the end."""
    people = [person["id"] for person in (case["contact"], *case["others"])]
    return card.between(app.db, people, case["opened_at"], case["closed_at"])


def _told(app: App, case: dict[str, Any]) -> Iterator[str]:
    number = app.out.style(f"case {case['id']}", "dim")
    title = " ".join((case["title"] or "complaint").split())
    yield f"{app.out.style(title, 'bold')}  {number}"
    names = [f"{person['name']} ({person['id']})" for person in (case["contact"], *case["others"])]
    shown = {
        "contact": ", ".join(names),
        "opened": lines.moment(app, case["opened_at"]),
        "answered": case["responded_at"] and lines.moment(app, case["responded_at"]),
        "state": complaints.standing(app, case),
        "source": case["source"],
        "text": case["text"] if case["text"] != case["title"] else None,
    }
    for field, value in shown.items():
        if value:
            yield f"  {lines.label(app, field)} {value}".replace("\n", f"\n{'':15}")
    events = [
        (entry["at"], lines.interaction(app, entry))
        for entry in _story(app, case)
        if entry["id"] != case["id"]
    ]
    for wait in case["waits"]:
        day = lines.moment(app, wait["since_at"])[:10]
        end = complaints.ending(app, wait["until_at"])
        events.append((wait["since_at"], f"{day}   waited {end}"))
    yield from lines.section(app, "Story", [text for _, text in sorted(events)])
