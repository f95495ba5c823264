"""Calendars as what happened and what is to be done."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.exchange import ics_repeat
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
from crmcli.values import email

CORPUS = Path(__file__).parent.parent / "corpus" / "calendars"
OWNER = frozenset({"marek@sprzedawca.example"})
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILES = sorted(path.name.removesuffix(".expect.json") for path in CORPUS.glob("*.expect.json"))


def is_to_do(row):
    """Not the word that something was called off, which is no row of a book."""
    return not getattr(row, "called_off", False)


def read(path, owner=OWNER, now=NOW, **options):
    source = open_source(str(path), Options(**{"tz": "UTC", "owner": owner, "now": now} | options))
    rejects, remarks, skips = [], [], []
    told = Told(rejects.append, remarks.append, skips.append)
    rows = {noun: list(filter(is_to_do, source.rows(noun, told))) for noun in source.plan.holds}
    originals = list(source.originals([reject.line for reject in rejects]))
    assert [one.record for one in originals] == sorted(reject.record for reject in rejects)
    source.close()
    return source.plan, rows, rejects, skips, remarks


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_read_as_expected(name: str) -> None:
    """Who, when in which zone, how long; what is left out and why; what is rejected."""
    plan, rows, rejects, skips, _ = read(CORPUS / name)
    expected = json.loads((CORPUS / f"{name}.expect.json").read_text("utf-8"))
    assert (plan.format, plan.warnings) == ("ics", [])
    tasks = [entry for entry in expected["interactions"] if entry["kind"] == "task"]
    meetings = [entry for entry in expected["interactions"] if entry["kind"] == "meeting"]
    for row, wanted in zip(rows["interactions"], meetings, strict=True):
        when = wanted["when"] + ("T12:00" if len(wanted["when"]) == 10 else "")
        assert (row.kind, row.at, row.direction) == ("meeting", when.rstrip("Z") + "Z", None)
        assert (row.people[0].email if row.people else None) == wanted["contact_email"] or (
            email.key(row.people[0].email) == wanted["contact_email"]
        )
        assert row.subject == wanted["subject"]
        assert row.external_id == f"ics:{wanted['external_id']}"
        if "body" in wanted:
            assert row.text == wanted["body"]
        if "contact_name" in wanted:
            assert (row.people[0].name if row.people else None) == wanted["contact_name"]
        if "duration_min" in wanted:
            assert row.duration == wanted["duration_min"] * 60
        names = {person.email: person.name for person in row.people}
        if "participants" in wanted:
            assert set(names) == set(wanted["participants"])
        assert wanted.get("participant_names", {}).items() <= names.items()
    tasks = [
        {"due": task["when"], "text": task["subject"], "contact_email": None} | task
        for task in tasks
    ] + expected.get("followups", [])
    for row, wanted in zip(rows.get("followups", []), tasks, strict=True):
        assert (row.due, row.text, row.person.email) == (
            wanted["due"],
            wanted["text"],
            wanted["contact_email"],
        )
        assert (row.every, row.done_at) == (wanted.get("every"), wanted.get("done_at"))
        assert row.external_id == f"ics:{wanted['external_id']}"
    told = [skip if isinstance(skip, str) else skip["reason"] for skip in expected["skipped"]]
    assert [skip.reason for skip in skips] == told
    assert [reject.reason for reject in rejects] == expected["rejected"]


def test_why_only_the_first_time_was_taken_is_said() -> None:
    """Of a rule by the second, and of one that never comes round."""
    *_, remarks = read(CORPUS / "hostile.ics")
    assert [
        "more often than daily" in str(remarks[0]),
        "does not come round" in str(remarks[1]),
    ] == [
        True,
        True,
    ]


def test_one_noun_alone_can_be_asked_for() -> None:
    """What is of the other is left out; what is neither is refused."""
    _, rows, _, skips, _ = read(CORPUS / "tasks_to_come.ics", noun="interactions")
    assert [row.subject for row in rows["interactions"]] == ["Wczoraj"]
    assert [skip.reason for skip in skips] == ["something to do"] * 3
    _, rows, *_ = read(CORPUS / "tasks_to_come.ics", noun="followups")
    assert len(rows["followups"]) == 4
    with pytest.raises(UsageError, match="not deals"):
        read(CORPUS / "tasks_to_come.ics", noun="deals")


def test_a_zone_of_its_own_changes_on_the_last_sunday(tmp_path: Path) -> None:
    """Under a name that says nothing, the rules of the calendar count."""
    text = (CORPUS / "outlook_zones.ics").read_bytes()
    path = tmp_path / "c.ics"
    path.write_bytes(
        text.replace(b"Central European Standard Time", b"Biuro").replace(b"20250701", b"20250330")
    )
    _, rows, *_ = read(path)
    assert rows["interactions"][0].at == "2025-03-30T07:00:00Z"
    path.write_bytes(path.read_bytes().replace(b"20250330", b"20250329"))
    assert read(path)[1]["interactions"][0].at == "2025-03-29T08:00:00Z"
    path.write_bytes(path.read_bytes().replace(b"20250329", b"20251026"))
    assert read(path)[1]["interactions"][0].at == "2025-10-26T08:00:00Z"


def test_a_rule_that_is_long_to_count_is_not_counted(tmp_path, monkeypatch) -> None:
    """The first time is taken, and why; the events behind it are not touched by that."""
    path = tmp_path / "c.ics"
    event = ["BEGIN:VEVENT", "UID:u", "DTSTART:19710101T000000Z", REPEATS[1], "END:VEVENT"]
    path.write_bytes(calendar(*event))
    _, rows, _, _, remarks = read(path)
    assert (len(rows["interactions"]), remarks) == (15, [])
    monkeypatch.setattr(ics_repeat, "STEPS", 3000)
    _, rows, _, _, remarks = read(path)
    assert len(rows["interactions"]) == 1
    assert "repeats too often" in str(remarks[0])


def test_floating_times_are_the_owners(tmp_path: Path) -> None:
    """A time without a zone is on the owner's clock, and so is what a zone unknown to all says."""
    _, rows, *_ = read(CORPUS / "google_calendar.ics", tz="Europe/Warsaw")
    assert rows["interactions"][2].at == "2025-02-12T07:00:00Z"
    _, rows, *_, remarks = read(CORPUS / "outlook_zones.ics", tz="Europe/Warsaw")
    assert [str(one) for one in remarks] == [
        'row 5: time zone "Nowhere/Land" is unknown; taken for yours'
    ]
    assert rows["interactions"][4].at == "2025-07-01T07:00:00Z"


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


