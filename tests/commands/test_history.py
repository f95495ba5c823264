"""crm history."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from crmcli.main import main

if TYPE_CHECKING:
    from tests.conftest import Crm


class Terminal(io.StringIO):
    """A stream that somebody sits at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--company", "Acme", "--email", "anna@acme.example")
    crm.ok("edit", "anna", "--city", "Łódź", "--tag", "vip")
    crm.ok("edit", "anna", "--city", "Kraków", "--cadence", "30d")
    crm.ok("log", "call", "anna", "wants the list", "--next", "friday")
    return crm


def told(crm: Crm, *words: str) -> list[str]:
    """The lines that ``crm history`` prints on a terminal."""
    out = Terminal()
    environ = crm.environ | {"NO_COLOR": "1"}
    assert (
        main(["history", *words], environ=environ, stdin=io.StringIO(), stdout=out, stderr=out) == 0
    )
    return out.getvalue().splitlines()


def test_of_one_person_it_is_a_story(book: Crm) -> None:
    """Newest first, by day: when, which command, and what changed from what to what, in words."""
    book.ok("edit", "anna", "--note", "likes tea", CRM_NOW="2026-03-03T10:00")
    assert told(book, "anna") == [
        "Anna Nowak  #1",
        "",
        "Tuesday 2026-03-03",
        "    5  10:00  crm edit anna --note 'likes tea'",
        "       note: likes tea",
        "",
        "Monday 2026-03-02",
        "    4  09:00  crm log call anna 'wants the list' --next friday",
        "       call: wants the list",
        "       follow-up F1 for 2026-03-06: after the call: wants the list",
        "    3  09:00  crm edit anna --city Kraków --cadence 30d",
        "       city: Łódź → Kraków",
        "       cadence: every 30 days",
        "    2  09:00  crm edit anna --city Łódź --tag vip",
        "       city: Łódź",
        "       tagged vip",
        "    1  09:00  crm add 'Anna Nowak' --company Acme --email anna@acme.example",
        "       Anna Nowak added: lead, Acme",
        "       e-mail anna@acme.example",
    ]


def test_of_the_book_it_is_a_line_a_command(book: Crm) -> None:
    """By day: number, time, command, and whom it was about."""
    book.ok("add", "Jan Kowalski", CRM_NOW="2026-03-03T10:00")
    book.ok("tag", "--where", "name:any", "all", "--yes", CRM_NOW="2026-03-03T11:00")
    book.ok("view", "save", "hot", "+vip", CRM_NOW="2026-03-03T12:00")
    lines = told(book)
    assert lines[:6] == [
        "Tuesday 2026-03-03",
        "    7  12:00  crm view save hot +vip",
        "    6  11:00  crm tag --where name:any all --yes  · Anna Nowak, Jan Kowalski",
        "    5  10:00  crm add 'Jan Kowalski'  · Jan Kowalski",
        "",
        "Monday 2026-03-02",
    ]
    assert lines[-1].endswith("--email anna@acme.example  · Anna Nowak")


def test_times_are_the_owners(book: Crm) -> None:
    """In the zone of the config, days too."""
    book.ok("config", "set", "owner.timezone", "Pacific/Auckland")
    assert told(book)[0] == "Monday 2026-03-02"
    assert "    4  22:00  crm log" in told(book)[1]


def test_it_tells_what_was_so_then(book: Crm) -> None:
    """A name that was changed later is told as it was when it was added."""
    book.ok("edit", "anna", "--name", "Anna Lis")
    assert "       Anna Nowak added: lead, Acme" in told(book, "anna")


def test_the_undone_and_the_redone_are_marked(book: Crm) -> None:
    """Undone commands stay in the story, with when; undoing is no command of it."""
    book.ok("undo", CRM_NOW="2026-03-02T10:00")
    assert told(book)[1].endswith("--next friday  (undone 10:00)  · Anna Nowak")
    assert book.ok("history", "--columns", "id,undone").lines[:2] == ["4\ttrue", "3\tfalse"]
    book.ok("redo", CRM_NOW="2026-03-04T11:00")
    assert "--next friday  (undone and redone 2026-03-04 11:00)" in told(book)[1]


def test_in_a_pipe_it_is_rows(book: Crm) -> None:
    """One row a command, with the number of rows and people it changed."""
    rows = book.ok("history", "--json").json
    assert [row["id"] for row in rows] == [4, 3, 2, 1]
    assert rows[0] == {
        "id": 4,
        "at": "2026-03-02T09:00:00Z",
        "command": "crm log call anna 'wants the list' --next friday",
        "undone": False,
        "changes": 3,
        "undone_at": None,
        "redone_at": None,
        "people": 1,
    }


def test_of_one_person_it_is_value_by_value(book: Crm) -> None:
    """One row for each value that changed, before and after, and in words."""
    book.ok("add", "Jan Kowalski")
    rows = book.ok("history", "anna", "--columns", "id,op,field,before,after,text").lines
    assert "3\tupdate\tcity\tŁódź\tKraków\tcity: Łódź → Kraków" in rows
    assert "2\tinsert\t\t\tvip\ttagged vip" in rows
    assert not any("Jan" in row for row in rows)


def test_the_limit_counts_commands(book: Crm) -> None:
    """A limit says how many commands are told, and that there are older ones."""
    assert len(book.ok("history", "--limit", "2").lines) == 2
    assert {row.split("\t")[0] for row in book.ok("history", "anna", "--limit", "1").lines} == {"4"}
    lines = told(book, "--limit", "1")
    assert len(lines) == 3
    assert "older" in lines[-1]
    assert book("history", "--limit", "-1").code == 2


