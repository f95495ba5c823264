"""A book that other machines work on: what has to be said before it is written, and what is remembered after.

Nothing is refused here: to write to a copy that lacks something loses nothing, as long as that is
said and the other copy is there to be taken in.
"""

from __future__ import annotations

import os

from crmcli.db import beside, machine, turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import date
    from typing import Protocol

    from crmcli.db.machine import Machine
    from crmcli.output.out import Out

    class Run(Protocol):
        """One run of one command: context.App."""

        environ: Mapping[str, str]
        machine: Machine | None
        out: Out
        path: str
        today: date

        @property
        def db(self) -> sqlite3.Connection: ...


def meet(run: Run, *, besides: str = "") -> None:
    """Say, once a run and before the book is written, what other machines and sync tools did to it.

    Where another machine may write the same file, a lease is taken from now on. Of the file
    ``besides`` nothing is said.
    """
    if not os.path.exists(run.path):
        return
    db, warn, day = run.db, run.out.warn, run.today.isoformat()
    mine = _remembered(run)
    if mine.met:
        return
    mine.met = True
    before = mine.kept
    _look_around(run, mine)
    row = db.execute("SELECT value FROM meta WHERE key = 'book'").fetchone()
    book = str(row[0]) if row else ""
    if mine.book != book:
        mine.last = mine.lost = mine.told = ""
        mine.book = book
    lend(db, run)
    _tell_place(mine, day, warn)
    _look_back(db, mine, day, warn)
    for file in beside.holding_more(db, run.path, book):
        if not (besides and os.path.exists(besides) and os.path.samefile(file, besides)):
            warn(
                f"{os.path.basename(file)} beside the book holds work that is not in it;"
                f" crm merge-book {_quoted(file)} takes it in"
            )
    if mine.kept != before:
        mine.save()


def lend(db: sqlite3.Connection, run: Run) -> None:
    """Let ``db`` take a lease to write, where another machine may write the same file."""
    mine = _remembered(run)
    _look_around(run, mine)
    if not mine.place.startswith("local") and isinstance(db, turn.Book):
        from crmcli.db.lease import Lease

        db.lease = db.lease or Lease(os.path.realpath(run.path))


def note(db: sqlite3.Connection, mine: Machine) -> None:
    """Remember what was written on this machine last."""
    row = db.execute("SELECT uid FROM change_set ORDER BY id DESC LIMIT 1").fetchone()
    if row and row[0] != mine.last:
        mine.last = row[0]
        mine.save()


def _remembered(run: Run) -> Machine:
    if run.machine is None:
        run.machine = machine.of(run.path, run.environ)
    return run.machine


def _look_around(run: Run, mine: Machine) -> None:
    """Where the book lives, looked up once a day."""
    day = run.today.isoformat()
    if mine.looked != day or not mine.place:
        from crmcli.db import place

        found = place.of(run.path, run.environ)
        mine.looked, mine.place = day, f"{found.kind} {found.tool}".rstrip()


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
        at = turn.instant_of(mine.lost)
        warn(
            f"this book lacks what was written on this machine up to {at[:10]} {at[11:16]} UTC: an older or another version"
            " took its place; find the other one (a conflicted copy, a backup) and take it in: crm merge-book FILE"
        )


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "'\"'\"'") + "'"
