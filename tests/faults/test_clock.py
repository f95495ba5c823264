"""Clocks that go back, jump an hour, or stand on 29 February; mornings that were missed."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.faults.agree import disagreements
from tests.faults.desk import chance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Crm


def handles(crm: Crm, now: str, *words: str, **environ: str) -> list[str]:
    """What remind names at that time."""
    result = crm("remind", *words, "--json", "--all", CRM_NOW=now, **environ)
    assert result.code == 0, result
    return [row["handle"] for row in result.json]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the zone of the process, and puts it back."""

    def change(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield change
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("now", ["", "2026-03-02T09:00"])
@pytest.mark.parametrize("name", ["XXX99:99:99", "<+99>-99", "XXX24"])
def test_a_zone_a_day_off(crm: Crm, zone: Callable[[str], None], name: str, now: str) -> None:
    """What the C library takes from TZ is no zone where it is a day or more: one line says so."""
    zone(name)
    done = crm("search", CRM_NOW=now, TZ=name)
    assert (done.code, done.err.count("\n"), "TZ is a day or more" in done.err) == (2, 1, True)
    zone("XXX23")
    crm.ok("add", "Anna", CRM_NOW=now, TZ="XXX23")


def test_clock_goes_back(crm: Crm) -> None:
    """Work under a clock a year behind is kept, loses nothing, and can be undone."""
    crm.ok("add", "Anna Nowak", CRM_NOW="2026-03-02T09:00")
    crm.ok("log", "call", "anna", "first", CRM_NOW="2026-03-02T09:05")
    crm.ok("remind", "anna", "2026-03-04", "ask", CRM_NOW="2026-03-02T09:05")
    crm.ok("log", "call", "anna", "second", CRM_NOW="2025-03-02T09:00")
    crm.ok("remind", CRM_NOW="2025-03-02T09:00")
    crm.ok("undo", CRM_NOW="2025-03-02T09:01")
    shown = crm.ok("show", "anna", "--all", CRM_NOW="2026-03-02T10:00").out
    assert "first" in shown
    assert "second" not in shown
    assert handles(crm, "2026-03-04T08:00") == ["F1"]
    assert disagreements(str(crm.db), today=date(2026, 3, 4)) == []


@pytest.mark.parametrize(
    ("zone", "short", "long"),
    [
        ("Europe/Warsaw", "2026-03-29", "2026-10-25"),
        ("America/New_York", "2026-03-08", "2026-11-01"),
        ("Pacific/Auckland", "2026-09-27", "2027-04-04"),
    ],
)
def test_days_of_23_and_25_hours(crm: Crm, zone: str, short: str, long: str) -> None:
    """Whatever the hour that is missing or doubled, each call is on its own day and due on its day."""
    crm.ok("config", "set", "owner.timezone", zone)
    crm.ok("config", "set", "days.off", "saturday")  # clocks change on Sundays
    crm.ok("add", "Anna Nowak")
    for day in (short, long):
        for hour in ("00:30", "02:30", "23:30"):
            now = f"{day}T{hour}"
            crm.ok("log", "call", "anna", f"said at {now}", CRM_NOW=now)
            crm.ok("remind", "anna", day, f"due {now}", CRM_NOW=now)
            (row,) = crm.ok("search", "anna", "--json", "--columns", "last,quiet", CRM_NOW=now).json
            assert (row["last"], row["quiet"]) == (day, 0), now
            (handle,) = handles(crm, now)
            crm.ok("done", handle, CRM_NOW=now)
            assert handles(crm, now) == []
    assert disagreements(str(crm.db), today=date.fromisoformat(long), tz=zone) == []


def test_follow_up_at_an_hour_that_is_not(crm: Crm) -> None:
    """A time that the clock leaves out can be set, comes due, and is done."""
    crm.ok("config", "set", "owner.timezone", "Europe/Warsaw")
    crm.ok("add", "Anna Nowak")
    crm.ok("remind", "anna", "2026-03-29T02:30", "call", CRM_NOW="2026-03-28T12:00")
    assert handles(crm, "2026-03-29T04:00") == ["F1"]
    crm.ok("done", "F1", CRM_NOW="2026-03-29T04:00")
    assert handles(crm, "2026-03-30T04:00") == []


def test_every_birthday_of_four_years_is_seen_once(crm: Crm) -> None:
    """With mornings missed at random, each birthday is shown when due and, done, not again."""
    birthdays = {"Anna Nowak": "1980-02-29", "Jan Kowalski": "1975-03-01", "Eva Malá": "--02-28"}
    for name, day in birthdays.items():  # each with a way to be reached
        crm.ok("add", name, "--birthday", day, "--email", f"{day}@acme.example")
    seen = dict.fromkeys(birthdays, 0)
    dice = chance(29)
    for year in range(2027, 2031):
        morning = date(year, 2, 10)
        while morning < date(year, 3, 20):
            now = f"{morning}T08:00"
            for row in crm("remind", "--select", "birthday", "--json", "--all", CRM_NOW=now).json:
                seen[row["contact"]["name"]] += 1
                crm.ok("done", row["handle"], CRM_NOW=now)
            morning += timedelta(days=dice.choice((1, 1, 2, 3)))
    assert seen == dict.fromkeys(birthdays, 4)


def test_monthly_follow_up_from_the_31st(crm: Crm) -> None:
    """A repeat set on a 31st comes in every month, 29 February or not, through a leap year."""
    crm.ok("add", "Anna Nowak", CRM_NOW="2027-12-31T09:00")
    crm.ok("remind", "anna", "2027-12-31", "rent", "--every", "month", CRM_NOW="2027-12-31T09:00")
    due = []
    for _ in range(4):
        row = crm.ok(
            "export", "--as", "followups", "--to", "json", CRM_NOW="2028-04-30T09:00"
        ).json[-1]
        due.append(row["due"])
        (handle,) = handles(crm, f"{row['due']}T09:00")
        crm.ok("done", handle, CRM_NOW=f"{row['due']}T09:00")
    assert due == ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]
