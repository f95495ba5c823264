"""How well duplicates are found: python benchmarks/duplicates.py [SIZE]... [--write]

Of each size (20,000 and 100,000 people unless asked otherwise) make_book.py makes a file in which 2 %
are near-duplicates of an earlier row, and says which. It is imported twice: as it is meant, and with
`--on-match new`, so that every row is an entry; then `crm check --select Q705` looks at both books.
With --write the tables go to docs/duplicates.md.

Recall is the share of near-duplicates that came together with their original, precision the share of
what came together, by the import or by a finding, that is one person. An entry can be told from its
number, or from a web address that is given to each row and that an import keeps of all.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench import LAUNCHER, PY, ROOT, TODAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SIZES = (20_000, 100_000)
# What make_book.py does to a row, in words.
KINDS = {
    "same_email_case": "the e-mail in other letters, no phone",
    "no_diacritics": "the name without accents, no e-mail",
    "swapped_order": "the family name first, another e-mail",
    "typo": "two letters of the family name changed about, no e-mail",
    "same_phone_other_email": "another e-mail, no company",
    "phone_format": "the phone in another spelling, no e-mail",
    "company_suffix": "the company in capitals and another legal form, no e-mail",
    "missing_fields": "the name and e-mail alone",
    "plus_tag": "the e-mail with a +tag",
    "transliterated": "the name in Latin letters, no e-mail",
}
HEAD = "| near-duplicate | rows | import alone | check of all rows | import, then check |\n|---|---|---|---|---|"


class Truth:
    """Which rows are one person."""

    def __init__(self, folder: Path) -> None:
        with (folder / "dupes.csv").open() as file:
            self.pairs = [
                (int(row["row_a"]), int(row["row_b"]), row["kind"]) for row in csv.DictReader(file)
            ]
        self.people = Groups((one, two) for one, two, _ in self.pairs)

    def recall(self, found: Groups) -> tuple[dict[str, float], float]:
        """Return the share of each kind that came together, and that of all."""
        all_of = Counter(kind for _, _, kind in self.pairs)
        got = Counter(kind for one, two, kind in self.pairs if found.first(one) == found.first(two))
        return {kind: got[kind] / all_of[kind] for kind in all_of}, got.total() / all_of.total()

    def precision(self, links: list[tuple[int, int]]) -> float:
        """Return the share of links between rows of one person."""
        good = sum(self.people.first(one) == self.people.first(two) for one, two in links)
        return good / len(links) if links else 1.0


class Groups:
    """Rows that belong together, by links."""

    def __init__(self, links: Iterable[tuple[int, int]]) -> None:
        self._leader: dict[int, int] = {}
        for one, two in links:
            self._leader[self.first(one)] = self.first(two)

    def first(self, row: int) -> int:
        """Return the row that stands for all that belong together with this one."""
        while (leader := self._leader.get(row, row)) != row:
            row = leader
        return row


class Cost(NamedTuple):
    """What a process took: seconds of the processor, and megabytes at most."""

    seconds: float
    megabytes: float


def run(command: Iterable[object], env: dict[str, str], out: Path) -> Cost:
    """Run one process to its end."""
    with out.open("wb") as file:
        process = subprocess.Popen([str(word) for word in command], env=env, stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: there are findings
        raise SystemExit(f"{' '.join(map(str, command))}: exit {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


class Book:
    """One way of bringing the file in, what it merged, and what the check finds then."""

    def __init__(self, scratch: Path, name: str, people: Path, *more: str) -> None:
        launcher, out = scratch / "crm", scratch / "out"
        launcher.write_text(LAUNCHER)
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(scratch),
            "PYTHONPATH": str(ROOT),
            "CRM_NOW": f"{TODAY}T09:00",
        }
        crm = (sys.executable, launcher, "--quiet", "--db", scratch / f"{name}.db")
        run((*crm, "import", "--as", "contacts", people, *more), env, out)
        run((*crm, "export", "--columns", "id,urls", "--to", "jsonl"), env, out)
        self.rows = {
            entry["id"]: [int(url.partition(".")[0]) for url in entry["urls"]]
            for entry in map(json.loads, out.read_text().splitlines())
        }
        self.merged = [(rows[0], row) for rows in self.rows.values() for row in rows[1:]]
        self.cost = run((*crm, "check", "--select", "Q705", "--json"), env, out)
        self.found = [
            (
                self.rows[int(finding["action"].split()[2])][0],
                self.rows[finding["contact"]["id"]][0],
            )
            for finding in json.loads(out.read_text())
        ]
        self.base = run(PY, env, out)


def measure(size: int, scratch: Path) -> Iterator[str]:
    """Yield the lines of the table of one size."""
    folder = scratch / str(size)
    make = (sys.executable, Path(__file__).with_name("make_book.py"), size, 0, folder)
    run((*make, "--today", TODAY), dict(os.environ), scratch / "out")
    truth = Truth(folder)
    people = folder / "people.csv"
    with (
        (folder / "contacts.csv").open(encoding="utf-8", newline="") as source,
        people.open("w", encoding="utf-8", newline="") as target,
    ):
        rows, writer = csv.reader(source), csv.writer(target)
        writer.writerow([*next(rows), "url"])
        writer.writerows([*row, f"{number}.row.example"] for number, row in enumerate(rows, 1))
    usual = Book(scratch, f"usual-{size}", people)
    apart = Book(scratch, f"apart-{size}", people, "--on-match", "new")
    columns = (usual.merged, apart.found, usual.merged + usual.found)
    recalls = [truth.recall(Groups(links)) for links in columns]
    yield f"## {size:,} people, {len(truth.pairs):,} near-duplicates\n"
    yield HEAD
    for kind, words in KINDS.items():
        number = sum(pair[2] == kind for pair in truth.pairs)
        yield f"| {words} | {number} | " + " | ".join(f"{r[kind]:.3f}" for r, _ in recalls) + " |"
    yield (
        f"| **recall of all** | {len(truth.pairs):,} | "
        + " | ".join(f"**{r:.3f}**" for _, r in recalls)
        + " |"
    )
    yield (
        "| **precision** | | "
        + " | ".join(f"**{truth.precision(links):.4f}**" for links in columns)
        + " |"
    )
    ratio = apart.cost.seconds / apart.base.seconds
    yield (
        f"\nThe check of all rows takes {ratio:.0f} times the processor of PY (`python -c 'import sqlite3'`),"
        f" and {apart.cost.megabytes:.0f} MB at most.\n"
    )


ABOUT = """# How well duplicates are found

