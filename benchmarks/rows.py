"""The rows of the table, each with its work, its base and its goal. The next one is one entry."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import PY, SIZES, FailedError, median

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench import Bench, Run


@dataclass(frozen=True)
class Figure:
    """What was reached: the figure that the goal is about, and what it was made of."""

    value: float
    made_of: str


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        number: the row of the plan; several lines may share one.
        work: what is done.
        base: what it is compared with.
        goal: the figure not to be above; None where there is no promise.
        measure: makes the figure.
        size: "L" for rows that say nothing about less.
    """

    number: int
    work: str
    base: str
    goal: float | None
    measure: Callable[[Bench], Figure]
    size: str = ""


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms" if seconds < 10 else f"{seconds:,.1f} s"


def _over(work: list[float], base: list[float]) -> Figure:
    mine, theirs = median(work), median(base)
    return Figure(mine / theirs, f"{_milliseconds(mine)} / {_milliseconds(theirs)}")


def start(
    *words: str, terminal: bool = False, code: int = 0, **env: str
) -> Callable[[Bench], Figure]:
    """A small command on the whole book against PY; ``{n}`` in a word counts the turns."""

    def measure(bench: Bench) -> Figure:
        book = bench.book()
        work, base = [], []
        for turn in range(bench.turns + 1):
            command = bench.crm(*(word.replace("{n}", str(turn + 1)) for word in words))
            mine = bench.run(command, terminal=terminal, code=code, env=env | {"CRM_DB": str(book)})
            work.append(mine.seconds)
            base.append(bench.run(PY).seconds)
        return _over(work[1:], base[1:])  # the first turn warms the disk cache

    return measure


def tab(line: str) -> Callable[[Bench], Figure]:
    """One Tab in bash at the end of ``line``."""
    at = str(len(line.split(" ")) - 1)
    return start(_CRM_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=at)


def _bulk_turns(bench: Bench) -> int:
    return 1 if bench.size == "L" else 3


def _import(bench: Bench, noun: str, size: str = "") -> Run:
    """Import a file once: contacts into nothing, the others into a book of the contacts."""
    people = None if noun == "contacts" else bench.people(size)
    return bench.run(bench.load(noun, bench.fresh("import", people), size))


def _bare(bench: Bench, tool: str, noun: str) -> Run:
    """Load the same file into a bare table."""
    path, file = str(bench.fresh("bare")), str(bench.csv(noun))
    program = shutil.which(tool, path=os.path.dirname(sys.executable) + ":" + bench.env["PATH"])
    if program is None:
        raise FailedError(f"{tool} is not installed")
    if tool == "sqlite3":
        return bench.run((program, path, f".import --csv '{file}' bare"))
    return bench.run((program, "insert", path, "bare", file, "--csv"))


def load(noun: str, tool: str) -> Callable[[Bench], Figure]:
    """An import against the same file loaded into a bare table by ``tool``."""

    def measure(bench: Bench) -> Figure:
        work, base = [], []
        for _ in range(_bulk_turns(bench)):
            base.append(_bare(bench, tool, noun).seconds)
            work.append(_import(bench, noun).seconds)
        return _over(work, base)

    return measure


def load_again(bench: Bench) -> Figure:
    """The contacts once more into a book that has them, against the first time."""
    work, base = [], []
    for _ in range(_bulk_turns(bench)):
        base.append(_import(bench, "contacts").seconds)
        book = bench.fresh("again", bench.people())
        work.append(bench.run(bench.load("contacts", book)).seconds)
    return _over(work, base)


def import_memory(bench: Bench) -> Figure:
    """Peak memory of the biggest import against the same at S."""
    big, small = _import(bench, "interactions").peak, _import(bench, "interactions", "S").peak
    return Figure(big / small, f"{big / 1e6:.0f} MB / {small / 1e6:.0f} MB")


