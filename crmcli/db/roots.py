"""Where the tables of a damaged book are, and the book opened so that one of them can be read.

What SQLite makes of the schema comes first, then whatever rows of the schema still lie in the file,
then, where nothing speaks against it, the places that they have in a new book. Each has to hold rows
of that table: a book that was written anew (crm forget, a migration) has its tables elsewhere.
"""

from __future__ import annotations

import sqlite3

from crmcli.db import copying
from crmcli.db.pages import SIZE, Pages, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Roots:
    """The roots of the tables of a damaged book.

    Args:
        source: a copy of the file that nobody else uses; pages of it that are not theirs are blanked.
        new: a new book.
        tables: those to look for.
    """

    def __init__(self, source: str, new: sqlite3.Connection, tables: Iterable[str]) -> None:
        self._source = source
        self._new = new
        tables = list(tables)
        pages = Pages(source)
        try:
            self._own = _own(source)
            self._listed = pages.schema()
            shapes = {table: Shape(new, table) for table in tables}
            fresh = _fresh(new)
            if not self._is_fresh(pages, shapes, fresh):
                fresh = {}
            self._roots = {
                table: self._choose(pages, table, shape, fresh.get(table))
                for table, shape in shapes.items()
            }
            self._blanked = {
                table: bool(root and pages.blank_others(root, shapes[table]))
                for table, root in self._roots.items()
            }
        finally:
            pages.close()

    def found(self, table: str) -> bool:
        """Whether it is known where the table is."""
        return self._roots[table] is not None

    def blanked(self, table: str) -> bool:
        """Whether pages of it turned out to be others'."""
        return self._blanked[table]

    def opened(self, table: str, *parts: str) -> sqlite3.Connection:
        """The book, opened so that this table can be asked for, and those of its indexes that can be found."""
        old = _bare(self._source)
        try:
            right = self._own.get(table) == self._roots[table]
            for name in (table, *(part for part in parts if part.endswith("_content"))):
                old.execute(f"SELECT * FROM {name} LIMIT 0")
            there = {
                row[0] for row in old.execute("SELECT name FROM sqlite_schema WHERE rootpage > 1")
            }
            right = right and there.issuperset(parts)
        except sqlite3.DatabaseError:
            right = False
        if right:
            return old
        old.close()
        self._put_schema(table, parts)
        return _bare(self._source)

    def _is_fresh(self, pages: Pages, shapes: dict[str, Shape], fresh: dict[str, int]) -> bool:
        """Whether all that is known has its tables where a new book has them."""
        told = {name: [root] for name, root in self._own.items()} | self._listed
        return all(fresh[name] in told[name] for name in told if name in fresh) and all(
            fresh[table] > pages.count or pages.is_of(fresh[table], shape) is not False
            for table, shape in shapes.items()
        )

    def _choose(self, pages: Pages, table: str, shape: Shape, fresh: int | None) -> int | None:
        """The root that holds rows of this table, else one of which nothing can be said."""
        places: list[int | None] = [self._own.get(table), *self._listed.get(table, ()), fresh]
        open_to_doubt: int | None = None
        for root in places:
            if root is None or not 1 < root <= pages.count:
                continue
            fitting = pages.is_of(root, shape)
            if fitting:
                return root
            if fitting is None and open_to_doubt is None:
                open_to_doubt = root
        return open_to_doubt

    def _put_schema(self, table: str, parts: tuple[str, ...]) -> None:
        """Give the damaged book a first page that tells of this table and its indexes alone."""
        page = self._source + ".schema"
        copying.remove(page)
        db = sqlite3.connect(page, isolation_level=None)
        try:
            db.execute(f"PRAGMA page_size = {SIZE}")
            places = {table: self._roots[table] or 0}
            places |= {
                part: self._own.get(part) or self._listed[part][0]
                for part in parts
                if part in self._own or part in self._listed
            }
            for name in places:
                row = self._new.execute(
                    "SELECT sql FROM sqlite_schema WHERE name = ?", (name,)
                ).fetchone()
                if row and row[0]:  # one of SQLite's own comes with its table
                    db.execute(row[0].replace("'contact_fts_content'", "contact_fts_content"))
            db.execute("PRAGMA writable_schema = ON")
            for name, root in places.items():
                db.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = ?", (root, name))
        finally:
            db.close()
        with open(page, "rb") as file:
            first = bytearray(file.read(SIZE))
        copying.remove(page)
        with open(self._source, "r+b") as file:
            size = file.seek(0, 2) // SIZE
            first[28:32] = size.to_bytes(4, "big")
            first[92:96] = first[24:28]
            file.seek(0)
            file.write(first)


def forward(
    old: sqlite3.Connection, sql: str, broken: list[bool] | None = None
) -> Iterator[tuple[object, ...]]:
    """The rows of a query up to the first error, which is noted in ``broken``."""
    try:
        cursor = old.execute(sql)
        while (row := cursor.fetchone()) is not None:
            yield row
    except sqlite3.DatabaseError:
        if broken is not None:
            broken.append(True)


def _bare(source: str) -> sqlite3.Connection:
    old = copying.opened(source, "ro&immutable=1")
    old.text_factory = lambda text: text.decode("utf-8", "replace")
    old.execute("PRAGMA writable_schema = ON")  # take the schema as far as it can be read
    return old


def _own(source: str) -> dict[str, int]:
    """The roots as SQLite reads them, as far as it can."""
    try:
        old = _bare(source)
        try:
            rows = old.execute(
                "SELECT name, rootpage FROM sqlite_schema WHERE type IN ('table', 'index')"
            )
            return {name: root for name, root in rows if isinstance(root, int) and root > 1}
        finally:
            old.close()
    except sqlite3.DatabaseError:
        return {}  # the other ways are left


def _fresh(new: sqlite3.Connection) -> dict[str, int]:
    return {
        row[0]: row[1]
        for row in new.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 1")
    }
