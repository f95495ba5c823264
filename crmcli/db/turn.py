"""Whose turn it is to write: one process at a time, one machine at a time, and into the file that is the book.

Beside that the uids of change sets, which sort what knew of what, whatever clocks say.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime

from crmcli.errors import RefusedError, StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.db.lease import Lease

BUSY_SECONDS = 5.0
_WAIT = 20  # milliseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 30  # bits of a change set's uid below its second


class Book(sqlite3.Connection):
    """A connection to a book.

    Attributes:
        lease: taken while it is written, where another machine may write the same file.
        file: path, device and inode as they were when it was opened; None in memory.
        written_ns: when it had been written last then, in nanoseconds.
        zone: in which instants become days, as words to compare.
    """

    lease: Lease | None = None
    file: tuple[str, int, int] | None = None
    written_ns: int = 0
    zone: str = ""


def take(db: sqlite3.Connection) -> None:
    """Begin to write, alone among machines where the book is shared.

    Raises:
        StorageError: another machine goes on writing it.
        sqlite3.OperationalError: another process does.
    """
    lease = getattr(db, "lease", None)
    if lease:
        lease.take(BUSY_SECONDS)
    try:
        _begin(db)
    except BaseException:
        end(db)
        raise


def read(db: sqlite3.Connection) -> None:
    """Begin to read, so that the whole of it sees one state of the book."""
    db.execute("BEGIN")


def end(db: sqlite3.Connection) -> None:
    """Let other machines write, after the transaction."""
    lease = getattr(db, "lease", None)
    if lease:
        lease.drop()


class Alone:
    """A write that is no command's transaction, alone among machines where the book is shared.

    A lease that is held already stays so afterwards.
    """

    __slots__ = ("_lease",)

    def __init__(self, db: sqlite3.Connection) -> None:
        lease = getattr(db, "lease", None)
        self._lease: Lease | None = lease if lease and not lease.held else None

    def __enter__(self) -> None:
        if self._lease:
            self._lease.take(BUSY_SECONDS)

    def __exit__(self, *_: object) -> None:
        if self._lease:
            self._lease.drop()


def lend(db: sqlite3.Connection, path: str) -> None:
    """Let ``db`` take a lease to write the book at ``path``, where another machine may write the same file."""
    from crmcli.db import lease, place

    if isinstance(db, Book) and not db.lease and place.of(path).kind != "local":
        db.lease = lease.Lease(os.path.realpath(path))


def remember_file(db: sqlite3.Connection, path: str) -> None:
    """Note which file the book was when it was opened."""
    if isinstance(db, Book):
        try:
            status = os.stat(path)
        except OSError:
            return
        db.file = (path, status.st_dev, status.st_ino)
        db.written_ns = status.st_mtime_ns


def is_file(db: sqlite3.Connection | None) -> bool:
    """Whether a file was opened, and not the empty book in memory of where there was none."""
    return isinstance(db, Book) and db.file is not None


def refuse_changed(db: sqlite3.Connection) -> None:
    """Tell of an error that nobody expected that another command may be to blame, which wrote meanwhile.

    What was looked up before a question, an editor or a pipe may be gone then.

    Raises:
        RefusedError: the file was written to since it was opened.
    """
    if isinstance(db, Book) and db.file and os.stat(db.file[0]).st_mtime_ns != db.written_ns:
        raise RefusedError(
            "another command changed the book while this one waited; nothing was changed, type it again"
        )


def refuse_replaced(db: sqlite3.Connection) -> None:
    """Refuse to call something done that went into a file which is the book no more.

    Raises:
        StorageError: a sync tool laid another version in its place meanwhile.
    """
    seen = getattr(db, "file", None)
    if seen is None:
        return
    try:
        status = os.stat(seen[0])
    except OSError:
        status = None
    if status is None or (status.st_dev, status.st_ino) != seen[1:]:
        raise StorageError(
            f"{seen[0]}: another version took its place while this was written, which is not in it; do it again"
        )


def _begin(db: sqlite3.Connection) -> None:
    """Begin to write, when it is our turn.

    SQLite asks ever less often while it waits, so that newcomers overtake, and hears no Ctrl-C; a
    chain of short waits is fair and can be broken.
    """
    db.execute(f"PRAGMA busy_timeout = {_WAIT}")
    try:
        for _ in range(int(BUSY_SECONDS * 1000) // _WAIT):
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_BUSY":
                    raise
            else:
                return
        db.execute("BEGIN IMMEDIATE")
    finally:
        db.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def next_uid(db: sqlite3.Connection, at: str) -> str:
    """Return the uid of the next change set: the second and chance, and above all that the book knows.

    So what was done knowing of something sorts behind it, whatever the clocks of two machines say, and
    the newer of two that knew nothing of each other behind the older.
    """
    known = db.execute(
        "SELECT max(coalesce((SELECT max(uid) FROM change_set), '0'),"
        " coalesce((SELECT max(uid) FROM taken_set), '0'))"
    ).fetchone()[0]
    return uid_above(max(lowest_uid(at), known))


def lowest_uid(at: str) -> str:
    """Return what is below the uid of each change set that was made at this instant."""
    seconds = int((datetime.fromisoformat(at) - _EPOCH).total_seconds())
    return format(max(seconds, 0) << _SECOND, "016x")


def uid_above(known: str) -> str:
    """Return a new uid of a change set that sorts behind another."""
    return format(int(known, 16) + 1 + (int.from_bytes(os.urandom(4), "big") >> 3), "016x")


def instant_of(uid: str) -> str:
    """Return about when a change set was made, UTC, from its uid."""
    moment = datetime.fromtimestamp(int(uid, 16) >> _SECOND, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
