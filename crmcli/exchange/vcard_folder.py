"""A folder of vCards, one a file, as vdirsyncer and khard keep them (a "vdir"): read as one file."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from crmcli.errors import StorageError, UsageError
from crmcli.exchange.vcard_lines import Unfolder
from crmcli.exchange.vcard_source import VcardSource, cards, mentions_members, settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from crmcli.exchange.plan import Options
    from crmcli.exchange.vcard_cards import Card

_MOST_COLLECTIONS = 1_000
_NAMED = 20  # files that cannot be read


def claims_folder(path: str) -> bool:
    """Whether there are cards in the folder, or nothing in it but folders of cards."""
    return bool(_files(path))


def open_folder(path: str, options: Options) -> VcardFolder:
    """Read the first card, to say what the files are.

    Raises:
        UsageError: there is no card in it, or it is said to hold something else.
    """
    found = _files(path)
    if not found:
        raise UsageError(f"{path}: no folder of .vcf files")
    return VcardFolder(path, found, options)


class VcardFolder(VcardSource):
    """The cards of a folder; lines and numbers go on from file to file, sorted by name."""

    def __init__(self, path: str, files: list[str], options: Options) -> None:
        self._path = path
        self._files, missed = _readable(files)
        self._asked = options.encoding
        self._done = 0
        super().__init__(io.BytesIO(), path, options)
        self.plan.encoding = "utf-8" if options.encoding is None else options.encoding
        if len(self._files) > 1:
            self.plan.dialect = f"{self.plan.dialect}, {len(self._files)} files"
        self.plan.warnings += missed[:_NAMED]
        if len(missed) > _NAMED:
            self.plan.warnings.append(f"{len(missed) - _NAMED} more files cannot be read; left out")

    def size(self) -> int:
        """The bytes of all files."""
        return sum(os.stat(file).st_size for file in self._files)

    def position(self) -> int:
        """The bytes of the files read so far."""
        return self._done

    def _cards(self) -> Iterator[Card]:
        self._done = line = number = 0
        for file in self._files:
            with _opened(file) as stream:
                encoding = settle(stream, self._asked)
                unfolder = Unfolder(line)
                before, shown = number, os.path.relpath(file, self._path)
                for card in cards(stream, encoding, unfolder):
                    number = before + card.number
                    yield card._replace(number=number, file=shown)
                line = unfolder.number
                self._done += stream.tell()

    def _mentions_members(self) -> bool:
        for file in self._files:
            with _opened(file) as stream:
                if mentions_members(stream):
                    return True
        return False


def _files(path: str) -> list[str]:
    """The cards of a folder and of the collections in it; none where it is a folder of other things.

    A collection is a folder of nothing but cards: a home folder that has a card somewhere is none.
    """
    try:
        entries = _visible(path)
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    cards = [entry.path for entry in entries if _is_card(entry)]
    folders = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    collections = [_collection(folder) for folder in folders[:_MOST_COLLECTIONS]]
    if not cards and (len(folders) < len(entries) or not all(collections)):
        return []
    return sorted([*cards, *(card for found in collections for card in found)])


def _collection(path: str) -> list[str]:
    try:
        entries = _visible(path)
    except OSError:
        return []
    return [entry.path for entry in entries] if all(map(_is_card, entries)) else []


def _visible(path: str) -> list[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        return [entry for entry in entries if not entry.name.startswith(".")]


def _is_card(entry: os.DirEntry[str]) -> bool:
    if not entry.name.lower().endswith(".vcf"):
        return False
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:  # a link that leads to itself: named when it cannot be opened
        return True


def _readable(files: list[str]) -> tuple[list[str], list[str]]:
    """The files that can be opened, and a line on each of the others: one of many is no reason to stop."""
    found, missed = list[str](), list[str]()
    for file in files:
        try:
            with open(file, "rb"):
                found.append(file)
        except OSError as error:
            last = error
            missed.append(
                f"{os.path.basename(file)}: {(error.strerror or 'unreadable').lower()}; left out"
            )
    if missed and not found:
        raise StorageError(f"{files[0]}: cannot be read: {last.strerror}")
    return found, missed


def _opened(file: str) -> IO[bytes]:
    try:
        return open(file, "rb")
    except OSError as error:
        raise StorageError(f"{file}: cannot be read: {error.strerror}") from error
