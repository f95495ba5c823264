"""What each rule costs alone: python benchmarks/rules.py BOOK.db [--larger BOOK.db] [--today 2026-03-02] [--write]

Each rule is run by itself over a book, in this process and warm, so that no start-up hides what it
costs; the figure is the quickest of three turns, as a ratio to PY (`python -c 'import sqlite3'`, a
whole process). A rule that asks for a touch is also measured as the morning runs it on a large book:
its scout alone, which names those that it may find. Then the whole morning, `crm remind` as a process, on
this book and on a larger one. With --write all that goes to docs/rules-cost.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crmcli import config as configs  # the working copy is measured
from crmcli.db import connection
from crmcli.rules import engine, selection

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

MORNING = """
## The whole morning

`crm remind` as a process, with its start: as a multiple of PY, on the clock, and of the processor.

| people | interactions | × PY | clock | processor |
|---:|---:|---:|---:|---:|
"""
HEAD = "| rule | asks | finds | alone | its scout |\n|---|---|---|---|---|"


def process() -> float:
    """Return the median seconds of PY."""
    took = []
    for _ in range(15):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import sqlite3"], check=True)
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def quickest(work: Callable[[], object]) -> float:
    """Return the seconds of the quickest of three turns."""
    took = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
        if took[-1] > 20:
            break
    return min(took)


def lines(db: sqlite3.Connection, today: date, base: float) -> list[str]:
    """Measure every rule; return the rows of the table."""
    config = configs.load(None, {"HOME": "/nowhere"})
    day = engine.day_of(db, config, today, "UTC")
    rules = selection.Catalogue(config).selected()
    values = engine.ready(db, config, rules, day)
    made = []
    for rule in rules:
        # With what it makes ready for itself: who might be a twin is looked for there.
        alone = quickest(
            lambda rule=rule: engine.fill(
                db, config, [rule], day, values=engine.ready(db, config, [rule], day)
            )
        )
        found = db.execute("SELECT count(*) FROM finding").fetchone()[0]
        scout = ""
        if rule.scout:
            counted = f"SELECT count(*) FROM ({rule.scout})"
            seconds = quickest(
                lambda sql=counted, rule=rule: db.execute(sql, values[rule.code]).fetchone()
            )
            scout = f"{seconds / base:.2f}"
        asks = "touch" if rule.touch else "tidy"
        made.append(
            f"| {rule.code} {rule.name} | {asks} | {found:,} | {alone / base:.2f} | {scout} |"
        )
        print(made[-1], flush=True)
    return made


def morning(book: Path, today: date, base: float) -> str:
    """Measure `crm remind` as a whole process; return a row of the table."""
    env = {"HOME": "/nowhere", "PATH": os.defpath, "PYTHONPATH": str(ROOT), "TZ": "UTC"}
    env |= {"CRM_NOW": f"{today}T09:00", "CRM_DB": str(book)}
    walls, cpus = [], []
    for _ in range(5):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = (sys.executable, "-m", "crmcli", "remind")
        subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    people, talks = size(connection.open_book(str(book), create=False, today=today, tz="UTC"))
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    row = f"| {people:,} | {talks:,} | {wall / base:.1f} | {wall * 1000:.0f} ms | {cpu * 1000:.0f} ms |"
    print(row, flush=True)
    return row


def size(db: sqlite3.Connection) -> tuple[int, int]:
    """Return how many people and interactions a book has."""
    people, talks = (
        db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("contact", "interaction")
    )
    return people, talks


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("book", type=Path)
    parser.add_argument("--larger", type=Path, action="append", default=[])
    parser.add_argument("--today", type=date.fromisoformat, default=date(2026, 3, 2))
    parser.add_argument("--write", action="store_true", help="write docs/rules-cost.md")
    asked = parser.parse_args()
    db = connection.open_book(str(asked.book), create=False, today=asked.today, tz="UTC")
    people, talks = size(db)
    base = process()
    about = f"""# What each rule costs

Made by `python benchmarks/rules.py`; do not edit. A book of {people:,} people and {talks:,} interactions of
`benchmarks/make_book.py`. Each figure is a multiple of PY, a whole process of `python -c 'import sqlite3'`
({base * 1000:.0f} ms here). *Alone* is the rule over everybody with its messages, as `crm check` runs it. *Its scout* is
all that the morning pays for it on a large book, besides the few people who may reach its first rows.

{HEAD}"""
    print(about)
    page = about + "\n" + "\n".join(lines(db, asked.today, base)) + "\n"
    print(MORNING)
    books = (asked.book, *asked.larger)
    page += MORNING + "\n".join(morning(book, asked.today, base) for book in books) + "\n"
    if asked.write:
        (ROOT / "docs" / "rules-cost.md").write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
