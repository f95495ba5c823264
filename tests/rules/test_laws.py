"""What holds of all rules, whatever is in the book."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli import config as configs
from crmcli.rules import RULES, engine, rank, selection
from tests.rules import anybody
from tests.rules.anybody import TODAY

if TYPE_CHECKING:
    import sqlite3

    from crmcli.config import Config

ZONES = ("UTC", "America/New_York", "Pacific/Auckland")
# All that is found but the numbers of cases and deals, which are given in the order of insertion.
FOUND = """
SELECT f.code, c.uid, f.due, f.d, f.last, f.severity, f.promise, f.batch, f.silent, f.message
FROM finding f JOIN contact c ON c.id = f.contact_id
"""
seeds = st.integers(0, 100_000)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    path = tmp_path_factory.mktemp("home") / "config.toml"
    path.write_text(anybody.CONFIG)
    path.chmod(0o600)
    return configs.load(str(path), {"HOME": "/nowhere"})


def rows(db: sqlite3.Connection, sql: str) -> Counter[tuple[Any, ...]]:
    return Counter(
        tuple(re.sub(r"\b(case|deal) \d+|\(F\d+\)", "", value) if isinstance(value, str) else value for value in row)
        for row in db.execute(sql)
    )  # fmt: skip


def test_every_rule_finds_somebody(config: Config) -> None:
    """Else the laws below would say nothing of it."""
    rules = selection.Catalogue(config).selected()
    found: set[str] = set()
    for seed in range(3):
        db = anybody.write(config, anybody.people(seed, 200, 0.5), random.Random(seed))  # noqa: S311
        engine.fill(db, config, rules, engine.day_of(db, config, TODAY, "UTC"))
        found |= {row[0] for row in db.execute("SELECT code FROM finding")}
        db.close()
    assert found == set(RULES)


@settings(max_examples=12)
@given(seed=seeds, zone=st.sampled_from(ZONES))
def test_the_order_of_insertion_does_not_matter(config: Config, seed: int, zone: str) -> None:
    """The same people, written in three orders, are found alike.

    But for Q705: of two that look alike it names the one who came later. And of deals that press
    alike, or colleagues spoken to on one day, the first in the book leads; here nobody has two.
    """
    rules = [rule for rule in selection.Catalogue(config).selected() if rule.code != "Q705"]
    people = anybody.people(seed, 60, 0.5)
    for who in people:
        who["deal"] = [deal | {"of_company": False} for deal in who["deal"][:1]]
    seen = []
    for order in range(3):
        chance = random.Random(order)  # noqa: S311 - repeatable on purpose
        shuffled = chance.sample(people, len(people)) if order else people
        db = anybody.write(config, shuffled, chance, tz=zone)
        anybody.hush(db, config, rules, seed, tz=zone)
        engine.fill(db, config, rules, engine.day_of(db, config, TODAY, zone))
        seen.append(rows(db, FOUND))
        db.close()
    assert seen[0] == seen[1] == seen[2]


@settings(max_examples=8)
@given(seed=seeds, zone=st.sampled_from(ZONES), ahead=st.sampled_from([0, 0, 7]))
def test_of_one_person_is_found_what_is_found_of_everybody(
    config: Config, seed: int, zone: str, ahead: int
) -> None:
    """A card, and done, see what the list sees."""
    rules = selection.Catalogue(config).selected()
    db = anybody.write(config, anybody.people(seed, 40, 0.5), random.Random(seed), tz=zone)  # noqa: S311
    anybody.hush(db, config, rules, seed, tz=zone)
    day = engine.day_of(db, config, TODAY, zone, ahead=ahead)
    engine.fill(db, config, rules, day)
    everybody = rows(db, "SELECT * FROM finding")
    apart: Counter[tuple[Any, ...]] = Counter()
    for (number,) in db.execute("SELECT id FROM contact").fetchall():
        engine.fill(db, config, rules, day, people={number})
        apart += rows(db, "SELECT * FROM finding")
    assert apart == everybody
    db.close()


@settings(max_examples=40)
@given(
    seed=seeds,
    zone=st.sampled_from(ZONES),
    ahead=st.sampled_from([0, 0, 1, 7, 40]),
    buyers=st.sampled_from([0.2, 0.9]),
)
def test_scout_and_hint_name_at_least_all_who_are_found(
    config: Config, seed: int, zone: str, ahead: int, buyers: float
) -> None:
    """And no finding weighs more than its rule says at most: on that rests the front of a long list."""
    rules = selection.Catalogue(config).selected(touch_only=True)
    db = anybody.write(config, anybody.people(seed, 100, buyers), random.Random(seed), tz=zone)  # noqa: S311
    day = engine.day_of(db, config, TODAY, zone, ahead=ahead)
    values = engine.ready(db, config, rules, day)
    rank.create(db, day)
    for rule in rules:
        bound = values[rule.code]
        engine.fill(db, config, [rule], day, values=values)
        found = [row[0] for row in db.execute("SELECT contact_id FROM finding")]
        scouted = {row[0] for row in db.execute(f"SELECT contact_id FROM ({rule.scout})", bound)}
        assert set(found) <= scouted, rule.code
        if rule.hint:
            hinted = f"SELECT contact_id FROM summaries s WHERE {rule.hint}"
            assert set(found) <= {row[0] for row in db.execute(hinted, bound)}, rule.code
        if "ref" not in rule.gives:  # else there are several of one person
            assert len(found) == len(set(found)), rule.code
        most = rank.most(rule, day, bound.get(rule.since))
        weighs = db.execute("SELECT max(late + severity + promise + age) FROM scored").fetchone()[0]
        assert (weighs or 0) <= most, rule.code
        if rule.hint and rule.d:
            exact = rank.most_of(rule, day, most, rule.due or "NULL", rule.d)
            over = db.execute(
                "SELECT f.contact_id FROM scored f JOIN summaries s ON s.contact_id = f.contact_id"
                f" WHERE f.late + f.severity + f.promise + f.age > {exact}",
                bound,
            )
            assert over.fetchall() == [], rule.code
    db.close()
