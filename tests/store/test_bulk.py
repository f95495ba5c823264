"""Records of a file into the book: who is who, what is filled, what is counted, what is undone."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from contextlib import closing
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.db import connection, derived
from crmcli.db.connection import Transaction
from crmcli.exchange.records import (
    CompanyRow,
    ContactRow,
    DealRow,
    FollowUpRow,
    InteractionRow,
    Person,
)
from crmcli.store import bulk, undo
from crmcli.store.bulk_contact_match import may_be_one
from crmcli.values import phone

NOW = "2026-03-02T09:00:00Z"
LATER = "2026-03-03T09:00:00Z"


@pytest.fixture
def db(tmp_path):
    """An empty book."""
    path = str(tmp_path / "book.db")
    with closing(connection.open_book(path, create=True, today=date(2026, 3, 2), tz="UTC")) as book:
        yield book


def load(db, noun, rows, *, dry_run=False, now=NOW, **options):
    """Load the rows and return added, updated, unchanged, skipped, rejected; they sum to read."""
    made = bulk.Options(now=now, **options)
    summary = bulk.load(db, rows, noun=noun, command="import", options=made, dry_run=dry_run)
    counts = (summary.added, summary.updated, summary.unchanged, summary.skipped, summary.rejected)
    assert summary.read == sum(counts)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    return counts


def table(db, sql, *params):
    return [tuple(row) for row in db.execute(sql, params)]


def dump(db):
    """Everything in the book but the history, the counters of ids and the index's inside."""
    apart = ('"change', '"sqlite_sequence"', "_fts_", "CREATE", '"meta"')
    return sorted(line for line in db.iterdump() if not any(word in line for word in apart))


def number(typed):
    return phone.parse(typed, "PL")


ANNA = ContactRow(2, name="Anna Nowak", emails=("anna@acme.example",), company="Acme Sp. z o.o.")
IWAN = ContactRow(3, name="Иван Петров", phones=(number("+48 601 100 101"),), tags=("vip",))
ALONE = ContactRow(4, name="Jan Kowalski", company="Acme")
ONLY_NAME = ContactRow(5, name="Ola")
ALL = [ANNA, IWAN, ALONE, ONLY_NAME]


def test_numbers_go_on_where_the_counter_was_lost(db):
    """A damaged counter of ids gives no number twice: what is there counts as well."""
    load(db, "contacts", [ANNA, IWAN])
    db.execute("DELETE FROM sqlite_sequence WHERE name = 'contact'")
    assert load(db, "contacts", [ONLY_NAME]) == (1, 0, 0, 0, 0)
    assert table(db, "SELECT id FROM contact ORDER BY id") == [(1,), (2,), (3,)]


def test_new_people_are_added_with_all_that_hangs_on_them(db):
    """A company is made once a key; the lifecycle is other, and the source the file."""
    assert load(db, "contacts", ALL, source="people.csv", tag="fair") == (4, 0, 0, 0, 0)
    assert table(db, "SELECT name, key FROM company") == [("Acme Sp. z o.o.", "acme")]
    assert table(db, "SELECT id, name, key, company_id, lifecycle, source FROM contact") == [
        (1, "Anna Nowak", "anna nowak", 1, "other", "people.csv"),
        (2, "Иван Петров", "ivan petrov", None, "other", "people.csv"),
        (3, "Jan Kowalski", "jan kowalski", 1, "other", "people.csv"),
        (4, "Ola", "ola", None, "other", "people.csv"),
    ]
    assert table(db, "SELECT tags FROM contacts WHERE id IN (1, 2)") == [
        ('["fair"]',),
        ('["fair","vip"]',),
    ]


@pytest.mark.parametrize("on_match", ["fill", "update"])
def test_a_second_import_changes_nothing(db, on_match):
    """The same file again: all unchanged, no entry in the history, and not a byte of difference."""
    load(db, "contacts", ALL)
    before = sorted(db.iterdump())
    assert load(db, "contacts", ALL, now=LATER, on_match=on_match) == (0, 0, 4, 0, 0)
    after = sorted(db.iterdump())
    assert [line for line in after if "change_set" not in line] == [
        line for line in before if "change_set" not in line
    ]
    assert table(db, "SELECT count(*) FROM change_set") == [(1,)]


