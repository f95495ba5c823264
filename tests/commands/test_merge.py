"""crm merge: nothing lost, everything found again, all of it taken back by undo."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.db import connection
from crmcli.values import email
from crmcli.values.text import fold
from tests.commands.test_undo import TABLES, dump
from tests.conftest import Crm
from tests.faults.agree import disagreements

if TYPE_CHECKING:
    from pathlib import Path

NOUNS = ("companies", "contacts", "deals", "interactions", "followups")


@pytest.fixture
def pair(crm: Crm) -> Crm:
    """One person twice, with something of everything on either entry."""
    crm.ok("add", "Łukasz Wójcik", "--email", "l.wojcik@stalmex.example", "--company", "Stalmex")
    crm.ok("add", "Lukasz Wojcik", "--email", "lukasz@home.example", "--phone", "+48601100101")
    return crm


def card(crm: Crm, who: str = "1") -> Any:
    return crm.ok("show", who, "--json", "--all").json


def exports(crm: Crm) -> dict[str, str]:
    return {noun: crm.ok("export", "--as", noun, "--to", "jsonl").out for noun in NOUNS}


def test_the_first_is_kept_and_everything_moves(pair: Crm) -> None:
    """E-mails, phones, tags, dates, follow-ups, deals and interactions of the other are the one's."""
    pair.ok("tag", "2", "vip")
    pair.ok(
        "edit", "2", "--date", "renewal=2026-12-31/30d", "--url", "home.example", "--note", "shy"
    )
    pair.ok("log", "call", "2", "hello")
    pair.ok("remind", "2", "friday", "send the list")
    done = pair.ok("merge", "1", "2")
    assert done.out == (
        "merged: 2 Lukasz Wojcik into 1 Łukasz Wójcik  (1 interaction, 1 follow-up, 0 deals moved)\n"
    )
    found = card(pair)
    assert found["name"] == "Łukasz Wójcik"
    assert found["emails"] == ["l.wojcik@stalmex.example", "lukasz@home.example"]
    assert (found["phones"], found["urls"]) == (["+48601100101"], ["home.example"])
    assert (found["tags"], found["dates"]) == (["vip"], ["renewal=2026-12-31/30d"])
    assert (found["note"], found["company"]) == ("shy", "Stalmex")
    assert [row["text"] for row in found["interactions"]] == ["hello"]
    assert [row["text"] for row in found["follow_ups"]] == ["send the list"]
    assert found["merged"] == [{"id": 2, "uid": found["merged"][0]["uid"], "name": "Lukasz Wojcik"}]
    assert (found["last"], found["next"]) == ("2026-03-02", "2026-03-06")
    assert pair.ok("search", "--ids").out == "1\n"


def test_what_differs_is_a_second_value_or_a_line_of_the_note(pair: Crm) -> None:
    """Custom fields and key dates are numbered; the rest goes below the notes."""
    one = ("--title", "buyer", "--city", "Łódź", "--set", "Size=43", "--date", "renewal=2026-12-31")
    two = (
        "--title",
        "owner",
        "--city",
        "Kraków",
        "--set",
        "size=44",
        "--date",
        "renewal=2027-01-31",
    )
    pair.ok("edit", "1", *one, "--birthday", "1984-05-17", "--note", "shy", "--cadence", "30d")
    pair.ok("edit", "2", *two, "--birthday", "1984-05-18", "--company", "Inna", "--cadence", "60d")
    pair.ok("merge", "1", "2")
    found = card(pair)
    assert (found["Size"], found["Size 2"]) == ("43", "44")
    assert found["dates"] == ["renewal=2026-12-31", "renewal 2=2027-01-31"]
    assert found["note"].split("\n") == [
        "shy",
        "company: Inna",
        "title: owner",
        "address: Kraków",
        "birthday: 1984-05-18",
        "cadence: 60d",
    ]
    assert (found["title"], found["city"], found["cadence"]) == ("buyer", "Łódź", 30)


def test_a_numbered_renewal_is_still_a_renewal(pair: Crm) -> None:
    """The rules read ``renewal 2`` as they read ``renewal``."""
    pair.ok("edit", "1", "--date", "renewal=2028-12-31")
    pair.ok("edit", "2", "--date", "renewal=2026-03-20")
    pair.ok("merge", "1", "2")
    found = pair("check", "--select", "C406,T602", "--json").json
    assert [row["message"] for row in found] == ["renewal 2 ends in 18 days (2026-03-20)"]


