"""The command crm rule test."""

from __future__ import annotations

import json
import os
from datetime import datetime

from crmcli import aside, rule_cases
from crmcli.db import copying, proof, scratch
from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.output.plain import wrap
from crmcli.output.safe import visible
from crmcli.rules import own_table
from crmcli.rules.selection import Catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import Select
    from crmcli.rule_cases import Outcome

COLUMNS = ("case", "kind", "state", "expected", "found", "problem", "file")
TABLE = ("state", "kind", "case", "problem")
FINDINGS = ("code", "name", "handle", "contact", "severity", "message", "action")
FOUND = ("handle", "name", "contact", "message")
# The order in which a folder of files is read: people before what was said to them.
_NOUNS = ("companies", "contacts", "deals", "interactions", "followups")


def try_rules(
    app: App,
    cases: Annotated[
        list[str] | None,
        Argument(metavar="[CASES]...", help="TOML files of cases, or folders of them."),
    ] = None,
    *,
    book: Annotated[
        str | None,
        Option("--book", metavar="PATH", help="Without CASES: another book, or files to import."),
    ] = None,
    at: Annotated[
        str | None, Option("--at", metavar="WHEN", help="The day to look at, today by default.")
    ] = None,
    select: Select = None,
    rows: Rows,
) -> int:
    """Try your own rules: on small books with what they should find, or on a copy of a whole book.

      crm rule test rules/cases.toml

      crm rule test --at 2026-06-01

    Each case of a file has a name and a book of command lines, under [[quiet]] or, with the
    handles to be found, under [[flagged]]. Nothing is written to your book.
    """
    tables = app.config["rule"]
    named = dict(own_table.named(table) for table in reversed(tables))
    nameless = "" in named
    named.pop("", None)
    # By their names alone: the books that they will run on say whether they can.
    catalogue = Catalogue(app.config, broken={code: (named[code], "") for code in sorted(named)})
    asked = [
        code
        for word in select or ()
        for part in word.split(",")
        for code in catalogue.matching(part)
    ]
    codes = asked or sorted(named)
    if not codes:
        place = f"{app.config.path}:{app.config.line('rule')}" if tables else app.config.path
        raise UsageError(
            f"{place}: no rule of your own to test; a [[rule]] with a code such as U001 makes one, --select takes ours"
        )
    day = _day(app, at) if at else None
    if cases:
        if book:
            raise UsageError("a case has a book of its own; CASES or --book, not both")
        result = _cases(app, cases, catalogue, asked, day, rows)
        if nameless:
            app.out.warn(f"{app.config.path}: a [[rule]] has no code from U001 to U999")
        return ExitCode.USAGE if nameless else result
    return _whole(app, book, asked, day, rows)


def _day(app: App, text: str) -> str:
    moment = app.when(text)
    return (moment.date() if isinstance(moment, datetime) else moment).isoformat()


def _cases(
    app: App, paths: list[str], catalogue: Catalogue, asked: list[str], day: str | None, rows: Rows
) -> int:
    own = list(catalogue.broken)
    codes = asked or own

    def matching(word: str) -> list[str]:
        words = word.replace(",", " ").split()
        return [code for part in words for code in catalogue.matching(part)] or own

    read = [case for path in _files(paths) for case in rule_cases.read(path, matching, day)]
    read = [case for case in read if set(codes).intersection(case.rules)]
    outcomes = []

    def tried() -> Iterator[Outcome]:
        for case in read:
            outcomes.append(rule_cases.run(app, case))
            yield outcomes[-1]

    if rows.format or rows.columns:
        from crmcli.output.columns import pick

        names = pick(rows.columns, COLUMNS, TABLE if rows.format == "table" else COLUMNS)
        table = ([_row(outcome)[name] for name in names] for outcome in tried())
        app.out.rows(names, table, rows.format, shrink=("problem", "case"))
    else:
        app.out.text(line for outcome in tried() for line in _told(app, outcome))
    failed = sum(bool(outcome.problem) for outcome in outcomes)
    app.out.note(f"{len(read)} cases, {failed or 'none'} failed")
    untried = [code for code in codes if not any(code in case.rules for case in read)]
    broken = _untried(app, catalogue, untried) if untried else False
    if broken or any(outcome.broken for outcome in outcomes):
        return ExitCode.USAGE
    return ExitCode.NOTHING if failed else ExitCode.OK