EVENT = ("BEGIN:VEVENT", "UID:{}", "DTSTART:20250701T090000Z", "ATTENDEE:mailto:me@my.example", "ATTENDEE:mailto:a{}@b.example", "END:VEVENT")  # fmt: skip


def test_the_owner_is_guessed_where_nobody_said(tmp_path: Path) -> None:
    """By the calendar's name, else by who is in nearly all events; it is said once."""
    path = tmp_path / "c.ics"
    events = [line.format(n) for n in range(4) for line in EVENT]
    path.write_bytes(calendar(*events))
    plan, rows, *_ = read(path, owner=frozenset())
    assert plan.warnings == ["owner.emails is not set; taken for yours: me@my.example"]
    assert {person.email for row in rows["interactions"] for person in row.people} == {
        f"a{n}@b.example" for n in range(4)
    }
    two = [line.replace("a{}@b", "a@b").format(n) for n in range(4) for line in EVENT]
    path.write_bytes(calendar(*two))
    assert "you may be among" in read(path, owner=frozenset())[0].warnings[0]
    inviting = [line.replace("ATTENDEE:mailto:me@", "ORGANIZER:mailto:me@") for line in two]
    path.write_bytes(calendar(*inviting))
    assert "taken for yours: me@my.example" in read(path, owner=frozenset())[0].warnings[0]
    path.write_bytes(calendar("X-WR-CALNAME:me@my.example", *events[:6]))
    plan, *_ = read(path, owner=frozenset({"x@y.example"}))
    assert plan.warnings[0].startswith("none of owner.emails is in this calendar; taken for yours")
    path.write_bytes(calendar(*events[:6]))
    assert "you may be among your own guests" in read(path, owner=frozenset())[0].warnings[0]