@pytest.mark.parametrize(
    ("one", "two", "field", "result"),
    [
        (["--lifecycle", "lead"], ["--lifecycle", "customer"], "lifecycle", "customer"),
        (["--lifecycle", "lapsed"], ["--lifecycle", "prospect"], "lifecycle", "lapsed"),
        (["--lifecycle", "partner"], ["--lifecycle", "loyal"], "lifecycle", "loyal"),
        (["--cadence", "60d"], ["--cadence", "30d"], "cadence", 30),
        (["--cadence", "60d"], [], "cadence", 60),
        ([], ["--set", "do_not_contact=yes"], "do_not_contact", True),
        (["--birthday", "--05-17"], ["--birthday", "1984-05-17"], "birthday", "1984-05-17"),
        (["--set", "verified_on=2026-01-01"], ["--set", "verified_on=2026-02-01"], "verified_on", "2026-02-01"),
        (["--city", "Łódź"], ["--city", "Lodz", "--address", "Długa 5"], "address", "Długa 5"),
        (["--date", "wedding=--06-12"], ["--date", "wedding=2010-06-12"], "dates", ["wedding=2010-06-12"]),
        (["--date", "renewal=2026-12-31"], ["--date", "renewal=2026-12-31/30d"], "dates", ["renewal=2026-12-31/30d"]),
    ],
)  # fmt: skip
def test_the_stricter_and_the_further_hold(
    pair: Crm, one: list[str], two: list[str], field: str, result: object
) -> None:
    """Do-not-contact, the shorter cadence, the lifecycle further along, the fuller date."""
    for number, words in (("1", one), ("2", two)):
        if words:
            pair.ok("edit", number, *words)
    pair.ok("merge", "1", "2")
    assert card(pair)[field] == result


def test_the_older_creation_date_holds(crm: Crm) -> None:
    """Since when the person is known does not depend on which entry is kept."""
    crm.ok("add", "Anna Nowak", CRM_NOW="2025-01-01T09:00")
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example")
    crm.ok("merge", "2", "1")
    assert card(crm, "2")["created_at"] == "2025-01-01T09:00:00Z"


def test_the_addresses_of_the_one_come_first(pair: Crm) -> None:
    """Whichever entry is older: the first address is the one that is written to."""
    pair.ok("edit", "2", "--email", "second@home.example")
    pair.ok("merge", "2", "1")
    assert card(pair, "2")["emails"] == [
        "lukasz@home.example",
        "second@home.example",
        "l.wojcik@stalmex.example",
    ]


def write(crm: Crm, *statements: str) -> None:
    """Write what no command of today writes."""
    today = date(2026, 3, 2)
    with closing(connection.open_book(str(crm.db), create=False, today=today, tz="UTC")) as db:
        for sql in statements:
            with connection.Transaction(db, "written", "2026-03-02T09:00:00Z"):
                db.execute(sql)


def read(crm: Crm, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(crm.db)) as db:
        return db.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("withdrawn", "rows"),
    [
        ("2025-06-01", [("2025-01-01", "2025-06-01"), ("2025-02-01", "2025-06-01")]),
        ("2025-01-15", [("2025-01-01", "2025-01-15"), ("2025-02-01", None)]),
    ],
)
def test_a_consent_withdrawn_on_one_entry_is_withdrawn(
    pair: Crm, withdrawn: str, rows: list[tuple[str, str | None]]
) -> None:
    """Unless it was given again after that."""
    insert = "INSERT INTO consent (contact_id, basis, given_on, withdrawn_on) VALUES"
    write(
        pair,
        f"{insert} (1, 'consent', '2025-02-01', NULL)",
        f"{insert} (2, 'consent', '2025-01-01', '{withdrawn}')",
    )
    pair.ok("merge", "1", "2")
    asked = "SELECT given_on, withdrawn_on FROM consent WHERE contact_id = 1 ORDER BY given_on"
    assert read(pair, asked) == rows


