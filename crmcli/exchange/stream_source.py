"""What the sources of one stream have in common: its encoding, how far it is read, its end."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from crmcli.exchange import encoding

if TYPE_CHECKING:
    from crmcli.exchange.plan import Options


class StreamSource:
    """Part of a ``source.Source``."""

    def __init__(
        self, stream: IO[bytes], options: Options, found: encoding.Encoding | None = None
    ) -> None:
        self._stream = stream
        self._options = options
        self._encoding = found or encoding.settle(stream, options.encoding)

    @property
    def header(self) -> list[str] | None:
        """There is none, but in separated values."""
        return None

    def size(self) -> int:
        """The bytes of the file: with ``position`` for a progress bar."""
        return os.fstat(self._stream.fileno()).st_size

    def position(self) -> int:
        """The bytes read so far."""
        return self._stream.tell()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
