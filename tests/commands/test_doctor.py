"""crm doctor: every kind of damage is found, told before it is mended, and gone afterwards."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crmcli.db import backups
from tests.conftest import Crm
from tests.faults.agree import disagreements

if TYPE_CHECKING:
    from pathlib import Path

AT = "2026-03-02T09:00:00Z"
PAST = "PRAGMA foreign_keys = OFF;"

# name -> (what somebody does to the file with another tool, the check that finds it)
MENDABLE = {
    "a person went": ("DROP TRIGGER contact_deleted; DELETE FROM contact WHERE id = 2", "history"),
    "a person came": (
        f"DROP TRIGGER contact_inserted; INSERT INTO contact (uid, name, key, lifecycle, created_at, updated_at) VALUES ('00ff00ff00ff00ff', 'New One', 'new one', 'lead', '{AT}', '{AT}')",
        "history",
    ),
    "an interaction went": (
        "DROP TRIGGER interaction_deleted; DELETE FROM interaction WHERE id = 1", "dangling",
    ),
    "a pair came": (
        "DROP TRIGGER participant_inserted; INSERT INTO participant VALUES (3, 1)", "history",
    ),
    "a tag came on": (
        "DROP TRIGGER contact_tag_inserted; INSERT INTO contact_tag VALUES (3, 1)", "history",
    ),
    "an address of nobody": (
        "INSERT INTO email (contact_id, position, address, key) VALUES (77, 0, 'x@y.example', 'x@y.example')",
        "dangling",
    ),
    "a company that is gone": ("UPDATE contact SET company_id = 99 WHERE id = 1", "dangling"),
    "an id of nothing": (
        "INSERT INTO external_id (noun, row_id, system, value) VALUES ('deal', 99, 'hubspot', '1')",
        "dangling",
    ),
    "a silence of nothing": (
        "INSERT INTO silence (kind, created_at) VALUES ('ignore', '2026-03-02T09:00:00Z')", "dangling",
    ),
    "changes of no command": (
        "DELETE FROM change_set WHERE id = 1", "dangling",
    ),
    "a summary": ("UPDATE contact_stats SET touches = 9 WHERE contact_id = 1", "summaries"),
    "no summary": ("DELETE FROM contact_stats", "summaries"),
    "a search text": ("UPDATE contact_fts SET name = 'zzz' WHERE rowid = 1", "search"),
    "no search text": ("DELETE FROM contact_fts", "search"),
    "the index of talk": (
        "INSERT INTO interaction_fts (interaction_fts) VALUES ('delete-all')", "search",
    ),
    "the index of people": (
        "DELETE FROM contact_fts_data WHERE id > 10", "search",
    ),
    "people waiting": ("INSERT INTO stale_stats VALUES (1); INSERT INTO stale_text VALUES (2)", "waiting"),
    "a kind of the config": ("UPDATE kind SET touch = 1 WHERE name = 'note'", "settings"),
    "a cadence of the config": ("DELETE FROM cadence", "settings"),
    "a key of a name": ("UPDATE contact SET key = 'x' WHERE id = 1", "keys"),
    "a key of an address": ("UPDATE email SET key = 'x'", "keys"),
    "a key of a phone": ("UPDATE phone SET key = '1'", "keys"),
    "a key of a company": ("UPDATE company SET key = 'x'", "keys"),
    "a key of a tag": ("UPDATE tag SET key = 'x'", "keys"),
    "an alias": ("UPDATE interaction SET alias = 'x' WHERE id = 1", "keys"),
    "a country": ("UPDATE contact SET country = 'pl' WHERE id = 1", "values"),
    "a currency": ("UPDATE interaction SET currency = 'eur' WHERE currency = 'EUR'", "values"),
    "a lifecycle": ("UPDATE contact SET lifecycle = 'Lead' WHERE id = 2", "values"),
    "a date": ("UPDATE contact SET birthday = '17.05.1980' WHERE id = 1", "values"),
    "a time": ("UPDATE interaction SET at = 'yesterday' WHERE id = 1", "values"),
    "a time of a command": ("UPDATE change_set SET at = 'yesterday' WHERE id = 2", "values"),
    "one place for two": ("UPDATE email SET position = 0", "positions"),
    "numbers given twice": ("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'contact'", "numbers"),
    "numbers at their end": (
        "UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'contact'", "numbers",
    ),
    "the wrong way round": ("INSERT INTO different VALUES (3, 1)", "pairs"),
    "a command of nothing": ("UPDATE change SET set_id = 3 WHERE set_id = 4", "history"),
    "an undo that nobody knows of": ("UPDATE change_set SET undone_by = NULL WHERE undone_by IS NOT NULL", "history"),
    "undone by another": ("UPDATE change_set SET undone_by = 1 WHERE id = 2", "history"),
}  # fmt: skip
UNMENDABLE = {
    "no date": ("UPDATE contact SET birthday = 'in spring' WHERE id = 1", "values"),
    "no country": ("UPDATE contact SET country = '' WHERE id = 1", "values"),
    "a broken country": ("UPDATE contact SET country = 'a' || char(0) WHERE id = 1", "values"),
    "no repeat": ("UPDATE follow_up SET every = 'now and then'", "values"),
    "an amount of nothing": ("UPDATE interaction SET currency = NULL WHERE amount > 0", "values"),
    "a history that is no JSON": (
        "INSERT INTO change (set_id, noun, row_id, op, data) VALUES (1, 'meta', 1, 'update', '{')", "values",
    ),
    "both won and lost": ("UPDATE deal SET won_at = created_at, lost_at = created_at", "values"),
}  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A book with something of everything."""
    crm = Crm(tmp_path_factory.mktemp("filled"))
    crm.ok("add", "Anna Nowak", "--email", "a@acme.example", "--email", "b@acme.example",
           "--phone", "+48601100101", "--company", "Acme", "--tag", "vip", "--country", "PL")  # fmt: skip
    crm.ok("add", "Łukasz Żak", "--note", "met at the fair")
    crm.ok("add", "Ivan Ivanov", "--set", "shoe=44")
    crm.ok("log", "call", "1", "spoke of the offer", "--next", "friday")
    crm.ok("log", "purchase", "2", "--amount", "120", "--currency", "EUR", "--at", "2025-06-01")
    crm.ok("deal", "add", "1", "Ovens", "--amount", "4800", "--currency", "EUR")
    crm.ok("tag", "2", "gold")
    crm.ok("undo")
    assert crm("doctor").code == 0
    return crm.db.read_bytes()


