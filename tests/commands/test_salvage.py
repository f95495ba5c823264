"""crm doctor --repair on a damaged file: what can be read is saved, what is lost is told, the file is kept."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crmcli.db.triggers import PAIRED
from tests.conftest import Crm
from tests.faults.agree import disagreements
from tests.faults.desk import people

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096
COUNT = 300


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A book of 300 people, each spoken to."""
    crm = Crm(tmp_path_factory.mktemp("filled"))
    (crm.home / "people.csv").write_text(people(COUNT, "seed"))
    crm.ok("import", str(crm.home / "people.csv"))
    talk = "kind,at,contact,text\n" + "".join(
        f"call,2026-01-{day % 28 + 1:02},seed.{day}@acme.example,spoke of offer {day}\n"
        for day in range(COUNT)
    )
    (crm.home / "talk.csv").write_text(talk)
    crm.ok("--no-backup", "import", str(crm.home / "talk.csv"))
    crm.ok("tag", "7", "gold")
    return crm.db.read_bytes()


@pytest.fixture
def book(crm: Crm, filled: bytes) -> Crm:
    crm.db.write_bytes(filled)
    crm.db.chmod(0o600)
    return crm


def pages(path: Path, table: str) -> list[int]:
    """The pages of a table, by their bytes: SQLite tells them to no one without its own tools."""
    with closing(sqlite3.connect(path)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[
            0
        ]
    data = path.read_bytes()
    found, waiting = [], [root]
    while waiting:
        number = waiting.pop()
        found.append(number)
        page = data[(number - 1) * PAGE : number * PAGE]
        if page[0] in (2, 5):  # an inner page: the children stand in its cells and at its end
            count = int.from_bytes(page[3:5], "big")
            for cell in range(count):
                at = int.from_bytes(page[12 + 2 * cell : 14 + 2 * cell], "big")
                waiting.append(int.from_bytes(page[at : at + 4], "big"))
            waiting.append(int.from_bytes(page[8:12], "big"))
    return found


def blot(crm: Crm, *numbers: int) -> bytes:
    """Write over pages; return what the file is then."""
    with open(crm.db, "r+b") as file:
        for number in numbers:
            file.seek((number - 1) * PAGE)
            file.write(b"\xa5" * PAGE)
    return crm.db.read_bytes()


def saved(crm: Crm, damaged: bytes) -> str:
    """Repair, and see that the new book is whole and the old file kept; what was said."""
    looked = crm("doctor")
    assert (looked.code, looked.out[:8]) == (5, "damage: "), looked
    refused = crm("doctor", "--repair")
    assert refused.code == 2
    rehearsed = crm("doctor", "--repair", "--dry-run")
    assert rehearsed.code == 5
    assert crm.db.read_bytes() == damaged
    done = crm("doctor", "--repair", "--yes")
    assert done.code == 0, done
    assert disagreements(str(crm.db)) == []
    assert crm("doctor", "--json", "--full").json == []
    kept = list((crm.home / ".local/share/crm/backups").glob("*-repair.damaged"))
    assert [path.read_bytes() for path in kept] == [damaged]
    assert sorted(os.listdir(crm.home)) == [".local", "book.db"]
    assert rehearsed.out in done.out
    return done.out


def counted(crm: Crm, sql: str) -> int:
    with closing(sqlite3.connect(crm.db)) as db:
        return int(db.execute(sql).fetchone()[0])


def test_a_page_of_people(book: Crm) -> None:
    """Those on a lost page are put together from the search text and the indexes, with all that is theirs."""
    leaf = max(pages(book.db, "contact"))
    without = counted(book, "SELECT count(*) FROM contact WHERE company_id IS NULL")
    told = saved(book, blot(book, leaf))
    assert "more put together from indexes" in told
    assert "put together, as far as indexes know them: " in told
    assert " (#300)" in told
    assert "restore latest" not in told  # there is no copy
    assert counted(book, "SELECT count(*) FROM contact") == COUNT
    assert counted(book, "SELECT count(*) FROM contact WHERE company_id IS NULL") == without
    assert counted(book, "SELECT count(*) FROM participant") == COUNT
    assert counted(book, "SELECT count(*) FROM email") == COUNT
    for number in range(0, COUNT, 7):
        name = f"Person{number}"
        assert (
            book.ok("search", f"seed.{number}@acme.example", "--json")
            .json[0]["name"]
            .endswith(name)
        )


def test_pages_of_addresses_and_phones(book: Crm) -> None:
    """Their keys stand in an index."""
    for table in ("email", "phone"):
        blot(book, max(pages(book.db, table)))
    saved(book, book.db.read_bytes())
    assert counted(book, "SELECT count(*) FROM email WHERE address LIKE '%@acme.example'") == COUNT
    assert counted(book, "SELECT count(*) FROM phone") == COUNT


def test_a_page_of_talk(book: Crm) -> None:
    """What was said on a lost page is lost, told by number, and nothing points to it."""
    leaf = sorted(pages(book.db, "interaction"))[2]
    told = saved(book, blot(book, leaf))
    left = counted(book, "SELECT count(*) FROM interaction")
    assert 0 < left < COUNT
    assert f"lost: {COUNT - left} rows of interaction went past the history" in told
    assert counted(book, "SELECT count(*) FROM contact") == COUNT


def test_a_page_of_pairs(book: Crm) -> None:
    """Who was there stands in two trees; either is enough."""
    leaf = max(pages(book.db, "participant"))
    saved(book, blot(book, leaf))
    assert counted(book, "SELECT count(*) FROM participant") == COUNT


def test_the_root_of_a_table(book: Crm) -> None:
    """Where the way to all rows is lost, the rest of the book is saved all the same."""
    with closing(sqlite3.connect(book.db)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'key_date'").fetchone()[
            0
        ]
        talk = db.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'interaction'"
        ).fetchone()[0]
    saved(book, blot(book, root, talk))
    assert counted(book, "SELECT count(*) FROM contact") == COUNT
    assert counted(book, "SELECT count(*) FROM interaction") == 0


