"""A new book: made whole beside its place, then linked into it, never over another file."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from crmcli.config.paths import make_folder
from crmcli.db import connection, migrations
from crmcli.errors import StorageError

if TYPE_CHECKING:
    from datetime import date

_NO_LINKS = frozenset((errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK))


def make(path: str, *, today: date, tz: str | None) -> None:
    """Make a book at ``path``, unless another process was first: its book is as good.

    Raises:
        StorageError: there is no room or no right to.
    """
    fresh = f"{path}.{os.getpid()}.new"
    try:
        make_folder(os.path.dirname(os.path.abspath(path)))
        sweep(path)
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            db = connection.connect(fresh, today=today, tz=tz)
            try:
                migrations.migrate(db)
            finally:
                db.close()
            _place(fresh, path)
        except FileExistsError:
            pass
        finally:
            if os.path.lexists(fresh):
                os.unlink(fresh)
    except OSError as error:
        raise StorageError(f"{path}: cannot be made: {error.strerror}") from None


def _place(fresh: str, path: str) -> None:
    try:
        os.link(fresh, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A disk without links, such as a memory stick: the name is taken first, then filled.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.replace(fresh, path)


def sweep(path: str) -> None:
    """Take away what processes that died while they made the book at ``path`` have left."""
    folder, name = os.path.split(os.path.abspath(path))
    for entry in os.listdir(folder):
        if not entry.startswith(f"{name}."):
            continue
        number, _, rest = entry.removeprefix(f"{name}.").partition(".")
        if rest in ("new", "new-journal") and number.isdecimal() and not _runs(int(number)):
            os.unlink(os.path.join(folder, entry))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's
    return True