@pytest.mark.parametrize(
    ("verified", "dead", "held"),
    [("2026-02-01", "2026-01-01", None), ("2026-01-01", "2026-02-01", "2026-02-01")],
)
def test_what_was_found_out_last_of_an_address_holds(
    pair: Crm, verified: str, dead: str, held: str | None
) -> None:
    """An address that bounced and works again is not dead; the other way round it is."""
    pair.ok("edit", "2", "--email", "L.Wojcik@stalmex.example", "--force")
    write(
        pair,
        f"UPDATE email SET dead_on = '{dead}' WHERE contact_id = 1",
        f"UPDATE email SET verified_on = '{verified}' WHERE contact_id = 2",
    )
    pair.ok("merge", "1", "2")
    asked = "SELECT verified_on, dead_on FROM email WHERE contact_id = 1 ORDER BY position"
    assert read(pair, asked)[0] == (verified, held)


def test_the_summaries_follow(pair: Crm) -> None:
    """The last touch is that of both, and after an undo each has their own."""
    pair.ok("log", "call", "2", "hello", "--at", "2026-02-01")
    pair.ok("merge", "1", "2")
    assert card(pair)["last"] == "2026-02-01"
    pair.ok("undo")
    assert [card(pair, who)["last"] for who in ("1", "2")] == [None, "2026-02-01"]


def test_the_first_notice_counts(pair: Crm) -> None:
    """Who was told of the processing of their data was told on the first of two days."""
    for number, day in ((1, "2026-02-01"), (2, "2026-01-01")):
        write(pair, f"UPDATE contact SET notice_on = '{day}' WHERE id = {number}")
    pair.ok("merge", "1", "2")
    assert read(pair, "SELECT notice_on FROM contact") == [("2026-01-01",)]


def test_both_ids_and_uids_go_on_naming_the_person(pair: Crm) -> None:
    """WHO takes the number, the uid, the e-mail and the name of either entry."""
    pair.ok("edit", "2", "--name", "Łukasz Kowal")
    uid = card(pair, "2")["uid"]
    pair.ok("merge", "1", "2")
    for who in ("1", "2", uid, "lukasz@home.example", "kowal"):
        assert card(pair, who)["id"] == 1
    pair.ok("add", "Anna Nowak")
    assert card(pair, "anna")["id"] == 3
    pair.ok("merge", "3", "1")
    assert card(pair, "2")["id"] == 3


def test_an_archived_entry_can_be_merged(pair: Crm) -> None:
    """The person is archived only where both entries were."""
    pair.ok("archive", "1")
    pair.ok("merge", "1", "2")
    assert card(pair)["archived_at"] is None
    pair.ok("undo")
    pair.ok("archive", "2")
    pair.ok("merge", "1", "2")
    assert card(pair)["archived_at"]


def test_who_sent_them_follows(pair: Crm) -> None:
    """People whom the other sent were sent by the one; nobody was sent by themselves."""
    pair.ok("add", "Ewa Lis", "--referred-by", "2")
    pair.ok("edit", "1", "--referred-by", "2")
    pair.ok("merge", "1", "2")
    assert card(pair, "ewa")["referred_by"]["id"] == 1
    assert card(pair)["referred_by"] is None


def test_a_meeting_of_both_is_one_on_the_timeline(pair: Crm) -> None:
    """An interaction that both took part in stays one, with the third who was there."""
    pair.ok("add", "Ewa Lis")
    pair.ok("log", "meeting", "1", "--with", "2", "--with", "ewa")
    pair.ok("merge", "1", "2")
    assert [row["with"] for row in card(pair)["interactions"]] == [["Ewa Lis"]]


def test_an_entry_without_a_name_takes_the_others(crm: Crm) -> None:
    """An address or number that stands for a name gives way to one."""
    crm.ok("add", "anna@acme.example", "--email", "anna@acme.example")
    crm.ok("add", "Anna Nowak", "--phone", "+48601100101")
    crm.ok("merge", "1", "2")
    found = card(crm)
    assert (found["name"], found["given"], found["family"]) == ("Anna Nowak", "Anna", "Nowak")
    assert found["note"] is None