@pytest.fixture
def book(crm: Crm, filled: bytes) -> Crm:
    """Such a book of one's own."""
    crm.db.write_bytes(filled)
    crm.db.chmod(0o600)
    return crm


def hurt(crm: Crm, sql: str) -> None:
    with closing(sqlite3.connect(crm.db)) as db:
        db.executescript(PAST + sql)


def checks(crm: Crm, *words: str) -> set[str]:
    found = crm("doctor", "--json", *words)
    assert found.code in (0, 1), found
    return {one["check"] for one in found.json if one["check"] not in ("unused", "views")}


def repaired(crm: Crm) -> None:
    """Repair, and see that nothing is left."""
    done = crm("doctor", "--repair", "--yes")
    assert (done.code, "left" in done.err) == (0, False), done
    assert crm("doctor", "--json", "--full").json == []
    assert disagreements(str(crm.db)) == []


@pytest.mark.parametrize("name", MENDABLE)
def test_what_can_be_mended_is_found_and_mended(book: Crm, name: str) -> None:
    """Each kind is found and told with what --repair does; afterwards the book agrees with itself."""
    sql, check = MENDABLE[name]
    hurt(book, sql)
    before = book.db.read_bytes()
    found = book("doctor")
    assert found.code == 1
    assert any(line.startswith(f"{check}: ") and "; --repair " in line for line in found.lines), (
        found
    )
    rehearsed = book("doctor", "--repair", "--dry-run")
    assert (rehearsed.code, rehearsed.out) == (1, found.out)
    assert book.db.read_bytes() == before
    repaired(book)


@pytest.mark.parametrize("name", UNMENDABLE)
def test_what_cannot_be_mended_is_said_to_be_so(book: Crm, name: str) -> None:
    """It is told with an example and what to do, before a repair and after it."""
    sql, check = UNMENDABLE[name]
    hurt(book, sql)
    found = book("doctor", "--json")
    assert found.code == 1
    (one,) = [row for row in found.json if row["check"] == check]
    assert (one["repair"], bool(one["advice"]), bool(one["example"])) == ("", True, True)
    after = book("doctor", "--repair", "--yes")
    assert after.code == 1
    assert check in checks(book)


