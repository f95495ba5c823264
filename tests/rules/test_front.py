"""The front of a long list is the front of the whole list."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli import config as configs
from crmcli.commands import COMMANDS
from crmcli.db import connection, migrations
from crmcli.rules import engine, front, morning, own
from crmcli.rules.own_table import Surroundings
from crmcli.store import search, settings

if TYPE_CHECKING:
    import sqlite3

    from crmcli.config import Config
    from crmcli.rules import selection

TODAY = date(2026, 3, 2)
AT = "2026-03-02T08:00:00Z"
TAGS = ("pin", "vip", "quiet")
# One of the owner's own rules finds few people, the other many, and it mutes one of ours.
OWN = """
[[rule]]
code = "U001"
name = "vip-silent"
where = "+vip quiet:10d"
severity = "error"
message = "silent {quiet} days"
[[rule]]
code = "U002"
name = "long-silent"
where = "quiet:60d or last:none"
mutes = ["F103"]
"""


def ago(chance: random.Random, most: int) -> str:
    return (TODAY - timedelta(days=chance.randint(0, most))).isoformat()


def person(db: sqlite3.Connection, chance: random.Random, number: int) -> None:
    """Somebody with anything that a rule, a gate or a term of the score looks at."""
    birthday = chance.choice([None, None, "--03-03", "1984-02-28", "--02-29", "--07-01"])
    lifecycle = chance.choice(["lead", "prospect", "customer", "customer", "other"])
    added = chance.choice(["2026-02-20T09:00:00Z", f"{ago(chance, 40)}T09:00:00Z"])
    db.execute(
        "INSERT INTO contact (id, uid, name, key, lifecycle, cadence, birthday, source, do_not_contact, created_at, updated_at, archived_at)"
        " VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number, f"u{number}", f"P{number}", lifecycle, chance.choice([None, None, 7, 30]), birthday,
            chance.choice([None, "fair"]), chance.random() < 0.03, added, AT, chance.choice([None] * 30 + [AT]),
        ),
    )  # fmt: skip
    if chance.random() < 0.8:
        db.execute(
            "INSERT INTO email (contact_id, position, address, key) VALUES (?, 0, 'a', ?)",
            (number, str(number)),
        )
    for tag, _ in enumerate(TAGS, 1):
        if chance.random() < 0.05:
            db.execute("INSERT INTO contact_tag VALUES (?, ?)", (number, tag))
    for _ in range(chance.choice([0, 0, 0, 1, 1, 2, 4])):
        due = (TODAY - timedelta(days=chance.randint(-30, 500))).isoformat()
        until = chance.choice([None] * 8 + ["2026-03-01", "2026-03-09"])
        db.execute(
            "INSERT INTO follow_up (uid, contact_id, due, text, snoozed_until, source, created_at)"
            " VALUES (hex(randomblob(8)), ?, ?, 'call', ?, ?, ?)",
            (number, due, until, chance.choice(["remind", "remind", "promise"]), AT),
        )
    if chance.random() < 0.2:
        db.execute(
            "INSERT INTO deal (uid, title, contact_id, stage, amount, currency, stage_since, close, created_at, updated_at)"
            " VALUES (hex(randomblob(8)), 'x', ?, ?, ?, 'EUR', ?, ?, ?, ?)",
            (
                number,
                chance.choice(["lead", "new", "proposal"]),
                chance.choice([0, 100, 100, 500]),
                f"{ago(chance, 700)}T09:00:00Z",
                chance.choice([None, ago(chance, 400)]),
                AT,
                AT,
            ),
        )


def said(db: sqlite3.Connection, chance: random.Random, number: int, value: int) -> None:
    """What was said and bought, some of it at the same instant or for the same money."""
    for _ in range(chance.choice([0, 1, 1, 3])):
        kind, direction = chance.choice(
            [("call", None), ("email", "in"), ("email", "in"), ("message", "out"), ("note", None)]
        )
        talk(db, number, kind, direction, ago(chance, chance.choice([20, 200, 900])), None)
    if value:
        talk(db, number, "purchase", None, ago(chance, 800), value)


def talk(
    db: sqlite3.Connection,
    number: int,
    kind: str,
    direction: str | None,
    day: str,
    amount: int | None,
) -> None:
    key = db.execute(
        "INSERT INTO interaction (uid, kind, at, direction, amount, currency)"
        " VALUES (hex(randomblob(8)), ?, ?, ?, ?, 'EUR')",
        (kind, f"{day}T12:00:00Z", direction, amount),
    ).lastrowid
    db.execute("INSERT INTO participant VALUES (?, ?)", (number, key))


def silence(db: sqlite3.Connection, chance: random.Random, people: int) -> None:
    for _ in range(chance.choice([0, 0, people // 4])):
        kind = chance.choice(["ack", "snooze", "ignore"])
        tag = chance.choice([None] * 5 + [3])
        db.execute(
            "INSERT INTO silence (kind, rule, contact_id, tag_id, occurrence, until, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                kind, chance.choice([None, "F103", "R201", "R202", "T601"]) if kind == "snooze" else chance.choice(["F103", "R201", "R202"]),
                None if tag else chance.randint(1, people), tag, ago(chance, 200), chance.choice(["2026-02-20", "2026-03-20"]), AT,
            ),
        )  # fmt: skip


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    path = tmp_path_factory.mktemp("home") / "config.toml"
    path.write_text(OWN)
    path.chmod(0o600)
    return configs.load(str(path), {"HOME": "/nowhere"})


def book(config: Config, seed: int, people: int, buyers: float) -> sqlite3.Connection:
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    db = connection.connect(":memory:", today=TODAY, tz="UTC")
    migrations.migrate(db)
    with connection.Transaction(db, "crm test", AT):
        settings.sync(db, config, TODAY)
        for name in TAGS:
            db.execute("INSERT INTO tag (name, key) VALUES (?, ?)", (name, name))
        for number in range(1, people + 1):
            person(db, chance, number)
            value = chance.choice([100, 500, number, number]) if chance.random() < buyers else 0
            said(db, chance, number, value)
        silence(db, chance, people)
    return db


def make_small(patched: pytest.MonkeyPatch) -> None:
    """Make a hundred people many."""
    for module, name, value in (
        (morning, "_SMALL", 0),
        (morning, "MANY", 5),
        (front, "FEW", 0),
        (front, "_TOP", 40),
        (front, "_HANDFUL", 6),
    ):
        patched.setattr(module, name, value)


def catalogue(db: sqlite3.Connection, config: Config) -> selection.Catalogue:
    """The rules as a command gets them."""

    def compiled(where: str, day: date | None) -> Any:
        return search.compiled(db, where, today=day or TODAY, tz="UTC", views={}, order=None)

    warnings: list[str] = []
    around = Surroundings(
        config, compile=compiled, custom=(), commands=COMMANDS, warn=warnings.append
    )
    made = own.read(around)
    assert (list(made.own), warnings) == (["U001", "U002"], [])
    return made


def listed(
    db: sqlite3.Connection, config: Config, words: list[str], ahead: int, most: int | None
) -> Any:
    rules = catalogue(db, config).selected(words, touch_only=True)
    day = engine.day_of(db, config, TODAY, "UTC", ahead=ahead)
    whole = morning.prepare(db, config, rules, day, most=most)
    snoozed = morning.snoozed(db, rules, day)
    items, total = morning.items(db, config, rules, day, 10)
    rows = [
        (
            item.score,
            item.handle,
            item.severity,
            item.message,
            item.reasons,
            item.marks,
            item.action,
        )
        for item in items
    ]
    return whole, total, snoozed, rows


@given(
    seed=st.integers(0, 10_000),
    people=st.sampled_from([30, 120, 250]),
    buyers=st.sampled_from([0.0, 0.3, 0.9]),
    words=st.sampled_from(
        [[], [], ["F"], ["F101", "T601"], ["R"], ["F103", "R201"], ["U"], ["U001", "F103"]]
    ),
    ahead=st.sampled_from([0, 0, 7]),
)
def test_the_front_is_that_of_the_whole_list(
    config: Config, seed: int, people: int, buyers: float, words: list[str], ahead: int
) -> None:
    """The same rows, scores, reasons, marks and commands, whoever is in the book."""
    db = book(config, seed, people, buyers)
    _, total, snoozed, rows = listed(db, config, words, ahead, None)
    with pytest.MonkeyPatch.context() as patched:
        make_small(patched)
        whole, count, put_off, found = listed(db, config, words, ahead, 10)
    assert found == rows
    assert put_off == snoozed
    assert count == total if whole else total > 15
    db.close()


def test_the_quick_way_is_taken(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the law above would compare the plain way with itself."""
    make_small(monkeypatch)
    taken = 0
    for seed in range(10):
        db = book(config, seed, 250, 0.9)
        taken += not listed(db, config, [], 0, 10)[0]
        db.close()
    assert taken > 5


def test_the_share_is_that_of_the_whole_order(config: Config) -> None:
    """Counted for those found, it is what SQL's cume_dist says of all who bought, or have deals."""
    db = book(config, 1, 200, 0.6)
    rules = catalogue(db, config).selected(touch_only=True)
    morning.prepare(db, config, rules, engine.day_of(db, config, TODAY, "UTC"))
    shares = db.execute(
        "SELECT contact_id, cume_dist() OVER (ORDER BY value) FROM contact_stats WHERE value > 0 UNION ALL"
        " SELECT contact_id, cume_dist() OVER (ORDER BY sum(amount * probability)) FROM deals"
        " WHERE open AND amount > 0 AND contact_id NOT IN"
        " (SELECT contact_id FROM contact_stats WHERE value > 0) GROUP BY contact_id"
    ).fetchall()
    counted = db.execute("SELECT contact_id, share FROM worth").fetchall()
    assert len(counted) > 50
    assert set(map(tuple, counted)) <= set(map(tuple, shares))
    db.close()
