"""What this process does to files past SQLite, with the same faults in it: copies, names, folders.

The functions of ``os`` that change a file or a name are wrapped, for a fork that does nothing else.
A name is safe from a power cut once its folder was synced, content once its file was.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.disk import Disk


class Plain:
    """The wrapped functions, which count as steps of ``disk``."""

    def __init__(self, disk: Disk, folder: str):
        self.disk = disk
        self.folder = folder
        self.pending: list[
            tuple[str, Callable[[], None]]
        ] = []  # folder, how it is as it was before
        self.loose: set[str] = set()  # files whose content was not synced
        self.real = {
            name: getattr(os, name)
            for name in ("open", "copy_file_range", "pwrite", "fsync", "replace", "link", "unlink")
            if hasattr(os, name)
        }
        for name in self.real:
            setattr(os, name, getattr(self, name))
        disk.before_cut = self.cut

    def _step(self, kind: str, *paths: str) -> None:
        if not all(os.path.abspath(path).startswith(self.folder) for path in paths):
            return
        code = self.disk.step(kind)
        if code:
            raise OSError(errno.ENOSPC if self.disk.is_full(code) else errno.EIO, "a fault")

    def open(self, path: Any, flags: int, *rest: Any, **more: Any) -> int:
        """A new name."""
        fresh = bool(flags & os.O_CREAT) and not os.path.lexists(path)
        if fresh:
            self._step("write", path)
        number: int = self.real["open"](path, flags, *rest, **more)
        if fresh:
            self._note(path, lambda: self._gone(path))
        return number

    def copy_file_range(self, source: int, target: int, *rest: Any, **more: Any) -> int:
        """Content, within the kernel."""
        self._content(target)
        return int(self.real["copy_file_range"](source, target, *rest, **more))

    def pwrite(self, target: int, *rest: Any) -> int:
        """Content."""
        self._content(target)
        return int(self.real["pwrite"](target, *rest))

    def _content(self, number: int) -> None:
        path = _path(number)
        self._step("write", path)
        self.loose.add(path)

    def fsync(self, number: int) -> None:
        """A file or a folder onto the disk."""
        path = _path(number)
        self._step("sync", path)
        self.real["fsync"](number)
        self.loose.discard(path)
        self.pending = [one for one in self.pending if one[0] != path]

    def replace(self, source: Any, target: Any) -> None:
        """A name taken over."""
        self._step("write", source, target)
        old = _read(target)
        self.real["replace"](source, target)
        self._moved(source, target)

        def back() -> None:
            self.real["replace"](target, source)
            self._moved(target, source)
            if old is not None:
                _write(target, old)

        self._note(target, back)

    def link(self, source: Any, target: Any) -> None:
        """A second name."""
        self._step("write", source, target)
        self.real["link"](source, target)
        self._note(target, lambda: self._gone(target))

    def unlink(self, path: Any, *rest: Any, **more: Any) -> None:
        """A name that goes."""
        if not os.path.lexists(path):
            self.real["unlink"](path, *rest, **more)
            return
        self._step("delete", path)
        old = _read(path)
        self.real["unlink"](path, *rest, **more)
        if old is not None:
            self._note(path, lambda: _write(path, old))

    def _gone(self, path: str) -> None:
        if os.path.lexists(path):
            self.real["unlink"](path)

    def _note(self, path: str, back: Callable[[], None]) -> None:
        self.pending.append((os.path.dirname(os.path.abspath(path)), back))

    def _moved(self, source: str, target: str) -> None:
        """What is known of a file goes with its name."""
        if source in self.loose:
            self.loose.remove(source)
            self.loose.add(target)
        platter = self.disk.platter
        if platter:
            for known in (platter.safe, platter.loose):
                known.pop(target, None)
                if source in known:
                    known[target] = known.pop(source)  # type: ignore[assignment]

    def cut(self) -> None:
        """Leave names and content as a power cut does: of what was not synced the first few."""
        if self.disk.platter is None:
            return
        dice = self.disk.platter.chance
        stays = dice.randrange(len(self.pending) + 1)
        for path in self.loose:
            content = _read(path)
            if content:
                _write(path, content[: dice.randrange(len(content) + 1)])
        for _, back in reversed(self.pending[stays:]):
            back()


def _path(number: int) -> str:
    return os.readlink(f"/proc/self/fd/{number}")


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
