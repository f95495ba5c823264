"""Every exit code of the contract, provoked for real, each with one line and no traceback."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crmcli.commands import COMMANDS
from crmcli.db import connection
from tests.conftest import Crm

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOBODY = 65534
PROGRAM = [sys.executable, "-m", "crmcli"]


def environ(crm: Crm) -> dict[str, str]:
    """What a real process of the same book needs."""
    return crm.environ | {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example")
    crm.ok("add", "Anna Nowakowska")
    return crm


def test_0_done(book: Crm) -> None:
    """What was asked is done."""
    assert book("show", "1").code == 0
    assert book("--version").out.startswith("crm ")


@pytest.mark.parametrize(
    "words",
    [["search", "nobody"], ["show", "nobody"], ["check"], ["remind", "--exit-code"]],
    ids=" ".join,
)
def test_1_nothing_found_or_findings(book: Crm, words: list[str]) -> None:
    """Nothing found; findings; something due where that was asked."""
    book.ok("remind", "1", "today", "call")
    assert book(*words).code == 1
    assert book("remind").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ["frob"],
        ["search", "--frob"],
        ["search", "--db"],
        ["log", "call", "1", "--at", "someday"],
        ["search", "--color", "green"],
        ["search", "--now", "later"],
        ["config", "set", "nonsense", "1"],
        ["company", "frob"],
        ["edit"],
    ],
    ids=" ".join,
)
def test_2_usage(book: Crm, words: list[str]) -> None:
    """A bad option, query, date or setting; an unknown word gets a suggestion or the way to help."""
    result = book(*words)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1), result


def test_2_query(book: Crm) -> None:
    """A bad query is shown with a caret under the place."""
    result = book("search", "anna", "(nowak")
    assert (result.code, result.out) == (2, "")
    assert result.err.splitlines()[1:] == ["  anna (nowak", "       ^"]


def test_2_config(book: Crm, tmp_path: Path) -> None:
    """A config that cannot be read is exit 2, names the file, and can still be mended."""
    config = tmp_path / "crm.toml"
    config.write_text("[owner\nname = 1")
    result = book("search", CRM_CONFIG=str(config))
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert str(config) in result.err
    assert book("config", "path", CRM_CONFIG=str(config)).code == 0


def test_2_the_nearest_command(book: Crm) -> None:
    """A misspelt command is suggested, never run."""
    result = book("serach")
    assert 'did you mean "search"?' in result.err
    assert book("archiv", "1").code == 2
    assert book.ok("search", "is:archived or anna", "--ids").out == "1\n2\n"


def test_2_nothing_asked(book: Crm) -> None:
    """Without a command stderr has the help."""
    result = book()
    assert (result.code, result.out) == (2, "")
    assert "Commands:" in result.err
    assert "crm: " not in result.err


@pytest.mark.parametrize(
    "words",
    [
        ["archive", "nobody"],
        ["archive", "anna"],
        ["add", "Ania", "--email", "anna@acme.example"],
        ["add", "Ania", "--email", "nowhere"],
    ],
    ids=" ".join,
)
def test_3_refused(book: Crm, words: list[str]) -> None:
    """Unknown or ambiguous WHO, a duplicate, an invalid value."""
    result = book(*words)
    assert (result.code, result.out) == (3, "")


def test_4_partly(book: Crm, tmp_path: Path) -> None:
    """Rows of an import that were rejected."""
    path = tmp_path / "said.csv"
    path.write_text("kind,date,email\ncall,2026-01-01,a@b.example\ncall,someday,a@b.example\n")
    assert book("import", str(path)).code == 4


def _cut(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


WRONG = {
    "text": lambda raw: b"name,email\nAnna,anna@acme.example\n" * 100,
    "empty": lambda raw: b"",
    "short": lambda raw: raw[:50],
    "cut": _cut,
    "zeroed": lambda raw: raw[:4096] + bytes(len(raw) - 4096),
    "newer": lambda raw: raw[:60] + (999).to_bytes(4, "big") + raw[64:],
    "foreign": lambda raw: raw[:68] + b"\0\0\0\1" + raw[72:],
}


@pytest.mark.parametrize(
    "words", [["search"], ["add", "Eva"], ["remind"], ["show", "1"]], ids=" ".join
)
@pytest.mark.parametrize("kind", WRONG)
def test_5_what_is_no_book(book: Crm, kind: str, words: list[str]) -> None:
    """Another file, an empty, cut, newer or foreign one: exit 5, one line, its bytes untouched."""
    raw = WRONG[kind](book.db.read_bytes())
    book.db.write_bytes(raw)
    result = book(*words)
    assert (result.code, result.out, result.err.count("\n")) == (5, "", 1), result
    assert book.db.read_bytes() == raw
    assert sorted(path.name for path in book.home.iterdir() if path.is_file()) == ["book.db"]


def test_5_a_folder(book: Crm, tmp_path: Path) -> None:
    """A folder is no database, nor is a place that cannot be."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (folder, book.db / "x"):
        for words in (["search"], ["add", "Eva"]):
            result = book(*words, CRM_DB=str(path))
            assert result.code == 5, result
            assert result.err.count("\n") == 1
    assert list(folder.iterdir()) == []


