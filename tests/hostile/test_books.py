"""Database files that somebody else made: refused, or made harmless before anything in them runs."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import date
from typing import TYPE_CHECKING

import pytest

from crmcli.db import connection
from crmcli.db.triggers import TRACKED
from tests.hostile import measured
from tests.hostile.screen import printed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm, Result

LINES = (
    ("search",), ("show", "1"), ("add", "Jan"), ("remind",), ("export",), ("undo",), ("import", "-"), ("history",),
)  # fmt: skip


@pytest.fixture
def book(crm: Crm) -> Crm:
    """One person in it."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--tag", "vip")
    return crm


def change(crm: Crm, script: str) -> None:
    """Do what only another program would."""
    db = sqlite3.connect(crm.db)
    db.executescript(script)
    db.commit()
    db.close()


def schema(crm: Crm, *statements: tuple[str, ...]) -> None:
    """Write into the schema itself."""
    db = sqlite3.connect(crm.db)
    db.execute("PRAGMA writable_schema = ON")
    for sql, *values in statements:
        db.execute(sql, values)
    db.commit()
    db.close()


def refused(crm: Crm) -> list[Result]:
    """Every command says in a line why it does not open the book, which stays as it was."""
    before = crm.db.read_bytes()
    found = []
    for line in LINES:
        result = crm(*line, stdin="name\nEve\n")
        assert (result.code, result.out) == (5, ""), (line, result)
        said = printed(result.err.encode()).removeprefix("stdin: contacts, ascii, comma\n")
        said = "".join(part for part in said.splitlines(keepends=True) if "others can" not in part)
        assert said.startswith("crm: ")
        assert said.count("\n") == 1
        found.append(result)
    assert crm.db.read_bytes() == before
    return found


HEAVY = "length(hex(zeroblob(100000000)))"  # half a gigabyte, each time that it is asked for


@pytest.mark.parametrize(
    "strange",
    [
        f"CREATE TABLE trap (x, CHECK ({HEAVY})); INSERT INTO trap VALUES (1);",
        f"CREATE TABLE trap (x, y AS ({HEAVY}) STORED); INSERT INTO trap VALUES (1);",
        f"CREATE INDEX trap ON tag (({HEAVY}));",
        f"CREATE INDEX trap ON tag (name) WHERE {HEAVY};",
        "CREATE VIRTUAL TABLE trap USING fts5(x);",
        "CREATE VIRTUAL TABLE trap USING fts5vocab(contact_fts, row);",
        "CREATE TABLE more_fts_x (y);",
        'CREATE TABLE "tr\x1b[2Jap\x9b31m" (x);',
        "ALTER TABLE external_id RENAME TO more_fts_x;",
        "DROP TABLE external_id;",
        "DROP TABLE contact_fts; CREATE VIRTUAL TABLE contact_fts USING fts5(name, facts, note);",
    ],
)  # fmt: skip
def test_strange_tables(book: Crm, strange: str) -> None:
    """Tables, columns and indexes that are not ours are refused before one of them is asked anything."""
    change(book, strange)
    used = measured.crm(book.home, "search")
    assert (used.code, used.megabytes < 150) == (5, True), used
    for result in refused(book):
        assert "not as crm makes it" in result.err


@pytest.mark.parametrize(
    "trap",
    [
        f"CREATE TRIGGER trap AFTER INSERT ON contact BEGIN SELECT {HEAVY}; END;",
        "CREATE TRIGGER trap BEFORE DELETE ON change_set BEGIN SELECT RAISE(ABORT, 'mine now'); END;",
        "CREATE TRIGGER trap AFTER INSERT ON contact_fts_data BEGIN DELETE FROM contact; END;",
        f"DROP VIEW contacts; CREATE VIEW contacts AS SELECT *, {HEAVY} AS name FROM contact;",
        "CREATE VIEW trap AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;",
        "CREATE VIEW trap AS SELECT load_extension('/tmp/evil.so');",
        "CREATE VIEW trap AS SELECT writefile('/tmp/evil', 'x'), readfile('/etc/passwd');",
        "CREATE VIEW temp_found AS SELECT * FROM trap2; CREATE VIEW trap2 AS SELECT * FROM temp_found;",
        'CREATE VIEW "tr""ap; DROP TABLE contact; --" AS SELECT 1;',
        "DROP TRIGGER IF EXISTS contact_inserted; CREATE TRIGGER contact_inserted AFTER INSERT ON contact BEGIN DELETE FROM contact; END;",
    ],
)  # fmt: skip
def test_strange_views_and_triggers(book: Crm, trap: str) -> None:
    """They are taken out before anything runs, and the book works as it did."""
    change(book, trap)
    book.ok("add", "Jan Kowalski")
    book.ok("archive", "2")
    book.ok("undo")
    book.ok("undo")
    assert book.ok("search", "--columns", "name").out == "Anna Nowak\n"
    db = sqlite3.connect(book.db)
    assert not db.execute("SELECT 1 FROM sqlite_schema WHERE name GLOB '*tr*ap*'").fetchone()
    db.close()


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE tag (id",
        "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE)",
        "CREATE VIEW tag AS SELECT 1",
        "garbage \x1b[2J",
        "",
        "CREATE TABLE tag(" + ", ".join(f"c{n}" for n in range(3000)) + ")",
        "CREATE TABLE tag(x DEFAULT (" + "(" * 3000 + "1" + ")" * 3000 + "))",
    ],
)
def test_lies_in_the_schema(book: Crm, sql: str) -> None:
    """A schema that says something else than the pages hold is refused, whatever it says."""
    schema(book, ("UPDATE sqlite_schema SET sql = ? WHERE name = 'tag'", sql))
    refused(book)


