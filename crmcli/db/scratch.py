"""Folders for a copy of the book that is looked at and thrown away, in the folder for temporary files.

A process that is killed leaves its own. So the name has the number of the process, and whoever makes
the next one takes away those of processes that are no more, as ``crm forget`` does: a whole book
lies in it, with everybody whom it had then.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager

from crmcli.db import copying

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"crm-(?:doctor|merge|open|rules)-(\d{1,10})-\w+")


@contextmanager
def folder(what: str) -> Iterator[str]:
    """Yield a new folder, for the owner only; gone at the end.

    ``what`` it is for is a word: doctor, merge, open or rules.
    """
    sweep()
    with tempfile.TemporaryDirectory(
        prefix=f"crm-{what}-{os.getpid()}-", ignore_cleanup_errors=True
    ) as path:
        yield path


def sweep() -> list[str]:
    """Take away the folders of this user that processes which died have left; return which."""
    top = tempfile.gettempdir()
    gone = []
    for entry in os.listdir(top):
        match = _NAME.fullmatch(entry)
        path = os.path.join(top, entry)
        if match and not copying.runs(int(match[1])) and _is_ours(path):
            shutil.rmtree(path, ignore_errors=True)
            gone.append(path)
    return gone


def _is_ours(path: str) -> bool:
    """Whether it is a folder, no link, and nobody else's."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return os.path.isdir(path) and not os.path.islink(path) and found.st_uid == os.getuid()
