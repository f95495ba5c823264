"""The copies of a book: each a whole book of its own, verified, in one folder, kept by a rotation.

A copy is named ``STEM-BOOK-TIME-REASON.db``: the book's file name, its uid (which stays when the
file is moved or renamed), when it was taken in UTC, and what for. What a restore or a repair put
away that was no sound book ends in ``.damaged`` instead.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing

from crmcli.db import connection, copying, rotation
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from typing import Protocol

    from crmcli.config import Config

    class Keeper(Protocol):
        """Who knows the book and where its copies go: context.App."""

        config: Config
        path: str
        environ: Mapping[str, str]
        now: datetime
        held: list[int]

        @property
        def db(self) -> sqlite3.Connection: ...


ASKED = "asked"  # by crm backup
APART = frozenset((ASKED, "restore", "repair", "migration"))  # groups of their own in the rotation
UNKNOWN = "0" * 16  # the uid of a book that cannot be asked
_NAME = re.compile(
    r"(?P<stem>.+)-(?P<uid>[0-9a-f]{16})-(?P<time>\d{8}T\d{6}Z)(?:\.(?P<turn>\d{1,6}))?"
    r"-(?P<reason>[a-z][a-z-]*)\.(?P<kind>db|damaged)"
)
# What a book that is being made or put in place is called until it is: NAME.PID and one of these.
BESIDE = ("new", "new-journal", "restored", "restored-journal")
_ENDS = ("part", "part-journal")
_OLD = re.compile(r"\.schema-\d+\.bak")  # how copies before a migration were named once


class Copy:
    """One copy.

    Attributes:
        path: the file. uid: of its book. at: when, UTC, as instants are stored.
        turn: the how many-th of that second. reason: what it was taken for.
        sound: False for what was put away damaged.
    """

    __slots__ = ("at", "path", "reason", "sound", "turn", "uid")

    def __init__(
        self, path: str, uid: str, at: str, turn: int, reason: str, *, sound: bool
    ) -> None:
        self.path = path
        self.uid = uid
        self.at = at
        self.turn = turn
        self.reason = reason
        self.sound = sound

    @property
    def age(self) -> tuple[str, int]:
        """What copies are put in order by, the newest last."""
        return self.at, self.turn


class Shelf:
    """Where the copies go, and how many stay.

    Attributes:
        folder: made on first need. now: the instant. before: whether bulk changes and migrations copy first.
        keep: a number, or how many ``daily``, ``weekly``, ``monthly`` and ``before`` changes.
    """

    __slots__ = ("before", "folder", "keep", "now")

    def __init__(
        self, folder: str, keep: int | dict[str, int], now: datetime, *, before: bool = True
    ) -> None:
        self.folder = folder
        self.keep = keep
        self.now = now
        self.before = before


def shelf_of(app: Keeper) -> Shelf:
    """Where the copies of the app's book go, and how many stay."""
    config = app.config
    beside = os.path.join(os.path.dirname(os.path.abspath(app.path)), "backups")
    folder = config["backup.folder"] or beside
    return Shelf(folder, config["backup.keep"], app.now, before=config["backup.before"])


def before(app: Keeper, reason: str) -> None:
    """Take a copy before a bulk change, to be called once by it, before its transaction.

    Nothing is copied where there is nothing to lose, where a copy is of this very state,
    and where the owner wants none. ``reason`` is one or two words, such as ``import``.

    Raises:
        StorageError: the book is damaged, or the copy could not be made; says how to go on without.
    """
    path, shelf = os.path.realpath(app.path), shelf_of(app)
    if not shelf.before or connection.check_file(path) is None:
        return
    # A stranger's book is refused before anything of it is asked; a migration comes with the opening.
    _ = reason == "migration" or app.db
    try:
        take(path, shelf, reason, app.held)
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "sqlite_errorname", "SQLITE_FULL") != "SQLITE_FULL":
            raise  # of the book itself, which the change would meet, too
        why = getattr(error, "strerror", None) or str(error)
        raise StorageError(
            f"no copy could be made in {shelf.folder} before this, so nothing was changed ({why});"
            " --no-backup goes on without one"
        ) from None