def test_a_dry_run_shows_each_field_and_changes_nothing(pair: Crm) -> None:
    """A row a field: what the one has, what the other has, what comes of it."""
    before = dump(pair)
    rows = pair.ok("merge", "1", "2", "--dry-run").lines
    assert "emails\tl.wojcik@stalmex.example\tlukasz@home.example\tl.wojcik@stalmex.example;lukasz@home.example" in rows  # fmt: skip
    assert "company\tStalmex\t\tStalmex" in rows
    told = pair.ok("merge", "1", "2", "--dry-run", "--json").json
    assert (told["keep"]["id"], told["other"]["id"], told["dry_run"]) == (1, 2, True)
    phones = next(row for row in told["fields"] if row["field"] == "phones")
    assert phones == {
        "field": "phones", "keep": None, "other": ["+48601100101"], "result": ["+48601100101"]
    }  # fmt: skip
    assert dump(pair) == before
    assert pair.ok("merge", "1", "2", "--csv").lines[0] == "field,keep,other,result"
    assert pair("show", "2", "--json").json["id"] == 1


def test_people_are_named_without_quotes_too(pair: Crm) -> None:
    """The first WHO ends where it is no name any more."""
    pair.ok("add", "Anna Nowak")
    assert "3 Anna Nowak into 1 Łukasz" in pair.ok("merge", "1", "anna", "nowak").out
    pair.ok("undo")
    assert "2 Lukasz Wojcik into 3 Anna" in pair.ok("merge", "anna", "nowak", "2").out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["1"], 2, "names two people"),
        (["1", "1"], 3, "both name 1 Łukasz Wójcik; nothing to merge"),
        (["wojcik", "1"], 3, "names 2 people; say which by id"),
        (["1", "9"], 3, 'nobody is known as "9"'),
        (["1", "2", "--lift"], 2, "--lift goes with --different"),
    ],
)
def test_bad_pairs_are_refused(pair: Crm, words: list[str], code: int, says: str) -> None:
    """One person, twice the same, several, nobody."""
    result = pair("merge", *words)
    assert (result.code, says in result.err) == (code, True), result


def test_declared_different_they_are_not_merged(pair: Crm) -> None:
    """The declaration is said, kept, shown, taken back and undone."""
    said = pair.ok("merge", "2", "1", "--different").out
    assert said == "2 Lukasz Wojcik and 1 Łukasz Wójcik  different people\n"
    assert "already" in pair.ok("merge", "1", "2", "--different").out
    refused = pair("merge", "1", "2")
    assert refused.code == 3
    assert "crm merge 1 2 --different --lift" in refused.err
    assert [other["id"] for other in card(pair)["different"]] == [2]
    for who in ("1", "2"):
        assert "different from" in pair.ok("history", who).lines[0]
    pair.ok("merge", "1", "2", "--different", "--lift")
    assert card(pair)["different"] == []
    pair.ok("undo")
    assert pair("merge", "1", "2").code == 3
    pair.ok("merge", "1", "2", "--different", "--lift", "--dry-run")
    assert pair("merge", "1", "2").code == 3


def test_who_differs_from_the_other_differs_from_the_one(pair: Crm) -> None:
    """A declaration about an entry is one about the person."""
    pair.ok("add", "Łukasz Wojczyk")
    pair.ok("merge", "2", "3", "--different")
    pair.ok("merge", "1", "2")
    assert pair("merge", "1", "3").code == 3


def test_the_history_reads_well(pair: Crm) -> None:
    """What moved says from whom; the history before of either entry is the person's."""
    pair.ok("log", "call", "2", "hello")
    pair.ok("merge", "1", "2")
    lines = pair.ok("history", "1").out
    assert "Lukasz Wojcik (2), merged" in lines
    assert "crm log call 2 hello" in lines
    rows = pair.ok("history", "1", "--json").json
    moved = next(row for row in rows if row["noun"] == "email" and row["op"] == "update")
    assert (moved["before"], moved["after"]) == ("Lukasz Wojcik", "Łukasz Wójcik")


def test_interactions_that_moved_are_one_line(pair: Crm) -> None:
    """A merge of somebody with many calls is told in few words."""
    for text in ("one", "two", "three"):
        pair.ok("log", "call", "2", text)
    pair.ok("merge", "1", "2")
    rows = pair.ok("history", "2", "--limit", "1", "--json").json
    told = [row["field"] for row in rows if row["noun"] == "participant"]
    assert told == ["3 interactions: contact"]


