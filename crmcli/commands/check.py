"""The command crm check."""

from __future__ import annotations

from crmcli import mending
from crmcli.errors import ExitCode, UsageError
from crmcli.output.columns import pick
from crmcli.rules import engine, handles, morning, tally
from crmcli.rules.base import SEVERITIES
from crmcli.store import contacts, silences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated, Any

    from typer import Option

    from crmcli.context import App, Rows
    from crmcli.params import DryRun, Ignore, Query, Select, Yes
    from crmcli.rules.base import Rule
    from crmcli.rules.finding import Finding

COLUMNS = ("code", "name", "handle", "contact", "severity", "message", "action", "fix")
TABLE = ("handle", "name", "contact", "message")  # what fits a screen
MARKS = {"safe": "[*]", "unsafe": "[u]"}  # of what can be mended
STATISTICS = ("code", "name", "severity", "count", "fixable", "unsafe")


def check(
    app: App,
    query: Query = None,
    *,
    select: Select = None,
    ignore: Ignore = None,
    fix: Annotated[bool, Option("--fix", help="Mend what can be mended safely.")] = False,
    unsafe_fixes: Annotated[
        bool, Option("--unsafe-fixes", help="Mend the rest that can be mended too; asks first.")
    ] = False,
    statistics: Annotated[
        bool, Option("--statistics", help="Count the findings of each rule.")
    ] = False,
    exit_zero: Annotated[
        bool, Option("--exit-zero", help="Exit with 0 even when there are findings.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    rows: Rows,
) -> int:
    """Look for what is wrong or waiting in the book, like a linter.

    crm check
    crm check company:acme --select Q
    crm check --fix --dry-run
    """
    if dry_run and not (fix or unsafe_fixes):
        raise UsageError("--dry-run says what --fix or --unsafe-fixes would do; name one of them")
    rules = app.rules.selected(select or (), ignore or ())
    asked = app.query(query) if query else None
    engine.fill(app.db, app.config, rules, app.day)
    ignores = (
        [] if asked else engine.ignored(app.db, _codes(app, rules, every=not (select or ignore)))
    )
    if asked:
        engine.only(app.db, asked.where, asked.params)
    if fix or unsafe_fixes:
        mending.mend(
            app, rules, unsafe=unsafe_fixes, asked=asked is not None, dry_run=dry_run, yes=yes
        )
    engine.collapse(app.db)
    if statistics:
        count = _statistics(app, rows)
    elif rows.format or rows.columns:
        count = _rows(app, rows)
    else:
        count = _lint(app)
    for row in ignores:
        if not row["findings"] and not _away(app, row["contact_id"]):
            on = f"+{row['tag']}" if row["tag"] else f"{row['contact_id']} {row['name']}"
            words = ["ignore", handles.ignored(row), "--lift"]
            app.out.note(
                f"the ignore of {row['rule']} on {on} silences nothing any more; {morning.spelled(words)}"
            )
    return ExitCode.NOTHING if count and not exit_zero else ExitCode.OK


def _away(app: App, contact_id: int | None) -> bool:
    """Whether no rule says a word on them, so that an ignore cannot be told to have no use."""
    found = app.db.execute(
        "SELECT do_not_contact OR archived_at IS NOT NULL FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()
    return bool(found and found[0])


def _codes(app: App, rules: list[Rule], *, every: bool) -> list[str]:
    """The rules whose ignores are looked at, with ``every`` also those that are gone from the config."""
    codes = [rule.code for rule in rules]
    if every:
        known = {*app.rules.codes(), *app.rules.broken}
        codes += [code for code in silences.ignored_rules(app.db) if code not in known]
    return codes


def _statistics(app: App, rows: Rows) -> int:
    """Print a row a rule; return the number of findings."""
    found = tally.statistics(app.db)
    table: list[list[Any]] = [
        [code, app.rules.name_of(code), SEVERITIES[grade], *numbers]
        for code, grade, *numbers in found
    ]
    names = pick(rows.columns, STATISTICS, STATISTICS)
    places = [STATISTICS.index(name) for name in names]
    app.out.rows(names, ([row[place] for place in places] for row in table), rows.format)
    return sum(number for _, _, number, _, _ in found)


def _rows(app: App, rows: Rows) -> int:
    """Print the findings as rows, no more of each than is asked for; return how many."""
    short = {"table": TABLE, "ids": ("handle",)}.get(rows.format or "", COLUMNS)
    names = pick(rows.columns, COLUMNS, short)
    kinds = app.config.table("kinds")
    table: Iterator[list[Any]] = (
        [_cell(app, kinds, finding, name) for name in names]
        for finding in engine.read(app.db, app.rules)
    )
    return app.out.rows(names, table, rows.format, shrink=("message",))


def _cell(app: App, kinds: dict[str, Any], finding: Finding, column: str) -> Any:
    if column == "contact":
        person = app.db.execute(
            "SELECT id, uid, name, email FROM contacts WHERE id = ?", (finding.contact_id,)
        ).fetchone()
        return dict(person)
    if column == "action":
        words = morning.action(
            app.db,
            kinds,
            app.rules.get(finding.code),
            finding.contact_id,
            finding.handle,
            target=finding.target,
            batch=finding.batch,
        )
        return morning.spelled(words)
    return SEVERITIES[finding.severity] if column == "severity" else getattr(finding, column)


def _lint(app: App) -> int:
    """Print a line a finding, by rule, and how many there are."""
    count = 0
    kinds = app.config.table("kinds")

    def lines() -> Iterator[str]:
        nonlocal count
        for finding in engine.read(app.db, app.rules):
            count += 1
            name = contacts.get_name(app.db, finding.contact_id)
            code = app.out.style(finding.code, "red" if finding.severity > 3 else "yellow")
            mark = f" {MARKS[finding.fix]}" if finding.fix else ""
            handle = app.out.style(finding.handle, "bold")
            line = (
                f"{finding.code} {finding.name}{mark}  {finding.handle}  {name}: {finding.message}"
            )
            if app.out.terminal and finding.code == "Q705":
                line += f"; {_cell(app, kinds, finding, 'action')}"
            first, *more = _wrapped(app, line)
            # In colour once it is known where the line ends.
            yield first.replace(f"{finding.code} ", f"{code} ", 1).replace(
                f"  {finding.handle}  ", f"  {handle}  ", 1
            )
            yield from more

    app.out.text(lines())
    if count:
        app.out.note("; ".join([f"{count:,} finding{'s' if count != 1 else ''}", *_fixable(app)]))
        app.out.note("crm rule show CODE explains one")
    elif app.out.terminal:
        app.out.note("all is well")
    return count


def _wrapped(app: App, line: str) -> list[str]:
    """The line, on a terminal broken where that ends; in a pipe a finding is a line."""
    from crmcli.output.safe import visible
    from crmcli.output.width import width

    if not app.out.terminal or width(line) <= app.out.width:
        return [line]
    from crmcli.output.plain import wrap

    head, gap, rest = line.partition(": ")  # its blanks are columns
    if width(head) > app.out.width:
        return wrap(visible(line), app.out.width, hang="     ")
    first, *more = wrap(visible(rest), app.out.width, indent=head + gap, hang="     ")
    return [first, *more]


def _fixable(app: App) -> list[str]:
    """How many can be mended and how: ``[*] 3 fixable with --fix``."""
    safe, unsafe = tally.fixable(app.db)
    told = []
    if safe:
        told.append(f"{MARKS['safe']} {safe:,} fixable with --fix")
    if unsafe:
        more = "more" if told else "fixable"
        told.append(f"{MARKS['unsafe']} {unsafe:,} {more} with --unsafe-fixes")
    return told
