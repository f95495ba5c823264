"""What erased rows leave behind in the file, and its going.

SQLite unlinks what is deleted, and earlier versions of a row stay in free pages and in the gaps of
others. So an erasure is two steps. Its transaction runs with ``secure_delete``, which overwrites
what it deletes, and leaves a mark in ``meta``; then VACUUM writes the file anew from the rows that
there are, which takes away what older edits left, and the mark goes. A process that dies in between
leaves the mark: the next one to open the book finishes (store/settings.py), and so does
``crm forget --finish``.
"""

from __future__ import annotations

import sqlite3

from crmcli.db import turn
from crmcli.errors import StorageError

_MARK = "forget_pending"
# Words that were deleted stay in the segments of an index until they are merged.
INDEXES = ("contact_fts", "interaction_fts")


def overwrite(db: sqlite3.Connection) -> None:
    """Have this connection overwrite whatever it deletes from here on; outside a transaction."""
    db.execute("PRAGMA secure_delete = ON").fetchone()


def mark(db: sqlite3.Connection, at: str) -> None:
    """Note inside the open transaction that the file is to be cleaned once it is committed.

    The mark of the config makes the next start look (store/settings.py), which else asks nothing.
    """
    for name in INDEXES:
        db.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
    db.execute("REPLACE INTO meta (key, value) VALUES (?, ?), ('config', '?')", (_MARK, at))


def is_pending(db: sqlite3.Connection) -> bool:
    """Whether an erasure waits for the cleaning of the file."""
    return db.execute("SELECT 1 FROM meta WHERE key = ?", (_MARK,)).fetchone() is not None


def clean(db: sqlite3.Connection) -> None:
    """Write the file anew without free pages, and take the mark away; outside a transaction.

    Raises:
        StorageError: there is no room for the new file, or others use the book.
    """
    try:
        with turn.Alone(db):
            db.execute("VACUUM")
            if db.execute("PRAGMA journal_mode").fetchone()[0] == "wal":  # another program's choice
                db.execute("PRAGMA journal_mode = DELETE").fetchone()
            db.execute("DELETE FROM meta WHERE key = ?", (_MARK,))
    except (sqlite3.OperationalError, StorageError) as error:
        raise StorageError(
            f"what was forgotten is out of the records, but not yet out of the file ({error});"
            " crm forget --finish, with room for the book once more beside it"
        ) from None
