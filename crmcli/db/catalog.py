"""Which copies of a book there are, and in what order: by their names, and by what they hold where a clock was wrong."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing

from crmcli.db import connection, copying
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ASKED = "asked"  # by crm backup
UNKNOWN = "0" * 16  # the uid of a book that cannot be asked
_NAME = re.compile(
    r"(?P<stem>.+)-(?P<uid>[0-9a-f]{16})-(?P<time>\d{8}T\d{6}Z)(?:\.(?P<turn>\d{1,6}))?"
    r"-(?P<reason>[a-z][a-z-]*)\.(?P<kind>db|damaged)",
    re.DOTALL,  # a file's name may have line breaks
)
_OLD = re.compile(r"\.schema-\d+\.bak")  # how copies before a migration were named once


def _must_have(db: sqlite3.Connection, table: str) -> None:
    """Raise sqlite3.DatabaseError where it is no table: a view of that name could go on for ever."""
    sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    if not db.execute(sql, (table,)).fetchone():
        raise sqlite3.DatabaseError(f"no such table: {table}")


class Copy:
    """One copy.

    Attributes:
        path: the file. uid: of its book. at: when, UTC, as instants are stored.
        turn: the how many-th of that second. reason: what it was taken for.
        sound: False for what was put away damaged.
        age: what copies are put in order by, the newest last: of when it is, whether its clock was
            right, its own time and turn.
    """

    __slots__ = ("age", "at", "path", "reason", "sound", "turn", "uid")

    def __init__(
        self, path: str, uid: str, at: str, turn: int, reason: str, *, sound: bool
    ) -> None:
        self.path = path
        self.uid = uid
        self.at = at
        self.turn = turn
        self.reason = reason
        self.sound = sound
        self.age = at, True, at, turn

    def place(self, now: str) -> None:
        """Put it where a right clock would have: not before its last change, nor later than ``now``.

        A copy whose time has not come was taken by a clock that was wrong, and is as old as its last change.
        """
        try:
            with closing(copying.opened(self.path, "ro&immutable=1")) as db:
                _must_have(db, "change_set")
                last = db.execute("SELECT at FROM change_set ORDER BY id DESC LIMIT 1").fetchone()
                if last and last[0] > now:
                    last = db.execute("SELECT max(at) FROM change_set WHERE at <= ?", (now,)).fetchone()  # fmt: skip
        except (sqlite3.Error, UnicodeError, TypeError):
            last = None
        changed = str((last and last[0]) or "")
        if self.at <= now:
            self.age = max(self.at, changed), True, self.at, self.turn
        else:
            self.age = changed, False, self.at, self.turn


def kept(path: str, folder: str | None = None) -> list[str]:
    """Return the paths of the copies that belong to the book at ``path``, newest first.

    Args:
        path: the book. Where it cannot be asked who it is, copies of its file name count.
        folder: where copies go, ``shelf_of(app).folder``. Without it only those beside the book are
            found, which an older crm laid there before a migration.
    """
    return [copy.path for copy in copies(path, folder)]


def copies(
    path: str, folder: str | None, uid: str | None = None, *, now: datetime | None = None
) -> list[Copy]:
    """Return the copies that belong to the book at ``path``, newest first, damaged ones among them.

    It is asked for its ``uid`` where that is not known; a damaged file is searched for it. ``now`` puts
    those in their place that were taken while the clock was wrong (Copy.place).
    """
    path = os.path.realpath(path)
    there = [*named(folder)]
    uid = uid or uid_of(path)
    known = {uid} if uid else _numbers_in(path) & {copy.uid for copy in there}
    found = [
        copy
        for copy in there
        if copy.uid in known or ((not known or copy.uid == UNKNOWN) and is_of(copy, path))
    ]
    if now:
        for copy in found:
            copy.place(now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return [*sorted(found, key=lambda copy: copy.age, reverse=True), *_beside(path)]


def others(path: str, folder: str | None, found: list[Copy]) -> list[Copy]:
    """Return the sound copies of other books that had the file name of the book at ``path``, newest first.

    A restore of another book puts the old one away there. ``found`` are those of this book.
    """
    mine = {copy.path for copy in found}
    path = os.path.realpath(path)
    theirs = [
        copy for copy in named(folder) if copy.sound and is_of(copy, path) and copy.path not in mine
    ]
    return sorted(theirs, key=lambda copy: copy.age, reverse=True)


def latest(path: str, found: list[Copy]) -> Copy | None:
    """Return the copy that ``crm restore latest`` means, of those of the book at ``path``.

    One of the book's own file name where there is one: a book to play with has copies of its own. What
    a restore put away was not taken to go back to, and counts where there is no other.
    """
    path = os.path.realpath(path)
    sound = [copy for copy in found if copy.sound]
    own = [copy for copy in sound if is_of(copy, path)]
    for some in (own, sound):
        for copy in some:
            if copy.reason != "restore":
                return copy
    return next(iter(own or sound), None)


def _numbers_in(path: str) -> set[str]:
    """What may be the number of a book in the bytes of a file that cannot be asked."""
    import mmap

    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return {match[1].decode() for match in re.finditer(rb"book([0-9a-f]{16})", data)}
    except (OSError, ValueError):  # there is none, or it is empty
        return set()


def may_be_of(path: str, uid: str | None) -> bool:
    """Whether a file that cannot be asked whose it is may be a damaged copy of the book of that uid.

    The number of a book in its bytes tells. Without any, what is of SQLite and cannot be read may be, and
    what is called a database and has lost its beginning.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(len(connection.MAGIC))
    except OSError:
        return False
    is_named = path.endswith((".db", ".damaged"))
    if not head or not (head == connection.MAGIC or is_named):
        return False
    numbers = _numbers_in(path)
    if numbers:
        return uid in numbers
    return not _is_anothers(path) if head == connection.MAGIC else not any(head)


