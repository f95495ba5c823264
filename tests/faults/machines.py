"""Two machines write copies of one book, and a sync tool carries whole files between them at random moments.

What both changed it lays beside as a conflicted copy, as sync tools do. In the end everything that
either machine said to be done is in the book that takes all copies in.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.db import lease
from tests.faults.agree import disagreements, leftovers
from tests.faults.desk import Desk, chance, seed
from tests.faults.work import Figures

if TYPE_CHECKING:
    import random

_TRIES = 60
_BOOK = "book.db"


class Machine(Desk):
    """A desk whose book is in a synced folder, with a name of its own."""

    def __init__(self, name: str, like: Desk | None = None):
        self.name = name
        super().__init__(like)
        Path(self.data, ".stfolder").mkdir()

    def work(self, logs: int) -> int:
        """Log calls, each again until it is done; return how many had to be done again."""
        again = 0
        for number in range(logs):
            for _ in range(_TRIES):
                ended = self.forked(
                    "log", "call", "1", f"{self.name} call {number}", before=self._be
                ).wait()
                if ended.code == 0:
                    break
                again += 1
            else:
                raise AssertionError(ended)
        return again

    def _be(self) -> None:
        lease.host = lambda: self.name


def room(logs: int) -> list[Figures]:
    """Each of two machines logs ``logs`` calls while their folders are kept the same."""
    with Machine("desktop") as one, Machine("laptop") as two:
        seed(one)
        shutil.copy2(one.book, two.book)
        figures = Figures("two machines and a sync tool", 2 * logs)
        began = time.perf_counter()
        workers = [_fork(one, logs), _fork(two, logs)]
        sync = Sync(one, two, chance(5))
        while workers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid:
                workers.remove(pid)
                if os.waitstatus_to_exitcode(status):
                    figures.wrong.append("a machine could not go on")
            sync.run()
        took = time.perf_counter() - began
        sync.run()
        figures.wrong += _together(one, two, logs)
        figures.note = (
            f"{sync.carried} files carried, {sync.conflicts} conflicted copies, {took:.0f} s"
        )
        return [figures]


def _fork(machine: Machine, logs: int) -> int:
    pid = os.fork()
    if not pid:
        code = 99
        try:
            machine.work(logs)
            code = 0
        finally:
            os._exit(code)
    return pid


def _together(one: Machine, two: Machine, logs: int) -> list[str]:
    """Take everything into the one book; return what is lost or wrong then."""
    wrong = []
    for folder in (two.data, one.data):
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if name.endswith(".db") and path != one.book:
                ended = one.do("merge-book", path)
                if ended.code:
                    wrong.append(f"{name}: {ended}")
    with sqlite3.connect(one.book) as db:
        held = {row[0] for row in db.execute("SELECT text FROM interaction WHERE kind = 'call'")}
    db.close()
    said = {f"{machine.name} call {number}" for machine in (one, two) for number in range(logs)}
    wrong += [f"lost: {text}" for text in sorted(said - held)]
    wrong += disagreements(one.book)
    told = one.do("log", "call", "1", "the end")
    wrong += [line for line in told.err.splitlines() if "holds work that is not in it" in line]
    beside = [name for name in os.listdir(one.data) if "conflicted copy" in name]
    return wrong + [f"left behind: {n}" for n in leftovers(one.data, _BOOK, ".stfolder", *beside)]


class Sync:
    """A tool that keeps two folders the same, a file at a time."""

    def __init__(self, one: Machine, two: Machine, luck: random.Random):
        self.sides = (one, two)
        self.luck = luck
        self.seen = [self._sign(side.book) for side in self.sides]
        self.carried = self.conflicts = 0

    @staticmethod
    def _sign(path: str) -> tuple[int, int, int] | None:
        try:
            status = os.stat(path)
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino

    def run(self) -> None:
        """Wait a moment and carry what changed."""
        time.sleep(self.luck.uniform(0, 0.15))
        changed = [
            self._sign(side.book) != seen for side, seen in zip(self.sides, self.seen, strict=True)
        ]
        if changed == [True, True]:
            loser = self.luck.randrange(2)
            self._carry(1 - loser, loser)
        elif any(changed):
            source = changed.index(True)
            self._carry(source, 1 - source)

    def _carry(self, source: int, target: int) -> None:
        """Lay the book of one machine into the other's folder; what was changed there stays beside."""
        here, there = self.sides[source].book, self.sides[target].book
        before = self._sign(here)
        part = f"{there}.~tmp"
        shutil.copy2(here, part)
        if self._sign(here) != before or os.path.exists(f"{here}-journal"):
            os.unlink(part)  # it was being written; another time
            return
        aside = f"{there}.~aside"
        os.link(there, aside)
        os.replace(part, there)
        self.carried += 1
        if self._sign(aside) == self.seen[target]:
            os.unlink(aside)
        else:
            self.conflicts += 1
            name = f"book ({self.sides[target].name}'s conflicted copy {self.conflicts}).db"
            os.rename(aside, os.path.join(self.sides[target].data, name))
            shutil.copy2(
                os.path.join(self.sides[target].data, name),
                os.path.join(self.sides[source].data, name),
            )
        self.seen[source] = before
        self.seen[target] = self._sign(there)
