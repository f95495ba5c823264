"""The tour: thirty mornings of the sample book, acted on as its owner would.

    python .ci/tour.py [--days 30] [--check]

Every morning `crm remind` is run, and on working days the first three items are settled. The first
five days are docs/tour.md, written from the real output; --check says whether that is still so.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tour.md"
BOOK = ("companies", "contacts", "deals", "interactions", "followups")
FIRST = date(2026, 3, 2)
SHOWN = 5
ACTED = 3
OFF = (5, 6)  # weekdays
CONFIG = """\
[owner]
name = "Hanna Wilk"
country = "PL"
currency = "PLN"
timezone = "Europe/Warsaw"
"""
# What Hanna does about a finding, by the code of its best reason. {id} is the person, {action} the
# command that the list suggests; the first words that fit the day's turn are taken.
SAID = {
    "F101": ("{action} 'done as agreed, all clear' --next +30d",),
    "F102": ("{action} 'sent what I promised'",),
    "F103": ("{action} 'answered, they have all they asked for'",),
    "F105": ("{action} 'reached them at last, will think about it' --in --next +7d",),
    "R201": ("{action} 'how are things, what is next' --next +45d", "{action} 'no news, all well'"),
    "R202": ("{action} 'first word: who we are, what we pack'",),
    "D301": ("{action} 'still wanted, waiting for the budget' --next +10d",),
    "C405": ("{action} 'asked how the first boxes did'",),
    "T601": ("{action} 'all the best for the birthday'",),
}
ANY = ("{action} 'talked it over' --next +30d",)
HEAD = """\
# The tour: a working week with crm

Made by `.ci/tour.py` from real output; do not edit. Hanna Wilk sells packaging to bakeries and
cafés in five countries. Her book is `examples/book`. Each morning cron mails her the list; she
settles the first three items and gets on with her day. What she types stands behind the `$`.
"""


class Book:
    """The sample book in a scratch folder, and the crm that works on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "config.toml").write_text(CONFIG)
        (folder / "config.toml").chmod(0o600)

    def crm(self, day: date, hour: str, *words: str) -> str:
        """Run crm at that hour of a day; return what it printed, errors too."""
        env = {
            "HOME": str(self.folder),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            "CRM_DB": str(self.folder / "crm.db"),
            "CRM_CONFIG": str(self.folder / "config.toml"),
            "CRM_NOW": f"{day}T{hour}",
        }
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "crmcli", *words],
            capture_output=True, text=True, env=env, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise SystemExit(f"{day}: crm {shlex.join(words)}: {done.returncode} {done.stderr}")
        return done.stdout + done.stderr


def acts(book: Book, day: date) -> list[str]:
    """Return the commands that settle the first items of a morning."""
    import json

    items = json.loads(book.crm(day, "08:00", "remind", "--json"))[:ACTED]
    commands = []
    for turn, item in enumerate(items):
        code = "F101" if item["handle"].startswith("F") and item["code"] == "F101" else item["code"]
        ways = SAID.get(code, ANY)
        way = ways[(day.toordinal() + turn) % len(ways)]
        action = item["action"].removeprefix("crm ")
        if not action.startswith("log "):
            way = "{action}" if code not in SAID else way
        commands.append(way.replace("{action}", action).replace("{id}", str(item["contact"]["id"])))
    return commands


def mornings(book: Book, days: int) -> list[str]:
    """Play the days; return the transcript of each."""
    book.crm(
        FIRST, "07:00", "import", "--quiet", *(str(ROOT / "examples" / "book" / f"{noun}.csv") for noun in BOOK)
    )  # fmt: skip
    told = []
    for number in range(days):
        day = FIRST + timedelta(days=number)
        lines = [f"## {day:%A}, {day.day} {day:%B}", "", "```console", "$ crm remind"]
        lines.append(book.crm(day, "08:00", "remind").rstrip() or "(nothing)")
        if day.weekday() not in OFF:
            for minute, command in enumerate(acts(book, day)):
                lines += ["", f"$ crm {command}"]
                lines.append(book.crm(day, f"09:{10 * minute:02}", *shlex.split(command)).rstrip())
        lines += ["```", ""]
        told.append("\n".join(lines))
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=SHOWN)
    parser.add_argument("--check", action="store_true", help="only say whether the page is current")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = mornings(Book(Path(folder)), max(asked.days, SHOWN))
    page = HEAD + "\n" + "\n".join(told[:SHOWN])
    if asked.check:
        if PAGE.read_text(encoding="utf-8") != page:
            print("docs/tour.md is out of date: python .ci/tour.py", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(page, encoding="utf-8")
    print("\n".join(told[: asked.days]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
