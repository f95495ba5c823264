"""What the readers of text files with records of several kinds have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from crmcli.errors import InvalidValueError, UsageError
from crmcli.exchange import encoding, unforeseen
from crmcli.exchange.cells import Cells
from crmcli.exchange.not_people import OWN_CARD, is_owners
from crmcli.exchange.plan import Plan
from crmcli.exchange.records import ContactRow, Reject, Remark, Skip
from crmcli.exchange.stream_source import StreamSource

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Row, Told

LONGEST = 1_000_000  # characters of a line, and of a record


class Item(NamedTuple):
    """One record of a file."""

    line: int
    number: int
    noun: str
    value: Any  # what the format makes of it
    text: str  # as it stands in the file
    problem: str | None = None


class Left(NamedTuple):
    """What is left out instead of a row, and why."""

    reason: str


class TextSource(StreamSource, ABC):
    """A file of text; see ``source.Source``. A format says what its items are, and what rows they make.

    Attributes:
        FORMAT: the key in FORMATS.
        HOLDS: the nouns that can be in a file.
        SUFFIX: of the rejects file.
    """

    FORMAT = ""
    HOLDS: tuple[str, ...] = ("contacts",)
    SUFFIX = "txt"

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        super().__init__(stream, options)
        if options.noun and options.noun not in self.HOLDS:
            raise UsageError(f"{self.FORMAT} holds {' and '.join(self.HOLDS)}, not {options.noun}")
        holds = (options.noun,) if options.noun else self.HOLDS
        self.plan = Plan(
            file=name, format=self.FORMAT, holds=holds, encoding=self._encoding.label,
            dialect=self.FORMAT, suffix=self.SUFFIX,
        )  # fmt: skip
        self.cells = Cells(options, own=False)

    @abstractmethod
    def items(self, text: IO[str]) -> Iterator[Item]:
        """Yield the records of the file."""

    @abstractmethod
    def row(self, item: Item) -> Row | Left:
        """Make a row of a record.

        Raises:
            InvalidValueError: it cannot become one.
        """

    def rows(self, noun: str, told: Told) -> Generator[Row]:
        """Yield the rows of a noun; tell what cannot become one, and what was dropped from one."""
        remarks = self.cells.remarks
        for item in self._items():
            if item.noun != noun:
                continue
            try:
                row = self._row(item)
            except unforeseen.ERRORS as error:
                remarks.clear()
                told.reject(Reject(item.line, item.number, unforeseen.why(error), item.text))
                continue
            for text in remarks:
                told.remark(Remark(item.line, item.number, text))
            remarks.clear()
            if isinstance(row, ContactRow) and is_owners(row, self._options.owner):
                row = Left(OWN_CARD)
            if isinstance(row, Left):
                told.skip(Skip(item.line, item.number, row.reason))
            else:
                yield row

    def originals(self, lines: Iterable[int]) -> Iterator[Reject]:
        """Yield the records that start on these lines, as rejects without a reason."""
        wanted = set(lines)
        if wanted:
            for item in self._items():
                if item.line in wanted:
                    yield Reject(item.line, item.number, "", item.text)

    def rejected(self, reject: Reject) -> str:
        """Return a record under a line that an import passes over."""
        return f"# line {reject.line}: {' '.join(reject.reason.split())}\n{reject.original}"

    def _row(self, item: Item) -> Row | Left:
        if item.problem:
            raise InvalidValueError(item.problem)
        return self.row(item)

    def _items(self) -> Iterator[Item]:
        with encoding.opened(self._stream, self._encoding) as text:
            yield from self.items(text)


def numbered_lines(text: IO[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text with their numbers, without their ends; over-long ones are cut."""
    number = 0
    while line := text.readline(LONGEST):
        number += 1
        end = line
        while not end.endswith(("\n", "\r")) and (end := text.readline(LONGEST)):
            pass
        yield number, line.rstrip("\r\n").removeprefix("\ufeff")
