"""Copies of a book: exact to the byte, whole whatever others write meanwhile, on the disk before they are named.

A book at rest is one file that changes under SQLite's lock alone. So it is read under a lock of
SQLite's own, and its bytes are copied: that is quicker than to copy rows, a file system that can
share blocks needs no time for it at all, and whether a copy is of this very state can be seen.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import contextmanager

from crmcli.config import paths
from crmcli.db import connection
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
NO_LINKS = frozenset((errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK))
_NEW = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC
# Ends of what a book that is being made or put in place is called until it is.
_UNFINISHED = ("new", "new-journal", "restored", "restored-journal")
_PIECE = 1 << 20  # bytes read at once
_SHARE = 0x40049409  # FICLONE: give a file the blocks of another, on Btrfs, XFS and bcachefs
_TRIES = 5  # until the file that was opened is still the one of that name


def copy(path: str, target: str) -> bool:
    """Copy the book at ``path`` to ``target``, where no file is yet; nothing is written to the book.

    Returns:
        Whether there was one.

    Raises:
        StorageError: it is no book, or cannot be read or copied.
    """
    if connection.check_file(path) is None:
        return False
    try:
        source, copied = sqlite3.connect(path), sqlite3.connect(target)
        try:
            source.backup(copied)
        finally:
            source.close()
            copied.close()
    except sqlite3.Error as error:
        raise StorageError(f"{path}: cannot be copied: {error}") from None
    return True


@contextmanager
def still(path: str, held: list[int]) -> Iterator[int]:
    """Hold the book still for reading; yields its file.

    Args:
        path: of a file that SQLite takes for a database.
        held: takes the file, to be closed when this process has closed the book: the system drops
            the locks of a process on a file with the first of its handles that is closed.

    Raises:
        sqlite3.Error: it is no database, or busy for too long.
    """
    for _ in range(_TRIES):
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        held.append(number)
        db = opened(path, "rw")
        try:
            db.execute("BEGIN")
            db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()  # takes the lock
            if os.path.samestat(os.stat(path), os.fstat(number)):
                yield number
                return
        finally:
            db.close()
    raise StorageError(f"{path}: replaced again and again while it was read; try again")


def opened(path: str, mode: str) -> sqlite3.Connection:
    """Open a database that is there, bare, to read it: ``mode`` is ro, rw, or ro&immutable=1."""
    db = sqlite3.connect(
        address(path, mode),
        timeout=connection.BUSY_SECONDS,
        isolation_level=None,
        uri=True,
    )
    db.execute("PRAGMA trusted_schema = OFF")
    connection.watch(db)
    return db


def address(path: str, mode: str) -> str:
    """The path as SQLite takes it together with a mode."""
    # What means something in a URI; a library for that would take longer than the rest.
    place = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{place}?mode={mode}"


def exact(path: str, target: str, held: list[int]) -> None:
    """Copy the book at ``path`` to the new file ``target``, for the owner only, and onto the disk.

    Its folder still has to be synced once the copy has its name. Nothing is left of a copy that failed.

    Raises:
        OSError, sqlite3.Error: it cannot be read or written, or what was written is not what was read.
    """
    try:
        with still(path, held) as number:
            if _is_wal(number):
                _by_pages(path, target)
            else:
                _by_bytes(number, target)
        _onto_disk(target)
    except BaseException:
        remove(target)
        raise


def raw(path: str, target: str) -> None:
    """Copy a file whatever it is, such as a damaged book, likewise."""
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _by_bytes(number, target)
        _onto_disk(target)
    except BaseException:
        remove(target)
        raise
    finally:
        os.close(number)


def _is_wal(number: int) -> bool:
    """Whether part of the book may be in a file beside it, since somebody made it so."""
    return os.pread(number, 1, 18) == b"\2"


def _by_pages(path: str, target: str) -> None:
    os.close(os.open(target, _NEW, 0o600))
    source, copied = opened(path, "rw"), sqlite3.connect(target)
    try:
        source.backup(copied)
        copied.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.close()
        copied.close()


def _by_bytes(number: int, target: str) -> None:
    new = os.open(target, _NEW, 0o600)
    try:
        if _shared(number, new):
            return
        _fill(number, new)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        why = f"no room there for a copy of the book ({error.strerror})"
        raise OSError(error.errno, why, target) from None
    finally:
        os.close(new)
    if not same(number, target):
        raise OSError(errno.EIO, "the disk gives back other bytes than were written", target)


def _shared(number: int, new: int) -> bool:
    """Give the new file the very blocks of the other, where the file system can."""
    try:
        from fcntl import ioctl

        ioctl(new, _SHARE, number)
    except (ImportError, OSError):
        return False
    return True


def _fill(number: int, new: int) -> None:
    place, size = 0, os.fstat(number).st_size
    try:
        while place < size:  # within the kernel
            copied = os.copy_file_range(number, new, size - place, place, place)
            if not copied:
                break
            place += copied
    except (AttributeError, OSError) as error:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            raise
    while piece := os.pread(number, _PIECE, place):
        rest = memoryview(piece)
        while rest:
            written = os.pwrite(new, rest, place)
            rest = rest[written:]
            place += written


def _onto_disk(path: str) -> None:
    number = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def same(number: int, path: str) -> bool:
    """Whether the open file ``number`` and the one at ``path`` have the same bytes.

    Nearly always the header tells: it counts the changes.
    """
    with open(path, "rb", buffering=0) as file:
        other = file.fileno()
        if os.fstat(number).st_size != os.fstat(other).st_size:
            return False
        place = 0
        size = 100
        while piece := os.pread(number, size, place):
            if piece != os.pread(other, size, place):
                return False
            place += len(piece)
            size = _PIECE
    return True


def place(fresh: str, path: str) -> None:
    """Give a finished file the name ``path``, which nobody has.

    Raises:
        FileExistsError: somebody has it.
    """
    try:
        os.link(fresh, path)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        # A disk without links, such as a memory stick: the name is taken first, then filled.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.replace(fresh, path)
    else:
        os.unlink(fresh)


def make_folder(folder: str) -> None:
    """Make a folder for the owner only, and have its name outlive a power cut as those in it do."""
    made = []
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        made.append(folder)
        folder = os.path.dirname(folder)
    if made:
        paths.make_folder(made[0])
    for place in made:
        sync_folder(place)


def sync_folder(path: str) -> None:
    """Have the names in the folder of ``path`` outlive a power cut."""
    number = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def remove(path: str) -> None:
    """Take a file away, should it be there."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def beside(path: str, end: str) -> str:
    """The name of a file that this process makes beside the one at ``path``: hidden, and none that anybody types."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(folder, f".{name}.{os.getpid()}.{end}")


def sweep_beside(path: str, ends: tuple[str, ...] = _UNFINISHED) -> None:
    """Take away what processes that died have left of what they made to be the file at ``path``."""
    folder, name = os.path.split(os.path.abspath(path))
    sweep(folder, f".{name}", ends)


def sweep(folder: str, prefix: str, ends: tuple[str, ...]) -> None:
    """Take away what processes that died have left: ``PREFIX.PID.END`` in a folder."""
    for entry in os.listdir(folder):
        if not entry.startswith(f"{prefix}."):
            continue
        number, _, end = entry.removeprefix(f"{prefix}.").partition(".")
        if end in ends and number.isdecimal() and not runs(int(number)):
            remove(os.path.join(folder, entry))


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's
    return True