def test_fill_adds_what_is_missing_and_overwrites_nothing(db):
    """Empty fields are filled, list values added, filled fields stay; updated_at says when."""
    load(db, "contacts", [ANNA._replace(title="Buyer", custom={"size": "43"})])
    row = ANNA._replace(
        title="Boss", city="Łódź", emails=("ANNA@acme.example", "anna@home.example"), tags=("vip",),
        lifecycle="lead", custom={"size": "44", "shoe": "x"},
        dates=(("renewal", "2026-12-31", 30),),
        urls=("https://acme.example",), birthday="--05-17", do_not_contact=True,
    )  # fmt: skip
    assert load(db, "contacts", [row], now=LATER) == (0, 1, 0, 0, 0)
    assert table(
        db,
        "SELECT title, city, emails, tags, lifecycle, custom, dates, do_not_contact, updated_at"
        " FROM contacts",
    ) == [
        (
            "Buyer", "Łódź", '["anna@acme.example","anna@home.example"]', '["vip"]', "lead",
            '{"shoe":"x","size":"43"}', '["renewal=2026-12-31/30d"]', 1, LATER,
        )
    ]  # fmt: skip


def test_update_overwrites_and_puts_the_files_values_first(db):
    """A file's values win, its first e-mail becomes the first; what it is silent on stays."""
    load(db, "contacts", [ANNA._replace(title="Buyer", city="Łódź", custom={"size": "43"})])
    row = ANNA._replace(
        title="Boss", emails=("new@acme.example", "anna@acme.example"), company="Bravo",
        custom={"size": "44"},
    )  # fmt: skip
    assert load(db, "contacts", [row], on_match="update") == (0, 1, 0, 0, 0)
    assert table(db, "SELECT title, city, emails, company, custom FROM contacts") == [
        (
            "Boss",
            "Łódź",
            '["new@acme.example","anna@acme.example"]',
            "Bravo",
            '{"size":"44"}',
        )
    ]


def test_skip_and_new(db):
    """Skip leaves those whom the book knows alone; new adds everybody, with uids of their own."""
    row = ANNA._replace(uid="0123456789abcdef")
    load(db, "contacts", [row])
    assert load(db, "contacts", [row._replace(title="x"), IWAN], on_match="skip") == (1, 0, 0, 1, 0)
    assert load(db, "contacts", [row, row], on_match="new") == (2, 0, 0, 0, 0)
    assert table(db, "SELECT count(DISTINCT uid), count(title) FROM contact") == [(4, 0)]


def test_parts_of_two_addresses_make_no_address(db):
    """A city that differs keeps the street of that other address out."""
    load(db, "contacts", [ANNA._replace(city="Łódź")])
    other = ANNA._replace(city="Praha", address="Dlouhá 1")
    assert load(db, "contacts", [other]) == (0, 0, 1, 0, 0)
    assert load(db, "contacts", [ANNA._replace(city="Łódź", postcode="90-001")]) == (0, 1, 0, 0, 0)
    assert table(db, "SELECT address, city, postcode FROM contact") == [(None, "Łódź", "90-001")]


def test_one_email_under_two_full_names_is_two_people(db):
    """A shared mailbox is not one person; the second import finds each of them again."""
    rows = [
        ContactRow(2, name="Biuro Stalmex", emails=("biuro@stalmex.example",)),
        ContactRow(3, name="Anna Kowalska", emails=("biuro@stalmex.example",)),
    ]
    assert load(db, "contacts", rows) == (2, 0, 0, 0, 0)
    assert load(db, "contacts", rows) == (0, 0, 2, 0, 0)
    made = bulk.Options(now=NOW)
    third = ContactRow(2, name="Piotr Wilk", emails=("biuro@stalmex.example",))
    summary = bulk.load(db, [third], noun="contacts", command="import", options=made)
    assert summary.warnings == [
        "line 2: biuro@stalmex.example is the e-mail of Biuro Stalmex too; added as another person"
    ]


