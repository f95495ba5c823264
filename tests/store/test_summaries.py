"""Summaries are those of the day of the command, whichever way the clock goes."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Crm

_DAYS = st.dates(date(2026, 1, 1), date(2032, 12, 31)) | st.sampled_from(
    [date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 28), date(2028, 2, 29), date(2030, 3, 1)]
)


def shown(crm: Crm, day: date | str) -> str:
    """What search says on a day."""
    return crm.ok("search", "--columns", "name,value,orders", CRM_NOW=f"{day}T09:00").out


def test_looking_ahead_leaves_the_book_as_it_was(crm: Crm) -> None:
    """A purchase that has left the 24 months in a look ahead is back on the day of today."""
    crm.ok("add", "Anna", "Nová", "--phone", "+420777111222", "--company", "Ka")
    crm.ok("log", "purchase", "anna", "x", "--amount", "48000", "--currency", "EUR")
    now = crm.ok("search", "--columns", "name,value,orders").out
    assert now == "Anna Nová\t48000.0\t1\n"
    crm.ok("--now", "2029-03-29", "remind")
    assert shown(crm, "2029-03-29") == "Anna Nová\t0.0\t1\n"
    assert crm.ok("search", "--columns", "name,value,orders").out == now


def test_another_zone(crm: Crm) -> None:
    """Days are those of the zone of the command, and the doctor sees nothing wrong in either."""
    (crm.home / "config.toml").write_text('[owner]\ntimezone = "Europe/Prague"\n')
    (crm.home / "far.toml").write_text('[owner]\ntimezone = "Pacific/Kiritimati"\n')
    here, far = (("--config", str(crm.home / name)) for name in ("config.toml", "far.toml"))
    for name in ("config.toml", "far.toml"):
        (crm.home / name).chmod(0o600)
    crm.ok(*here, "add", "Anna", CRM_NOW="2026-03-02T15:00+00:00")
    crm.ok(*here, "log", "call", "anna", "hello", CRM_NOW="2026-03-02T15:00+00:00")
    seen = []
    for config in (here, far, here, far):
        row = crm.ok(*config, "search", "--columns", "last", CRM_NOW="2026-03-03T09:00+00:00")
        seen.append(row.out.strip())
        assert crm.ok(*config, "doctor", "--json", CRM_NOW="2026-03-03T09:00+00:00").json == []
    assert seen == ["2026-03-02", "2026-03-03"] * 2


@settings(max_examples=15)
@given(st.lists(_DAYS, min_size=1, max_size=3), st.lists(_DAYS, min_size=2, max_size=6))
def test_the_summaries_of_a_day_are_the_same_whatever_day_was_before(
    bought: list[date], asked: list[date]
) -> None:
    """They equal what is counted anew for the day of the command, forward and back."""
    with tempfile.TemporaryDirectory() as home:
        crm = Crm(Path(home))
        crm.ok("add", "Anna", CRM_NOW="2026-01-01T09:00")
        for number, day in enumerate(bought):
            words = ("--amount", str(number + 1), "--currency", "EUR")
            crm.ok("log", "purchase", "anna", "x", *words, CRM_NOW=f"{day}T09:00")
        held = {day: shown(crm, day) for day in asked}
        for day in asked:
            with sqlite3.connect(crm.db) as db:
                # What a crm before this one held is nothing to rest on.
                db.execute("DELETE FROM meta WHERE key = 'config'")
                db.execute("UPDATE contact_stats SET value = -1, value_until = '2000-01-01'")
            assert shown(crm, day) == held[day]
