"""The copies of a book: each a whole book of its own, verified, in one folder, kept by a rotation.

A copy is named ``STEM-BOOK-TIME-REASON.db``: the book's file name, its uid (which stays when the
file is moved or renamed), when it was taken in UTC, and what for. What a restore or a repair put
away that was no sound book ends in ``.damaged`` instead.
"""

from __future__ import annotations

import os
import re
import sqlite3

from crmcli.db import catalog, connection, copying, proof, rotation
from crmcli.db.catalog import Copy
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
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


ASKED = catalog.ASKED
APART = frozenset((ASKED, "restore", "repair", "migration"))  # groups of their own in the rotation
_ENDS = ("part", "part-journal")
about, kept, uid_of = catalog.about, catalog.kept, catalog.uid_of


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


def of(app: Keeper) -> list[Copy]:
    """The copies of the app's book, newest first, damaged ones among them."""
    return catalog.copies(app.path, shelf_of(app).folder, now=app.now)


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
    there = [
        copy
        for copy in catalog.copies(path, shelf.folder, uid, now=shelf.now)
        if copy.uid == uid and copy.sound
    ]
    # A change needs one copy to go back to; who asks for one wants it kept for as long as those are.
    like = there if reason != ASKED else [copy for copy in there if copy.reason == ASKED][:1]
    with copying.still(path, held) as number:
        same = next((copy for copy in like if copying.same(number, copy.path)), None)
    if same:
        verify(same.path, uid)
        return same
    fresh = os.path.join(shelf.folder, f".crm-copy.{os.getpid()}.part")
    copying.sweep(shelf.folder, ".crm-copy", _ENDS)
    copying.sweep_beside(path)
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
    fresh = copying.beside(target, "part")
    copying.sweep_beside(target, _ENDS)
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
    word = re.sub("[^a-z]+", "-", reason.lower()).strip("-") or ASKED
    at = shelf.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    turns = [copy.turn for copy in catalog.named(shelf.folder) if (copy.uid, copy.at) == (uid, at)]
    turn = max(turns, default=0) + 1
    while True:
        name = catalog.name_for(path, uid, shelf.now, turn, word, sound=sound)
        final = os.path.join(shelf.folder, name)
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
            raise StorageError(f"{path}: damaged ({proof.first_line(flaw)}); crm doctor says more")
        found = db.execute("SELECT value FROM meta WHERE key = 'book'").fetchone()
    except (sqlite3.DatabaseError, UnicodeError) as error:
        raise StorageError(f"{path}: damaged ({error}); crm doctor says more") from None
    finally:
        db.close()
    if uid is not None and (found is None or found[0] != uid):
        raise StorageError(f"{path}: a copy of another book")
