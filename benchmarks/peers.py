"""Other tools that find a person, on the same people. Each is run where it is installed."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from typing import TYPE_CHECKING

from bench import FailedError, median

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench import Bench

WORD = "wojcik"  # as typed; PLAIN as it stands in the file, for tools that do not fold
PLAIN = "Wójcik"
TURNS = 7


def _program(bench: Bench, name: str) -> str:
    beside = os.path.dirname(sys.executable)
    found = shutil.which(name, path=f"{beside}:{bench.env['PATH']}")
    if found is None:
        raise FailedError("not installed")
    return found


def _people(bench: Bench, count: int) -> Path:
    """Return a CSV of the first ``count`` people of M, or of the S file for 1,000."""
    if count == 1_000:
        return bench.csv("contacts", "S")
    path = bench.scratch / f"people-{count}.csv"
    if not path.exists():
        with (
            bench.csv("contacts", "M").open(encoding="utf-8", newline="") as source,
            path.open("w", encoding="utf-8", newline="") as target,
        ):
            writer = csv.writer(target, lineterminator="\n")
            for number, row in enumerate(csv.reader(source)):
                if number > count:
                    break
                writer.writerow(row)
    return path


def _records(bench: Bench, count: int) -> list[dict[str, str]]:
    with _people(bench, count).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _timed(bench: Bench, command: tuple[str, ...], env: dict[str, str] | None = None) -> float:
    return median([bench.run(command, env=env).seconds for _ in range(TURNS + 1)][1:])


def crm(bench: Bench, count: int) -> float:
    """This one, `crm search`."""
    book = bench.fresh(f"peer-{count}")
    bench.run(bench.crm("import", "--as", "contacts", _people(bench, count), db=book))
    return _timed(bench, bench.crm("search", WORD, db=book))


def grep(bench: Bench, count: int) -> float:
    """Grep over the CSV."""
    return _timed(bench, (_program(bench, "grep"), "-i", PLAIN, str(_people(bench, count))))


def ripgrep(bench: Bench, count: int) -> float:
    """Ripgrep over the CSV."""
    return _timed(bench, (_program(bench, "rg"), "-i", PLAIN, str(_people(bench, count))))


def sqlite_utils(bench: Bench, count: int) -> float:
    """Its command line, with full-text search."""
    program, path = _program(bench, "sqlite-utils"), str(bench.fresh(f"utils-{count}"))
    bench.run((program, "insert", path, "people", str(_people(bench, count)), "--csv"))
    bench.run((program, "enable-fts", path, "people", "name", "email", "company", "phone"))
    return _timed(bench, (program, "search", path, "people", WORD))


def abook(bench: Bench, count: int) -> float:
    """The address book of mutt, one file."""
    program, path = _program(bench, "abook"), bench.scratch / f"abook-{count}"
    entries = (
        f"[{number}]\nname={row['name']}\nemail={row['email']}\nphone={row['phone']}\n\n"
        for number, row in enumerate(_records(bench, count))
    )
    path.write_text("[format]\nprogram=abook\nversion=0.6.1\n\n" + "".join(entries))
    return _timed(bench, (program, "--datafile", str(path), "--mutt-query", PLAIN))


def taskwarrior(bench: Bench, count: int) -> float:
    """One task for each person."""
    program, folder = _program(bench, "task"), bench.scratch / f"task-{count}"
    folder.mkdir(exist_ok=True)
    file = folder / "people.json"
    tasks = [{"description": f"{row['name']} {row['email']}"} for row in _records(bench, count)]
    file.write_text(json.dumps(tasks))
    env = {"TASKRC": os.devnull, "TASKDATA": str(folder)}
    quiet = ("rc.confirmation=off", "rc.verbose=nothing", "rc.gc=off")
    bench.run((program, *quiet, "import", str(file)), env=env)
    return _timed(bench, (program, *quiet, PLAIN, "list"), env)


def khard(bench: Bench, count: int) -> float:
    """A vCard for each person in a folder."""
    program, folder = _program(bench, "khard"), bench.scratch / f"khard-{count}"
    folder.mkdir(exist_ok=True)
    for number, row in enumerate(_records(bench, count)):
        (folder / f"{number}.vcf").write_text(
            "BEGIN:VCARD\nVERSION:3.0\n"
            f"UID:{number}\nFN:{row['name']}\nN:{row['family']};{row['given']};;;\n"
            f"EMAIL:{row['email']}\nEND:VCARD\n",
            encoding="utf-8",
        )
    config = bench.scratch / f"khard-{count}.conf"
    config.write_text(f"[addressbooks]\n[[people]]\npath = {folder}\n")
    return _timed(bench, (program, "-c", str(config), "list", PLAIN))


def _shown(find: Callable[[Bench, int], float]) -> Callable[[Bench, int], str]:
    """Turn a measure into a cell of the table."""

    def cell(bench: Bench, count: int) -> str:
        try:
            return f"{find(bench, count) * 1000:,.0f} ms"
        except FailedError as error:
            return str(error)

    return cell


PEERS = {
    "crm search": _shown(crm),
    "grep, CSV": _shown(grep),
    "ripgrep, CSV": _shown(ripgrep),
    "sqlite-utils search": _shown(sqlite_utils),
    "abook --mutt-query": _shown(abook),
    "task list": _shown(taskwarrior),
    "khard list": _shown(khard),
}
