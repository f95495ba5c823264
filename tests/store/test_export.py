"""The book out and in again: nothing lost, nothing changed."""

from __future__ import annotations

import io
import json
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.db import connection
from crmcli.exchange import write
from crmcli.exchange.plan import Options as FileOptions
from crmcli.exchange.records import (
    CompanyRow,
    ContactRow,
    DealRow,
    FollowUpRow,
    InteractionRow,
    Person,
    Told,
)
from crmcli.exchange.source import open_source
from crmcli.output.as_csv import write_scalars
from crmcli.store import bulk, export
from crmcli.values import phone
from crmcli.values.text import clean

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

NOUNS = ("companies", "contacts", "deals", "interactions", "followups")
NOW = "2026-03-02T09:00:00Z"


def open_book(path: Path | str) -> sqlite3.Connection:
    return connection.open_book(str(path), create=True, today=date(2026, 3, 2), tz="UTC")


def load(db: sqlite3.Connection, noun: str, rows: Iterable[object], **options) -> bulk.Summary:
    return bulk.load(
        db, rows, noun=noun, command=f"import {noun}", options=bulk.Options(now=NOW, **options)
    )


def uid(number: int) -> str:
    return f"0123456789abc{number:03x}"


CONTACTS = [
    ContactRow(
        2, uid(1), name="Łukasz Łoś", given="Łukasz", family="Łoś", company="Stalmex Sp. z o.o.",
        title="Buyer; steel", emails=("lukasz@stalmex.example", "l.los@home.example"),
        phones=(phone.parse("+48 601 100 101", "PL"), phone.parse("+48 22 555 01 01 ext 7", "PL")),
        urls=("https://stalmex.example/a;b",), address="ul. Długa 5\n00-001", city="Łódź",
        region="Łódzkie", postcode="90-001", country="PL", birthday="--05-17",
        dates=(("anniversary", "--06-01", None), ("renewal", "2026-12-31", 30)), language="pl",
        currency="PLN", channel="call", lifecycle="customer", cadence=30, tags=("vip", "Żuraw"),
        source="fair", note='says "no"\nthen yes', do_not_contact=True, verified_on="2026-01-02",
        created_at="2025-01-02T03:04:05Z", updated_at="2025-02-03T12:00Z",
        archived_at="2025-03-03T01:02:03Z", custom={"Shoe size": "43", "a;b": "c;d\\e"},
        notice_on="2025-01-20",
        consents=(("consent", "2025-01-02", "2025-06-01", "fair; hall 3/4"),
                  ("legitimate-interest", "2025-07-01", None, None)),
        verified_channels=(("l.los@home.example", "2026-01-02"), ("+48601100101", "2026-02-03")),
        dead_channels=(("lukasz@stalmex.example", "2026-01-03"),
                       ("+48225550101 ext 7", "2026-01-04")),
    ),
    ContactRow(3, uid(2), name="Иван Петров", referred_by=uid(1), lifecycle="lead",
               emails=("petrov@home.example",), created_at=NOW, updated_at=NOW),
    ContactRow(4, uid(3), name="Jan Nowak", emails=("office@shared.example",), lifecycle="lead",
               referred_by="lukasz@stalmex.example", created_at=NOW, updated_at=NOW,
               custom={"Shoe size": "44"}),
    ContactRow(5, uid(4), name="+48 699 000 000", lifecycle="other", created_at=NOW,
               phones=(phone.parse("+48 699 000 000", "PL"),), updated_at=NOW),
    ContactRow(6, uid(5), name="\u202eEve \x1b[31m", lifecycle="other", created_at=NOW,
               updated_at=NOW),
]  # fmt: skip
COMPANIES = [
    CompanyRow(2, uid(10), name="Stalmex", domain="stalmex.example", city="Łódź",
               phone=phone.parse("+48 22 555 01 01", "PL"), note="two\nlines",
               created_at=NOW, updated_at=NOW),
]  # fmt: skip
DEALS = [
    DealRow(2, uid(20), title="Steel; 40 t", person=Person(uid=uid(1)), company="Stalmex",
            stage="proposal", amount=12345678, currency="PLN", probability=40, close="2026-05-01",
            stage_since="2026-01-01T12:00Z", quoted_on="2026-01-02", valid_until="2026-02-02"),
    DealRow(3, uid(21), title="Yen", company="Stalmex", stage="won", amount=5000000, currency="JPY",
            stage_since=NOW, won_at=NOW),
    DealRow(4, uid(22), title="Lost", person=Person(uid=uid(2)), stage="lost", stage_since=NOW,
            lost_at=NOW, reason="price"),
]  # fmt: skip
INTERACTIONS = [
    InteractionRow(2, uid(30), kind="call", at="2026-01-05T10:00:00Z", direction="out", duration=90,
                   people=(Person(uid=uid(1)), Person(uid=uid(2))), subject="Żółw", text="a\nb"),
    InteractionRow(3, uid(31), kind="purchase", at="2026-01-06T12:00Z",
                   people=(Person(uid=uid(3)),),
                   amount=-12500, currency="EUR", deal=uid(20), source="shop"),
    InteractionRow(4, uid(32), kind="purchase", at="2026-01-06T12:00Z",
                   people=(Person(uid=uid(3)),),
                   amount=-12500, currency="EUR"),
    InteractionRow(5, uid(33), kind="complaint", at="2026-01-07T09:00:00Z", text="broken",
                   people=(Person(uid=uid(1)), Person(uid=uid(2))), closed_at="2026-01-20T12:00Z",
                   outcome="sent new;\nall well",
                   waits=(("2026-01-08T10:00:00Z", "2026-01-12T00:00:00Z"),
                          ("2026-01-13T12:00Z", None))),
    InteractionRow(6, uid(34), kind="complaint", at="2026-01-08T09:00:00Z", text="late",
                   people=(Person(uid=uid(2)),), source="old.csv"),
]  # fmt: skip
FOLLOW_UPS = [
    FollowUpRow(2, uid(40), person=Person(uid=uid(1)), due="2026-03-05", text="call; back",
                every="month", source="remind"),
    FollowUpRow(3, uid(41), person=Person(uid=uid(2)), due="2026-03-05T10:30", text="meet",
                done_at=NOW, snoozed_until="2026-03-09",
                snooze_reason="away; says =A1", source="promise"),
]  # fmt: skip
ROWS = {
    "companies": COMPANIES, "contacts": CONTACTS, "deals": DEALS,
    "interactions": INTERACTIONS, "followups": FOLLOW_UPS,
}  # fmt: skip


