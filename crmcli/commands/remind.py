"""The command crm remind: the morning, and setting a follow-up."""

from __future__ import annotations

from datetime import datetime

from crmcli import days_off
from crmcli.errors import CrmError, ExitCode, RefusedError, UsageError
from crmcli.rules import engine, morning, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
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
)
TABLE = ("score", "handle", "contact", "company", "message", "action")  # what fits a screen
ROWS = 10
MAIL_WIDTH = 72
_MOST_WIDTH = 100
_COLOURS = {1: "dim", 3: "yellow", 6: "red", 8: "red"}
_LONGEST_NAME = 6  # words
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


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
    crm remind anna friday call about the offer
    """
    if words:
        return _set(app, words, every)
    if every:
        raise UsageError(
            "--every needs a follow-up to repeat: crm remind WHO WHEN TEXT --every month"
        )
    day = engine.day_of(app.db, app.config, app.today, app.tz, ahead=_ahead(app, within))
    rules = app.rules.selected(select or (), ignore or (), touch_only=True)
    query = app.query(where) if where else None
    condition = (query.where, query.params) if query else None
    # One look at the book, locked once for it. Two runs at once with --new wait for each other here,
    # so that each item is shown by one of them.
    app.db.execute("BEGIN IMMEDIATE" if new else "BEGIN")
    plain = not (explain or new or all_)
    whole = morning.prepare(
        app.db, app.config, rules, day, where=condition, most=ROWS if plain else None, new=new
    )
    if explain:
        return _explain(app, explain, rows)
    snoozed = morning.snoozed(app.db, rules, day, asked=condition is not None)
    return _show(
        app,
        rules,
        day,
        rows,
        everybody=all_,
        exit_code=exit_code,
        mark=new,
        whole=whole,
        snoozed=snoozed,
    )


def _ahead(app: App, text: str | None) -> int:
    if not text:
        return 0
    from crmcli.values.spans import parse_span, shift

    return (shift(app.today, parse_span(text)) - app.today).days


def _show(
    app: App,
    rules: list[Rule],
    day: Day,
    rows: Rows,
    *,
    everybody: bool,
    exit_code: bool,
    mark: bool,
    whole: bool,
    snoozed: int,
) -> int:
    found, total = morning.items(app.db, app.config, rules, day, None if everybody else ROWS)
    if mark:
        shown.mark(app.db, found, day)
    else:
        app.db.execute("COMMIT")  # nobody has to wait for a pager
    if rows.format or rows.columns:
        _print_rows(app, found, rows)
    elif found:
        app.out.text(_mail(app, found, total if whole else None, snoozed))
    elif app.out.terminal:
        app.out.note(
            "nobody to contact" + (f"; {snoozed} snoozed: crm snooze --list" if snoozed else "")
        )
    if mark:
        app.out.flush()
        app.db.execute("COMMIT")
    return ExitCode.NOTHING if exit_code and total else ExitCode.OK


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
        }
        table.append([values[name] for name in names])
    app.out.rows(names, table, rows.format, shrink=("reasons", "message", "company"))


def _mail(app: App, found: list[Item], total: int | None, snoozed: int) -> Iterator[str]:
    """The list as it reads in a mail and on a terminal: a block a person.

    ``total`` None is more than morning.MANY and those shown.
    """
    width = min(app.out.width, _MOST_WIDTH) if app.out.terminal else MAIL_WIDTH
    people = "1 person" if total == 1 else f"{total or f'over {morning.MANY}'} people"
    yield app.out.style(
        f"{_WEEKDAYS[app.today.weekday()]} {app.today}: {people} to contact", "bold"
    )
    for place, item in enumerate(found, 1):
        yield ""
        yield from _block(app, place, item, width)
    rest = []
    if total is None:
        rest.append(f"over {morning.MANY} more: crm remind --all")
    elif total > len(found):
        rest.append(f"{total - len(found)} more: crm remind --all")
    if snoozed:
        rest.append(f"{snoozed} snoozed: crm snooze --list")
    if rest:
        yield ""
        yield from rest


def _block(app: App, place: int, item: Item, width: int) -> Iterator[str]:
    from crmcli.output.plain import wrap
    from crmcli.output.safe import visible
    from crmcli.output.width import cut
    from crmcli.output.width import width as columns

    head = f"{place:>2}. "
    tail = f"{item.handle}  {item.score / 1000:.1f}"
    name = visible(item.contact["name"])
    name += f", {visible(item.company)}" if item.company else ""
    name = cut(name, max(width - len(head) - len(tail) - 2, 10))
    gap = " " * max(width - len(head) - columns(name) - len(tail), 2)
    yield f"{head}{app.out.style(name, 'bold')}{gap}{app.out.style(tail, 'dim')}"
    first, *more = wrap(visible(item.message), width, indent="    ")
    colour = _COLOURS[item.severity]
    yield from (app.out.style(line, colour) for line in (first, *more))
    for reason, (handle, _) in zip(item.reasons, item.marks[1:], strict=True):
        yield from wrap(visible(f"also {reason} ({handle})"), width, indent="    ", hang="      ")
    yield "    " + app.out.style(morning.spelled(item.action), "green")


def _explain(app: App, text: str, rows: Rows) -> int:
    from crmcli.rules import handles

    handle = handles.get(text, app.rules)
    name = (
        f"F{handle.follow_up}"
        if handle.follow_up is not None
        else f"{handle.code}:{handle.contact_id}"
    )
    terms = morning.explain(app.db, app.rules, name)
    app.db.execute("COMMIT")
    if terms is None:
        raise RefusedError(
            f"{text} is not in the list: not due, done, snoozed, ignored or touched in the last days; crm remind --all shows what is"
        )
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
