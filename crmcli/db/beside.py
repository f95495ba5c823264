"""Copies of the book that a sync tool laid beside it, told by the book's uid within and not by their names.

``crm (conflicted copy 2026-03-02).db``, ``crm.sync-conflict-20260302.db``, ``crm-LAPTOP.db``,
``crm (1).db``, ``crm (SFConflict).db``, ``crm 2.db``: they begin like the book, and are books.
"""

from __future__ import annotations

import os
import sqlite3

from crmcli.db import connection
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_BOOKS = ("-journal", "-wal", "-shm", ".lock", ".new", ".bak", ".part", ".damaged")
# A change set that is known here: made here, or taken in by a merge that holds.
KNOWN = (
    "SELECT 1 FROM main.change_set WHERE uid = :uid UNION ALL SELECT 1 FROM main.taken_set x WHERE uid = :uid"
    " AND (SELECT undone_by FROM main.change_set WHERE id = x.set_id) IS NULL"
)


def knows(db: sqlite3.Connection, uid: str) -> bool:
    """Whether the book knows a change set."""
    return db.execute(KNOWN, {"uid": uid}).fetchone() is not None


def holding_more(db: sqlite3.Connection, path: str, book: str) -> list[str]:
    """Return the files beside the book at ``path`` that are copies of it and hold what it does not know."""
    found = []
    for file in _candidates(os.path.realpath(path), book):
        theirs, last = newest(file)
        # Whoever knows a change set knows all that its book knew then.
        if theirs == book and last and not knows(db, last):
            found.append(file)
    return sorted(found)


def _candidates(path: str, book: str) -> Iterator[str]:
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for other in names:
        like = other.startswith(stem) and other != name and not other.endswith(_NO_BOOKS)
        if like and f"-{book}-" not in other:  # which is a backup of ours
            yield os.path.join(folder, other)


def newest(path: str) -> tuple[str, str]:
    """The uid of the book at ``path`` and of its newest change set, empty where it cannot be read; only read."""
    try:
        if not os.path.isfile(path) or connection.check_file(path) is None:
            return "", ""
        db = sqlite3.connect(f"file:{quoted(path)}?mode=ro", uri=True, timeout=1)
        try:
            row = db.execute(
                "SELECT (SELECT value FROM meta WHERE key = 'book'),"
                " (SELECT uid FROM change_set ORDER BY id DESC LIMIT 1)"
            ).fetchone()
        finally:
            db.close()
    except (StorageError, sqlite3.Error, UnicodeError):
        return "", ""
    return str(row[0] or ""), str(row[1] or "")


def quoted(path: str) -> str:
    """The path as it stands in the address of a file."""
    from urllib.parse import quote

    return quote(os.path.abspath(path))
