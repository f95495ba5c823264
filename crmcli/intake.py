"""Files into the book: where exchange, which knows files, and store, which knows the book, meet.

The same way for ``crm import``, for ``crm log --jsonl -`` and for the sample book of ``crm demo``.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crmcli.errors import ExitCode, UsageError
from crmcli.exchange import rejects_files
from crmcli.exchange.plan import Options as FileOptions
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
from crmcli.store import bulk, contacts
from crmcli.values import email
from crmcli.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from crmcli.context import App
    from crmcli.exchange.records import Reject, Skip
    from crmcli.exchange.rejects import RejectsFile
    from crmcli.exchange.source import Source
    from crmcli.output.progress import Progress

# People before what happened with them, so that a folder of files may be named in any order.
_ORDER = ("companies", "contacts", "deals", "interactions", "followups")
_WARNINGS = 20  # shown one by one; the rest are counted
_REASONS = 1000  # told apart


@dataclass(frozen=True)
class Asked:
    """What the user asked of an import."""

    on_match: str = "fill"
    no_create: bool = False
    tag: str | None = None
    rejects: str | None = None  # a path; beside the file by default
    dry_run: bool = False
    file: FileOptions = field(default_factory=FileOptions)
    verbose: bool = False  # all remarks, however many


def file_options(app: App, **given: Any) -> FileOptions:
    """What the config says about any file, and ``given`` about this one."""
    config = app.config
    return FileOptions(
        default_date_order=config["date_order"],
        region=given.pop("region", config["owner.country"]),
        tz=app.tz,
        kinds=frozenset(config.table("kinds")),
        stages=tuple(stage["name"] for stage in config["deals.stages"]),
        owner=frozenset(map(email.key, config["owner.emails"])),
        owner_name=config["owner.name"],
        dialects=os.path.join(os.path.dirname(config.path), "dialects"),
        now=app.now,
        **given,
    )


def bring_in(app: App, paths: list[str], asked: Asked) -> int:
    """Import files, whole or not at all, and say what became of their rows.

    Returns:
        OK, or PARTLY where rows were rejected.
    """
    with ExitStack() as stack:
        sources = [
            stack.enter_context(closing(open_source(path, asked.file, _binary(app))))
            for path in paths
        ]
        rejects = rejects_files.of(sources, asked.rejects)
        files = [
            _File(app, source, asked, file) for source, file in zip(sources, rejects, strict=True)
        ]
        for file in files:
            stack.enter_context(closing(file))
            file.introduce()
        jobs = [(noun, file) for file in files for noun in file.source.plan.holds]
        jobs.sort(key=lambda job: _ORDER.index(job[0]))
        stack.push(lambda kind, *_: kind is not None and _forget(files))
        if len(jobs) > 1:
            stack.enter_context(Writing(app, dry_run=asked.dry_run))
        for noun, file in jobs:
            file.load(noun)
            file.stays = len(jobs) == 1  # what it loaded is in the book, whatever comes
        for file in files:
            file.end()
    return ExitCode.PARTLY if any(file.reject.count for file in files) else ExitCode.OK


def _forget(files: list[_File]) -> bool:
    """Take away the rejects files of what is not in the book; returns false, so that the error goes on."""
    for file in files:
        if not file.stays:
            file.rejects.discard()
    return False


def explain(app: App, paths: list[str], options: FileOptions) -> int:
    """Say what each file is taken for, and change nothing."""
    for path in paths:
        with closing(open_source(path, options, _binary(app))) as source:
            app.out.text(source.plan.lines())
    return ExitCode.OK


def _binary(app: App) -> IO[bytes]:
    return app.stdin.buffer


class _Rejects:
    """Names the rejects as they come, and keeps them in a file but for a dry run."""

    def __init__(
        self, app: App, name: str, file: RejectsFile, *, kept: bool, verbose: bool
    ) -> None:
        self.app = app
        self.name = name
        self.file = file
        self.kept = kept
        self.verbose = verbose
        self.count = 0

    def __call__(self, record: Reject) -> None:
        self.count += 1
        if self.count <= _WARNINGS or self.verbose:
            self.app.out.note(f"{self.name}:{record.line}: {record.reason}")
        if self.kept:
            self.file.add(record)


class _Skips:
    """Counts what was left out by its reason: a mailbox may hold a million newsletters."""

    def __init__(self) -> None:
        self.count = 0
        self.reasons: dict[str, tuple[int, int]] = {}  # -> how many, the line of the first

    def __call__(self, skip: Skip) -> None:
        self.count += 1
        reason = skip.reason if len(self.reasons) < _REASONS else "for other reasons"
        number, line = self.reasons.get(reason, (0, skip.line))
        self.reasons[reason] = number + 1, line

    def told(self) -> list[str]:
        """A line a reason."""
        return [
            f"line {line}{f' and {number - 1} more' if number > 1 else ''}: left out: {reason}"
            for reason, (number, line) in self.reasons.items()
        ]


class _File:
    """One file on its way into the book, a noun at a time."""

    def __init__(self, app: App, source: Source, asked: Asked, rejects: RejectsFile) -> None:
        self.app = app
        self.stays = False
        self.source = source
        self.asked = asked
        plan = source.plan
        name = "stdin" if plan.file == "standard input" else os.path.basename(plan.file)
        # Bytes of a name that are no text show as escapes, and are kept so as the source of people.
        self.name = os.fsencode(name).decode("utf-8", "backslashreplace")
        self.rejects = rejects
        self.read = 0  # of all nouns
        self.reject = _Rejects(
            app, self.name, self.rejects, kept=not asked.dry_run, verbose=asked.verbose
        )

    def introduce(self) -> None:
        """Say what the file is taken for."""
        plan, out = self.source.plan, self.app.out
        for warning in plan.warnings:
            out.warn(f"{self.name}: {warning}")
        described = [" and ".join(plan.holds), plan.encoding, plan.delimiter_name, plan.dialect]
        out.note(f"{self.name}: {', '.join(filter(None, described))}")

    def load(self, noun: str) -> None:
        """Import the rows of one noun, and say what became of them."""
        app, asked, source, plan = self.app, self.asked, self.source, self.source.plan
        reasons: dict[int, str] = {}
        remarks: list[str] = []
        skips = _Skips()
        before = self.reject.count
        told = Told(self.reject, lambda text: remarks.append(str(text)), skips)
        app.write(dry_run=asked.dry_run)  # the file is made on first need, before rows are staged
        rows = source.rows(noun, told)
        with (
            closing(rows),  # before its file is, also where the load is cut short
            app.out.progress(self.name, source.size()) as bar,
        ):
            summary = bulk.load(
                app.db,
                rows,
                noun=noun,
                command=app.command,
                options=_options(app, asked, None if plan.own else self.name, reasons),
                dry_run=asked.dry_run,
                progress=_mover(source, bar),
            )
            for record in source.originals(reasons):
                self.reject(record._replace(reason=reasons[record.line]))
        name = self.name if len(plan.holds) == 1 else f"{self.name} ({noun})"
        refused = self.reject.count - before
        summary.read += refused - summary.rejected + skips.count
        summary.rejected = refused
        summary.skipped += skips.count
        self.read += summary.read
        for text in skips.told():
            app.out.note(f"{name}: {text}")
        _say(app, name, summary, remarks, verbose=asked.verbose)
        repeated = summary.skipped - skips.count - summary.forgotten
        if repeated and noun == "contacts" and asked.on_match != "skip":
            app.out.note(
                f"{name}: {repeated} rows repeat somebody in this file:"
                " what was empty is filled from them, what differs is left"
            )
        if noun == "contacts" and summary.added and not asked.dry_run:
            _note_others(app, name, summary.added)

    def end(self) -> None:
        """Say where the rejects are, and of a file with something in it that nothing was read."""
        plan = self.source.plan
        if not self.read and not plan.own and self.source.size():
            self.app.out.warn(
                f"{self.name}: nothing in it was read, as {plan.format}; if it is something else: --from FORMAT"
            )
        if self.rejects.count:
            self.app.out.note(
                f"{self.name}: rejected rows are in {self.rejects.path}; mend them and import that file"
            )

    def close(self) -> None:
        """Finish the rejects file."""
        self.rejects.close()


def _note_others(app: App, name: str, added: int) -> None:
    """Say how to have mornings ask about those whom the file gave no lifecycle."""
    others = contacts.count_others(app.db, added, app.at)
    if others:
        query = f"lifecycle:other created:{app.today}"
        app.out.note(
            f'{name}: {others} are "other", of whom remind asks nothing until you say what they are,'
            f' such as: crm edit --where "{query}" --lifecycle lead'
        )


def _options(app: App, asked: Asked, source: str | None, reasons: dict[int, str]) -> bulk.Options:
    return bulk.Options(
        now=app.at,
        source=source,
        on_match=asked.on_match,
        no_create=asked.no_create,
        tag=asked.tag,
        currency=app.config["owner.currency"],
        reject=reasons.__setitem__,
    )


def _mover(source: Source, bar: Progress) -> Callable[[int], None]:
    """What moves the bar to where the file is read."""
    done = 0

    def move(_: int) -> None:
        nonlocal done
        here = source.position()
        bar.advance(max(0, here - done))
        done = max(done, here)

    return move


def _say(app: App, name: str, summary: bulk.Summary, cells: list[str], *, verbose: bool) -> None:
    """The summary on stderr: read is the sum of the others; ``cells`` are remarks on single ones."""
    remarks = [*cells, *summary.warnings]
    shown = len(remarks) if verbose else _WARNINGS
    for text in remarks[:shown]:
        app.out.note(f"{name}: {text}")
    if len(remarks) > shown:
        app.out.note(f"{name}: {len(remarks) - shown} more remarks; --verbose shows them all")
    odd = sum(" read as " not in text for text in cells)
    named = sum(" read as " not in text for text in cells[:shown])
    left = f"; {odd} cell{'s' if odd > 1 else ''} not understood, " if odd else ""
    if odd:
        left += "named above" if named == odd else f"{named} of them named above"
    app.out.note(
        f"{name}: {summary.read} read, {summary.added} added, {summary.updated} updated,"
        f" {summary.unchanged} unchanged, {summary.skipped} skipped, {summary.rejected} rejected{left}"
    )


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
