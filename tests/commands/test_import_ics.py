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


GUEST = "ATTENDEE;CN=Jan Kos:mailto:jan@kos.example\n"
WEEKLY = f"BEGIN:VEVENT\nUID:w\nDTSTART:20260304T100000Z\nRRULE:FREQ=WEEKLY\nSUMMARY:Plan\n{GUEST}"
ONCE = f"BEGIN:VEVENT\nUID:o\nDTSTART:20260305T100000Z\nSUMMARY:Oferta\n{GUEST}"
END = "END:VEVENT\n"


def calendar(*events: str, method: str = "") -> str:
    """A calendar of these events."""
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{method}{''.join(events)}END:VCALENDAR\n"


def to_do(crm: Crm, **env: str) -> list[tuple[str, str]]:
    """The open follow-ups of the guest."""
    return [(one["due"], one["text"]) for one in crm.ok("show", "jan", "--json", **env).json["follow_ups"]]  # fmt: skip


def test_a_meeting_that_was_held_is_done_by_the_next_import(book: Crm) -> None:
    """Its follow-up is closed, and no other is left of it."""
    text = calendar(ONCE, END)
    book.ok("import", "-", stdin=text)
    assert to_do(book) == [("2026-03-05T10:00", "meeting: Oferta")]
    book.ok("import", "-", stdin=text, CRM_NOW="2026-03-06T09:00")
    assert to_do(book) == []
    [entry] = book.ok("show", "jan", "--json").json["interactions"]
    assert (entry["kind"], entry["at"]) == ("meeting", "2026-03-05T10:00:00Z")
    assert "how did it go" not in book("remind", CRM_NOW="2026-03-06T09:00").out


def test_a_meeting_that_is_over_is_asked_after(book: Crm) -> None:
    """Without another import nobody is late for it: how it went is what there is to say."""
    book.ok("import", "-", stdin=calendar(ONCE, END))
    [row] = book.ok("remind", "--json", CRM_NOW="2026-03-05T08:00").json
    assert row["message"] == "due today at 10:00: meeting: Oferta"
    [row] = book.ok("remind", "--json", CRM_NOW="2026-03-06T08:00").json
    assert row["message"] == "how did it go? meeting yesterday: Oferta"
    told = book.ok("done", row["handle"], "he liked it", CRM_NOW="2026-03-06T09:00")
    assert "logged as meeting with " in told.err
    book.ok("undo")
    assert row["action"].startswith("crm log meeting 1")
    assert "how did it go? meeting yesterday: Oferta" in book.ok("remind", CRM_NOW="2026-03-06T08:00").out  # fmt: skip


CALLED_OFF = "STATUS:CANCELLED\n"


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        (calendar(ONCE, END), calendar(ONCE, CALLED_OFF, END), []),
        (calendar(ONCE, END), calendar(ONCE, END, method="METHOD:CANCEL\n"), []),
        (calendar(ONCE, END), calendar(ONCE.replace("UID:o", "UID:p"), CALLED_OFF, END), ["2026-03-05T10:00"]),
        (calendar(WEEKLY, END), calendar(WEEKLY, CALLED_OFF, END), []),
        (calendar(WEEKLY, END), calendar(WEEKLY, "EXDATE:20260304T100000Z\n", END), ["2026-03-11T10:00"]),
        (
            calendar(WEEKLY, END),
            calendar(WEEKLY, END, ONCE.replace("UID:o", "UID:w").replace("20260305", "20260304"), "RECURRENCE-ID:20260304T100000Z\n", CALLED_OFF, END),
            ["2026-03-11T10:00"],
        ),
        (calendar("BEGIN:VTODO\nUID:t\nSUMMARY:Zadanie\nDUE:20260305T100000Z\n", GUEST, "END:VTODO\n"),
         calendar("BEGIN:VTODO\nUID:t\nSUMMARY:Zadanie\n", CALLED_OFF, GUEST, "END:VTODO\n"), []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("now", ["2026-03-02T09:00", "2026-03-04T07:00"])
def test_what_is_called_off_is_to_be_done_no_more(
    book: Crm, first: str, second: str, left: list[str], now: str
) -> None:
    """The follow-up of an earlier import goes; undo brings it back; a third import changes nothing."""
    book.ok("import", "-", stdin=first)
    before = book.ok("export", "--as", "followups", "--to", "jsonl").out
    result = book.ok("import", "-", stdin=second, CRM_NOW=now)
    for line in result.err.splitlines():
        if " read, " in line:
            counts = [int(word) for word in line.partition(": ")[2].replace(",", "").split() if word.isdecimal()]  # fmt: skip
            assert counts[0] == sum(counts[1:])
    assert [due for due, _ in to_do(book)] == left
    after = book.ok("export", "--as", "followups", "--to", "jsonl").out
    assert "0 added, 0 updated" in book.ok("import", "-", stdin=second, CRM_NOW=now).err
    assert book.ok("export", "--as", "followups", "--to", "jsonl").out == after
    if after != before:
        book.ok("undo")
    assert book.ok("export", "--as", "followups", "--to", "jsonl").out == before


@pytest.mark.parametrize(
    "broken",
    [
        f"BEGIN:VCALENDAR\n{WEEKLY}EXDATE:20260304T100000Z\n",  # cut off
        calendar(WEEKLY.replace("20260304", "20261399"), "EXDATE:20260304T100000Z\n", END),
    ],
)
def test_what_is_rejected_takes_nothing_away(book: Crm, broken: str) -> None:
    """A calendar that was cut off, or a time that is none, is no word of what is left out."""
    book.ok("import", "-", stdin=calendar(WEEKLY, END))
    before = book.ok("export", "--as", "followups", "--to", "jsonl").out
    result = book("import", "-", stdin=broken)
    assert (result.code, "1 rejected" in result.err) == (4, True), result
    assert book.ok("export", "--as", "followups", "--to", "jsonl").out == before


def test_a_follow_up_that_was_done_stays_when_the_meeting_is_called_off(book: Crm) -> None:
    """What somebody did is not taken back."""
    book.ok("import", "-", stdin=calendar(ONCE, END))
    book.ok("done", "F1")
    before = book.ok("export", "--as", "followups", "--to", "jsonl").out
    book.ok("import", "-", stdin=calendar(ONCE, CALLED_OFF, END))
    assert book.ok("export", "--as", "followups", "--to", "jsonl").out == before


def test_a_follow_up_of_a_calendar_is_dropped_with_its_id(book: Crm) -> None:
    """Nothing of it is left over; it is said that the next import sets it again, and how it would not."""
    book.ok("import", "-", stdin=calendar(ONCE, END))
    told = book.ok("remind", "F1", "--drop")
    assert "crm undo, then crm done F1" in told.err
    book.ok("doctor", "--full")
    book.ok("import", "-", stdin=calendar(ONCE, END))
    assert to_do(book) == [("2026-03-05T10:00", "meeting: Oferta")]
    book.ok("undo")
    book.ok("undo")
    book.ok("done", "F1")
    book.ok("import", "-", stdin=calendar(ONCE, END))
    assert to_do(book) == []


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