@pytest.mark.parametrize(
    ("column", "value"),
    [("rootpage", 1), ("rootpage", 99_999_999), ("rootpage", -1), ("name", "contact"), ("tbl_name", "x"), ("type", "index")],
)  # fmt: skip
def test_lies_about_places(book: Crm, column: str, value: object) -> None:
    """A table whose pages are those of another one, or none, is damage."""
    schema(book, (f"UPDATE sqlite_schema SET {column} = ? WHERE name = 'tag'", value))  # type: ignore[arg-type]
    for line in LINES:
        result = book(*line, stdin="name\nEve\n")
        assert result.code in (5, 0, 1), (line, result)
        assert "a bug" not in result.err
        printed(result.err.encode())


def test_a_book_of_another_program(crm: Crm) -> None:
    """With or without our mark, and whatever version it claims, it is refused and stays."""
    for script, why in (
        ("CREATE TABLE contact (name); INSERT INTO contact VALUES ('x');", "not a crm database"),
        ("CREATE TABLE contact (name); PRAGMA application_id = 1129467185; PRAGMA user_version = 1;", "not as crm"),
        ("CREATE TABLE contact (name); PRAGMA application_id = 1129467185; PRAGMA user_version = 7;", "newer"),
    ):  # fmt: skip
        crm.db.unlink(missing_ok=True)
        change(crm, script)
        for result in refused(crm):
            assert why in result.err


def test_an_unknown_old_version(book: Crm) -> None:
    """A book that says it is older than any, with strange tables in it, is refused; its rows stay."""
    change(book, "CREATE TABLE more (x); PRAGMA user_version = 0;")
    before = rows(book)
    for line in LINES:
        result = book(*line, stdin="name\nEve\n")
        assert (result.code, result.out) == (5, ""), (line, result)
        assert "a bug" not in result.err
    assert rows(book) == before


def rows(crm: Crm) -> list[object]:
    """All that stands in the tables of people."""
    db = sqlite3.connect(crm.db)
    found = [row for table in TRACKED for row in db.execute(f"SELECT '{table}', * FROM {table}")]
    db.close()
    return found


def test_headers_that_lie(book: Crm) -> None:
    """Sizes and counts of the header are not believed: no memory is taken for pages that are not there."""
    good = book.db.read_bytes()
    for place, size in ((16, 2), (18, 1), (19, 1), (20, 1), (28, 4), (32, 4), (36, 4), (44, 4), (52, 4), (56, 4), (96, 4)):  # fmt: skip
        for lie in (b"\0", b"\x01", b"\x7f", b"\xff"):
            data = bytearray(good)
            data[place : place + size] = lie * size
            book.db.write_bytes(data)
            result = book("search")
            assert result.code in (0, 5), (place, lie, result)
            assert "a bug" not in result.err, (place, lie, result)
    book.db.write_bytes(good)


def test_no_extension_can_be_loaded(book: Crm) -> None:
    """The connection that a command has takes none, and no other file."""
    db = connection.open_book(str(book.db), create=False, today=date(2026, 3, 2), tz="UTC")
    with pytest.raises(sqlite3.OperationalError, match="not authorized"):
        db.execute("SELECT load_extension('evil')")
    db.close()


def test_a_copy_of_a_strange_book_stays_private(book: Crm, tmp_path: Path) -> None:
    """A strange book that cannot be written is read from a copy without its triggers, and left."""
    change(book, "CREATE TRIGGER trap AFTER INSERT ON contact BEGIN DELETE FROM email; END")
    other = tmp_path / "shut"
    other.mkdir()
    shutil.copyfile(book.db, other / "book.db")
    (other / "book.db").chmod(0o400)
    assert "Anna" in book.ok("search", CRM_DB=str(other / "book.db")).out
