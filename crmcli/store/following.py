"""Uids of rows that follow from another, the same in every copy of the book: a sale is made once, a repeat goes on once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def uid(of: str, count: int = 1) -> str:
    """Return the uid of what follows from the row whose uid is ``of``: the purchase of a deal, the next of a repeat.

    What follows from it again, since it was opened anew, is counted.
    """
    from hashlib import blake2b

    return blake2b(f"{of} {count}".encode(), digest_size=8).hexdigest()


def free_uid(db: sqlite3.Connection, table: str, of: str) -> str:
    """Return the first such uid that no row of a table has."""
    count = 1
    while db.execute(f"SELECT 1 FROM {table} WHERE uid = ?", (uid(of, count),)).fetchone():
        count += 1
    return uid(of, count)
