"""The morning from cron: no terminal, no locale, next to no environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import crmcli

ROOT = Path(crmcli.__file__).parent.parent


class Cron:
    """Runs the program as cron does: ``env -i HOME=... PATH=/usr/bin:/bin``, from another folder."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(
        self, *words: str, now: str = "2026-03-02T09:00"
    ) -> subprocess.CompletedProcess[bytes]:
        start = f"import sys; sys.path[:0] = {[str(ROOT), *sys.path[1:]]!r}; from crmcli.__main__ import run; run()"
        return subprocess.run(
            ["/usr/bin/env", "-i", f"HOME={self.home}", "PATH=/usr/bin:/bin", sys.executable, "-c",
             start, "--now", now, *words],
            cwd="/", capture_output=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip


@pytest.fixture
def cron(tmp_path: Path) -> Cron:
    return Cron(tmp_path)


def test_an_empty_day(cron: Cron) -> None:
    """Before there is a book: nothing printed, exit 0, no file made."""
    run = cron("remind")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert list(cron.home.iterdir()) == []


def test_a_quiet_day(cron: Cron) -> None:
    """Nothing due: nothing printed, so that cron sends no mail."""
    cron("add", "Anna Nowak", "--email", "anna@acme.example", "--lifecycle", "partner")
    cron("log", "call", "anna")
    for words in (["remind"], ["remind", "--exit-code"]):
        run = cron(*words)
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def test_a_busy_day(cron: Cron) -> None:
    """Something due: UTF-8 text that reads well in a mail, exit 0, or 1 with --exit-code."""
    assert cron("add", "Łukasz Wójcik", "--phone", "+48609100109").returncode == 0
    assert cron("remind", "lukasz", "today", "zadzwonić: żółta łódź").returncode == 0
    run = cron("remind")
    text = run.stdout.decode("utf-8")
    assert (run.returncode, run.stderr) == (0, b"")
    assert "Łukasz Wójcik" in text
    assert "żółta łódź" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 72
    assert cron("remind").stdout == run.stdout
    assert cron("remind", "--exit-code").returncode == 1


def test_missed_days_lose_nothing(cron: Cron) -> None:
    """An item stays until it is done, however long nobody looked."""
    cron("add", "Anna")
    cron("remind", "anna", "today", "call")
    for now in ("2026-03-02T08:00", "2026-03-05T08:00", "2026-06-01T08:00"):
        assert b"F1" in cron("remind", now=now).stdout
    cron("done", "F1", now="2026-06-01T09:00")
    assert b"F1" not in cron("remind", now="2026-06-01T10:00").stdout


def test_files_land_in_the_homes_folders(cron: Cron) -> None:
    """Without XDG variables the book is private, in the home's data folder."""
    cron("add", "Anna")
    files = [path for path in cron.home.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    [book] = [path for path in files if ".local/state" not in str(path)]
    assert book.relative_to(cron.home).parts[:2] == (".local", "share")
    assert book.stat().st_mode & 0o777 == 0o600
    assert book.parent.stat().st_mode & 0o777 == 0o700


def test_a_needed_answer_is_an_error(cron: Cron) -> None:
    """Nobody is there to be asked: exit 2 and the flag that gives the answer."""
    run = cron("add")
    assert run.returncode == 2
    assert b"NAME" in run.stderr
