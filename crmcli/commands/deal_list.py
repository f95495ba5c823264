"""The commands that read deals: crm deal list and crm deal show."""

from __future__ import annotations

from crmcli import lines
from crmcli.errors import ExitCode, NothingFoundError, RefusedError, UsageError
from crmcli.output.columns import pick
from crmcli.store import deal_fields, deal_rows, deals
from crmcli.values import money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated, Any

    from typer import Option

    from crmcli.context import App, Rows
    from crmcli.params import Deal, Query

_WHOLE = ("csv", "json", "jsonl")  # formats that have every column unless asked otherwise
_SILENT = "SELECT 1 FROM contacts WHERE id = ? AND do_not_contact"
_RULES = ("D301", "D302", "D303", "F104")


def list_deals(
    app: App,
    query: Query = None,
    *,
    stage: Annotated[
        list[str] | None,
        Option(
            "--stage", metavar="S", help="Deals in that stage, closed ones too; again for more."
        ),
    ] = None,
    open_: Annotated[bool, Option("--open", help="Only open deals; so by default.")] = False,
    all_: Annotated[bool, Option("--all", help="Won and lost deals too.")] = False,
    sort: Annotated[
        str | None,
        Option("--sort", metavar="FIELD", help="By a field; -FIELD for the other way round."),
    ] = None,
    limit: Annotated[int | None, Option("--limit", metavar="N", help="At most so many.")] = None,
    rows: Rows,
) -> int:
    """List open deals, the next to close first.

    A query finds the deals of the people that it finds; words find deals by title, too:

      crm deal list spring

      crm deal list company:acme --all --sort -amount

      crm deal list --stage won --columns id,title,amount,won_at
    """
    if open_ and all_:
        raise UsageError("--open or --all, not both")
    asked = app.query(query or [])
    check = deal_fields.Checker(app.config["deals.stages"], when=app.when, today=app.today)
    stages = [check.stage(name, deal_rows.stages_in_use(app.db)) for name in stage or ()]
    default = deal_rows.COLUMNS if rows.format in _WHOLE else deal_rows.DEFAULT
    names = pick(rows.columns, deal_rows.COLUMNS, default)
    drawn = app.out.draws(rows.format)
    if drawn and not rows.columns:
        names = [name for name in names if name != "currency"]  # it stands beside the amount
    if rows.format == "ids" and "id" not in names:
        names = ["id", *names]
    found = deal_rows.rows(
        app.db,
        asked,
        names,
        stages=stages,
        only_open=open_ or not (all_ or stages),
        sort=sort,
        limit=limit,
    )
    totals: dict[str, int] = {}
    if drawn:
        found = _drawn(app, names, found, totals)
    count = app.out.rows(
        names,
        found,
        rows.format,
        labels={"probability": "%"},
        shrink=("contact", "company"),
        drop=("probability", "company"),
        whole={"title": 30, "amount": 30},
    )
    if totals and count > 1:
        sums = ", ".join(money.show(units, code or None) for code, units in sorted(totals.items()))
        app.out.note(f"{count} deals: {sums}")
    if not count and rows.format is None:
        app.out.note("no deals found")
    return ExitCode.OK if count else ExitCode.NOTHING


def _drawn(
    app: App, names: list[str], found: Iterator[list[Any]], totals: dict[str, int]
) -> Iterator[list[Any]]:
    """Rows as people like to see them; ``totals`` sums up the amounts, by currency."""
    where = {name: at for at, name in enumerate(names)}
    for row in found:
        paid = row[where["amount"]] if "amount" in where else None
        if paid is not None:
            code = paid.currency or ""
            totals[code] = totals.get(code, 0) + paid.units
            paid.shown = money.show(paid.units, None if "currency" in where else paid.currency)
        person = row[where["contact"]] if "contact" in where else None
        if person and app.db.execute(_SILENT, (person["id"],)).fetchone():
            row[where["contact"]] = person | {"name": f"(dnc) {person['name']}"}
        yield row


def show_deal(app: App, which: Deal, *, rows: Rows) -> int:
    """Show a deal: its fields, the way it went, and what was said about it."""
    try:
        held = deal_rows.get(app.db, deals.number(which))
    except RefusedError as error:
        raise NothingFoundError(str(error)) from None
    if rows.format in ("json", "jsonl"):
        extra = ("next", "stages", "interactions")
        app.out.json({name: held[name] for name in (*deal_rows.COLUMNS, *extra)})
    elif rows.format or rows.columns:
        names = pick(rows.columns, deal_rows.COLUMNS, deal_rows.COLUMNS)
        app.out.rows(names, [[held[name] for name in names]], rows.format)
    else:
        app.out.page("\n".join(_card(app, held)))
    return ExitCode.OK


def _card(app: App, held: dict[str, Any]) -> Iterator[str]:
    yield f"{app.out.style(held['title'], 'bold')}  {app.out.style('D' + str(held['id']), 'dim')}"
    for name, text in _facts(app, held):
        if text:
            yield f"  {lines.label(app, name)} {text}"
    yield from lines.section(app, "Findings", _findings(app, held))
    if len(held["stages"]) > 1:
        way = [f"{_day(app, step['since'])} {step['stage']}" for step in held["stages"]]
        yield from lines.section(app, "Stages", way)
    yield from lines.section(
        app, "Timeline", [_interaction(app, entry) for entry in held["interactions"]]
    )


def _interaction(app: App, entry: dict[str, Any]) -> str:
    said = {
        "amount": entry["amount"] and str(entry["amount"]),
        "with": [person["name"] for person in entry["contacts"]],
    }
    return lines.interaction(app, entry | said)


def _day(app: App, at: str) -> str:
    return lines.moment(app, at)[:10]


def _ago(app: App, on: str) -> str:
    """How far off a day is, in words."""
    from datetime import date

    days = (date.fromisoformat(on) - app.today).days
    word = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    return word or (f"in {days} days" if days > 0 else f"{-days} days ago")


def _facts(app: App, held: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """The lines of the card, by name."""
    person = held["contact"]
    yield "contact", f"{person['name']} ({person['id']})" if person else None
    yield "company", held["company"]
    since = _day(app, held["stage_since"])
    chance = "" if held["probability"] is None or not held["open"] else f", {held['probability']} %"
    yield "stage", f"{held['stage']}{chance}, since {since}, {_ago(app, since)}"
    if held["amount"] is not None:
        yield "amount", money.show(held["amount"].units, held["currency"])
    if held["close"]:
        yield (
            "close",
            f"{held['close']}, {_ago(app, held['close'])}" if held["open"] else held["close"],
        )
    sent = held["quoted_on"]
    ends = held["valid_until"]
    yield (
        "quote",
        ", ".join(filter(None, [sent and f"sent {sent}", ends and f"valid until {ends}"])),
    )
    yield "reason", held["reason"]
    if held["open"]:
        step = held["next"]
        yield (
            "next",
            f"F{step['id']} {step['due'].replace('T', ' ')}  {step['text']}"
            if step
            else "nothing planned",
        )


def _findings(app: App, held: dict[str, Any]) -> list[str]:
    """What the rules about deals say of this one."""
    if not held["open"] or held["person"] is None:
        return []
    from crmcli.rules import engine

    found = engine.findings(
        app.db, app.rules, today=app.today, tz=app.tz, contact_id=held["person"]
    )
    return [
        f"{one.code} {one.message}"
        for one in found
        if one.code in _RULES and one.target == held["id"]
    ]
