"""Many writers on one book: each waits its turn, none is lost, none sees a half."""

from __future__ import annotations

import os
import sqlite3
import time
from functools import partial
from typing import TYPE_CHECKING

from tests.faults.agree import disagreements, leftovers
from tests.faults.desk import Desk, people, seed
from tests.faults.work import Figures

if TYPE_CHECKING:
    from collections.abc import Callable


def room(writers: int, logs: int) -> list[Figures]:
    """``writers`` processes log ``logs`` calls each, while one imports and one reads."""
    with Desk() as desk:
        seed(desk)
        figures = Figures(f"{writers} writers at once, an import and a reader", writers * logs)
        began = time.perf_counter()
        pids = [_fork(partial(_log, desk, w, logs)) for w in range(writers)]
        pids.append(_fork(partial(_import, desk)))
        reader = _fork(partial(_read, desk, writers))
        for pid in [*pids, reader]:
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if code:
                figures.wrong.append(f"{'the reader' if pid == reader else 'a writer'} met {code}")
        took = time.perf_counter() - began
        db = sqlite3.connect(desk.book)
        held = {row[0] for row in db.execute("SELECT text FROM interaction WHERE text GLOB 'w*'")}
        lost = {f"w{w} call {n}" for w in range(writers) for n in range(logs)} - held
        figures.wrong += [f"lost: {text}" for text in sorted(lost)]
        sets = db.execute("SELECT count(*) FROM change_set WHERE command LIKE 'crm log%w_ %'")
        if sets.fetchone()[0] != writers * logs:
            figures.wrong.append("the history counts other logs than there are")
        db.close()
        figures.wrong += disagreements(desk.book)
        figures.wrong += [f"left behind: {name}" for name in leftovers(desk.data, "book.db")]
        figures.note = f"{len(held)} of {figures.tried} there, {figures.tried / took:.0f} a second"
    return [figures, _copied(max(2, writers // 2), logs)]


def _copied(writers: int, logs: int) -> Figures:
    """Copies taken while others write are each of one moment: rows, history and summaries agree."""
    figures = Figures(f"backups while {writers} write")
    with Desk() as desk:
        seed(desk)
        pids = [_fork(partial(_log, desk, w, logs)) for w in range(writers)]
        sizes = []
        while pids:
            place = os.path.join(desk.folder, f"copy{figures.tried}.db")
            ended = desk.do("backup", place)
            figures.tried += 1
            if ended.code:
                figures.wrong.append(f"refused: {ended.err}")
                continue
            sizes.append(_logged(place))
            figures.wrong += disagreements(place)
            os.unlink(place)
            if len(sizes) > 1 and sizes[-1] < sizes[-2]:
                figures.wrong.append(f"a later copy has fewer logs: {sizes}")
            for pid in list(pids):
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    pids.remove(pid)
                    if status:
                        figures.wrong.append(f"a writer met {status}")
        figures.note = f"{len(set(sizes))} of them different"
    return figures


def _logged(path: str) -> int:
    """How many logs a book holds, which its history has to count as well."""
    db = sqlite3.connect(path)
    held = db.execute("SELECT count(*) FROM interaction WHERE text GLOB 'w*'").fetchone()[0]
    told = db.execute("SELECT count(*) FROM change_set WHERE command LIKE 'crm log%w_ %'")
    if held != told.fetchone()[0]:
        held = -1
    db.close()
    return int(held)


def _fork(work: Callable[[], int]) -> int:
    """Do ``work`` in a fork; its exit code is how many things went wrong."""
    pid = os.fork()
    if not pid:
        code = 99
        try:
            code = min(98, work())
        finally:
            os._exit(code)
    return pid


def _log(desk: Desk, writer: int, logs: int) -> int:
    wrong = 0
    for number in range(logs):
        person = str(1 + (writer + number) % 40)
        ended = desk.do("log", "call", person, f"w{writer} call {number}")
        if ended.code:
            wrong += 1
    return wrong


def _import(desk: Desk) -> int:
    return desk.do("import", desk.file("more.csv", people(500, "more"))).code


def _read(desk: Desk, runs: int) -> int:
    """An import is seen whole or not at all."""
    wrong = 0
    for _ in range(runs):
        seen = desk.do("search", "source:more", "--limit", "1000", "--ids")
        if seen.code not in (0, 1) or len(seen.out.split()) not in (0, 500):
            wrong += 1
    return wrong
