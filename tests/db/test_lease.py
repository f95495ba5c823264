"""The lease on a book that another machine may write."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from crmcli.db import lease
from crmcli.errors import StorageError


@pytest.fixture
def book(tmp_path) -> str:
    return str(tmp_path / "crm.db")


def test_taken_and_dropped(book):
    """It says who and since when, and leaves nothing behind."""
    mine = lease.Lease(book)
    mine.take(0)
    found = lease.holder(f"{book}.lock")
    assert (found.host, found.pid) == (lease.host(), os.getpid())
    mine.drop()
    assert os.listdir(os.path.dirname(book)) == []


def test_another_machine_is_waited_for(book):
    """Then it is refused, with who holds it and what to do."""
    with open(f"{book}.lock", "w") as file:
        file.write(f"laptop 77 {int(time.time())}\n")
    began = time.monotonic()
    with pytest.raises(StorageError, match=r"laptop has been writing .* \(process 77\)"):
        lease.Lease(book).take(0.3)
    assert time.monotonic() - began >= 0.3


def test_what_a_dead_process_left_is_taken_over(book):
    """Of this machine: the process is gone."""
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)  # fmt: skip
    with open(f"{book}.lock", "w") as file:
        file.write(f"{lease.host()} {gone.stdout.strip()} {int(time.time())}\n")
    mine = lease.Lease(book)
    mine.take(0)
    mine.drop()


@pytest.mark.parametrize("text", ["laptop 77 {}", "", "what is this"])
def test_what_was_left_long_ago_is_taken_over(book, text):
    """Of another machine, or of nobody who can be told."""
    then = int(time.time()) - 3600
    with open(f"{book}.lock", "w") as file:
        file.write(text.format(then))
    os.utime(f"{book}.lock", (then, then))
    mine = lease.Lease(book)
    mine.take(0)
    mine.drop()


def test_a_fresh_one_of_nobody_is_waited_for(book):
    """It may be on its way."""
    with open(f"{book}.lock", "w"):
        pass
    with pytest.raises(StorageError, match="another machine"):
        lease.Lease(book).take(0)


def _left(book: str, pid: int, ago: int) -> None:
    """A lease of this machine, written some seconds ago."""
    then = int(time.time()) - ago
    with open(f"{book}.lock", "w") as file:
        file.write(f"{lease.host()} {pid} {then}\n")
    os.utime(f"{book}.lock", (then, then))


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="only Linux tells when one began")
def test_a_number_that_is_somebody_elses_since(book):
    """After a crash and a restart: the process began after the lease was taken."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        _left(book, other.pid, 30)
        mine = lease.Lease(book)
        mine.take(0)
        mine.drop()
        other.communicate(b"\n")


def test_of_this_machine_none_holds_for_ever(book, monkeypatch):
    """Also where nobody tells when a process began; SQLite's own locks hold on one machine."""
    monkeypatch.setattr(lease, "_start", lambda _: None)
    _left(book, os.getpid(), 60)
    with pytest.raises(StorageError, match=rf"process {os.getpid()} of this machine has been"):
        lease.Lease(book).take(0)
    _left(book, os.getpid(), 2 * 86400)
    mine = lease.Lease(book)
    mine.take(0)
    mine.drop()


def test_of_another_day_the_day_is_told(book, monkeypatch):
    """An hour alone would be that of today."""
    monkeypatch.setattr(lease, "_OLD", 10**9)
    _left(book, 77, 2 * 86400)
    with open(f"{book}.lock") as file:
        text = file.read().replace(lease.host(), "laptop")
    then = os.stat(f"{book}.lock").st_mtime
    with open(f"{book}.lock", "w") as file:
        file.write(text)
    os.utime(f"{book}.lock", (then, then))
    with pytest.raises(StorageError, match=r"laptop .* since \d{4}-\d\d-\d\d \d\d:\d\d \("):
        lease.Lease(book).take(0)


def test_a_folder_in_its_place(book):
    """It is waited for as anything else, and said."""
    os.mkdir(f"{book}.lock")
    with pytest.raises(StorageError, match=r"crm.db.lock is in the way"):
        lease.Lease(book).take(0.1)
