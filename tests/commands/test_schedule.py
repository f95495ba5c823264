"""crm schedule."""

from __future__ import annotations

import importlib.resources
import subprocess
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from crmcli import machine_clock

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture(autouse=True)
def machine_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the tests run."""
    monkeypatch.setattr(machine_clock, "LOCALTIME", "/nowhere")


def zone_file(name: str) -> str:
    """Where the rules of a zone stand."""
    places = [Path(folder) / name for folder in zoneinfo.TZPATH]
    found = next((path for path in places if path.exists()), None)
    return str(found or importlib.resources.files("tzdata") / "zoneinfo" / name)


def run_bare(
    line: str, home: Path, *, path: str = "/usr/bin:/bin"
) -> subprocess.CompletedProcess[str]:
    """Run the command of a crontab line as cron does."""
    command = line.split("  ", 1)[1].replace("\\%", "%")
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env={"HOME": str(home), "PATH": path},
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


def test_the_line_of_a_backup_each_day(crm: Crm) -> None:
    """It says nothing, and puts a copy where crm backup --list of the owner finds it."""
    crm.environ["XDG_DATA_HOME"] = str(crm.home / "my data")
    crm.ok("add", "Anna Nowak")
    line = crm.ok("schedule", "cron", "--backup").lines[-1]
    assert line.startswith("17 12 * * *  ")
    ended = run_bare(line, crm.home)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    (copy,) = crm.ok("backup", "--list", "--json").json
    assert copy["path"].startswith(str(crm.home / "my data"))
    assert "--quiet backup" not in crm.ok("schedule", "cron").out


def test_the_units_of_a_backup_each_day(crm: Crm) -> None:
    """They come after those of the list, in a script that a shell can read, with what leads to the book."""
    crm.environ["XDG_DATA_HOME"] = str(crm.home / "my data")
    crm.ok("add", "Anna Nowak")
    plain = crm.ok("schedule", "systemd").out
    script = crm.ok("schedule", "systemd", "--backup").out
    assert script.startswith(plain)
    units = script.removeprefix(plain)
    assert "OnCalendar=12:17" in units
    assert f"Environment=CRM_DB={crm.db}" in units
    assert f'Environment="XDG_DATA_HOME={crm.home / "my data"}"' in units
    assert " --quiet backup\n" in units
    read = subprocess.run(["/bin/sh", "-n"], input=script, text=True, check=False)
    assert read.returncode == 0


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
    """--at sets the time, --mail whom cron writes to; the text is called what it is, UTF-8."""
    lines = crm.ok("schedule", "cron", "--at", "7:05", "--mail", "hanna@wilk.example").lines
    assert "MAILTO=hanna@wilk.example" in lines
    assert lines[-1].startswith("5 7 * * 1-5  ")
    for line in (lines, crm.ok("schedule", "cron").lines):
        assert 'CONTENT_TYPE="text/plain; charset=UTF-8"' in line


@pytest.mark.parametrize("command", ["cron", "systemd"])
def test_options_of_remind_are_passed_on(crm: Crm, command: str) -> None:
    """Behind --, and only those that remind has."""
    text = crm.ok("schedule", command, "--", "--new", "--where", "+vip or 50%").out
    assert "remind --new --where" in text
    for words in (["--newer"], ["anna"], ["--where"], ["--where", "a\nb"]):
        assert crm("schedule", command, "--", *words).code == 2


@pytest.mark.parametrize("command", ["cron", "systemd"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--at", "25:00"], 2),
        (["--at", "noon\n* * * * * rm"], 2),
        (["--mail", "a@b.example\nX: y"], 3),
        (["--mail", "no address"], 3),
        (["--", "--where", "x" * 1000 + "\n"], 2),
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


PAIRS = [
    ("Europe/Warsaw", "Etc/UTC", "08:00"),
    ("Pacific/Auckland", "Etc/UTC", "08:00"),
    ("Europe/Warsaw", "America/New_York", "08:00"),
    ("Asia/Kolkata", "Europe/London", "07:45"),
    ("Australia/Lord_Howe", "Europe/Berlin", "08:30"),
    ("America/St_Johns", "Pacific/Chatham", "23:15"),
    ("Africa/Casablanca", "Europe/Paris", "08:00"),
]


def starts(line: str, machine: ZoneInfo, first: date, days: int) -> list[datetime]:
    """When a line of a crontab starts its command and that looks at the clock and goes on."""
    fields, _, command = line.partition("  ")
    minute, hours, *rest = fields.split()
    assert rest == ["*", "*", "*"]
    zone = command.split("TZ=")[1].split()[0]
    form = command.split("date +")[1].split(")")[0].replace("\\%", "%")
    pattern = command.split(" in ")[1].split(")")[0]
    found = set()
    for number in range(days):
        day = first + timedelta(days=number)
        for hour in map(int, hours.split(",")):
            there = datetime(day.year, day.month, day.day, hour, int(minute), tzinfo=machine)
            at = there.astimezone(UTC)
            if at.astimezone(machine).hour == hour and fnmatch(
                at.astimezone(ZoneInfo(zone)).strftime(form), pattern
            ):
                found.add(at)
    return sorted(found)


@pytest.mark.parametrize(("owner", "machine", "at"), PAIRS)
def test_it_is_the_owners_time(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, owner: str, machine: str, at: str
) -> None:
    """Once each working day at that time of the owner's clock, however the two clocks change."""
    monkeypatch.setattr(machine_clock, "LOCALTIME", zone_file(machine))
    crm.ok("config", "set", "owner.timezone", owner)
    lines = [
        line for line in crm.ok("schedule", "cron", "--at", at).lines if " * * *  case" in line
    ]
    first, days = date(2026, 3, 2), 700
    found = sorted(at for line in lines for at in starts(line, ZoneInfo(machine), first, days))
    hour, minute = map(int, at.split(":"))
    expected = []
    for number in range(1, days - 1):
        day = first + timedelta(days=number)
        if day.weekday() < 5:
            civil = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(owner))
            expected.append(civil.astimezone(UTC))
    assert [at for at in found if expected[0] <= at <= expected[-1]] == expected


