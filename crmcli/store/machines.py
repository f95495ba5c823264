"""A book that other machines work on: what has to be said before it is written, and what is remembered after.

Nothing is refused here: to write to a copy that lacks something loses nothing, as long as that is
said and the other copy is there to be taken in.
"""

from __future__ import annotations

import os

from crmcli.db import beside, connection, machine
from crmcli.db.lease import Lease

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import date

    from crmcli.db.machine import Machine


def meet(
    db: sqlite3.Connection,
    path: str,
    environ: Mapping[str, str],
    today: date,
    warn: Callable[[str], object],
    *,
    besides: str = "",
) -> Machine:
    """Look at the book at ``path`` from this machine, and say what its owner has to know.

    Where another machine may write the same file, ``db`` takes a lease from now on. Of the file
    ``besides`` nothing is said.
    """
    day = today.isoformat()
    before = machine.of(path, environ).kept
    mine = looked_at(path, environ, today)
    row = db.execute("SELECT value FROM meta WHERE key = 'book'").fetchone()
    book = str(row[0]) if row else ""
    if mine.book != book:
        mine.last = mine.lost = mine.told = ""
        mine.book = book
    lend(db, path, mine)
    _tell_place(mine, day, warn)
    _look_back(db, mine, day, warn)
    for file in beside.holding_more(db, path, book):
        if besides and os.path.exists(besides) and os.path.samefile(file, besides):
            continue
        warn(
            f"{os.path.basename(file)} beside the book holds work that is not in it; crm merge-book {_quoted(file)} takes it in"
        )
    if mine.kept != before:
        mine.save()
    return mine


def looked_at(path: str, environ: Mapping[str, str], today: date) -> Machine:
    """What is remembered of the book at ``path``, with where it lives, looked up once a day."""
    mine = machine.of(path, environ)
    day = today.isoformat()
    if mine.looked != day or not mine.place:
        from crmcli.db import place

        found = place.of(path, environ)
        mine.looked, mine.place = day, f"{found.kind} {found.tool}".rstrip()
    return mine


def lend(db: sqlite3.Connection, path: str, mine: Machine) -> None:
    """Let ``db`` take a lease to write, where another machine may write the same file."""
    if not mine.place.startswith("local") and isinstance(db, connection.Book):
        db.lease = Lease(os.path.realpath(path))


def _tell_place(mine: Machine, day: str, warn: Callable[[str], object]) -> None:
    kind, _, tool = mine.place.partition(" ")
    if kind != "local" and mine.say(kind, day, again=False):
        where = f"in a folder of {tool}" if kind == "synced" else f"on a network share ({tool})"
        warn(
            f"the book is {where}: work on one machine at a time, and crm merge-book brings two copies together"
        )


def _look_back(
    db: sqlite3.Connection, mine: Machine, day: str, warn: Callable[[str], object]
) -> None:
    """Whether what was written here last is still there."""
    if mine.last and not beside.knows(db, mine.last):
        mine.lost = max(mine.lost, mine.last)
        mine.last = ""
    if mine.lost and beside.knows(db, mine.lost):
        mine.lost = ""
    if mine.lost and mine.say("lost", day, again=True):
        at = connection.instant_of(mine.lost)
        warn(
            f"this book lacks what was written on this machine up to {at[:10]} {at[11:16]} UTC: an older or another version"
            " took its place; find the other one (a conflicted copy, a backup) and take it in: crm merge-book FILE"
        )


def note(db: sqlite3.Connection, mine: Machine) -> None:
    """Remember what was written on this machine last."""
    row = db.execute("SELECT uid FROM change_set ORDER BY id DESC LIMIT 1").fetchone()
    if row and row[0] != mine.last:
        mine.last = row[0]
        mine.save()


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "'\"'\"'") + "'"
