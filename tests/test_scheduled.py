"""What crm schedule prints, run by the real daemons; where there is none, as they would run it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.faults import schedule
from tests.faults.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def owner() -> Iterator[schedule.Owner]:
    with Desk() as desk:
        yield schedule.Owner(desk)


def test_cron_mails_the_morning(owner: schedule.Owner) -> None:
    """A real cron takes the line, runs it, and what it mails reads as the list does."""
    if schedule.possible("cron"):
        mail = schedule.by_cron(owner, minute=False)
        assert mail["To"] == "hanna@wilk.example"
        text = schedule.body(mail)
    else:
        line = owner.crm("schedule", "cron", "--mail", "hanna@wilk.example").splitlines()[-1]
        text = owner.bare(schedule.command_of(line))
    assert "żółta łódź, 山田, Ольга" in text
    assert text == owner.crm("remind")


def test_a_day_without_anything_due_mails_nothing(owner: schedule.Owner) -> None:
    """Neither of the two commands prints or sends a thing."""
    owner.crm("done", "F1")
    line = owner.crm("schedule", "cron").splitlines()[-1]
    assert owner.bare(schedule.command_of(line)) == ""
    start = exec_start(owner.crm("schedule", "systemd", "--mail", "hanna@wilk.example"))
    assert owner.bare(start.replace("/usr/sbin/sendmail", "/bin/false")) == ""


def units(script: str, folder: Path) -> list[str]:
    """Write the unit files that the script holds; return their paths."""
    paths = []
    for name in ("service", "timer"):
        unit = script.partition(f"crm-remind.{name} <<'END'\n")[2].partition("END\n")[0]
        (folder / f"crm-remind.{name}").write_text(unit, "utf-8")
        paths.append(str(folder / f"crm-remind.{name}"))
    return paths


def exec_start(script: str) -> str:
    """The command of the service, as a shell takes it: quoting undone as systemd does it."""
    [line] = re.findall("^ExecStart=(.*)$", script, re.MULTILINE)
    environ = re.findall("^Environment=(.*)$", script, re.MULTILINE)
    words = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)]
    given = [word.replace("%%", "%") for text in environ for word in shlex.split(text)]
    return shlex.join(["/usr/bin/env", *given, *words])


@pytest.mark.parametrize("options", [[], ["--mail", "hanna@wilk.example"], ["--", "--new"]])
def test_the_units_do_what_they_say(owner: schedule.Owner, options: list[str]) -> None:
    """Systemd finds nothing wrong with them, and their command gives the list."""
    script = owner.crm("schedule", "systemd", *options)
    paths = units(script, owner.folder)
    analyze = shutil.which("systemd-analyze")
    if analyze:
        (owner.folder / "run").mkdir(mode=0o700)
        environ = {"HOME": owner.desk.environ["HOME"], "XDG_RUNTIME_DIR": str(owner.folder / "run")}
        checked = subprocess.run(
            [analyze, "verify", "--user", *paths],
            env=environ | {"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (checked.returncode, checked.stderr) == (0, "")
    caught = owner.folder / "caught"
    caught.write_text("#!/bin/sh\ncat\n", "utf-8")
    caught.chmod(0o755)
    text = owner.bare(exec_start(script).replace("/usr/sbin/sendmail", str(caught)))
    head, _, _ = text.rpartition("\n\n" + owner.crm("remind").splitlines()[0])
    assert text.endswith(owner.crm("remind"))
    if "--mail" in options:
        assert "To: hanna@wilk.example" in head
        assert "charset=UTF-8" in head


def test_the_timer_starts_on_working_days(owner: schedule.Owner) -> None:
    """At the time asked for, in the owner's zone, and after a morning with the machine off."""
    owner.crm("config", "set", "owner.timezone", "Europe/Warsaw")
    owner.crm("config", "set", "days.off", "saturday", "sunday")
    script = owner.crm("schedule", "systemd", "--at", "7:05")
    assert "Persistent=true" in script
    [spec] = re.findall("^OnCalendar=(.*)$", script, re.MULTILINE)
    assert spec in ("Mon..Fri *-*-* 07:05 Europe/Warsaw", "Mon..Fri *-*-* 07:05")
    analyze = shutil.which("systemd-analyze")
    if analyze:
        said = subprocess.run(
            [analyze, "calendar", "--base-time=2026-03-27 12:00 UTC", "--iterations=2", spec],
            capture_output=True, text=True, check=True, env={"TZ": "Europe/Warsaw", "PATH": os.environ["PATH"]},
        ).stdout  # fmt: skip
        # The Monday after the clocks changed.
        assert "Mon 2026-03-30 07:05:00 CEST" in said
