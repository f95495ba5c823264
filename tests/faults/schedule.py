"""The schedule for real: what ``crm schedule`` prints, run by cron, systemd and anacron, mail and all.

Each has a mount namespace of its own, where its spool is empty, the machine's own jobs are hidden,
and sendmail is a script that keeps the mail. That needs root and may be forbidden; then the command
is run as the daemon would run it, from a bare environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.desk import CRM, Desk
from tests.faults.work import Figures

if TYPE_CHECKING:
    from email.message import EmailMessage

_SECONDS = 20  # that a daemon has to do what is due at once
_PATH = "/usr/bin:/bin:/usr/sbin:/sbin"

_PREPARE = """
set -e
mount -t tmpfs none /run
mkdir /run/own
for name in cron anacron; do [ ! -x /usr/sbin/$name ] || cp /usr/sbin/$name /run/own; done
printf '#!/bin/sh\\ncat > %s/mail.part; mv %s/mail.part %s/mail\\n' "$D" "$D" "$D" > /run/own/sendmail
chmod +x /run/own/sendmail
mount --bind /run/own /usr/sbin
: > "$D/empty"
wait_for_mail() { for _ in $(seq $1); do [ -e "$D/mail" ] && break; sleep 0.2; done; }
"""
_CRON = """
[ ! -e /etc/crontab ] || mount --bind "$D/empty" /etc/crontab
[ ! -e /etc/cron.d ] || mount -t tmpfs none /etc/cron.d
mount -t tmpfs none /var/spool/cron
mkdir -m 1730 /var/spool/cron/crontabs
crontab "$D/printed" # is what was printed a crontab at all?
crontab "$D/tab"
cron -f &
wait_for_mail $((5 * SECONDS_LEFT))
"""
_SYSTEMD = """
mkdir -p /run/systemd/system /run/user/0
chmod 700 /run/user/0
export XDG_RUNTIME_DIR=/run/user/0
mkdir -p "$HOME/.local/share/systemd/timers"
touch -d '8 days ago' "$HOME/.local/share/systemd/timers/stamp-crm-remind.timer"
systemd=/usr/lib/systemd/systemd
[ -x $systemd ] || systemd=/lib/systemd/systemd
$systemd --user --log-target=console --log-level=info > "$D/log" 2>&1 &
sleep 3
sh "$D/script"
wait_for_mail $((5 * SECONDS_LEFT))
"""
_ANACRON = """
anacron -d -n -t "$D/tab" -S "$D/spool"
wait_for_mail $((5 * SECONDS_LEFT))
"""


def possible(program: str) -> bool:
    """Whether a daemon is here and may be run in a namespace of its own."""
    if os.geteuid() or not shutil.which(program, path=_PATH) or not shutil.which("unshare"):
        return False
    probe = [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--mount-proc",
        "mount",
        "-t",
        "tmpfs",
        "none",
        "/run",
    ]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


class Owner:
    """Somebody with a book that has something due, and what cron and its like are to send them.

    The names of the folder and in the book are hard: a blank, a percent sign, letters of three scripts.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.folder = Path(desk.folder)
        desk.environ["CRM_DB"] = str(self.folder / "100% my book.db")
        # By the clock of the machine, as the daemons.
        for name in ("CRM_NOW", "TZ"):
            del desk.environ[name]
        self.crm("add", "Łukasz Wójcik", "--phone", "+48609100109", "--lifecycle", "other")
        self.crm("remind", "lukasz", "2026-01-02", "zadzwonić: żółta łódź, 山田, Ольга")
        # So that a Sunday is a day like any other.
        config = Path(self.crm("config", "path").strip())
        config.parent.mkdir(parents=True, mode=0o700)
        config.write_text("[days]\noff = []\n", "utf-8")
        config.chmod(0o600)

    def crm(self, *words: str) -> str:
        return subprocess.run(
            [*CRM, *words], env=self.desk.environ, check=True, capture_output=True, text=True
        ).stdout

    def bare(self, command: str) -> str:
        """What a command prints in an environment of HOME and PATH alone."""
        return subprocess.run(
            ["/usr/bin/env", "-i", f"HOME={self.desk.environ['HOME']}", "PATH=/usr/bin:/bin", "/bin/sh", "-c", command],
            cwd="/", check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        ).stdout  # fmt: skip

    def run(self, script: str, seconds: int) -> EmailMessage:
        """The mail that is sent in a namespace where a daemon is run."""
        environ = {"HOME": self.desk.environ["HOME"], "PATH": _PATH, "LC_ALL": "C.UTF-8"}
        environ |= {"D": str(self.folder), "SECONDS_LEFT": str(seconds)}
        ended = subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", _PREPARE + script],
            env=environ, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=seconds + 60,
        )  # fmt: skip
        mail = self.folder / "mail"
        if not mail.exists():
            raise AssertionError(f"no mail came: {ended.stdout}{ended.stderr}")
        found = message_from_bytes(mail.read_bytes(), policy=policy.default)
        mail.unlink()
        return found


