"""crm merge-book: two copies of a book worked on apart become one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crmcli.db.triggers import TRACKED
from crmcli.store.union_nouns import NOUNS
from tests.faults.agree import disagreements
from tests.store.copies import Copies, facts

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def copies(crm: Crm) -> Copies:
    """Copies a and b of a book with two people, a follow-up and a deal."""
    found = Copies(crm)
    for words in (
        (
            "add",
            "Anna Nowak",
            "--email",
            "anna@acme.example",
            "--company",
            "Acme",
            "--city",
            "Lodz",
        ),
        ("add", "Jan Kowalski", "--email", "jan@acme.example", "--note", "likes tea"),
        ("remind", "1", "2026-03-04", "call"),
        ("deal", "add", "1", "Big", "--amount", "500"),
    ):
        found.ok("a", *words)
    found.fork("a", "b")
    return found


def conflicts(copies: Copies, name: str, other: str, *words: str) -> list[tuple[str, ...]]:
    """(noun, field, mine, theirs, kept) of a merge."""
    told = copies.merge(name, other, "--json", *words).json["conflicts"]
    return [tuple(one[key] for key in ("noun", "field", "mine", "theirs", "kept")) for one in told]


def test_one_sided_changes_are_taken(copies):
    """A field, a tag, a phone, a date, a custom field, a log, a promise, a deal moved, an archive."""
    for words in (
        ("edit", "1", "--city", "Brno", "--phone", "+48600100200", "--set", "Size=M", "--date", "wedding=2015-05-17"),
        ("tag", "2", "vip"),
        ("log", "call", "1", "spoke", "--next", "2026-03-09"),
        ("deal", "won", "1"),
        ("archive", "2"),
        ("consent", "2", "--basis", "consent"),
        ("company", "edit", "Acme", "--city", "Kyiv"),
        ("view", "save", "hot", "+vip"),
        ("snooze", "1", "2026-04-01"),
        ("edit", "1", "--remove-email", "anna@acme.example", "--email", "anna@new.example"),
    ):  # fmt: skip
        copies.ok("b", *words)
    assert not conflicts(copies, "a", "b")
    assert facts(copies.path("a")) == facts(copies.path("b"))
    assert not disagreements(str(copies.path("a")))


def test_no_column_is_left_out(copies):
    """What an address is called comes along with it, as does each other value of each table that has a history."""
    copies.ok("b", "edit", "1", "--address", "Office 9", "--set", "address_label=work")
    copies.merge("a", "b")
    assert copies.ok("a", "show", "1", "--json").json["address_label"] == "work"
    numbered = {
        "tag": {"key"},
        "field": {"key"},
        "merged_contact": {"old_id"},
        "saved_view": {"name"},
    }
    with closing(sqlite3.connect(copies.path("a"))) as db:
        for table in [*TRACKED, "company"]:
            if table in ("external_id", "forgotten"):
                continue
            noun = NOUNS[table]
            known = {*noun.refs, *noun.least, *noun.most, *numbered.get(table, ())}
            known = known.union(*noun.groups)
            columns = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
            assert columns - {"id", "uid"} <= known, table


def test_both_changed_the_newer_holds(copies):
    """The other value is printed and stands in the history of the person."""
    copies.ok("a", "edit", "1", "--city", "Brno")
    copies.ok("b", "edit", "1", "--city", "Kyiv", "--title", "Boss")
    assert conflicts(copies, "a", "b") == [("contact", "city", "Brno", "Kyiv", "Kyiv")]
    copies.ok("a", "undo")
    assert conflicts(copies, "a", "b", "--prefer", "mine") == [("contact", "city", "Brno", "Kyiv", "Brno")]  # fmt: skip
    told = [(row["field"], row["before"], row["after"]) for row in copies("a", "history", "1", "--json").json]  # fmt: skip
    assert ("city", "Brno", "Kyiv") in told
    assert ("city", "Kyiv", "Brno") in told
    assert ("title", None, "Boss") in told
    # What was preferred here is news there, and holds.
    assert not conflicts(copies, "b", "a")
    assert copies("b", "show", "1", "--json").json["city"] == "Brno"


def test_notes_keep_the_lines_of_both(copies):
    """Neither note is lost."""
    copies.ok("a", "edit", "2", "--note", "likes tea\nhas a dog")
    copies.ok("b", "edit", "2", "--note", "likes coffee")
    copies.merge("a", "b")
    note = copies("a", "show", "2", "--json").json["note"]
    assert note.split("\n") == ["likes coffee", "likes tea", "has a dog"]


def test_done_beats_snoozed(copies):
    """A follow-up that was done on one side is done, though the other put it off later."""
    copies.ok("a", "done", "F1", "called")
    copies.ok("b", "snooze", "F1", "2026-04-01")
    assert ("follow-up", "snoozed_until", None, "2026-04-01", None) in conflicts(copies, "a", "b")
    assert copies("a", "export", "--as", "followups", "--json").json[0]["done_at"]


def test_do_not_contact_wins(copies):
    """Also over a later word to the contrary, and a consent withdrawn over one renewed."""
    for name in "ab":
        copies.ok(name, "consent", "1", "--basis", "consent", "--on", "2026-01-01")
    copies.fork("a", "b")
    copies.ok("a", "dnc", "1")
    copies.ok("a", "consent", "1", "--withdraw")
    copies.ok("b", "dnc", "1")
    copies.ok("b", "dnc", "1", "--lift")
    copies.ok("b", "consent", "1", "--basis", "consent", "--source", "fair")
    copies.merge("a", "b")
    card = copies("a", "show", "1", "--all", "--json").json
    assert card["do_not_contact"] is True
    with closing(sqlite3.connect(copies.path("a"))) as db:
        assert (
            db.execute("SELECT count(*) FROM consent WHERE withdrawn_on IS NULL").fetchone()[0] == 0
        )


def test_numbers_that_both_gave(copies):
    """The person who comes in gets another number, and that is said; uids stay."""
    copies.ok("a", "add", "Piotr Zet")
    copies.ok("b", "add", "Ewa Bee")
    copies.ok("b", "remind", "3", "2026-03-09", "write")
    copies.ok("a", "remind", "2", "2026-03-09", "ask")
    told = copies.merge("a", "b")
    assert "3 of theirs is 4 here: Ewa Bee" in told.err
    assert "F2 of theirs is F3 here: write" in told.err
    assert copies("a", "show", "4", "--json").json["name"] == "Ewa Bee"


def test_one_person_added_on_both_sides(copies):
    """Same name and e-mail: one person. Same e-mail, another name: crm merge is proposed."""
    for name in "ab":
        copies.ok(name, "add", "Eva Mala", "--email", "eva@beta.example", "--city", f"{name}-town")
    copies.ok("a", "add", "Petr Velky", "--email", "office@beta.example")
    copies.ok("b", "add", "Ola Nowa", "--email", "office@beta.example")
    told = copies.merge("a", "b")
    assert "both sides added somebody with office@beta.example; if they are one person: crm merge 4 5" in told.err  # fmt: skip
    assert copies("a", "search", "eva@beta.example", "--ids").out.split() == ["3"]
    with closing(sqlite3.connect(copies.path("a"))) as db:
        uids = db.execute("SELECT uid FROM contact WHERE id = 3 UNION SELECT uid FROM merged_contact").fetchall()  # fmt: skip
    assert len(uids) == 2
    assert "nothing in" in copies.merge("a", "b").out


def test_one_side_merged_two(copies):
    """What the other logged on the one who went, and edited, is with the one who is kept."""
    copies.ok("a", "merge", "1", "2")
    copies.ok("b", "log", "call", "2", "spoke to Jan")
    copies.ok("b", "edit", "2", "--phone", "+48600100200", "--title", "Buyer")
    copies.fork("a", "a0")
    copies.merge("a", "b")
    copies.merge("b", "a0")
    assert facts(copies.path("a")) == facts(copies.path("b"))
    card = copies("a", "show", "1", "--all", "--json").json
    assert card["phones"] == ["+48600100200"]
    assert card["title"] == "Buyer"
    assert copies("a", "show", "2", "--json").json["id"] == 1


def test_a_field_of_one_who_was_merged_away(copies):
    """What the other side wrote there finds room beside that of the one who is kept."""
    copies.ok("a", "edit", "1", "--set", "Size=M")
    copies.fork("a", "b")
    copies.ok("a", "merge", "1", "2")
    copies.ok("b", "edit", "2", "--set", "Size=L")
    copies.fork("a", "a0")
    copies.merge("a", "b")
    copies.merge("b", "a0")
    assert facts(copies.path("a")) == facts(copies.path("b"))
    assert copies("a", "show", "1", "--json").json["Size 2"] == "L"
    for name, other in (("a", "b"), ("b", "a")):
        assert "nothing in" in copies.told(name, other)


def test_taken_away_there_and_edited_here(copies):
    """Neither is lost silently: what was changed stays, and that is said."""
    copies.ok("b", "undo")  # the deal
    copies.ok("a", "deal", "edit", "1", "--amount", "700")
    assert conflicts(copies, "a", "b") == [("deal", None, "changed", "gone", "changed")]
    assert conflicts(copies, "b", "a") == [("deal", None, "gone", "changed", "changed")]
    assert facts(copies.path("a")) == facts(copies.path("b"))
    copies.ok("a", "edit", "1", "--remove-email", "anna@acme.example")
    copies.merge("b", "a")
    assert copies("b", "show", "1", "--json").json["emails"] == []


def test_forgotten_stay_forgotten(copies):
    """Who was forgotten here does not come back; who was forgotten there is named."""
    copies.ok("b", "log", "call", "2", "a secret of Jan")
    copies.ok("b", "edit", "2", "--city", "Kyiv")
    copies.ok("a", "forget", "2", "--yes")
    told = copies.merge("a", "b")
    assert "left out, since forgotten here: 1 person" in told.err
    assert b"secret of Jan" not in copies.path("a").read_bytes()
    assert copies("a", "search", "jan").code == 1
    told = copies.merge("b", "a")
    assert "2 Jan Kowalski was forgotten in the other copy; crm forget 2 does it here" in told.err
    assert copies("b", "show", "2", "--json").json["emails"] == ["jan@acme.example"]
    assert not disagreements(str(copies.path("a")))
    assert not disagreements(str(copies.path("b")))


def test_what_was_cut_out_of_texts_stays_cut(copies):
    """Whom this side forgot with --redact the other copy still names, in old texts and in new ones: cut as they come in."""
    copies.ok("a", "edit", "1", "--note", "met Jan Kowalski, jan@acme.example, well")
    copies.ok("a", "remind", "1", "2026-03-05", "ask Jan Kowalski (second@k.example)")
    copies.fork("a", "b")
    copies.fork("a", "c")
    copies.ok("b", "log", "call", "1", "Jan Kowalski came along")
    copies.ok("b", "edit", "1", "--title", "boss of jan@acme.example")
    copies.ok("b", "edit", "1", "--title", "boss")
    copies.ok("b", "merge", "1", "2")
    copies.ok("b", "deal", "edit", "1", "--title", "after Jan Kowalski")
    copies.ok("c", "log", "call", "1", "Jan Kowalski himself")
    copies.ok("a", "edit", "2", "--email", "second@k.example")
    copies.ok("a", "forget", "2", "--yes", "--redact")
    for other in ("c", "b"):
        copies.merge("a", other)
        raw = copies.path("a").read_bytes().lower()
        assert b"kowalski" not in raw
        assert b"jan@acme.example" not in raw
        assert b"second@k.example" not in raw
    said = copies.ok("a", "show", "1", "--all").out
    assert "met (forgotten), (forgotten), well" in said
    assert "(forgotten) came along" in said
    assert "(forgotten) himself" in said
    assert not disagreements(str(copies.path("a")))
    before = copies.path("c").read_bytes()
    assert b"Kowalski" in before
    copies.merge("c", "a")
    assert copies("c", "show", "1", "--json").json["note"].startswith("met (forgotten)")


def test_addresses_of_the_forgotten_that_only_the_other_knew(copies):
    """Their hashes are kept as well, so that no import brings the person back by one of them."""
    copies.ok("b", "edit", "2", "--email", "second@k.example", "--phone", "+48 601 234 567")
    copies.ok("b", "edit", "1", "--email", "both@k.example")
    copies.ok("b", "edit", "2", "--email", "both@k.example", "--force")
    copies.ok("a", "forget", "2", "--yes")
    copies.merge("a", "b")
    for way in (["--email", "second@k.example"], ["--phone", "+48601234567"]):
        assert copies("a", "add", "Jan K", *way).code == 3, way
    copies.ok("a", "add", "Ida", "--email", "both@k.example", "--force")
    copies.ok("a", "undo")
    assert "nothing in" in copies.told("a", "b")
    assert not disagreements(str(copies.path("a")))


def test_one_whom_a_merge_was_about_can_be_forgotten(copies):
    """A merge that brought nothing but what is on them leaves no trace that holds them back."""
    copies.ok("b", "edit", "2", "--title", "chef")
    copies.merge("a", "b")
    copies.ok("a", "forget", "2", "--yes")
    assert copies("a", "search", "jan").code == 1
    assert "nothing" in copies.merge("a", "b").out
    assert copies("a", "search", "jan").code == 1
    assert not disagreements(str(copies.path("a")))


@pytest.mark.parametrize("touched", [True, False])
def test_what_only_the_forgotten_had_stays_away(copies, touched):
    """Their company, tag and field do not come back with nobody in them, however they were touched there."""
    copies.ok(
        "a",
        "add",
        "Eva Sole",
        "--company",
        "Eva Sole Consulting",
        "--tag",
        "evastag",
        "--set",
        "Shoe=42",
    )
    copies.ok("a", "add", "Ida Nowak", "--company", "Both Ltd", "--tag", "both")
    copies.ok(
        "a",
        "add",
        "Ota Nowak",
        "--email",
        "ota@o.example",
        "--company",
        "Both Ltd",
        "--tag",
        "both",
    )
    copies.fork("a", "c")
    copies.ok("a", "forget", "3", "--yes")
    copies.ok("a", "forget", "4", "--yes")
    copies.ok("a", "forget", "5", "--yes")
    copies.ok("c", "company", "edit", "Eva Sole Consulting", "--city", "Brno")
    copies.ok("c", "company", "edit", "Both Ltd", "--city", "Brno")
    if touched:
        copies.ok("c", "tag", "3", "evasother")
    copies.ok("c", "add", "Jan Other", "--company", "Both Ltd", "--tag", "both")
    copies.merge("a", "c")
    names = [one["name"] for one in copies("a", "company", "list", "--json").json]
    assert names == ["Acme", "Both Ltd"]
    held = copies.path("a").read_bytes()
    for word in (b"Consulting", b"evastag", b"evasother", b"Shoe"):
        assert word not in held, word
    assert b"both" in held
    assert not disagreements(str(copies.path("a")))


def test_an_undo_there_is_no_change(copies):
    """What they did and took back leaves what was changed here alone."""
    copies.ok("a", "edit", "1", "--city", "Brno")
    copies.ok("b", "edit", "1", "--city", "Kyiv")
    copies.ok("b", "undo")
    assert not conflicts(copies, "a", "b")
    assert copies("a", "show", "1", "--json").json["city"] == "Brno"


def test_a_merge_taken_back_counts_as_none(copies):
    """After crm undo the same file can be merged again, and the undo takes nothing from others."""
    copies.ok("b", "add", "Ewa Bee")
    before = copies.exported("a")
    copies.merge("a", "b")
    copies.ok("a", "undo")
    assert copies.exported("a") == before
    copies.merge("b", "a")
    assert copies("b", "show", "Ewa", "--json").code == 0
    assert "new: 1 person" in copies.merge("a", "b").out


def test_dry_run_changes_nothing(copies):
    """It says what would be."""
    copies.ok("b", "add", "Ewa Bee")
    before = copies.path("a").read_bytes()
    assert "would be merged" in copies.merge("a", "b", "--dry-run").out
    assert copies.path("a").read_bytes() == before


def test_the_other_file_is_only_read(copies):
    """Not a byte of it changes, also where a write in it was cut short."""
    copies.ok("b", "add", "Ewa Bee")
    before = copies.path("b").read_bytes()
    copies.merge("a", "b")
    assert copies.path("b").read_bytes() == before


def test_a_backup_is_nothing_new(copies):
    """A copy that is strictly older holds nothing that is not here."""
    copies.ok("a", "add", "Ewa Bee")
    told = copies.merge("a", "b")
    assert "nothing in" in told.out
    assert not copies("a", "history", "--json").json[0]["command"].startswith("crm merge-book")


@pytest.mark.parametrize(
    ("make", "code", "says"),
    [
        (lambda a, b: b.unlink(), 2, "no such file"),
        (lambda a, b: b.write_bytes(b""), 5, "empty"),
        (lambda a, b: b.write_bytes(b"x" * 5000), 5, "not a database"),
        (lambda a, b: b.write_bytes(b.read_bytes()[:70000]), 5, "damaged"),
        (lambda a, b: (b.unlink(), os.symlink(a, b)), 3, "this very book"),
    ],
    ids=["missing", "empty", "foreign", "cut", "itself"],
)
def test_refused_files(copies, make, code, says):
    """Told apart, and nothing changes."""
    a, b = copies.path("a"), copies.path("b")
    make(a, b)
    before = a.read_bytes()
    result = copies("a", "merge-book", str(b))
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert a.read_bytes() == before


def test_newer_schema(copies):
    """Made by a newer crm: exit 5."""
    with closing(sqlite3.connect(copies.path("b"))) as db:
        db.execute("PRAGMA user_version = 99")
    result = copies("a", "merge-book", str(copies.path("b")))
    assert result.code == 5
    assert "made by a newer crm" in result.err


def test_another_book(copies):
    """No copy of this one: refused, with the way to take its people in."""
    copies.ok("c", "add", "Ewa Bee")
    result = copies("a", "merge-book", str(copies.path("c")))
    assert result.code == 3
    assert "export | crm import -" in result.err


def test_views_and_triggers_of_a_stranger(copies):
    """They do not run, in the copy nor here."""
    copies.ok("b", "add", "Ewa Bee")
    with closing(sqlite3.connect(copies.path("b"))) as db:
        db.execute("DROP TRIGGER contact_updated")
        db.execute(
            "CREATE TRIGGER contact_updated AFTER UPDATE ON contact BEGIN DELETE FROM email; END"
        )
        db.commit()
    copies.merge("a", "b")
    assert copies("a", "show", "1", "--json").json["emails"] == ["anna@acme.example"]


def test_conflict_rows_in_a_table_of_ones_own(copies):
    """Columns are picked, and formats asked for, as in any list."""
    copies.ok("a", "edit", "1", "--city", "Brno")
    copies.ok("b", "edit", "1", "--city", "Kyiv")
    told = copies.merge("a", "b", "--csv", "--columns", "who,field,kept")
    assert told.lines == ["who,field,kept", "Anna Nowak,city,Kyiv"]


def test_same_message_imported_twice(copies, crm):
    """An id of another system that both sides know is one record."""
    file = crm.home / "one.eml"
    file.write_text(
        "From: Anna <anna@acme.example>\nTo: me@own.example\nMessage-ID: <1@acme.example>\n"
        "Date: Mon, 02 Mar 2026 08:00:00 +0000\nSubject: offer\n\nhello\n"
    )
    for name in "ab":
        copies.ok(name, "import", str(file))
    copies.merge("a", "b")
    assert len(copies("a", "export", "--as", "interactions", "--json").json) == 1


def test_journal_beside_the_other(copies):
    """A write of theirs that was cut short is taken back in the copy alone."""
    copies.ok("b", "add", "Ewa Bee")
    shutil.copy2(copies.path("b"), copies.path("c"))
    (copies.crm.home / "c.db-journal").write_bytes(b"no journal at all")
    assert "new: 1 person" in copies.merge("a", "c").out
    assert (copies.crm.home / "c.db-journal").exists()


def _people(copies: Copies, count: int, *names: str) -> None:
    """A book of so many people in copies of their own, each with an e-mail, a phone and a call."""
    for number in range(1, count + 1):
        copies.ok("x", "add", f"P{number}", "--email", f"p{number}@x.example", "--phone", f"+42077700000{number}", "--city", f"City{number}")  # fmt: skip
        copies.ok("x", "log", "call", str(number), f"c{number}")
    copies.fork("x", *names)


def _one(copies: Copies, count: int, *names: str) -> None:
    """Each copy holds one person, the same, with everything of all; the copies meet once more and agree."""
    held = []
    for name in names:
        assert not disagreements(str(copies.path(name)))
        with closing(sqlite3.connect(copies.path(name))) as db:
            held.append(db.execute("SELECT uid FROM contact").fetchall())
            assert db.execute("SELECT count(*) FROM participant").fetchone()[0] == count
            assert db.execute(
                "SELECT count(*) FROM merged_contact WHERE uid NOT IN (SELECT uid FROM contact)"
            ).fetchone()[0] == (count - 1)
            for table in ("email", "phone", "merged_contact"):
                found = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                assert found == count - (table == "merged_contact")
        assert "told to be merged" not in copies(name, "doctor").out
    assert all(len(one) == 1 and one == held[0] for one in held)
    assert all(facts(copies.path(name)) == facts(copies.path(names[0])) for name in names)


def test_the_same_two_merged_in_opposite_directions(copies):
    """They are one person on both sides, the same one; undone, the merge of this side is there again."""
    _people(copies, 2, "p", "q")
    copies.ok("p", "merge", "1", "2")
    copies.ok("q", "merge", "2", "1")
    copies.ok("q", "edit", "2", "--title", "Boss")
    copies.fork("p", "p0")
    before = copies.exported("p")
    copies.merge("p", "q")
    copies.merge("q", "p0")
    _one(copies, 2, "p", "q")
    assert copies("q", "export", "--to", "json").json[0]["title"] == "Boss"
    assert "nothing in" in copies.told("p", "q")
    assert "nothing in" in copies.told("q", "p")
    copies.fork("p", "p1")
    copies.ok("p", "undo")
    assert copies.exported("p") == before
    copies.fork("p1", "p")
    copies.ok("p", "edit", "P1", "--city", "Lodz")
    copies.merge("q", "p")
    _one(copies, 2, "p", "q")


def test_two_pairs_merged_crosswise(copies):
    """All four are one person: each side said of two pairs that they are one."""
    _people(copies, 4, "p", "q")
    for name, *pairs in (("p", "12", "34"), ("q", "41", "23")):
        for keep, other in pairs:
            copies.ok(name, "merge", keep, other)
    copies.fork("p", "p0")
    copies.merge("p", "q")
    copies.merge("q", "p0")
    for name, other in (("p", "q"), ("q", "p")):
        copies.merge(name, other)
    _one(copies, 4, "p", "q")


def test_three_machines_merge_in_a_circle(copies):
    """The three are one person on each, in whatever order the copies meet."""
    _people(copies, 3, "p", "q", "r")
    for name, keep, other in (("p", "1", "2"), ("q", "2", "3"), ("r", "3", "1")):
        copies.ok(name, "merge", keep, other)
    for name, other in ("pq", "pr", "rq", "rp", "qr", "qp", "pq", "rp", "pr", "qp"):
        copies.merge(name, other)
    _one(copies, 3, "p", "q", "r")


def test_a_circle_of_living_people_can_be_mended(copies):
    """The doctor finds one that a merge of old left; a merge by hand really merges."""
    _people(copies, 2, "p")
    with closing(sqlite3.connect(copies.path("p"))) as db:
        for gone, kept in ((1, 2), (2, 1)):
            db.execute(
                "INSERT INTO merged_contact (old_id, uid, contact_id, name, key)"
                " SELECT id, uid, ?, name, key FROM contact WHERE id = ?",
                (kept, gone),
            )
        db.commit()
    copies.fork("p", "q")
    assert "2 people who are in the book are told to be merged" in copies("p", "doctor").out
    copies.ok("p", "doctor", "--repair", "--yes")
    assert copies("p", "doctor").code == 0
    assert len(copies("p", "export", "--to", "json").json) == 2
    copies.ok("q", "merge", "1", "2")
    _one(copies, 2, "q")


@pytest.mark.parametrize("pair", [("1", "2"), ("2", "1")])
def test_the_forgotten_do_not_come_back_through_a_merge_of_people(copies, pair):
    """Whichever of the two was kept there: the one who was forgotten here stays away, and that is said."""
    _people(copies, 3, "p", "q")
    copies.ok("p", "forget", "2", "--yes")
    copies.ok("q", "merge", *pair)
    copies.ok("q", "edit", pair[0], "--title", "Boss")
    assert "left out, since forgotten here: 1 person" in copies.told("p", "q")
    people = copies("p", "export", "--to", "json").json
    assert [one["name"] for one in people] == ["P1", "P3"]
    assert people[0]["title"] == "Boss"
    held = copies.path("p").read_bytes()
    assert b"p2@x.example" not in held
    assert b"+420777000002" not in held
    assert not disagreements(str(copies.path("p")))
    assert "p2@" not in copies("p", "show", "1", "--json").out


@pytest.mark.parametrize("merges", [{"p": "C1 C2", "q": "C2 C1"}, {"p": "C1 C2", "q": "C2 C3", "r": "C3 C1"}])  # fmt: skip
def test_companies_merged_in_a_circle(copies, merges):
    """Everybody is with one company, the same in each copy, in opposite directions or in a circle of three."""
    for number in range(1, len(merges) + 1):
        copies.ok("x", "add", f"P{number}", "--company", f"C{number}")
    copies.fork("x", *merges)
    for name, words in merges.items():
        copies.ok(name, "company", "merge", *words.split())
    for _ in range(2):
        for name in merges:
            for other in merges:
                if name != other:
                    copies.merge(name, other)
    for name in merges:
        assert {one["company"] for one in copies(name, "export", "--to", "json").json} == {"C1"}
        assert len(copies(name, "company", "list", "--json").json) == 1
        assert facts(copies.path(name)) == facts(copies.path("p"))
        assert not disagreements(str(copies.path(name)))
