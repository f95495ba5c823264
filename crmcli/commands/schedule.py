"""crm schedule."""

from __future__ import annotations

import os
from shlex import quote

from crmcli import config as configs
from crmcli import machine_clock, program
from crmcli.commands import remind
from crmcli.config.paths import backup_folder, config_path, home
from crmcli.errors import ExitCode, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Annotated

    from typer import Argument, Option

    from crmcli.context import App

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SUBJECT = "Whom to contact today"
_NOON = "17 12 * * *"
_LONGEST = 990  # characters of a command; cron takes 1,000

_SYSTEMD = """\
# Run this, or let a shell do it: crm schedule systemd | sh
mkdir -p ~/.config/systemd/user
cat > ~/.config/systemd/user/crm-remind.service <<'END'
[Unit]
Description={subject}

[Service]
Type=oneshot
{environment}ExecStart={start}
UMask=0077
NoNewPrivileges=yes
END
cat > ~/.config/systemd/user/crm-remind.timer <<'END'
[Unit]
Description={subject}, at {at}

[Timer]
OnCalendar={days}*-*-* {at}{zone}
# After a morning with the machine off, as soon as it is on.
Persistent=true

[Install]
WantedBy=timers.target
END
systemctl --user daemon-reload
systemctl --user enable --now crm-remind.timer
# Read it with: journalctl --user -u crm-remind
# To run while you are logged out: loginctl enable-linger"""
_SYSTEMD_BACKUP = """\
cat > ~/.config/systemd/user/crm-backup.service <<'END'
[Unit]
Description=A copy of the crm book

[Service]
Type=oneshot
{environment}ExecStart={start}
UMask=0077
NoNewPrivileges=yes
END
cat > ~/.config/systemd/user/crm-backup.timer <<'END'
[Unit]
Description=A copy of the crm book, each day

[Timer]
OnCalendar=12:17
Persistent=true

[Install]
WantedBy=timers.target
END
systemctl --user daemon-reload
systemctl --user enable --now crm-backup.timer"""
# sendmail is what every mail system has, and the only way to say that the text is UTF-8.
_MAIL = (
    r'list=$({list}) || exit; [ -z "$list" ] || printf'
    r' "To: %s\nSubject: %s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n%s\n"'
    r' {address} {subject} "$list" | /usr/sbin/sendmail -t'
)


def cron(
    app: App,
    options: Annotated[
        list[str] | None,
        Argument(metavar="[-- OPTIONS]...", help="What remind is given, such as: -- --new."),
    ] = None,
    *,
    at: Annotated[str, Option("--at", metavar="HH:MM", help="When, in your time zone.")] = "08:00",
    mail: Annotated[
        str | None,
        Option("--mail", metavar="ADDR", help="Where cron mails the list; you by default."),
    ] = None,
    backup: Annotated[
        bool, Option("--backup", help="Also the line of a backup each day, see crm backup.")
    ] = False,
) -> int:
    """Print the crontab line that sends the morning list on working days.

    crm schedule cron --at 07:30 --mail you@example.com
    crm schedule cron -- --new --where +vip
    crm schedule cron --backup

    Put it in with crontab -e. Nothing due, nothing printed, no mail.
    """
    hour, minute = _clock(at)
    zone, needed = _zone_and_needed(app)
    before = [f"{name}={quote(value)}" for name, value in needed]
    command = " ".join([*before, *map(quote, _remind(app, options))])
    # The text is UTF-8, and cron would call it what its own locale says.
    lines = [
        "# Whom to contact today. Put this in with: crontab -e",
        'CONTENT_TYPE="text/plain; charset=UTF-8"',
    ]
    if mail:
        lines.append(f"MAILTO={_address(mail)}")
    times = machine_clock.times(zone, hour, minute, today=app.today)
    if times == {(0, hour, minute)}:
        starts = {f"{minute} {hour} * * {_days(app, '1234567', '-') or '*'}": command}
    else:
        lines.append(f"# {hour:02}:{minute:02} in {zone}; the machine's own clock is another.")
        starts = _guarded(app, times, command, (zone or "", hour, minute))
    if backup:  # at noon, when most machines are on; it says nothing unless it fails
        folder = _data_folder(app)
        before += [f"XDG_DATA_HOME={quote(folder)}"] if folder else []
        words = [*before, *map(quote, program.argv()), "--quiet backup"]
        starts[_NOON] = " ".join(words)
    for start, what in starts.items():
        if start == _NOON:
            lines.append("# A copy of the book each day; crm backup --list shows them.")
        # To cron a % is the end of the command.
        lines.append(f"{start}  {_one_line(what).replace('%', chr(92) + '%')}")
        if len(lines[-1]) > _LONGEST:
            raise UsageError("the command is too long for cron; shorter paths make it shorter")
    app.out.say("\n".join(lines))
    return ExitCode.OK


