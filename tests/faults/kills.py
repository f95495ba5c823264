"""kill -9 at a random moment of each work."""

from __future__ import annotations

import time
from collections import Counter

from tests.faults.desk import chance
from tests.faults.work import KILLED, Bench, Figures

_LATE = 1.15  # of the time it takes: some kills come when all is done


def room(runs: int) -> list[Figures]:
    """Kill each work in turn until there are ``runs`` kills; what it printed must be there."""
    dice = chance(9)
    with Bench() as bench:
        found = [Figures(f"kill -9 of {work.name}") for work in bench.works]
        needed = []
        for work in bench.works:
            bench.lay(work)
            began = time.perf_counter()
            bench.desk.must(*work.words)
            needed.append(time.perf_counter() - began)
        fates = [Counter[str]() for _ in found]
        for run in range(runs):
            place = run % len(found)
            work, figures = bench.works[place], found[place]
            bench.lay(work)
            delay = dice.random() * needed[place] * _LATE
            ended = bench.desk.cut_short(delay, *work.words)
            figures.tried += 1
            fates[place]["cut short" if ended.code == KILLED else "finished"] += 1
            figures.wrong += [
                f"after {delay * 1000:.2f} ms: {text}" for text in bench.judge(work, ended)
            ]
        for figures, fate in zip(found, fates, strict=True):
            figures.note = ", ".join(f"{count} {what}" for what, count in sorted(fate.items()))
    return found
