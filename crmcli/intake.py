"""Files into the book: where exchange, which knows files, and store, which knows the book, meet.

The same way for ``crm import``, for ``crm log --jsonl -`` and for the sample book of ``crm demo``.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crmcli.errors import ExitCode, UsageError
from crmcli.exchange.plan import Options as FileOptions
from crmcli.exchange.records import Reject
from crmcli.exchange.rejects import RejectsFile
from crmcli.exchange.source import open_source
from crmcli.store import bulk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from crmcli.context import App
    from crmcli.exchange.source import Source

# People before what happened with them, so that a folder of files may be named in any order.
_ORDER = ("companies", "contacts", "deals", "interactions", "followups")
_WARNINGS = 20  # shown one by one; the rest are counted


@dataclass(frozen=True)
class Asked:
    """What the user asked of an import."""

    on_match: str = "fill"
    no_create: bool = False
    tag: str | None = None
    rejects: str | None = None  # a path; beside the file by default
    dry_run: bool = False
    file: FileOptions = field(default_factory=FileOptions)


def file_options(app: App, **given: Any) -> FileOptions:
    """What the config says about any file, and ``given`` about this one."""
    config = app.config
    return FileOptions(
        default_date_order=config["date_order"],
        region=config["owner.country"],
        tz=app.tz,
        kinds=frozenset(config.table("kinds")),
        stages=tuple(stage["name"] for stage in config["deals.stages"]),
        **given,
    )


def bring_in(app: App, paths: list[str], asked: Asked) -> int:
    """Import files, whole or not at all, and say what became of their rows.

    Returns:
        OK, or PARTLY where rows were rejected.
    """
    with ExitStack() as stack:
        sources = [
            stack.enter_context(closing(open_source(path, asked.file, _binary(app)))) for path in paths
        ]
        sources.sort(key=lambda source: _ORDER.index(source.plan.holds[0]))
        if len(sources) > 1:
            stack.enter_context(_together(app, dry_run=asked.dry_run))
        rejected = sum([_one(app, source, asked) for source in sources])
    return ExitCode.PARTLY if rejected else ExitCode.OK


def explain(app: App, paths: list[str], options: FileOptions) -> int:
    """Say what each file is taken for, and change nothing."""
    for path in paths:
        with closing(open_source(path, options, _binary(app))) as source:
            app.out.text(source.plan.lines())
    return ExitCode.OK


def _binary(app: App) -> IO[bytes]:
    return app.stdin.buffer  # type: ignore[attr-defined,no-any-return]


class _Undone(Exception):  # noqa: N818 - not an error: it ends a dry run
    """Leaves a transaction, so that it is rolled back."""


class _together:  # noqa: N801 - used as a with statement
    """One transaction around several files; rolled back at the end of a dry run."""

    def __init__(self, app: App, *, dry_run: bool):
        self.transaction = app.write()
        self.dry_run = dry_run

    def __enter__(self) -> None:
        self.transaction.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self.dry_run and kind is None:
            kind = _Undone
        self.transaction.__exit__(kind, error, trace)


def _one(app: App, source: Source, asked: Asked) -> int:
    """Import one file; return how many of its records were rejected."""
    plan = source.plan
    noun = plan.holds[0]
    name = "stdin" if plan.file == "standard input" else os.path.basename(plan.file)
    for warning in plan.warnings:
        app.out.warn(f"{name}: {warning}")
    app.out.note(f"{name}: {noun}, {plan.encoding}{', ' + _delimiter(plan.delimiter) if plan.delimiter else ''}")
    file = RejectsFile(_rejects_path(plan.file, asked), plan, source.header)  # type: ignore[attr-defined]
    reasons: dict[int, str] = {}
    remarks: list[str] = []
    refused = [0]

    def reject(record: Reject) -> None:
        refused[0] += 1
        if refused[0] <= _WARNINGS:
            app.out.note(f"{name}:{record.line}: {record.reason}")
        if not asked.dry_run:
            file.add(record)

    options = bulk.Options(
        now=app.at,
        source=None if plan.own else name,
        on_match=asked.on_match,
        no_create=asked.no_create,
        tag=asked.tag,
        currency=app.config["owner.currency"],
        reject=reasons.__setitem__,
    )
    app.write()  # the file is made on first need, before its rows are staged
    with closing(file), app.out.progress(name, source.size()) as bar:  # type: ignore[attr-defined]
        done = 0

        def progress(_: int) -> None:
            nonlocal done
            here = source.position()  # type: ignore[attr-defined]
            bar.advance(max(0, here - done))
            done = max(done, here)

        summary = bulk.load(
            app.db,
            source.rows(reject, lambda remark: remarks.append(str(remark))),
            noun=noun,
            command=app.command,
            options=options,
            dry_run=asked.dry_run,
            progress=progress,
        )
        for record in source.originals(reasons):
            reject(record._replace(reason=reasons[record.line]))
    _say(app, name, summary, refused[0], remarks, file if file.count else None)
    return refused[0]


def _delimiter(delimiter: str) -> str:
    return {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}.get(delimiter, delimiter)


def _rejects_path(file: str, asked: Asked) -> str:
    """Where rejects go: as asked, else beside the file; a second import takes the next number."""
    if asked.rejects:
        return asked.rejects
    stem = "stdin" if file == "standard input" else os.path.splitext(file)[0]
    path, number = f"{stem}.rejects.csv", 1
    while os.path.lexists(path):
        number += 1
        path = f"{stem}.rejects-{number}.csv"
    return path


def _say(
    app: App, name: str, summary: bulk.Summary, refused: int, remarks: list[str], file: RejectsFile | None
) -> None:
    """The summary on stderr: read is the sum of the others."""
    warnings = [*remarks, *summary.warnings]
    for text in warnings[:_WARNINGS]:
        app.out.note(f"{name}: {text}")
    if len(warnings) > _WARNINGS:
        app.out.note(f"{name}: {len(warnings) - _WARNINGS} more remarks")
    read = summary.read + refused - summary.rejected
    app.out.note(
        f"{name}: {read} read, {summary.added} added, {summary.updated} updated,"
        f" {summary.unchanged} unchanged, {summary.skipped} skipped, {refused} rejected"
    )
    if file:
        app.out.note(f"{name}: rejected rows are in {file.path}; mend them and import that file")


def log_lines(app: App) -> int:
    """``crm log --jsonl -``: one interaction a line from stdin, in one transaction."""
    options = replace(file_options(app), noun="interactions", format="json")
    return bring_in(app, ["-"], Asked(file=options))


def columns_of(pairs: list[str]) -> dict[str, str]:
    """Read ``--map "THEIR COLUMN=field"``.

    Raises:
        UsageError: no equals sign.
    """
    found = {}
    for pair in pairs:
        theirs, equals, ours = pair.rpartition("=")
        if not equals or not theirs.strip():
            raise UsageError(f'--map takes "THEIR COLUMN=field", not "{pair}"')
        found[theirs.strip()] = ours.strip()
    return found


def walk(folder: str) -> Iterator[str]:
    """Yield the files of a folder that can be imported, in the order of their names."""
    for name in sorted(os.listdir(folder)):
        if name.endswith((".csv", ".json", ".jsonl")):
            yield os.path.join(folder, name)
