"""How much memory a file takes on its way in, of every format, at two sizes of which one is ten times the other.

Usage: python benchmarks/memory.py [--records N] [--large] > docs/memory.md

Each figure is the peak of a whole process of its own: of our reader alone, which makes the rows and
forgets them, and of `crm import` into an empty book. --large adds exports of Monica of 5, 50 and 500 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
OURS = """
import sys
from datetime import UTC, datetime
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
now = datetime(2026, 3, 2, 9, tzinfo=UTC)
source = open_source(sys.argv[1], Options(region="PL", tz="Europe/Warsaw", now=now))
print(sum(1 for noun in source.plan.holds for _ in source.rows(noun, Told())))
"""
TEXT = "Pierwsze zdanie notatki, jakie zostawia każda rozmowa. " * 4


def person(number: int) -> dict[str, str]:
    return {
        "name": f"Łukasz Nowak{number}", "email": f"l{number}@firma{number % 900}.example", "phone": f"+48601{number % 1_000_000:06}",
        "company": f"Firma {number % 900}", "city": "Łódź", "note": TEXT,
    }  # fmt: skip


def csv_rows(count: int) -> Iterator[str]:
    yield "name,email,phone,company,city,note\n"
    for number in range(count):
        yield ",".join(f'"{value}"' for value in person(number).values()) + "\n"


def dialect_rows(count: int) -> Iterator[str]:
    yield "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage,Create Date,Notes\n"
    for number in range(count):
        one = person(number)
        yield f'{number + 1},Łukasz,Nowak{number},{one["email"]},{one["phone"]},lead,2024-03-01 10:00,"{TEXT}"\n'


def json_lines(count: int) -> Iterator[str]:
    for number in range(count):
        yield json.dumps(person(number)) + "\n"


def json_list(count: int, before: str = "[", after: str = "]") -> Iterator[str]:
    yield before
    for number in range(count):
        yield (",\n" if number else "") + json.dumps(person(number))
    yield after


def vcards(count: int) -> Iterator[str]:
    for number in range(count):
        one = person(number)
        yield f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{one['name']}\r\nEMAIL:{one['email']}\r\nTEL:{one['phone']}\r\nNOTE:{TEXT}\r\nEND:VCARD\r\n"


def abook(count: int) -> Iterator[str]:
    yield "# abook addressbook file\n\n[format]\nprogram=abook\nversion=0.6.1\n"
    for number in range(count):
        one = person(number)
        yield f"\n[{number}]\nname={one['name']}\nemail={one['email']}\nmobile={one['phone']}\nnotes={TEXT}\n"


def khard(count: int) -> Iterator[str]:
    for number in range(count):
        one = person(number)
        yield f'---\nFormatted name: {one["name"]}\nEmail:\n    home: {one["email"]}\nPhone:\n    cell: "{one["phone"]}"\nNote: {TEXT}\n'


def friends(count: int) -> Iterator[str]:
    yield "### Activities:\n"
    for number in range(count):
        yield f"- 2025-01-{number % 28 + 1:02}: Obiad z **Łukasz Nowak{number}**. {TEXT}\n"
    yield "\n### Friends:\n"
    for number in range(count):
        yield f"- Łukasz Nowak{number} [Łódź] @klient\n"


def calendar(count: int) -> Iterator[str]:
    """Of three events one repeats, and has a time that was moved, at the other end of the file."""
    yield "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
    head = "BEGIN:VEVENT\r\nUID:u{0}\r\nSUMMARY:Spotkanie {0}\r\nDESCRIPTION:" + TEXT + "\r\n"
    guest = "ATTENDEE;CN=Łukasz:mailto:l{0}@firma.example\r\nEND:VEVENT\r\n"
    for number in range(count):
        rule = "RRULE:FREQ=WEEKLY;COUNT=3\r\n" * (number % 3 == 0)
        yield f"{head.format(number)}DTSTART:20250103T100000Z\r\n{rule}{guest.format(number)}"
    for number in range(0, count, 3):
        yield f"{head.format(number)}DTSTART:20250111T100000Z\r\nRECURRENCE-ID:20250110T100000Z\r\n{guest.format(number)}"
    yield "END:VCALENDAR\r\n"


def mail(number: int) -> str:
    one = person(number)
    return f"From: {one['name'].encode().decode('ascii', 'ignore')} <{one['email']}>\nTo: me@my.example\nDate: Mon, 6 Jan 2025 10:00:00 +0000\nMessage-ID: <{number}@x.example>\nSubject: Oferta {number}\nContent-Type: text/plain; charset=utf-8\n\n{TEXT}\n"


def mbox(count: int) -> Iterator[str]:
    for number in range(count):
        yield f"From x Mon Jan  6 10:00:00 2025\n{mail(number)}\n"


def monica(count: int) -> Iterator[str]:
    """Contacts, and far behind them their relationships and what they did together."""
    yield '{"version": "1.0-preview.1", "app_version": "4.1.2", "exported_by": "u", "account": {"uuid": "a", "data": [{"count": 1, "type": "contact", "values": [\n'
    for number in range(count):
        one = person(number)
        notes = [
            {"uuid": f"n-{number}-{place}", "created_at": "2025-02-01T09:00:00Z", "properties": {"body": TEXT}}
            for place in range(3)
        ]  # fmt: skip
        contact = {
            "uuid": f"c-{number}", "created_at": "2024-01-05T10:00:00Z", "properties": {"first_name": "Łukasz", "last_name": f"Nowak{number}", "company": one["company"], "is_partial": False},
            "data": [
                {"count": 1, "type": "contact_field", "values": [{"uuid": f"f-{number}", "properties": {"data": one["email"], "type": "t"}}]},
                {"count": 3, "type": "note", "values": notes}, {"count": 1, "type": "activity", "values": [f"v-{number}"]},
            ],
        }  # fmt: skip
        yield (",\n" if number else "") + json.dumps(contact, indent=1)
    yield ']}, {"count": 1, "type": "relationship", "values": ['
    for number in range(1, count):
        yield "," * (number > 1) + json.dumps({"uuid": f"r-{number}", "properties": {"type": "friend", "contact_is": f"c-{number - 1}", "of_contact": f"c-{number}"}})  # fmt: skip
    yield ']}, {"count": 1, "type": "activity", "values": ['
    for number in range(count):
        yield "," * (number > 0) + json.dumps({"uuid": f"v-{number}", "properties": {"summary": "Obiad", "happened_at": "2025-05-01"}})  # fmt: skip
    yield ']}], "instance": {"contact_field_types": [{"uuid": "t", "properties": {"type": "email"}}]}}}'


FILES: dict[str, tuple[str, Callable[[int], Iterator[str]]]] = {
    "CSV": ("x.csv", csv_rows),
    "CSV of a dialect (HubSpot)": ("hubspot.csv", dialect_rows),
    "JSON, a list": ("list.json", json_list),
    "JSON, a list in an object": ("in.json", lambda count: json_list(count, '{"people": [', "]}")),
    "JSON Lines": ("x.jsonl", json_lines),
    "Monica": ("monica.json", monica),
    "vCard, one file": ("x.vcf", vcards),
    "vCard, a folder": ("cards", vcards),
    "abook": ("abook", abook),
    "khard": ("x.yaml", khard),
    "friends.md": ("friends.md", friends),
    "iCalendar": ("x.ics", calendar),
    "mbox": ("x.mbox", mbox),
    "Maildir": ("maildir", lambda count: map(mail, range(count))),
}


def made(folder: Path, name: str, count: int) -> tuple[Path, float]:
    """Make the file, or folder, of a format; return it, and how many MB it is."""
    file, make = FILES[name]
    path = folder / file
    total = 0
    if "." in file or file == "abook":
        with path.open("w", encoding="utf-8", newline="") as out:
            for piece in make(count):
                total += len(piece.encode())
                out.write(piece)
        return path, total / 1e6
    mails = file == "maildir"
    inner = path / "cur" if mails else path
    inner.mkdir(parents=True)
    if mails:
        (path / "new").mkdir()
    for number, piece in enumerate(make(count)):
        total += len(piece.encode())
        name = f"17360{number:05}.x:2,S" if mails else f"{number}.vcf"
        (inner / name).write_text(piece, "utf-8", newline="")
    return path, total / 1e6


def peak(command: list[str], folder: Path) -> float:
    """The MB that a process had at the most."""
    env = {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "CRM_NOW": "2026-03-02T09:00"}  # fmt: skip
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} ended with {process.returncode}")
    return usage.ru_maxrss / (1 if sys.platform == "darwin" else 1024) / (1e6 if sys.platform == "darwin" else 1)  # fmt: skip


def figures(name: str, count: int, *, whole: bool = True) -> tuple[float, float, float]:
    """MB of a file, the peak of our reader and, of the ``whole`` way, that of the import."""
    with tempfile.TemporaryDirectory(prefix="crm-memory-") as scratch:
        folder = Path(scratch)
        path, size = made(folder, name, count)
        reader = peak([sys.executable, "-c", OURS, str(path)], folder)
        load = [sys.executable, "-m", "crmcli", "--db", str(folder / "book.db"), "import", str(path)]  # fmt: skip
        return size, reader, peak(load, folder) if whole else 0.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000, help="of the smaller file")
    parser.add_argument("--large", action="store_true", help="Monica up to 500 MB too")
    asked = parser.parse_args()
    few, many = asked.records, asked.records * 10
    print("# How much memory a file takes\n")
    print(
        "Made by `python benchmarks/memory.py --large`; do not edit. Peaks of whole processes: a file"
    )
    print(
        "ten times as large takes the same memory, but for what SQLite keeps of its pages (12 MB at the most),"
    )
    print("what is remembered of repeated cells, and bounded tables of names.\n")
    print(f"- {few:,} and {many:,} records of each format")
    print(f"- CPython {platform.python_version()}, {platform.system()}\n")
    print("| format | the file | our reader | `crm import` |")
    print("|---|---|---|---|")
    for name in FILES:
        small, large = figures(name, few), figures(name, many)
        sizes, *peaks = zip(small, large, strict=True)
        cells = [
            f"{sizes[0]:.1f} → {sizes[1]:.1f} MB",
            *(f"{one:.0f} → {other:.0f} MB" for one, other in peaks),
        ]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    for count in (2_500, 25_000, 250_000) if asked.large else ():
        size, reader, _ = figures("Monica", count, whole=False)
        print(f"| Monica, {count:,} contacts | {size:,.0f} MB | {reader:,.0f} MB | |", flush=True)


if __name__ == "__main__":
    main()