@pytest.fixture
def nobodys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crm]:
    """A book of another user, who is us while the test runs; root may read and write everything."""
    home = Path(tempfile.mkdtemp())
    crm = Crm(home)
    crm.ok("add", "Anna Nowak")
    crm.ok("search")  # so that nothing has to be imported later
    # The package may lie where only root may look; what is read of it at run time comes along.
    shape = shutil.copy(connection._SHAPE, home)
    os.chmod(shape, 0o644)
    monkeypatch.setattr(connection, "_SHAPE", shape)
    before = os.geteuid()
    if before == 0:
        for path in (home, crm.db):
            os.chown(path, _NOBODY, _NOBODY)
        os.seteuid(_NOBODY)
    yield crm
    os.seteuid(before)
    shutil.rmtree(home)


def test_5_unreadable_and_read_only(nobodys: Crm) -> None:
    """A file that cannot be written can be read; one that cannot be read is refused."""
    nobodys.db.chmod(0o400)
    assert nobodys("search").code == 0
    refused = nobodys("add", "Eva")
    assert (refused.code, refused.err.count("\n")) == (5, 1)
    nobodys.db.chmod(0)
    for words in (["search"], ["add", "Eva"]):
        refused = nobodys(*words)
        assert (refused.code, refused.err.count("\n")) == (5, 1)
    nobodys.home.chmod(0o500)
    refused = nobodys("add", "Eva", CRM_DB=str(nobodys.home / "new.db"))
    assert (refused.code, refused.err.count("\n")) == (5, 1)