@pytest.mark.parametrize(
    ("one", "other", "address", "same"),
    [
        ("anna nowak", "anna nowak", "office@x.example", True),
        ("anna nowak", "anna maria nowak", "anna@x.example", True),
        ("a nowak", "anna nowak", "anna@x.example", True),
        ("anna novak", "anna nowak", "anna@x.example", True),
        ("anna", "jan kowalski", "anna@x.example", True),
        ("anna", "jan kowalski", "office@x.example", False),
        ("anna nowak", "jan kowalski", "anna@x.example", False),
    ],
)
def test_names_beside_one_email(one, other, address, same):
    """Equal, shortened, misspelt and single names may be one person; two full names are two."""
    assert may_be_one(one, 1, other, 1, address) is same
    assert may_be_one(other, 1, one, 1, address) is same


def test_the_same_person_twice_in_a_file_is_one(db):
    """The further rows are skipped, what they add is kept, and rows joined in a chain are one."""
    rows = [
        ANNA,
        ContactRow(
            3, name="Nowak Anna", emails=("ANNA@acme.example", "a@home.example"), title="Boss"
        ),
        ContactRow(
            4, name="Anna Nowak", emails=("a@home.example",), phones=(number("601 100 101"),)
        ),
        ContactRow(5, name="Anna Nowak", phones=(number("+48 601-100-101"),), tags=("vip",)),
        ContactRow(6, name="Anna Nowak", company="ACME", note="x"),
        ContactRow(7, name="Anna Nowak", emails=("other@else.example",)),
    ]
    assert load(db, "contacts", rows) == (2, 0, 0, 4, 0)
    joined = "SELECT name, title, emails, phones, tags, note FROM contacts WHERE id = 1"
    assert table(db, joined) == [
        (
            "Anna Nowak", "Boss", '["anna@acme.example","a@home.example"]', '["+48601100101"]',
            '["vip"]', "x",
        )
    ]  # fmt: skip
    assert load(db, "contacts", rows) == (0, 0, 2, 4, 0)


def test_equal_names_alone_are_two_people(db):
    """A name is no identity where either has an e-mail; a row with nothing else finds its like."""
    rows = [ONLY_NAME, ONLY_NAME._replace(emails=("ola@x.example",))]
    assert load(db, "contacts", rows) == (2, 0, 0, 0, 0)
    assert load(db, "contacts", rows) == (0, 0, 2, 0, 0)


def test_uids_tell_people_apart_and_find_them(db):
    """Two uids are two people whatever else they share; one uid is one, whatever has changed."""
    rows = [ANNA._replace(uid="00000000000000a1"), ANNA._replace(uid="00000000000000a2")]
    assert load(db, "contacts", rows) == (2, 0, 0, 0, 0)
    moved = ContactRow(2, uid="00000000000000a2", name="Anna Kowalska", emails=("k@x.example",))
    assert load(db, "contacts", [moved], on_match="update") == (0, 1, 0, 0, 0)
    assert table(db, "SELECT name FROM contact ORDER BY id") == [
        ("Anna Nowak",),
        ("Anna Kowalska",),
    ]


def test_ids_of_other_systems_find_people_again(db):
    """A second export of another system updates the same people, though their e-mail changed."""
    row = ANNA._replace(external_id="hubspot:17")
    load(db, "contacts", [row])
    moved = row._replace(emails=("new@else.example",), name="Somebody Else")
    assert load(db, "contacts", [moved]) == (0, 1, 0, 0, 0)
    assert table(db, "SELECT emails FROM contacts") == [
        ('["anna@acme.example","new@else.example"]',)
    ]


