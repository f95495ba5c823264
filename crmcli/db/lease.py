"""The lease on a book where another machine may write the same file: BOOK.lock beside it, while it is written.

SQLite's locks do not reach from one machine to another in a synced folder, and on a share only
where everybody does it right. The lease says who writes: host, process and since when.
"""

from __future__ import annotations

import os
import time

from crmcli.errors import StorageError

_OLD = 600  # seconds after which a lease has been left behind; on one machine SQLite's own locks go on holding
_SLACK = 2  # seconds by which the start of a process and the time of its lease may seem to differ
_TURN = 0.02  # seconds between two looks


class Holder:
    """Who holds a lease: host, process, and since when, seconds by their clock."""

    __slots__ = ("host", "pid", "since")

    def __init__(self, host: str, pid: int, since: float) -> None:
        self.host = host
        self.pid = pid
        self.since = since


class Lease:
    """One book's lease, as this process takes and drops it."""

    __slots__ = ("held", "path")

    def __init__(self, book: str) -> None:
        self.path = f"{book}.lock"
        self.held = False

    def take(self, seconds: float) -> None:
        """Take the lease, waiting for who has it; what somebody left behind is taken over.

        Raises:
            StorageError: another machine or process still has it after ``seconds``, or it cannot be taken away.
        """
        end = time.monotonic() + seconds
        while not self._try():
            found = holder(self.path)
            if (found is None or _is_over(found)) and _remove(self.path):
                continue
            if time.monotonic() > end:
                raise StorageError(self._refusal(found))
            time.sleep(_TURN)

    def _refusal(self, found: Holder | None) -> str:
        if found is None or _is_over(found):
            return f"{self.path} is in the way and cannot be taken away; move it"
        then, now = time.localtime(found.since), time.localtime()
        since = time.strftime("%H:%M" if then[:3] == now[:3] else "%Y-%m-%d %H:%M", then)
        if found.host == host():
            return (
                f"process {found.pid} of this machine has been writing this book since {since}; try again when it is"
                f" done, or delete {self.path} if it is no crm"
            )
        return (
            f"{found.host} has been writing this book since {since} (process {found.pid}); try again when it is done,"
            f" or delete {self.path} if that machine is off"
        )

    def drop(self) -> None:
        """Give it back."""
        if self.held:
            self.held = False
            _remove(self.path)

    def _try(self) -> bool:
        try:
            handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return False
        except OSError:
            return True  # the folder cannot be written; the book will say so itself
        try:
            os.write(handle, f"{host()} {os.getpid()} {int(time.time())}\n".encode())
        finally:
            os.close(handle)
        self.held = True
        return True


def host() -> str:
    """The name of this machine, without spaces."""
    import platform

    return platform.node().replace(" ", "-") or "?"


def holder(path: str) -> Holder | None:
    """Who holds the lease in a file; None where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            words = file.read(1000).split()
        changed = os.stat(path).st_mtime
    except OSError:
        return None
    try:
        return Holder(words[0], int(words[1]), max(float(words[2]), changed))
    except (IndexError, ValueError):  # not written to its end yet, or by a stranger
        return Holder("another machine", 0, changed)


def _is_over(found: Holder) -> bool:
    """Whether who took it is gone; a number of a process may be somebody else's since."""
    if found.host == host() and found.pid:
        try:
            os.kill(found.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            pass
        if (_start(found.pid) or 0) > found.since + _SLACK:
            return True
    return abs(time.time() - found.since) > _OLD


def _start(pid: int) -> float | None:
    """When a process of this machine began, seconds by its clock; None where it does not tell."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            ticks = int(file.read().rpartition(")")[2].split()[19])
        boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
        return boot + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):  # not Linux
        return None


def _remove(path: str) -> bool:
    """Take a lease away; whether none is there any more."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def refuse_journal(path: str) -> None:
    """Refuse a book beside which lies the journal of another machine: rolled into this file it would ruin it.

    Raises:
        StorageError: so it is.
    """
    from crmcli.db import place

    where = place.of(path)
    if where.kind != "synced":
        return
    found = holder(f"{path}.lock")
    if found is not None and found.host == host():
        return
    whose = f"{found.host} was writing" if found else "another machine was writing"
    raise StorageError(
        f"{path}-journal came here by {where.tool}: {whose} the book when it was copied; wait until that is done,"
        " or move the journal away if it stays, then look with crm doctor"
    )
