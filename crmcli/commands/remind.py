"""The command crm remind: the morning, and setting a follow-up."""

from __future__ import annotations

from datetime import datetime

from crmcli import days_off
from crmcli.errors import CrmError, ExitCode, RefusedError, UsageError
from crmcli.rules import engine, morning, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
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
)
TABLE = ("score", "handle", "contact", "company", "message", "action")  # what fits a screen
ROWS = 10
_LONGEST_NAME = 6  # words


def remind(
    app: App,
    words: Annotated[
        list[str] | None,
        Argument(metavar="[WHO WHEN TEXT]...", help="Set a follow-up; nothing shows the list."),
    ] = None,
    *,
    every: Annotated[
        str | None,
        Option(
            "--every",
            metavar="RULE",
            help="Repeat it: day, weekday, 2 weeks, month, 'month after done', RRULE:...",
        ),
    ] = None,
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

    The format ics is a calendar to subscribe to: what is due stands on today, what comes on its
    day, with an alarm for what you set yourself.
    """
    listing = {
        "--within": within, "--where": where, "--select": select, "--ignore": ignore, "--new": new,
        "--all": all_, "--explain": explain, "--exit-code": exit_code,
        "--format": rows.format, "--columns": rows.columns,
    }  # fmt: skip
    if words:
        for option, given in listing.items():
            if given:
                raise UsageError(f"{option} is for the list, not for setting a follow-up")
        return _set(app, words, every)
    if every:
        raise UsageError(
            "--every needs a follow-up to repeat: crm remind WHO WHEN TEXT --every month"
        )
    if rows.format == "ics":
        for option in ("--columns", "--explain", "--new"):
            if listing[option]:
                raise UsageError(f"a calendar is always whole; {option} does not go with ics")
    day = engine.day_of(app.db, app.config, app.today, app.tz, ahead=_ahead(app, within))
    rules = app.rules.selected(select or (), ignore or (), touch_only=True)
    query = app.query(where) if where else None
    condition = (query.where, query.params) if query else None
    new = new and not explain
    # One look at the book, locked once for it. Two runs at once with --new wait for each other here,
    # so that each item is shown by one of them.
    app.db.execute("BEGIN IMMEDIATE" if new else "BEGIN")
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
    return ExitCode.NOTHING if exit_code and total else ExitCode.OK


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
    app.out.rows(
        ("term", "points", "meaning"), terms, rows.format or ("table" if app.out.terminal else None)
    )
    return ExitCode.OK


def _set(app: App, words: list[str], every: str | None) -> int:
    """Set a follow-up."""
    from crmcli.store import contacts, follow_ups
    from crmcli.values.text import clean

    contact_id, due, rest = _read(app, words)
    text = clean(" ".join(rest))[:500] or "get in touch"
    if every:
        from crmcli.values.repeat import parse_every

        every = parse_every(every)
    name = contacts.get_name(app.db, contact_id)
    row = app.db.execute(
        "SELECT do_not_contact, archived_at FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()
    if row["do_not_contact"]:
        raise RefusedError(f"{contact_id} {name} is marked do-not-contact; no follow-up was set")
    if due[:10] < app.today.isoformat():
        app.out.warn(f"{due[:10]} is past; it is due at once")
    if row["archived_at"]:
        app.out.warn(
            f"{contact_id} {name} is archived; crm unarchive {contact_id} brings reminders back"
        )
    with app.write():
        number = follow_ups.add(
            app.db, contact_id, due, text, at=app.at, source="remind", every=every
        )
    again = f"  (every {every})" if every else ""
    app.out.say(f"F{number}  {name}  {due.replace('T', ' ')}  {text}{again}")
    days_off.note(app, due)
    return ExitCode.OK


def _read(app: App, words: list[str]) -> tuple[int, str, list[str]]:
    """Take WHO and WHEN from the front; as many words as name one person are WHO."""
    from crmcli.store import who

    if len(words) == 1:
        raise UsageError("when? crm remind WHO WHEN TEXT")
    for count in range(min(len(words) - 1, _LONGEST_NAME), 1, -1):
        found = who.find(app.db, " ".join(words[:count]), region=app.region)
        if len(found) == 1:
            try:
                return found[0], _civil(app.when(words[count])), words[count + 1 :]
            except CrmError:
                continue
    contact_id, rest = app.contact_and_rest(words)
    if not rest:
        raise UsageError("when? crm remind WHO WHEN TEXT")
    return contact_id, _civil(app.when(rest[0])), rest[1:]


def _civil(moment: date | datetime) -> str:
    return (
        moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
    )
