"""A book that its owner may read and not write."""

from __future__ import annotations

import ctypes
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.faults.desk import Desk, seed
from tests.faults.work import Figures

_READING = (
    "search",
    "search person7",
    "search --json",
    "show 3",
    "remind",
    "remind --within 7d --format ics",
    "snooze --list",
    "ignore --list",
    "check",
    "history",
    "export",
    "backup",
    "doctor",
)
_WRITING = (
    "add New Person",
    "log call 3 hello",
    "tag 3 gold",
    "undo",
    "remind 3 tomorrow call",
    "remind --new",
)


def room() -> list[Figures]:
    """Lock the file, its folder, or both under settings unlike those of the last writer."""
    with Desk() as desk:
        seed(desk)
        desk.must("remind", "4", "2026-02-27", "call")
        found = [_locked(desk, 0o400, 0o700, "file"), _locked(desk, 0o600, 0o500, "folder")]
        _drop_view(desk)
        found.append(_locked(desk, 0o400, 0o500, "file and folder, views of another crm"))
        _unlock(desk)
        desk.must("search")  # which puts the view back
        config = desk.file("config.toml", "[cadence]\ncustomer = 5\n")
        os.chmod(config, 0o600)
        desk.environ["CRM_CONFIG"] = config
        found.append(_locked(desk, 0o600, 0o500, "folder, other settings"))
        found.append(_locked(desk, 0o400, 0o500, "file and folder, other settings"))
    return found


def _locked(desk: Desk, file: int, folder: int, what: str) -> Figures:
    """Every reader answers, every writer is exit 5 with one line; the file stays as it was."""
    figures = Figures(f"read-only {what}")
    os.chmod(desk.book, file)
    os.chmod(desk.data, folder)
    before = Path(desk.book).read_bytes()
    for words in (*_READING, *_WRITING):
        ended = desk.forked(*words.split(), before=_without_rights).wait()
        figures.tried += 1
        if words in _WRITING:
            good = ended.refused_in_one_line
        else:
            good = ended.code in (0, 1) and "crm: " not in ended.err
        if not good:
            figures.wrong.append(f"crm {words}: {ended}")
    if Path(desk.book).read_bytes() != before:
        figures.wrong.append("changed")
    if os.listdir(desk.data) != ["book.db"]:
        figures.wrong.append(f"left behind: {os.listdir(desk.data)}")
    return figures


def _unlock(desk: Desk) -> None:
    os.chmod(desk.book, 0o600)
    os.chmod(desk.data, 0o700)


def _drop_view(desk: Desk) -> None:
    """Leave the book as a crm with other views would have made it."""
    _unlock(desk)
    with closing(sqlite3.connect(desk.book)) as db:
        db.execute("DROP VIEW people")


def _without_rights() -> None:
    """Have root heed the modes of its own files, as every other owner does."""
    if os.getuid():
        return
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    if ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError("the rights of root cannot be given away")