def export_memory(bench: Bench) -> Figure:
    """Peak memory of an export of all people against the same at S."""
    words = ("export", "--to", "csv")
    big = bench.run(bench.crm(*words, db=bench.book())).peak
    small = bench.run(bench.crm(*words, db=bench.book("S"))).peak
    return Figure(big / small, f"{big / 1e6:.0f} MB / {small / 1e6:.0f} MB")


def growth(noun: str) -> Callable[[Bench], Figure]:
    """The exponent by which an import grows from M to L; 1 is in proportion."""

    def measure(bench: Bench) -> Figure:
        long, short = _import(bench, noun, "L").seconds, _import(bench, noun, "M").seconds
        times = SIZES["L"][0] / SIZES["M"][0]
        made_of = f"{_milliseconds(long)} / {_milliseconds(short)}"
        return Figure(math.log(long / short) / math.log(times), made_of)

    return measure


def export(form: str) -> Callable[[Bench], Figure]:
    """All people out, against ``sqlite3 -csv`` of a bare table of the same file."""

    def measure(bench: Bench) -> Figure:
        _bare(bench, "sqlite3", "contacts")
        bare = ("sqlite3", "-csv", str(bench.scratch / "bare.db"), "SELECT * FROM bare")
        command = bench.crm("export", "--to", form, db=bench.book())
        work, base = [], []
        for _ in range(_bulk_turns(bench)):
            work.append(bench.run(command).seconds)
            base.append(bench.run(bare).seconds)
        return _over(work, base)

    return measure


def grown(*words: str, size: str) -> Callable[[Bench], Figure]:
    """A command on the whole book against itself on a book of another size."""

    def measure(bench: Bench) -> Figure:
        big, small = bench.book(), bench.book(size)
        work, base = [], []
        for _ in range(bench.turns + 1):
            work.append(bench.run(bench.crm(*words, db=big)).seconds)
            base.append(bench.run(bench.crm(*words, db=small)).seconds)
        return _over(work[1:], base[1:])

    return measure


def first_row(*words: str) -> Callable[[Bench], Figure]:
    """The time until the first row leaves, against PY."""

    def measure(bench: Bench) -> Figure:
        book = bench.book()
        work, base = [], []
        for _ in range(bench.turns + 1):
            work.append(bench.run(bench.crm(*words, db=book), first=True).first)
            base.append(bench.run(PY).seconds)
        return _over(work[1:], base[1:])

    return measure


def log_lines(bench: Bench) -> Figure:
    """A thousand interactions through one process, against a thousand times one process."""
    lines = bench.scratch / "thousand.jsonl"
    lines.write_text("".join(
        json.dumps({"kind": "call", "contacts": [{"id": n}], "at": "2026-03-01", "text": f"call {n}"}) + "\n"
        for n in range(1, 1001)
    ))  # fmt: skip
    book = bench.fresh("lines", bench.people())
    single = [
        bench.run(bench.crm("log", "call", n, "spoke", db=book)).seconds for n in range(1, 21)
    ]
    many = bench.run(bench.crm("log", "--jsonl", "-", db=book), stdin=lines).seconds
    return _over([many], [1000 * median(single)])


def check(bench: Bench) -> Figure:
    """All rules over everybody, every finding printed, against the people loaded into a bare table."""
    command = bench.crm("check", "--exit-zero", db=bench.book())
    work, base = [], []
    for _ in range(_bulk_turns(bench)):
        work.append(bench.run(command).seconds)
        base.append(_bare(bench, "sqlite3", "contacts").seconds)
    return _over(work, base)


def check_memory(bench: Bench) -> Figure:
    """Peak memory of a check, its findings as JSON, against the same at S."""
    words = ("check", "--exit-zero", "--json")
    big = bench.run(bench.crm(*words, db=bench.book())).peak
    small = bench.run(bench.crm(*words, db=bench.book("S"))).peak
    return Figure(big / small, f"{big / 1e6:.0f} MB / {small / 1e6:.0f} MB")