def test_referrers_are_found_wherever_they_stand(db):
    """By e-mail, uid or name, also further down in the file; nobody refers himself."""
    rows = [
        ANNA._replace(referred_by="Иван Петров"),
        IWAN._replace(referred_by="anna@acme.example"),
        ONLY_NAME._replace(referred_by="Nobody Known"),
        ALONE._replace(referred_by="Jan Kowalski"),
    ]
    made = bulk.Options(now=NOW)
    summary = bulk.load(db, rows, noun="contacts", command="import", options=made)
    assert table(db, "SELECT referred_by FROM contact ORDER BY id") == [
        (2,),
        (1,),
        (None,),
        (None,),
    ]
    assert summary.warnings == [
        'line 5: referred by "Nobody Known", whom the book does not know; left out'
    ]


def test_people_in_name_only_get_their_names_later(db):
    """A person made from an e-mail alone takes the name that a file of people has."""
    call = InteractionRow(2, kind="call", at=NOW, people=(Person("anna@acme.example"),))
    load(db, "interactions", [call], source="calls.csv")
    assert table(db, "SELECT name, source, lifecycle FROM contact") == [
        ("anna@acme.example", "calls.csv", "other")
    ]
    assert load(db, "contacts", [ANNA._replace(lifecycle="customer")]) == (0, 1, 0, 0, 0)
    assert table(db, "SELECT name, key, lifecycle FROM contact") == [
        ("Anna Nowak", "anna nowak", "customer")
    ]


CALL = InteractionRow(
    2, kind="call", at="2026-01-10T09:30:00Z", people=(Person("anna@acme.example"),), subject="Łódź"
)


def test_interactions_find_or_make_their_people(db):
    """By e-mail, phone, uid or an unambiguous name; an unknown person is made once."""
    load(db, "contacts", [*ALL, ALONE._replace(company="Bravo")])
    rows = [
        CALL,
        CALL._replace(people=(Person(phone=number("601 100 101")), Person(name="Ola"))),
        CALL._replace(people=(Person(name="Jan Kowalski"),), company="Bravo"),
        CALL._replace(line=9, people=(Person(name="Jan Kowalski"),)),
        CALL._replace(people=(Person("new@x.example"),)),
        CALL._replace(people=(Person("NEW@x.example"),), kind="email"),
        CALL._replace(line=12, people=(Person(uid="00000000000000a9"),)),
    ]
    refused = []
    counts = load(db, "interactions", rows, reject=lambda *said: refused.append(said))
    assert counts == (5, 0, 0, 0, 2)
    assert refused == [
        (9, '"Jan Kowalski" names 2 people; give the e-mail'),
        (12, 'unknown person "00000000000000a9"'),
    ]
    assert table(db, "SELECT contacts FROM interactions ORDER BY id") == [
        ("[1]",), ("[2,4]",), ("[5]",), ("[6]",), ("[6]",),
    ]  # fmt: skip


def test_no_create_rejects_the_unknown(db):
    """With it nobody is made, and the row says whom it means."""
    refused = []
    counts = load(
        db, "interactions", [CALL], no_create=True, reject=lambda *said: refused.append(said)
    )
    assert counts == (0, 0, 0, 0, 1)
    assert refused == [(2, 'unknown person "anna@acme.example"')]
    assert table(db, "SELECT count(*) FROM contact") == [(0,)]


def test_interactions_are_known_by_their_content(db):
    """The same again is skipped in the file, unchanged in the book; another amount is new."""
    rows = [
        CALL,
        CALL,
        CALL._replace(kind="purchase", amount=100),
        CALL._replace(kind="purchase", amount=200),
        CALL._replace(people=(Person("b@x.example"),)),
    ]
    assert load(db, "interactions", rows) == (4, 0, 0, 1, 0)
    assert load(db, "interactions", rows) == (0, 0, 4, 1, 0)


