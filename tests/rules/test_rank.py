"""The order of the morning."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from crmcli.rules import rank
from tests.rules.book import build

if TYPE_CHECKING:
    from tests.conftest import Crm


def order(crm: Crm, *words: str, **environ: str) -> list[str]:
    return [row["contact"]["name"] for row in crm("remind", "--json", *words, **environ).json]


def add(crm: Crm, name: str, *lines: str) -> None:
    crm.ok("add", name, "--email", f"{name}@acme.example", "--lifecycle", "customer")
    for line in lines:
        crm.ok(*shlex.split(line.replace("WHO", f"{name}@acme.example")))


def terms(crm: Crm, handle: str) -> dict[str, float]:
    return {
        row["term"]: row["points"] for row in crm.ok("remind", "--explain", handle, "--json").json
    }


def test_the_terms_sum_exactly(crm: Crm) -> None:
    """In whole thousandths, for every item, and the best item's sum is the score of the row."""
    for number in range(1, 9):
        add(crm, f"p{number}", f"log purchase WHO --amount {number * 100} --at 2025-{number:02}-15")
    crm.ok("remind", "1", "2026-01-01", "call")
    crm.ok("edit", "2", "--birthday", "--03-03")
    rows = crm("remind", "--all", "--json").json
    assert len(rows) > 4
    for row in rows:
        found = terms(crm, row["handle"])
        points = [round(1000 * value) for term, value in found.items() if term != "score"]
        assert sum(points) == round(1000 * found["score"]) == round(1000 * row["score"])


def test_value_is_the_share_of_buyers_who_bought_no_more(crm: Crm) -> None:
    """The biggest has all of the weight, somebody unknown 0.3 of it."""
    crm.ok("config", "set", "rules.select", "R201")
    for number in (1, 2, 3, 4):
        add(crm, f"p{number}", f"log purchase WHO --amount {number * 100} --at 2025-10-01")
    add(crm, "p5", "log call WHO hi --at 2025-10-01")
    assert [terms(crm, f"R201:{number}")["value"] for number in (1, 2, 3, 4, 5)] == [
        1.5,
        3,
        4.5,
        6,
        1.8,
    ]
    assert order(crm) == ["p4", "p3", "p2", "p5", "p1"]


@pytest.mark.parametrize(
    ("due", "late"),
    [("2026-03-02", 8.8), ("2026-02-27", 9.257), ("2026-02-20", 11.543), ("2026-01-01", 12)],
)
def test_lateness_counts_working_days(crm: Crm, due: str, late: float) -> None:
    """The formula, and its end: more than seven working days late is as late as can be."""
    add(crm, "anna", f"remind WHO {due} call")
    assert terms(crm, "F1")["late"] == late


def test_lateness_never_lowers_a_score(crm: Crm) -> None:
    """Day after day the score of what waits stays or grows."""
    add(crm, "anna", "remind WHO 2026-03-10 call")
    before = 0
    for day in range(1, 28):
        rows = crm("remind", "--within", "40d", "--json", CRM_NOW=f"2026-03-{day:02}T09:00").json
        assert rows[0]["score"] >= before
        before = rows[0]["score"]


def test_a_promise_weighs_more(crm: Crm) -> None:
    """Three points beside the same follow-up that was not promised."""
    add(crm, "anna", "log call WHO hello --promise 2026-03-02", "remind WHO today call")
    assert terms(crm, "F1")["promise"] == 3
    assert terms(crm, "F2")["promise"] == 0


def test_further_reasons_add_one_each_up_to_three(crm: Crm) -> None:
    """Five follow-ups are one row, the best and three more points."""
    add(crm, "anna", *["remind WHO today call"] * 5)
    [row] = crm("remind", "--json").json
    assert len(row["reasons"]) == 4
    assert terms(crm, row["handle"])["further"] == 3


def test_ties_are_settled_by_due_date_then_id(crm: Crm) -> None:
    """So the same day prints the same list."""
    for name in ("c", "b", "a"):
        add(crm, name, "remind WHO today call")
    assert order(crm) == ["c", "b", "a"]


@pytest.mark.parametrize(("days", "shown"), [(14, True), (13, False)])
def test_a_touch_within_a_fortnight_holds_rules_r_and_t_back(
    crm: Crm, days: int, shown: bool
) -> None:
    """A birthday two days ahead is not asked for thirteen days after a call."""
    add(crm, "anna", f"log call WHO hi --at -{days}d", "edit WHO --birthday --03-04")
    assert bool(order(crm)) == shown
    assert crm("check", "--select", "T601", "--ids").lines == ["T601:1"]


def test_a_cadence_shorter_than_a_fortnight_is_heard(crm: Crm) -> None:
    """The gate for fresh touches gives way to the person's own cadence."""
    add(crm, "anna", "edit WHO --cadence 7d", "log call WHO hi --at 2026-02-23")
    assert order(crm) == ["anna"]