def body(mail: EmailMessage) -> str:
    """The text as a reader of mail shows it, by the character set that it names."""
    return mail.get_content().replace("\r\n", "\n")


def by_cron(owner: Owner, *, minute: bool) -> EmailMessage:
    """The mail of the printed crontab, at the next minute or when cron starts."""
    at = datetime.now() + timedelta(minutes=1 if datetime.now().second < 45 else 2)  # noqa: DTZ005 - as cron
    printed = owner.crm("schedule", "cron", "--at", f"{at:%H:%M}", "--mail", "hanna@wilk.example")
    (owner.folder / "printed").write_text(printed, "utf-8")
    *head, line = printed.splitlines()
    if not minute:
        line = re.sub(r"^\S+ \S+ \* \* \*", "@reboot", line)
    home = f"HOME={owner.desk.environ['HOME']}"  # not that of the user who runs this
    (owner.folder / "tab").write_text("\n".join([home, *head, line, ""]), "utf-8")
    return owner.run(_CRON, 130 if minute else _SECONDS)


def by_systemd(owner: Owner) -> EmailMessage:
    """The mail of the printed units, when the machine was off for eight days."""
    script = owner.crm("schedule", "systemd", "--mail", "hanna@wilk.example")
    (owner.folder / "script").write_text(script, "utf-8")
    return owner.run(_SYSTEMD, _SECONDS)


def by_anacron(owner: Owner) -> EmailMessage:
    """The mail of the same command in an anacrontab, when the machine was off for eight days."""
    spool = owner.folder / "spool"
    spool.mkdir()
    (spool / "crm.remind").write_text(
        time.strftime("%Y%m%d\n", time.localtime(time.time() - 8 * 86400)), "utf-8"
    )
    command = command_of(owner.crm("schedule", "cron").splitlines()[-1])
    (owner.folder / "tab").write_text(f"1 0 crm.remind {command}\n", "utf-8")
    return owner.run(_ANACRON, _SECONDS)


def command_of(line: str) -> str:
    """The command of a line of a crontab, as cron gives it to the shell."""
    return line.partition("  ")[2].replace("\\%", "%")


def room(minute: int) -> list[Figures]:
    """Each daemon once; cron at its next minute if ``minute``, else at its start."""
    daemons = {
        "cron": lambda owner: by_cron(owner, minute=bool(minute)),
        "systemd": by_systemd,
        "anacron": by_anacron,
    }
    found = []
    for name, run in daemons.items():
        figures = Figures(f"the morning by {name}")
        found.append(figures)
        if not possible(name if name != "systemd" else "systemctl"):
            figures.note = "not tried: it is not here, or may not be run"
            continue
        with Desk() as desk:
            owner = Owner(desk)
            figures.tried += 1
            try:
                mail = run(owner)
                expected = owner.crm("remind")
                if body(mail) != expected:
                    figures.wrong.append(f"{body(mail)!r} instead of {expected!r}")
                figures.note = f"{mail.get_content_charset()}, {len(expected.splitlines())} lines"
            except (AssertionError, subprocess.SubprocessError) as error:
                figures.wrong.append(str(error))
    return found
