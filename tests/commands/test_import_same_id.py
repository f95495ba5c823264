"""Two records of one id that are not the same: of programs that number from one, and of copies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm

NEVER = "From me Thu Jan  1 00:00:00 1970\n"


def message(who: str, hour: int, text: str, sender: str = "me@my.example") -> str:
    return (
        f"{NEVER}From: {sender}\nTo: {who}\nDate: Mon, 2 Feb 2026 {hour}:00:00 +0000\n"
        f"Message-ID: <1@box>\nSubject: {text}\n\n{text}\n\n"
    )


def event(who: str, day: int, text: str) -> str:
    return (
        f"BEGIN:VEVENT\nUID:1\nDTSTART:202602{day:02}T100000Z\nSUMMARY:{text}\n"
        f"ATTENDEE:mailto:{who}\nEND:VEVENT\n"
    )


def calendar(*events: str) -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{''.join(events)}END:VCALENDAR\n"


ANNA, PIOTR = "anna@x.example", "piotr@y.example"
ROWS = (
    "Activity - ID,Activity - Type,Activity - Subject,Activity - Done,Activity - Due date,Person - Email\n"
    f"7,Call,about Anna,Done,2026-02-02,{ANNA}\n7,Call,about Piotr,Done,2026-02-03,{PIOTR}\n"
)
TASKS = ROWS.replace("Done,2026", "To do,2027")
MAIL = message(ANNA, 10, "offer for Anna"), message(PIOTR, 11, "price for Piotr")
SAME_HOUR = MAIL[0], message(PIOTR, 10, "price for Piotr")
MEETINGS = event(ANNA, 2, "talk with Anna"), event(PIOTR, 3, "lunch with Piotr")


def counts(crm: Crm, path: Path) -> str:
    found = crm.ok("import", str(path)).err
    return next(line for line in found.splitlines() if " read, " in line).partition(": ")[2]


def told(crm: Crm, who: str) -> set[str]:
    shown = json.loads(crm.ok("show", who, "--json").out)
    return {one["subject"] for one in shown["interactions"]}


@pytest.fixture
def owned(crm: Crm) -> Crm:
    crm.ok("config", "set", "owner.emails", "me@my.example")
    return crm


@pytest.mark.parametrize(
    ("name", "text"), [("a.mbox", "".join(MAIL)), ("a.ics", calendar(*MEETINGS)), ("a.csv", ROWS)]
)
def test_one_id_of_two_people_stays_two_records(
    owned: Crm, tmp_path: Path, name: str, text: str
) -> None:
    """Each is its person's, a second import changes nothing, and what comes twice is one."""
    path = tmp_path / name
    path.write_text(text)
    first = counts(owned, path)
    assert "2 read, 2 added" in first
    book = owned.ok("export").out
    assert len(told(owned, ANNA)) == len(told(owned, PIOTR)) == 1
    for _ in range(2):
        assert "2 read, 0 added, 0 updated, 2 unchanged" in counts(owned, path)
    assert owned.ok("export").out == book
    assert not told(owned, ANNA) & told(owned, PIOTR)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    ("name", "parts"),
    [("mbox", MAIL), ("mbox", SAME_HOUR), ("ics", tuple(calendar(one) for one in MEETINGS))],
)
def test_one_id_in_two_files(
    owned: Crm, tmp_path: Path, name: str, parts: tuple[str, str], order: tuple[int, int]
) -> None:
    """The second file's is a record of its own, whichever comes first, and both are known again."""
    paths = [tmp_path / f"{place}.{name}" for place in (0, 1)]
    for path, text in zip(paths, parts, strict=True):
        path.write_text(text)
    for place in order:
        assert "1 added" in counts(owned, paths[place])
    for place in (0, 1, 1, 0):
        assert "0 added, 0 updated, 1 unchanged" in counts(owned, paths[place])
    assert len(told(owned, ANNA)) == len(told(owned, PIOTR)) == 1
    both = tmp_path / f"both.{name}"
    both.write_text("".join(parts[::-1]) if name == "mbox" else calendar(*MEETINGS[::-1]))
    assert "0 added, 0 updated, 2 unchanged" in counts(owned, both)


def test_a_copy_is_the_same_message(owned: Crm, tmp_path: Path) -> None:
    """With the line that a list puts below it, and said so."""
    path = tmp_path / "a.mbox"
    path.write_text(MAIL[0] + MAIL[0].replace("offer for Anna\n\n", "offer for Anna\n--\nlist\n\n"))
    result = owned.ok("import", str(path))
    assert "2 read, 1 added, 0 updated, 0 unchanged, 1 skipped" in result.err
    assert "says again what an earlier record of the same id says" in result.err


def test_a_later_state_of_one_event_is_an_update(owned: Crm, tmp_path: Path) -> None:
    """Renamed, at the same time with the same people."""
    path = tmp_path / "a.ics"
    path.write_text(calendar(MEETINGS[0]))
    counts(owned, path)
    path.write_text(calendar(MEETINGS[0].replace("talk with", "a long talk with")))
    assert "1 updated" in owned.ok("import", str(path), "--on-match", "update").err
    assert told(owned, ANNA) == {"a long talk with Anna"}


def test_tasks_of_one_id(owned: Crm, tmp_path: Path) -> None:
    """So are follow-ups: both stay, and are known again."""
    path = tmp_path / "a.csv"
    path.write_text(TASKS)
    assert "(followups): 2 read, 2 added" in owned.ok("import", str(path)).err
    assert "(followups): 2 read, 0 added, 0 updated, 2 unchanged" in owned.ok("import", str(path)).err  # fmt: skip
    head, anna, piotr = TASKS.splitlines(keepends=True)
    path.write_text(head + piotr)
    assert "(followups): 1 read, 0 added, 0 updated, 1 unchanged" in owned.ok("import", str(path), "--on-match", "update").err  # fmt: skip
    path.write_text(head + piotr.replace("about Piotr", "visit") + anna)
    assert "(followups): 2 read, 1 added, 0 updated, 1 unchanged" in owned.ok("import", str(path), "--on-match", "update").err  # fmt: skip
