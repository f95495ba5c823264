"""What is found of one person costs no more in a large book than in a small one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from crmcli.db import connection
from crmcli.rules import RULES, engine, selection
from crmcli.rules.day import Day

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from tests.conftest import Crm

TODAY = date(2026, 3, 2)
STEP = 50  # instructions of SQLite that are counted as one
BORN = date(1960, 1, 1)
SLACK = 20  # steps by which two counts may differ where nothing is read through
PEOPLE = "name,email,phone,company,lifecycle,birthday,dates,verified_on,country\n"
DEALS = "title,contact,stage,amount,currency,quoted_on\n"


def book_of(crm: Crm, number: int) -> sqlite3.Connection:
    """A book of so many people, each with a deal, a call and a follow-up, opened for reading."""
    mails = [f"p{n}@firm{n}.example" for n in range(number)]
    people = [
        f"Ann{n} Bee{n},{mail},+4860{n:07},Firm {n},customer,{BORN + timedelta(n)},wedding=2001-05-{n % 28 + 1:02},2025-01-01,PL\n"
        for n, mail in enumerate(mails)
    ]
    deals = [f"Roof {mail},{mail},proposal,100,EUR,2026-02-01\n" for mail in mails]
    calls = [f"call,2026-01-05T10:00:00Z,out,{mail},spoke of it\n" for mail in mails]
    due = [f"{mail},2026-04-01,call\n" for mail in mails]
    for noun, head, rows in (
        ("contacts", PEOPLE, people),
        ("deals", DEALS, deals),
        ("interactions", "kind,at,direction,contacts,text\n", calls),
        ("followups", "contact,due,text\n", due),
    ):
        crm.ok("import", "-", "--as", noun, stdin=head + "".join(rows))
    return connection.connect(str(crm.db), today=TODAY, tz="UTC")


def steps_of(db: sqlite3.Connection, code: str) -> int:
    """How many steps a rule takes for one person, what it seeks first included."""
    rule = selection.get(code)
    day = Day(TODAY, tz="UTC")
    engine.functions.create(db, day)
    values = rule.bind(day)
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    db.set_progress_handler(step, STEP)
    if rule.seek:
        rule.seek(db, day, {7})
    db.execute(rule.among({7}), values).fetchall()
    db.set_progress_handler(None, 0)
    return taken


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[sqlite3.Connection]:
    from tests.conftest import Crm

    def made(name: str, number: int) -> sqlite3.Connection:
        home: Path = tmp_path_factory.mktemp(name)
        return book_of(Crm(home), number)

    return [made("small", 100), made("large", 1_500)]


@pytest.mark.parametrize("code", RULES)
def test_a_rule_reads_no_more_of_a_large_book_for_one_person(
    books: list[sqlite3.Connection], code: str
) -> None:
    """So that a card shows at once: each rule goes to the person's own rows."""
    small, large = (steps_of(db, code) for db in books)
    assert large <= small + SLACK