def test_all_at_once(book: Crm) -> None:
    """Many kinds in one file are all mended in one go."""
    for name, (sql, _) in MENDABLE.items():
        if "went" in name or name in ("a summary", "a key of a tag", "a date"):
            hurt(book, sql)
    assert len(checks(book)) > 3
    repaired(book)


def test_a_sound_book_is_left_alone(book: Crm) -> None:
    """Nothing found, nothing printed, nothing changed, no copy taken; exit 0."""
    before = book.db.read_bytes()
    for words in ((), ("--full",), ("--repair",)):
        result = book("doctor", *words)
        assert (result.code, result.out) == (0, "")
    assert book.db.read_bytes() == before
    assert not list(book.home.rglob("*-repair.*"))


def test_a_repair_can_be_undone_and_looked_up(book: Crm) -> None:
    """What was mended of the facts is one command of the history; a copy was taken before."""
    hurt(book, "UPDATE contact SET country = 'pl' WHERE id = 1")
    done = book.ok("doctor", "--repair")
    assert "mended: 1 value of contact.country is no country\n" in done.out
    assert "-repair.db" in done.err
    assert book.ok("show", "1", "--json").json["country"] == "PL"
    assert "undone" in book.ok("undo").out
    assert checks(book) == {"values"}


def test_what_was_done_by_hand_is_told_apart_from_the_mending(book: Crm) -> None:
    """Edits past the history become a command of their own in it."""
    hurt(book, MENDABLE["a person came"][0] + "; UPDATE contact SET country = 'pl' WHERE id = 1")
    book.ok("doctor", "--repair", "--yes")
    commands = [row["command"] for row in book.ok("history", "--json").json]
    assert commands[:2] == ["crm doctor --repair", "(by hand, past crm)"]
    book.ok("undo")
    assert book.ok("show", "4", "--json").json["name"] == "New One"


def test_facts_go_only_when_asked(book: Crm) -> None:
    """Rows that point to nothing are taken away after a question; without a terminal --yes gives it."""
    hurt(book, MENDABLE["an address of nobody"][0])
    refused = book("doctor", "--repair")
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert checks(book) >= {"dangling"}
    book.ok("doctor", "--repair", "--yes")


def test_values_past_the_history_are_found_by_full(book: Crm) -> None:
    """A value that the last change of it did not leave is found with --full."""
    book.ok("edit", "1", "--city", "Kraków")
    hurt(book, "DROP TRIGGER contact_updated; UPDATE contact SET city = 'Gdynia' WHERE id = 1")
    assert "history" not in checks(book)
    assert "history" in checks(book, "--full")
    assert book("doctor", "--repair", "--full", "--yes").code == 0
    assert checks(book, "--full") == set()
    assert "Gdynia" in book.ok("history", "1", "--json").out


def test_an_index_that_lost_its_table(book: Crm) -> None:
    """With --full an index that is not that of its table is found, and made anew."""
    sql = "CREATE INDEX email_key ON email(key)"
    told = (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = '{}' WHERE name = 'email_key'"
    )
    hurt(book, told.format(f"{sql} WHERE id < 0"))
    hurt(book, "UPDATE email SET key = 'z@acme.example', address = 'z@acme.example' WHERE id = 1")
    hurt(book, told.format(sql))
    assert "indexes" in checks(book, "--full")
    done = book("doctor", "--full", "--repair")
    assert (done.code, "mended: " in done.out) == (0, True), done
    assert checks(book, "--full") == set()
    assert disagreements(str(book.db)) == []


def test_an_index_of_pairs_that_was_dropped(book: Crm) -> None:
    """That is no damage, and it is made anew."""
    hurt(book, "DROP INDEX participant_interaction; DROP INDEX contact_tag_tag")
    assert checks(book) == {"schema"}
    book.ok("doctor", "--repair", "--yes")
    assert checks(book, "--full") == set()


def test_a_value_that_its_column_cannot_hold(book: Crm) -> None:
    """What only a checked column refuses is told by SQLite, and not mendable."""
    hurt(
        book,
        "PRAGMA ignore_check_constraints = ON; UPDATE interaction SET direction = 'up' WHERE id = 1",
    )
    found = book("doctor")
    assert (found.code, "values: 1 value is none that their column can hold" in found.out) == (
        1,
        True,
    )
    assert book("doctor", "--repair").code == 1


