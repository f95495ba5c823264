"""A few seconds of each room; ``python -m tests.faults`` is the long way."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.desk import ROOT

FEW = {
    "kills": "kills.room(6)",
    "writers": "writers.room(4, 5)",
    "machines": "machines.room(6)",
    "limits": "limits.room(6)",
    "read_only": "read_only.room()",
    "damage": "damage.room(25)",
}
PROGRAM = """
import sys
from tests.faults import damage, kills, limits, machines, read_only, writers
wrong = [f"{found.what}: {text}" for found in eval(sys.argv[1]) for text in found.wrong]
sys.exit("\\n".join(wrong) or 0)
"""


@pytest.mark.parametrize("room", FEW)
def test_nothing_is_wrong_in(room: str) -> None:
    """A short visit to the room finds nothing wrong; it forks, so it has a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, FEW[room]],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
