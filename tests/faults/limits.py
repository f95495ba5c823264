"""A full disk: the book on a small file system, and files that may not grow past a size."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from typing import TYPE_CHECKING

from tests.faults.desk import chance
from tests.faults.work import Bench, Figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.work import Work

# Works that take a copy, or are one.
COPYING = ("import", "bulk edit", "migration", "backup", "restore")
_MORE = 400_000  # bytes past the book: beyond what any of the works needs

_WORDS = 1000  # bytes that what it prints must have, which goes to a file, too


def room(offsets: int) -> list[Figures]:
    """Do the works with room for a few bytes only, at ``offsets`` different sizes."""
    dice = chance(5)
    with Bench() as bench:
        limited = Figures("files may not grow past a size")
        for run in range(offsets):
            work = bench.works[run % len(bench.works)]
            bench.lay(work)
            book = os.path.getsize(work.start) if work.start else 0
            size = dice.randrange(_WORDS, book + _MORE)
            ended = bench.desk.forked(*work.words, before=_at_most(size)).wait()
            limited.tried += 1
            limited.wrong += [f"{work.name}, {size}: {text}" for text in bench.judge(work, ended)]
        return [limited, _small_disk(bench, offsets // 4), _full_shelf(bench, offsets // 4)]


def _at_most(size: int) -> Callable[[], None]:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as a shell's `ulimit -f` under Python does
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def _small_disk(bench: Bench, runs: int) -> Figures:
    """The works on a real full file system, of which a filler leaves a little."""
    figures = Figures("real full disk")
    data = bench.desk.data
    if os.getuid() or not _mount(data):
        figures.note = "not tried: mounting takes rights that this user has not"
        return figures
    try:
        dice = chance(6)
        for run in range(runs):
            work = bench.works[run % len(bench.works)]
            figures.tried += 1
            _lay(bench, work, dice.randrange(300) * 1024)
            ended = bench.desk.do(*work.words)
            os.unlink(os.path.join(data, "filler"))
            figures.wrong += [f"{work.name}: {text}" for text in bench.judge(work, ended)]
    finally:
        subprocess.run(["umount", data], check=True)
    return figures


def _full_shelf(bench: Bench, runs: int) -> Figures:
    """The works that copy, where the copies go on a real full file system of their own."""
    figures = Figures("no room for copies")
    shelf = bench.desk.shelf
    os.makedirs(shelf, exist_ok=True)
    if os.getuid() or not _mount(shelf):
        figures.note = "not tried: mounting takes rights that this user has not"
        return figures
    copying = [work for work in bench.works if work.name in COPYING]
    try:
        dice = chance(7)
        for run in range(runs):
            work = copying[run % len(copying)]
            figures.tried += 1
            bench.lay(work)
            _fill(shelf, dice.randrange(800) * 1024)
            ended = bench.desk.do(*work.words)
            os.unlink(os.path.join(shelf, "filler"))
            figures.wrong += [f"{work.name}: {text}" for text in bench.judge(work, ended)]
            if ended.code == 5 and work.name not in ("backup", "restore") and "--no-backup" not in ended.err:  # fmt: skip
                figures.wrong.append(f"{work.name}: does not say how to go on: {ended.err}")
    finally:
        subprocess.run(["umount", shelf], check=True)
    return figures


def _mount(folder: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", folder]
    try:
        return not subprocess.run(command, check=False, capture_output=True).returncode
    except FileNotFoundError:
        return False


def _lay(bench: Bench, work: Work, room_left: int) -> None:
    """Put the book on the small disk, and beside it a file that fills all but ``room_left``."""
    data = bench.desk.data
    bench.clear()
    for name in os.listdir(data):
        os.unlink(os.path.join(data, name))
    if work.start:
        with open(work.start, "rb") as source, open(bench.desk.book, "wb") as target:
            target.write(source.read())
    _fill(data, room_left)


def _fill(folder: str, room_left: int) -> None:
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    with open(os.path.join(folder, "filler"), "wb") as filler:
        filler.write(bytes(max(0, free - room_left)))