def test_interactions_are_known_by_uid_and_by_other_systems_ids(db):
    """Equal contents under two ids are two; a known id is filled, and indexed as it then is."""
    rows = [CALL._replace(uid="00000000000000b1"), CALL._replace(external_id="mail:x@y")]
    rows.append(rows[1]._replace(external_id="mail:z@y"))
    assert load(db, "interactions", rows) == (3, 0, 0, 0, 0)
    assert load(db, "interactions", rows) == (0, 0, 3, 0, 0)
    more = rows[0]._replace(
        text="Żółw", people=(Person("b@x.example"), Person("anna@acme.example"))
    )
    assert load(db, "interactions", [more]) == (0, 1, 0, 0, 0)
    assert table(db, "SELECT text, contacts FROM interactions WHERE id = 1") == [("Żółw", "[1,2]")]
    for word in ("lodz", "zolw"):
        found = table(db, "SELECT rowid FROM interaction_fts WHERE interaction_fts MATCH ?", word)
        assert (1,) in found


def test_follow_ups_and_deals_are_known_by_their_content(db):
    """A second import changes nothing; a deal may belong to a company alone, made when new."""
    who = Person("anna@acme.example")
    due = FollowUpRow(2, person=who, due="2026-03-05", text="call", every="month")
    assert load(db, "followups", [due, due]) == (1, 0, 0, 1, 0)
    assert load(db, "followups", [due._replace(done_at=NOW)]) == (0, 1, 0, 0, 0)
    assert table(db, "SELECT anchor, source, done_at FROM follow_up") == [
        ("2026-03-05", "import", NOW)
    ]
    deals = [
        DealRow(2, title="Steel", person=who, amount=10_000, stage="won", close="2026-02-01"),
        DealRow(3, title="Steel", company="Acme", amount=10_000),
    ]
    assert load(db, "deals", deals, currency="PLN") == (2, 0, 0, 0, 0)
    assert load(db, "deals", deals, currency="PLN") == (0, 0, 2, 0, 0)
    assert table(db, "SELECT contact_id, company_id, currency, stage, won_at FROM deal") == [
        (1, None, "PLN", "won", "2026-02-01T12:00Z"),
        (None, 1, "PLN", "new", None),
    ]


def test_companies_are_known_by_their_names(db):
    """Any legal form is the same company; the file fills it, and twice in a file is once."""
    load(db, "contacts", [ANNA])
    row = CompanyRow(2, name="ACME", city="Łódź", external_id="crm:1")
    assert load(db, "companies", [row, CompanyRow(3, name="Bravo"), row]) == (1, 1, 0, 1, 0)
    assert load(db, "companies", [row, CompanyRow(3, name="Bravo")]) == (0, 0, 2, 0, 0)
    assert table(db, "SELECT name, city FROM company") == [
        ("Acme Sp. z o.o.", "Łódź"),
        ("Bravo", None),
    ]


def everything(db, **how):
    """Load a little of each noun; return the counts."""
    who = (Person("anna@acme.example"), Person("new@x.example"))
    return [
        load(db, "companies", [CompanyRow(2, name="Acme", external_id="a:1")], **how),
        load(db, "contacts", [*ALL, ANNA._replace(tags=("vip",), custom={"a": "b"})], **how),
        load(db, "deals", [DealRow(2, title="Steel", person=who[0], company="Acme")], **how),
        load(db, "interactions", [CALL._replace(people=who, external_id="m:1"), CALL], **how),
        load(db, "followups", [FollowUpRow(2, person=who[1], due="2026-03-05")], **how),
    ]


def test_a_dry_run_counts_the_same_and_writes_nothing(db):
    """The summary is that of the real run; the book is as it was, to the byte."""
    load(db, "contacts", [ANNA])
    before = list(db.iterdump())
    row = ANNA._replace(city="Łódź")
    dry = load(db, "contacts", [row, IWAN], dry_run=True)
    assert list(db.iterdump()) == before
    assert dry == load(db, "contacts", [row, IWAN]) == (1, 1, 0, 0, 0)


def test_an_import_can_be_undone_and_redone(db):
    """Each file is one entry of the history; undone one after the other the book is empty again."""
    empty = dump(db)
    everything(db)
    full = dump(db)
    sets = [row[0] for row in table(db, "SELECT id FROM change_set ORDER BY id")]
    assert len(sets) == 5
    for number in reversed(sets):
        with Transaction(db, "undo", LATER) as work:
            undo.undo(db, number, work.set_id)
    assert dump(db) == empty
    for number in sets:
        with Transaction(db, "redo", LATER) as work:
            undo.redo(db, number, work.set_id)
    assert dump(db) == full


