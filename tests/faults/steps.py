"""A fault at each single step that a work takes on the disk: error, full, kill, power cut.

What SQLite writes, syncs and deletes is counted; the n-th step meets the fault, for every n, or for
a choice of them. After the last step comes a power cut when the command has ended: what it printed
must outlive it.
"""

from __future__ import annotations

from functools import partial

from tests.faults import disk, plain
from tests.faults.desk import chance
from tests.faults.work import Bench, Figures, Work


def room(most: int) -> list[Figures]:
    """Try at most ``most`` steps of each work and fault, spread evenly; 0 for every step."""
    if not disk.reachable():
        return [Figures("faults at each step", note="not tried: SQLite is out of reach")]
    with Bench() as bench:
        found = [_fault(bench, fault, most) for fault in disk.FAULTS]
        found.append(cut_at_the_end(bench, max(most, 30)))
    return found


def _fault(bench: Bench, fault: str, most: int) -> Figures:
    figures = Figures(f"{disk.FAULTS[fault]} at a step")
    counts = []
    for work in bench.works:
        total = count(bench, work)
        counts.append(f"{work.name} {total}")
        steps = range(1, total + 1)
        for at in chance(most).sample(steps, most) if 0 < most < total else steps:
            bench.lay(work)
            ended = bench.desk.forked(
                *work.words, before=partial(put, at, fault, folder=bench.desk.folder)
            ).wait()
            figures.tried += 1
            wrong = bench.judge(work, ended)
            figures.wrong += [f"{work.name}, step {at}: {text}" for text in wrong]
    figures.note = f"steps: {', '.join(counts)}"
    return figures


def count(bench: Bench, work: Work, *, past: bool = True) -> int:
    """How many steps the work takes, with what is written past SQLite or without; told by a file."""
    bench.lay(work)
    place = bench.desk.file("steps", "")

    def tell() -> None:
        with open(place, "w") as file:
            file.write(str(_disks[-1].steps))

    folder = bench.desk.folder if past else NOWHERE
    bench.desk.forked(*work.words, before=partial(put, 0, "io", folder=folder), after=tell).wait()
    with open(place) as file:
        return int(file.read())


def cut_at_the_end(bench: Bench, runs: int) -> Figures:
    """The power goes when the command has said that it is done."""
    figures = Figures("power cut after the end")
    for run in range(runs):
        work = bench.works[run % len(bench.works)]
        bench.lay(work)
        ended = bench.desk.forked(
            *work.words, before=partial(put, 0, "cut", run, bench.desk.folder), after=_cut
        ).wait()
        figures.tried += 1
        figures.wrong += [f"{work.name}: {text}" for text in bench.judge(work, ended)]
    return figures


_disks: list[disk.Disk] = []  # of the fork, which does nothing else


NOWHERE = "/nowhere"  # for put: only what SQLite writes is counted


def put(at: int, fault: str, seed: int = 0, folder: str = "/") -> None:
    _disks.append(disk.Disk(at, fault, seed=seed or at))
    plain.Plain(_disks[-1], folder)


def _cut() -> None:
    _disks[-1].cut()