@pytest.fixture
def book(tmp_path):
    """A book with something of everything."""
    with closing(open_book(tmp_path / "rich.db")) as db:
        for noun, rows in ROWS.items():
            summary = load(db, noun, rows)
            assert (summary.read, summary.added) == (len(rows), len(rows))
        yield db


def exported(db: sqlite3.Connection, noun: str, to: str) -> str:
    columns = export.columns(db, noun)
    if to == "csv":
        out = io.StringIO(newline="")
        write_scalars(out, columns, export.cells(db, noun, columns))
        return out.getvalue()
    return "".join(f"{line}\n" for line in export.objects(db, noun, columns))


def bring_in(db: sqlite3.Connection, noun: str, path: Path) -> bulk.Summary:
    refused: list[object] = []
    with closing(open_source(str(path), FileOptions(noun=noun, tz="UTC"))) as source:
        summary = load(
            db, noun, source.rows(noun, Told(refused.append, refused.append)), source=path.name,
            reject=lambda line, reason: refused.append((line, reason)),
        )  # fmt: skip
    assert not refused
    return summary


@pytest.mark.parametrize("to", ["csv", "jsonl"])
def test_everything_comes_back(book, tmp_path, to):
    """An export, imported into an empty book, exports the same bytes again."""
    with closing(open_book(tmp_path / "copy.db")) as copy:
        for noun in NOUNS:
            path = tmp_path / f"{noun}.{to}"
            path.write_text(exported(book, noun, to), encoding="utf-8", newline="")
            summary = bring_in(copy, noun, path)
            assert summary.added == summary.read
        for noun in NOUNS:
            assert exported(copy, noun, to) == exported(book, noun, to)
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("to", ["csv", "jsonl"])
@pytest.mark.parametrize("on_match", ["fill", "update"])
def test_an_export_changes_nothing_in_its_own_book(book, tmp_path, to, on_match):
    """Whatever the book exports says nothing new to it, and leaves no entry in the history."""
    before = sorted(book.iterdump())
    for noun in NOUNS:
        path = tmp_path / f"{noun}.{to}"
        path.write_text(exported(book, noun, to), encoding="utf-8", newline="")
        with closing(open_source(str(path), FileOptions(noun=noun, tz="UTC"))) as source:
            rows = source.rows(noun, Told())
            summary = load(book, noun, rows, on_match=on_match)
        assert summary.unchanged == summary.read
    after = sorted(book.iterdump())
    assert [line for line in after if "sqlite_sequence" not in line] == [
        line for line in before if "sqlite_sequence" not in line
    ]


def test_a_shared_address_names_nobody(book, tmp_path):
    """A person whose e-mail another has too is exported by uid; the others by e-mail."""
    book.execute(
        "UPDATE email SET key = 'office@shared.example', address = 'office@shared.example'"
        " WHERE contact_id = 2"
    )
    assert next(iter(export.cells(book, "interactions", ["contacts"]))) == (
        "lukasz@stalmex.example;" + uid(2),
    )
    with closing(open_book(tmp_path / "copy.db")) as copy:
        for noun in NOUNS:
            path = tmp_path / f"{noun}.csv"
            path.write_text(exported(book, noun, "csv"), encoding="utf-8", newline="")
            bring_in(copy, noun, path)
        assert exported(copy, "interactions", "csv") == exported(book, "interactions", "csv")


def test_a_person_in_json_is_an_object(book):
    """Id, uid, name and e-mail, so that any of them can be used."""
    person = json.loads(next(export.objects(book, "followups", ["contact"])))["contact"]
    assert person == {
        "id": 1,
        "uid": uid(1),
        "name": "Łukasz Łoś",
        "email": "lukasz@stalmex.example",
    }


