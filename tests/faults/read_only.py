"""A book that may be read and not written, by a user who is not root."""

from __future__ import annotations

import io
import os
from pathlib import Path

from crmcli.main import main
from tests.faults.desk import Desk, seed
from tests.faults.work import Figures

_NOBODY = 65534
_READING = (
    "search",
    "search person7",
    "search --json",
    "show 3",
    "remind",
    "check",
    "history",
    "export",
)
_WRITING = ("add New Person", "log call 3 hello", "tag 3 gold", "undo", "remind 3 tomorrow call")


def room() -> list[Figures]:
    """Lock the file, its folder, or both under settings unlike those of the last writer."""
    with Desk() as desk:
        seed(desk)
        os.chmod(desk.folder, 0o755)  # noqa: S103 - made-up people
        _warm(desk)
        found = [_locked(desk, 0o444, 0o777, "file"), _locked(desk, 0o666, 0o555, "folder")]
        config = desk.file("config.toml", "[cadence]\ncustomer = 5\n")
        os.chmod(config, 0o600)
        if not os.getuid():
            os.chown(config, _NOBODY, _NOBODY)
        desk.environ["CRM_CONFIG"] = config
        found.append(_locked(desk, 0o666, 0o555, "folder, other settings"))
        found.append(_locked(desk, 0o444, 0o555, "file and folder, other settings"))
    return found


def _locked(desk: Desk, file: int, folder: int, what: str) -> Figures:
    """Every reader answers, every writer is exit 5 with one line; the file stays as it was."""
    figures = Figures(f"read-only {what}")
    os.chmod(desk.book, file)
    os.chmod(desk.data, folder)
    before = Path(desk.book).read_bytes()
    for words in (*_READING, *_WRITING):
        ended = desk.forked(*words.split(), before=_as_nobody).wait()
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


def _warm(desk: Desk) -> None:
    """Have everything imported: what nobody may read are perhaps our own modules, too."""
    for words in (*_READING, *_WRITING):
        streams = [io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in "oe"]
        main(words.split(), environ=desk.environ, stdout=streams[0], stderr=streams[1])


def _as_nobody() -> None:
    """Leave root behind, whom no mode holds back."""
    if not os.getuid():
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
