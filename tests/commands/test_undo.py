"""crm undo, crm redo."""

from __future__ import annotations

import io
import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.db.triggers import TRACKED
from crmcli.main import main
from tests.conftest import Crm
from tests.faults.agree import disagreements

if TYPE_CHECKING:
    from pathlib import Path

# Everything that a command may change, and what is derived from it.
TABLES = (*TRACKED, "contact_stats", "contact_fts")

CSV = """\
name,email,company,tags
Ewa Lis,ewa@lis.example,Lis,csv;vip
Anna Nowak,anna@acme.example,,csv
"""
LOGGED = (
    "kind,contacts,at,text\ncall,ewa@lis.example,2026-02-01,from a file\ncall,anna,2026-02-02,too\n"
)

COMMANDS = (
    ("add", "Anna Nowak", "--email", "anna@acme.example", "--company", "Acme", "--tag", "vip"),
    ("add", "Jan Kowalski", "--company", "Acme", "--referred-by", "1", "--set", "route=north"),
    ("add", "Eva Malá", "--phone", "+48600100100", "--birthday", "1984-05-17", "--tag", "vip"),
    ("edit", "1", "--city", "Kraków", "--set", "route=south"),
    ("edit", "1", "--clear", "emails", "--name", "Anna Lis"),
    ("edit", "1", "--email", "other@acme.example", "--url", "acme.example"),
    ("edit", "--where", "company:acme", "--lifecycle", "customer", "--yes"),
    ("tag", "2", "vip", "abroad"),
    ("tag", "--where", "name:any", "all", "--yes"),
    ("untag", "1", "vip"),
    ("archive", "2"),
    ("unarchive", "2"),
    ("log", "call", "1", "wants the list", "--with", "2", "--next", "friday"),
    ("log", "purchase", "1", "--amount", "120.50", "--at", "yesterday"),
    ("remind", "1", "today", "send the list", "--every", "month"),
    ("done", "F1", "sent"),
    ("snooze", "F1", "+3d"),
    ("import", "-", "--as", "contacts"),
    ("import", "-", "--as", "interactions"),
    ("view", "save", "hot", "+vip"),
    ("company", "edit", "Acme", "--city", "Łódź"),
)


def dump(crm: Crm) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the book, history aside."""
    if not crm.db.exists():
        return {table: [] for table in TABLES}
    db = sqlite3.connect(crm.db)
    try:
        return {
            table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in TABLES
        }
    finally:
        db.close()


def run(crm: Crm, words: tuple[str, ...]) -> bool:
    """Run a command; whether it wrote something. Refusals are as welcome as any."""
    before = entries(crm)
    stdin = CSV if "contacts" in words else LOGGED if "interactions" in words else ""
    result = crm(*words, stdin=stdin)
    assert result.code in (0, 1, 3, 4), (words, result)
    return entries(crm) > before


def entries(crm: Crm) -> int:
    return len(crm.ok("history").lines)


@settings(max_examples=25)
@given(sequence=st.lists(st.sampled_from(COMMANDS), min_size=2, max_size=9))
def test_whatever_was_done_is_undone_step_by_step(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple[str, ...]]
) -> None:
    """Undone one by one, the book is each time what it was, to the row; redone, what it became."""
    crm = Crm(tmp_path_factory.mktemp("book"))
    crm.ok("add", "Somebody Else")
    states = [dump(crm)]
    states += [dump(crm) for words in sequence if run(crm, words)]
    for state in reversed(states[:-1]):
        crm.ok("undo")
        assert dump(crm) == state
    for state in states[1:]:
        crm.ok("redo")
        assert dump(crm) == state
    assert crm("redo").code == 3


@settings(max_examples=25)
@given(
    sequence=st.lists(st.sampled_from(COMMANDS), min_size=3, max_size=7),
    order=st.lists(st.integers(0, 6), min_size=1, max_size=4),
)
def test_undone_in_any_order_it_stays_sound(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple[str, ...]], order: list[int]
) -> None:
    """Any change is either undone or refused; references hold, and redo brings all of it back."""
    crm = Crm(tmp_path_factory.mktemp("book"))
    crm.ok("add", "Somebody Else")
    for words in sequence:
        run(crm, words)
    numbers = [row["id"] for row in crm.ok("history", "--json").json]
    before = dump(crm)
    undone = 0
    for place in order:
        result = crm("undo", str(numbers[place % len(numbers)]))
        assert result.code in (0, 3), result
        undone += result.code == 0
        db = sqlite3.connect(crm.db)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.close()
    for _ in range(undone):
        crm.ok("redo")
    after = dump(crm)
    for table in TABLES:
        assert without_stamp(after[table]) == without_stamp(before[table]), table


def without_stamp(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Rows without instants: all of them are the same here."""
    return [tuple(value for value in row if value != "2026-03-02T09:00:00Z") for row in rows]


