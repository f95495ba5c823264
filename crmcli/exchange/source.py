"""Opening a file: what it is, and the source that gives its rows.

A format is a module of FORMATS with

- ``claims(head) -> bool``: whether the first bytes of a file look like it;
- ``open_file(stream, name, options) -> Source``.
"""

from __future__ import annotations

import importlib
import io
import os
import shutil
import stat
import sys
import tempfile
from typing import IO, TYPE_CHECKING, Protocol

from crmcli.errors import ConfigError, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from crmcli.exchange.plan import Options, Plan
    from crmcli.exchange.records import Reject, Row, Told

# Asked in this order; CSV takes what nobody else claims.
FORMATS = {
    "monica": "crmcli.exchange.monica_json",  # before any other JSON
    "json": "crmcli.exchange.json_file",
    "vcard": "crmcli.exchange.vcard_source",
    "abook": "crmcli.exchange.abook_file",
    "friends-md": "crmcli.exchange.friends_md",
    "khard": "crmcli.exchange.khard_yaml",
    "ics": "crmcli.exchange.ics_format",
    "mbox": "crmcli.exchange.mbox_file",
    "eml": "crmcli.exchange.eml_file",
    "csv": "crmcli.exchange.csv_source",
}

# Of folders: each module has ``claims_folder(path) -> bool`` and ``open_folder(path, options) -> Source``.
FOLDERS: dict[str, str] = {
    "vcard": "crmcli.exchange.vcard_folder",
    "maildir": "crmcli.exchange.maildir",
}

_HEAD = 4096
_FOREIGN = (
    (b"PK\x03\x04", "an Excel workbook or a zip file; save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as CSV"),
    (b"%PDF", "a PDF; a table in it cannot be read"),
    (b"SQLite format 3\0", "a database; use its own export"),
    (b"\x1f\x8b", "compressed; unpack it first"),
    (b"\x89PNG\r\n", "a picture; a table in it cannot be read"),
    (b"\xff\xd8\xff", "a picture; a table in it cannot be read"),
    (b"\x7fELF", "a program"),
    (b"<!doctype html", "a web page, not CSV"),
    (b"<html", "a web page, not CSV"),
    (b"<table", "a web page, not CSV"),
    (b"<?xml", "XML, not CSV"),
)


class Source(Protocol):
    """One file, understood. It can be read more than once, but by one reader at a time."""

    plan: Plan

    @property
    def header(self) -> list[str] | None:
        """The header row as it stands in the file; None where there is none."""

    def rejected(self, reject: Reject) -> str:
        """Return a record as a rejects file without a header has it: with line and reason, in a way that an import passes over."""

    def size(self) -> int:
        """The bytes of the file."""

    def position(self) -> int:
        """The bytes read so far."""

    def rows(self, noun: str, told: Told) -> Generator[Row]:
        """Yield the rows of one noun of the plan; tell what cannot become one of them.

        A file that holds several nouns is read once for each. A record belongs to one noun, which
        tells of it: so each record is a row, or rejected, or skipped, once.
        """

    def originals(self, lines: Iterable[int]) -> Iterator[Reject]:
        """Yield the records that start on these lines, as rejects without a reason."""

    def close(self) -> None:
        """Close the file."""


def open_source(path: str, options: Options, stdin: IO[bytes] | None = None) -> Source:
    """Open a file, or for ``-`` standard input, and decide what it is.

    Args:
        path: a file, or ``-``.
        options: what the user says about it.
        stdin: the binary stream behind ``-``.

    Raises:
        UsageError: no such file, nothing that can be read, or no column that says who it is about.
        StorageError: the file cannot be read.
    """
    name = "standard input" if path == "-" else path
    if FOLDERS and os.path.isdir(path):
        return _open_folder(path, options)
    stream = _seekable(stdin or sys.stdin.buffer) if path == "-" else _open(path)
    try:
        head = stream.read(_HEAD)
        _refuse(name, head)
        module = importlib.import_module(FORMATS[_format(head, options)])
        source: Source = module.open_file(stream, name, options)
    except ConfigError:  # a dialect of the user's: it names that file, and not this one
        stream.close()
        raise
    except UsageError as error:
        stream.close()
        text = str(error)
        raise UsageError(text if text.startswith(name) else f"{name}: {text}") from None
    except OSError as error:
        stream.close()
        raise StorageError(f"{name}: cannot be read: {error.strerror}") from error
    except BaseException:
        stream.close()
        raise
    return source


def _open_folder(path: str, options: Options) -> Source:
    for name, place in FOLDERS.items():
        module = importlib.import_module(place)
        if options.format == name or (options.format is None and module.claims_folder(path)):
            source: Source = module.open_folder(path, options)
            return source
    raise UsageError(f"{path}: is a folder, and none of {', '.join(FOLDERS)}")


def _open(path: str) -> IO[bytes]:
    try:
        stream: IO[bytes] = open(path, "rb")  # noqa: SIM115 - the source closes it
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UsageError(f"{path}: {(error.strerror or 'not found').lower()}") from None
    except ValueError:
        raise UsageError("a file name cannot hold a NUL character") from None
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from None
    if stat.S_ISCHR(os.fstat(stream.fileno()).st_mode) and not stream.isatty():
        stream.close()
        raise UsageError(f"{path}: a device, of which nobody knows the end")
    if stream.seekable():
        return stream
    with stream:
        return _seekable(stream)


def _seekable(stream: IO[bytes]) -> IO[bytes]:
    """A pipe as a file without a name: decisions need a look ahead, and rejects a second look."""
    try:
        if stream.seekable() and stream.tell() == 0:
            return os.fdopen(os.dup(stream.fileno()), "rb")
    except io.UnsupportedOperation:
        pass  # a stream in memory
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - the source closes it
    try:
        shutil.copyfileobj(stream, kept, 1 << 20)
        kept.seek(0)
    except OSError as error:
        kept.close()
        raise StorageError(f"standard input: cannot be kept: {error.strerror}") from error
    return kept


def _refuse(name: str, head: bytes) -> None:
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for start, words in _FOREIGN:
        if head.startswith(start) or plain[: len(start)].lower() == start:
            raise UsageError(f"{name}: this is {words}")
    if not plain:
        raise UsageError(f"{name}: the file is empty")


def _format(head: bytes, options: Options) -> str:
    asked = options.format
    if asked:
        return asked if asked in FORMATS else _of_dialect(asked, options.dialects)
    for name, module in FORMATS.items():
        if importlib.import_module(module).claims(head):
            return name
    return "csv"


def _of_dialect(asked: str, folder: str | None) -> str:
    from crmcli.exchange import dialect  # imported for a word that is no format only

    names = sorted({*FORMATS, *FOLDERS, *(claim.name for claim in dialect.known(folder))})
    if asked in names and asked not in FOLDERS:
        return "csv"
    if asked in FOLDERS:
        raise UsageError(f"{asked} is a folder, and this is a file; name the folder")
    near = dialect.nearest(asked, names)
    raise UsageError(f'format "{asked}" is not known{near or "; known: " + ", ".join(names)}')
