"""What this machine remembers of a book, apart from it: where it lives, and what was written last here.

A small text file a book in the XDG state folder, by the path of the book. It is a help, never a
fact: where it is missing or cannot be written, nothing is worse than without.
"""

from __future__ import annotations

import os
from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT = ("book", "last", "looked", "lost", "place", "told")


class Machine:
    """What is remembered of one book.

    Attributes:
        file: where it is kept.
        book: the uid of the book. last: of the change set that was written or seen here last.
        lost: one that was written here and was no more in the book when it was opened again.
        told: what was said on which day, as ``key=day`` words.
        place: kind and tool of where the book lives, looked up on the day ``looked``.
        met: whether all that was looked at in this run.
    """

    __slots__ = ("book", "file", "last", "looked", "lost", "met", "place", "told")
    book: str
    last: str
    looked: str
    lost: str
    place: str
    told: str

    def __init__(self, file: str) -> None:
        self.file = file
        self.met = False
        self.forget()

    @property
    def kept(self) -> tuple[str, ...]:
        """All that is remembered."""
        return tuple(getattr(self, name) for name in _KEPT)

    def forget(self) -> None:
        """Remember nothing: the book is another one, or was replaced on purpose."""
        self.book = self.last = self.lost = self.told = self.place = self.looked = ""

    def save(self) -> None:
        """Write it down, whole or not at all."""
        from crmcli.config.paths import make_folder

        lines = "".join(f"{name} {getattr(self, name)}\n" for name in _KEPT)
        part = f"{self.file}.{os.getpid()}"
        try:
            make_folder(os.path.dirname(self.file))
            with open(
                os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(lines)
            os.replace(part, self.file)
        except OSError:
            pass

    def say(self, what: str, day: str, *, again: bool) -> bool:
        """Whether ``what`` is to be said today: once for all, or with ``again`` once a day."""
        told = dict(word.partition("=")[::2] for word in self.told.split())
        if what in told and (told[what] == day or not again):
            return False
        told[what] = day
        self.told = " ".join(f"{key}={value}" for key, value in told.items())
        return True


def of(path: str, environ: Mapping[str, str]) -> Machine:
    """Read what is remembered of the book at ``path``; empty where nothing is."""
    from crmcli.config.paths import state_folder

    name = f"{crc32(os.path.realpath(path).encode('utf-8', 'surrogateescape')):08x}.book"
    found = Machine(os.path.join(state_folder(environ), name))
    try:
        with open(found.file, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeError):
        return found
    for line in lines:
        key, _, value = line.partition(" ")
        if key in _KEPT:
            setattr(found, key, value)
    return found


def accept(path: str, environ: Mapping[str, str]) -> None:
    """The book at ``path`` was replaced on purpose: it is as it should be."""
    found = of(path, environ)
    found.forget()
    found.save()