def test_a_change_that_others_stand_on_is_refused(crm: Crm) -> None:
    """The refusal names the later changes, and nothing is changed."""
    crm.ok("add", "Anna Nowak")
    crm.ok("log", "call", "anna", "hello")
    before = dump(crm)
    result = crm("undo", "1")
    assert result.code == 3
    assert (
        "2 (2026-03-02 09:00, crm log call anna hello); crm undo 1 --with-later takes them back too"
        in result.err
    )
    assert dump(crm) == before


def test_changes_to_other_fields_do_not_stand_in_the_way(crm: Crm) -> None:
    """An edit of the city is undone though the title was edited since."""
    crm.ok("add", "Anna Nowak")
    crm.ok("edit", "anna", "--city", "Łódź")
    crm.ok("edit", "anna", "--title", "buyer")
    assert crm.ok("undo", "2").out == "undone 2: crm edit anna --city Łódź\n"
    card = crm.ok("show", "anna", "--json").json
    assert (card["city"], card["title"]) == (None, "buyer")


def test_the_same_field_again_stands_in_the_way(crm: Crm) -> None:
    """A value that was changed since is not overwritten by an undo."""
    crm.ok("add", "Anna Nowak")
    crm.ok("edit", "anna", "--city", "Łódź")
    crm.ok("edit", "anna", "--city", "Kraków")
    assert "3 (2026-03-02 09:00, crm edit anna --city Kraków)" in crm("undo", "2").err


def test_what_others_use_by_now_stays(crm: Crm) -> None:
    """A tag and a company made in passing are kept for those who have them since."""
    crm.ok("add", "Anna Nowak", "--company", "Acme", "--tag", "vip")
    crm.ok("add", "Jan Kowalski", "--company", "acme", "--tag", "VIP")
    crm.ok("undo", "1")
    card = crm.ok("show", "jan", "--json").json
    assert (card["company"], card["tags"]) == ("Acme", ["vip"])


def test_people_who_were_referred_keep_who_sent_them(crm: Crm) -> None:
    """Somebody whom others point to is not taken away under them."""
    crm.ok("add", "Anna Nowak")
    crm.ok("add", "Jan Kowalski", "--referred-by", "anna")
    result = crm("undo", "1")
    assert result.code == 3
    assert "2 (2026-03-02 09:00, crm add" in result.err


def test_an_import_stands_on_people_of_an_earlier_one(crm: Crm, tmp_path: Path) -> None:
    """Rows of an import have no change of their own, and are found all the same."""
    people, calls = tmp_path / "people.csv", tmp_path / "calls.csv"
    people.write_text(CSV, "utf-8")
    calls.write_text("kind,contacts,at,text\ncall,ewa@lis.example,2026-02-01,hello\n", "utf-8")
    crm.ok("import", str(people))
    crm.ok("import", str(calls))
    result = crm("undo", "1")
    assert result.code == 3
    assert "2 (2026-03-02 09:00, crm import" in result.err
    crm.ok("undo")
    crm.ok("undo")
    assert crm("search").code == 1
    crm.ok("redo")
    crm.ok("redo")
    assert crm.ok("search", "hello", "--columns", "name").out == "Ewa Lis\n"


def test_a_dry_run_undoes_nothing(crm: Crm) -> None:
    """It says what would be undone, or why not."""
    crm.ok("add", "Anna Nowak")
    assert crm.ok("undo", "--dry-run").lines == [
        "would undo 1: crm add 'Anna Nowak'",
        "  Anna Nowak is no entry any more",
    ]
    assert crm.ok("search", "--ids").out == "1\n"


