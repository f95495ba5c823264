"""The rejects file: what could not be imported, each with its line and reason, to be mended.

That of separated values has the columns and the delimiter of the file it came from, after two of its
own that an import leaves out; of other files the source says how. So the mended file can be imported
as it is.
"""

from __future__ import annotations

import csv
import io
import os
from typing import TYPE_CHECKING, TextIO

from crmcli.exchange import encoding, stray_quotes
from crmcli.exchange.headers import REJECT_COLUMNS
from crmcli.exchange.new_file import create, device, is_device
from crmcli.exchange.spreadsheet import safe_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.exchange.records import Reject
    from crmcli.exchange.source import Source


class RejectsFile:
    """A file that comes into being with the first reject.

    Attributes:
        path: where it is, or would be.
        count: the rejects in it.
        is_shared: those of several files stand in it; then a reason names the file of its line.
    """

    def __init__(self, path: str, source: Source, before: RejectsFile | None = None) -> None:
        """Take what the source refuses; ``before`` is another one of the same path and shape."""
        self.path = path
        self.count = 0
        self.is_shared = False
        self._source = source
        self._plan = source.plan
        self._header: Sequence[str] | None = source.header
        self._before = before
        self._stream: TextIO | None = None
        self._made = False

    @property
    def shape(self) -> tuple[object, ...]:
        """What two sources have in common whose rejects can stand in one file."""
        plan, header = self._plan, self._header
        if header is None:
            return plan.format, plan.suffix
        return tuple(header), plan.delimiter, plan.excel_safe

    def add(self, reject: Reject) -> None:
        """Write one more reject.

        Raises:
            UsageError: something is at the path already, or its folder doesn't exist.
            StorageError: the file cannot be made.
        """
        stream = self.opened()
        self.count += 1
        if not self._in_bytes:
            reject = _as_text(reject)
        if self.is_shared:
            reject = reject._replace(reason=f"{self._plan.file}: {reject.reason}")
        if self._header is None:
            stream.write(self._source.rejected(reject) + "\n")
        else:
            self._write(stream, [str(reject.line), reject.reason, *self._cells(reject)])

    def opened(self) -> TextIO:
        """Return what is written to, made when there is something to write."""
        if self._before is not None:
            return self._before.opened()
        if self._stream is None:
            if is_device(self.path):
                self._stream = device(self.path)  # such as /dev/null, or a pipe that somebody reads
            else:
                self._stream = create(self.path)
                self._made = True
            if self._in_bytes and isinstance(self._stream, io.TextIOWrapper):
                self._stream.reconfigure(errors="surrogateescape")
            if self._header is not None:
                self._write(self._stream, self._marked_header())
        return self._stream

    @property
    def _in_bytes(self) -> bool:
        """Whether the records are kept as they came: each message is in a charset of its own."""
        return self._plan.suffix == "mbox"

    def close(self) -> None:
        """Finish the file, and see that it is on the disk before the import is."""
        if self._stream is not None and not self._stream.closed:
            if self._made:
                self._stream.flush()
                os.fsync(self._stream.fileno())
            self._stream.close()

    def discard(self) -> None:
        """Take the file away again: nothing of the import stays, so there is nothing to mend."""
        self.close()
        if self._made:
            self._made = False
            os.unlink(self.path)

    def _marked_header(self) -> list[str]:
        first, second = REJECT_COLUMNS
        header = [first, second, *(self._header or ())]
        return safe_rows(header, ())[0] if self._plan.excel_safe else header

    def _cells(self, reject: Reject) -> Sequence[str]:
        if isinstance(reject.original, str):
            return stray_quotes.pieces(reject.original, self._plan.delimiter or ",")
        return reject.original

    def _write(self, stream: TextIO, cells: Sequence[str]) -> None:
        delimiter = self._plan.delimiter or ","
        csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerow(cells)


def _as_text(reject: Reject) -> Reject:
    """A reject whose undecoded bytes are letters, as well as can be guessed: to be read and mended."""
    original = reject.original
    cells = [original] if isinstance(original, str) else [*original]
    if all(map(encoding.is_text, cells)):
        return reject
    read, _ = encoding.guessed(cells)
    return reject._replace(original=read[0] if isinstance(original, str) else tuple(read))
