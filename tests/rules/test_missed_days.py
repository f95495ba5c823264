"""Whoever looks seldom misses nothing."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm

FIRST = date(2026, 3, 2)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "Pacific/Auckland"])
def test_every_occurrence_is_seen_before_it_is_settled(crm: Crm, zone: str) -> None:
    """Over a year of mornings, up to a week apart: each birthday, month and cadence shows up."""
    crm.environ["TZ"] = zone
    crm.ok(
        "add", "Anna", "--email", "a@acme.example", "--lifecycle", "other", "--birthday", "--02-29"
    )
    crm.ok("add", "Jan", "--email", "j@acme.example", "--lifecycle", "other")
    crm.ok("add", "Ola", "--email", "o@acme.example", "--lifecycle", "customer")
    crm.ok("remind", "2", "2026-03-31", "invoice", "--every", "month")
    crm.ok("log", "call", "3", "hello")
    chance = random.Random(zone)  # noqa: S311 - repeatable on purpose
    day, birthdays, invoices, calls = FIRST, 0, [], []
    while day < FIRST + timedelta(days=366):
        now = f"{day}T08:00"
        for row in crm.ok("remind", "--all", "--json", CRM_NOW=now).json:
            birthdays += row["code"] == "T601"
            if row["code"] == "F101":
                assert crm.ok("done", row["handle"], CRM_NOW=now).out.startswith("done: ")
                invoices.append(day)
            if row["code"] == "R201" and row["severity"] == "warn":
                crm.ok("log", "call", "3", "hello", CRM_NOW=now)
                calls.append(day)
        day += timedelta(days=chance.randint(1, 7))
    assert birthdays
    assert 11 <= len(invoices) <= 12  # the last of each month from March to February
    assert all(later > earlier for earlier, later in pairwise(invoices))
    gaps = [(after - before).days for before, after in pairwise([FIRST, *calls])]
    assert calls
    assert all(91 <= gap <= 91 + 9 for gap in gaps)