@pytest.mark.parametrize("words", [["undo"], ["redo"], ["undo", "7"]])
def test_nothing_to_undo_is_refused(crm: Crm, words: list[str]) -> None:
    """On an empty book, and for a number that is not there; no book is made."""
    assert crm(*words).code == 3
    assert not crm.db.exists()


def test_undone_twice_is_refused(crm: Crm) -> None:
    """What is undone already says so; a redo makes it undoable again."""
    crm.ok("add", "Anna Nowak")
    crm.ok("undo", "1")
    assert "undone already" in crm("undo", "1").err
    crm.ok("redo")
    crm.ok("undo", "1")


def test_it_says_what_it_took_back(crm: Crm) -> None:
    """The command on stdout, what changed by it in words on stderr, for undo and redo."""
    crm.ok("add", "Anna Nowak", "--tag", "vip")
    crm.ok("edit", "anna", "--city", "Łódź", "--tag", "fair")
    undone = crm.ok("undo")
    assert undone.out == "undone 2: crm edit anna --city Łódź --tag fair\n"
    assert undone.err.splitlines() == [
        "  Anna Nowak: tag fair taken off",
        "  Anna Nowak: city emptied, was Łódź",
    ]
    redone = crm.ok("redo")
    assert redone.out == "redone 2: crm edit anna --city Łódź --tag fair\n"
    assert sorted(redone.err.splitlines()) == [
        "  Anna Nowak: city: Łódź",
        "  Anna Nowak: tagged fair",
    ]


def test_a_large_undo_is_told_by_counts(crm: Crm) -> None:
    """Hundreds of people are a line."""
    text = "name,email\n" + "".join(f"Person {n},p{n}@acme.example\n" for n in range(300))
    crm.ok("import", "-", "--as", "contacts", stdin=text)
    assert "  300 people, 300 e-mails taken away" in crm.ok("undo").err
    assert "  300 people, 300 e-mails put back" in crm.ok("redo").err


def test_with_later_takes_back_what_stands_on_it(crm: Crm) -> None:
    """The newest first, each an undo of its own; redone one by one the book is as before."""
    crm.ok("add", "Anna Nowak")
    crm.ok("edit", "anna", "--city", "Łódź")
    crm.ok("add", "Jan Kowalski")
    crm.ok("edit", "anna", "--city", "Kraków")
    crm.ok("log", "call", "anna", "hello", "--with", "jan")
    before = dump(crm)
    assert crm.ok("undo", "2", "--with-later", "--dry-run").lines == [
        "would undo 4: crm edit anna --city Kraków",
        "  Anna Nowak: city: Kraków → Łódź",
        "would undo 2: crm edit anna --city Łódź",
        "  Anna Nowak: city emptied, was Łódź",
    ]
    assert dump(crm) == before
    assert crm("undo", "2", "--with-later").code == 2  # nobody to ask
    assert crm.ok("undo", "2", "--with-later", "--yes").lines == [
        "undone 4: crm edit anna --city Kraków",
        "undone 2: crm edit anna --city Łódź",
    ]
    assert crm.ok("show", "anna", "--json").json["city"] is None
    assert [crm.ok("redo").out[:8] for _ in range(2)] == ["redone 2", "redone 4"]
    assert dump(crm) == before
    assert len(crm.ok("undo", "1", "--with-later", "--yes").lines) == 4
    assert crm.ok("search", "--columns", "name").out == "Jan Kowalski\n"


def test_alone_it_needs_no_question(crm: Crm) -> None:
    """--with-later of a change that nothing stands on is an undo like any other."""
    crm.ok("add", "Anna Nowak")
    assert crm.ok("undo", "1", "--with-later").out == "undone 1: crm add 'Anna Nowak'\n"


def test_numbers_that_are_no_command(crm: Crm) -> None:
    """An undo, a redo, one that is not there: each is told apart, with what to type instead."""
    crm.ok("add", "Anna Nowak")
    crm.ok("undo")
    assert "2 took 1 back; name that one: crm redo 1" in crm("undo", "2").err
    crm.ok("redo")
    assert "2 took 1 back, which is back since" in crm("undo", "2").err
    assert "3 brought 1 back; name that one: crm undo 1" in crm("undo", "3").err
    for number in ("0", "9", "999999999999"):
        result = crm("undo", number)
        assert (result.code, result.err) == (
            3,
            f"crm: there is no change {number}; crm history lists them\n",
        )
        assert crm("redo", number).code == 3
    assert "change 1 is not undone" in crm("redo", "1").err


