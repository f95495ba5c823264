"""Follow-ups that repeat, and changing one: crm remind F12, crm done --end."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def anna(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--phone", "+48600123456", "--lifecycle", "other")
    return crm


def config(crm: Crm, text: str) -> None:
    folder = crm.home / ".config" / "crm"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text)
    (folder / "config.toml").chmod(0o600)


def opened(crm: Crm) -> list[dict[str, Any]]:
    """The open follow-ups of Anna."""
    found: list[dict[str, Any]] = crm.ok("show", "1", "--json").json["follow_ups"]
    return found


def dues(crm: Crm, *done_on: str) -> list[str]:
    """When the one open follow-up is due, at first and after it was done on each of these days."""
    found = []
    for day in (*done_on, ""):
        (row,) = opened(crm) or [{"due": "over"}]
        found.append(row["due"])
        if day and row["due"] != "over":
            crm.ok("done", f"F{row['id']}", CRM_NOW=f"{day}T09:00")
    return found


@pytest.mark.parametrize(
    ("due", "every", "done_on", "expected"),
    [
        ("2026-01-31", "month", ["2026-01-31", "2026-02-28", "2026-03-31"],
         ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2026-03-05", "weekday", ["2026-03-05", "2026-03-06", "2026-03-13"],
         ["2026-03-05", "2026-03-06", "2026-03-09", "2026-03-16"]),
        ("2026-01-31", "quarter", ["2026-01-31"], ["2026-01-31", "2026-04-30"]),
        ("2026-01-31", "month after done", ["2026-01-20", "2026-03-31"],
         ["2026-01-31", "2026-02-20", "2026-04-30"]),
        ("2026-01-30", "RRULE:FREQ=MONTHLY;BYDAY=-1FR", ["2026-01-30", "2026-02-27"],
         ["2026-01-30", "2026-02-27", "2026-03-27"]),
        # Done early it does not come back for its day; three turns late it comes once.
        ("2026-03-09", "week", ["2026-03-02"], ["2026-03-09", "2026-03-16"]),
        ("2026-03-09", "week", ["2026-04-01"], ["2026-03-09", "2026-04-06"]),
        ("2026-01-31", "RRULE:FREQ=MONTHLY;COUNT=3", ["2026-01-31", "2026-02-28", "2026-03-31"],
         ["2026-01-31", "2026-02-28", "2026-03-31", "over"]),
        ("2026-01-31", "RRULE:FREQ=MONTHLY;COUNT=3", ["2026-03-01", "2026-03-31"],
         ["2026-01-31", "2026-03-31", "over"]),
        ("2026-03-05", "RRULE:FREQ=WEEKLY;UNTIL=20260312", ["2026-03-05", "2026-03-12"],
         ["2026-03-05", "2026-03-12", "over"]),
    ],
)  # fmt: skip
def test_it_comes_again_on_its_day(
    anna: Crm, due: str, every: str, done_on: list[str], expected: list[str]
) -> None:
    """Counted from the day that it was set for, or from the day that it was done; an end is an end."""
    anna.ok("remind", "1", due, "invoice", "--every", every, CRM_NOW="2026-01-01T09:00")
    assert dues(anna, *done_on) == expected


@pytest.mark.parametrize(("leap", "falls"), [("28", "2029-02-28"), ("march", "2029-03-01")])
def test_a_29_february_falls_as_the_config_says(anna: Crm, leap: str, falls: str) -> None:
    """On the 28th or the first of March, and on the 29th again where there is one."""
    config(anna, f'leap = "{leap}"\n')
    anna.ok("remind", "1", "2028-02-29", "greet", "--every", "year")
    assert dues(anna, "2028-02-29", "2030-03-02", "2031-03-02") == [
        "2028-02-29", falls, falls.replace("2029", "2031"), "2032-02-29",
    ]  # fmt: skip


def test_a_time_of_day_outlasts_the_change_of_clocks(anna: Crm) -> None:
    """Half past two is half past two also where the night has none, and the day before and after."""
    config(anna, '[owner]\ntimezone = "Europe/Warsaw"\n')
    anna.ok("remind", "1", "2026-03-28T02:30", "check the server", "--every", "day")
    assert dues(anna, "2026-03-28", "2026-03-29", "2026-03-30") == [
        "2026-03-28T02:30", "2026-03-29T02:30", "2026-03-30T02:30", "2026-03-31T02:30",
    ]  # fmt: skip
    assert "F4" in anna.ok("remind", "--ids", CRM_NOW="2026-03-31T09:00").lines


def test_a_snooze_puts_off_this_time_alone(anna: Crm) -> None:
    """The rhythm goes on, and one that slept over its next turn comes once."""
    anna.ok("remind", "1", "2026-03-02", "call", "--every", "week")
    anna.ok("snooze", "F1", "2026-03-06")
    assert dues(anna, "2026-03-06") == ["2026-03-02", "2026-03-09"]
    anna.ok("snooze", "F2", "2026-03-17", CRM_NOW="2026-03-09T09:00")
    assert dues(anna, "2026-03-17") == ["2026-03-09", "2026-03-23"]


def test_a_logged_touch_sets_the_next_one_too(anna: Crm) -> None:
    """And undo takes both back, to the byte."""
    anna.ok("remind", "1", "2026-03-02", "call", "--every", "month")
    before = anna.ok("export", "--as", "followups").out
    assert "again 2026-04-02" in anna.ok("log", "call", "1", "hello").out
    assert dues(anna) == ["2026-04-02"]
    anna.ok("undo")
    assert anna.ok("export", "--as", "followups").out == before
    anna.ok("done", "F1")
    anna.ok("undo")
    assert anna.ok("export", "--as", "followups").out == before


def test_an_export_keeps_what_a_repetition_counts_from(anna: Crm) -> None:
    """In another book the last of February is still followed by 31 March, and a count goes on."""
    anna.ok("remind", "1", "2026-01-31", "invoice", "--every", "month", CRM_NOW="2026-01-01T09:00")
    anna.ok("remind", "1", "2026-01-31", "pay", "--every", "RRULE:FREQ=MONTHLY;COUNT=3", CRM_NOW="2026-01-01T09:00")  # fmt: skip
    for number in (1, 2):
        anna.ok("done", f"F{number}", CRM_NOW="2026-01-31T09:00")
    people, follow_ups = anna.ok("export").out, anna.ok("export", "--as", "followups").out
    assert "due,text,every,done_at,snoozed_until,snooze_reason,source,anchor" in follow_ups
    other = {"CRM_DB": str(anna.home / "other.db")}
    anna.ok("import", "-", stdin=people, **other)
    anna.ok("import", "-", stdin=follow_ups, **other)
    assert anna.ok("export", "--as", "followups", **other).out == follow_ups
    rows = anna.ok("show", "1", "--json", **other).json["follow_ups"]
    for row in rows:
        anna.ok("done", f"F{row['id']}", CRM_NOW="2026-02-28T09:00", **other)
    rows = anna.ok("show", "1", "--json", **other).json["follow_ups"]
    assert [row["due"] for row in rows] == ["2026-03-31", "2026-03-31"]
    for row in rows:
        anna.ok("done", f"F{row['id']}", CRM_NOW="2026-03-31T09:00", **other)
    assert [row["text"] for row in anna.ok("show", "1", "--json", **other).json["follow_ups"]] == [
        "invoice"
    ]


@pytest.mark.parametrize(
    ("every", "says"),
    [
        ("RRULE:FREQ=HOURLY", "more often than daily"),
        ("hour", "more often than daily"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "does not come round"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260101", "never comes again after 2026-03-05"),
        ("RRULE:FREQ=WEEKLY;COUNT=1", "never comes again after 2026-03-05"),
        # 29 February in years that are never leap years.
        ("RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", "never comes again"),
        ("RRULE:FREQ=DAILY;COUNT=3 after done", "end it with UNTIL"),
        ("now and then", "not understood"),
    ],
)
def test_what_never_comes_round_is_refused_at_once(anna: Crm, every: str, says: str) -> None:
    """One line, exit 3, and nothing is set; not only once it is done."""
    result = anna("remind", "1", "2026-03-05", "x", "--every", every)
    assert result.code == 3
    assert says in result.err
    assert result.err.count("\n") == 1
    assert opened(anna) == []


def test_a_follow_up_moves(anna: Crm) -> None:
    """To another day, at its time or another; undo moves it back."""
    anna.ok("remind", "1", "2026-03-05T14:30", "call about the offer")
    before = anna.ok("export", "--as", "followups").out
    assert anna.ok("remind", "F1", "friday").out == (
        "F1  Anna Nowak  2026-03-06 14:30  call about the offer\n"
    )
    assert anna.ok("remind", "f1", "2026-03-09T08:00", "visit", "her").out == (
        "F1  Anna Nowak  2026-03-09 08:00  visit her\n"
    )
    assert [(row["id"], row["due"], row["text"]) for row in opened(anna)] == [
        (1, "2026-03-09T08:00", "visit her")
    ]
    assert "2026-03-06T14:30\t2026-03-09T08:00" in anna.ok("history", "1").out
    anna.ok("undo")
    anna.ok("undo")
    assert anna.ok("export", "--as", "followups").out == before
    assert anna.ok("remind", "F1", "2026-03-05").out == "unchanged: F1  Anna Nowak\n"


def test_a_moved_follow_up_is_awake(anna: Crm) -> None:
    """Who sets a day means that day, not the end of an older snooze."""
    anna.ok("remind", "1", "today", "call")
    anna.ok("snooze", "F1", "2026-04-01", "--reason", "away")
    anna.ok("remind", "F1", "--text", "call her back")
    assert anna("remind", "--ids").lines == []
    anna.ok("remind", "F1", "2026-03-03")
    assert anna.ok("remind", "--ids", CRM_NOW="2026-03-03T09:00").lines == ["F1"]


def test_words_alone_change(anna: Crm) -> None:
    """The day and the rhythm stay."""
    anna.ok("remind", "1", "2026-01-31", "invoice", "--every", "month", CRM_NOW="2026-01-01T09:00")
    anna.ok("done", "F1", CRM_NOW="2026-01-31T09:00")
    assert anna.ok("remind", "F2", "--text", "send the invoice").out == (
        "F2  Anna Nowak  2026-02-28  send the invoice  (every month)\n"
    )
    assert dues(anna, "2026-02-28") == ["2026-02-28", "2026-03-31"]


def test_a_rhythm_counts_from_a_new_day(anna: Crm) -> None:
    """Moved to the 10th, it is monthly on the 10th; of a count only the rest is left."""
    anna.ok("remind", "1", "2026-01-31", "pay", "--every", "RRULE:FREQ=MONTHLY;COUNT=3", CRM_NOW="2026-01-01T09:00")  # fmt: skip
    anna.ok("done", "F1", CRM_NOW="2026-01-31T09:00")
    assert anna.ok("remind", "F2", "2026-03-10").out.endswith(
        "(every RRULE:FREQ=MONTHLY;COUNT=2)\n"
    )
    assert dues(anna, "2026-03-10", "2026-04-10") == ["2026-03-10", "2026-04-10", "over"]


def test_the_last_of_a_count_moves_alone(anna: Crm) -> None:
    """There is nothing left to repeat."""
    anna.ok("remind", "1", "2026-03-02", "pay", "--every", "RRULE:FREQ=WEEKLY;COUNT=2")
    anna.ok("done", "F1")
    anna.ok("remind", "F2", "2026-03-12")
    assert dues(anna, "2026-03-12") == ["2026-03-12", "over"]


def test_a_repetition_begins_changes_and_ends(anna: Crm) -> None:
    """--every on what is there; none takes it off."""
    anna.ok("remind", "1", "2026-03-05", "call")
    assert anna.ok("remind", "F1", "--every", "2 weeks").out.endswith("(every 2 weeks)\n")
    assert anna.ok("remind", "F1", "--every", "month").out.endswith("(every month)\n")
    assert dues(anna, "2026-03-05") == ["2026-03-05", "2026-04-05"]
    assert anna.ok("remind", "F2", "--every", "none").out == "F2  Anna Nowak  2026-04-05  call\n"
    assert dues(anna, "2026-04-05") == ["2026-04-05", "over"]


def test_done_for_the_last_time(anna: Crm) -> None:
    """--end closes it and sets no other; on what does not repeat it is as good as without."""
    anna.ok("remind", "1", "2026-03-02", "call", "--every", "week")
    assert anna.ok("done", "F1", "--end").out == "done: F1  Anna Nowak  call\n"
    assert opened(anna) == []
    anna.ok("undo")
    assert len(opened(anna)) == 1
    anna.ok("remind", "1", "2026-03-02", "once")
    assert anna.ok("done", "F2", "--end").err == ""
    assert anna("done", "R201:1", "--end").code == 2


def test_a_follow_up_is_dropped(anna: Crm) -> None:
    """It was never to be done: it is nowhere any more, and undo brings it back, to the byte."""
    anna.ok("remind", "1", "today", "call", "--every", "week")
    before = anna.ok("export", "--as", "followups").out
    assert anna.ok("remind", "F1", "--drop").out == "dropped: F1  Anna Nowak  call\n"
    assert anna.ok("show", "1", "--json", "--all").json["follow_ups"] == []
    assert anna.ok("remind").out == ""
    assert "F1" not in anna.ok("remind", "1", "today", "again").out
    anna.ok("undo")
    anna.ok("undo")
    assert anna.ok("export", "--as", "followups").out == before


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("remind F1", 2, "what shall change?"),
        ("remind F9 friday", 3, "there is no follow-up F9"),
        ("remind F1 sometime", 2, "not understood"),
        ("remind F1 friday call --text other", 2, "not in both"),
        ("remind F1 --every hour", 3, "more often than daily"),
        ("remind F1 --drop friday", 2, "nothing else goes with it"),
        ("remind F2 friday", 3, "F2 is done already"),
        ("remind F2 --drop", 3, "F2 is done already"),
        ("remind 1 --drop", 2, "--drop is for a follow-up"),
        ("remind 1 friday call --text other", 2, "--text is for a follow-up"),
        ("remind --drop", 2, "--drop needs a follow-up"),
        ("remind --text x", 2, "--text needs a follow-up"),
        ("remind R201:1 friday", 2, "crm snooze"),
    ],
)
def test_what_cannot_be_changed_says_so(anna: Crm, line: str, code: int, says: str) -> None:
    """One line, and nothing is changed."""
    anna.ok("remind", "1", "2026-03-05", "call", "--every", "week")
    anna.ok("remind", "1", "2026-03-02", "other")
    anna.ok("done", "F2")
    before = anna.ok("export", "--as", "followups").out
    result = anna(*shlex.split(line))
    assert result.code == code
    assert says in result.err
    assert anna.ok("export", "--as", "followups").out == before


@pytest.mark.parametrize(
    ("every", "shown", "then"),
    [
        ("last friday", "last friday of the month", "2026-03-27"),
        ("first monday of the month", "first monday of the month", "2026-04-06"),
        ("third thursday of each month", "third thursday of the month", "2026-03-19"),
        ("15th", "15th of the month", "2026-03-15"),
        ("31st of the month", "31st of the month", "2026-03-31"),
        ("last day of the month", "last day of the month", "2026-03-31"),
        ("last working day of the month", "last working day of the month", "2026-03-31"),
        ("last workday", "last working day of the month", "2026-03-31"),
        ("last weekday of month", "last working day of the month", "2026-03-31"),
        ("first working day", "first working day of the month", "2026-04-01"),
        ("poslední pracovní den v měsíci", "last working day of the month", "2026-03-31"),
        ("posledný pracovný deň mesiaca", "last working day of the month", "2026-03-31"),
        ("ostatni dzień roboczy miesiąca", "last working day of the month", "2026-03-31"),
        ("letzter Arbeitstag im Monat", "last working day of the month", "2026-03-31"),
        ("последний рабочий день месяца", "last working day of the month", "2026-03-31"),
        ("poslední pátek", "last friday of the month", "2026-03-27"),
        ("каждую последнюю пятницу месяца", "last friday of the month", "2026-03-27"),
        ("jeden letzten Freitag", "last friday of the month", "2026-03-27"),
        ("pierwszy poniedziałek miesiąca", "first monday of the month", "2026-04-06"),
        ("15. každého měsíce", "15th of the month", "2026-03-15"),
        ("последняя пятница after done", "last friday of the month after done", "2026-03-27"),
    ],
)
def test_days_of_the_month_are_words(anna: Crm, every: str, shown: str, then: str) -> None:
    """They are typed in the languages of the config, shown in words that can be typed again, and come round."""
    said = anna.ok("remind", "anna", "today", "invoice", "--every", every).out
    assert said.endswith(f"(every {shown})\n")
    assert f"every {shown}" in anna.ok("show", "anna").out
    assert anna.ok("remind", "F1", "--every", shown).out.startswith("unchanged")
    assert f"again {then}" in anna.ok("done", "F1").out


def test_the_last_working_day_minds_the_calendar(anna: Crm) -> None:
    """It rolls backward over weekends and holidays, and comes once a month, also done early or late."""
    anna.ok("config", "set", "days.holidays", '["2026-05-29"]')
    anna.ok("remind", "anna", "2026-04-30", "invoice", "--every", "last working day")
    assert "again 2026-05-28" in anna.ok("done", "F1", CRM_NOW="2026-04-30T09:00").out
    assert "again 2026-06-30" in anna.ok("done", "F2", CRM_NOW="2026-05-28T09:00").out
    assert "again 2026-07-31" in anna.ok("done", "F3", CRM_NOW="2026-07-02T09:00").out
    out = anna.ok("remind", "anna", "2026-05-31", "x", "--every", "last working day").out
    assert "  2026-05-28  x" in out


def test_a_repetition_that_may_mean_two_things_is_not_guessed(anna: Crm) -> None:
    """One friday in two, or the second of the month? And no month has a fifth working day by that name."""
    for every in ("second friday", "32nd", "last", "last month", "third working day of the month"):
        assert anna("remind", "anna", "today", "x", "--every", every).code == 3, every
