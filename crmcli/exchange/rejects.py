"""The rejects file: what could not be imported, each with its line and reason, to be mended.

That of separated values has the columns and the delimiter of the file it came from, after two of its
own that an import leaves out; of other files the source says how. So the mended file can be imported
as it is.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

from crmcli.exchange.headers import REJECT_COLUMNS
from crmcli.exchange.new_file import create
from crmcli.exchange.spreadsheet import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.exchange.records import Reject
    from crmcli.exchange.source import Source


class RejectsFile:
    """A file that comes into being with the first reject.

    Attributes:
        path: where it is, or would be.
        count: the rejects in it.
    """

    def __init__(self, path: str, source: Source) -> None:
        self.path = path
        self.count = 0
        self._source = source
        self._plan = source.plan
        self._header: Sequence[str] | None = source.header
        self._stream: TextIO | None = None

    def add(self, reject: Reject) -> None:
        """Write one more reject.

        Raises:
            UsageError: something is at the path already, or its folder doesn't exist.
            StorageError: the file cannot be made.
        """
        if self._stream is None:
            self._stream = create(self.path)
            if self._plan.suffix == "mbox":  # each message is in a charset of its own
                self._stream.reconfigure(errors="surrogateescape")
            if self._header is not None:
                self._write(self._stream, self._marked_header())
        self.count += 1
        if self._header is None:
            self._stream.write(self._source.rejected(reject) + "\n")
        else:
            self._write(self._stream, [str(reject.line), reject.reason, *self._cells(reject)])

    def close(self) -> None:
        """Finish the file."""
        if self._stream is not None:
            self._stream.close()

    def _marked_header(self) -> list[str]:
        first, second = REJECT_COLUMNS
        return [f"{MARK * self._plan.excel_safe}{first}", second, *(self._header or ())]

    def _cells(self, reject: Reject) -> Sequence[str]:
        if isinstance(reject.original, str):
            return reject.original.rstrip("\r\n").split(self._plan.delimiter or ",")
        return reject.original

    def _write(self, stream: TextIO, cells: Sequence[str]) -> None:
        delimiter = self._plan.delimiter or ","
        csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
