"""The command crm remind: the morning, and setting a follow-up."""

from __future__ import annotations

from crmcli.db import turn
from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.rules import engine, morning, shown
from crmcli.store import machines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import Ignore, Select, Where
    from crmcli.rules.base import Day, Rule
    from crmcli.rules.morning import Item

COLUMNS = (
    "score",
    "code",
    "name",
    "handle",
    "contact",
    "company",
    "severity",
    "message",
    "reasons",
    "action",
    "due",
    "handles",
)
TABLE = ("score", "handle", "contact", "company", "message", "action")  # what fits a screen
ROWS = 10


def remind(
    app: App,
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="[WHO|F12 WHEN TEXT]...",
            help="Set a follow-up, or change the one of that handle; nothing shows the list.",
        ),
    ] = None,
    *,
    every: Annotated[
        str | None,
        Option(
            "--every",
            metavar="RULE",
            help="Repeat it: day, weekday, 2 weeks, month, 'last friday', 15th, 'last working day', 'month after done', RRULE:..., none.",
        ),
    ] = None,
    text: Annotated[
        str | None, Option("--text", metavar="TEXT", help="Of a follow-up: say it otherwise.")
    ] = None,
    drop: Annotated[
        bool, Option("--drop", help="Of a follow-up: take it away, as if never set.")
    ] = False,
    within: Annotated[
        str | None, Option("--within", metavar="7d", help="Look that far ahead.")
    ] = None,
    where: Where = None,
    select: Select = None,
    ignore: Ignore = None,
    new: Annotated[
        bool, Option("--new", help="Only what was not shown with --new before.")
    ] = False,
    all_: Annotated[bool, Option("--all", help="Everybody, not the first ten.")] = False,
    explain: Annotated[
        str | None,
        Option("--explain", metavar="HANDLE", help="The terms of the score of one item."),
    ] = None,
    skip_holidays: Annotated[
        bool, Option("--skip-holidays", help="Nothing on a public holiday; for cron.")
    ] = False,
    exit_code: Annotated[
        bool, Option("--exit-code", help="Exit with 1 when something is due.")
    ] = False,
    rows: Rows,
) -> int:
    """Show whom to contact today, or set a follow-up.

    crm remind
    crm remind --within 7d --where +vip
    crm remind --all --within 30d -f ics > due.ics
    crm remind anna friday call about the offer
    crm remind anna 2026-01-31 send the invoice --every month
    crm remind F12 monday
    crm remind F12 --every none

    A new day is one from which a repetition counts; crm snooze puts off this time alone.

    The format ics is a calendar to subscribe to: what is due stands on today, what comes on its
    day, with an alarm for what you set yourself.
    """
    listing = {
        "--within": within, "--where": where, "--select": select, "--ignore": ignore, "--new": new,
        "--all": all_, "--explain": explain, "--exit-code": exit_code, "--skip-holidays": skip_holidays,
        "--format": rows.format, "--columns": rows.columns,
    }  # fmt: skip
    setting = {"--every": every, "--text": text, "--drop": drop}
    if words:
        _refuse(listing, "is for the list, not for setting a follow-up")
        from crmcli import follow_up_words

        return follow_up_words.set_or_change(app, words, every=every, text=text, drop=drop)
    _refuse(setting, "needs a follow-up: crm remind F12, or WHO WHEN TEXT to set one")
    if rows.format == "ics":
        whole_only = {option: listing[option] for option in ("--columns", "--explain", "--new")}
        _refuse(whole_only, "does not go with ics: a calendar is always whole")
    machines.meet(app)
    day = engine.day_of(app.db, app.config, app.today, app.tz, ahead=_ahead(app, within))
    if skip_holidays and app.today in day.holidays:
        return ExitCode.OK
    rules = app.rules.selected(select or (), ignore or (), touch_only=True)
    query = app.where(where) if where is not None else None
    condition = (query.where, query.params) if query else None
    new = new and not explain
    # One look at the book, locked once for it. Two runs at once with --new wait for each other here,
    # so that each item is shown by one of them.
    (turn.take if new else turn.read)(app.db)
    most = None if explain or new or all_ or rows.format == "ics" else ROWS
    whole = morning.prepare(app.db, app.config, rules, day, where=condition, most=most, new=new)
    asked = condition is not None
    if explain:
        return _explain(app, explain, rules, day, rows, asked=asked)
    if rows.format == "ics":
        return _calendar(app, rules, day, None if all_ else ROWS, exit_code=exit_code)
    snoozed = morning.snoozed(app.db, rules, day, asked=asked)
    found, total = morning.items(app.db, app.config, rules, day, None if all_ else ROWS)
    if new:
        shown.mark(app.db, found, day)
    else:
        app.db.execute("COMMIT")  # nobody has to wait for a pager
    _print(app, found, total if whole else None, day, rows, snoozed=snoozed)
    if new:
        app.out.flush()
        app.db.execute("COMMIT")
        turn.end(app.db)
    return ExitCode.NOTHING if exit_code and total else ExitCode.OK


