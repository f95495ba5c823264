"""crm import of a calendar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm

CORPUS = Path(__file__).parent.parent / "corpus" / "calendars"


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("config", "set", "owner.emails", "marek@sprzedawca.example")
    return crm


def test_a_calendar_becomes_meetings_once(book: Crm) -> None:
    """Guests are people; a second import changes nothing; undo takes all back."""
    path = str(CORPUS / "google_calendar.ics")
    result = book.ok("import", path)
    assert "left out: STATUS:CANCELLED" in result.err
    assert "4 read, 2 added, 0 updated, 0 unchanged, 2 skipped, 0 rejected" in result.err
    [entry] = book.ok("show", "śliwa", "--json").json["interactions"]
    assert (entry["kind"], entry["duration"]) == ("meeting", 3600)
    assert entry["with"] == ["Łukasz Wójcik"]
    before = book.ok("export").out
    assert "2 unchanged" in book.ok("import", path).err
    assert book.ok("export").out == before
    book.ok("undo")
    assert book("search").code == 1


def test_what_is_to_come_is_a_follow_up_until_it_was(book: Crm) -> None:
    """An event with people ahead is to be done; imported after it, it is a meeting."""
    path = str(CORPUS / "repeats.ics")
    book.ok("import", path)
    anna = book.ok("show", "anna", "--json").json
    assert [one["text"] for one in anna["follow_ups"]] == ["meeting: Co tydzień"]
    meetings = len(book.ok("show", "anna", "--json", "--all").json["interactions"])
    assert meetings == 9
    book.ok("import", path, CRM_NOW="2026-03-03T09:00")
    after = book.ok("show", "anna", "--json", "--all").json["interactions"]
    assert len(after) == meetings + 1
    assert after[0]["at"] == "2026-03-02T10:00:00Z"


def test_rejected_events_come_in_once_they_are_mended(book: Crm) -> None:
    """The rejects file is a calendar of its own, with the reason in each event's calendar."""
    rejects = book.home / "r.ics"
    result = book("import", str(CORPUS / "hostile.ics"), "--rejects", str(rejects))
    assert result.code == 4
    assert "hostile.ics:" in result.err
    text = rejects.read_text("utf-8")
    assert 'X-CRM-REJECTED-REASON:date "2025-13-41" not understood' in text
    rejects.write_text(text.replace("2025-13-41", "20250701"), "utf-8")
    again = book("import", str(rejects))
    assert "1 added" in again.err
    assert "Zła data" in book.ok("show", "anna", "--json", "--all").out


def test_lists_and_groups_are_no_guests(book: Crm) -> None:
    """A list that invites or is invited is nobody; the people beside it are."""
    guests = (
        "ORGANIZER;CN=Klub:mailto:klub@googlegroups.com\n"
        "ATTENDEE;CUTYPE=GROUP;CN=Dział:mailto:dzial@firma.example\n"
        "ATTENDEE;CN=Jan Kos:mailto:jan@kos.example\n"
        "ATTENDEE;CN=Marek:mailto:marek@sprzedawca.example\n"
    )
    event = f"BEGIN:VEVENT\nUID:1\nDTSTART:20260105T100000Z\nSUMMARY:s\n{guests}END:VEVENT\n"
    book.ok("import", "-", stdin=f"BEGIN:VCALENDAR\nVERSION:2.0\n{event}END:VCALENDAR\n")
    assert [row["name"] for row in book.ok("search", "--json").json] == ["Jan Kos"]