def test_the_line_of_another_zone_runs_at_its_hour(crm: Crm) -> None:
    """A shell does what it says: the list at eight of the owner's clock, nothing an hour later."""
    crm.ok("config", "set", "owner.timezone", "Europe/Warsaw")
    crm.ok("add", "Anna Nowak", "--phone", "+48600123456")
    crm.ok("remind", "anna", "2026-01-02", "call")
    line = crm.ok("schedule", "cron").lines[-1]
    assert line.startswith("0 6,7 * * *  case ")
    bin_ = crm.home / "bin"
    bin_.mkdir()
    for utc, heard in (("06:00", False), ("07:00", True), ("08:00", False)):
        (bin_ / "date").write_text(
            f'#!/bin/sh\nexec /bin/date -d "2026-03-02 {utc} UTC" "$@"\n', "utf-8"
        )
        (bin_ / "date").chmod(0o755)
        result = run_bare(line, crm.home, path=f"{bin_}:/usr/bin:/bin")
        assert (result.returncode, result.stderr) == (0, "")
        assert ("Anna Nowak" in result.stdout) == heard


def test_the_zone_of_the_shell_goes_along(crm: Crm) -> None:
    """Cron and systemd know no TZ; where it is the machine's own it is not needed."""
    far = {"TZ": "Asia/Tokyo"}
    line = crm.ok("schedule", "cron", **far).lines[-1]
    assert line.startswith("0 23 * * *  case $(TZ=Asia/Tokyo date ")
    assert "TZ=Asia/Tokyo CRM_DB=" in line
    units = crm.ok("schedule", "systemd", **far).out
    assert "Environment=TZ=Asia/Tokyo\n" in units
    assert "OnCalendar=Mon..Fri *-*-* 08:00 Asia/Tokyo\n" in units
    assert "TZ=" not in crm.ok("schedule", "cron", TZ="Etc/UTC").out
    assert crm("schedule", "cron", TZ="XYZ5ABC").code == 2


@pytest.mark.parametrize("command", ["cron", "systemd"])
def test_a_path_that_would_be_two_lines_is_refused(crm: Crm, command: str) -> None:
    """It would be another line of the crontab."""
    result = crm("schedule", command, CRM_DB=str(crm.home / "a\n* * * * * b"))
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)


def test_holidays_are_no_mornings(crm: Crm) -> None:
    """Where they are known, what cron and systemd run keeps still on them; a look of one's own does not."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example")
    crm.ok("remind", "1", "2026-12-23", "call")
    assert "--skip-holidays" not in crm.ok("schedule", "cron").out
    crm.ok("config", "set", "owner.country", "PL")
    for kind in ("cron", "systemd"):
        assert "remind --new --skip-holidays" in crm.ok("schedule", kind, "--", "--new").out
    assert crm.ok("remind", "--skip-holidays", CRM_NOW="2026-12-25T08:00").out == ""
    assert crm.ok("remind", CRM_NOW="2026-12-25T08:00").out != ""
    for day in ("2026-12-26", "2026-12-28"):  # a Saturday that is one, and the Monday after
        out = crm.ok("remind", "--skip-holidays", CRM_NOW=f"{day}T08:00").out
        assert (out == "") == (day == "2026-12-26")


@pytest.mark.parametrize(
    "words",
    [
        "--within zz", "--within -3d", "--select ZZ", "--ignore ZZ", "--where ((", "--explain F1",
        "--columns bogus", "--format bogus", "--every week",
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["cron", "systemd"])
def test_values_that_remind_would_refuse_are_refused_now(crm: Crm, verb: str, words: str) -> None:
    """And not every morning, in a mail."""
    result = crm("schedule", verb, "--", *words.split())
    assert (result.code, result.out) == (2, "")
    good = ("--within", "7d", "--select", "R", "--where", "+vip", "--columns", "handle", "--csv")
    assert " ".join(good[:2]) in crm.ok("schedule", verb, "--", *good).out
