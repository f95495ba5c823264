"""What a builder of rows is told about the ways of the system that wrote a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Habits:
    """The ways of a system; without any, a file is read as people write them.

    Attributes:
        words: of a group of words, normalised theirs to ours; asked before our own.
        separators: of a field, what stands between the items of its cells.
        lenient: a record may be about nobody, a follow-up without its day, and a kind unknown:
            the loader knows what to do with the first two, and the last is a note.
        by_url: a person may be known by a URL alone.
    """

    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)
    lenient: bool = False
    by_url: bool = False


PLAIN = Habits()
