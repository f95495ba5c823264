"""A command in a process of its own, and what it took.

Started by a small process: a child counts as its largest what its parent had when it was made.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.hostile.screen import printed

ROOT = Path(__file__).parents[2]
_STARTER = """
import json, os, subprocess, sys
child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
child.returncode = 0
with open(sys.argv[1], "w") as file:
    json.dump([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss // 1024], file)
"""


class Ended(NamedTuple):
    """What became of a command.

    Attributes:
        code: the exit code.
        out: what it printed.
        err: what it said, proved to do nothing on a terminal.
        seconds: of the processor.
        megabytes: at its largest.
    """

    code: int
    out: bytes
    err: str
    seconds: float
    megabytes: int


def crm(home: Path, *words: str, **more: str) -> Ended:
    """Run crm on the book of a home."""
    environ = {
        "HOME": str(home), "CRM_DB": str(home / "book.db"), "CRM_NOW": "2026-03-02T09:00", "TZ": "UTC",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), "PATH": os.environ["PATH"],
    }  # fmt: skip
    took = home / "took"
    done = subprocess.run(
        [sys.executable, "-S", "-c", _STARTER, str(took), sys.executable, "-m", "crmcli", *words],
        env=environ | more, cwd=home, capture_output=True, check=True,
    )  # fmt: skip
    code, seconds, megabytes = json.loads(took.read_text())
    return Ended(code, done.stdout, printed(done.stderr), seconds, megabytes)
