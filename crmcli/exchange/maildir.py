"""Mail folders of files, one a message: a Maildir, with its folders as Courier and Dovecot lay them.

A folder is known by its ``cur`` and ``new``; where a copy has left out the one that was empty, by how
the files in the other are named. Those below are ``.Sent`` or ``.INBOX.Sent`` beside them,
or folders within folders; their names, in IMAP's own UTF-7, say what is sent, a draft or spam.
"""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import TYPE_CHECKING

from crmcli.exchange.mbox import LARGEST, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.mail_source import MailSource
    from crmcli.exchange.plan import Options

_DEEPEST = 8
_SAMPLE = 100  # files
_NAMED = re.compile(r"\d{9,10}\.[^\s/]+|[^\s/]+[:;!]2,[A-Za-z]*").fullmatch
_NEAR = 2  # folders deep that a folder is known by which is none of mail itself
_MOST_FOLDERS = 20_000  # looked at


def claims_folder(path: str) -> bool:
    """Whether a folder is one of mail, or has such folders in it."""
    return next(_folders(path, _NEAR), None) is not None


def open_folder(path: str, options: Options) -> MailSource:
    """Open a Maildir with all its folders."""
    from crmcli.exchange.mail_source import MailSource

    total = sum(1 for _ in _files(path))
    return MailSource(path, "maildir", options, lambda: _messages(path), total=total)


def _is_one(path: str) -> bool:
    parts = [part for part in ("cur", "new") if os.path.isdir(os.path.join(path, part))]
    if len(parts) != 1:
        return bool(parts)
    try:
        with os.scandir(os.path.join(path, parts[0])) as entries:
            return any(_NAMED(entry.name) for entry in islice(entries, _SAMPLE))
    except OSError:
        return False


def _folders(path: str, deepest: int = _DEEPEST) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the mail folders from a path on, what was sent first, with what their names say."""
    from crmcli.exchange import mail_marks

    found: list[tuple[str, frozenset[str]]] = []
    waiting = [(path, 0, [""])]
    looked = 0
    while waiting and looked < _MOST_FOLDERS:
        looked += 1
        here, depth, names = waiting.pop()
        if _is_one(here):
            found.append((here, mail_marks.of_names(names)))
        if depth == deepest:
            continue
        for entry in _sorted(here):
            if entry.is_dir(follow_symlinks=False) and entry.name not in ("cur", "new", "tmp"):
                told = [mail_marks.folder_name(name) for name in entry.name.split(".")]
                waiting.append((entry.path, depth + 1, told))
    yield from sorted(found, key=lambda item: ("sent" not in item[1], item[0]))


def _files(path: str) -> Iterator[tuple[os.DirEntry[str], frozenset[str]]]:
    """Yield the file of each message; what a delivery has not finished (``tmp``) is none yet."""
    for folder, marks in _folders(path):
        for part in ("cur", "new"):
            for entry in _sorted(os.path.join(folder, part)):
                if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                    yield entry, marks


def _messages(path: str) -> Iterator[Piece]:
    """Yield the messages, each numbered."""
    from crmcli.exchange import mail_marks

    for number, (entry, marks) in enumerate(_files(path), 1):
        try:
            with open(entry.path, "rb") as file:
                raw = file.read(LARGEST)
        except OSError:  # moved by a mail program while we read
            continue
        yield Piece(number, raw, "", marks | mail_marks.of_flags(entry.name))


def _sorted(path: str) -> list[os.DirEntry[str]]:
    """The entries of a folder by name, so that a second look finds the same order."""
    try:
        with os.scandir(path) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