def test_the_first_page(book: Crm) -> None:
    """Without header and schema the tables are where a new book has them."""
    looked_like = book.db.read_bytes()
    saved(book, blot(book, 1))
    assert counted(book, "SELECT count(*) FROM contact") == COUNT
    assert counted(book, "SELECT count(*) FROM interaction") == COUNT
    assert len(looked_like) > PAGE


def test_the_end_is_missing(book: Crm) -> None:
    """A file that was cut gives what it still has, if that is asked for where it is little."""
    with open(book.db, "r+b") as file:
        file.truncate(book.db.stat().st_size // PAGE // 2 * PAGE + 100)
    cut = book.db.read_bytes()
    refused = book("doctor", "--repair", "--yes")
    assert (refused.code, "--force takes what could be read" in refused.err) == (5, True), refused
    assert book.db.read_bytes() == cut
    told = book.ok("doctor", "--repair", "--yes", "--force").err
    assert disagreements(str(book.db)) == []
    assert f"{counted(book, 'SELECT count(*) FROM contact')} people and " in told


@pytest.mark.parametrize("step", range(6))
def test_any_page(book: Crm, step: int) -> None:
    """Whichever page is lost: found, or of no weight; saved, or refused without a change."""
    total = book.db.stat().st_size // PAGE
    good = book.db.read_bytes()
    for number in range(2 + step * 7, total, 61):
        damaged = blot(book, number)
        looked = book("doctor", "--full")
        assert looked.code in (0, 1, 5), looked
        if looked.code:
            done = book("doctor", "--full", "--repair", "--yes")
            assert done.code == 0, (number, done)
            assert disagreements(str(book.db)) == [], number
            assert counted(book, "SELECT count(*) FROM contact") >= COUNT - 60, number
        else:
            assert book.db.read_bytes() == damaged
        book.db.write_bytes(good)


def test_nothing_left(crm: Crm) -> None:
    """A file of noise is refused and stays as it is."""
    crm.db.write_bytes(b"\xa5" * 40 * PAGE)
    before = crm.db.read_bytes()
    refused = crm("doctor", "--repair", "--yes")
    assert (refused.code, "nothing of it can be read" in refused.err) == (5, True), refused
    assert crm.db.read_bytes() == before
    assert sorted(os.listdir(crm.home)) == ["book.db"]


def zero(crm: Crm, *numbers: int) -> None:
    with open(crm.db, "r+b") as file:
        for number in numbers:
            file.seek((number - 1) * PAGE)
            file.write(b"\0" * PAGE)


def over(crm: Crm, number: int, other: int) -> None:
    """Put what another page holds in the place of a page, as a misdirected write does."""
    with open(crm.db, "r+b") as file:
        file.seek((other - 1) * PAGE)
        page = file.read(PAGE)
        file.seek((number - 1) * PAGE)
        file.write(page)


def test_the_first_page_of_a_book_written_anew(book: Crm) -> None:
    """After crm forget the tables lie elsewhere, and no table is read as another."""
    book.ok("forget", "300", "--yes")
    told = saved(book, blot(book, 1))
    assert counted(book, "SELECT count(*) FROM contact") == COUNT - 1
    assert counted(book, "SELECT count(*) FROM complaint") == 0
    assert "complaint" not in told


def test_the_schema_is_lost(book: Crm) -> None:
    """Without any of it a book written anew is not read by the places of a new one."""
    book.ok("forget", "300", "--yes")
    before = book.db.read_bytes()
    schema = [n for n in range(1, len(before) // PAGE + 1) if b"CREATE T" in before[(n - 1) * PAGE : n * PAGE]]  # fmt: skip
    damaged = blot(book, 1, *schema)
    refused = book("doctor", "--repair", "--yes")
    assert (refused.code, "crm restore FILE" in refused.err) == (5, True), (
        refused
    )  # there is no copy
    assert "repaired" not in refused.out
    assert book.db.read_bytes() == damaged
    assert "contact: not found" in refused.out or "nothing of it can be read" in refused.err


def test_few_people_left(book: Crm) -> None:
    """Where nearly nobody can be read it is refused, the copy named, and done only when asked for."""
    book.ok("backup")
    with closing(sqlite3.connect(book.db)) as db:
        roots = [
            db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0]
            for name in ("contact", "contact_fts_content")
        ]
    damaged = blot(book, *roots)
    refused = book("doctor", "--repair", "--yes")
    assert refused.code == 5, refused
    assert "only 0 of some 300 people could be read" in refused.err
    assert "crm restore latest puts " in refused.err
    assert "asked.db in its place (300 people)" in refused.err
    assert book.db.read_bytes() == damaged
    assert "repaired" in book.ok("doctor", "--repair", "--yes", "--force").out


def test_a_page_in_the_place_of_another(book: Crm) -> None:
    """SQLite reads it without an error; those of the lost page are put together all the same."""
    for table in ("contact", "email"):
        leaves = sorted(pages(book.db, table))[1:]
        good = book.db.read_bytes()
        over(book, leaves[3], leaves[2])
        done = book.ok("doctor", "--repair", "--yes")
        assert "more put together from indexes" in done.out
        assert counted(book, "SELECT count(*) FROM contact") == COUNT
        assert counted(book, "SELECT count(*) FROM email") == COUNT
        assert counted(book, "SELECT count(*) FROM phone") == COUNT
        book.db.write_bytes(good)


def test_a_page_of_another_table(book: Crm) -> None:
    """People that stand where companies or numbers stood are not read as these."""
    person = sorted(pages(book.db, "contact"))[3]
    number = sorted(pages(book.db, "phone"))[2]
    over(book, number, person)
    book.ok("doctor", "--repair", "--yes")
    assert counted(book, "SELECT count(*) FROM phone") == COUNT
    assert counted(book, "SELECT count(*) FROM phone WHERE number GLOB '*[^0-9+]*'") == 0


@pytest.mark.parametrize("where", ["participant", "different"])
def test_a_page_of_other_pairs(book: Crm, where: str) -> None:
    """SQLite reads tags as talk; what neither the second tree nor the history has is no change by hand."""
    for tag in ("silver", "bronze"):
        book.ok("--no-backup", "tag", "--where", "Person1*", tag, "--yes")
    sql = f"SELECT group_concat(contact_id || ' ' || {PAIRED[where]}) FROM {where} WHERE contact_id > 0"
    before = told(book, sql)
    over(book, min(pages(book.db, where)), min(pages(book.db, "contact_tag")))
    assert told(book, sql) != before
    saved(book, book.db.read_bytes())
    assert told(book, sql) == before
    assert "by hand" not in book.ok("history").out


def test_a_page_of_other_pairs_in_an_index(book: Crm) -> None:
    """Where the history agrees with the table it is the index that is made anew, without --full, too."""
    over(book, max(pages(book.db, "different_other")), max(pages(book.db, "contact_tag_tag")))
    assert {row["check"] for row in book("doctor", "--json").json} == {"indexes"}, book("doctor")
    book.ok("doctor", "--repair", "--yes")
    assert book("doctor", "--full", "--json").json == []
    assert counted(book, "SELECT count(*) FROM different") == 0


def test_a_page_of_pairs_with_one_by_hand(book: Crm) -> None:
    """Of a lost page the second tree tells all, what came past the history among them."""
    with closing(sqlite3.connect(book.db)) as db, db:
        (sql,) = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'participant_inserted'").fetchone()  # fmt: skip
        db.execute("DROP TRIGGER participant_inserted")
        db.execute("INSERT INTO participant VALUES (2, 1)")
        db.execute(sql)
    saved(book, blot(book, max(pages(book.db, "participant"))))
    assert counted(book, "SELECT count(*) FROM participant") == COUNT + 1


@pytest.mark.parametrize(
    ("place", "number"), [(32, 9), (36, 3), (0, 9)], ids=["a table", "too few", "a leaf in use"]
)
def test_the_list_of_free_pages(book: Crm, place: int, number: int) -> None:
    """SQLite calls it sound, and writes over a page in use; all rows go into a book that can be written."""
    with closing(sqlite3.connect(book.db, isolation_level=None)) as db:
        db.execute("CREATE TABLE gone (a)")
        db.execute("INSERT INTO gone VALUES (zeroblob(60000))")
        db.execute("DROP TABLE gone")
    with open(book.db, "r+b") as file:
        file.seek(32)
        first = int.from_bytes(file.read(4), "big")
        file.seek(place or (first - 1) * PAGE + 8)
        file.write(number.to_bytes(4, "big"))
    assert "list of free pages" in book("doctor").out
    before = book.ok("export").out
    book.ok("doctor", "--repair", "--yes")
    assert book("doctor", "--full", "--json").json == []
    assert book.ok("export").out == before
    kept = (book.home / ".local/share/crm/backups").glob("*-repair.*")
    assert [path.suffix for path in kept] == [".damaged"]


def told(crm: Crm, sql: str) -> str:
    with closing(sqlite3.connect(crm.db)) as db:
        return str(db.execute(sql).fetchone()[0])
