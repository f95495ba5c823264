"""The pages of a damaged book by their bytes: where its tables are, and which pages are not theirs.

SQLite believes its schema and the links between pages. Where those are lost, or where the disk has
put a page in the place of another, it reads one table as another without a word. So the roots are
looked for in what is left of the schema, and a page whose rows are not of the table it hangs in, by
their columns and by their numbers, is blanked, so that SQLite meets a damaged page there.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

SIZE = 4096
_LEAVES = {0x0D: True, 0x0A: False}  # kind of page -> whether its rows have numbers
_INNER = {0x05: True, 0x02: False}
_DEEPEST = 20
_LENGTHS = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)  # bytes of a value, by its serial type
_BLANK = b"\xa5" * SIZE


class Shape:
    """How the rows of a table look in its pages.

    Attributes:
        numbered: whether they have a rowid. kinds: the declared types, in the order they are stored.
    """

    __slots__ = ("kinds", "numbered")

    def __init__(self, db: sqlite3.Connection, table: str) -> None:
        info = db.execute(f"PRAGMA table_info({table})").fetchall()
        sql = db.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
        self.numbered = "WITHOUT ROWID" not in sql
        if not self.numbered:  # the key comes first
            info.sort(key=lambda row: (not row[5], row[5]))
        self.kinds = [row[2] for row in info]

    def fits(self, serials: list[int]) -> bool:
        """Whether a row of values of these serial types is one of this table; all are STRICT."""
        return len(serials) == len(self.kinds) and all(
            serial == 0
            or (kind == "INTEGER" and (serial <= 6 or serial in (8, 9)))
            or (kind == "TEXT" and serial >= 13 and serial % 2 == 1)
            for serial, kind in zip(serials, self.kinds, strict=True)
        )


class Pages:
    """The pages of a copy that nobody else uses; closed with ``close``."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self.count = os.fstat(self._file).st_size // SIZE

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def schema(self) -> dict[str, list[int]]:
        """Name of a table or index -> the roots that rows of the schema give it, wherever they lie."""
        found: dict[str, list[int]] = {}
        for number in range(1, self.count + 1):
            page = self.read(number)
            if _kind(page, number) != 0x0D:
                continue
            for start, _ in _cells(page, number):
                row = _schema_row(page, start)
                if row and 1 < row[1] <= self.count and row[1] not in found.setdefault(row[0], []):
                    found[row[0]].append(row[1])
        return found

    def is_of(self, root: int, shape: Shape) -> bool | None:
        """Whether the tree at ``root`` holds rows of that shape; None where no row of it can be read."""
        number = root
        for _ in range(_DEEPEST):
            page = self.read(number)
            kind = _kind(page, number)
            if kind in _LEAVES:
                rows = _rows(page, number)
                if _LEAVES[kind] is not shape.numbered:
                    return False
                return _mostly([shape.fits(serials) for _, serials in rows]) if rows else None
            if kind not in _INNER:
                return None
            if _INNER[kind] is not shape.numbered:
                return False
            number = next((child for child, _ in _children(page, number)), 0)
            if not 1 < number <= self.count:
                return None
        return None

    def blank_others(self, root: int, shape: Shape) -> int:
        """Blank the leaves under ``root`` that hold no rows of the table, or rows of another place; how many."""
        blanked = 0
        seen: set[int] = set()
        waiting: list[tuple[int, float, float]] = [(root, float("-inf"), float("inf"))]
        while waiting:
            number, low, high = waiting.pop()
            if number in seen or not 1 < number <= self.count:
                continue
            seen.add(number)
            page = self.read(number)
            kind = _kind(page, number)
            if _INNER.get(kind) is shape.numbered:
                for child, key in _children(page, number):
                    bound = high if key is None or not shape.numbered else key
                    waiting.append((child, low, bound))
                    low = bound if shape.numbered else low
            elif _LEAVES.get(kind) is shape.numbered:
                rows = _rows(page, number)
                if rows and not _mostly(
                    [
                        shape.fits(serials) and (not shape.numbered or low < rowid <= high)
                        for rowid, serials in rows
                    ]
                ):
                    os.pwrite(self._file, _BLANK, (number - 1) * SIZE)
                    blanked += 1
        return blanked

    def used(self, roots: list[int]) -> set[int]:
        """The pages of the trees at ``roots``, but for the further pages of long rows."""
        found: set[int] = set()
        for root in roots:
            level = [root]
            while level:  # all leaves of a tree are equally deep, so they need not be read
                found.update(level)
                inner = [
                    number for number in level[:1] if _kind(self.read(number), number) in _INNER
                ]
                level = [
                    child
                    for number in (level if inner else ())
                    for child, _ in _children(self.read(number), number)
                    if 1 < child <= self.count and child not in found
                ]
        return found

    def read(self, number: int) -> bytes:
        """The bytes of a page; page 1 comes first."""
        return os.pread(self._file, SIZE, (number - 1) * SIZE)