@given(
    lines=st.lists(
        st.sampled_from([
            "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTODO", "END:VTODO", "BEGIN:VALARM", "END:VALARM", "END:VCALENDAR",
            "BEGIN:VTIMEZONE", "BEGIN:STANDARD", "TZID:Z", "TZOFFSETTO:+9999", "TZOFFSETFROM:-0000", "END:STANDARD", "END:VTIMEZONE",
            "UID:u", "DTSTART:20250701T090000", "DTSTART;TZID=Z:00010101T000000", "DTSTART:99991231T235959Z", "DTSTART;VALUE=DATE:20240229",
            "RRULE:FREQ=DAILY", "RRULE:FREQ=YEARLY;COUNT=3", "RRULE:FREQ=WEEKLY;UNTIL=00010101", "RRULE:", "RRULE:FREQ=MONTHLY;BYDAY=5FR;BYSETPOS=-1",
            "RDATE:20250101T000000Z/PT1H,x,", "EXDATE:20250701", "RECURRENCE-ID:20250702T090000", "DTEND:x", "DURATION:-P1W", "DUE:20250701",
            "STATUS:COMPLETED", "COMPLETED:", 'ATTENDEE;CN="a;b:c":mailto:a@b.example', 'ATTENDEE;CN=":x', "SUMMARY:\\n\\,\\", "X-CRM-CONTACT:x",
            "SUMMARY;ENCODING=QUOTED-PRINTABLE:=", "DESCRIPTION;ENCODING=BASE64:!!", " folded", "\t", "", ":", ";", "BEGIN:", "END:", "METHOD:CANCEL",
        ]),
        max_size=25,
    ),
    raw=st.binary(max_size=30),
    now=st.sampled_from([NOW, None]),
)  # fmt: skip
def test_any_calendar_is_rows_rejects_or_skips(tmp_path_factory, lines, raw, now) -> None:
    """No lines raise, and no record is told of twice."""
    path = tmp_path_factory.getbasetemp() / "any.ics"
    path.write_bytes(b"BEGIN:VCALENDAR\r\n" + "\r\n".join(lines).encode() + raw)
    with contextlib.suppress(UsageError):
        _, rows, rejects, skips, _ = read(path, now=now)
        told = [*rejects, *skips]
        assert len({record.record for record in told}) == len(told)
        for found in rows.values():
            assert not {row.line for row in found} & {record.line for record in told}
            for row in found:
                str(row).encode()


REPEATS = [
    "RRULE:FREQ=DAILY",
    "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29",
    "RRULE:FREQ=SECONDLY",
    "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12",
    "RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU;BYMONTH=1",
]


@pytest.mark.parametrize(
    "lines",
    [
        *[
            ["BEGIN:VEVENT", "UID:u", "DTSTART:19710101T000000Z", rule, "END:VEVENT"] * 1500
            for rule in REPEATS
        ],
        ["BEGIN:VEVENT"] * 100_000,
        ["BEGIN:VEVENT", "DESCRIPTION:" + "x" * 2_000_000, *["\\" * 1_000_000], "END:VEVENT"],
        ["BEGIN:VEVENT", "ATTENDEE;" + '"' * 200_000 + ":x", *["ATTENDEE:mailto:a@b.example"] * 100_000, "END:VEVENT"],
        ["BEGIN:VEVENT", "DTSTART:20250101", "RDATE:" + "20250101T000000Z," * 100_000, "END:VEVENT"],
        ["BEGIN:VEVENT", "DESCRIPTION:x", *[" y"] * 300_000, "END:VEVENT"],
        ["BEGIN:VTIMEZONE", "TZID:Z", *["BEGIN:STANDARD", "TZOFFSETTO:+0100", "RRULE:FREQ=SECONDLY", "END:STANDARD"] * 20_000, "END:VTIMEZONE"],
    ],
    ids=["daily", "leap", "second", "yearly", "week53", "begin", "long", "quotes", "rdate", "folds", "zone"],
)  # fmt: skip
def test_calendars_made_to_hang_do_not(tmp_path, monkeypatch, lines) -> None:
    """What a file may count is bounded, whatever repeats and however many."""
    monkeypatch.setattr(ics_repeat, "STEPS", 3000)
    path = tmp_path / "c.ics"
    path.write_bytes(calendar(*lines))
    started = time.monotonic()
    _, rows, *_ = read(path)
    assert sum(map(len, rows.values())) < 10_000
    assert time.monotonic() - started < 60