def test_summaries_and_search_text_are_those_of_single_writes(db):
    """What the load leaves is what recomputing everybody gives; the triggers are back."""
    triggers = table(db, "SELECT name, sql FROM sqlite_schema WHERE type <> 'table' ORDER BY name")
    everything(db)
    again = table(db, "SELECT name, sql FROM sqlite_schema WHERE type <> 'table' ORDER BY name")
    assert again == triggers
    stats, text = (
        table(db, "SELECT * FROM contact_stats ORDER BY contact_id"),
        table(db, "SELECT rowid, name, facts, note FROM contact_fts ORDER BY rowid"),
    )
    for stale in ("stale_stats", "stale_text"):
        assert table(db, f"SELECT * FROM {stale}") == []
        db.execute(f"INSERT INTO {stale} SELECT id FROM contact")
    derived.refresh(db)
    assert table(db, "SELECT * FROM contact_stats ORDER BY contact_id") == stats
    assert table(db, "SELECT rowid, name, facts, note FROM contact_fts ORDER BY rowid") == text
    db.execute("INSERT INTO interaction_fts (interaction_fts) VALUES ('integrity-check')")


def test_many_rows_rebuild_the_indexes(db):
    """A load that more than doubles a large table leaves every index and row in order."""
    schema = table(db, "SELECT name, sql FROM sqlite_schema ORDER BY name")
    rows = (
        CALL._replace(subject=f"{i}", people=(Person(f"p{i % 50}@x.example"),))
        for i in range(10_500)
    )
    assert load(db, "interactions", rows) == (10_500, 0, 0, 0, 0)
    assert table(db, "SELECT name, sql FROM sqlite_schema ORDER BY name") == schema
    assert table(db, "PRAGMA integrity_check") == [("ok",)]
    assert table(db, "SELECT touches FROM contact_stats WHERE contact_id = 50") == [(210,)]


