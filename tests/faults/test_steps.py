"""The last step of a commit, and the moment after it, where a power cut tells full from half."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults import disk
from tests.faults.desk import ROOT

PROGRAM = """
import sys
from functools import partial
from tests.faults import steps
from tests.faults.work import Bench
with Bench() as bench:
    add = bench.works[0]
    last = steps.count(bench, add, past=False)
    for fault in ("io", "full", "kill", "cut"):
        for at in (last // 2, last):
            bench.lay(add)
            ended = bench.desk.forked(*add.words, before=partial(steps.put, at, fault, folder=steps.NOWHERE)).wait()
            assert ended.code in (5, -9), (fault, at, ended)
            wrong = list(bench.judge(add, ended))
            assert not wrong, (fault, at, wrong)
    wrong = steps.cut_at_the_end(bench, 6).wrong
    assert not wrong, wrong
"""


@pytest.mark.skipif(not disk.reachable(), reason="this Python's SQLite cannot be reached")
def test_add_is_whole_or_absent_and_stays() -> None:
    """Errors, kills and power cuts within an add leave nothing of it; one after it leaves it all."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
