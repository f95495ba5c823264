"""100,000 people as CSV in and out: rows a second and peak memory, beside the csv module's plain reader.

Usage: python benchmarks/tables.py [--rows N] [--turns N] > docs/csv-speed.md

Each figure is of a whole process, the median of the turns, which ran one work after the other.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from vcards import run

READ = """
import csv, sys
print(sum(1 for _ in csv.reader(open(sys.argv[1], encoding="utf-8", newline=""))))
"""
OURS = """
import sys
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
source = open_source(sys.argv[1], Options(region="PL", tz="Europe/Warsaw"))
print(sum(1 for _ in source.rows("contacts", Told())))
"""
PLAIN = "the csv module's reader"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    maker = str(Path(__file__).with_name("make_book.py"))
    with tempfile.TemporaryDirectory() as folder:
        big, small = os.path.join(folder, "big"), os.path.join(folder, "small")
        for where, rows in ((big, asked.rows), (small, asked.rows // 10)):
            subprocess.run([sys.executable, maker, str(rows), "10", where], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        path, tenth = (os.path.join(where, "contacts.csv") for where in (big, small))
        home = {"HOME": folder, "CRM_DB": os.path.join(folder, "book.db")}
        again = home | {"CRM_DB": os.path.join(folder, "again.db")}
        crm = [sys.executable, "-m", "crmcli"]
        run([*crm, "import", path], **again)
        out = os.path.join(folder, "out")
        works: dict[str, tuple[list[str], dict[str, str]]] = {
            PLAIN: ([sys.executable, "-c", READ, path], {}),
            "our reader, rows alone": ([sys.executable, "-c", OURS, path], {}),
            "our reader, a tenth of the file": ([sys.executable, "-c", OURS, tenth], {}),
            "`crm import` into an empty book": ([*crm, "import", path], home),
            "`crm import` again, nothing changed": ([*crm, "import", path], again),
            **{
                f"`crm export --to {to}`": ([*crm, "export", "--to", to, "-o", out], again)
                for to in ("csv", "jsonl", "google", "outlook", "hubspot")
            },
        }
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
        for _ in range(asked.turns):
            for name, (command, env) in works.items():
                if env is home and os.path.exists(home["CRM_DB"]):
                    os.unlink(home["CRM_DB"])
                figures[name].append(run(command, **env))
        table(asked.rows, asked.turns, os.path.getsize(path) / 1e6, figures)


def table(
    rows: int, turns: int, megabytes: float, figures: dict[str, list[tuple[float, float]]]
) -> None:
    def of(name: str, place: int) -> float:
        return statistics.median(pair[place] for pair in figures[name])

    plain = of(PLAIN, 0)
    print("# How fast CSV goes in and out\n")
    print(f"Made by `python benchmarks/tables.py`; do not edit. Whole processes, turns: {turns}.\n")
    print(f"- {rows:,} people of `benchmarks/make_book.py`, {megabytes:.0f} MB")
    print(f"- CPython {platform.python_version()}, {os.cpu_count()} processors\n")
    print("| work | rows a second | of the plain reader's time | peak memory |")
    print("|---|---|---|---|")
    for name in figures:
        count = rows // 10 if "tenth" in name else rows
        seconds = of(name, 0)
        times = seconds * rows / count / plain
        print(f"| {name} | {count / seconds:,.0f} | {times:.1f} | {of(name, 1):.0f} MB |")


if __name__ == "__main__":
    main()
