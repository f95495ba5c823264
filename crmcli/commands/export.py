"""crm export."""

from __future__ import annotations

import os

from crmcli.errors import ExitCode, RefusedError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Annotated, Any, TextIO

    from typer import Option

    from crmcli.context import App, Rows
    from crmcli.params import Query

_FORMATS = ("csv", "json", "jsonl", "ids")


def export(
    app: App,
    query: Query = None,
    *,
    as_: Annotated[
        str | None,
        Option(
            "--as",
            metavar="NOUN",
            help="contacts (default), companies, interactions, deals or followups.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        Option(
            "--to",
            metavar="FORMAT",
            help="csv (default), json, jsonl, vcard (4.0), vcard3, ics, or the CSV of google, outlook or hubspot.",
        ),
    ] = None,
    excel_safe: Annotated[
        bool,
        Option(
            "--excel-safe",
            help="CSV in which a spreadsheet runs nothing; import takes that off again.",
        ),
    ] = False,
    marketing: Annotated[
        bool,
        Option("--marketing", help="Only who may be written to, and only what that takes."),
    ] = False,
    basis: Annotated[
        list[str] | None,
        Option(
            "--basis",
            metavar="B",
            help="With --marketing: consent, contract or legitimate-interest; any of them by default.",
        ),
    ] = None,
    output: Annotated[
        str | None,
        Option("--output", "-o", metavar="FILE", help="Write a private file, whole or not at all."),
    ] = None,
    rows: Rows,
) -> int:
    """Write the book out, or of the people that a query finds all that is theirs.

    crm import reads it again and loses nothing of people, companies, interactions, deals and
    follow-ups. Without a query the archived are in it too.

    --marketing takes those with a lawful basis that holds, not do-not-contact, not archived, with
    an e-mail or phone that works; addresses that are dead, notes and your own fields stay at home.
    How many were left out, and why, is on stderr.

    What is snoozed or ignored, findings that are done, saved views and the history are in no
    export. A copy of the database file has them, made while nothing writes to it; crm config get
    database says where it is.
    """
    from crmcli.exchange.outgoing import SHEETS, WRITERS
    from crmcli.exchange.records import NOUNS

    if as_ is not None and as_ not in NOUNS:
        raise UsageError(f'--as is one of {", ".join(NOUNS)}, not "{as_}"')
    kind = _format(to, rows.format, WRITERS)
    if excel_safe and kind != "csv" and kind not in SHEETS:
        raise UsageError(f"--excel-safe is for CSV, not for {kind}")
    if basis and not marketing:
        raise UsageError("--basis goes with --marketing")
    people = _Marketed(app, query or [], basis, as_) if marketing else _People(app, query or [])
    if kind in WRITERS:
        lines, as_ = _theirs(app, people, as_, kind, rows.columns, excel_safe=excel_safe)
    else:
        as_ = as_ or "contacts"
        lines = _writer(app, people, as_, kind, rows.columns, excel_safe=excel_safe)
    people.tell(app)
    if output is None or output == "-":
        app.out.stream(lines)
        return ExitCode.OK
    from crmcli.exchange.new_file import replacing

    _refuse_own(app, output)
    with replacing(output) as stream:
        count = lines(stream)
    app.out.note(f"{output}: {count} {as_}")
    return ExitCode.OK


def _refuse_own(app: App, path: str) -> None:
    """Refuse to write over what is no export.

    Raises:
        RefusedError: it is a database, or the config.
    """
    from crmcli.db import proof

    if proof.is_database(path):
        raise RefusedError(
            f"{path}: is a database, such as a book or a copy of one; name another file"
        )
    if os.path.exists(path) and os.path.realpath(path) == os.path.realpath(app.config.path):
        raise RefusedError(f"{path}: is the config; name another file")


def _format(to: str | None, asked: str | None, theirs: Iterable[str]) -> str:
    if to and asked and to != asked:
        raise UsageError(f"one format at a time, not {to} and {asked}")
    kind = to or asked or "csv"
    known = (*_FORMATS, *theirs)
    if kind not in known:
        raise UsageError(f'format "{kind}" cannot be written; one of {", ".join(known)}')
    return kind


class _People:
    """Whose rows go out: everybody, or whom a query finds."""

    live = False  # only addresses and numbers that work

    def __init__(self, app: App, query: list[str]) -> None:
        from crmcli.store import search

        asked = app.query(query) if query else None
        self.where = search.where(asked) if asked else None
        self.params = asked.params if asked else []

    def fields(self, names: list[str]) -> list[str]:
        """Which columns go out where none are asked for."""
        return names

    def tell(self, app: App) -> None:
        """Say who is not in the file."""