def test_redo_by_number(crm: Crm) -> None:
    """Any undone change comes back, unless it stands on one that is undone too: that is named."""
    crm.ok("add", "Anna Nowak")
    crm.ok("add", "Jan Kowalski")
    crm.ok("log", "call", "anna", "hello")
    for number in ("3", "2", "1"):
        crm.ok("undo", number)
    refused = crm("redo", "3")
    assert refused.code == 3
    assert "stands on what is undone too: 1 (2026-03-02 09:00, crm add 'Anna Nowak'); crm redo 1 first" in refused.err  # fmt: skip
    crm.ok("redo", "2")
    crm.ok("redo", "1")
    assert crm.ok("redo").out.startswith("redone 3")
    assert crm.ok("undo").out.startswith("undone 3")  # what came into force last


def test_a_redo_that_others_are_in_the_way_of(crm: Crm) -> None:
    """A value that was changed since, or a name that was given anew, is named with its command."""
    crm.ok("add", "Anna Nowak")
    crm.ok("edit", "anna", "--city", "Łódź")
    crm.ok("undo")
    crm.ok("edit", "anna", "--city", "Brno")
    refused = crm("redo")
    assert refused.code == 3
    assert "4 (2026-03-02 09:00, crm edit anna --city Brno); crm undo 4 first" in refused.err
    crm.ok("view", "save", "hot", "+vip")
    crm.ok("undo")
    crm.ok("view", "save", "hot", "+fair")
    assert "crm view save hot +fair" in crm("redo").err
    assert crm.ok("view", "show", "hot").out.startswith("+fair") or "+fair" in crm.ok("view", "list").out  # fmt: skip


def test_ids_are_nobody_elses(crm: Crm) -> None:
    """Who is added after an undo gets other numbers, e-mails and all, and the redo goes through."""
    options = ("--email", "{}@acme.example", "--phone", "60010010{}", "--url", "{}.example", "--set", "size{}=1",
               "--date", "renewal=2026-12-31", "--tag", "t{}")  # fmt: skip
    for number, name in ((1, "Anna Nowak"), (2, "Jan Kowalski")):
        crm.ok("add", name, *(option.format(number) for option in options))
        crm.ok("log", "complaint", name, "wet boxes", "--next", "friday")
        crm.ok("case", "wait", str(number))
        crm.ok("consent", name, "--basis", "contract")
        crm.ok("snooze", name, "+2w")
        crm.ok("view", "save", f"v{number}", "+vip")
        if number == 1:
            states = [dump(crm)]
            for _ in range(6):
                crm.ok("undo")
    later = dump(crm)
    for number in range(1, 7):
        crm.ok("redo", str(number))
    both = dump(crm)
    for table in TRACKED:
        assert set(both[table]) == set(states[0][table]) | set(later[table]), table


def test_a_word_made_anew_is_the_same_word(crm: Crm) -> None:
    """A tag, field and company that went with an undo and were made again are one when it is redone."""
    words = ("--tag", "vip", "--set", "size=1", "--company", "Acme")
    crm.ok("add", "Anna Nowak", *words)
    crm.ok("edit", "1", "--tag", "fair")
    crm.ok("undo")
    crm.ok("undo")
    crm.ok("add", "Jan Kowalski", *words, "--tag", "fair")
    alone = dump(crm)
    crm.ok("redo")
    crm.ok("redo")
    assert crm.ok("tag", "--list").lines == ["fair\t2", "vip\t2"]
    assert crm.ok("company", "list", "--columns", "name,people").out == "Acme\t2\n"
    assert crm.ok("search", "size:1", "--columns", "name").lines == ["Anna Nowak", "Jan Kowalski"]
    both = dump(crm)
    crm.ok("undo", "2")
    crm.ok("undo", "1")
    assert dump(crm) == alone
    crm.ok("redo")
    crm.ok("redo")
    assert dump(crm) == both
    crm.ok("undo", "1", "--with-later", "--yes")
    crm.ok("undo")
    assert not any(dump(crm)[table] for table in TRACKED)


