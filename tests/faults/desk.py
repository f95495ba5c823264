"""A folder with a home, a book and a fixed clock, and crm commands run there to be hurt.

``forked`` runs the command in a fork of this process, which has everything imported: milliseconds a
run, and a kill falls into the work. ``crm`` is a process of its own, as a shell starts it.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self

from crmcli.commands import COMMANDS
from crmcli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

NOW = "2026-03-02T09:00"
ROOT = Path(__file__).parents[2]
CRM = [sys.executable, "-m", "crmcli"]


# Forks of this process shall not import what their command needs, each anew.
for _module in (
    *(place.partition(":")[0] for place in COMMANDS.values()),
    "crmcli.cli", "crmcli.db.soundness", "crmcli.db.new_book", "crmcli.intake", "phonenumbers.phonemetadata",
    "crmcli.db.swapping", "crmcli.db.salvage",
    "crmcli.store.bulk_contacts", "crmcli.store.undo", "crmcli.exchange.csv_source",
):  # fmt: skip
    import_module(_module)


class Ended(NamedTuple):
    """How a command ended; ``code`` is minus the signal where one killed it."""

    code: int
    out: str
    err: str

    @property
    def refused_in_one_line(self) -> bool:
        """Exit 5 with one line on stderr and nothing on stdout."""
        return (self.code, self.out, self.err.count("\n")) == (5, "", 1) and self.err[:5] == "crm: "


class Child:
    """A running fork."""

    def __init__(self, pid: int, out: IO[bytes], err: IO[bytes]):
        self.pid = pid
        self.streams = (out, err)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> Ended:
        _, status = os.waitpid(self.pid, 0)
        texts = []
        for stream in self.streams:
            stream.seek(0)
            texts.append(stream.read().decode())
            stream.close()
        return Ended(os.waitstatus_to_exitcode(status), *texts)


class Desk:
    """A folder of its own, gone at the end of ``with``."""

    def __init__(self, like: Desk | None = None):
        self.folder = tempfile.mkdtemp(prefix="crm-faults-")
        self.book = os.path.join(self.folder, "data", "book.db")
        self.environ = {
            "HOME": os.path.join(self.folder, "home"),
            "CRM_DB": self.book,
            "CRM_NOW": NOW,
            "TZ": "UTC",
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
        }
        os.makedirs(os.path.dirname(self.book))
        os.makedirs(self.environ["HOME"])
        # What a test puts there is as private as what crm makes, or each command would warn of it.
        self._umask = os.umask(0o077)
        if like:
            self.restore(like.book)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.umask(self._umask)
        shutil.rmtree(self.folder)

    @property
    def data(self) -> str:
        """The folder of the book, which holds nothing else at rest."""
        return os.path.dirname(self.book)

    @property
    def shelf(self) -> str:
        """The folder of the copies."""
        return os.path.join(self.environ["HOME"], ".local", "share", "crm", "backups")

    def restore(self, book: str | None) -> None:
        """Put a copy of ``book`` here, or none, alone in its folder."""
        shutil.rmtree(self.data)
        os.makedirs(self.data)
        if book:
            shutil.copy2(book, self.book)

    def file(self, name: str, text: str) -> str:
        """Write a file beside the book's folder; return its path."""
        path = os.path.join(self.folder, name)
        Path(path).write_text(text, "utf-8")
        return path

    def forked(
        self,
        *words: str,
        before: Callable[[], object] = lambda: None,
        after: Callable[[], object] = lambda: None,
    ) -> Child:
        """Start a command in a fork, which calls ``before`` first and ``after`` last."""
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed by wait
        pid = os.fork()
        if pid:
            return Child(pid, out, err)
        code = 99  # what main lets through is a finding
        try:
            before()
            streams = [io.TextIOWrapper(io.FileIO(s.fileno(), "w"), "utf-8") for s in (out, err)]
            code = main(
                list(words),
                environ=self.environ,
                stdin=open(os.devnull),  # noqa: SIM115 - ends with the process
                stdout=streams[0],
                stderr=streams[1],
            )
            for stream in streams:
                stream.flush()
            after()
        except BaseException:  # noqa: BLE001 - a fork that came back would go on as its parent
            code = 99
            os.write(err.fileno(), traceback.format_exc().encode())
        finally:
            os._exit(code)

    def do(self, *words: str) -> Ended:
        """Run a command in a fork to its end."""
        return self.forked(*words).wait()

    def must(self, *words: str) -> Ended:
        """Run a command that has to succeed."""
        ended = self.do(*words)
        if ended.code:
            raise AssertionError(f"{words}: {ended}")
        return ended

    def cut_short(self, delay: float, *words: str) -> Ended:
        """Run a command and kill it after ``delay`` seconds, should it still run."""
        child = self.forked(*words)
        time.sleep(delay)
        child.kill()
        return child.wait()

    def crm(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command as a process of its own."""
        settings = {"capture_output": True, "text": True, "timeout": 120} | options
        return subprocess.run([*CRM, *words], env=self.environ, check=False, **settings)

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command as a process of its own."""
        return subprocess.Popen([*CRM, *words], env=self.environ, text=True, **options)


def people(count: int, mark: str) -> str:
    """A CSV file of ``count`` people whose source is ``mark``."""
    lines = ["name,email,phone,city,tags,note,source"]
    lines += [
        f"{mark} Person{number},{mark}.{number}@acme.example,+48600{number:06},Kraków,"
        f"vip;tag{number % 7},met at fair {number},{mark}"
        for number in range(count)
    ]
    return "\n".join(lines) + "\n"


def seed(desk: Desk, count: int = 40) -> None:
    """Fill a book with people, what was said to them, follow-ups and a past."""
    desk.must("import", desk.file("seed.csv", people(count, "seed")))
    for number in range(1, 6):
        desk.must("log", "call", str(number), f"spoke of offer {number}", "--next", "2026-03-05")
    desk.must(
        "log", "purchase", "3", "--amount", "120.50", "--currency", "EUR", "--at", "2025-06-01"
    )
    desk.must("tag", "4", "gold")
    desk.must("undo")


def chance(seed_number: int) -> random.Random:
    """A source of chance that gives the same every time."""
    return random.Random(seed_number)  # noqa: S311 - not a secret
