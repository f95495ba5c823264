"""One case of one target, with what must hold whatever the target is: time and memory are bounded."""

from __future__ import annotations

import resource
import time

from tests.fuzz.targets import TARGETS

SECONDS = 5.0
MEGABYTES = 300


class CostlyError(AssertionError):
    """A small case that takes long, or much memory."""


def run(name: str, raw: bytes) -> None:
    """Run a case.

    Raises:
        Exception: a law is broken.
    """
    memory = _peak()
    start = time.process_time()
    TARGETS[name].run(raw)
    spent = time.process_time() - start
    if spent > SECONDS:
        raise CostlyError(f"{spent:.1f} s of the processor")
    grown = _peak() - memory
    if grown > MEGABYTES:
        raise CostlyError(f"{grown} MB")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def place(error: BaseException) -> str:
    """Where an error comes from, in a word: of two cases with one place the first is kept."""
    trace = error.__traceback__
    found = []
    while trace:
        code = trace.tb_frame.f_code
        if "crmcli" in code.co_filename or "fuzz" in code.co_filename:
            found.append(f"{code.co_name}{trace.tb_lineno}")
        trace = trace.tb_next
    return "-".join([type(error).__name__, *found[-2:]])