def systemd(
    app: App,
    options: Annotated[
        list[str] | None,
        Argument(metavar="[-- OPTIONS]...", help="What remind is given, such as: -- --new."),
    ] = None,
    *,
    at: Annotated[str, Option("--at", metavar="HH:MM", help="When, in your time zone.")] = "08:00",
    mail: Annotated[
        str | None,
        Option(
            "--mail",
            metavar="ADDR",
            help="Mail the list with sendmail; into the journal by default.",
        ),
    ] = None,
    backup: Annotated[
        bool, Option("--backup", help="Also the units of a backup each day, see crm backup.")
    ] = False,
) -> int:
    """Print the user units that make the morning list on working days, and how to install them."""
    hour, minute = _clock(at)
    zone, needed = _zone_and_needed(app)
    run = _remind(app, options)
    if mail:
        script = _MAIL.format(
            list=" ".join(map(quote, run)), address=quote(_address(mail)), subject=quote(_SUBJECT)
        )
        run = ["/bin/sh", "-c", script]
    app.out.say(
        _SYSTEMD.format(
            subject=_SUBJECT,
            environment="".join(
                f"Environment={_unit(f'{name}={value}')}\n" for name, value in needed
            ),
            start=" ".join(_unit(word).replace("$", "$$") for word in run),
            at=f"{hour:02}:{minute:02}",
            days=f"{days} " if (days := _days(app, _DAYS, "..")) else "",
            zone=f" {zone}" if zone else "",
        )
    )
    if backup:
        needed += [("XDG_DATA_HOME", folder)] if (folder := _data_folder(app)) else []
        words = [*program.argv(), "--quiet", "backup"]
        app.out.say(
            _SYSTEMD_BACKUP.format(
                environment="".join(
                    f"Environment={_unit(f'{name}={value}')}\n" for name, value in needed
                ),
                start=" ".join(_unit(word).replace("$", "$$") for word in words),
            )
        )
    return ExitCode.OK


def _clock(text: str) -> tuple[int, int]:
    """Hour and minute of ``--at``."""
    from crmcli.values.readings import parse_clock

    found = parse_clock(text)
    if found is None or found[2]:
        raise UsageError(f'--at takes a time of day such as 08:00, not "{text}"')
    return found[0], found[1]


def _remind(app: App, options: list[str] | None) -> list[str]:
    """The words that start crm remind, which takes them; where holidays are known it keeps still on them."""
    from crmcli import fast

    words = options or []
    given = fast.parse("remind", words)
    if given is None or "words" in given:
        raise UsageError(f'"{" ".join(words)}" are no options of crm remind; see crm remind --help')
    remind.hold(app, given)
    known = app.config["days.country"] not in (None, "none") or app.config["days.holidays"]
    if known and "skip_holidays" not in given:
        words = [*words, "--skip-holidays"]
    return [*program.argv(), "remind", *words]


def _guarded(
    app: App, times: set[tuple[int, int, int]], command: str, at: tuple[str, int, int]
) -> dict[str, str]:
    """Lines for every time at which it may be that time of the owner, which the command looks at."""
    zone, hour, minute = at
    minutes = sorted({there for _, _, there in times})
    off = app.config.days_off
    days = "".join(str(day + 1) for day in range(7) if day not in off)
    clock, now = (f"{hour:02}", "%H")
    if len(minutes) > 1:
        clock, now = f"{clock}:{minute:02}", "%H:%M"
    case = f"case $(TZ={quote(zone)} date +%u-{now}) in [{days or '1-7'}]-{clock}) {command};; esac"
    starts = {}
    for there in minutes:
        hours = sorted({hour for _, hour, minute in times if minute == there})
        starts[f"{there} {','.join(map(str, hours))} * * *"] = case
    return starts


def _days(app: App, names: Sequence[str], span: str) -> str:
    """The days of the week on which something may fall due, such as 1-5; empty for every day.

    Args:
        app: the run.
        names: of the days, Monday first.
        span: what stands between the first and last of days in a row.
    """
    off = app.config.days_off
    days = [day for day in range(7) if day not in off]
    if len(days) in (0, 7):
        return ""
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[days[0]]}{span}{names[days[-1]]}"
    return ",".join(names[day] for day in days)


def _address(text: str) -> str:
    from crmcli.values import email

    return email.parse(text)


def _zone_and_needed(app: App) -> tuple[str | None, list[tuple[str, str]]]:
    """The owner's zone, and the variables without which another would be used, or another book.

    The zone is None where it is the machine's; the environment has HOME alone.
    """
    zone = machine_clock.owner_zone(app.tz, app.environ)
    if zone and machine_clock.is_same(zone, today=app.today):
        zone = None
    needed = [("TZ", zone)] if zone and not app.tz else []
    bare = {"HOME": home(app.environ)}
    path = None
    if app.config.exists and os.path.abspath(app.config.path) != config_path(bare):
        path = os.path.abspath(app.config.path)
        needed.append(("CRM_CONFIG", path))
    if os.path.abspath(app.path) != os.path.abspath(configs.load(path, bare)["database"]):
        needed.append(("CRM_DB", os.path.abspath(app.path)))
    return zone, needed


def _data_folder(app: App) -> str | None:
    """The XDG folder that leads to that of the backups, where HOME alone would lead to another."""
    folder = backup_folder(app.environ)
    if folder == backup_folder({"HOME": home(app.environ)}):
        return None
    return os.path.dirname(os.path.dirname(folder))


def _one_line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise UsageError("a path with a line end in it cannot stand in a crontab or a unit file")
    return text


def _unit(word: str) -> str:
    """A word as a unit file needs it."""
    word = _one_line(word).replace("%", "%%")
    if word and all(char.isalnum() or char in "@%+=:,./-_" for char in word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
