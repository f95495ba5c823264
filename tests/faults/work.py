"""Pieces of work that are whole or absent, and the judgement of what a fault left of one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.faults.agree import disagreements, leftovers
from tests.faults.desk import Desk, people, seed
from tests.residue import residue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.desk import Ended

ROWS = 30  # of the import
ERASED = "sworderased"  # said to the one who is forgotten
KILLED = -9


@dataclass(frozen=True)
class Work:
    """One command line, the book it starts from, and how to see whether it was done.

    Attributes:
        start: a copy of the book, None to begin without one.
        words: the command line.
        count: SQL of one number: ``before`` without the work, ``after`` with it.
        says: what it prints when it is done.
        begun: what it says where it is done and not yet at its end, which the next command brings.
        erases: a word that no file may hold once it is done and the next command has run.
    """

    name: str
    start: str | None
    words: tuple[str, ...]
    count: str
    before: int
    after: int
    says: str
    begun: str | None = None
    erases: str | None = None


@dataclass
class Figures:
    """What a room found: how often it tried, what was wrong, and what else is worth telling."""

    what: str
    tried: int = 0
    wrong: list[str] = field(default_factory=list)
    note: str = ""


class Bench:
    """The works, each with its book made ready, and a desk to do them on."""

    def __init__(self) -> None:
        self.desk, self._store = Desk(), Desk()
        place = self._store.folder
        full, imported, old = (os.path.join(place, name) for name in ("full", "imported", "old"))
        seed(self._store)
        self._store.must("log", "call", "3", ERASED)
        self._store.must("edit", "3", "--note", f"{ERASED} once")
        self._store.must("edit", "3", "--note", "nothing")
        _copy(self._store, full)
        with sqlite3.connect(full) as db:
            db.execute(f"VACUUM INTO '{old}'")
        with sqlite3.connect(old) as db:
            db.execute("PRAGMA user_version = 0")
        rows = self.desk.file("marked.csv", people(ROWS, "marked"))
        self._store.must("import", rows)
        _copy(self._store, imported)
        add = ("add", "Marked", "Person", "--email", "m@acme.example", "--tag", "vip")
        added = "SELECT count(*) FROM contact WHERE name = 'Marked Person'"
        everybody = "SELECT count(*) FROM contact WHERE name NOT LIKE 'Next%'"
        held = "SELECT count(*) FROM contact WHERE source = 'marked'"
        copy = os.path.join(place, "copy")
        with open(full, "rb") as source, open(copy, "wb") as target:
            target.write(source.read())
        self.works = (
            Work("add", full, add, added, 0, 1, "Marked Person"),
            Work(
                "log", full, ("log", "call", "3", "marked", "--next", "friday"),
                "SELECT count(*) FROM interaction WHERE text = 'marked'", 0, 1, "call with",
            ),
            Work("import", full, ("import", rows), held, 0, ROWS, f" {ROWS} added"),
            Work("merge", full, ("merge", "3", "4"),
                 "SELECT count(*) FROM contact WHERE id = 4", 1, 0, "merged: 4"),
            Work("undo", imported, ("undo",), held, ROWS, 0, "undone"),
            Work("forget", full, ("forget", "3", "--yes"),
                 "SELECT count(*) FROM contact WHERE id = 3", 1, 0, "forgotten: 3",
                 begun="not yet out of the file", erases=ERASED),
            Work("new book", None, add, added, 0, 1, "Marked Person"),
            Work("migration", old, add, added, 0, 1, "Marked Person"),
            Work("bulk edit", full, ("tag", "--where", "id:1..9", "marked", "--yes"),
                 "SELECT count(*) FROM contact_tag JOIN tag ON tag.id = tag_id WHERE name = 'marked'", 0, 9, "+marked"),
            Work("backup", full, ("backup",), everybody, 40, 40, "-asked.db"),
            Work("backup to a file", full, ("backup", os.path.join(self.desk.folder, "copy.db")), everybody, 40, 40, "copy.db"),
            Work("restore", imported, ("restore", copy, "--yes"), held, ROWS, 0, "restored "),
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.desk.__exit__(None, None, None)
        self._store.__exit__(None, None, None)

    def lay(self, work: Work) -> None:
        """Put the book of ``work`` on the desk, as it was."""
        self.desk.restore(work.start)
        shutil.rmtree(self.desk.shelf, ignore_errors=True)
        self.clear()

    def clear(self) -> None:
        """Take away the copy that a work before made: it holds more than the book that is laid anew."""
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(self.desk.folder, "copy.db"))

    def judge(self, work: Work, ended: Ended) -> Iterator[str]:
        """Yield what is wrong after a fault met ``work``."""
        desk = self.desk
        said = work.says in ended.out + ended.err
        if ended.code not in (0, 5, KILLED) or "Traceback" in ended.err:
            yield f"ended with {ended.code}: {ended.err.strip()}"
        after = desk.do("add", "Next", "Person")
        if after.code:
            yield f"the next command failed: {after}"
            return
        yield from self._copies(work, ended)
        left = leftovers(desk.data, "book.db")
        if left:
            yield f"left behind: {', '.join(left)}"
        db = sqlite3.connect(desk.book)
        held = db.execute(work.count).fetchone()[0]
        db.close()
        if held not in (work.before, work.after):
            yield f"a half: {held}"
        if held != work.after and (said or ended.code == 0):
            yield "said to be done, and gone"
        # What is done before it is known to last, which it says.
        begun = "in place" in ended.err or (work.begun is not None and work.begun in ended.err)
        if held != work.before and ended.code == 5 and not begun:
            yield f"refused, and done: {ended.err.strip()}"
        if work.erases and held == work.after and residue([work.erases], Path(desk.data)):
            yield "erased, and still in the file"
        yield from disagreements(desk.book)

    def _copies(self, work: Work, ended: Ended) -> Iterator[str]:
        """Every copy there is whole, one that was told of is there, and the next takes away what is none."""
        desk = self.desk
        places = [os.path.join(desk.folder, "copy.db")]
        if os.path.isdir(desk.shelf):
            places += [os.path.join(desk.shelf, name) for name in os.listdir(desk.shelf)]
        for path in places:
            if path.endswith(".db") and os.path.exists(path):
                yield from (f"in a copy: {text}" for text in disagreements(path))
        told = ended.out.strip()
        if work.name.startswith("backup") and told and not os.path.exists(told):
            yield f"told of, and not there: {told}"
        again = desk.do("backup")
        if again.code:
            yield f"the next backup failed: {again}"
        if work.name == "backup to a file":
            desk.do(*work.words)
        left = [name for name in os.listdir(desk.shelf) if not name.endswith(".db")]
        left += [name for name in os.listdir(desk.folder) if name.startswith(".copy")]
        if left:
            yield f"left among the copies: {', '.join(left)}"


def _copy(desk: Desk, path: str) -> None:
    with open(desk.book, "rb") as source, open(path, "wb") as target:
        target.write(source.read())