def test_what_was_done_before_waits_for_the_merge_to_be_undone(pair: Crm) -> None:
    """A change of an entry that is gone cannot be taken back alone; the refusal names the merge."""
    pair.ok("tag", "2", "vip")
    pair.ok("edit", "2", "--remove-email", "lukasz@home.example")
    pair.ok("merge", "1", "2")
    for number in ("3", "4"):
        result = pair("undo", number)
        assert result.code == 3
        assert "5 (2026-03-02 09:00, crm merge 1 2)" in result.err
    pair.ok("undo")
    pair.ok("undo", "4")
    assert card(pair, "2")["emails"] == ["lukasz@home.example"]


def test_what_was_done_since_stays(pair: Crm) -> None:
    """A call that was logged after the merge is the one's when it is undone."""
    pair.ok("merge", "1", "2")
    pair.ok("log", "call", "2", "hello")
    pair.ok("undo", "3")
    assert [len(card(pair, who)["interactions"]) for who in ("1", "2")] == [1, 0]


ROWS = """\
name,email,phone,company
Łukasz Wójcik,l.wojcik@stalmex.example,,Stalmex
Maria Kowal,l.wojcik@stalmex.example,,
Wójcik Ł.,,+48601100101,
Maria Kowal,,,Inna
"""


def test_an_import_of_either_entry_finds_the_person(crm: Crm, tmp_path: Path) -> None:
    """By e-mail, phone or name and company, under either name."""
    path = tmp_path / "people.csv"
    path.write_text(ROWS, "utf-8")
    crm.ok("import", str(path), "--on-match", "new")
    for other in "234":
        crm.ok("merge", "1", other)
    before = exports(crm)
    done = crm.ok("import", str(path))
    assert "0 added" in done.err, done
    assert exports(crm) == before
    calls = "contact,kind,at,text\nMaria Kowal,call,2026-02-02,hi\n"
    crm.ok("import", "-", "--as", "interactions", "--no-create", stdin=calls)
    assert card(crm)["interactions"][0]["text"] == "hi"


def without_ids(crm: Crm) -> list[dict[str, Any]]:
    return [row | {"id": 0} for row in crm.ok("export", "--to", "json").json]


def test_a_copy_of_the_book_knows_both_too(pair: Crm, tmp_path: Path) -> None:
    """An export has who was merged and who is different; a file of before finds them in the copy."""
    pair.ok("add", "Lukas Wojcik")
    old = pair.ok("export").out
    pair.ok("merge", "1", "2")
    pair.ok("merge", "1", "3", "--different")
    copy = Crm(tmp_path / "copy")
    copy.home.mkdir()
    for to in ("csv", "json"):
        said = pair.ok("export", "--to", to).out
        copy.ok("import", "-", stdin=said)
        again = copy.ok("import", "-", stdin=said)
        assert "0 added" in again.err
        assert "0 updated" in again.err
        assert without_ids(copy) == without_ids(pair)
    assert "0 added" in copy.ok("import", "-", stdin=old).err
    assert copy("merge", "1", "2").code == 3  # the copy has its own numbers


def test_merged_there_and_apart_here_is_said(pair: Crm, tmp_path: Path) -> None:
    """An import merges nobody who is a person of the book."""
    copy = Crm(tmp_path / "copy")
    copy.home.mkdir()
    copy.ok("import", "-", stdin=pair.ok("export").out)
    pair.ok("merge", "1", "2")
    done = copy.ok("import", "-", stdin=pair.ok("export").out)
    assert "Lukasz Wojcik is merged there and apart here; crm merge 1 2 does the same" in done.err
    assert copy.ok("search", "--ids").out == "1\n2\n"


def test_elsewhere_merged_is_a_word_like_any_other(crm: Crm) -> None:
    """Columns of that name in somebody else's file are custom fields."""
    crm.ok("import", "-", stdin="name,email,merged,different\nAnna,anna@acme.example,yes,no\n")
    found = card(crm, "anna@acme.example")
    assert (found["merged"], found["merged (theirs)"]) == ([], "yes")
    assert crm("edit", "anna", "--set", "merged=x").code == 3


WORDS = st.sampled_from(["Acme", "Łódź", "buyer", "Źdźbło; a", "pl", "two\nlines", "x=y", "Anna"])
MAYBE = st.none() | WORDS
DAYS = st.sampled_from(["1984-05-17", "--05-17", "1990-02-28", "--02-29"])
AT = st.sampled_from(["2025-01-01T10:00:00Z", "2025-06-01T12:00:00Z"])
CHANNELS = st.fixed_dictionaries(
    {
        "verified_on": st.none() | st.sampled_from(["2026-01-01", "2026-02-01"]),
        "dead_on": st.none() | st.sampled_from(["2026-01-15", "2026-02-15"]),
        "label": st.none() | st.just("home"),
    }
)


