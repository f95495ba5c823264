"""A book of anything goes out, into an empty one, and out again as the same bytes."""

from __future__ import annotations

import io
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmcli.exchange.plan import Options
from crmcli.exchange.records import (
    CompanyRow,
    DealRow,
    FollowUpRow,
    InteractionRow,
    Person,
    Told,
)
from crmcli.exchange.source import open_source
from crmcli.exchange.spreadsheet import safe_rows
from crmcli.output.as_csv import write_scalars
from crmcli.store import export
from tests.conftest import Crm
from tests.exchange.test_round_trip import (
    AMOUNT,
    AT,
    CURRENCY,
    DAY,
    IDS,
    LONG,
    MAYBE,
    SPANS,
    TEXT,
    contact_rows,
    maybe,
    several,
)
from tests.store.test_export import NOUNS, load, open_book

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from crmcli.exchange.records import Row

WAYS = ("csv", "excel-safe", "json", "jsonl")
REPEATS = st.sampled_from(["week", "2 months after done"])


def uids(first: int):
    """Numbers that several records draw from, so that they meet."""
    return st.integers(first, first + 4).map("{:016x}".format)


def with_money(row):
    """As readers hand it on: no amount, no currency."""
    return row if row.amount is not None else row._replace(currency=None)


WHO = uids(1).map(lambda uid: Person(uid=uid))


@st.composite
def books(draw) -> dict[str, list[Row]]:
    """Rows of every noun: people with uids 1 to 5, and what happened with some of them."""
    people = [
        draw(contact_rows())._replace(uid=f"{number:016x}", referred_by=None, merged=(), different=())
        for number in range(1, 6)
    ]  # fmt: skip
    people[0] = people[0]._replace(referred_by=f"{2:016x}", different=(f"{3:016x}",))
    people[1] = people[1]._replace(merged=((f"{9:016x}", draw(st.sampled_from([None, "acme"])), draw(TEXT.filter(lambda t: "/" not in t))),))  # fmt: skip
    companies = st.builds(
        CompanyRow, st.just(2), uids(20), st.none(), TEXT, MAYBE, st.none(), MAYBE, maybe(LONG), MAYBE, MAYBE, MAYBE,
        maybe(st.just("PL")), maybe(LONG), maybe(AT), maybe(AT), IDS,
    )  # fmt: skip
    deals = st.builds(
        DealRow, st.just(2), uids(30), st.none(), TEXT, WHO, MAYBE, st.sampled_from(["new", "won", "lost", "Eigene Phase"]), maybe(AMOUNT),
        CURRENCY, maybe(st.integers(0, 100)), maybe(DAY), maybe(AT), maybe(AT), maybe(AT), MAYBE, maybe(DAY), maybe(DAY), st.none(),
        IDS, maybe(AT), maybe(AT),
    )  # fmt: skip
    interactions = st.builds(
        InteractionRow, st.just(2), uids(40), st.none(), st.sampled_from(["call", "note", "purchase", "complaint"]), AT,
        maybe(st.sampled_from(["in", "out"])), st.lists(WHO, min_size=1, max_size=3, unique=True).map(tuple), st.none(), MAYBE, maybe(LONG),
        maybe(AMOUNT), CURRENCY, maybe(st.integers(1, 9999)), maybe(uids(30)), MAYBE, closed_at=st.none(), outcome=st.none(),
        waits=st.just(()), channel=st.none(), external_ids=IDS,
    )  # fmt: skip
    closed = st.builds(
        lambda row, at, how, waits: row._replace(closed_at=at, outcome=how, waits=waits) if row.kind == "complaint" else row,
        interactions, AT, maybe(LONG), several(SPANS),
    )  # fmt: skip
    follow_ups = st.builds(
        FollowUpRow, st.just(2), uids(50), st.none(), WHO, DAY | st.just("2026-03-02T14:30"), maybe(LONG), maybe(REPEATS), maybe(AT),
        maybe(DAY), MAYBE, MAYBE, maybe(DAY), IDS, maybe(uids(40)), maybe(uids(40)), maybe(AT),
    )  # fmt: skip
    beside = {
        "companies": companies,
        "deals": deals,
        "interactions": interactions | closed,
        "followups": follow_ups,
    }
    beside["deals"] = deals.map(with_money)
    beside["interactions"] = beside["interactions"].map(with_money)
    found: dict[str, list[Row]] = {"contacts": people}
    return found | {
        noun: draw(st.lists(rows, max_size=4, unique_by=lambda row: row.uid))
        for noun, rows in beside.items()
    }


