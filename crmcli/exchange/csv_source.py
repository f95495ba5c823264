"""A file of separated values as a source of rows."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import IO, TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange import (
    columns,
    csv_file,
    dialect,
    encoding,
    header_remarks,
    headers,
    meaningless,
    not_people,
    unforeseen,
)
from crmcli.exchange.cells import Cells
from crmcli.exchange.csv_file import Broken
from crmcli.exchange.plan import CUSTOM, Plan
from crmcli.exchange.records import ContactRow, NobodyError, Reject, Remark, Skip
from crmcli.exchange.rows import builder
from crmcli.exchange.spreadsheet import is_marked, unmarked, unsafe
from crmcli.exchange.stream_source import StreamSource

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from crmcli.exchange.dialect_file import ByDialect
    from crmcli.exchange.dialect_rows import Numbered
    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Row, Told
    from crmcli.exchange.rows import Builder

_SAMPLE = 100  # records that say whose uids they have


def claims(head: bytes) -> bool:
    """CSV has no mark of its own: it takes what nobody else does."""
    return bool(head)


def open_file(stream: IO[bytes], name: str, options: Options) -> CsvSource:
    """Decide what the file is.

    Raises:
        UsageError: no header that says who the rows are about.
    """
    return CsvSource(stream, name, options)


class CsvSource(StreamSource):
    """A file of separated values; see ``source.Source``."""

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        super().__init__(stream, options)
        wanted = {headers.normal(theirs) for theirs in options.columns}
        known = dialect.known(options.dialects)
        with encoding.opened(stream, self._encoding) as text:
            shape = csv_file.shape(
                text,
                options.delimiter,
                options.noun,
                wanted,
                lambda seen: dialect.claimed(seen, known),
            )
        marked = shape.header[:1] and is_marked(shape.header)
        if marked:
            shape.header[:] = unmarked(shape.header)
        self._shape = shape
        self._read: ByDialect | None = None
        own = headers.is_own(shape.header, self._uids())
        claim = None if own else dialect.choose(shape.header, known, options)
        if claim:
            from crmcli.exchange.dialect_file import ByDialect  # most files are nobody's

            self._read = ByDialect(claim, shape.header, options)
            nouns = self._read.holds
            found = self._read.columns[nouns[0]]
        else:
            nouns = (options.noun or headers.holds(shape.header),)
            found = headers.columns(shape.header, nouns[0], options.columns, own=own)
        self.plan = Plan(
            file=name,
            format="csv",
            holds=nouns,
            encoding=self._encoding.label,
            delimiter=shape.delimiter,
            header_line=shape.header_line,
            columns=found,
            own=own,
            excel_safe=bool(marked),
        )
        if nouns[0] == "deals":
            self._warn_of_deals()
        if self._read:
            self._read.settle(self.plan, self._cells)
        else:
            self.plan.warnings += header_remarks.two_names(found, nouns[0], options.columns)
            columns.decide(self.plan, options, self._cells())

    def _warn_of_deals(self) -> None:
        found = self.plan.columns
        lost = [column.header for column in found if column.field.startswith(CUSTOM)]
        if self._read and len(lost) > 1:
            self.plan.warnings.append(
                f"columns {', '.join(lost)}: not kept, deals have no such fields; --map says what they mean"
            )
        else:
            self.plan.warnings += [
                f"column {header}: not kept, deals have no such field; --map says what it means"
                for header in lost
            ]
        self.plan.warnings += header_remarks.either_whose(found)

    def rows(self, noun: str, told: Told) -> Generator[Row]:
        """Yield the rows; tell what cannot become one, and what was dropped from one."""
        reject, remark, skip = told
        width = len(self.plan.columns)
        excel_safe, own = self.plan.excel_safe, self.plan.own
        check = meaningless.repeats(self._shape.header)
        empty = frozenset() if own else meaningless.NOTHING
        with closing(self._numbered()) as records:  # before the stream is, whatever goes wrong
            remarks, build, sorted_ = self._reader(noun, records, told)
            for line, number, record in sorted_:
                if isinstance(record, Broken):
                    reject(self._refused(line, number, record.reason, record.text))
                    continue
                if len(record) > width:
                    reason = f"{len(record)} cells, header has {width}"
                    reject(self._refused(line, number, reason, record))
                    continue
                cells = record
                try:
                    check(record)
                    if not empty.isdisjoint(record):
                        cells = ["" if cell in empty else cell for cell in record]
                    row = build(line, list(map(unsafe, cells)) if excel_safe else cells)
                    if remarks:
                        _hand_over(remarks, record, line, number, remark)
                except NobodyError as error:
                    remarks.clear()
                    skip(Skip(line, number, str(error)))
                except unforeseen.ERRORS as error:
                    remarks.clear()
                    readable = all(map(encoding.is_text, record))
                    reason = unforeseen.why(error) if readable else ""
                    reject(self._refused(line, number, reason, record))
                else:
                    if self._is_owners(row):
                        skip(Skip(line, number, not_people.OWN_CARD))
                    else:
                        yield row

    def _uids(self) -> Iterator[str]:
        """What stands under ``uid`` in the first records."""
        place = self._shape.header.index("uid")
        for cells in islice(self._cells(), _SAMPLE):
            if place < len(cells):
                yield unsafe(cells[place].strip())  # one of digits alone has an apostrophe

    def _is_owners(self, row: Row) -> bool:
        """Whether it is the owner's card; a book of ours may have the owner in it, and keeps that."""
        owner = self._options.owner
        if not owner or self.plan.own or not isinstance(row, ContactRow):
            return False
        return not_people.is_owners(row, owner)

    def _reader(
        self, noun: str, records: Iterator[Numbered], told: Told
    ) -> tuple[list[str], Builder, Iterator[Numbered]]:
        """The remarks of a builder of rows, the builder, and the records that it is for."""
        if self._read:
            remarks, build = self._read.reader(noun)
            return remarks, build, self._read.sorted(noun, records, told)
        cells = Cells(self._options, own=self.plan.own)
        return cells.remarks, builder(noun, self.plan.columns, cells), records

    def _refused(self, line: int, number: int, reason: str, original: str | list[str]) -> Reject:
        """A reject; of bytes that are no text its reason says what became of them."""
        texts = [original] if isinstance(original, str) else original
        if not all(map(encoding.is_text, texts)):
            name = encoding.guessed(texts)[1]
            note = f"not {self._encoding.name}; in the rejects file read as {name}, check it"
            reason = f"{reason}; {note}" if reason else note
        return Reject(
            line, number, reason, original if isinstance(original, str) else tuple(original)
        )

    def originals(self, lines: Iterable[int]) -> Iterator[Reject]:
        """Yield the records that start on these lines, as rejects without a reason."""
        wanted = set(lines)
        for line, number, record in self._numbered():
            if not wanted:
                return
            if line in wanted:
                wanted.discard(line)
                original = record.text if isinstance(record, Broken) else tuple(record)
                yield Reject(line, number, "", original)

    @property
    def header(self) -> list[str]:
        """The header row as it stands in the file, without empty cells at its end."""
        return list(self._shape.header)

    def rejected(self, reject: Reject) -> str:
        """Return the record as it stands; the rejects file itself writes rows under a header."""
        return str(reject.original)

    def _numbered(self) -> Generator[Numbered]:
        """Line, number and cells of the records that aren't empty, as wide as the header at least."""
        width = len(self.plan.columns)
        number = 0
        for line, record in self._records():
            if not isinstance(record, Broken):
                if len(record) != width:
                    _fit(record, width)
                if not record[0].strip() and not any(map(str.strip, record)):
                    continue
            number += 1
            yield line, number, record

    def _cells(self) -> Iterator[list[str]]:
        return (cells for _, cells in self._records() if type(cells) is list)

    def _records(self) -> Iterator[tuple[int, list[str] | Broken]]:
        with encoding.opened(self._stream, self._encoding) as text:
            first = self._shape.first_line
            for _ in islice(iter(lambda: text.readline(csv_file.LINE_LIMIT), ""), first - 1):
                pass
            records = csv_file.records(text, self._shape.delimiter, first, len(self._shape.header))
            yield from self._read.without_footer(records) if self._read else records


def _hand_over(
    remarks: list[str],
    record: list[str],
    line: int,
    number: int,
    remark: Callable[[Remark], object],
) -> None:
    """Pass on what was dropped from a row; but bytes that are no text refuse it."""
    if not all(map(encoding.is_text, record)):
        raise InvalidValueError("bytes that are no text")
    for text in remarks:
        remark(Remark(line, number, text))
    remarks.clear()


def _fit(record: list[str], width: int) -> None:
    """Bring a record to the width of the header: empty cells are added or dropped at its end."""
    while len(record) > width and not record[-1].strip():
        record.pop()
    record.extend([""] * (width - len(record)))