Made by `python benchmarks/duplicates.py`; do not edit. The people are those of `benchmarks/make_book.py`: names of
few given and family names, so that a large company has many namesakes, each with an address of their own. Two per
cent of the rows are near-duplicates of an earlier row. *Import alone* is what `crm import` puts together by itself, *check of
all rows* what the rule Q705 finds where each row is an entry (`--on-match new`), *import, then check* what both do
together, as they are meant. Recall is the share of near-duplicates that came together with their original; precision the
share of what came together that is one person.
"""
LEFT = """What is left is what nothing but a name tells: a row without e-mail, phone and company in a city where others have that
name too, or with another e-mail and neither company nor phone. A name alone is never enough. And where a row may be one of
several namesakes of a company, none of whom it agrees with more than with the others, nobody is named.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", type=int, nargs="*", metavar="SIZE", default=SIZES)
    parser.add_argument("--write", action="store_true", help="write docs/duplicates.md")
    asked = parser.parse_args()
    lines = [ABOUT]
    print(ABOUT)
    with tempfile.TemporaryDirectory() as scratch:
        for size in asked.sizes:
            for line in measure(size, Path(scratch)):
                print(line, flush=True)
                lines.append(line)
    print(LEFT)
    if asked.write:
        page = "\n".join([*lines, LEFT])
        (ROOT / "docs" / "duplicates.md").write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
