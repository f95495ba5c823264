"""Who was merged into a person, as a cell of ours says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Merged = tuple[tuple[str, str | None, str], ...]


def merged(
    items: Callable[[list[str]], tuple[str, ...]], remarks: list[str]
) -> Callable[[list[str]], Merged]:
    """A reader of ``uid/company key/name``, one for each who was merged into the person."""

    def read(record: list[str]) -> Merged:
        found = []
        for item in items(record):
            uid, _, rest = item.partition("/")
            firm, slash, called = rest.partition("/")
            if slash and called and len(uid) == 16:
                found.append((uid, firm or None, called))
            else:
                remarks.append(
                    f'"{item}" is not a merged person; crm export writes uid/company/name'
                )
        return tuple(found)

    return read