def test_a_tag_kept_for_others_goes_with_the_last(crm: Crm) -> None:
    """Made by one that is undone, used by another: it goes when that is undone too, and comes back."""
    crm.ok("add", "Anna Nowak", "--company", "Acme", "--tag", "vip")
    crm.ok("add", "Jan Kowalski", "--company", "Acme", "--tag", "vip")
    before = dump(crm)
    crm.ok("undo", "1")
    crm.ok("undo", "2")
    empty = dump(crm)
    assert not empty["tag"]
    assert not empty["company"]
    crm.ok("redo", "1")
    crm.ok("redo", "2")
    assert dump(crm) == before


def test_a_refused_or_idle_command_leaves_no_byte(crm: Crm) -> None:
    """What is refused, rehearsed or changes nothing leaves the file as it was, with no number used up."""
    crm.ok("add", "Anna Nowak", "--tag", "vip", "--email", "anna@acme.example")
    before = crm.db.read_bytes()
    for words in (
        ("tag", "anna", "vip"), ("add", "Anna", "--email", "anna@acme.example"), ("edit", "anna", "--name", "Anna Nowak"),
        ("undo", "7"), ("redo",), ("undo", "--dry-run"), ("unarchive", "anna"), ("done", "F7"), ("view", "drop", "hot"),
    ):  # fmt: skip
        crm(*words)
        assert crm.db.read_bytes() == before, words
    csv = "name,email\nAnna Nowak,anna@acme.example\n"
    crm.ok("import", "-", "--as", "contacts", stdin=csv)
    assert crm.db.read_bytes() == before
    crm.ok("tag", "anna", "fair")
    assert crm.ok("history", "--ids").lines == ["2", "1"]