def test_since_is_a_day_or_a_time(book: Crm) -> None:
    """Of the book and of a person only what was done since."""
    book.ok("edit", "anna", "--title", "buyer", CRM_NOW="2026-03-04T08:00")
    now = {"CRM_NOW": "2026-03-04T09:00"}
    assert book.ok("history", "--since", "today", "--ids", **now).lines == ["5"]
    assert book.ok("history", "--since", "2026-03-04T08:30", "--ids", **now).lines == []
    rows = book.ok("history", "anna", "--since", "yesterday", "--columns", "id,text", **now).lines
    assert rows == ["5\ttitle: buyer"]
    assert book("history", "--since", "sometimes").code == 2


def test_one_change_is_told_whole(book: Crm) -> None:
    """--change takes the number of the history; a number behind crm history is a person's."""
    assert told(book, "--change", "2") == [
        "Monday 2026-03-02",
        "    2  09:00  crm edit anna --city Łódź --tag vip",
        "       Anna Nowak: city: Łódź",
        "       Anna Nowak: tagged vip",
    ]
    assert book.ok("history", "--change", "2", "--columns", "text").lines == ["city: Łódź", "tagged vip"]  # fmt: skip
    assert told(book, "1")[0] == "Anna Nowak  #1"
    assert "no change 99" in book("history", "--change", "99").err
    assert book("history", "anna", "--change", "2").code == 2


def test_an_import_is_told_by_its_file_and_counts(crm: Crm) -> None:
    """Thousands of rows are a line of the book, and of a person what the file said of them."""
    people = crm.home / "people.csv"
    people.write_text(
        "name,email,tags\n" + "".join(f"Person {n},p{n}@acme.example,all\n" for n in range(1500))
    )
    crm.ok("import", str(people))
    assert told(crm)[1] == (
        "    1  09:00  crm import people.csv  · 1,500 people added: Person 0, Person 1, Person 2 …"
    )
    assert told(crm, "p7@acme.example")[3:] == [
        "    1  09:00  crm import people.csv",
        "       Person 7 added: other, came from people.csv",
        "       e-mail p7@acme.example",
        "       tagged all",
    ]


def test_a_merge_is_told_from_both_sides(book: Crm) -> None:
    """The kept one gained the other's; the other's number leads there, and its own past is told."""
    book.ok("add", "Ania Nowak", "--email", "ania@home.example", "--tag", "fair")
    book.ok("merge", "1", "2")
    lines = told(book, "2")
    assert lines[0] == "Anna Nowak  #1"
    assert lines[4:7] == [
        "       Ania Nowak (2) merged into this entry",
        "       e-mail ania@home.example from Ania Nowak's entry",
        "       tagged fair",
    ]
    assert "       as Ania Nowak: e-mail ania@home.example" in lines
    assert not any("taken off" in line or "merged into Anna" in line for line in lines)
    book.ok("undo")
    other = told(book, "2")
    assert other[0] == "Ania Nowak  #2"
    assert "       Ania Nowak merged into Anna Nowak (1)" in other


def test_the_work_is_told_in_words(book: Crm) -> None:
    """Follow-ups, deals, cases, silences, bases: no number of a row, no JSON, nothing empty."""
    for words in (
        ("remind", "F1", "monday"), ("remind", "F1", "--every", "month"), ("snooze", "F1", "+2w", "--reason", "away"),
        ("done", "F1", "sent"), ("deal", "add", "anna", "Paper bags", "--amount", "4800", "--currency", "PLN"),
        ("deal", "move", "1", "proposal"), ("deal", "won", "1"), ("log", "complaint", "anna", "wet boxes"),
        ("case", "wait", "3"), ("case", "close", "3", "new boxes"), ("ignore", "R201:1", "--reason", "no use"),
        ("consent", "anna", "--basis", "consent", "--source", "fair"), ("consent", "anna", "--withdraw"),
        ("dnc", "anna", "--reason", "asked"), ("dnc", "anna", "--lift"), ("verify", "anna"), ("archive", "anna"),
    ):  # fmt: skip
        book.ok(*words)
    lines = told(book, "anna", "--limit", "50")
    for line in (
        "follow-up F1 (after the call: wants the list) moved from 2026-03-06 to 2026-03-09",
        "follow-up F1 (after the call: wants the list) repeats: every month",
        "follow-up F1 (after the call: wants the list) put off until 2026-03-16: away",
        "follow-up F1 (after the call: wants the list) done",
        "deal D1 (Paper bags) added, new, 4\u202f800.00\xa0PLN",
        "deal D1 (Paper bags): new → proposal",
        "deal D1 (Paper bags) won, 4\u202f800.00\xa0PLN",
        "complaint: wet boxes",
        "case 3 (wet boxes): it is the customer's turn, until they are heard",
        "case 3 (wet boxes) closed: new boxes",
        "R201 silenced for good: no use",
        "may be written to on the basis consent since 2026-03-02 (fair)",
        "basis consent withdrawn on 2026-03-02",
        "marked do-not-contact",
        "do-not-contact lifted",
        "data checked on 2026-03-02",
        "archived",
    ):
        assert f"       {line}" in lines, (line, lines)
    assert not any(word in line for line in lines for word in ("None", "{", "_id", "null"))


def test_an_empty_book_has_no_history(crm: Crm) -> None:
    """Nothing is told, and no book is made."""
    assert told(crm) == ["nothing changed yet"]
    assert crm.ok("history").out == ""
    assert not crm.db.exists()


def test_values_do_nothing_on_the_terminal(crm: Crm) -> None:
    """Control characters in what was typed show as escapes."""
    crm.ok("add", "Anna Nowak", "--note", "a\x1b[31mred")
    crm.ok("edit", "anna", "--note", "line\nline")
    assert "\x1b" not in "".join(told(crm))
