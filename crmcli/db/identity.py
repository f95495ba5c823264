"""Who a book is: its uid, and the key by which it knows whom it forgot. Both stand in ``meta``, and in each copy.

Where they are lost the copies tell them, those that share an entry of the history with the book: the
same file name may have been another book once.
"""

from __future__ import annotations

import os
import re
import sqlite3

from crmcli.db import catalog, connection, copying
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_MADE: dict[str, tuple[str, Callable[[], str]]] = {  # key -> its pattern, and how a new one is made
    "book": ("[0-9a-f]{16}", connection.new_uid),
    "forget_key": ("(?:[0-9a-f]{2}){16,}", lambda: os.urandom(32).hex()),
}
_ALL = "SELECT key, CAST(value AS TEXT) FROM meta WHERE key IN ('book', 'forget_key')"


def lost(db: sqlite3.Connection) -> list[str]:
    """The names of those that are not there, or cannot be one: ``book``, ``forget_key``."""
    there = {row[0]: row[1] for row in db.execute(_ALL)}
    return [
        name for name, (form, _) in _MADE.items() if not re.fullmatch(form, there.get(name) or "")
    ]


def remembered(db: sqlite3.Connection, folder: str) -> dict[str, str]:
    """What the newest copy in ``folder`` of the book ``db`` has for them."""
    known = {row[0] for row in db.execute("SELECT uid FROM change_set")}
    # Whatever they are called: the file may have been renamed since.
    for copy in sorted(catalog.named(folder), key=lambda copy: copy.age, reverse=True):
        if not copy.sound:
            continue
        try:
            connection.check_file(copy.path)
            other = copying.opened(copy.path, "ro&immutable=1")
            try:
                if any(row[0] in known for row in other.execute("SELECT uid FROM change_set")):
                    return {
                        row[0]: row[1]
                        for row in other.execute(_ALL)
                        if re.fullmatch(_MADE[row[0]][0], row[1] or "")
                    }
            finally:
                other.close()
        except (sqlite3.DatabaseError, UnicodeError, StorageError, OSError):
            continue
    return {}


def is_number(text: str) -> bool:
    """Whether a text can be the number of a book."""
    return bool(re.fullmatch(_MADE["book"][0], text))


def give(db: sqlite3.Connection, known: dict[str, str]) -> list[str]:
    """Give a book what it lost of them, as ``known`` has it or anew; say what that means, a line each."""
    told = []
    for name in lost(db):
        value = known.get(name) or _MADE[name][1]()
        db.execute("REPLACE INTO meta (key, value) VALUES (?, ?)", (name, value))
        if name == "book":
            told.append(
                f"the number of the book was lost; it is the one that its copies or this machine know, {value}"
                if name in known
                else f"the number of the book was lost, and no copy of it tells it, nor this machine; it has a new one, {value}, so"
                " crm backup --list does not show copies from before, and crm merge-book takes those of other"
                " machines for another book"
            )
        elif name in known:
            told.append("the key by which forgotten people are known was lost; the copies had it")
        else:
            anybody = db.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone()
            told.append(
                "the key by which forgotten people are known was lost; the book has a new one"
                + (", so an import can bring back people who were forgotten" if anybody else "")
            )
    return told
