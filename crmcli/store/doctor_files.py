"""What lies beside the book, who may read it, and how old its newest copy is.

What mends here is called without the book, before it is opened; but its number is written into it.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from shlex import quote

from crmcli.db import backups, catalog, connection, copying, proof
from crmcli.errors import StorageError
from crmcli.store.doctor import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from crmcli.db.backups import Shelf

CHECKS = frozenset(("modes", "leftovers", "journal"))
_WEEK = 7  # days
# How sync tools name the second of two that were changed at once.
_CONFLICT = re.compile(
    r"conflict|\(\d+\)|-[0-9A-Za-z]+'s |case conflict|sync-conflict", re.IGNORECASE
)
_OURS = re.compile(r"\.(\d+)\.(new|restored|part)(-journal)?")


def look(path: str, config: str, shelf: Shelf) -> Iterator[Finding]:
    """Yield findings about the files of a book.

    Args:
        path: the book.
        config: the config file, there or not.
        shelf: where its copies are.
    """
    copies = catalog.copies(path, shelf.folder)
    yield from _modes(path, config, shelf.folder, [copy.path for copy in copies])
    yield from _beside(path)
    yield from _conflicts(path)
    with open(path, "rb") as file:
        if file.read(100)[18:19] == b"\2":
            yield Finding(
                "journal", "{} book keeps part of itself in a file beside it", 1, "journal mode wal",
                repair="makes it one file again", mend=_one_file(path),
            )  # fmt: skip


def _modes(path: str, config: str, folder: str, copies: list[str]) -> Iterator[Finding]:
    wide = []
    for place in (path, config, folder, *copies):
        try:
            about = os.stat(place)
        except OSError:
            continue
        if about.st_mode & 0o077 and about.st_uid == os.geteuid():
            wide.append((place, 0o700 if stat.S_ISDIR(about.st_mode) else 0o600))
    if wide:

        def mend() -> None:
            for place, mode in wide:
                os.chmod(place, mode)

        yield Finding(
            "modes", "{} files can be read by others", len(wide), wide[0][0],
            repair="makes them yours alone", mend=mend,
        )  # fmt: skip


def _beside(path: str) -> Iterator[Finding]:
    """What crm or SQLite left when they were cut short."""
    folder, name = os.path.split(path)
    left = []
    for entry in sorted(os.listdir(folder)):
        rest = entry.removeprefix(f".{name}")
        match = _OURS.fullmatch(rest) if rest != entry else None
        if (match and not copying.runs(int(match[1]))) or (
            entry == f"{name}-journal" and not os.path.getsize(os.path.join(folder, entry))
        ):
            left.append(os.path.join(folder, entry))
    if left:

        def mend() -> None:
            for place in left:
                copying.remove(place)

        yield Finding(
            "leftovers", "{} files were left when something was cut short", len(left), left[0],
            repair="takes them away", mend=mend,
        )  # fmt: skip


def _conflicts(path: str) -> Iterator[Finding]:
    """Other copies of the book beside it: named as a sync tool does, or with work that is not in the book."""
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    uid = backups.uid_of(path)
    for entry in sorted(os.listdir(folder)) if uid else ():
        place = os.path.join(folder, entry)
        ours = entry.startswith(".") and _OURS.search(entry)
        if entry == name or f"-{uid}-" in entry or ours or not os.path.isfile(place):
            continue
        try:
            same = connection.check_file(place) is not None and backups.uid_of(place) == uid
            named = entry.startswith(stem) and _CONFLICT.search(entry[len(stem) :])
            if same and (named or proof.more(path, place)):
                yield Finding(
                    "conflict", "{} other copy of the book lies beside it", 1, place,
                    advice=f"crm merge-book {quote(place)} takes in what it has; then move it away",
                )  # fmt: skip
        except (StorageError, sqlite3.DatabaseError, UnicodeError):
            continue


def _one_file(path: str) -> Callable[[], None]:
    def mend() -> None:
        other = copying.opened(path, "rw")
        try:
            other.execute("PRAGMA journal_mode = DELETE")
        finally:
            other.close()

    return mend


def age(db: sqlite3.Connection, path: str, shelf: Shelf) -> Iterator[Finding]:
    """Yield a finding where more than a week's changes stand in no copy."""
    there = catalog.copies(path, shelf.folder, now=shelf.now)
    sound = [copy.age[0] for copy in there if copy.sound]
    newest = max(sound, default="")
    row = db.execute("SELECT min(at), count(*) FROM change_set WHERE at > ?", (newest,)).fetchone()
    if row[0] is not None and _days(row[0], shelf.now) > _WEEK:
        since = f"since {newest[:10]}" if newest else "ever"
        yield Finding(
            "backup", f"{{}} changes, the first of {row[0][:10]}, are in no copy; none was taken {since}", row[1],
            repair="takes one", advice="crm backup takes one; crm schedule cron --backup does it each day",
        )  # fmt: skip


def _days(at: str, now: datetime) -> float:
    from datetime import datetime

    try:
        return (now - datetime.fromisoformat(at)).total_seconds() / 86400
    except (ValueError, TypeError):
        return 0