def several(values: Any, most: int = 3) -> Any:
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


PEOPLE = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Anna Nowak", "Nowak Anna", "A. Nowak", "anna@acme.example", "Ян"]),
        "given": MAYBE, "family": MAYBE, "company": st.none() | st.sampled_from(["Acme", "Lis"]),
        "title": MAYBE, "emails": several(["anna@acme.example", "ANNA@acme.example", "a@lis.example"]),
        "phones": several(["+48601100101", "+48601100101 ext 7", "+48601100102"]),
        "urls": several(["acme.example", "lis.example"]), "address": MAYBE, "city": MAYBE,
        "country": st.none() | st.just("PL"), "birthday": st.none() | DAYS,
        "dates": several(["renewal=2026-12-31/30d", "renewal=2026-12-31", "wedding=--06-12", "wedding=2010-06-12"]),
        "language": st.none() | st.sampled_from(["pl", "de"]), "currency": st.none() | st.sampled_from(["PLN", "EUR"]),
        "channel": st.none() | st.sampled_from(["call", "email"]),
        "lifecycle": st.sampled_from(["lead", "partner", "loyal", "other", "lapsed"]),
        "cadence": st.none() | st.sampled_from([30, 60]), "tags": several(["vip", "Żuraw", "c"]),
        "source": MAYBE, "note": MAYBE, "do_not_contact": st.booleans(),
        "verified_on": st.none() | st.just("2026-01-01"), "created_at": AT, "updated_at": AT,
        "archived_at": st.none() | AT, "Size": st.none() | st.sampled_from(["43", "44"]),
        "Kod 2": st.none() | st.just("x"), "Kod": st.none() | st.sampled_from(["x", "y"]),
    }
)  # fmt: skip
# What hangs on them otherwise: a statement, with {0} for one of the three people and {1} for another.
HANGING = (
    "INSERT INTO consent (contact_id, basis, given_on, withdrawn_on) VALUES ({0}, 'consent', '2025-01-01', NULL)",
    "INSERT INTO consent (contact_id, basis, given_on, withdrawn_on) VALUES ({0}, 'consent', '2025-01-01', '2025-02-01')",
    "INSERT INTO address (contact_id, position, city) VALUES ({0}, 1, 'Brno')",
    "INSERT INTO silence (kind, rule, contact_id, created_at) VALUES ('ignore', 'Q701', {0}, '2026-01-01T00:00:00Z')",
    "INSERT INTO external_id (noun, row_id, system, value) VALUES ('contact', {0}, 'hubspot', '{0}')",
    "INSERT INTO merged_contact (uid, contact_id, name, key) VALUES ('00000000000000a{0}', {0}, 'Eva', 'eva')",
    "INSERT INTO different (contact_id, other_id) SELECT min({0}, 3), max({0}, 3) WHERE {0} <> 3",
    "UPDATE contact SET referred_by = {1} WHERE id = {0} AND {0} <> {1}",
    "UPDATE contact SET notice_on = '2026-01-0{0}' WHERE id = {0}",
    ("INSERT INTO deal (uid, title, contact_id, stage, amount, currency, stage_since, created_at, updated_at)"
    " VALUES ('00000000000000d{0}', 'Deal', {0}, 'new', 10000, 'EUR', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')"),
    ("INSERT INTO follow_up (uid, contact_id, due, text, source, created_at)"
    " VALUES ('00000000000000f{0}', {0}, '2026-03-0{0}', 'call', 'remind', '2026-01-01T00:00:00Z')"),
    ("INSERT INTO interaction (uid, kind, at) VALUES ('00000000000000c{0}', 'complaint', '2026-01-0{0}T10:00:00Z');"
    "INSERT INTO participant SELECT {0}, max(id) FROM interaction;"
    "INSERT INTO participant SELECT {1}, max(id) FROM interaction WHERE {0} <> {1};"
    "INSERT INTO complaint SELECT max(id), NULL, 'waits' FROM interaction"),
)  # fmt: skip
THINGS = st.tuples(st.sampled_from(HANGING), st.integers(1, 3), st.integers(1, 3))