def test_amounts_and_instants_as_the_contract_has_them(book):
    """Amounts are decimals with the digits of their currency; a day without a time is a day."""
    assert [row[0] for row in export.cells(book, "deals", ["amount"])] == ["1234.5678", "500", None]
    assert [row[0] for row in export.cells(book, "interactions", ["at"])] == [
        "2026-01-05T10:00:00Z",
        "2026-01-06",
        "2026-01-06",
        "2026-01-07T09:00:00Z",
        "2026-01-08T09:00:00Z",
    ]
    assert '"amount":-1.25,' in list(export.objects(book, "interactions", ["amount", "kind"]))[1]


def test_a_choice_of_people_chooses_what_belongs_to_them(book):
    """With a condition on people, only what is theirs or their company's alone leaves."""
    counts = {
        noun: len(list(export.cells(book, noun, ["uid"], "c.name = ?", ["Łukasz Łoś"])))
        for noun in NOUNS
    }
    assert counts == {
        "companies": 1,
        "contacts": 1,
        "deals": 2,
        "interactions": 2,
        "followups": 1,
    }


def test_what_became_of_a_complaint(book):
    """In CSV and in JSON: closed, how, and the spans of waiting, open ones with an open end."""
    fields = ["closed_at", "outcome", "waits"]
    waits = ["2026-01-08T10:00:00Z..2026-01-12T00:00:00Z", "2026-01-13.."]
    assert list(export.cells(book, "interactions", fields))[2:4] == [
        (None, None, None),
        ("2026-01-20", "sent new;\nall well", ";".join(waits)),
    ]
    assert [json.loads(line) for line in export.objects(book, "interactions", fields)][2:4] == [
        {"closed_at": None, "outcome": None, "waits": []},
        {"closed_at": "2026-01-20", "outcome": "sent new;\nall well", "waits": waits},
    ]


def test_what_people_agreed_to_and_which_channels_work(book):
    """Each item with its day; without any an empty cell, and an empty list in JSON."""
    fields = ["notice_on", "consents", "verified_channels", "dead_channels"]
    consents = ["consent=2025-01-02..2025-06-01/fair; hall 3/4", "legitimate-interest=2025-07-01"]
    works = ["l.los@home.example=2026-01-02", "+48601100101=2026-02-03"]
    dead = ["lukasz@stalmex.example=2026-01-03", "+48225550101 ext 7=2026-01-04"]
    rows = list(export.cells(book, "contacts", fields))
    assert rows[:2] == [
        ("2025-01-20", ";".join(consents).replace("; ", "\\; "), ";".join(works), ";".join(dead)),
        (None, None, None, None),
    ]
    found = [json.loads(line) for line in export.objects(book, "contacts", fields)]
    assert found[0]["consents"] == consents
    assert found[0]["verified_channels"] == works
    assert found[0]["dead_channels"] == dead
    assert found[1]["consents"] == found[1]["dead_channels"] == []


def test_json_does_nothing_on_a_terminal(book):
    """Control and bidi characters leave as escapes, and mean the same."""
    line = list(export.objects(book, "contacts", ["name"]))[-1]
    assert line.isprintable()
    assert json.loads(line) == {"name": "\u202eEve \x1b[31m"}


def test_custom_fields_are_columns_and_keys(book):
    """In CSV each has a column of its own; in JSON a person has the keys that are filled."""
    assert export.columns(book, "contacts")[-2:] == ["a;b", "Shoe size"]
    rows = list(export.cells(book, "contacts", ["Shoe size", "id", "a;b"]))
    assert rows[:3] == [["43", 1, "c;d\\e"], [None, 2, None], ["44", 3, None]]
    found = [json.loads(line) for line in export.objects(book, "contacts", ["id", "Shoe size"])]
    assert found[:2] == [{"id": 1, "Shoe size": "43"}, {"id": 2}]


@given(
    tags=st.lists(
        st.text("ab;\\ ,\"'", min_size=1).map(clean).filter(bool), max_size=3, unique=True
    ),
    note=st.text("ab;\\\n\"',=", max_size=8),
)
def test_separators_inside_values_survive(tmp_path_factory, tags, note):
    """Semicolons, backslashes, quotes and newlines in lists and texts come back as they were."""
    note = clean(note, multiline=True) or None
    row = ContactRow(2, uid(1), name="Anna", urls=tuple(tags), note=note, lifecycle="lead",
                     created_at=NOW, updated_at=NOW)  # fmt: skip
    path = tmp_path_factory.mktemp("trip")
    with closing(open_book(path / "one.db")) as one, closing(open_book(path / "two.db")) as two:
        load(one, "contacts", [row])
        text = exported(one, "contacts", "csv")
        (path / "all.csv").write_text(text, encoding="utf-8", newline="")
        bring_in(two, "contacts", path / "all.csv")
        assert exported(two, "contacts", "csv") == text


def test_fields_are_those_that_import_reads(book):
    """Every column of the contract is one that the book can give."""
    for noun, fields in write.FIELDS.items():
        assert len(next(iter(export.cells(book, noun, fields)))) == len(fields)
