"""The channel of the suggested command."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm

BOTH = "add Anna --email a@acme.example --phone +48600123456"
EMAIL, PHONE = "email", "phone"


def suggested(crm: Crm, *lines: str, dead: tuple[str, ...] = ()) -> str:
    """What the follow-up of somebody asks to be logged."""
    for line in (*lines, "remind 1 today call"):
        crm.ok(*shlex.split(line))
    with closing(sqlite3.connect(crm.db)) as db, db:
        for table in dead:
            db.execute(f"UPDATE {table} SET dead_on = '2026-02-20'")
    [row] = crm.ok("remind", "--json").json
    program, log, kind, *rest = shlex.split(row["action"])
    assert (program, log, rest) == ("crm", "log", ["1", "--done", "F1"])
    return kind


@pytest.mark.parametrize(
    ("lines", "dead", "kind"),
    [
        # What they chose, unless it is known not to work.
        ((f"{BOTH} --channel message",), (), "message"),
        (("add Anna --email a@acme.example --channel call",), (), "call"),
        ((f"{BOTH} --channel call",), (PHONE,), "email"),
        ((f"{BOTH} --channel email",), (EMAIL,), "call"),
        ((f"{BOTH} --channel message",), (PHONE,), "email"),
        ((f"{BOTH} --channel message --url https://x.example/a",), (PHONE,), "message"),
        ((f"{BOTH} --channel post",), (), "call"),
        # What they answered on last.
        ((BOTH, "log email 1 hello --in --at 2025-06-01"), (), "email"),
        ((BOTH, "log email 1 hi --in --at 2025-06-01", "log call 1 hi --at 2025-07-01"), (), "call"),
        ((BOTH, "log email 1 hi --in --at 2025-06-01", "log call 1 hi --out --at 2025-07-01"), (), "email"),
        ((BOTH, "log email 1 hello --in --at 2025-06-01"), (EMAIL,), "call"),
        ((BOTH, "log email 1 hello --in --at 2025-06-01", "log purchase 1 --in --amount 5 --at 2025-07-01"), (), "email"),
        (("add Anna --email a@acme.example", "log call 1 hi --at 2025-07-01"), (), "email"),
        (("add Anna --email a@acme.example", "log message 1 hi --in --at 2025-07-01"), (), "message"),
        # What there is.
        ((BOTH,), (), "call"),
        ((BOTH,), (PHONE,), "email"),
        (("add Anna --email a@acme.example",), (), "email"),
        (("add Anna --url https://x.example/anna",), (), "message"),
        (("add Anna --address 'Rynek 1'",), (), "visit"),
        (("add Anna",), (), "meeting"),
        ((f"{BOTH} --address 'Rynek 1'",), (PHONE, EMAIL), "visit"),
        ((f"{BOTH} --channel call",), (PHONE, EMAIL), "meeting"),
    ],
)  # fmt: skip
def test_the_channel_is_what_this_person_answers(
    crm: Crm, lines: tuple[str, ...], dead: tuple[str, ...], kind: str
) -> None:
    """Chosen, else answered, else there; what is dead is not suggested."""
    assert suggested(crm, *lines, dead=dead) == kind


def test_of_several_numbers_one_that_works_is_enough(crm: Crm) -> None:
    """A wrong number beside a right one leaves the telephone."""
    crm.ok("add", "Anna", "--phone", "+48600123456", "--phone", "+48600123457")
    with closing(sqlite3.connect(crm.db)) as db, db:
        db.execute("UPDATE phone SET dead_on = '2026-02-20' WHERE position = 0")
    assert suggested(crm) == "call"


@pytest.mark.parametrize(
    ("dead", "action"), [((), "call"), ((PHONE,), None), ((EMAIL,), "call"), ((PHONE, EMAIL), None)]
)
def test_where_nothing_came_back_another_channel_is_tried(
    crm: Crm, dead: tuple[str, ...], action: str | None
) -> None:
    """One that was not used and works; none left, and the matter rests."""
    crm.ok(*shlex.split(BOTH))
    for day in (10, 13, 16):
        crm.ok("log", "email", "1", "hello", "--at", f"2026-02-{day}")
    with closing(sqlite3.connect(crm.db)) as db, db:
        for table in dead:
            db.execute(f"UPDATE {table} SET dead_on = '2026-02-20'")
    [row] = crm("check", "--select", "F105", "--json").json
    assert row["action"] == (f"crm log {action} 1" if action else "crm done F105:1")
    crm.ok("done", "F105:1", "tried it")
    last = crm.ok("show", "1", "--json").json["interactions"][0]
    assert last["kind"] == (action or "note")
