"""Consents, channels and cases of a file into the book: what is filled, what is overwritten, what stays."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest

from crmcli.db import connection
from crmcli.exchange.records import ContactRow, InteractionRow, Person
from crmcli.store import bulk, undo
from crmcli.values import phone

NOW = "2026-03-02T09:00:00Z"
ANNA = ContactRow(
    2, uid="0000000000000001", name="Anna Nowak", emails=("anna@acme.example",),
    phones=(phone.parse("+48601100101", None),),
)  # fmt: skip
COMPLAINT = InteractionRow(
    2, uid="0000000000000009", kind="complaint", at="2026-01-05T10:00:00Z", text="broken",
    people=(Person(email="anna@acme.example"),),
)  # fmt: skip


@pytest.fixture
def db(tmp_path):
    path = str(tmp_path / "book.db")
    with closing(connection.open_book(path, create=True, today=date(2026, 3, 2), tz="UTC")) as book:
        yield book


def load(db, noun, row, **options):
    """Load one row; return added, updated and unchanged."""
    made = bulk.Options(now=NOW, **options)
    summary = bulk.load(db, [row], noun=noun, command="import", options=made)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    return summary.added, summary.updated, summary.unchanged


def held(db, *fields):
    return tuple(db.execute(f"SELECT {', '.join(fields)} FROM contacts").fetchone())


def cases(db):
    return [tuple(row) for row in db.execute("SELECT closed_at, outcome FROM complaint")]


def waits(db):
    rows = db.execute("SELECT since_at, until_at FROM complaint_wait ORDER BY since_at")
    return [tuple(row) for row in rows]


def test_new_people_bring_all_of_it(db):
    """And undo takes all of it back, in one entry."""
    row = ANNA._replace(
        notice_on="2026-01-20", consents=(("consent", "2026-01-02", None, "fair"),),
        verified_channels=(("anna@acme.example", "2026-02-01"),),
        dead_channels=(("+48601100101", "2026-02-02"),),
    )  # fmt: skip
    assert load(db, "contacts", row) == (1, 0, 0)
    assert held(db, "notice_on", "consents", "verified_channels", "dead_channels") == (
        "2026-01-20",
        '["consent=2026-01-02/fair"]',
        '["anna@acme.example=2026-02-01"]',
        '["+48601100101=2026-02-02"]',
    )
    with connection.Transaction(db, "undo", NOW) as taking:
        undo.undo(db, 1, taking.set_id)
    assert db.execute("SELECT count(*) FROM consent").fetchone()[0] == 0


@pytest.mark.parametrize("mode", ["fill", "update"])
def test_bases_are_added_and_completed(db, mode):
    """One of the same day is the same: its end and source are filled in; others are added."""
    load(db, "contacts", ANNA._replace(consents=(("consent", "2026-01-02", None, "fair"),)))
    more = (("consent", "2026-01-02", "2026-02-01", "form"), ("contract", "2026-01-02", None, None))
    row = ANNA._replace(consents=more)
    assert load(db, "contacts", row, on_match=mode) == (0, 1, 0)
    source = "fair" if mode == "fill" else "form"
    assert held(db, "consents") == (
        f'["consent=2026-01-02..2026-02-01/{source}","contract=2026-01-02"]',
    )
    assert load(db, "contacts", row, on_match=mode) == (0, 0, 1)


@pytest.mark.parametrize(("mode", "notice"), [("fill", "2026-01-20"), ("update", "2026-02-20")])
def test_a_notice_is_filled_or_overwritten(db, mode, notice):
    """A file that is silent says nothing."""
    load(db, "contacts", ANNA)
    load(db, "contacts", ANNA._replace(notice_on="2026-01-20"))
    load(db, "contacts", ANNA._replace(notice_on="2026-02-20"), on_match=mode)
    load(db, "contacts", ANNA, on_match=mode)
    assert held(db, "notice_on") == (notice,)


def test_what_was_found_to_work_since_is_not_dead(db):
    """A file that fills knows of a bounce; the book verified the address later."""
    load(db, "contacts", ANNA)
    dead = ANNA._replace(dead_channels=(("anna@acme.example", "2026-02-01"),))
    assert load(db, "contacts", dead) == (0, 1, 0)
    assert load(db, "contacts", dead) == (0, 0, 1)
    db.execute("UPDATE email SET verified_on = '2026-02-10', dead_on = NULL")
    assert load(db, "contacts", dead) == (0, 0, 1)
    assert load(db, "contacts", dead, on_match="update") == (0, 1, 0)
    assert held(db, "dead_channels") == ('["anna@acme.example=2026-02-01"]',)


def test_days_of_channels_are_filled_or_overwritten(db):
    """The first day stays when a file fills; the file's counts when it updates; new ones bring theirs."""
    load(db, "contacts", ANNA._replace(verified_channels=(("+48601100101", "2026-02-01"),)))
    row = ANNA._replace(
        emails=("anna@acme.example", "anna@home.example"),
        verified_channels=(("+48601100101", "2026-02-05"), ("anna@home.example", "2026-02-06")),
    )
    load(db, "contacts", row)
    assert held(db, "verified_channels") == (
        '["anna@home.example=2026-02-06","+48601100101=2026-02-01"]',
    )
    load(db, "contacts", row, on_match="update")
    assert held(db, "verified_channels") == (
        '["anna@home.example=2026-02-06","+48601100101=2026-02-05"]',
    )


