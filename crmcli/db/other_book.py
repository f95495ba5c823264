"""Another copy of the book, taken aside to be read: the file itself is never written, nor trusted.

It may be in use, come from a stranger, be of an older version, or have been cut short by a sync tool.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.db import connection, proof, scratch, soundness
from crmcli.db.beside import quoted
from crmcli.errors import RefusedError, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_BESIDE = ("-journal", "-wal")


@contextmanager
def aside(path: str, mine: str, *, today: date, tz: str | None) -> Iterator[str]:
    """Yield the path of a sound copy, of this version, of the book at ``path``; gone at the end.

    Raises:
        RefusedError: it is the very book at ``mine``, or another book.
        UsageError: there is none.
        StorageError: it is damaged, foreign or of a newer crm.
    """
    if connection.check_file(path) is None:
        raise UsageError(f"{path}: no such file" if path else "the name of the other book is empty")
    if os.path.exists(mine) and os.path.samefile(path, mine):
        raise RefusedError(f"{path} is this very book; name the other copy")
    with scratch.folder("merge") as folder:
        copy = os.path.join(folder, "other.db")
        try:
            _copy(path, copy)
            _prove(copy, today=today, tz=tz)
        except StorageError as error:
            raise StorageError(str(error).replace(copy, path)) from None
        except (sqlite3.DatabaseError, UnicodeError) as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_IOERR", "SQLITE_FULL")):
                raise StorageError(
                    f"{path}: no copy of it could be made in {os.path.dirname(folder)} ({error});"
                    " is there room for it? nothing was changed"
                ) from None
            raise StorageError(
                f"{path}: damaged ({error}); its newest backup may be whole"
            ) from None
        yield copy


def _copy(path: str, copy: str) -> None:
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    beside = [suffix for suffix in _BESIDE if os.path.exists(path + suffix)]
    if beside:  # a write that was cut short, or is going on: taken back in the copy alone
        shutil.copyfile(path, copy)
        for suffix in beside:
            shutil.copyfile(path + suffix, copy + suffix)
        return
    source = sqlite3.connect(
        f"file:{quoted(path)}?mode=ro", uri=True, timeout=connection.BUSY_SECONDS
    )
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def _prove(copy: str, *, today: date, tz: str | None) -> None:
    """Open it as any book is opened, and look at every page and reference.

    Raises:
        StorageError: something is wrong with it.
    """
    db = connection.open_book(copy, create=False, today=today, tz=tz)
    try:
        db.execute("PRAGMA journal_mode = DELETE")
        for check in ("quick_check(1)", "foreign_key_check"):
            row = db.execute(f"PRAGMA {check}").fetchone()
            if row and row[0] != "ok":
                what = (
                    proof.first_line(row[0])
                    if check != "foreign_key_check"
                    else f"{row[0]} {row[1]} points nowhere"
                )
                raise StorageError(f"{copy}: damaged ({what}); its newest backup may be whole")
    finally:
        db.close()


def blame(path: str, copy: str) -> None:
    """Look whether the other book is to blame for an error that nobody expected.

    Raises:
        StorageError: it is.
    """
    try:
        soundness.check(copy)
    except StorageError as error:
        raise StorageError(str(error).replace(copy, path)) from None
