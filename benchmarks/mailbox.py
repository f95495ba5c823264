"""How fast a mailbox is read, and in how much memory, beside what Python has for it.

Usage: python benchmarks/mailbox.py [--megabytes 1000] [--turns 1] [--folder DIR] > docs/mail-speed.md

Makes an mbox of mail as an office has it (three quarters of the bytes are attachments), reads it in
processes of their own, in turn, prints the page, and deletes it. A turn of 1,000 MB takes about two
and a half minutes, a minute of them the import.
"""

from __future__ import annotations

import argparse
import base64
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORDS = [
    "oferta",
    "cena",
    "dostawa",
    "blacha",
    "spotkanie",
    "faktura",
    "termin",
    "umowa",
    "prosimy",
    "dziękuję",
    "pozdrawiam",
    "zamówienie",
]
PLAIN = """
import sys
with open(sys.argv[1], "rb") as file:
    while file.read(1 << 20):
        pass
"""
LIBRARY = """
import sys, mailbox, email, email.policy
from email.utils import getaddresses, parsedate_to_datetime
n = 0
for message in mailbox.mbox(sys.argv[1], create=False):
    n += 1
    people = getaddresses([message.get("from", ""), message.get("to", ""), message.get("cc", "")])
    parsedate_to_datetime(message["date"])
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            text = part.get_payload(decode=True).decode(part.get_content_charset() or "utf-8", "replace")
print(n)
"""
OURS = """
import sys
from datetime import datetime, timezone
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
source = open_source(sys.argv[1], Options(tz="UTC", owner=frozenset({"me@my.example"}), now=datetime.now(timezone.utc)))
skips = []
rows = sum(1 for _ in source.rows("interactions", Told(skip=skips.append)))
print(rows + len(skips))
"""


def make(path: Path, megabytes: int) -> None:
    """Write the mailbox."""
    chance = random.Random(1)
    pieces = [base64.encodebytes(chance.randbytes(57 * 1000)) for _ in range(8)]
    number = 0
    with path.open("wb") as file:
        while file.tell() < megabytes << 20:
            number += 1
            them = f"p{chance.randrange(3000)}@firma{chance.randrange(400)}.example"
            mine = number % 3 == 0
            sender, to = ("me@my.example", them) if mine else (them, "me@my.example")
            day = 1 + number % 27
            head = [
                f"From {sender} Tue Mar {day:2} 09:12:01 2025",
                f"X-GM-THRID: {number}",
                f"X-Gmail-Labels: {'Sent' if mine else 'Inbox,Important'}",
                *(
                    f"Received: from mx{n}.example (mx{n}.example [192.0.2.{n}])\n\tby mx.my.example with ESMTPS id {number}-{n}\n\tfor <me@my.example>; Tue, {day} Mar 2025 09:12:0{n} +0100 (CET)"
                    for n in range(4)
                ),
                "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=firma.example;\n\tb="
                + "A" * 300,
                f"Message-ID: <{number}@firma.example>",
                f"Date: Tue, {day} Mar 2025 09:12:01 +0100",
                f"From: =?utf-8?Q?Osoba_=C5=81?= {number % 3000} <{sender}>",
                f"To: <{to}>, Jan Kowalski <jan{number % 50}@my.example>",
                f"Subject: =?utf-8?Q?Oferta_=C5=82?= {number}",
                "MIME-Version: 1.0",
                *(["List-Unsubscribe: <https://x.example>"] if number % 10 == 1 else []),
                'Content-Type: multipart/mixed; boundary="b"',
            ]
            text = "\n".join(
                " ".join(chance.choices(WORDS, k=10)) for _ in range(chance.randrange(5, 60))
            )
            body = f'\n--b\nContent-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n\n{text}\n\nW dniu 3.03.2025 o 10:00 pisze:\n> {text[:500]}\n--b\nContent-Type: text/html; charset="utf-8"\n\n<html><p>{text}</p></html>\n'
            file.write(("\n".join(head) + "\n" + body).encode())
            if number % 4 == 0:
                file.write(
                    b"--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n"
                )
                file.write(chance.choice(pieces))
            file.write(b"--b--\n\n")


def run(command: list[str], **env: str) -> tuple[float, float, str]:
    """Run a process; return its seconds, the MB it had at the most, and what it printed."""
    full = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **env}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=full
    )
    said = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} ended with {process.returncode}")
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return time.perf_counter() - start, kilobytes / 1024, said.strip()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="crm-mail-") as scratch:
        folder = Path(scratch)
        path = folder / "mail.mbox"
        make(path, asked.megabytes)
        size = path.stat().st_size / 1e6
        home = {"HOME": str(folder), "CRM_DB": str(folder / "book.db")}
        crm = [sys.executable, "-m", "crmcli"]
        run([*crm, "config", "set", "owner.emails", "me@my.example"], **home)
        works = {
            "reading the bytes": ([sys.executable, "-c", PLAIN, str(path)], {}),
            "`mailbox.mbox` and `email` of the standard library": ([sys.executable, "-c", LIBRARY, str(path)], {}),
            "our reader, rows alone": ([sys.executable, "-c", OURS, str(path)], {}),
            "`crm import` into an empty book": ([*crm, "import", str(path)], home),
        }  # fmt: skip
        figures: dict[str, list[tuple[float, float, str]]] = {name: [] for name in works}
        for _ in range(asked.turns):
            for name, (command, env) in works.items():
                (folder / "book.db").unlink(missing_ok=True)
                figures[name].append(run(command, **env))
    table(size, asked.turns, figures)


def table(size: float, turns: int, figures: dict[str, list[tuple[float, float, str]]]) -> None:
    """Print the page."""
    seconds = {name: statistics.median(one[0] for one in found) for name, found in figures.items()}
    count = int(figures["our reader, rows alone"][0][2])
    plain, library, *_ = seconds.values()
    print("# How fast a mailbox is read\n")
    print(
        f"Made by `python benchmarks/mailbox.py`; do not edit. Whole processes, turns: {turns}.\n"
    )
    print(f"- an mbox of {size:,.0f} MB with {count:,} messages, three quarters of it attachments")
    print(f"- CPython {platform.python_version()}, {os.cpu_count()} processors\n")
    print("| work | messages a second | MB a second | of the library's time | of a plain read's | peak memory |")  # fmt: skip
    print("|---|---|---|---|---|---|")
    for name, found in figures.items():
        took, peak = seconds[name], statistics.median(one[1] for one in found)
        print(
            f"| {name} | {count / took:,.0f} | {size / took:,.0f} | {took / library:.2f} | {took / plain:,.0f} | {peak:.0f} MB |"
        )


if __name__ == "__main__":
    main()
