"""Files that we write: private, whole or absent, and never through somebody's link."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from crmcli.errors import StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL


@contextmanager
def replacing(path: str) -> Iterator[TextIO]:
    """Write a text file that takes its name only once it is whole and on the disk.

    It is written beside its place, so that the rename stays on one file system. A file that was
    there is replaced; a link that was there too, not what it points to.

    Raises:
        UsageError: no name, a folder, one in a folder that doesn't exist, or somebody's link leads to what is no file.
        StorageError: it cannot be written.
    """
    if not path:
        raise UsageError("the name of the file to write is empty")
    if os.path.isdir(path):
        raise UsageError(f"{path}: is a folder; name a file in it")
    if is_device(path):
        with device(path) as stream:
            yield stream
        return
    beside = f"{path}.{os.getpid()}.part"
    stream = create(beside, shown=path)
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)
        _sync_folder(path)
    except BaseException as error:
        _remove(beside)
        if isinstance(error, OSError):
            raise StorageError(f"{path}: cannot be written: {error.strerror}") from error
        raise


def is_device(path: str) -> bool:
    """Whether it is no plain file, such as /dev/stdout or a named pipe: it is written to, not replaced.

    Raises:
        UsageError: a link leads there, other than the system's own: whoever made it chose who reads what we write.
    """
    if not os.path.exists(path) or os.path.isfile(path):
        return False
    if os.path.islink(path) and not _of_system(path):
        raise UsageError(
            f"{path}: a link to what is no file; name what it leads to, or another file"
        )
    return True


def _of_system(path: str) -> bool:
    """Whether only the system makes links there, such as /dev/stdout and those of a shell's ``>(command)``."""
    folder = os.path.dirname(os.path.abspath(path))
    return folder in ("/dev", "/dev/fd") or folder.startswith("/proc/")


def create(path: str, shown: str | None = None) -> TextIOWrapper:
    """Open a new text file that only the owner can read.

    Args:
        path: where; nothing may be there.
        shown: its name in messages.

    Raises:
        UsageError: something is there already, or the folder doesn't exist.
        StorageError: it cannot be made.
    """
    shown = shown or path
    try:
        number = os.open(path, _FLAGS, 0o600)
    except FileExistsError:
        raise UsageError(f"{path}: is there already; move it away or name another file") from None
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{shown}: no such folder") from None
    except OSError as error:
        raise StorageError(f"{shown}: cannot be written: {error.strerror}") from None
    return os.fdopen(number, "w", encoding="utf-8", newline="", errors="backslashreplace")


def device(path: str) -> TextIO:
    """Open what ``is_device``, to write to it."""
    try:
        return open(path, "w", encoding="utf-8", newline="", errors="backslashreplace")
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error.strerror}") from None


def _sync_folder(path: str) -> None:
    number = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