def test_whatever_stops_an_import_leaves_the_book_as_it_was(db):
    """An error in the middle of the file, and one in the middle of the work."""
    load(db, "contacts", [ANNA])
    before = list(db.iterdump())

    def broken():
        yield IWAN
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        load(db, "contacts", broken())
    db.execute(
        "CREATE TEMP TRIGGER fails BEFORE INSERT ON email BEGIN SELECT raise(ABORT, 'stop'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="stop"):
        load(db, "contacts", [IWAN, ContactRow(7, name="Ewa", emails=("e@x.example",))])
    db.execute("DROP TRIGGER temp.fails")
    assert list(db.iterdump()) == before
    assert table(db, "SELECT name FROM sqlite_temp_schema") == []
    assert load(db, "contacts", [IWAN]) == (1, 0, 0, 0, 0)


def test_ctrl_c_in_the_middle_of_a_statement_is_ctrl_c(db):
    """It is not an error of SQLite's, and the book is as it was."""
    load(db, "contacts", [ANNA])
    before = list(db.iterdump())
    pressed = threading.Event()

    def press(name):
        if not pressed.is_set():
            pressed.set()
            os.kill(os.getpid(), signal.SIGINT)
        return name

    db.create_function("fold", 1, press, deterministic=True)
    db.create_function("folded_words", 1, press, deterministic=True)
    with pytest.raises(KeyboardInterrupt):
        load(db, "contacts", [IWAN, ALONE])
    assert pressed.is_set()
    assert list(db.iterdump()) == before
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


NAMES = st.sampled_from(["Anna Nowak", "Nowak Anna", "A. Nowak", "Jan Kowalski", "Ola", None])
ADDRESSES = st.sampled_from(["a@x.example", "b@x.example", "info@x.example"])
NUMBERS = st.sampled_from([number("601100101"), number("602200202")])
PEOPLE = st.builds(
    ContactRow,
    st.just(2),
    name=NAMES,
    emails=st.lists(ADDRESSES, max_size=2, unique=True).map(tuple),
    phones=st.lists(NUMBERS, max_size=1).map(tuple),
    company=st.sampled_from([None, "Acme", "Acme s.r.o.", "Bravo"]),
    title=st.sampled_from([None, "Boss"]),
    tags=st.lists(st.sampled_from(["vip", "VIP", "fair"]), max_size=2).map(tuple),
).filter(lambda row: row.name or row.emails or row.phones or row.company)  # fmt: skip


@given(rows=st.lists(PEOPLE, max_size=12), on_match=st.sampled_from(["fill", "update", "skip"]))
def test_importing_twice_is_importing_once(tmp_path_factory, rows, on_match):
    """Whoever is in the file and however often: the second time nobody is added or changed."""
    path = str(tmp_path_factory.mktemp("law") / "book.db")
    with closing(connection.open_book(path, create=True, today=date(2026, 3, 2), tz="UTC")) as db:
        load(db, "contacts", rows, on_match=on_match)
        before = dump(db)
        added, updated, *_ = load(db, "contacts", rows, now=LATER, on_match=on_match)
        assert (added, updated) == (0, 0)
        assert dump(db) == before


def test_people_and_companies_are_found_by_the_ids_of_their_system(db):
    """An activity knows its person by an id alone, a person or deal their company; unknown ones are refused."""
    load(db, "companies", [CompanyRow(2, name="Acme", external_id="crm:1")])
    anna = ContactRow(2, name="Anna", external_id="crm:7", company_external_id="crm:1")
    load(db, "contacts", [anna, ContactRow(3, name="Jan", company_external_id="crm:404")])
    who = Person(external_id="crm:7")
    load(db, "interactions", [CALL._replace(people=(who,))])
    load(db, "followups", [FollowUpRow(2, person=who, due="2026-03-05", text="call")])
    load(db, "deals", [DealRow(2, title="Steel", company_external_id="crm:1")])
    assert table(db, "SELECT name, company FROM contacts ORDER BY id") == [
        ("Anna", "Acme"),
        ("Jan", None),
    ]
    assert table(db, "SELECT count(*) FROM contact") == [(2,)]
    assert table(
        db, "SELECT contact_id FROM participant UNION ALL SELECT contact_id FROM follow_up"
    ) == [(1,), (1,)]
    assert table(db, "SELECT company_id FROM deal") == [(1,)]
    reasons = []
    unknown = CALL._replace(people=(Person(external_id="crm:8"),))
    refused = load(db, "interactions", [unknown], reject=lambda *told: reasons.append(told))
    assert refused == (0, 0, 0, 0, 1)
    assert "crm:8" in reasons[0][1] or '"8"' in reasons[0][1]


def test_who_is_known_by_an_id_and_an_address_is_made_with_both(db):
    """So that the next file of that system finds them by the id."""
    who = Person("anna@acme.example", name="Anna Nowak", external_id="crm:7")
    load(db, "interactions", [CALL._replace(people=(who,))])
    assert load(db, "interactions", [CALL._replace(people=(Person(external_id="crm:7"),))]) == (
        0,
        0,
        1,
        0,
        0,
    )
    assert table(db, "SELECT count(*) FROM contact") == [(1,)]


def test_what_happened_with_nobody_is_left_out(db):
    """A holiday in a calendar is nobody's; it is counted, and the rest comes in."""
    rows = [CALL._replace(people=()), CALL]
    assert load(db, "interactions", rows) == (1, 0, 0, 1, 0)
    lone = [FollowUpRow(2, due="2026-03-05", text="Bez osoby")]
    assert load(db, "followups", lone) == (0, 0, 0, 1, 0)


def test_a_task_without_a_day_is_due_at_once(db):
    """Other programs have tasks for some day; here they come up today, to be given a day."""
    load(db, "followups", [FollowUpRow(2, person=Person("a@x.example"), text="call")])
    assert table(db, "SELECT due FROM follow_up") == [("2026-03-02",)]