def _refuse(options: dict[str, Any], why: str) -> None:
    """Refuse the first of these options that is given."""
    for option, given in options.items():
        if given:
            raise UsageError(f"{option} {why}")


def hold(app: App, options: dict[str, Any]) -> None:
    """Refuse, as ``remind`` would, what a list that comes by itself cannot be given.

    Args:
        app: the run.
        options: as fast.parse lays them out.

    Raises:
        UsageError: an option that is not for a list, or a value that its option does not take.
    """
    from crmcli.context import Rows
    from crmcli.output.columns import pick

    given = options.copy()
    once = {f"--{name}": given.pop(name, None) for name in ("explain", "every", "text", "drop")}
    _refuse(once, "is for one item, not for the list of every morning")
    _ahead(app, given.pop("within", None))
    app.rules.selected(given.pop("select", ()), given.pop("ignore", ()), touch_only=True)
    if (where := given.pop("where", None)) is not None:
        app.where(where)
    rows = Rows.of(given)
    pick(rows.columns, COLUMNS, COLUMNS)


def _ahead(app: App, text: str | None) -> int:
    if not text:
        return 0
    from crmcli.values.spans import parse_span, shift

    days = (shift(app.today, parse_span(text)) - app.today).days
    if days < 0:
        raise UsageError(f'--within looks ahead: 7d, 2w, 1m, not "{text}"')
    return days


def _print(
    app: App, found: list[Item], total: int | None, day: Day, rows: Rows, *, snoozed: int
) -> None:
    if rows.format or rows.columns:
        _print_rows(app, found, rows)
    elif found:
        from crmcli import morning_mail

        app.out.text(morning_mail.lines(app, found, total, until=day.until, snoozed=snoozed))
    elif app.out.terminal:
        more = f"; {snoozed} snoozed: crm snooze --list" if snoozed else ""
        app.out.note(f"nobody to contact{more}")
        strangers = morning.strangers(app.db)
        if strangers and not snoozed:
            app.out.note(f"{strangers} never contacted: crm search last:none")


def _calendar(app: App, rules: list[Rule], day: Day, most: int | None, *, exit_code: bool) -> int:
    from crmcli.exchange import ics_file
    from crmcli.rules import agenda

    events = agenda.events(app.db, app.rules, rules, day, most)
    app.db.execute("COMMIT")
    app.out.stream(lambda stream: ics_file.write(stream, events, name="crm", now=app.now))
    return ExitCode.NOTHING if exit_code and events else ExitCode.OK


def _print_rows(app: App, found: list[Item], rows: Rows) -> None:
    from crmcli.output.columns import pick
    from crmcli.rules.base import SEVERITIES

    names = pick(rows.columns, COLUMNS, TABLE if rows.format == "table" else COLUMNS)
    table = []
    for item in found:
        values: dict[str, Any] = {
            "score": item.score / 1000,
            "code": item.code,
            "name": app.rules.name_of(item.code),
            "handle": item.handle,
            "contact": item.contact,
            "company": item.company,
            "severity": SEVERITIES[item.severity],
            "message": item.message,
            "reasons": item.reasons,
            "action": morning.spelled(item.action),
            "due": item.due,
            "handles": [handle for handle, _ in item.marks],
        }
        table.append([values[name] for name in names])
    app.out.rows(names, table, rows.format, shrink=("reasons", "message", "company"))


def _explain(app: App, text: str, rules: list[Rule], day: Day, rows: Rows, *, asked: bool) -> int:
    from crmcli.rules import explain, handles

    which = handles.get(text, app.rules)
    if which.tag:
        raise UsageError(f"{text} is about a tag; --explain takes one item, such as R201:7")
    if which.code in ("F101", "F102"):
        raise UsageError("a follow-up is named by its own handle, such as F12")
    name = f"{which.code}:{which.contact_id}"
    if which.follow_up is not None:
        name = f"F{which.follow_up}"
    terms = explain.terms(app.db, app.rules, name)
    if terms is None:
        raise RefusedError(explain.why_not(app.db, app.rules, which, rules, day, asked=asked))
    app.db.execute("COMMIT")
    if rows.format or not app.out.terminal:
        app.out.rows(("term", "points", "meaning"), terms, rows.format)
    else:
        from crmcli.output.plain import wrap

        for term, points, meaning in terms:
            head = f"{term:<8}  {points:>6.3f}  "
            app.out.text(wrap(meaning, app.out.width, indent=head, hang=" " * len(head)))
    return ExitCode.OK
