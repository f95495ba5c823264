"""A new book: made whole beside its place, then linked into it, never over another file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.config.paths import make_folder
from crmcli.db import connection, copying, migrations
from crmcli.errors import StorageError

if TYPE_CHECKING:
    from datetime import date


def make(path: str, *, today: date, tz: str | None) -> None:
    """Make a book at ``path``, unless another process was first: its book is as good.

    Raises:
        StorageError: there is no room or no right to.
    """
    fresh = copying.beside(path, "new")
    try:
        make_folder(os.path.dirname(os.path.abspath(path)))
        copying.sweep_beside(path)
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            db = connection.connect(fresh, today=today, tz=tz)
            try:
                migrations.migrate(db)
            finally:
                db.close()
            copying.place(fresh, path)
            copying.sync_folder(path)
        except FileExistsError:
            pass
        finally:
            if os.path.lexists(fresh):
                os.unlink(fresh)
    except OSError as error:
        raise StorageError(f"{path}: cannot be made: {error.strerror}") from None
