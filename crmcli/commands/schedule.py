"""crm schedule."""

from __future__ import annotations

import os
from shlex import quote

from crmcli import config as configs
from crmcli import program
from crmcli.config.paths import config_path, home
from crmcli.errors import ExitCode, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Annotated

    from typer import Option

    from crmcli.context import App

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SUBJECT = "Whom to contact today"

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
OnCalendar={days}*-*-* {at}
# After a morning with the machine off, as soon as it is on.
Persistent=true

[Install]
WantedBy=timers.target
END
systemctl --user daemon-reload
systemctl --user enable --now crm-remind.timer
# Read it with: journalctl --user -u crm-remind
# To run while you are logged out: loginctl enable-linger"""


def cron(
    app: App,
    *,
    at: Annotated[str, Option("--at", metavar="HH:MM", help="When.")] = "08:00",
    mail: Annotated[
        str | None,
        Option("--mail", metavar="ADDR", help="Where cron mails the list; you by default."),
    ] = None,
) -> int:
    """Print the crontab line that sends the morning list on working days.

    Put it in with crontab -e. Nothing due, nothing printed, no mail.
    """
    hour, minute = _clock(at)
    weekdays = _days(app, "1234567", "-") or "*"
    command = " ".join(
        [
            *(f"{name}={quote(value)}" for name, value in _needed(app)),
            *map(quote, program.argv()),
            "remind",
        ]
    )
    lines = ["# Whom to contact today. Put this in with: crontab -e"]
    if mail:
        lines += [f"MAILTO={_address(mail)}", 'CONTENT_TYPE="text/plain; charset=UTF-8"']
    # To cron a % is the end of the command.
    lines.append(f"{minute} {hour} * * {weekdays}  {command.replace('%', chr(92) + '%')}")
    app.out.say("\n".join(lines))
    return ExitCode.OK


def systemd(
    app: App,
    *,
    at: Annotated[str, Option("--at", metavar="HH:MM", help="When.")] = "08:00",
    mail: Annotated[
        str | None,
        Option(
            "--mail",
            metavar="ADDR",
            help="Mail the list with the mail command; into the journal by default.",
        ),
    ] = None,
) -> int:
    """Print the user units that make the morning list on working days, and how to install them."""
    hour, minute = _clock(at)
    run = [*program.argv(), "remind"]
    if mail:
        list_ = " ".join(map(quote, run))
        script = f'list=$({list_}) || exit; [ -z "$list" ] || printf "%s\\n" "$list" | mail -s {quote(_SUBJECT)} {quote(_address(mail))}'
        run = ["/bin/sh", "-c", script]
    app.out.say(
        _SYSTEMD.format(
            subject=_SUBJECT,
            environment="".join(
                f"Environment={_unit(f'{name}={value}')}\n" for name, value in _needed(app)
            ),
            start=" ".join(_unit(word).replace("$", "$$") for word in run),
            at=f"{hour:02}:{minute:02}",
            days=f"{days} " if (days := _days(app, _DAYS, "..")) else "",
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


def _needed(app: App) -> list[tuple[str, str]]:
    """The variables without which another config or book would be used, in an environment of HOME alone."""
    bare = {"HOME": home(app.environ)}
    needed = []
    path = None
    if app.config.exists and os.path.abspath(app.config.path) != config_path(bare):
        path = os.path.abspath(app.config.path)
        needed.append(("CRM_CONFIG", path))
    if os.path.abspath(app.path) != os.path.abspath(configs.load(path, bare)["database"]):
        needed.append(("CRM_DB", os.path.abspath(app.path)))
    return needed


def _unit(word: str) -> str:
    """A word as a unit file needs it."""
    word = word.replace("%", "%%")
    if word and all(char.isalnum() or char in "@%+=:,./-_" for char in word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