def contact_bytes(bench: Bench) -> Figure:
    size = bench.people().stat().st_size
    return Figure(size / SIZES[bench.size][0], f"{size / 1e6:.1f} MB")


def interaction_bytes(bench: Bench) -> Figure:
    path = bench.fresh("import", bench.people())
    before = path.stat().st_size
    bench.run(bench.load("interactions", path))
    size = path.stat().st_size - before
    return Figure(size / SIZES[bench.size][1], f"{size / 1e6:.1f} MB")


SHELL, BARE, UTILS = "IMPORT", "sqlite3", "sqlite-utils"

ROWS = (
    Row(1, "`search`, two words, piped", "PY", 1.5, start("search", "ewa", "torun")),
    Row(1, "`log`", "PY", 1.5, start("log", "call", "7", "spoke", "about", "prices")),
    Row(1, "`add`", "PY", 1.5, start("add", "Bench", "Person{n}", "--email", "b{n}@bench.example")),
    Row(1, "`show`, piped", "PY", 1.5, start("show", "7")),
    Row(1, "`remind`, piped", "PY", 1.5, start("remind")),
    Row(1, "`done`", "PY", 1.5, start("done", "F{n}")),
    Row(2, "`search`, a table on a terminal", "PY", 5.5, start("search", "ewa", "torun", terminal=True)),
    Row(2, "`show` on a terminal", "PY", 5.5, start("show", "7", terminal=True)),
    Row(2, "`remind` on a terminal", "PY", 5.5, start("remind", terminal=True)),
    Row(3, "`--help`", "PY", 4.6, start("--help")),
    Row(3, "a usage error", "PY", 4.6, start("search", "--nonsense", code=2)),
    Row(4, "Tab on a command", "PY", 1.3, tab("crm se")),
    Row(4, "Tab on an option", "PY", 1.3, tab("crm add --em")),
    Row(4, "Tab on a person", "PY", 1.3, tab("crm show nowa")),
    Row(5, "import of contacts", SHELL, 12, load("contacts", BARE)),
    Row(5, "import of contacts", "`sqlite-utils insert --csv`", 0.5, load("contacts", UTILS)),
    Row(6, "the same file again, nothing changed", "the first time", 0.35, load_again),
    Row(7, "import of interactions", SHELL, 6, load("interactions", BARE)),
    Row(8, "memory of an import", "at S", 1.3, import_memory),
    Row(8, "memory of an export", "at S", 1.3, export_memory),
    Row(9, "growth of the import of contacts, exponent", "M", 1.15, growth("contacts"), "L"),
    Row(9, "growth of the import of interactions, exponent", "M", 1.15, growth("interactions"), "L"),
    Row(10, "export, CSV", "`sqlite3 -csv`", 2.5, export("csv")),
    Row(10, "export, JSON Lines", "`sqlite3 -csv`", 1.5, export("jsonl")),
    Row(11, "`search`, two words", "at M", 1.3, grown("search", "ewa", "torun", size="M"), "L"),
    Row(12, "`search`, one letter, first row", "PY", 5, first_row("search", "a"), "L"),
    Row(12, "`search`, a word of half the rows, first row", "PY", 5, first_row("search", "example"), "L"),
    Row(13, "`remind`", "PY", 3, start("remind"), "L"),
    Row(13, "`remind`", "at M", 1.3, grown("remind", size="M"), "L"),
    Row(14, "`check`, all rules, each finding a line", SHELL, 15, check),
    Row(14, "memory of a check", "at S", 1.3, check_memory),
    Row(16, "1,000 interactions through `log --jsonl -`", "1,000 `log`", 0.02, log_lines),
    Row(17, "bytes a contact, all in", "", 1000, contact_bytes),
    Row(17, "bytes an interaction, with search and history", "", 250, interaction_bytes),
    Row(18, "opening the book, first query", "at S", 1.2, grown("show", "7", size="S"), "L"),
)  # fmt: skip
