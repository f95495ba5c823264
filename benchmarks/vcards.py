"""20,000 vCards in: rows a second and peak memory, beside a plain read of the file and beside vobject.

Usage: python benchmarks/vcards.py [--cards N] [--vobject PYTHON] > docs/vcard-speed.md

--vobject names a Python that has vobject; it is no dependency of ours. Each figure is of a whole
process, the median of three that ran in turn.
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

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GIVEN = ["Anna", "Łukasz", "Ewa", "Jan", "Piotr", "Zofia", "Ľubomír", "Ольга", "Štefan", "Čestmír"]
FAMILY = ["Nowak", "Wójcik", "Źrebiec", "Šťastný", "Журавлёва", "Kovács", "Müller"]
READ = """
import sys
count = 0
for line in open(sys.argv[1], encoding="utf-8"):
    count += line.startswith("END:VCARD")
print(count)
"""
OURS = """
import sys
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
source = open_source(sys.argv[1], Options(region="PL", tz="Europe/Warsaw"))
print(sum(1 for _ in source.rows("contacts", Told())))
"""
VOBJECT = """
import sys
import vobject
print(sum(1 for _ in vobject.readComponents(open(sys.argv[1], encoding="utf-8"))))
"""


def folded(line: str) -> str:
    raw, pieces = line.encode(), []
    while len(raw) > 75:
        cut = 75
        while raw[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(raw[:cut])
        raw = b" " + raw[cut:]
    return b"\r\n".join([*pieces, raw]).decode() + "\r\n"


def make(path: str, cards: int) -> None:
    """As a phone exports them: a card in four has a picture of 3 KB."""
    chance = random.Random(1)
    picture = base64.b64encode(chance.randbytes(3000)).decode()
    with open(path, "w", encoding="utf-8", newline="") as out:
        for number in range(cards):
            given, family = chance.choice(GIVEN), chance.choice(FAMILY)
            lines = [
                "BEGIN:VCARD", "VERSION:3.0", f"N:{family};{given};;;", f"FN:{given} {family}",
                f"ORG:Firma {number % 3000} Sp. z o.o.;Dział {number % 7}", f"TITLE:Kierownik {number % 50}",
                f"item1.EMAIL;type=INTERNET;type=pref:a{number}@firma{number % 3000}.example",
                "item1.X-ABLabel:_$!<Work>!$_", f"EMAIL;type=INTERNET;type=HOME:h{number}@mail.example",
                f"TEL;type=CELL;type=VOICE;type=pref:+48 60{number % 10} {number // 1000 % 1000:03} {number % 1000:03}",
                f"item2.ADR;type=WORK;type=pref:;;ul. Piotrkowska {number}\\, lok. 5;Łódź;;90-001;Polska",
                "item2.X-ABADR:pl", f"BDAY:19{50 + number % 50}-0{1 + number % 9}-1{number % 10}",
                "NOTE:Pierwsza linia\\nDruga\\, z przecinkiem\\; i średnikiem, dłuższa niż jedna linia pliku",
                f"CATEGORIES:Klienci,VIP{number % 9}", "REV:2025-01-10T09:12:13Z",
                *(["PHOTO;ENCODING=b;TYPE=JPEG:" + picture] if number % 4 == 0 else []),
                f"UID:{chance.getrandbits(128):032X}", "END:VCARD",
            ]  # fmt: skip
            out.writelines(map(folded, lines))


def run(command: list[str], **env: str) -> tuple[float, float]:
    """Seconds, and MB at the most."""
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    clean["PYTHONPATH"] = ROOT
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean | env)  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[:3]} ended with {status}")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cards", type=int, default=20_000)
    parser.add_argument("--vobject", metavar="PYTHON")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cards.vcf")
        make(path, asked.cards)
        small = os.path.join(folder, "small.vcf")
        make(small, asked.cards // 10)
        home = {"HOME": folder, "CRM_DB": os.path.join(folder, "book.db")}
        again = home | {"CRM_DB": os.path.join(folder, "again.db")}
        crm = [sys.executable, "-m", "crmcli"]
        run([*crm, "import", path], **again)
        works: dict[str, tuple[list[str], dict[str, str]]] = {
            "a plain read of its lines": ([sys.executable, "-c", READ, path], {}),
            "our reader, rows alone": ([sys.executable, "-c", OURS, path], {}),
            "our reader, a tenth of the file": ([sys.executable, "-c", OURS, small], {}),
            "`crm import` into an empty book": ([*crm, "import", path], home),
            "`crm import` again, nothing changed": ([*crm, "import", path], again),
            "`crm export --to vcard`": ([*crm, "export", "--to", "vcard", "-o", os.path.join(folder, "out.vcf")], again),
        }  # fmt: skip
        if asked.vobject:
            works["vobject, parsed and no more"] = ([asked.vobject, "-c", VOBJECT, path], {})
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
        for _ in range(3):
            for name, (command, env) in works.items():
                if env is home and os.path.exists(home["CRM_DB"]):
                    os.unlink(home["CRM_DB"])
                figures[name].append(run(command, **env))
        megabytes = os.path.getsize(path) / 1e6
    table(asked.cards, megabytes, figures)


def table(cards: int, megabytes: float, figures: dict[str, list[tuple[float, float]]]) -> None:
    def of(name: str, place: int) -> float:
        return statistics.median(pair[place] for pair in figures[name])

    plain = of("a plain read of its lines", 0)
    theirs = "vobject, parsed and no more"
    print("# How fast vCards are read\n")
    print(
        "Made by `python benchmarks/vcards.py`; do not edit. Whole processes, medians of three in turn.\n"
    )
    print(f"- {cards:,} cards, {megabytes:.0f} MB, a picture of 3 KB in one of four")
    print(f"- CPython {platform.python_version()}, {os.cpu_count()} processors\n")
    print("| work | cards a second | of a plain read's time | of vobject's time | peak memory |")
    print("|---|---|---|---|---|")
    for name in figures:
        seconds = of(name, 0)
        count = cards // 10 if "tenth" in name else cards
        scale = cards / count
        beside = f"{seconds * scale / of(theirs, 0):.2f}" if theirs in figures else "-"
        print(
            f"| {name} | {count / seconds:,.0f} | {seconds * scale / plain:.1f} | {beside} | {of(name, 1):.0f} MB |"
        )


if __name__ == "__main__":
    main()