def test_views_of_another_crm_do_no_harm(book: Crm) -> None:
    """They are told of, not counted, and replaced."""
    hurt(book, "DROP VIEW people")
    found = book.ok("doctor", "--json")
    assert [row["check"] for row in found.json] == ["views"]
    book.ok("doctor", "--repair")
    assert book.ok("doctor", "--json").json == []


def test_wide_modes_are_narrowed(book: Crm) -> None:
    """A book that others can read is told of and made the owner's alone."""
    book.db.chmod(0o644)
    assert checks(book) == {"modes"}
    book.ok("doctor", "--repair")
    assert book.db.stat().st_mode & 0o777 == 0o600
    assert checks(book) == set()


def test_leftovers_are_swept(book: Crm) -> None:
    """Half-made files of processes that are gone are told of and taken away; those of others stay."""
    left = book.home / ".book.db.999999.restored"
    left.write_bytes(b"x")
    own = book.home / f".book.db.{os.getpid()}.new"
    own.write_bytes(b"x")
    assert checks(book) == {"leftovers"}
    book.ok("doctor", "--repair")
    assert (left.exists(), own.exists()) == (False, True)


def test_files_of_the_owner_beside_the_book(book: Crm) -> None:
    """What is called like a half-made file, but not hidden as these are, is somebody's and stays."""
    files = [book.home / f"book.db.2025.{end}" for end in ("new", "restored", "part")]
    for file in files:
        file.write_bytes(book.db.read_bytes())
        file.chmod(0o600)
    book.ok("add", "Another")
    book.ok("backup")
    book.ok("restore", "latest", "--yes")
    book("doctor", "--repair", "--yes")
    assert all(file.exists() for file in files)


def test_conflict_copies_are_named(book: Crm) -> None:
    """A second copy of the book that a sync tool laid beside it is told of and left alone."""
    other = book.home / "book (conflicted copy 2026-03-01).db"
    other.write_bytes(book.db.read_bytes())
    other.chmod(0o600)
    found = book("doctor")
    assert (found.code, "merge-book" in found.out) == (1, True)
    assert other.exists()


def test_a_book_that_was_never_copied(book: Crm) -> None:
    """Changes of more than a week that are in no copy are a finding until one is taken."""
    late = {"CRM_NOW": "2026-03-20T09:00"}
    found = book("doctor", **late)
    assert (found.code, "are in no copy" in found.out) == (1, True)
    book.ok("backup", **late)
    assert book("doctor", **late).code == 0


def test_another_journal_mode(book: Crm) -> None:
    """A book that was turned to keep a second file is found, and made one file again."""
    hurt(book, "PRAGMA journal_mode = WAL; SELECT 1")
    assert checks(book) == {"journal"}
    book.ok("doctor", "--repair")
    assert book.db.read_bytes()[18] == 1
    assert checks(book) == set()


def test_a_country_that_nobody_knows_is_no_damage(book: Crm) -> None:
    """What was typed or imported stands as it is; what means one that we know is its code."""
    book.ok("edit", "1", "--country", "Narnia")
    assert book("doctor").code == 0
    hurt(book, "UPDATE contact SET country = 'Polsko' WHERE id = 1")
    assert 'such as "Polsko" in contact 1, for "PL"' in book("doctor").out


def test_nobody_else_is_touched(book: Crm, tmp_path: Path) -> None:
    """No book, somebody else's database and a newer book are refused and left as they are."""
    assert book("--db", str(tmp_path / "none.db"), "doctor").code == 3
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE t (x)")
    newer = tmp_path / "newer.db"
    newer.write_bytes(book.db.read_bytes())
    with closing(sqlite3.connect(newer)) as db:
        db.execute("PRAGMA user_version = 999")
    for path in (other, newer):
        before = path.read_bytes()
        for words in ((), ("--repair", "--yes")):
            result = book("--db", str(path), "doctor", *words)
            assert (result.code, result.err.count("\n")) == (5, 1), result
        assert path.read_bytes() == before


