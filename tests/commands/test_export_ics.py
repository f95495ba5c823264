"""crm export --to ics: what a phone gets, and what comes back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import icalendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values import repeat
from crmcli.values.rrule_text import rrule, yearly

if TYPE_CHECKING:
    from tests.conftest import Crm


def events(text: str) -> dict[str, Any]:
    found = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return {str(event["SUMMARY"]): event for event in found}


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--birthday", "1981-05-17")
    crm.ok("add", 'Łukasz; "Kos", x', "--birthday", "--02-29")
    crm.ok("edit", "1", "--date", "renewal=2026-09-01/30d")
    crm.ok("edit", "1", "--date", "wedding=2004-06-19")
    crm.ok("remind", "1", "friday", "call, about; price\\n")
    crm.ok("remind", "1", "2026-03-31", "each month", "--every", "month")
    crm.ok("remind", "2", "2026-03-05 14:30", "at half past two")
    crm.ok("remind", "2", "2026-03-10", "after done", "--every", "month after done")
    crm.ok("remind", "1", "2026-03-03", "done already")
    crm.ok("done", "F5")
    return crm


def test_a_phone_gets_follow_ups_birthdays_and_dates(book: Crm) -> None:
    """Each with its alarm; what is done is not there; a time is on whatever clock the phone has."""
    found = events(book.ok("export", "--to", "ics").out)
    assert sorted(found) == [
        "Anna Nowak: birthday (1981)", "Anna Nowak: call, about; price\\n", "Anna Nowak: each month",
        "Anna Nowak: renewal", "Anna Nowak: wedding (2004)", 'Łukasz; "Kos", x: after done',
        'Łukasz; "Kos", x: at half past two', 'Łukasz; "Kos", x: birthday',
    ]  # fmt: skip
    timed = found['Łukasz; "Kos", x: at half past two']
    assert timed["DTSTART"].dt == datetime(2026, 3, 5, 14, 30)  # noqa: DTZ001 - floating
    [alarm] = timed.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(0)
    monthly = found["Anna Nowak: each month"]
    assert monthly["DTSTART"].dt == date(2026, 3, 31)
    assert b"BYMONTHDAY=28,29,30,31" in monthly["RRULE"].to_ical()
    assert "RRULE" not in found['Łukasz; "Kos", x: after done']
    renewal = found["Anna Nowak: renewal"]
    assert (renewal["DTSTART"].dt, "RRULE" in renewal) == (date(2026, 9, 1), False)
    [alarm] = renewal.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(days=-30, hours=9)
    assert found["Anna Nowak: wedding (2004)"]["RRULE"].to_ical() == b"FREQ=YEARLY"
    leap = found['Łukasz; "Kos", x: birthday']["RRULE"].to_ical().decode().split(";")
    assert sorted(leap) == ["BYMONTH=2", "BYMONTHDAY=28,29", "BYSETPOS=-1", "FREQ=YEARLY"]


def test_uids_stay(book: Crm) -> None:
    """A corrected birthday and a moved follow-up are the same events, as those of remind."""
    before = {str(event["UID"]) for event in events(book.ok("export", "--to", "ics").out).values()}
    book.ok("edit", "1", "--birthday", "1981-05-18")
    book.ok("remind", "F1", "2026-03-09")
    after = events(book.ok("export", "--to", "ics").out)
    assert {str(event["UID"]) for event in after.values()} == before
    assert len(before) == len(after)
    morning = events(book.ok("remind", "--within", "30d", "-f", "ics").out)
    assert str(morning["Anna Nowak: call, about; price\\n"]["UID"]) in before


def test_one_kind_or_one_person_alone(book: Crm) -> None:
    """--as says follow-ups or dates; a query, whose; a snoozed one stands where it is put off to."""
    assert len(events(book.ok("export", "--to", "ics", "--as", "followups").out)) == 4
    assert len(events(book.ok("export", "--to", "ics", "--as", "contacts").out)) == 4
    assert len(events(book.ok("export", "łukasz", "--to", "ics").out)) == 3
    book.ok("snooze", "F1", "2026-03-20")
    moved = events(book.ok("export", "--to", "ics").out)["Anna Nowak: call, about; price\\n"]
    assert moved["DTSTART"].dt == date(2026, 3, 20)
    assert book("export", "--to", "ics", "--as", "deals").code == 2


def test_nothing_rings_of_people_not_to_be_contacted(book: Crm) -> None:
    """Do-not-contact is a gate here too, and so is the archive."""
    book.ok("dnc", "1")
    assert all(name.startswith("Łukasz") for name in events(book.ok("export", "--to", "ics").out))
    book.ok("archive", "2")
    assert not events(book.ok("export", "--to", "ics").out)


def test_it_comes_back(book: Crm, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Into the same book nothing changes; into an empty one the follow-ups come with their people."""
    from tests.conftest import Crm

    path = book.home / "all.ics"
    book.ok("export", "--to", "ics", "-o", str(path))
    whole = book.ok("export", "--as", "followups").out
    result = book.ok("import", str(path))
    assert "4 unchanged" in result.err
    assert book.ok("export", "--as", "followups").out == whole
    other = Crm(tmp_path_factory.mktemp("other"))
    other.ok("import", str(path))
    kept = [
        row
        for row in book.ok("export", "--as", "followups", "--to", "json").json
        if not row["done_at"]
    ]
    found = other.ok("export", "--as", "followups", "--to", "json").json
    for row, wanted in zip(found, kept, strict=True):
        for field in ("uid", "due", "text", "every", "anchor"):
            assert row[field] == wanted[field], field
        assert row["contact"]["uid"] == wanted["contact"]["uid"]
        assert row["contact"]["name"] == wanted["contact"]["name"]


