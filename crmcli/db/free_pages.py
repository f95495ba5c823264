"""The list of free pages, from which the next write takes one.

SQLite does not look it over in a database that has views, as ours has: then its check is a partial one.
"""

from __future__ import annotations

from crmcli.db import copying
from crmcli.db.pages import SIZE, Pages

_MOST = SIZE // 4 - 2  # free pages that one page of the list can name


def flaw(path: str) -> str:
    """What is wrong with the free pages of a copy that nobody else uses, empty for nothing."""
    db = copying.opened(path, "ro&immutable=1")
    try:
        if db.execute("PRAGMA page_size").fetchone()[0] != SIZE:
            return ""
        roots = [
            row[0] for row in db.execute("SELECT rootpage FROM sqlite_schema WHERE rootpage > 0")
        ]
    finally:
        db.close()
    pages = Pages(path)
    try:
        free, wrong = _listed(pages)
        if not wrong and free:
            both = free & pages.used([1, *roots])
            wrong = f"page {min(both)} is in use" if both else ""
        return f"list of free pages: {wrong}" if wrong else ""
    finally:
        pages.close()


def _listed(pages: Pages) -> tuple[set[int], str]:
    """The free pages, and what is wrong with their list."""
    head = pages.read(1)
    number, count = int.from_bytes(head[32:36], "big"), int.from_bytes(head[36:40], "big")
    free: set[int] = set()
    while number:
        if not 1 < number <= pages.count or number in free:
            return free, f"page {number:,} cannot be one of them"
        page = pages.read(number)
        length = int.from_bytes(page[4:8], "big")
        named = {
            int.from_bytes(page[at : at + 4], "big")
            for at in range(8, 8 + 4 * min(length, _MOST), 4)
        }
        if length > _MOST or len(named) < length or named & free or not _within(named, pages.count):
            return free, f"page {number:,} is none of it"
        free |= {number, *named}
        number = int.from_bytes(page[:4], "big")
    return free, "" if len(free) == count else f"{len(free):,} pages in place of {count:,}"


def _within(numbers: set[int], count: int) -> bool:
    return all(1 < number <= count for number in numbers)
