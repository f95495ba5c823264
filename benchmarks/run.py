"""Run the benchmarks: python benchmarks/run.py [--size S|M|L] [--rows 1,5] [--peers]

Every figure is a ratio of medians of whole processes, run in turn in one run against a named base
on the same data. PY is `python -c 'import sqlite3'`; IMPORT is the sqlite3 shell's `.import --csv`
of the same file into a bare table. A whole run writes docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import ROOT, SIZES, Bench, FailedError
from peers import PEERS
from rows import ROWS, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = "| # | work | base | reached | goal | | medians or sizes |\n|---|---|---|---|---|---|---|"


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def line(row: Row, bench: Bench) -> str:
    """Measure a row; return its line of the table."""
    goal = "" if row.goal is None else f"<= {figure(row.goal)}"
    try:
        reached = row.measure(bench)
    except FailedError as error:
        return f"| {row.number} | {row.work} | {row.base} | - | {goal} | not run | {error} |"
    verdict = "" if row.goal is None else "yes" if reached.value <= row.goal else "**no**"
    cells = (row.number, row.work, row.base, figure(reached.value), goal, verdict, reached.made_of)
    return f"| {' | '.join(map(str, cells))} |"


def lines(bench: Bench, numbers: set[int], *, peers: bool) -> Iterator[str]:
    """Yield the table, each line as soon as it is measured."""
    yield HEAD
    for row in ROWS:
        if (not numbers or row.number in numbers) and row.size in ("", bench.size):
            yield line(row, bench)
    if peers:
        yield ""
        yield "Beside other tools, finding one person among 1,000 and among 10,000:\n"
        yield "| tool | 1,000 | 10,000 |\n|---|---|---|"
        for name, find in PEERS.items():
            yield f"| {name} | {find(bench, 1_000)} | {find(bench, 10_000)} |"


def about(bench: Bench) -> str:
    """Return what the figures were measured with."""
    people, talks = SIZES[bench.size]
    return f"""# Benchmarks

Made by `python benchmarks/run.py --size {bench.size}`; do not edit. Each figure is a ratio of medians of
whole processes that ran in turn, {bench.turns} turns for small commands. PY is `python -c 'import sqlite3'`,
IMPORT the sqlite3 shell's `.import --csv` of the same file into a bare table. Rows 9, 11, 12, 13 and
18 are about size L and run with `--size L` only.

- Size {bench.size}: {people:,} contacts, {talks:,} interactions of `benchmarks/make_book.py`
- {platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}
- {platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} processors
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--size", choices=SIZES, default="M")
    parser.add_argument("--rows", default="", help="numbers of rows, as 1,5; all by default")
    parser.add_argument("--turns", type=int, default=15, help="turns of a small command")
    parser.add_argument(
        "--peers", action="store_true", help="run other tools beside, where installed"
    )
    parser.add_argument(
        "--data", type=Path, default=cache / "crm-benchmarks", help="keeps the files"
    )
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    numbers = {int(number) for number in asked.rows.split(",") if number}
    unknown = numbers - {row.number for row in ROWS}
    if unknown:
        print(f"no row {min(unknown)}; see benchmarks/rows.py", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="crm-bench-") as scratch:
        bench = Bench(asked.size, asked.data, Path(scratch), asked.turns)
        page = about(bench)
        print(page)
        for text in lines(bench, numbers, peers=asked.peers):
            print(text, flush=True)
            page += "\n" + text
    if not numbers:
        target = ROOT / "docs" / "benchmarks.md"
        target.parent.mkdir(exist_ok=True)
        target.write_text(page + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