def test_what_was_changed_by_hand_is_refused(book: Crm) -> None:
    """A follow-up of ours that no longer says whose it is is rejected, with the reason."""
    text = book.ok("export", "--to", "ics").out.replace("X-CRM-DUE:", "X-CRM-DUE:x")
    path = book.home / "changed.ics"
    path.write_text(text, "utf-8")
    result = book("import", str(path))
    assert result.code == 4
    assert "whose X-CRM lines were changed" in result.err


RULES = st.sampled_from([
    "day", "weekday", "week", "2 weeks", "month", "quarter", "2 quarters", "year", "3 months", "monday", "sunday",
    "RRULE:FREQ=MONTHLY;BYDAY=-1FR", "RRULE:FREQ=DAILY;COUNT=40", "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270101",
])  # fmt: skip


@given(RULES, st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 5))
def test_a_calendar_repeats_on_the_days_that_we_do(rule: str, anchor: date, turns: int) -> None:
    """The RRULE gives the days on which the follow-up comes back, whichever of them it stands on."""
    due = anchor
    for _ in range(turns):
        due = repeat.next_after(anchor, rule, due) or due
    ours = []
    day: date | None = due
    while day and len(ours) < 12:
        day = repeat.next_after(anchor, rule, day)
        ours.append(day)
    told = rrule(rule, anchor, due)
    assert told
    start = datetime.combine(due, datetime.min.time())
    theirs = []
    for moment in rrulestr(told, dtstart=start):
        if moment.date() > due:
            theirs.append(moment.date())
        if len(theirs) == 12:
            break
    assert theirs == [day for day in ours if day]


def test_a_rule_that_counts_from_done_has_none() -> None:
    """No calendar knows when it was done; the last of February stands for the 29th."""
    assert rrule("month after done", date(2026, 1, 31), date(2026, 1, 31)) is None
    start = datetime.combine(date(2024, 2, 29), datetime.min.time())
    leap = [moment.date() for moment in rrulestr(yearly(start.date()), dtstart=start)[:3]]
    assert leap == [date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28)]
