"""Whom a book forgot, read out of its file: the hashes that another copy of it has to go on knowing.

They are what a restore must not lose. So of a damaged file, too, as much is read as there is.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing

from crmcli.db import connection, copying, migrations, scratch
from crmcli.db.roots import Roots, forward
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    Hash = tuple[str, str, str]  # the hash, of what kind of thing, the instant

_ALL = "SELECT hash, kind, at FROM forgotten ORDER BY id"


def of(db: sqlite3.Connection) -> list[Hash]:
    """All hashes of an open book."""
    return [(row[0], row[1], row[2]) for row in db.execute(_ALL)]


def read(path: str) -> list[Hash] | None:
    """All hashes of the book at ``path``; None where it cannot be read."""
    try:
        if connection.check_file(path) is None:
            return None
        with closing(sqlite3.connect(path)) as db:
            return of(db)
    except (sqlite3.Error, StorageError, UnicodeError):
        return None


def dig_out(path: str, uid: str, *, today: date, tz: str | None) -> tuple[list[Hash], bool]:
    """What a damaged file still has of them, and whether that is all.

    Args:
        path: the file.
        uid: of the book; of another one nothing is taken.
        today: of the run.
        tz: the owner's zone.
    """
    with scratch.folder("doctor") as folder:
        source = os.path.join(folder, "damaged.db")
        copying.raw(path, source)
        new = connection.connect(os.path.join(folder, "new.db"), today=today, tz=tz)
        try:
            migrations.migrate(new)
            roots = Roots(source, new, ("meta", "forgotten"))
            said, _ = _rows(roots, "meta", "SELECT value FROM meta WHERE key = 'book'", "key")
            if {row[0] for row in said} - {uid}:
                return [], True
            found, whole = _rows(roots, "forgotten", "SELECT hash, kind, at FROM forgotten", "id")
        except (sqlite3.Error, StorageError, UnicodeError, OSError):
            return [], False
        finally:
            new.close()
    right = [
        (digest, kind, at)
        for digest, kind, at in found
        if isinstance(digest, str) and isinstance(kind, str) and isinstance(at, str)
        and re.fullmatch("[0-9a-f]{64}", digest)
    ]  # fmt: skip
    return list(dict.fromkeys(right)), whole and len(right) == len(found)


def _rows(roots: Roots, table: str, sql: str, key: str) -> tuple[list[tuple[object, ...]], bool]:
    """The rows of a small table from the front to the first error, and from the back; whether there was none."""
    if not roots.found(table):
        return [], False
    found: list[tuple[object, ...]] = []
    with closing(roots.opened(table)) as old:
        for order in ("ASC", "DESC"):
            broken: list[bool] = []
            found += forward(old, f"{sql} ORDER BY {key} {order}", broken)
            if not broken:
                return found, True
    return found, False
