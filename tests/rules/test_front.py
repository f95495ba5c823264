"""The front of a long list is the front of the whole list."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli import config as configs
from crmcli.commands import COMMANDS
from crmcli.rules import engine, front, morning, own, rank, selection
from crmcli.rules.own_table import Surroundings
from crmcli.store import search
from tests.rules import anybody
from tests.rules.anybody import TODAY

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from crmcli.config import Config

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


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    path = tmp_path_factory.mktemp("home") / "config.toml"
    path.write_text(anybody.CONFIG + OWN)
    path.chmod(0o600)
    return configs.load(str(path), {"HOME": "/nowhere"})


def book(config: Config, seed: int, people: int, buyers: float) -> sqlite3.Connection:
    """So many people by chance, some of what is found silenced."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    made = anybody.people(seed, people, buyers)
    anybody.second_entries(made, chance)
    db = anybody.write(config, made, chance)
    rules = selection.Catalogue(config).selected(touch_only=True)
    anybody.hush(db, config, rules, seed, share=chance.choice([0, 0, 0.2]))
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


@pytest.mark.parametrize("barred", [False, True])
def test_who_is_barred_is_not_counted_behind_the_first(config: Config, *, barred: bool) -> None:
    """All have the only e-mail of somebody not to be contacted: then nobody waits."""
    made = anybody.people(1, 120, 0.9)
    made[0]["contact"]["do_not_contact"] = 1
    for who in made:
        who["email"] = [{"position": 0, "address": "x@x.example", "key": "x" if barred else who["contact"]["uid"]}]  # fmt: skip
        who["phone"] = []
    db = anybody.write(config, made, random.Random(1))  # noqa: S311 - repeatable on purpose
    rules = catalogue(db, config).selected(touch_only=True)
    day = engine.day_of(db, config, TODAY, "UTC")
    values = engine.ready(db, config, rules, day)
    assert rank.more_than(db, day, rules, values=values, number=0) is not barred
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