def out(db: sqlite3.Connection, noun: str, way: str) -> str:
    """The export of a noun."""
    columns = export.columns(db, noun)
    if way.startswith("json"):
        lines = list(export.objects(db, noun, columns))
        return "[\n" + ",\n".join(lines) + "\n]\n" if way == "json" else "".join(f"{one}\n" for one in lines)  # fmt: skip
    stream = io.StringIO(newline="")
    rows = export.cells(db, noun, columns)
    if way == "excel-safe":
        columns, rows = safe_rows(columns, rows)
    write_scalars(stream, columns, rows)
    return stream.getvalue()


def bring_in(db: sqlite3.Connection, noun: str, path: Path) -> None:
    said: list[object] = []
    with closing(open_source(str(path), Options(noun=noun, tz="UTC"))) as source:
        rows = source.rows(noun, Told(said.append, said.append, said.append))
        load(db, noun, rows, reject=lambda *reject: said.append(reject))
    assert not said


def kept(db: sqlite3.Connection, noun: str) -> set[str]:
    """The ids that the book knows records of a noun by."""
    table = {"contacts": "contact", "companies": "company", "followups": "follow_up"}
    asked = (table.get(noun, noun.removesuffix("s")),)
    found = db.execute("SELECT system || ':' || value FROM external_id WHERE noun = ?", asked)
    return {row[0] for row in found}


def told(db: sqlite3.Connection, noun: str, rows: list[Row]) -> set[str]:
    """The ids of rows that are in the book; people of one id are one person, with all of theirs."""
    table = export.SOURCES[noun][0].partition(" ")[0]
    uids = {row[0] for row in db.execute(f"SELECT uid FROM {table}")}
    return {
        one for row in rows if noun == "contacts" or row.uid in uids for one in row.external_ids
    }


@settings(max_examples=12, phases=(Phase.generate,))
@given(books(), st.sampled_from(WAYS))
def test_a_book_moves(tmp_path_factory, rows, way):
    """Every noun, with ids, links and stamps: the second export is the first."""
    path = tmp_path_factory.mktemp("book")
    with closing(open_book(path / "one.db")) as one, closing(open_book(path / "two.db")) as two:
        for noun in NOUNS:
            load(one, noun, rows[noun])
        first = {noun: out(one, noun, way) for noun in NOUNS}
        for noun in NOUNS:
            assert kept(one, noun) == told(one, noun, rows[noun])
        for noun in NOUNS:
            if not one.execute(f"SELECT 1 FROM {export.SOURCES[noun][0]} LIMIT 1").fetchone():
                continue
            file = path / noun
            file.write_text(first[noun], encoding="utf-8", newline="")
            bring_in(two, noun, file)
        for noun in NOUNS:
            assert out(two, noun, way).splitlines() == first[noun].splitlines(), noun
        ids = "SELECT noun, row_id, system, value FROM external_id ORDER BY 1, 3, 4"
        assert [tuple(row) for row in two.execute(ids)] == [tuple(row) for row in one.execute(ids)]
        assert not list(chain(two.execute("PRAGMA foreign_key_check")))


def test_the_first_email_and_phone_alone_are_taken_for_the_lists(crm: Crm, tmp_path: Path) -> None:
    """What lists and searches show goes in again: `email` is the list where that is not there."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--phone", "+48601234567")
    shown = crm.ok("search", "--csv", "--columns", "uid,name,email,phone").out
    home = tmp_path / "other"
    home.mkdir()
    other = Crm(home)
    other.ok("import", "-", stdin=shown)
    assert other.ok("search", "--csv", "--columns", "uid,name,email,phone").out == shown