def test_the_gate_does_not_hold_back_what_was_planned(crm: Crm) -> None:
    """A follow-up due today shows although there was a call yesterday."""
    add(crm, "anna", "log call WHO hi --at 2026-03-01", "remind WHO today call")
    assert order(crm) == ["anna"]


def test_nobody_without_a_channel_is_asked_for(crm: Crm) -> None:
    """A lead with a name alone is a matter for crm check."""
    crm.ok("add", "Anna", CRM_NOW="2026-02-20T09:00")
    assert order(crm) == []
    assert crm("check", "--select", "R202", "--ids").lines == ["R202:1"]


def test_at_most_three_of_ten_rows_are_mere_information(crm: Crm) -> None:
    """The other birthdays wait behind --all."""
    for number in range(6):
        add(crm, f"b{number}", "edit WHO --birthday --03-02")
    add(crm, "anna", "remind WHO today call")
    assert order(crm) == ["anna", "b0", "b1", "b2"]
    assert len(order(crm, "--all")) == 7
    assert "3 more: crm remind --all" in crm.ok("remind").out


def test_deals_stand_in_where_nothing_was_bought(crm: Crm) -> None:
    """Open ones, by amount and probability."""
    for number, amount in ((1, 100), (2, 900)):
        add(crm, f"p{number}", "log call WHO hi --at 2025-10-01")
        crm.ok(
            "import",
            "-",
            "--as",
            "deals",
            stdin=f"contact,title,stage,amount,currency\np{number}@acme.example,offer,proposal,{amount},EUR\n",
        )
    assert [terms(crm, f"R201:{number}")["value"] for number in (1, 2)] == [3, 6]


def test_the_table_names_every_weight_once() -> None:
    """Each has a meaning in words."""
    names = [name for name, _, _ in rank.WEIGHTS]
    assert len(names) == len(set(names))
    assert all(meaning for _, _, meaning in rank.WEIGHTS)


def test_the_archived_are_gone_from_the_list(crm: Crm) -> None:
    """And back when they are."""
    build(crm, {"book": ["add Anna --email a@acme.example", "remind 1 today call", "archive 1"]})
    assert order(crm) == []
    crm.ok("unarchive", "1")
    assert order(crm) == ["Anna"]


def test_a_belated_birthday_is_no_more_urgent_than_one_of_today(crm: Crm) -> None:
    """It stays in sight for a week, behind a follow-up that is late as long."""
    for number, born in enumerate(("1980-03-02", "1980-02-23"), 1):
        add(crm, f"p{number}")
        crm.ok("edit", str(number), "--birthday", born)
    assert terms(crm, "T601:1")["late"] == terms(crm, "T601:2")["late"]


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("remind 1 2026-03-02 price list", "log email 1 --done F1"),
        ("remind 1 2026-03-03 price list", "log email 1"),
        # A promise is kept or it is not; another word does not keep it.
        ("log call 1 hello --promise 2026-03-03", "log email 1"),
    ],
)
def test_the_command_completes_a_follow_up_that_is_due_too(
    crm: Crm, line: str, action: str
) -> None:
    """One row, one command: what the owner set for today is not left behind."""
    crm.ok("add", "Anna", "--email", "anna@acme.example", CRM_NOW="2026-02-01T09:00")
    crm.ok(*shlex.split(line), CRM_NOW="2026-02-02T09:00")
    crm.ok("log", "email", "1", "hello", "--in", CRM_NOW="2026-02-03T09:00")
    (row,) = crm.ok("remind", "--json").json
    assert (row["handle"], row["action"]) == ("F103:1", f"crm {action}")


def test_what_is_only_seen_ahead_is_not_completed(crm: Crm) -> None:
    """The last working day shows an appointment of the days off, which another word does not keep."""
    crm.ok("add", "Anna", "--email", "anna@acme.example", CRM_NOW="2026-02-01T09:00")
    crm.ok("remind", "1", "2026-03-07T10:00", "fair", CRM_NOW="2026-02-02T09:00")
    crm.ok("log", "email", "1", "hello", "--in", CRM_NOW="2026-02-03T09:00")
    for day, action in (("06", "log email 1"), ("07", "log email 1 --done F1")):
        (row,) = crm.ok("remind", "--json", CRM_NOW=f"2026-03-{day}T09:00").json
        assert row["handles"] == ["F103:1", "F1"]
        assert row["action"] == f"crm {action}"


def test_where_nothing_came_back_the_follow_up_goes_another_way(crm: Crm) -> None:
    """The command does not say again what the reason advises against."""
    crm.ok("add", "Anna", "--email", "anna@acme.example", "--phone", "+48600123456", "--channel", "email")  # fmt: skip
    for day in ("10", "13", "20"):
        crm.ok("log", "email", "1", "hello", "--at", f"2026-02-{day}")
    crm.ok("remind", "1", "today", "price list")
    (row,) = crm.ok("remind", "--json").json
    assert row["handles"] == ["F1", "F105:1"]
    assert row["action"] == "crm log call 1 --done F1"
