"""How fast a mailbox is read, and in how much memory, beside what Python has for it.

    python benchmarks/mailbox.py [--megabytes 1000] [--folder DIR]

Makes an mbox of mail as an office has it (three quarters of the bytes are attachments), reads it in
processes of their own, prints the figures, and deletes it.
"""

from __future__ import annotations

import argparse
import base64
import random
import resource
import shutil
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


def measure(script: str, path: Path) -> tuple[float, int, str]:
    """Run a script on the mailbox; return its seconds, peak bytes and output."""
    start = time.perf_counter()
    command = [
        sys.executable,
        "-c",
        f"{script}\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)",
        str(path),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    seconds = time.perf_counter() - start
    *said, peak = run.stdout.split()
    return seconds, int(peak) * (1 if sys.platform == "darwin" else 1024), " ".join(said)


def whole(path: Path, folder: Path) -> tuple[float, int, str]:
    """Import the mailbox into a new book; return the same."""
    env = {
        "HOME": str(folder),
        "CRM_DB": str(folder / "book.db"),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
    }
    main = "import sys; from crmcli.__main__ import run; sys.exit(run())"
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", main, "config", "set", "owner.emails", "me@my.example"],
        env=env,
        check=True,
        capture_output=True,
    )
    run = subprocess.run(
        [sys.executable, "-c", main, "import", str(path)],
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )
    return time.perf_counter() - start, peak, run.stderr.strip().splitlines()[-1]


def main() -> None:
    """Make, measure, print, delete."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--folder", type=Path, default=None)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=asked.folder))
    path = folder / "mail.mbox"
    try:
        make(path, asked.megabytes)
        size = path.stat().st_size
        # The import first: the peak of its process is that of the largest child so far.
        told = whole(path, folder)
        found = {"crm import": told}
        for name, script in (
            ("plain read", PLAIN),
            ("our reader", OURS),
            ("mailbox.mbox and email", LIBRARY),
        ):
            found[name] = measure(script, path)
        count = int(found["our reader"][2])
        base, plain = found["mailbox.mbox and email"][0], found["plain read"][0]
        print(f"{size >> 20} MB, {count} messages")
        for name, (seconds, peak, said) in found.items():
            print(
                f"{name}: {seconds:.1f} s, {count / seconds:,.0f} messages/s, {size / seconds / 1e6:,.0f} MB/s, peak {peak >> 20} MB, {seconds / base:.2f} of the library, {seconds / plain:.1f} plain reads  {said}"
            )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
