"""Which copies of a book stay: the last of each of so many days, weeks and months, and a few before changes."""

from __future__ import annotations

import sqlite3
from datetime import date

from crmcli.db import catalog, connection, copying, proof
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.db.backups import Shelf
    from crmcli.db.catalog import Copy


def rotate(path: str, shelf: Shelf, made: Copy) -> list[str]:
    """Take away the copies of one book that the rotation has no place for; return their paths.

    Those of a copy of the book that goes by another file name are a shelf of their own. Never the newest, never the one just ``made``, nor one that was put away damaged, nor one that
    holds changes which no other that stays knows, as a book that was restored over does, nor a
    file that is no copy of this book by its name and its header.
    """
    there = [
        copy
        for copy in catalog.copies(path, shelf.folder, made.uid, now=shelf.now)
        if copy.uid == made.uid and copy.sound and catalog.is_of(copy, path)
    ]
    staying = {made.path, *(copy.path for copy in there[:1])} | chosen(there, shelf.keep)
    gone = []
    for copy in there:
        if copy.path in staying:
            continue
        try:
            if connection.check_file(copy.path) is None:
                continue
            if _alone(copy.path, [made.path, *(staying - {made.path})]):
                staying.add(copy.path)
            else:
                copying.remove(copy.path)
                gone.append(copy.path)
        except (StorageError, OSError):
            continue  # not ours to judge
    return gone


def _alone(path: str, others: list[str]) -> bool:
    """Whether a copy holds changes that none of the others knows."""
    left: set[str] | None = None
    for other in others:
        try:
            more = proof.more(other, path)
        except (sqlite3.Error, UnicodeError):
            continue  # it does not count, being unreadable
        left = more if left is None else left & more
        if not left:
            return False
    return True


def chosen(there: Iterable[Copy], keep: int | dict[str, int]) -> set[str]:
    """The paths of the copies that stay, of those given newest first.

    Of those asked for the last of each of so many days, weeks and months that have one; of those
    before bulk changes the newest few, and as many of those before migrations, restores and repairs each.
    """
    from crmcli.db import backups

    rules = {"daily": 0, "weekly": 0, "monthly": 0, "newest": keep, "before": keep} if isinstance(keep, int) else keep  # fmt: skip
    seen: dict[str, set[object]] = {}
    staying = set()

    def room(group: str, span: object, most: int) -> bool:
        spans = seen.setdefault(group, set())
        if span in spans or len(spans) >= most:
            return False
        spans.add(span)
        return True

    for copy in there:
        if copy.reason != backups.ASKED:
            group = copy.reason if copy.reason in backups.APART else "before"
            stays = room(group, copy.path, rules.get("before", 0))
        else:
            day = copy.at[:10]
            week = date.fromisoformat(day).isocalendar()[:2]
            spans = {"newest": copy.path, "daily": day, "weekly": week, "monthly": day[:7]}
            # Each of them has to take note of it.
            stays = sum(room(name, span, rules.get(name, 0)) for name, span in spans.items()) > 0
        if stays:
            staying.add(copy.path)
    return staying
