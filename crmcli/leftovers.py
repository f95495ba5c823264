"""What lies beside the book and may still hold somebody who was forgotten: copies, drafts, files."""

from __future__ import annotations

import os
import shlex
import tempfile
from contextlib import suppress
from glob import escape, glob

from crmcli.config.paths import backup_folder
from crmcli.db import backups, catalog, proof
from crmcli.editor import DRAFTS, start
from crmcli.errors import ConfigError
from crmcli.store import import_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.context import App
    from crmcli.values.mentions import Mentions

_MOST = 64 << 20  # bytes of a file that is looked through
_RELATED = ".rejects*"


def copies(app: App) -> list[str]:
    """The copies that are kept of this book, and those in its folder, whatever their names are.

    Also what may have been one and is damaged: it cannot be cleaned, and has to be named.
    """
    path = os.path.realpath(app.path)
    folder, name = os.path.split(path)
    kept: dict[str, str] = {}
    # Also where they went before backup.folder said another place.
    shelves = [backups.shelf_of(app).folder]
    with suppress(ConfigError):  # no home folder is known
        shelves.append(backup_folder(app.environ))
    for shelf in shelves:
        for copy in backups.kept(path, shelf):
            kept.setdefault(os.path.realpath(copy), copy)
    found = [*kept.values()]
    book = backups.uid_of(path)
    beside = [os.path.join(folder, entry) for entry in sorted(os.listdir(folder)) if entry != name]
    return found + [other for other in beside if other not in found and _is_of(other, book)]


def _is_of(path: str, book: str | None) -> bool:
    if not os.path.isfile(path):
        return False
    uid = backups.uid_of(path) if proof.is_database(path) else None
    return uid == book if uid else catalog.may_be_of(path, book)


def drafts(names: Mentions, uids: list[str]) -> dict[str, list[str]]:
    """What an editor was opened on, was not valid, and was kept (crmcli/editor.py), of the person or naming them.

    Theirs is known by the name of its folder, whatever became of the text. The files of each folder:
    what editors lay beside a draft, such as a copy of how it was or the swap file of one that was
    killed, is as much about the person.
    """
    kept = {}
    theirs = tuple(start(uid) for uid in uids)
    for folder in glob(os.path.join(escape(tempfile.gettempdir()), f"{DRAFTS}*")):
        if _is_ours(folder) and os.path.isdir(folder):
            files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
            if os.path.basename(folder).startswith(theirs) or any(
                _is_ours(path) and _holds(path, names) for path in files
            ):
                kept[folder] = files
    return kept


def _is_ours(path: str) -> bool:
    """Whether it is no link, and nobody else's."""
    try:
        return not os.path.islink(path) and os.stat(path).st_uid == os.getuid()
    except OSError:
        return False


def imported(app: App) -> list[str]:
    """The files that imports of the history read, and what they rejected, as far as they are still there.

    A word that is no whole path is looked for in each folder in which somebody was when they imported,
    and in this one. So is what was rejected, where the file itself is gone, too, and in the folders of
    these files: an import that changed nothing is not in the history, and one from a pipe has its
    rejects where it ran.
    """
    found: dict[str, str] = {}
    bases = ["", *import_folders.known(app.db)]
    folders = dict.fromkeys(bases)
    for (command,) in app.db.execute(
        "SELECT command FROM change_set WHERE command LIKE '% import %'"
    ):
        try:
            words = shlex.split(command)
        except ValueError:
            words = command.split()
        for word in words[2:]:
            typed = os.path.expanduser(word.removeprefix("--rejects="))
            if typed.startswith("-"):
                continue
            for path in (os.path.join(base, typed) for base in bases):
                if os.path.isfile(path):
                    found.setdefault(os.path.realpath(path), path)
                elif os.path.isdir(path):
                    _add(found, f"{escape(path)}/*")
                folders[os.path.dirname(path.rstrip("/"))] = None
    for folder in sorted(folders, key=os.path.isabs):  # near ones are shown by the shorter path
        _add(found, os.path.join(escape(folder), f"*{_RELATED}"))
    return list(found.values())


def _add(found: dict[str, str], pattern: str) -> None:
    """Add the files of a pattern, each once under whatever path."""
    for path in glob(pattern):
        if os.path.isfile(path):
            found.setdefault(os.path.realpath(path), path)


def naming(paths: list[str], names: Mentions) -> list[str]:
    """Those of these files that name the person."""
    return [path for path in paths if _holds(path, names)]


def in_config(app: App, names: Mentions) -> Iterator[str]:
    """``FILE:LINE`` for each line of the config that names the person."""
    try:
        with open(app.config.path, encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                if line in names:
                    yield f"{app.config.path}:{number}"
    except OSError:
        return


def _holds(path: str, names: Mentions) -> bool:
    try:
        with open(path, "rb") as file:
            raw = file.read(_MOST)
    except OSError:
        return False
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return raw.decode(encoding, "replace") in names
