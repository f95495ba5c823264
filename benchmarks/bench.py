"""What the rows stand on: data of each size, books made of it, and processes timed in turn."""

from __future__ import annotations

import os
import pty
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"S": (1_000, 10_000), "M": (100_000, 1_000_000), "L": (1_000_000, 10_000_000)}
TODAY = "2026-03-02"  # the data ends on this day
PY = (sys.executable, "-c", "import sqlite3")
# What pip and uv install as `crm`: measured is this working copy, the way people start it.
LAUNCHER = """import sys
from crmcli.__main__ import run
sys.argv[0] = sys.argv[0].removesuffix(".exe")
sys.exit(run())
"""


class FailedError(Exception):
    """A command that should have worked did not; the row says so and the others go on."""


class Run(NamedTuple):
    """One whole process."""

    seconds: float
    peak: int  # resident bytes at most
    first: float  # seconds to the first byte of output; 0 when that was not asked


class Bench:
    """The size that is measured, and everything made for it, in one scratch folder."""

    def __init__(self, size: str, data: Path, scratch: Path, turns: int) -> None:
        self.size = size
        self.data = data
        self.scratch = scratch
        self.turns = turns
        self.launcher = scratch / "crm"
        self.launcher.write_text(LAUNCHER)
        self.env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(scratch),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "CRM_NOW": f"{TODAY}T09:00",
        }
        self._made: dict[str, Path] = {}

    def csv(self, noun: str, size: str = "") -> Path:
        """Return a file of the synthetic book, made on first need and kept for the next run."""
        people, talks = SIZES[size or self.size]
        folder = self.data / f"{people}-{talks}"
        if not folder.is_dir():
            script = Path(__file__).with_name("make_book.py")
            work = folder.with_name(folder.name + ".new")
            work.mkdir(parents=True, exist_ok=True)
            command = (sys.executable, script, people, talks, work, "--today", TODAY)
            subprocess.run([str(word) for word in command], check=True)
            work.rename(folder)
        return folder / f"{noun}.csv"

    def crm(self, *words: object, db: Path | None = None) -> tuple[str, ...]:
        """Return the command line of a crm command on a book."""
        book = () if db is None else ("--db", str(db))
        return (sys.executable, str(self.launcher), *book, *map(str, words))

    def load(self, noun: str, db: Path, size: str = "") -> tuple[str, ...]:
        """Return the command line that imports a file of the data."""
        return self.crm("import", "--as", noun, self.csv(noun, size), db=db)

    def people(self, size: str = "") -> Path:
        """Return a book that holds the contacts alone; copy it before writing to it."""
        return self._book("people", size or self.size, ("contacts",), None)

    def book(self, size: str = "") -> Path:
        """Return a book that holds everything; rows that write to it only ever add."""
        size = size or self.size
        nouns = ("interactions", "deals", "followups")
        return self._book("book", size, nouns, self.people(size))

    def _book(self, name: str, size: str, nouns: tuple[str, ...], start: Path | None) -> Path:
        key = f"{name}-{size}"
        if key not in self._made:
            path = self.fresh(key, start)
            for noun in nouns:
                self.run(self.load(noun, path, size))
            self._made[key] = path
        return self._made[key]

    def fresh(self, name: str, start: Path | None = None) -> Path:
        """Return the path of a book that is not there yet, or a new copy of ``start``."""
        path = self.scratch / f"{name}.db"
        path.unlink(missing_ok=True)
        if start:
            shutil.copyfile(start, path)
            path.chmod(0o600)
        return path

    def run(
        self,
        command: tuple[str, ...],
        *,
        terminal: bool = False,
        first: bool = False,
        code: int = 0,
        stdin: Path | None = None,
        env: dict[str, str] | None = None,
    ) -> Run:
        """Run one process to its end and measure it.

        Args:
            command: the whole command line.
            terminal: give it a terminal of 120 columns.
            first: take the time of the first byte it writes.
            code: the exit code it should have.
            stdin: a file to read from.
            env: variables beside the usual ones.

        Raises:
            FailedError: it ended otherwise.
        """
        full = self.env | (env or {})
        ours, theirs = _outlet(terminal=terminal, pipe=first)
        if terminal:
            full |= {"TERM": "xterm-256color", "COLUMNS": "120"}
        complaints = self.scratch / "stderr"
        with open(stdin or os.devnull, "rb") as source, complaints.open("wb") as errors:
            start = time.perf_counter()
            process = subprocess.Popen(
                command, stdin=source, stdout=theirs, stderr=errors, env=full, cwd=self.scratch
            )
            os.close(theirs)
            seen = _drain(ours, start) if ours >= 0 else 0.0
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # reaped here, not by Popen
        if process.returncode != code:
            said = complaints.read_text(errors="replace").strip().splitlines() or [""]
            raise FailedError(f"exit {process.returncode}: {said[-1][:120]}")
        kilobyte = 1 if sys.platform == "darwin" else 1024
        return Run(seconds, usage.ru_maxrss * kilobyte, seen)


def _outlet(*, terminal: bool, pipe: bool) -> tuple[int, int]:
    """Return our end and the child's end of its standard output; ours is -1 for none."""
    if terminal:
        return pty.openpty()
    if pipe:
        return os.pipe()
    return -1, os.open(os.devnull, os.O_WRONLY)


def _drain(ours: int, start: float) -> float:
    """Read all that comes; return when the first of it came."""
    seen = 0.0
    try:
        while os.read(ours, 65536):
            seen = seen or time.perf_counter() - start
    except OSError:  # how a terminal says that the other side is closed
        pass
    finally:
        os.close(ours)
    return seen


def median(values: list[float]) -> float:
    return statistics.median(values)