ZONE = (
    "BEGIN:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0500", "TZOFFSETTO:+0500", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip
WEEKLY = (
    "BEGIN:VEVENT", "UID:w", "DTSTART{zone}:20260204T100000{z}", "RRULE:FREQ=WEEKLY", "SUMMARY:week",
    "ATTENDEE:mailto:anna@b.example", "END:VEVENT",
)  # fmt: skip
INSTEAD = (
    "BEGIN:VEVENT", "UID:w", "RECURRENCE-ID{zone}:{day}T100000{z}", "DTSTART{zone}:{to}T150000{z}",
    "SUMMARY:moved", "STATUS:{status}", "ATTENDEE:mailto:anna@b.example", "END:VEVENT",
)  # fmt: skip


def repeated(zone: str, *instead: tuple[str, str, str]) -> list[str]:
    """A weekly meeting, of which some times are other times: (the day, the day instead, status)."""
    marks = {"zone": f";TZID={zone}" if zone else "", "z": "" if zone else "Z"}
    lines = [line.format(**marks) for line in WEEKLY]
    for day, to, status in instead:
        lines += [line.format(day=day, to=to, status=status, **marks) for line in INSTEAD]
    return lines


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("instead", "due", "text"),
    [
        ([], "2026-03-04T10:00", "meeting: week"),
        ([("20260304", "20260306", "CONFIRMED")], "2026-03-06T15:00", "meeting: moved"),
        ([("20260304", "20260305", "CANCELLED")], "2026-03-11T10:00", "meeting: week"),
        ([("20260304", "20260501", "CONFIRMED")], "2026-03-11T10:00", "meeting: week"),
        ([("20260304", "20260220", "CONFIRMED")], "2026-03-11T10:00", "meeting: week"),
        (
            [("20260304", "20260304", "CANCELLED"), ("20260311", "20260312", "CONFIRMED")],
            "2026-03-12T15:00",
            "meeting: moved",
        ),
    ],
)
def test_the_next_time_is_the_one_that_takes_place(
    tmp_path: Path, instead: list, due: str, text: str, *, turned: bool
) -> None:
    """Not one that was moved or called off, in whichever order the file has them."""
    events = repeated("", *instead)
    if turned:
        events = events[len(WEEKLY) :] + events[: len(WEEKLY)]
    path = tmp_path / "c.ics"
    path.write_bytes(calendar(*events))
    found = read(path, tz="UTC", now=datetime(2026, 3, 2, 9, tzinfo=UTC))[1]["followups"]
    assert [(row.due, row.text) for row in found] == [(due, text)]


def test_the_next_time_is_beyond_those_left_out(tmp_path: Path) -> None:
    """However many of them there are."""
    path = tmp_path / "c.ics"
    days = ("20260304T100000Z", "20260311T100000Z", "20260318T100000Z")
    events = repeated("")
    path.write_bytes(calendar(*events[:3], f"EXDATE:{','.join(days)}", *events[3:]))
    found = read(path, tz="UTC", now=datetime(2026, 3, 2, 9, tzinfo=UTC))[1]["followups"]
    assert [row.due for row in found] == ["2026-03-25T10:00"]


@pytest.mark.parametrize("first", [True, False])
def test_a_zone_may_stand_behind_the_events(tmp_path: Path, *, first: bool) -> None:
    """What was moved is not there at its old time too."""
    path = tmp_path / "c.ics"
    events = repeated("Ours", ("20260211", "20260212", "CONFIRMED"))
    path.write_bytes(calendar(*(ZONE * first), *events, *(ZONE * (not first))))
    found = read(path, tz="UTC", now=datetime(2026, 2, 20, 9, tzinfo=UTC))[1]["interactions"]
    assert [row.at for row in found] == [
        "2026-02-04T05:00:00Z", "2026-02-18T05:00:00Z", "2026-02-12T10:00:00Z",
    ]  # fmt: skip


def test_zones_that_nobody_knows_are_looked_up_once(tmp_path: Path) -> None:
    """All names of zones are gone through once, whatever a file calls its own."""
    path = tmp_path / "c.ics"
    events = []
    for number in range(300):
        name = f'"(GMT+1) Aaa{chr(97 + number % 26)}{chr(97 + number // 26)}x, Bbb, Ccc, Ddd, Eee, Fff"'
        events += ["BEGIN:VEVENT", f"UID:{number}", f"DTSTART;TZID={name}:20200101T100000"]
        events += ["ATTENDEE:mailto:anna@b.example", "END:VEVENT"]
    path.write_bytes(calendar(*events))
    start = time.process_time()
    _, rows, *_ = read(path, tz="UTC")
    assert len(rows["interactions"]) == 300
    assert time.process_time() - start < 1