def _is_anothers(path: str) -> bool:
    """Whether a file is a database of another program, whose tables can be read."""
    try:
        with closing(copying.opened(path, "ro&immutable=1")) as db:
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema")}
    except (sqlite3.Error, OSError, UnicodeError):
        return False
    return not {"contact", "change_set"} <= tables


def is_of(copy: Copy, path: str) -> bool:
    """Whether a copy has the very file name of the book at ``path``, as no other book's of that folder."""
    return os.path.basename(copy.path).startswith(f"{_stem(path)}-{copy.uid}-")


def is_copy(path: str) -> bool:
    """Whether a file is named as copies are."""
    return _NAME.fullmatch(os.path.basename(path)) is not None


def named(folder: str | None) -> Iterator[Copy]:
    """The files of a folder that are named as copies are."""
    try:
        names = os.listdir(folder) if folder else []
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None or os.path.islink(os.path.join(folder or "", name)):
            continue
        time = match["time"]
        at = f"{time[:4]}-{time[4:6]}-{time[6:11]}:{time[11:13]}:{time[13:]}"
        yield Copy(
            os.path.join(folder or "", name), match["uid"], at, int(match["turn"] or 1),
            match["reason"], sound=match["kind"] == "db",
        )  # fmt: skip


def _beside(path: str) -> Iterator[Copy]:
    """Copies of the kind that an older crm laid beside the book before a migration."""
    folder, name = os.path.split(path)
    if not os.path.isdir(folder):
        return
    for entry in sorted(os.listdir(folder)):
        if entry.startswith(name) and _OLD.fullmatch(entry, len(name)):
            old = os.path.join(folder, entry)
            yield Copy(old, UNKNOWN, _written(old), 1, "migration", sound=True)


def _written(path: str) -> str:
    from time import gmtime, strftime

    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(os.stat(path).st_mtime))


def uid_of(path: str) -> str | None:
    """The uid of the book at ``path``, None where there is none or it cannot be asked."""
    try:
        return about(path)[0]
    except (sqlite3.Error, OSError, StorageError, UnicodeError):
        return None


def about(path: str) -> tuple[str, bool]:
    """The uid of a book, and whether anything was ever written into it; StorageError where it has none."""
    sql = "SELECT CAST(value AS TEXT), EXISTS (SELECT 1 FROM change_set) FROM meta WHERE key = ?"
    with closing(copying.opened(path, "rw")) as db:
        row = db.execute(sql, ("book",)).fetchone()
    if row is None or not re.fullmatch("[0-9a-f]{16}", row[0] or ""):
        raise StorageError(f"{path}: a book without its uid; crm doctor --repair gives it one")
    return row[0], bool(row[1])


def name_for(
    path: str, uid: str | None, now: datetime, turn: int, reason: str, *, sound: bool = True
) -> str:
    """The file name of a copy of the book at ``path``, the ``turn``-th of that second."""
    time = now.strftime("%Y%m%dT%H%M%SZ")
    further = f".{turn}" if turn > 1 else ""
    end = "db" if sound else "damaged"
    return f"{_stem(path)}-{uid or UNKNOWN}-{time}{further}-{reason}.{end}"


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0] or "crm"


def told(copy: Copy) -> str:
    """What a copy was taken for, in words: ``asked``, ``before import``."""
    return copy.reason if copy.reason == ASKED else f"before {copy.reason}"
