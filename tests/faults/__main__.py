"""``python -m tests.faults [--long] [ROOM...]``: every room, and a table of what was found."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import time
from typing import TYPE_CHECKING

from tests.faults import (
    damage,
    kills,
    limits,
    machines,
    mornings,
    read_only,
    schedule,
    steps,
    undoing,
    writers,
)

if TYPE_CHECKING:
    from tests.faults.work import Figures

# room -> (what it is called with in the short run, in the long one)
ROOMS = {
    "kills": (kills.room, (60,), (1000,)),
    "steps": (steps.room, (3,), (0,)),
    "writers": (writers.room, (8, 20), (8, 1000)),
    "machines": (machines.room, (25,), (500,)),
    "limits": (limits.room, (40,), (200,)),
    "read_only": (read_only.room, (), ()),
    "damage": (damage.room, (400,), (10_000,)),
    "undoing": (undoing.room, (4,), (400,)),
    "schedule": (schedule.room, (0,), (1,)),
    "mornings": (mornings.room, (1,), (0,)),
}
_SHOWN = 20  # of what is wrong in a room


def main(words: list[str]) -> int:
    """Run the rooms named, or all; 1 where anything was wrong."""
    long = "--long" in words
    named = [word for word in words if word in ROOMS] or list(ROOMS)
    # Everything is a fork of this process, whose clock must not depend on where it runs.
    os.environ["TZ"] = "UTC"
    time.tzset()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    print("\n| fault | tried | wrong | |\n|---|---:|---:|---|")
    wrong = 0
    for name in named:
        room, *sizes = ROOMS[name]
        for figures in room(*sizes[long]):  # type: ignore[operator]
            wrong += len(figures.wrong)
            _print(figures)
    return 1 if wrong else 0


def _print(figures: Figures) -> None:
    tried, wrong = f"{figures.tried:,}", f"{len(figures.wrong):,}"
    print(f"| {figures.what} | {tried} | {wrong} | {figures.note} |", flush=True)
    for text in figures.wrong[:_SHOWN]:
        print(f"  {figures.what}: {text}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