def build(crm: Crm, people: list[dict[str, Any]], hanging: list[Any], channels: Any) -> None:
    """Three people as an import brings them, and what no import brings."""
    rows = [
        {"uid": f"000000000000000{number}"} | {key: value for key, value in row.items() if value}
        for number, row in enumerate(people, 1)
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    crm.ok("import", "-", "--as", "contacts", "--on-match", "new", stdin=text)
    today = date(2026, 3, 2)
    with closing(connection.open_book(str(crm.db), create=False, today=today, tz="UTC")) as db:
        for number, (statement, one, two) in enumerate(hanging):
            try:
                with connection.Transaction(db, f"seed {number}", "2026-03-02T09:00:00Z"):
                    for sql in statement.format(one, two).split(";"):
                        db.execute(sql)
            except sqlite3.IntegrityError:
                pass  # the same thing twice on one person
        with connection.Transaction(db, "seed channels", "2026-03-02T09:00:00Z"):
            for table in ("email", "phone"):
                sets = ", ".join(f"{column} = :{column}" for column in channels)
                db.execute(f"UPDATE {table} SET {sets} WHERE contact_id = 2", channels)


def told(value: Any) -> str:
    """All that an exported object says, folded; one thing a line."""
    if isinstance(value, dict):
        return "\n".join(told(item) for item in value.values())
    if isinstance(value, list):
        return "\n".join(map(told, value))
    return fold(str(value))


# Two values of these become one by a rule of their own.
RULED = (
    *("lifecycle", "cadence", "do_not_contact", "created_at", "updated_at", "archived_at"),
    *("verified_on", "notice_on", "consents", "verified_channels", "dead_channels"),
)


@settings(max_examples=40)
@given(
    people=st.lists(PEOPLE, min_size=3, max_size=3),
    hanging=st.lists(THINGS, max_size=8),
    channels=CHANNELS,
)
def test_nothing_is_lost_and_undo_takes_it_apart(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[dict[str, Any]],
    hanging: list[Any],
    channels: Any,
) -> None:
    """The merged person holds each value of both; undone, the book is what it was, to the byte."""
    crm = Crm(tmp_path_factory.mktemp("book"))
    build(crm, people, hanging, channels)
    before, rows = exports(crm), dump(crm)
    both = [json.loads(line) for line in before["contacts"].splitlines()[:2]]
    result = crm("merge", "1", "2")
    assert result.code == 0, result
    merged, after = dump(crm), exports(crm)
    whole = told(json.loads(after["contacts"].splitlines()[0]))
    for side in both:
        for field, value in side.items():
            if field in (*RULED, "id", "referred_by", "different"):
                continue
            plain = list(value.values()) if isinstance(value, dict) else value
            several = plain if isinstance(plain, list) else str(plain or "").split("\n")
            if field == "addresses":
                several = [part for one in value for part in one.values() if part]
            for said in several:
                wanted = fold(said)
                if field == "emails":
                    wanted = fold(email.key(said))
                elif field == "birthday":
                    wanted = wanted[-5:]
                elif field == "dates":
                    wanted = wanted.partition("=")[2].partition("/")[0][-5:]
                assert wanted in whole, (field, said, whole)
    assert disagreements(str(crm.db)) == []
    again = crm.ok("import", "-", "--as", "contacts", stdin=before["contacts"])
    assert "0 added" in again.err
    if " 0 updated" not in again.err:  # what was emptied by the merge, such as who sent them
        crm.ok("undo")
    assert dump(crm) == merged
    crm.ok("undo")
    assert dump(crm) == rows
    assert exports(crm) == before
    assert disagreements(str(crm.db)) == []
    crm.ok("redo")
    assert {table: merged[table] for table in TABLES} == dump(crm)
    assert exports(crm) == after


def test_a_merge_of_two_who_share_nothing_is_said_aloud(crm: Crm) -> None:
    """Neither a word of the name nor an e-mail or phone: perhaps the wrong number was typed."""
    crm.ok("add", "Anna", "Nová", "--email", "a@a.example")
    crm.ok("add", "Petr", "Malý")
    crm.ok("add", "A.", "Nová")
    assert "in common" not in crm.ok("merge", "1", "3", "--dry-run").err
    for more in (("--dry-run",), ()):
        assert "1 Anna Nová and 2 Petr Malý have no word" in crm.ok("merge", "1", "2", *more).err
