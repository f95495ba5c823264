"""Books for what is fuzzed through the front door."""

from __future__ import annotations

import atexit
import functools
import io
import json
import os
import re
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

from crmcli.db import connection, new_book
from crmcli.errors import CrmError
from crmcli.main import main
from crmcli.query.fields import order_by
from crmcli.store import search
from tests.fuzz import laws

TODAY = date(2026, 3, 2)
NOUNS = {
    "companies": "company", "contacts": "contact", "deals": "deal", "interactions": "interaction",
    "followups": "follow_up",
}  # fmt: skip
_SUMMARY = re.compile(
    r": (\d+) read, (\d+) added, (\d+) updated, (\d+) unchanged, (\d+) skipped, (\d+) rejected"
)
_REFUSALS = (0, 2, 3, 4)
_STEPS = 30_000_000  # of SQLite, a second or three
_VIEWS = {"hot": "+vip or is:lead", "loop": "@loop", "broken": "(("}


@functools.cache
def folder() -> Path:
    """A place in memory where there is one: what is tried here is not the disk."""
    memory = "/dev/shm"  # noqa: S108 - a folder of our own is made in it
    found = Path(
        tempfile.mkdtemp(prefix="crm-fuzz-", dir=memory if os.path.isdir(memory) else None)
    )
    atexit.register(shutil.rmtree, found, ignore_errors=True)
    new_book.make(str(found / "new.db"), today=TODAY, tz="UTC")
    return found


def run(book: str, *words: str, stdin: bytes = b"") -> tuple[int, str, str]:
    """Run a command line; its exit code, and what it printed on either stream."""
    home = folder()
    environ = {"HOME": str(home), "CRM_DB": str(home / book), "CRM_NOW": "2026-03-02T09:00"}
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in "oe"]
    source = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    before = Path.cwd()
    os.chdir(home)
    try:
        code = main(
            list(words), environ=environ, stdin=source, stdout=streams[0], stderr=streams[1]
        )
    finally:
        os.chdir(before)
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return code, *texts


def round_trip(raw: bytes) -> None:
    """What is imported is counted right, imported again changes nothing, and moves to another book whole."""
    home = folder()
    shutil.copy(home / "new.db", home / "one.db")
    for left in home.glob("*.rejects*"):
        left.unlink()
    read = _import("one.db", raw)
    if read is None:
        return
    held, wrote = _held("one.db")
    before = _exported("one.db", held)
    again = _import("one.db", raw)
    assert again is not None
    assert again[1:3] == (0, 0), f"the second import changes something: {again}"
    assert again[0] == read[0]
    assert _held("one.db") == (held, wrote), "the second import changes the book"
    shutil.copy(home / "new.db", home / "two.db")
    for noun, content in before.items():
        code, _, said = run(
            "two.db", "--no-backup", "import", "-", "--as", noun, stdin=content.encode()
        )
        assert code == 0, (noun, content, said)
    assert _held("two.db")[0] == held, "what is exported is not imported as the same"
    assert _exported("two.db", held) == before, "what is exported is not imported as the same"


def _held(book: str) -> tuple[dict[str, int], int]:
    """How many records a book has by noun, and changes in its history, where whatever is written is kept."""
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in (*NOUNS.values(), "change"))
    with closing(sqlite3.connect(folder() / book)) as db:
        *records, changes = db.execute(f"SELECT {counts}").fetchone()
    return dict(zip(NOUNS, records, strict=True)), changes


def _import(book: str, raw: bytes) -> tuple[int, ...] | None:
    """The counts of an import, None where the file was refused."""
    code, out, said = run(book, "--no-backup", "import", "-", stdin=raw)
    assert out == ""
    for line in said.splitlines():
        laws.says(line)
    assert code in _REFUSALS, (code, said)
    found = [tuple(map(int, one)) for one in _SUMMARY.findall(said)]
    assert bool(found) == (code in (0, 4)), said
    if not found:
        return None
    for one in found:
        assert one[0] == sum(one[1:]), said
    counts = tuple(map(sum, zip(*found, strict=True)))
    assert (code == 4) == (counts[5] > 0)
    return counts


def _exported(book: str, held: dict[str, int]) -> dict[str, str]:
    """The nouns of which there are any: opening a book is what takes the time of a case."""
    found = {}
    for noun in (noun for noun, number in held.items() if number):
        code, out, said = run(book, "export", "--as", noun, "--to", "csv")
        assert (code, said) == (0, ""), (noun, code, said)
        found[noun] = out
    return found


@functools.cache
def _filled() -> sqlite3.Connection:
    """A book of a few people, open, that counts what a question costs."""
    home = folder()
    shutil.copy(home / "new.db", home / "filled.db")
    for words in (
        ("add", "Anna Nowak", "--email", "anna@acme.example", "--tag", "vip", "--company", "Acme"),
        ("add", "Bob O'Brien C++", "--city", "Łódź", "--set", "Shirt size=L", "--set", "seats=12"),
        ("log", "call", "1", "about the offer", "--next", "friday"),
        ("log", "purchase", "2", "--amount", "500", "--currency", "PLN"),
        ("deal", "add", "1", "Machines", "--amount", "900", "--currency", "EUR"),
    ):
        code, _, said = run("filled.db", *words)
        assert code == 0, said
    db = connection.open_book(str(home / "filled.db"), create=False, today=TODAY, tz="UTC")
    db.execute("CREATE TEMP TABLE found (code, name, contact_id)")
    return db


def query(text: str) -> None:
    """Ask it of a book: rows, or a refusal with its caret; so as an order of the rows, and a view."""
    db = _filled()
    steps = 0

    def spent() -> bool:
        nonlocal steps
        steps += 1
        return steps * 10_000 > _STEPS

    connection.watch(db, spent, 10_000)
    for terms in (text, text.split(" "), f"@mine {text}"):
        try:
            asked = search.compiled(
                db, terms, today=TODAY, tz="UTC", views={**_VIEWS, "mine": text}, order=None
            )
            list(search.rows(db, asked, ["id", "name", "match"], sort=None, limit=5))
            search.ids(db, asked)
            if asked.fts:
                search.repair(db, asked)
        except CrmError as error:
            laws.refused(error)
    try:
        order_by(text)
    except CrmError as error:
        laws.refused(error)


def json_line(name: str) -> str:
    """A person, and a company, of that name in all its texts, as a line of JSON."""
    person = {
        "name": name,
        "company": name,
        "note": name,
        "title": name,
        "tags": [name],
        name: name,
    }
    return json.dumps(person)
