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
        return [limited, _small_disk(bench, offsets // 4)]


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


def _mount(folder: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", folder]
    try:
        return not subprocess.run(command, check=False, capture_output=True).returncode
    except FileNotFoundError:
        return False


def _lay(bench: Bench, work: Work, room_left: int) -> None:
    """Put the book on the small disk, and beside it a file that fills all but ``room_left``."""
    data = bench.desk.data
    for name in os.listdir(data):
        os.unlink(os.path.join(data, name))
    if work.start:
        with open(work.start, "rb") as source, open(bench.desk.book, "wb") as target:
            target.write(source.read())
    free = os.statvfs(data).f_bavail * os.statvfs(data).f_frsize
    with open(os.path.join(data, "filler"), "wb") as filler:
        filler.write(bytes(max(0, free - room_left)))