def _mostly(fitting: list[bool]) -> bool:
    """One row of noise does not make a page another's."""
    return sum(fitting) * 2 > len(fitting)


def _head(number: int) -> int:
    return 100 if number == 1 else 0


def _kind(page: bytes, number: int) -> int:
    return page[_head(number)] if len(page) == SIZE else 0


def _places(page: bytes, number: int) -> Iterator[int]:
    """Where the cells of a page start."""
    head = _head(number)
    first = head + (12 if page[head] in _INNER else 8)
    for place in range(int.from_bytes(page[head + 3 : head + 5], "big")):
        at = first + 2 * place
        start = int.from_bytes(page[at : at + 2], "big")
        if not (head < start < SIZE and at < SIZE):
            return
        yield start


def _cells(page: bytes, number: int) -> Iterator[tuple[int, int]]:
    """Where the record of each cell of a leaf starts, and its number, 0 where it has none."""
    numbered = _LEAVES[page[_head(number)]]
    for start in _places(page, number):
        _, at = _varint(page, start)
        rowid = 0
        if numbered:
            rowid, at = _varint(page, at)
        yield at, rowid


def _rows(page: bytes, number: int) -> list[tuple[int, list[int]]]:
    """Of each row of a leaf its number and the serial types of its values."""
    return [(rowid, _serials(page, at)[0]) for at, rowid in _cells(page, number)]


def _children(page: bytes, number: int) -> Iterator[tuple[int, int | None]]:
    """The pages under an inner page, each with the highest number in it, None for the last and for those without."""
    head = _head(number)
    for start in _places(page, number):
        key = _varint(page, start + 4)[0] if page[head] == 0x05 else None
        yield int.from_bytes(page[start : start + 4], "big"), key
    yield int.from_bytes(page[head + 8 : head + 12], "big"), None


def _serials(page: bytes, start: int) -> tuple[list[int], int]:
    """The serial types of a record, and where its values start; no types where it is none."""
    length, at = _varint(page, start)
    end = start + length
    if not start < end <= SIZE:
        return [], start
    serials = []
    while at < end:
        serial, at = _varint(page, at)
        serials.append(serial)
    return serials, end


def _schema_row(page: bytes, start: int) -> tuple[str, int] | None:
    """Name and root of a record, if it is a row of the schema that has a root."""
    serials, at = _serials(page, start)
    if len(serials) != 5 or not all(one >= 13 and one % 2 for one in serials[:3]):
        return None
    values = []
    for serial in serials[:4]:
        length = (serial - 12) // 2 if serial > 11 else _LENGTHS[serial] if serial < 10 else SIZE
        values.append(page[at : at + length])
        at += length
    if at > SIZE or values[0] not in (b"table", b"index"):
        return None
    return values[1].decode("utf-8", "replace"), int.from_bytes(values[3], "big")


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends; beyond the page there are zeros."""
    value = 0
    for place in range(9):
        byte = page[at] if at < len(page) else 0
        at += 1
        if place == 8:
            value = value << 8 | byte
            break
        value = value << 7 | (byte & 0x7F)
        if not byte & 0x80:
            break
    return (value - (1 << 64) if value >= 1 << 63 else value), at
