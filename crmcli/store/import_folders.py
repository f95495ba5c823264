"""From which folders files were imported: the history has the words as they were typed, such as ``people.csv``."""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.values.mentions import Mentions

_KEY = "import_folders"


def known(db: sqlite3.Connection) -> list[str]:
    """Return the absolute paths of the folders in which somebody was when a file was imported."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return json.loads(row[0]) if row else []


def note(db: sqlite3.Connection) -> None:
    """Remember the folder that this process is in, inside the open transaction."""
    try:
        here = os.getcwd()
    except OSError:  # it was deleted meanwhile
        return
    folders = known(db)
    if here not in folders:
        _put(db, [*folders, here])


def leave(db: sqlite3.Connection, names: Mentions) -> None:
    """Drop those that name somebody, inside the open transaction."""
    folders = known(db)
    others = [folder for folder in folders if folder not in names]
    if others != folders:
        _put(db, others)


def _put(db: sqlite3.Connection, folders: list[str]) -> None:
    db.execute("REPLACE INTO meta (key, value) VALUES (?, ?)", (_KEY, json.dumps(folders)))