class _Marketed(_People):
    """Those of them who may be written to."""

    live = True

    def __init__(
        self, app: App, query: list[str], basis: list[str] | None, noun: str | None
    ) -> None:
        from crmcli.store import marketing
        from crmcli.values import basis as values

        if noun not in (None, "contacts"):
            raise UsageError(f"--marketing is for contacts, not for {noun}")
        bases = [*map(values.parse, basis or marketing.BASES)]
        for one in bases:
            if one not in marketing.BASES:
                raise UsageError(f"--basis {one}: marketing rests on {', '.join(marketing.BASES)}")
        super().__init__(app, query)
        self._left_out = marketing.left_out(app.db, bases, self.where, self.params)
        may = marketing.may(bases)
        self.where = f"({self.where}) AND {may}" if self.where else may
        self._fields = marketing.FIELDS

    def fields(self, names: list[str]) -> list[str]:
        return [name for name in names if name in self._fields]

    def tell(self, app: App) -> None:
        if self._left_out:
            total = sum(count for _, count in self._left_out)
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in self._left_out)
            app.out.note(f"left out {total:,}: {reasons}")


def _theirs(
    app: App,
    people: _People,
    noun: str | None,
    kind: str,
    columns: str | None,
    *,
    excel_safe: bool,
) -> tuple[Callable[[TextIO], int], str]:
    """What writes the file of another program, and the noun that is in it.

    Raises:
        UsageError: that format does not hold this noun, or columns were asked of it.
    """
    import json

    from crmcli.exchange.outgoing import Outgoing, writer
    from crmcli.store import export as exporting
    from crmcli.store import privacy

    module = writer(kind)
    noun = noun or module.NOUNS[0]
    if noun not in module.NOUNS:
        raise UsageError(f"--to {kind} is for {' and '.join(module.NOUNS)}, not for {noun}")
    if columns:
        raise UsageError(f"--columns is for csv and json; {kind} has its own")
    if people.live and noun != "contacts":
        raise UsageError(f"--marketing is for contacts; {kind} is for {noun} unless --as contacts")

    def objects(noun: str) -> Iterator[dict[str, Any]]:
        names = exporting.columns(app.db, noun)
        kept = frozenset(people.fields(names))
        texts = exporting.objects(
            app.db, noun, names, people.where, people.params, live=people.live
        )
        for text in texts:
            record = json.loads(text, parse_float=str)  # amounts, digit by digit
            yield {
                name: value if name in kept else _nothing(value) for name, value in record.items()
            }

    owner = app.config["owner.name"], tuple(app.config["owner.emails"])
    book = Outgoing(
        objects, app.now, owner, app.out.warn, excel_safe, lambda: privacy.barred(app.db)
    )
    return lambda stream: module.write(stream, noun, book), noun


def _nothing(value: Any) -> Any:
    """What stands for a field that stays at home."""
    if isinstance(value, list):
        return []
    return False if isinstance(value, bool) else None


class _writer:  # noqa: N801 - a function with its arguments bound
    """Writes the rows to a stream, and returns how many."""

    def __init__(
        self,
        app: App,
        people: _People,
        noun: str,
        kind: str,
        columns: str | None,
        *,
        excel_safe: bool,
    ) -> None:
        from crmcli.output.columns import pick
        from crmcli.store import export as exporting

        available = exporting.columns(app.db, noun)
        usual = people.fields(available)
        self.columns = ["id"] if kind == "ids" else pick(columns, available, usual)
        self.kind = kind
        self.excel_safe = excel_safe
        records = exporting.objects if kind.startswith("json") else exporting.cells
        self.records = records(
            app.db, noun, self.columns, people.where, people.params, live=people.live
        )

    def __call__(self, stream: TextIO) -> int:
        from crmcli.output import write_lines

        if self.kind == "csv":
            from crmcli.exchange.spreadsheet import safe_rows
            from crmcli.output.as_csv import write_scalars

            columns, records = self.columns, self.records
            if self.excel_safe:
                columns, records = safe_rows(columns, records)  # type: ignore[assignment]
            return write_scalars(stream, columns, records, quoted=self.excel_safe)
        if self.kind == "ids":
            return write_lines(stream, (str(row[0]) for row in self.records))
        if self.kind == "jsonl":
            return write_lines(stream, self.records)  # type: ignore[arg-type]
        stream.write("[\n")
        count = write_lines(stream, _separated(self.records), end="")  # type: ignore[arg-type]
        stream.write("\n]\n" if count else "]\n")
        return count


def _separated(records: Iterable[str]) -> Iterator[str]:
    comma = ""
    for record in records:
        yield comma + record
        comma = ",\n"
