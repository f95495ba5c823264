"""crm schedule."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm


def run_bare(line: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the command of a crontab line as cron does."""
    command = line.split("  ", 1)[1].replace("\\%", "%")
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_cron_line_works_from_a_bare_environment(crm: Crm) -> None:
    """With nothing but HOME it finds the program and the book, also with a % and a blank in it."""
    path = str(crm.home / "100% mine.db")
    crm.ok("add", "Anna Nowak", CRM_DB=path)
    crm.ok("remind", "anna", "today", "send", "the", "list", CRM_DB=path)
    line = crm.ok("schedule", "cron", CRM_DB=path).lines[-1]
    assert line.startswith("0 8 * * 1-5  ")
    assert "\\%" in line
    result = run_bare(line, crm.home)
    assert result.returncode == 0, result
    assert "Anna Nowak" in result.stdout
    assert result.stderr == ""


def test_nothing_is_named_that_home_alone_gives(crm: Crm) -> None:
    """The book in its usual place needs no variable."""
    environ = {name: value for name, value in crm.environ.items() if name != "CRM_DB"}
    crm.environ = environ
    assert "CRM_" not in crm.ok("schedule", "cron").out
    assert "Environment" not in crm.ok("schedule", "systemd").out


def test_another_config_is_named(crm: Crm) -> None:
    """A config out of its usual place is found by cron too, and the book that it names."""
    config = crm.home / "other.toml"
    config.write_text('database = "other.db"\n', "utf-8")
    config.chmod(0o600)
    del crm.environ["CRM_DB"]
    line = crm.ok("schedule", "cron", CRM_CONFIG=str(config)).lines[-1]
    assert f"CRM_CONFIG={config}" in line
    assert "CRM_DB" not in line


def test_a_data_folder_of_ones_own_is_named(crm: Crm) -> None:
    """Cron knows no XDG_DATA_HOME, so the book is named by its path."""
    del crm.environ["CRM_DB"]
    line = crm.ok("schedule", "cron", XDG_DATA_HOME=str(crm.home / "data")).lines[-1]
    assert f"CRM_DB={crm.home}/data/crm/crm.db" in line


def test_days_off_are_left_out(crm: Crm) -> None:
    """The working days are those of the config."""
    crm.ok("config", "set", "days.off", "friday", "saturday")
    assert crm.ok("schedule", "cron").lines[-1].startswith("0 8 * * 1,2,3,4,7  ")
    assert "OnCalendar=Mon,Tue,Wed,Thu,Sun *-*-* 08:00" in crm.ok("schedule", "systemd").out


def test_mail_and_time(crm: Crm) -> None:
    """--at sets the time, --mail whom cron writes to."""
    lines = crm.ok("schedule", "cron", "--at", "7:05", "--mail", "hanna@wilk.example").lines
    assert "MAILTO=hanna@wilk.example" in lines
    assert lines[-1].startswith("5 7 * * 1-5  ")
    assert "mail -s" in crm.ok("schedule", "systemd", "--mail", "hanna@wilk.example").out


@pytest.mark.parametrize("command", ["cron", "systemd"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--at", "25:00"], 2),
        (["--at", "noon\n* * * * * rm"], 2),
        (["--mail", "a@b.example\nX: y"], 3),
        (["--mail", "no address"], 3),
    ],
)
def test_what_does_not_fit_is_refused(crm: Crm, command: str, words: list[str], code: int) -> None:
    """A time that is none, an address that is none."""
    assert crm("schedule", command, *words).code == code


def test_the_units_are_a_script_that_installs_them(crm: Crm) -> None:
    """What is printed writes both unit files and starts the timer."""
    bin_ = crm.home / "bin"
    bin_.mkdir()
    (bin_ / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> {crm.home}/called\n', "utf-8")
    (bin_ / "systemctl").chmod(0o755)
    script = crm.ok("schedule", "systemd", "--at", "08:30").out
    subprocess.run(
        ["/bin/sh", "-eu"], input=script, text=True, check=True,
        env={"HOME": str(crm.home), "PATH": f"{bin_}:/usr/bin:/bin"},
    )  # fmt: skip
    units = crm.home / ".config" / "systemd" / "user"
    assert "ExecStart=/" in (units / "crm-remind.service").read_text("utf-8")
    assert f"Environment=CRM_DB={crm.db}" in (units / "crm-remind.service").read_text("utf-8")
    assert "OnCalendar=Mon..Fri *-*-* 08:30" in (units / "crm-remind.timer").read_text("utf-8")
    assert "enable --now crm-remind.timer" in (crm.home / "called").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("mail", [[], ["--mail", "hanna@wilk.example"]])
def test_systemd_accepts_the_units(crm: Crm, mail: list[str]) -> None:
    """Both units pass systemd's own check."""
    text = crm.ok("schedule", "systemd", *mail).out
    for name in ("service", "timer"):
        unit = text.partition(f"crm-remind.{name} <<'END'\n")[2].partition("END\n")[0]
        (crm.home / f"crm-remind.{name}").write_text(unit, "utf-8")
    result = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(crm.home / "crm-remind.timer")],
        capture_output=True, text=True, check=False, env=os.environ | {"HOME": str(crm.home)},
    )  # fmt: skip
    assert "crm-remind" not in result.stderr