def test_two_rows_of_one_person_agree_together(db):
    """What the second says of bases joins the first."""
    rows = [
        ANNA._replace(consents=(("consent", "2026-01-02", None, None),)),
        ANNA._replace(line=3, consents=(("contract", "2026-01-03", None, None),)),
    ]
    bulk.load(db, rows, noun="contacts", command="import", options=bulk.Options(now=NOW))
    assert held(db, "consents") == ('["consent=2026-01-02","contract=2026-01-03"]',)


CLOSED = COMPLAINT._replace(
    closed_at="2026-01-20T10:00:00Z", outcome="sent",
    waits=(("2026-01-08T10:00:00Z", "2026-01-12T00:00:00Z"), ("2026-01-13T10:00:00Z", None)),
)  # fmt: skip


def test_a_new_complaint_brings_its_case(db):
    """And undo takes it back, whole."""
    load(db, "contacts", ANNA)
    assert load(db, "interactions", CLOSED) == (1, 0, 0)
    assert cases(db) == [("2026-01-20T10:00:00Z", "sent")]
    assert waits(db) == list(CLOSED.waits)
    with connection.Transaction(db, "undo", NOW) as taking:
        undo.undo(db, 2, taking.set_id)
    assert (cases(db), waits(db)) == ([], [])


@pytest.mark.parametrize("mode", ["fill", "update"])
def test_a_known_complaint_is_completed(db, mode):
    """What it lacks is filled in; what differs is overwritten only by an update; twice is once."""
    load(db, "contacts", ANNA)
    load(db, "interactions", COMPLAINT._replace(waits=(("2026-01-13T10:00:00Z", None),)))
    assert load(db, "interactions", CLOSED, on_match=mode) == (0, 1, 0)
    assert cases(db) == [("2026-01-20T10:00:00Z", "sent")]
    assert waits(db) == list(CLOSED.waits)
    assert load(db, "interactions", CLOSED, on_match=mode) == (0, 0, 1)
    other = CLOSED._replace(
        closed_at="2026-01-21T10:00:00Z", outcome="money back",
        waits=(("2026-01-13T10:00:00Z", "2026-01-14T10:00:00Z"),),
    )  # fmt: skip
    assert load(db, "interactions", other, on_match=mode) == (0, 1, 0)
    kept = ("2026-01-20T10:00:00Z", "sent") if mode == "fill" else (other.closed_at, other.outcome)
    assert cases(db) == [kept]
    assert waits(db) == [CLOSED.waits[0], ("2026-01-13T10:00:00Z", "2026-01-14T10:00:00Z")]


def test_a_file_does_not_close_what_was_opened_again(db):
    """Nor when only the wait differs; an update does."""
    load(db, "contacts", ANNA)
    load(db, "interactions", COMPLAINT)
    db.execute(
        "INSERT INTO complaint_wait (complaint_id, since_at, until_at) VALUES (1, '2026-01-20T10:00:00Z', '2026-02-01T10:00:00Z')"
    )
    row = CLOSED._replace(waits=())
    assert load(db, "interactions", row) == (0, 0, 1)
    assert cases(db) == []
    assert load(db, "interactions", row, on_match="update") == (0, 1, 0)
    assert cases(db) == [("2026-01-20T10:00:00Z", "sent")]


def test_a_complaint_that_was_logged_stays_one(db):
    """A file that has it too, and names a source, does not make history of it."""
    load(db, "contacts", ANNA)
    load(db, "interactions", COMPLAINT)
    again = COMPLAINT._replace(uid=None)
    for mode in ("fill", "update"):
        assert load(db, "interactions", again, source="old.csv", on_match=mode) == (0, 0, 1)
    assert db.execute("SELECT source FROM interaction").fetchone()[0] is None
    call = again._replace(kind="call")
    load(db, "interactions", call)
    assert load(db, "interactions", call, source="old.csv") == (0, 1, 0)
