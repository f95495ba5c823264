"""A book in the place of another: what was there is kept, and nobody is in the middle of it.

A journal belongs to one file. One that stays beside another would be played back into that, so
none is there when the new file takes the name, and until then the old one is locked.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from time import monotonic, sleep

from crmcli.db import backups, catalog, connection, copying, lease, place
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.db.backups import Keeper
    from crmcli.db.catalog import Copy

BESIDE = ("-journal", "-wal", "-shm")  # what SQLite lays beside a database
_LOCKS, _LENGTH = 0x40000000, 512  # the bytes of a file that SQLite locks
_WAIT = 0.02  # seconds
_TRIES = 5


def swap(app: Keeper, fresh: str, reason: str, *, damaged: bool = False) -> Copy | None:
    """Put the finished book ``fresh``, of the same folder, in the place of the app's, alone among machines.

    Args:
        app: whose book it is.
        fresh: what takes its place.
        reason: why, as copies are named.
        damaged: whether what is there is known to be no sound copy, however it looks.

    Returns:
        What was there, as it is kept now; None where there was nothing.

    Raises:
        OSError, sqlite3.Error, StorageError: it could not be; what was there still is.
    """
    path = os.path.realpath(app.path)
    mine = lease.Lease(path) if place.of(path, app.environ).shared else None
    if mine:
        mine.take(connection.BUSY_SECONDS)
    try:
        return _swap(app, path, fresh, reason, damaged=damaged)
    finally:
        if mine:
            mine.drop()


def _swap(app: Keeper, path: str, fresh: str, reason: str, *, damaged: bool) -> Copy | None:
    for _ in range(_TRIES):
        if not os.path.lexists(path):
            kept = _keep_raw(app, path, reason) if _stray(path) else None
            _clear(path)
            copying.place(fresh, path)
            _confirm(path)
            return kept
        kept = keep(app, reason, damaged=damaged)
        with alone(path) as number:
            # Between the two somebody may have written.
            if not copying.same(number, kept.path) or (kept.sound and _stray(path)):
                continue
            _clear(path)
            os.replace(fresh, path)
            _confirm(path)
            return kept
    raise StorageError(f"{path}: others write to it all the time; try again when they don't")


def _confirm(path: str) -> None:
    """See that the new name outlives a power cut."""
    try:
        copying.sync_folder(path)
    except OSError as error:
        raise StorageError(
            f"{path}: the copy is in place, but the disk did not confirm it ({error.strerror});"
            " crm doctor looks it over"
        ) from None


def keep(app: Keeper, reason: str, *, damaged: bool = False) -> Copy:
    """Keep the app's book as it is: as a copy, or byte for byte with its journal where it is damaged."""
    path = os.path.realpath(app.path)
    try:
        if damaged:
            return _keep_raw(app, path, reason)
        connection.check_file(path)
        _rest(path)
        kept = backups.take(path, backups.shelf_of(app), reason, app.held)
    except (StorageError, sqlite3.DatabaseError, UnicodeError) as error:
        if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_FULL")):
            raise
        return _keep_raw(app, path, reason)
    finally:
        while app.held:  # the book is closed, and nobody in this process has a lock on it
            os.close(app.held.pop())
    if kept is None:
        raise StorageError(f"{path}: cannot be kept")
    return kept


def _rest(path: str) -> None:
    """Turn a book that somebody made to have a file beside it into one at rest."""
    db = copying.opened(path, "rw")
    try:
        if db.execute("PRAGMA journal_mode").fetchone()[0] != "delete":
            db.execute("PRAGMA journal_mode = DELETE")
    finally:
        db.close()


def _keep_raw(app: Keeper, path: str, reason: str) -> Copy:
    """Keep a file byte for byte, and those that SQLite had beside it."""
    shelf = backups.shelf_of(app)
    copying.make_folder(shelf.folder)
    part = os.path.join(shelf.folder, f".crm-copy.{os.getpid()}.part")
    copying.remove(part)
    uid = (os.path.lexists(path) and backups.uid_of(path)) or catalog.UNKNOWN
    source = path if os.path.lexists(path) else path + _stray(path)[0]
    copying.raw(source, part)
    kept = backups.put(part, path, uid, shelf, reason, sound=False)
    for end in _stray(path):
        if path + end != source:
            copying.remove(kept.path + end)
            copying.raw(path + end, kept.path + end)
    copying.sync_folder(kept.path)
    return kept


def _stray(path: str) -> list[str]:
    return [end for end in BESIDE if os.path.lexists(path + end)]


def _clear(path: str) -> None:
    """Take away what is kept by now, and see that it does not come back with a power cut."""
    stray = _stray(path)
    for end in stray:
        copying.remove(path + end)
    if stray:
        copying.sync_folder(path)


@contextmanager
def alone(path: str) -> Iterator[int]:
    """Lock the file at ``path`` as SQLite does for the moment of a commit; yields it.

    Raises:
        StorageError: somebody reads or writes it for too long, or it cannot be written.
    """
    import fcntl

    number = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        end = monotonic() + connection.BUSY_SECONDS
        while True:
            try:
                fcntl.lockf(number, fcntl.LOCK_EX | fcntl.LOCK_NB, _LENGTH, _LOCKS)
                break
            except (BlockingIOError, PermissionError):
                if monotonic() > end:
                    raise StorageError(
                        f"{path}: in use by another crm; nothing was changed"
                    ) from None
                sleep(_WAIT)
        yield number
    finally:
        os.close(number)