def _untried(app: App, catalogue: Catalogue, codes: list[str]) -> bool:
    """Name the rules that no case is about; whether one of them cannot even run on the owner's book."""
    broken = False
    with scratch.folder("rules") as home:
        copying.copy(app.path, f"{home}/crm.db")
        for code in codes:
            app.out.note(f"{code} {catalogue.name_of(code)} has no case")
            done = aside.run(app, ["check", "--exit-zero", "--select", code], home=home, now=app.at)
            if done.code:
                broken = True
                app.out.warn(done.reason)
    return broken


def _files(paths: list[str]) -> list[str]:
    """The files of cases, those in folders by name, without the config that may lie beside them."""
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            names = sorted(name for name in os.listdir(path) if name.endswith(".toml"))
            inside = [name for name in names if name != "config.toml"]
            if not inside:
                raise UsageError(f"{path}: no .toml files of cases in it")
            found += [os.path.join(path, name) for name in inside]
        else:
            found.append(path)
    return found


def _row(outcome: Outcome) -> dict[str, Any]:
    case = outcome.case
    return {
        "state": "failed" if outcome.problem else "ok",
        "kind": case.kind,
        "case": case.name,
        "file": case.file,
        "expected": case.handles,
        "found": [row["handle"] for row in outcome.found],
        "problem": outcome.problem or None,
    }


def _told(app: App, outcome: Outcome) -> Iterator[str]:
    """A case as a line, and below it what was wrong."""
    state = app.out.style("FAILED", "red") if outcome.problem else app.out.style("ok", "green")
    gap = "  " if outcome.problem else "      "
    yield f"{state}{gap}{outcome.case.kind:<7}  {outcome.case.name}"
    if outcome.problem:
        width = app.out.width if app.out.terminal else 72
        yield from wrap(visible(outcome.problem), width, indent="    ", hang="      ")


def _whole(app: App, book: str | None, asked: list[str], day: str | None, rows: Rows) -> int:
    """What the rules say of a whole book: a copy of it is looked at."""
    now = f"{day}T09:00" if day else app.at
    with scratch.folder("rules") as home:
        _lay(app, book, home, now)
        select = ("--select", ",".join(asked) or "U")
        done = aside.run(app, ["check", "--json", *select], home=home, now=now)
        if done.code not in (ExitCode.OK, ExitCode.NOTHING):
            raise UsageError(done.reason)
        found = json.loads(done.out or "[]")
    warnings = [
        line
        for line in done.err.splitlines()
        if "; the rule is left out" in line or " was stopped after " in line
    ]
    for line in warnings:
        app.out.warn(line.removeprefix("crm: warning: "))
    if rows.format or rows.columns:
        from crmcli.output.columns import pick

        names = pick(rows.columns, FINDINGS, FOUND if rows.format == "table" else FINDINGS)
        app.out.rows(
            names,
            [[row[name] for name in names] for row in found],
            rows.format,
            shrink=("message",),
        )
    else:
        app.out.text(
            f"{row['handle']}  {row['contact']['name']}: {row['message']}" for row in found
        )
    counts: dict[str, int] = {}
    for row in found:
        name = f"{row['code']} {row['name']}"
        counts[name] = counts.get(name, 0) + 1
    app.out.note(
        ", ".join(f"{name}: {number}" for name, number in counts.items()) or "nobody found"
    )
    return ExitCode.USAGE if warnings else ExitCode.OK


def _lay(app: App, book: str | None, home: str, now: str) -> None:
    """Lay a copy of the book into the folder, or import the files of ``--book``."""
    target = f"{home}/crm.db"
    path = os.path.expanduser(book) if book else app.path
    if book is None or proof.is_database(path):
        if not copying.copy(path, target):
            raise RefusedError(
                f"{path}: there is no book; --book names another, or files to import"
            )
        return
    files = [path]
    if os.path.isdir(path):
        names = sorted(name for name in os.listdir(path) if not name.startswith("."))
        files = [os.path.join(path, name) for name in sorted(names, key=_turn)]
    done = aside.run(
        app, ["import", "--rejects", f"{home}/rejects.csv", *files], home=home, now=now
    )
    if done.code == ExitCode.PARTLY:
        app.out.warn(done.reason)
    elif done.code:
        raise RefusedError(done.reason)


def _turn(name: str) -> int:
    stem = name.partition(".")[0]
    return _NOUNS.index(stem) if stem in _NOUNS else len(_NOUNS)
