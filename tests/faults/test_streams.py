"""The whole program at the ends of its pipes: full, closed, left, and under signals."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest

from crmcli.db import connection
from tests.faults.agree import disagreements, leftovers
from tests.faults.desk import CRM, Desk, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Crm

MANY = 3000


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """A book of more people than a pipe holds, each written once."""
    with Desk() as found:
        run = found.crm("import", found.file("many.csv", people(MANY, "many")))
        assert run.returncode == 0, run
        yield found


@pytest.mark.parametrize("words", ["search", "search --json", "export", "history", "show 3"])
def test_full_disk_behind_stdout(desk: Desk, words: str) -> None:
    """A result that cannot be written is exit 5 and one line."""
    with open("/dev/full", "w") as full:
        run = desk.crm(*words.split(), capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (run.returncode, run.stderr.count("\n")) == (5, 1), run


@pytest.mark.parametrize("words", ["search", "export", "show 3"])
def test_closed_stdout(desk: Desk, words: str) -> None:
    """No stdout at all is the same."""
    run = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *CRM, *words.split()],
        env=desk.environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (run.returncode, run.stderr.count("\n")) == (5, 1), run


@pytest.mark.parametrize("words", ["search", "search --json", "export --to csv"])
def test_reader_leaves(desk: Desk, words: str) -> None:
    """After ``| head -1`` the exit is 141, and silent."""
    run = subprocess.run(
        ["bash", "-c", '"$@" | head -1 >&2; exit "${PIPESTATUS[0]}"', "bash", *CRM, *words.split()],
        env=desk.environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 141, run
    assert len(run.stderr.splitlines()) == 1


def test_lost_stderr_stops_nothing(desk: Desk) -> None:
    """An import whose remarks go nowhere is done all the same."""
    rows = desk.file("few.csv", people(3, "few"))
    with open("/dev/full", "w") as full:
        run = desk.crm("import", rows, capture_output=False, stdout=subprocess.PIPE, stderr=full)
    assert run.returncode == 0
    assert desk.crm("search", "source:few", "--ids").stdout.count("\n") == 3


def _insist(child: subprocess.Popen[str], number: signal.Signals) -> str:
    """Send the signal until the process ends: Python misses one just before it waits for bytes."""
    for _ in range(100):
        child.send_signal(number)
        try:
            return child.communicate(timeout=1)[1]
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("it does not end")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signal_during_an_import(desk: Desk, number: signal.Signals, code: int) -> None:
    """A signal while rows are read ends the import with its code, whole book and no traceback."""
    fifo = os.path.join(desk.folder, f"rows-{code}.jsonl")
    os.mkfifo(fifo)
    child = desk.start("import", fifo, "--as", "contacts", stderr=subprocess.PIPE)
    with open(fifo, "w") as rows:
        rows.write('{"name": "Half Way"}\n' * 20_000)  # more than the pipe holds: it is reading
        rows.flush()
        told = _insist(child, number)
    assert child.returncode in (code, -number)
    assert "Traceback" not in told
    assert desk.crm("search", "half", "way").returncode == 1
    assert leftovers(desk.data, "book.db") == []
    assert disagreements(desk.book) == []


def test_bare_environment(desk: Desk) -> None:
    """With a home and a PATH alone it speaks UTF-8."""
    bare = {key: desk.environ[key] for key in ("HOME", "CRM_DB", "PYTHONPATH")}
    run = subprocess.run(
        [*CRM, "show", "3"], env=bare, stdin=subprocess.DEVNULL,
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run
    assert "Kraków" in run.stdout.decode()


def test_busy_past_the_timeout(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits in vain for another writer gives up with exit 5 and one line; readers go on."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    crm.ok("add", "Anna Nowak")
    holder = sqlite3.connect(crm.db, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    reader = crm("search", "anna")
    writer = crm("add", "Too", "Late")
    holder.execute("ROLLBACK")
    holder.close()
    assert reader.code == 0
    assert writer == (5, "", "crm: the database is busy: another crm is writing; try again\n")


def test_remind_twice_at_once(desk: Desk) -> None:
    """Two morning runs side by side print the same and change nothing."""
    desk.crm("remind", "3", "2026-03-01", "ask again")
    runs = [desk.start("remind", stdout=subprocess.PIPE) for _ in range(2)]
    texts = [run.communicate(timeout=60)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert "ask again" in texts[0]
    assert texts[0] == texts[1] == desk.crm("remind").stdout


def test_a_change_whose_result_is_lost_is_said(desk: Desk) -> None:
    """So that nobody does it twice; a look that is lost says nothing of the kind."""
    for words, said in (("log note 3 once", True), ("show 3", False), ("tag 3 t", True), ("tag 3 t", False)):  # fmt: skip
        with open("/dev/full", "w") as full:
            run = desk.crm(
                *words.split(), capture_output=False, stdout=full, stderr=subprocess.PIPE
            )
        assert (run.returncode, run.stderr.count("\n")) == (5, 1), run
        assert ("the change was made all the same" in run.stderr) == said, words