@pytest.mark.parametrize("harm", ["UPDATE meta SET value = 'zzz' WHERE key = 'book'", "DELETE FROM meta WHERE key = 'book'"])  # fmt: skip
def test_a_book_without_its_number(book: Crm, harm: str) -> None:
    """What is refused for it names the doctor, who finds it and gives it that of its copies, also when renamed."""
    book.ok("backup", CRM_NOW="2026-03-01T09:00")
    number = backups.uid_of(str(book.db))
    other = book.home / "other.db"
    other.write_bytes(book.db.read_bytes())
    book.ok("--db", str(other), "add", "Only Onlaptop")
    stranger = book.home / "stranger.db"
    book.ok("--db", str(stranger), "add", "Zoe Zed")
    book.ok("--db", str(stranger), "backup", CRM_NOW="2026-03-05T09:00")
    with closing(sqlite3.connect(book.db)) as db, db:
        db.execute(harm)
    for words in (("backup",), ("merge-book", str(other))):
        refused = book(*words)
        assert (refused.code, "crm doctor --repair gives it one" in refused.err) == (5, True), (
            refused
        )
    assert "doctor --repair" in book("--db", str(other), "merge-book", str(book.db)).err
    moved = book.home / "moved.db"
    book.db.rename(moved)
    found = book("--db", str(moved), "doctor")
    assert (found.code, "identity: the " in found.out) == (1, True)
    book("--db", str(moved), "doctor", "--repair", "--yes")  # 1: there is still the other copy
    assert backups.uid_of(str(moved)) == number
    assert {row["reason"] for row in book.ok("--db", str(moved), "backup", "--list", "--json").json} == {"asked", "before repair"}  # fmt: skip
    book.ok("--db", str(moved), "merge-book", str(other))


def test_a_book_without_its_number_and_without_copies(book: Crm) -> None:
    """It gets a new one, and goes on."""
    with closing(sqlite3.connect(book.db)) as db, db:
        db.execute("DELETE FROM meta WHERE key = 'book'")
    book.ok("doctor", "--repair", "--yes")
    assert backups.uid_of(str(book.db))
    book.ok("backup")


@pytest.mark.parametrize("harm", [
    "UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'contact'",
    f"INSERT INTO contact (id, uid, name, key, lifecycle, created_at, updated_at) VALUES (9223372036854775807, '00ff00ff00ff00ff', 'New One', 'new one', 'lead', '{AT}', '{AT}')",
])  # fmt: skip
def test_numbers_at_their_end(book: Crm, harm: str) -> None:
    """No disk is called full for it; where a row has the last number the doctor says that, and cannot help."""
    with closing(sqlite3.connect(book.db)) as db, db:
        db.create_function("fold", 1, str)
        db.create_function("today", 0, lambda: AT[:10])
        db.execute("DROP TRIGGER IF EXISTS contact_inserted")
        db.execute(harm)
    (book.home / "more.csv").write_text("name\nCarl Case\n")
    for words in (("add", "Bo Berg"), ("import", "more.csv")):
        refused = book(*words)
        assert (refused.code, "no number left for a new contact" in refused.err) == (5, True), (
            refused
        )
    assert "the numbers of contact come to their end" in book("doctor").out
    left = book("doctor", "--repair", "--yes").err
    assert ("left: numbers:" in left) == harm.startswith("INSERT")


def test_a_copy_with_work_of_its_own_is_named_whatever_it_is_called(book: Crm) -> None:
    """The line that is printed works as it stands; one that has nothing more is nobody's conflict."""
    other = book.home / "Copy of book.db"
    other.write_bytes(book.db.read_bytes())
    assert book("doctor", "--csv").out.count("conflict") == 0
    book.ok("--db", str(other), "add", "Only Onlaptop")
    told = book("doctor").out
    assert f"crm merge-book '{other}' takes in what it has" in told
    book.ok("merge-book", str(other))
    assert book("doctor", "--csv").out.count("conflict") == 0


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE interaction SET at = '12 weeks'", ("edit", "1", "--cadence", "30d")),
        ("UPDATE interaction SET at = 'contact'", ("merge", "1", "2")),
        ("UPDATE change SET data = '12 weeks' WHERE data IS NOT NULL", ("history", "1")),
    ],
    ids=["an edit", "a merge", "the history"],
)
def test_a_damaged_value_is_no_bug(book: Crm, sql: str, words: tuple[str, ...]) -> None:
    """A command that falls over a value that no command writes names it, and the doctor does, too."""
    book.ok("edit", "1", "--city", "Brno")
    triggers = "interaction_updated", "stale_stats_interaction_u"
    hurt(book, "".join(f"DROP TRIGGER {name};" for name in triggers) + sql)
    met = book(*words)
    assert (met.code, "a bug" in met.err) == (5, False), met
    assert "damaged (" in met.err
    assert "crm doctor says more" in met.err
    assert "values" in checks(book)
