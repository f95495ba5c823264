"""What holds for any bytes that a reader is given."""

from __future__ import annotations

import io
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError
from crmcli.exchange import unforeseen
from crmcli.exchange.ics_source import IcsSource
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
from crmcli.output.out import Out
from crmcli.query.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.source import Source

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONGEST = 5000  # characters of what is said about one record
_SAID = frozenset(map(chr, [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0)]))


def says(text: str) -> None:
    """What is said on stderr is one line of bounded length without a control character."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    Out(None, stream, env={}).note(text)
    printed = stream.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert printed.endswith("\n")
    assert printed.count("\n") == 1
    assert _SAID.isdisjoint(printed), printed
    assert len(text) <= LONGEST, text[:100]


def refused(error: CrmError) -> None:
    """An error of ours is what a user can be told."""
    if not isinstance(error, QueryError):  # the door makes one line of whatever is typed
        says(str(error))
        return
    lines = str(error).split("\n")
    assert len(lines) == 3, lines  # a query stands below what is wrong with it, and its caret
    for line in lines:
        says(line)


def file(raw: bytes, form: str | None, noun: str | None = None, order: str | None = None) -> None:
    """Read bytes as a file: each record is a row, or rejected, or skipped, once; or all are refused."""
    options = Options(
        noun=noun, format=form, default_date_order=order, tz="UTC", region="PL", now=NOW,
        owner=frozenset({"hanna@firma.example"}), owner_name="Hanna",
    )  # fmt: skip
    try:
        source = open_source("-", options, io.BytesIO(raw))
        with closing(source):
            _source(source)
    except CrmError as error:
        refused(error)


def _source(source: Source) -> None:
    for line in source.plan.lines():
        says(line.replace("\n", " "))
    told: list[tuple[int, int]] = []
    rows: list[int] = []
    gone: set[int] = set()
    rejected: set[int] = set()
    for noun in source.plan.holds:
        rejects, skips = [], []

        def remark(text: Any) -> None:
            says(str(text).replace("\n", " "))

        lines = []
        for row in source.rows(noun, Told(rejects.append, remark, skips.append)):
            for value in row:
                _text(value)
            # What will not take place takes its follow-up along: no row of the record, which may be a skip.
            if getattr(row, "called_off", False):
                gone.add(row.line)
            else:
                lines.append(row.line)
        rows += lines
        for one in rejects:
            assert unforeseen.STRANGE not in one.reason, one
            says(one.reason.replace("\n", " "))
            source.rejected(one).encode("utf-8", "surrogateescape")
        rejected |= {one.line for one in rejects}
        told += [(one.line, one.record) for one in (*rejects, *skips)]
        again = list(source.originals([one.line for one in rejects]))
        assert [one.original for one in again] == [one.original for one in rejects]
    assert len(set(told)) == len(told), "a record is told of twice"
    assert gone.isdisjoint(rejected), "a record that is rejected takes something away"
    count = _records(source)
    if count is not None:
        assert len(rows) + len(told) == count, (len(rows), told, count)
        assert len({*rows, *(line for line, _ in told)}) == count
    elif isinstance(source, IcsSource):
        assert {line for line, _ in told}.isdisjoint(rows)


def _records(source: Any) -> int | None:
    """How many records there are, where one makes one row."""
    for name in ("_numbered", "_objects", "_cards", "_items"):
        records: Any = getattr(source, name, None)
        if records and len(source.plan.holds) == 1 and source.plan.format not in _MANY:
            return sum(1 for _ in records())
    return None


_MANY = ("monica",)


def _text(value: Any) -> None:
    """Texts of a row are what a database and a file can hold."""
    if isinstance(value, str):
        value.encode()
        assert "\0" not in value
    elif isinstance(value, dict):
        for item in value.items():
            _text(item)
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            _text(item)


def characters(raw: bytes) -> str:
    """The bytes as an argument of the command line has them."""
    return raw.decode("utf-8", "surrogateescape")


def pieces(raw: bytes) -> Iterator[bytes]:
    """The parts that are separated by a byte that no text has."""
    yield from raw.split(b"\xff")