class Terminal(io.StringIO):
    """A stream that somebody sits at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "code", "left"), [("y\n", 0, 0), ("n\n", 3, 1), ("\n", 3, 1)], ids=["yes", "no", "empty"]
)  # fmt: skip
def test_on_a_terminal_it_offers_the_later_ones_too(
    crm: Crm, answer: str, code: int, left: int
) -> None:
    """It says what stands on the change, lists what would go, and asks once."""
    crm.ok("add", "Anna Nowak")
    crm.ok("log", "call", "anna", "hello")
    out = Terminal()
    environ = crm.environ | {"NO_COLOR": "1"}
    found = main(["undo", "1"], environ=environ, stdin=Terminal(answer), stdout=out, stderr=out)
    told = out.getvalue()
    assert found == code
    assert "2 (2026-03-02 09:00, crm log call anna hello)" in told
    assert "    2  crm log call anna hello\n    1  crm add 'Anna Nowak'\n" in told
    assert "undo these 2 changes (y/N)" in told
    assert len(dump(crm)["contact"]) == left


def test_a_redo_waits_for_the_value_it_changed(crm: Crm) -> None:
    """What was C after B does not come back on A: B is named, and comes first."""
    crm.ok("add", "Anna Nowak", "--city", "Aš")
    crm.ok("edit", "anna", "--city", "Brno")
    crm.ok("edit", "anna", "--city", "Cieszyn")
    crm.ok("undo", "3")
    crm.ok("undo", "2")
    before = dump(crm)
    refused = crm("redo", "3")
    assert refused.code == 3
    assert "2 (2026-03-02 09:00, crm edit anna --city Brno); crm redo 2 first" in refused.err
    assert dump(crm) == before
    crm.ok("redo", "2")
    crm.ok("redo", "3")
    assert crm.ok("show", "anna", "--json").json["city"] == "Cieszyn"


def test_a_company_that_another_system_knows_stays(crm: Crm) -> None:
    """Its id there points to it, and it goes when the import that brought the id is undone."""
    crm.ok("add", "Anna Nowak", "--company", "Acme")
    csv = "Record ID,Company name,Company Domain Name,City\n77,Acme,acme.example,Brno\n"
    crm.ok("import", "-", "--from", "hubspot-companies", "--on-match", "skip", stdin=csv)
    crm.ok("undo", "1")
    rows = dump(crm)
    assert [row[2] for row in rows["external_id"]] == [row[0] for row in rows["company"]] == [1]
    crm.ok("undo", "2")
    assert not dump(crm)["company"]


def test_undo_takes_back_a_redo(crm: Crm) -> None:
    """After a redo of an older change, undo alone is about that one."""
    crm.ok("add", "Anna Nowak")
    crm.ok("add", "Jan Kowalski")
    crm.ok("undo", "1")
    crm.ok("redo")
    assert crm.ok("undo").out.startswith("undone 1:")
    assert crm.ok("undo").out.startswith("undone 2:")


def test_what_is_no_change_takes_no_number(crm: Crm) -> None:
    """What remind --new notes down, and files that say nothing new, leave no gap in the history."""
    people, firms = crm.home / "people.csv", crm.home / "firms.csv"
    people.write_text("name,email\nAnna Nowak,anna@acme.example\n")
    firms.write_text("name,domain\nAcme,acme.example\n")
    for _ in range(2):
        crm.ok("import", str(people), str(firms))
    crm.ok("remind", "anna", "today", "send the list")
    assert "send the list" in crm.ok("remind", "--new").out
    assert "send the list" not in crm.ok("remind", "--new").out
    crm.ok("tag", "anna", "vip")
    assert crm.ok("history", "--ids").lines == ["3", "2", "1"]


def test_a_company_that_was_kept_and_changed_stays(crm: Crm) -> None:
    """Kept for others when its maker was undone, it has a city since: it goes when that is undone too."""
    crm.ok("add", "Anna Nowak", "--company", "Acme")
    crm.ok("add", "Jan Kowalski", "--company", "Acme")
    crm.ok("undo", "1")
    crm.ok("company", "edit", "Acme", "--city", "Brno")
    crm.ok("undo", "2")
    assert crm.ok("company", "list", "--columns", "name").out == "Acme\n"
    assert crm.ok("undo").out.startswith("undone 4: crm company edit")
    assert crm("company", "list").code == 1


def test_of_the_forgotten_the_rest_is_taken_back(crm: Crm) -> None:
    """Whoever was erased has left a bare note in the import's own entry; the others go and come back."""
    text = "name,email\n" + "".join(f"Person {n},p{n}@acme.example\n" for n in (1, 2, 3))
    crm.ok("import", "-", "--as", "contacts", stdin=text)
    db = sqlite3.connect(crm.db)
    db.executescript(
        "DELETE FROM email WHERE contact_id = 2; DELETE FROM contact WHERE id = 2;"
        "DELETE FROM contact_stats WHERE contact_id = 2; DELETE FROM contact_fts WHERE rowid = 2;"
        "DELETE FROM stale_stats; DELETE FROM stale_text;"
        "UPDATE change SET data = NULL, contact_id = NULL WHERE op = 'delete'"
    )
    db.close()
    before = dump(crm)
    for words in (["--change", "1"], ["1"], ["3"], []):
        assert "Person 2" not in crm.ok("history", *words, "--json").out
    undone = crm.ok("undo")
    assert "  forgotten since, and left out: 1 person" in undone.err
    assert crm("search").code == 1
    crm.ok("redo")
    assert dump(crm) == before
    assert disagreements(str(crm.db)) == []
    crm.ok("undo")
    assert not dump(crm)["email"]


def test_forgetting_is_for_good(crm: Crm) -> None:
    """The entry of an erasure cannot be taken back, and says what can."""
    crm.ok("add", "Anna Nowak")
    db = sqlite3.connect(crm.db)
    db.execute("UPDATE change_set SET command = 'crm forget […]'")
    db.commit()
    db.close()
    refused = crm("undo")
    assert refused.code == 3
    assert "erased somebody for good" in refused.err


def test_rows_that_changed_twice_are_counted_once(crm):
    """A field of a person and the instant of their last change are two changes of one person."""
    rows = "".join(f"P{number},t\n" for number in range(40))
    (crm.home / "p.csv").write_text(f"name,tags\n{rows}")
    crm.ok("import", str(crm.home / "p.csv"))
    crm.ok("edit", "--where", "+t", "--city", "Brno", "--yes", CRM_NOW="2026-03-02T10:00")
    for words in (("undo", "--dry-run"), ("undo",), ("redo",)):
        told = crm.ok(*words, CRM_NOW="2026-03-02T10:05")
        assert "40 people changed back" in told.out + told.err
