"""Forgotten people stay forgotten, whichever side forgot them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def take_over(db: sqlite3.Connection) -> list[str]:
    """Keep whom the other side forgot; return the names of those who are in the book here all the same."""
    return []


def leave_out(db: sqlite3.Connection) -> int:
    """Take forgotten people out of ``coming``, and what hangs on them; return how many people."""
    return 0
