"""SQLite's way to the disk with a fault in it: an error, a kill or a power cut at the n-th step.

A VFS of our own stands before SQLite's: it lets everything through to the real one but counts the
steps that change a file (write, truncate, sync, delete). It works in a process that opens its
database afterwards, so call it in a fork. It needs a Python whose ``sqlite3`` is linked to a
library that can be called; ``reachable()`` says so.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
import random
import signal
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FAULTS = {"io": "disk error", "full": "disk full", "kill": "killed", "cut": "power cut"}
_IOERR = {
    "write": 10 | 3 << 8,
    "truncate": 10 | 6 << 8,
    "sync": 10 | 4 << 8,
    "delete": 10 | 10 << 8,
}
_FULL = 13
_MAIN_OR_JOURNAL = 0x100 | 0x800


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("iVersion", c_int), ("szOsFile", c_int), ("mxPathname", c_int),
        *((name, c_void_p) for name in (
            "pNext", "zName", "pAppData", "xOpen", "xDelete", "xAccess", "xFullPathname", "xDlOpen",
            "xDlError", "xDlSym", "xDlClose", "xRandomness", "xSleep", "xCurrentTime",
            "xGetLastError", "xCurrentTimeInt64", "xSetSystemCall", "xGetSystemCall",
            "xNextSystemCall",
        )),
    ]  # fmt: skip


class _Methods(ctypes.Structure):
    _fields_ = [
        ("iVersion", c_int),
        *((name, c_void_p) for name in (
            "xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock",
            "xCheckReservedLock", "xFileControl", "xSectorSize", "xDeviceCharacteristics",
            "xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap", "xFetch", "xUnfetch",
        )),
    ]  # fmt: skip


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


def _library() -> ctypes.CDLL | None:
    """The SQLite that this Python's module calls, None where it keeps it to itself."""
    try:
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    except (AttributeError, OSError):
        return None
    return library


def reachable() -> bool:
    """Whether faults can be put into the disk of this Python's SQLite."""
    return _library() is not None


class Platter:
    """What of each file would be there after a power cut: what was synced, and chance for the rest.

    A file's name is safe from its first sync on (SQLite syncs the folder with it), its end from a
    deletion whose folder was synced. Writes that were not synced may be there, in any choice.
    """

    def __init__(self, seed: int):
        self.chance = random.Random(seed)  # noqa: S311 - not a secret
        self.safe: dict[str, bytes | None] = {}  # None: there is no such file
        self.loose: dict[str, list[tuple[int, bytes | None]]] = {}  # None: truncated there

        self.gone: set[str] = set()  # deleted by SQLite

    def opened(self, path: str) -> None:
        self.gone.discard(path)
        if path not in self.safe:
            content = _read(path)
            self.safe[path] = content or None
            self.loose[path] = []

    def synced(self, path: str) -> None:
        self.safe[path] = _read(path)
        self.loose[path] = []

    def deleted(self, path: str, folder_synced: bool) -> None:
        self.gone.add(path)
        if folder_synced or self.chance.random() < 0.5:
            self.safe[path] = None
            self.loose[path] = []

    def cut(self) -> None:
        """Leave the files as the power cut leaves them."""
        for path, content in self.safe.items():
            loose = [step for step in self.loose[path] if self.chance.random() < 0.5]
            if not os.path.exists(path) and path not in self.gone:
                continue  # taken away by others than SQLite, who must see to it themselves
            if content is None and not loose:
                if os.path.exists(path):
                    os.unlink(path)
                continue
            after = bytearray(content or b"")
            for offset, data in loose:
                if data is None:
                    del after[offset:]
                else:
                    after.extend(bytes(max(0, offset - len(after))))
                    after[offset : offset + len(data)] = data
            with open(path, "wb") as file:
                file.write(after)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


class Disk:
    """Counts the steps of this process and does ``fault`` at step ``at``, from 1; 0 for never.

    Attributes:
        steps: how many there were.
        platter: what a power cut would leave; kept for the fault ``cut`` alone.
    """

    def __init__(self, at: int, fault: str, *, seed: int = 0):
        self.at, self.fault, self.steps = at, fault, 0
        self.platter = Platter(seed) if fault == "cut" else None
        self.before_cut: Callable[[], None] = lambda: None  # what others than SQLite wrote
        self._names: dict[int, str] = {}
        self._kept: dict[int, Any] = {}  # what C points to must stay
        library = _library()
        if library is None:
            raise OSError("this Python's SQLite cannot be reached")
        self._real = library.sqlite3_vfs_find(None).contents
        self._vfs = _Vfs.from_buffer_copy(self._real)
        self._name = ctypes.create_string_buffer(b"faulty")
        self._hooks = (_OPEN(self._open), _DELETE(self._delete))
        self._vfs.zName = ctypes.addressof(self._name)
        self._vfs.xOpen, self._vfs.xDelete = (ctypes.cast(hook, c_void_p) for hook in self._hooks)
        library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)

    def cut(self) -> None:
        """Leave the files as a power cut at this moment would."""
        if self.platter:
            self.before_cut()
            self.platter.cut()

    @staticmethod
    def is_full(code: int) -> bool:
        """Whether a step's error is that of a full disk."""
        return code == _FULL

    def step(self, kind: str) -> int:
        """Count; return an error of SQLite's, or 0 to go on."""
        self.steps += 1
        if self.steps != self.at:
            return 0
        self.cut()
        if self.fault in ("cut", "kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        return _FULL if self.fault == "full" and kind == "write" else _IOERR[kind]

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        code: int = _OPEN(self._real.xOpen)(vfs, name, file, flags, out)
        place = ctypes.cast(file, POINTER(c_void_p))
        if code or not place[0]:
            return code
        self._names.pop(file, None)
        if name and flags & _MAIN_OR_JOURNAL:
            self._names[file] = ctypes.string_at(name).decode()
            if self.platter:
                self.platter.opened(self._names[file])
        place[0] = ctypes.addressof(self._methods(place[0]))
        return 0

    def _delete(self, vfs: int, name: bytes, folder: int) -> int:
        failed = self.step("delete")
        code: int = failed or _DELETE(self._real.xDelete)(vfs, name, folder)
        if not code and self.platter:
            self.platter.deleted(name.decode(), bool(folder))
        return code

    def _methods(self, address: int) -> _Methods:
        """A copy of the methods there, with ours in the place of those that change a file."""
        if address in self._kept:
            return self._kept[address][0]  # type: ignore[no-any-return]
        real = _Methods.from_address(address)
        copy = _Methods.from_buffer_copy(real)
        really = _WRITE(real.xWrite), _TRUNCATE(real.xTruncate), _SYNC(real.xSync)

        def write(file: int, data: int, size: int, offset: int) -> int:
            self._note(file, offset, ctypes.string_at(data, size))
            return self.step("write") or really[0](file, data, size, offset)

        def truncate(file: int, size: int) -> int:
            self._note(file, size, None)
            return self.step("truncate") or really[1](file, size)

        def sync(file: int, flags: int) -> int:
            code: int = self.step("sync") or really[2](file, flags)
            if not code and self.platter and file in self._names:
                self.platter.synced(self._names[file])
            return code

        hooks = _WRITE(write), _TRUNCATE(truncate), _SYNC(sync)
        copy.xWrite, copy.xTruncate, copy.xSync = (ctypes.cast(hook, c_void_p) for hook in hooks)
        self._kept[address] = (copy, hooks)
        return copy

    def _note(self, file: int, offset: int, data: bytes | None) -> None:
        if self.platter and file in self._names:
            self.platter.loose[self._names[file]].append((offset, data))
