"""Where the rejects of an import go: beside each file, or where the user says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.exchange.rejects import RejectsFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.exchange.plan import Plan
    from crmcli.exchange.source import Source

_PASSING = ("/dev/", "/proc/")


def of(sources: Sequence[Source], asked: str | None) -> list[RejectsFile]:
    """The rejects file of each source.

    Args:
        sources: the files of one import.
        asked: a path; files of the same columns share it, where each reject names its file; the others
            take their own ending, or a number.
    """
    found: list[RejectsFile] = []
    for source in sources:
        taken = {file.path for file in found}
        path = asked or _beside(source.plan, taken)
        file = RejectsFile(path, source)
        if path in taken:
            before = next((one for one in found if one.shape == file.shape), None)
            path = before.path if before else _free(os.path.splitext(path)[0], f".{source.plan.suffix}", taken)  # fmt: skip
            file = RejectsFile(path, source, before)
            if before:
                before.is_shared = file.is_shared = True
        found.append(file)
    return found


def _beside(plan: Plan, taken: set[str]) -> str:
    """Beside the file; a second import takes the next number."""
    file = plan.file.rstrip("/")
    # Beside a pipe or a device there is no place: the folder that the command runs in has one.
    passing = not (os.path.isfile(file) or os.path.isdir(file)) or file.startswith(_PASSING)
    stem = "stdin.rejects" if passing else f"{os.path.splitext(file)[0]}.rejects"
    return _free(stem, f".{plan.suffix}", taken)


def _free(stem: str, suffix: str, taken: set[str]) -> str:
    """A path where nothing is: the first, or one with a number."""
    path, number = f"{stem}{suffix}", 1
    while path in taken or os.path.lexists(path):
        number += 1
        path = f"{stem}-{number}{suffix}"
    return path