def take(path: str, shelf: Shelf, reason: str, held: list[int]) -> Copy | None:
    """Put a verified copy of the book at ``path`` on the shelf, and let go of what the rotation lets go.

    Returns:
        The copy, or one that is there and of the same state; None where nothing was ever
        written into the book.

    Raises:
        OSError, sqlite3.Error, StorageError: it cannot be read, copied or verified.
    """
    uid, used = about(path)
    if not used and reason not in APART:
        return None
    copying.make_folder(shelf.folder)
    there = [copy for copy in copies(path, shelf.folder, uid) if copy.uid == uid and copy.sound]
    # A change needs one copy to go back to; who asks for one wants it kept for as long as those are.
    like = there if reason != ASKED else [copy for copy in there if copy.reason == ASKED][:1]
    with copying.still(path, held) as number:
        same = next((copy for copy in like if copying.same(number, copy.path)), None)
    if same:
        verify(same.path, uid)
        return same
    fresh = os.path.join(shelf.folder, f".crm-copy.{os.getpid()}.part")
    copying.sweep(shelf.folder, ".crm-copy", _ENDS)
    copying.sweep(os.path.dirname(path), os.path.basename(path), BESIDE)
    copying.remove(fresh)
    copying.exact(path, fresh, held)
    try:
        verify(fresh, uid)
        made = put(fresh, path, uid, shelf, reason)
    finally:
        copying.remove(fresh)
    rotation.rotate(path, shelf, made)
    return made


def to_file(path: str, target: str, held: list[int]) -> None:
    """Make a verified copy of the book at ``path`` at a place of the owner's choice.

    It takes the place of a file that is there, and of a link, not of what that points to.

    Raises:
        OSError, sqlite3.Error, StorageError: it cannot be read, copied or verified.
    """
    folder, name = os.path.split(target)
    fresh = os.path.join(folder, f".{name}.{os.getpid()}.part")
    copying.sweep(folder, f".{name}", _ENDS)
    copying.remove(fresh)
    copying.exact(path, fresh, held)
    try:
        verify(fresh, about(path)[0])
        os.replace(fresh, target)
        copying.sync_folder(target)
    finally:
        copying.remove(fresh)


def put(fresh: str, path: str, uid: str, shelf: Shelf, reason: str, *, sound: bool = True) -> Copy:
    """Give a finished file in the shelf's folder the name of a copy of the book at ``path``."""
    time = shelf.now.strftime("%Y%m%dT%H%M%SZ")
    word = re.sub("[^a-z]+", "-", reason.lower()).strip("-") or ASKED
    at = shelf.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    turns = [copy.turn for copy in named(shelf.folder) if (copy.uid, copy.at) == (uid, at)]
    turn = max(turns, default=0) + 1
    while True:
        name = f"{_stem(path)}-{uid}-{time}{f'.{turn}' if turn > 1 else ''}-{word}"
        final = os.path.join(shelf.folder, f"{name}.{'db' if sound else 'damaged'}")
        try:
            copying.place(fresh, final)
        except FileExistsError:
            turn += 1
            continue
        copying.sync_folder(final)
        return Copy(final, uid, at, turn, word, sound=sound)


def verify(path: str, uid: str | None = None) -> None:
    """Look whether the file at ``path`` is a sound book, as quickly as that can be told.

    Raises:
        StorageError: it is not, or another than the one of that uid.
    """
    if connection.check_file(path) is None:
        raise StorageError(f"{path}: is gone")
    db = copying.opened(path, "ro&immutable=1")
    try:
        flaw = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if flaw != "ok":
            raise StorageError(f"{path}: damaged ({flaw.splitlines()[0]}); crm doctor says more")
        found = db.execute("SELECT value FROM meta WHERE key = 'book'").fetchone()
    except (sqlite3.DatabaseError, UnicodeError) as error:
        raise StorageError(f"{path}: damaged ({error}); crm doctor says more") from None
    finally:
        db.close()
    if uid is not None and (found is None or found[0] != uid):
        raise StorageError(f"{path}: a copy of another book")


def kept(path: str, folder: str | None = None) -> list[str]:
    """Return the paths of the copies that belong to the book at ``path``, newest first.

    Args:
        path: the book. Where it cannot be asked who it is, copies of its file name count.
        folder: where copies go, ``shelf_of(app).folder``. Without it only those beside the book are
            found, which an older crm laid there before a migration.
    """
    return [copy.path for copy in copies(path, folder)]


def copies(path: str, folder: str | None, uid: str | None = None) -> list[Copy]:
    """Return the copies that belong to the book at ``path``, newest first, damaged ones among them.

    It is asked for its ``uid`` where that is not known.
    """
    path = os.path.realpath(path)
    uid = uid or uid_of(path)
    found = [
        copy
        for copy in named(folder)
        if copy.uid == uid or ((not uid or copy.uid == UNKNOWN) and is_of(copy, path))
    ]
    return [*sorted(found, key=lambda copy: copy.age, reverse=True), *_beside(path)]


def is_of(copy: Copy, path: str) -> bool:
    """Whether a copy has the very file name of the book at ``path``, as no other book's of that folder."""
    return os.path.basename(copy.path).startswith(f"{_stem(path)}-{copy.uid}-")


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


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0] or "crm"


def told(copy: Copy) -> str:
    """What a copy was taken for, in words: ``asked``, ``before import``."""
    return copy.reason if copy.reason == ASKED else f"before {copy.reason}"
