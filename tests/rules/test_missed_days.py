"""Whoever looks seldom misses nothing; ``python -m tests.faults mornings --long`` is the long way."""

from __future__ import annotations

import zoneinfo
from datetime import date

import pytest

from tests.faults import matters, mornings


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "America/Santiago"])
def test_every_occurrence_is_seen_before_it_is_settled(zone: str) -> None:
    """Four years of mornings with up to a week missed: all is seen, is new once, and never twice.

    One zone of those that most people know, and one whose clocks change at midnight, on days that
    have no beginning.
    """
    years = mornings.live(zone, gaps=mornings.FEW)
    assert years.wrong == []
    assert len(years.looks) > 250
    # The oracle had something to say: what passes by itself, and what waits.
    passing = [w for m in years.matters for w in m.windows(years.looks[0], years.looks[-1])]
    assert len(passing) > 35
    assert sum(map(len, years.seen.values())) > 500
    assert (date(2028, 2, 29)) in {key for key, _, _ in passing}


def test_every_zone_with_daylight_saving_is_among_the_kinds() -> None:
    """The long run takes one of each: every name that shows two offsets in these years."""
    january, july = (date(2028, month, 1) for month in (1, 7))
    from datetime import datetime

    changing = set()
    for name in zoneinfo.available_timezones() - {"localtime", "posixrules", "Factory"}:
        zone = zoneinfo.ZoneInfo(name)
        offsets = {
            datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset()
            for day in (january, july)
        }
        if len(offsets) > 1:
            changing.add(name)
    kinds = mornings.zones()
    assert changing <= {name for names in kinds for name in names}
    assert len(kinds) > 20


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2027-01-31", 1, "2027-02-28"),
        ("2027-01-31", 13, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2027-10-31", 3, "2028-01-31"),
    ],
)
def test_the_oracle_counts_months(day: str, months: int, later: str) -> None:
    """It is held to dates that are known."""
    assert matters.months_on(date.fromisoformat(day), months).isoformat() == later


def test_the_oracle_counts_working_days() -> None:
    """From Friday to Monday is one."""
    friday, monday = date(2027, 1, 8), date(2027, 1, 11)
    assert (matters.forward(date(2027, 1, 9)), matters.back(date(2027, 1, 10))) == (monday, friday)
    assert [matters.worked(friday, date(2027, 1, day)) for day in (8, 9, 10, 11, 12)] == [
        0,
        0,
        0,
        1,
        2,
    ]
