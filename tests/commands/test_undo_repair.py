"""crm undo after crm doctor --repair: what came before and after can be taken back, and nothing untrue is said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Crm


def by_hand(crm: Crm, *statements: str) -> None:
    """Change the file past crm."""
    with closing(sqlite3.connect(crm.db)) as db, db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)


def names(crm: Crm) -> list[str]:
    return sorted(row["name"] for row in crm("search", "--json").json)


def test_a_person_gone_by_hand(crm: Crm) -> None:
    """The repair cannot be taken back, which is said; plain undo goes on with what came before and after it."""
    crm.ok("add", "Anna", "--email", "a@x.example")
    crm.ok("add", "Bob")
    by_hand(crm, "DELETE FROM contact WHERE id = 1")
    crm.ok("doctor", "--repair", "--yes")
    refused = crm("undo", "4")
    assert refused.code == 3
    assert "stands on what is lost" in refused.err
    assert "later changes" not in refused.err
    crm.ok("add", "Cyril")
    assert "undone 5: " in crm.ok("undo").out
    done = crm.ok("undo")
    assert "left: 4 is a repair that cannot be taken back" in done.err
    assert "undone 2: " in done.out
    assert names(crm) == []


def test_a_lost_history(crm: Crm) -> None:
    """People whose history is lost are not taken away by an undo that names nothing."""
    for name in ("Anna", "Bob", "Cyril"):
        crm.ok("add", name)
    by_hand(crm, "DELETE FROM change WHERE set_id < 3")
    told = crm("doctor", "--repair", "--yes")
    assert told.code == 0
    assert "crm undo takes it back" not in told.err
    done = crm.ok("undo")
    assert "undone 3: " in done.out
    assert "(by hand, past crm); crm undo 4 takes it back" in done.err
    assert names(crm) == ["Anna", "Bob"]
    assert crm("undo").code == 3
    assert names(crm) == ["Anna", "Bob"]
    crm.ok("undo", "4")
    assert names(crm) == []


def test_an_instant_that_is_none(crm: Crm) -> None:
    """What was mended of one stays, which is said, and so it never keeps a command from being undone."""
    crm.ok("add", "Anna")
    crm.ok("add", "Bob")
    crm.ok("log", "call", "1", "hello")
    crm.ok("edit", "2", "--city", "Brno")
    by_hand(crm, "UPDATE interaction SET at = 'never'")
    crm.ok("doctor", "--repair", "--yes")
    assert "left as it was mended: 1 instant" in crm.ok("undo").err
    assert crm("doctor").code == 0
    for _ in range(4):
        crm.ok("undo")
    assert names(crm) == []


def test_a_repair_that_can_be_taken_back(crm: Crm) -> None:
    """It is what a plain undo takes back."""
    crm.ok("add", "Anna", "--country", "PL")
    by_hand(crm, "UPDATE contact SET country = 'pl'")
    assert "crm undo takes it back" in crm.ok("doctor", "--repair", "--yes").err
    assert "doctor --repair" in crm.ok("undo").out
    assert crm.ok("show", "1", "--json").json["country"] == "pl"