def test_5_busy(book: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else who keeps writing is exit 5 after the timeout; reading goes on."""
    monkeypatch.setattr("crmcli.db.connection.BUSY_SECONDS", 0.01)
    other = sqlite3.connect(book.db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        result = book("add", "Eva")
        assert (result.code, result.err.count("\n")) == (5, 1)
        assert "busy" in result.err
        assert book("search").code == 0
    finally:
        other.close()


@pytest.mark.parametrize("words", [
    ["export", "-o", ""], ["export", "-o", "."], ["merge-book", ""], ["merge-book", "no-such.db"],
])  # fmt: skip
def test_2_a_file_that_cannot_be_meant(book: Crm, words: list[str]) -> None:
    """No name, a folder to write to, a file that is not there: typed wrong, and no fault of the disk."""
    refused = book(*words)
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)


def test_5_a_full_disk(book: Crm) -> None:
    """Results that cannot be written are exit 5."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        run = subprocess.run(
            [*PROGRAM, "search"], env=environ(book), stdout=full, stderr=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
    assert (run.returncode, run.stderr.count("\n")) == (5, 1)


@pytest.mark.parametrize(("words", "said"), [
    ("add Zed", "the change was made all the same"),
    ("backup", "the copy was made all the same: "),
    ("restore latest --yes", "was restored all the same; what was there is kept: "),
])  # fmt: skip
def test_5_a_full_disk_after_the_work(book: Crm, words: str, said: str) -> None:
    """What was done all the same is said with the result that is lost."""
    book.ok("backup")
    with open("/dev/full", "w", encoding="utf-8") as full:
        run = subprocess.run(
            [*PROGRAM, *words.split()], env=environ(book), stdout=full, stderr=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
    assert run.returncode == 5
    assert said in run.stderr.splitlines()[-1]


def _bug(app: object, **_: object) -> int:
    raise ZeroDivisionError("on purpose")


def test_5_damage_behind_the_change(book: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Met when the result was looked up: what is in the book by then is said to be."""

    def fail(*_: object) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorname = "SQLITE_CORRUPT"
        raise error

    monkeypatch.setattr("crmcli.follow_up_words._say", fail)
    done = book("remind", "1", "friday", "call")
    assert done.code == 5
    assert "the database is damaged; " in done.err
    assert (
        "the change was made all the same: crm history shows it, crm undo takes it back" in done.err
    )
    assert "undone" in book.ok("undo").out


def test_70_a_bug(book: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug is one line without a traceback, and with one after --debug."""
    import crmcli.commands.show

    monkeypatch.setattr(crmcli.commands.show, "show", _bug)
    result = book("show", "1")
    assert (result.code, result.err.count("\n")) == (70, 1)
    assert "ZeroDivisionError" in result.err
    assert "Traceback" in book("show", "1", "--debug").err


def test_every_error_is_one_line_without_debug(book: Crm) -> None:
    """--debug is what shows a traceback, for errors of the user too."""
    assert "Traceback" not in book("archive", "nobody").err
    assert "Traceback" in book("archive", "nobody", "--debug").err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_130_and_143(book: Crm, number: int, code: int) -> None:
    """A signal ends a command at once: nothing half-done, no sidecar, no traceback."""
    before = book.db.read_bytes()
    process = subprocess.Popen(
        [*PROGRAM, "log", "call", "1", "-"], env=environ(book), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        _until_reading(process.pid)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (code, b"", b"")
    assert book.db.read_bytes() == before
    assert not list(book.home.glob("book.db-*"))


def _until_reading(pid: int) -> None:
    """Wait until a process sleeps in reading its standard input."""
    for _ in range(3000):
        with open(f"/proc/{pid}/wchan", encoding="ascii") as file:
            if "pipe" in file.read():
                return
        time.sleep(0.01)
    raise AssertionError("it never read")


def test_a_signal_ends_a_long_statement(book: Crm) -> None:
    """In the middle of one statement of SQLite, too."""
    script = (
        "import os, signal, sys\n"
        "from crmcli import __main__, main\n"
        "from crmcli.commands import show\n"
        "def slow(app, **_):\n"
        "    app.db.create_function('stop', 0, lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "    app.db.execute('WITH RECURSIVE n(x) AS (SELECT stop() UNION ALL SELECT x FROM n)'\n"
        "                   ' SELECT count(*) FROM n').fetchall()\n"
        "show.show = slow\n"
        "sys.argv = ['crm', 'show', '1']\n"
        "__main__.run()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env=environ(book),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (run.returncode, run.stdout, run.stderr) == (130, b"", b"")


@pytest.mark.parametrize(
    "words", ["search", "search --csv", "search --json", "--help", "rule list"]
)
def test_141_the_reader_left(book: Crm, tmp_path: Path, words: str) -> None:
    """A reader that has seen enough is silent: 141 to a shell that asks, nothing on stderr."""
    rows = "".join(f"Person {number},p{number}@acme.example\n" for number in range(5000))
    path = tmp_path / "many.csv"
    path.write_text("name,email\n" + rows)
    book.ok("import", str(path))
    script = (
        f'"{sys.executable}" -m crmcli {words} | head -c 1 >/dev/null; echo "${{PIPESTATUS[0]}}"'
    )
    run = subprocess.run(
        ["bash", "-c", script], env=environ(book), capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    assert run.stdout in (("141\n",) if words.startswith("search") else ("141\n", "0\n"))


def test_every_command_answers_help(capsys: pytest.CaptureFixture[str], book: Crm) -> None:
    """--help is exit 0 on stdout for every command, and names what it takes."""
    for name in COMMANDS:
        assert book(*name.split(), "--help").code == 0, name
        assert "Usage: " in capsys.readouterr().out


def test_3_another_was_faster(crm: Crm) -> None:
    """Somebody is forgotten while a text is awaited: no bug, nothing is changed, and it is said why."""
    crm.ok("add", "Anna")
    with subprocess.Popen(
        [*PROGRAM, "log", "call", "anna", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ(crm),
        text=True,
    ) as waiting:
        time.sleep(1)
        crm.ok("forget", "anna", "--yes")
        _, told = waiting.communicate("hello")
    assert waiting.returncode == 3
    assert "another command changed the book while this one waited" in told
