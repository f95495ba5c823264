"""crm case: what becomes of a logged complaint."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.db import connection, migrations
from crmcli.rules import engine, selection
from crmcli.rules.day import Day

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm

MONDAY, TUESDAY, FRIDAY, NEXT_MONDAY = (
    f"2026-03-{day:02}T10:00" for day in (2, 3, 6, 9)
)  # the day before and after which nobody works


@pytest.fixture
def book(crm: Crm) -> Crm:
    """Anna complained on Monday."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--company", "Acme")
    crm.ok("add", "Jan Kowalski", "--email", "jan@acme.example", "--company", "Acme")
    crm.ok("log", "complaint", "anna", "broken", "boxes", CRM_NOW=MONDAY)
    return crm


def case(crm: Crm, number: int = 1, now: str = TUESDAY) -> dict[str, Any]:
    found: dict[str, Any] = crm.ok("case", "show", str(number), "--json", CRM_NOW=now).json
    return found


def test_a_logged_complaint_says_its_number(book: Crm) -> None:
    """It is the interaction's, and the next command is beside it."""
    out = book.ok("log", "complaint", "jan", "late", CRM_NOW=TUESDAY).out
    assert out.splitlines()[1] == "case 2: crm case close 2"


def test_open_cases_are_listed_the_oldest_first(book: Crm) -> None:
    """Closed ones only with --all, and behind the open ones."""
    book.ok("log", "complaint", "jan", "late", "--at", "2026-02-20", CRM_NOW=TUESDAY)
    assert book.ok("case", "list", "--ids", CRM_NOW=TUESDAY).lines == ["2", "1"]
    book.ok("case", "close", "2", CRM_NOW=TUESDAY)
    assert book.ok("case", "list", "--ids", CRM_NOW=TUESDAY).lines == ["1"]
    assert book.ok("case", "list", "--all", "--ids", CRM_NOW=TUESDAY).lines == ["1", "2"]
    book.ok("case", "close", "1", CRM_NOW=TUESDAY)
    none = book("case", "list", CRM_NOW=TUESDAY)
    assert (none.code, none.out) == (1, "")
    assert "--all" in none.err


def test_a_list_of_those_that_a_query_finds(book: Crm) -> None:
    """Whoever of those who complained together fits; each case once."""
    book.ok("log", "complaint", "jan", "late", "--with", "anna", CRM_NOW=TUESDAY)
    assert book.ok("case", "list", "jan", "--ids", CRM_NOW=TUESDAY).lines == ["2"]
    assert book.ok("case", "list", "company:acme", "--ids", CRM_NOW=TUESDAY).lines == ["1", "2"]
    [row] = book.ok("case", "list", "jan", "--columns", "id,contact,others", "--json").json
    assert (row["contact"]["name"], row["others"][0]["name"]) == ("Anna Nowak", "Jan Kowalski")
    assert book("case", "list", "city:nowhere", CRM_NOW=TUESDAY).code == 1


def test_rows_are_rows_in_every_format(book: Crm) -> None:
    """The same fields as columns and as keys; a person is an object in JSON, the e-mail in CSV."""
    names = "id,contact,title,opened_at,responded_at,waiting,closed_at,outcome,age"
    assert book.ok("case", "list", "--csv", CRM_NOW=TUESDAY).lines == [
        names,
        "1,anna@acme.example,broken boxes,2026-03-02T10:00:00Z,,false,,,1",
    ]
    [row] = book.ok("case", "list", "--json", CRM_NOW=TUESDAY).json
    assert list(row) == names.split(",")
    assert row["contact"]["name"] == "Anna Nowak"
    assert book.ok("case", "show", "1", "--csv", "--columns", "id,age,state").lines[1] == "1,0,open"


def test_a_table_has_what_fits_a_screen(book: Crm) -> None:
    """How it stands in a word, and days instead of instants."""
    book.ok("case", "wait", "1", "--until", "2026-03-10", CRM_NOW=TUESDAY)
    head, _, row = book.ok("case", "list", "-f", "table", CRM_NOW=TUESDAY).lines
    assert head.split() == ["id", "contact", "title", "opened_at", "state", "age", "outcome"]
    assert row.split() == ["1", "Anna", "Nowak", "broken", "boxes", "2026-03-02", "waiting", "1"]
    wide = book.ok("case", "list", "-f", "table", "--columns", "id,until", CRM_NOW=TUESDAY).lines
    assert wide[2].split() == ["1", "2026-03-10"]


@pytest.mark.parametrize(
    ("answer", "answered"),
    [
        (["email", "anna", "sorry"], True),
        (["call", "anna", "sorry"], True),
        (["visit", "anna", "sorry"], True),
        (["email", "anna", "where are they", "--in"], False),
        (["note", "anna", "must call"], False),
        (["purchase", "anna", "--amount", "5"], False),
        (["complaint", "anna", "again"], False),
        (["email", "jan", "hello"], False),
        (["call", "anna", "before", "--at", "2026-03-01"], False),
    ],
)
def test_the_first_answer_is_yours(book: Crm, answer: list[str], *, answered: bool) -> None:
    """What they send, notes and orders are none."""
    book.ok("log", *answer, CRM_NOW=TUESDAY)
    assert (case(book)["responded_at"] == "2026-03-03T10:00:00Z") is answered


def test_the_same_moment_and_the_same_day_are_an_answer(book: Crm) -> None:
    """An answer written down behind the complaint, also where only the days are known."""
    book.ok("log", "complaint", "jan", "late", CRM_NOW=TUESDAY)
    book.ok("log", "call", "jan", "sorry", CRM_NOW=TUESDAY)
    assert case(book, 2)["responded_at"]
    book.ok("log", "complaint", "jan", "late", "--at", "2026-03-01", CRM_NOW=TUESDAY)
    assert case(book, 4, MONDAY)["responded_at"] == "2026-03-03T10:00:00Z"
    book.ok("log", "call", "jan", "sorry", "--at", "2026-03-01T08:00", CRM_NOW=TUESDAY)
    assert case(book, 4)["responded_at"] == "2026-03-01T08:00:00Z"


def test_an_answer_to_one_of_them_is_an_answer_to_all(book: Crm) -> None:
    """A complaint of two is one case."""
    book.ok("log", "complaint", "anna", "late", "--with", "jan", CRM_NOW=TUESDAY)
    book.ok("log", "call", "jan", "sorry", CRM_NOW=TUESDAY)
    assert case(book, 2)["responded_at"]


def test_waiting_stops_the_clock_until_they_are_heard(book: Crm) -> None:
    """Age counts working days, and none of those from the wait to their word."""
    wait = book.ok("case", "wait", "1", CRM_NOW=TUESDAY)
    assert wait.out == "case 1  Anna Nowak  waiting until they answer\n"
    assert book.ok("case", "wait", "1", CRM_NOW=FRIDAY).out.endswith("they answer already\n")
    assert (case(book, now=FRIDAY)["state"], case(book, now=FRIDAY)["age"]) == ("waiting", 1)
    book.ok("log", "email", "anna", "here you are", "--in", CRM_NOW=FRIDAY)
    after = case(book, now=NEXT_MONDAY)
    assert (after["state"], after["waiting"], after["age"]) == ("open", False, 2)
    assert after["waits"] == [
        {"since_at": "2026-03-03T10:00:00Z", "until_at": "2026-03-06T10:00:00Z"}
    ]


def test_what_you_send_does_not_end_the_waiting(book: Crm) -> None:
    """Nor does a note; a call does."""
    book.ok("case", "wait", "1", CRM_NOW=TUESDAY)
    book.ok("log", "email", "anna", "well?", CRM_NOW=FRIDAY)
    book.ok("log", "note", "anna", "no word", CRM_NOW=FRIDAY)
    assert case(book, now=NEXT_MONDAY)["waiting"]
    book.ok("log", "call", "anna", "she found it", CRM_NOW=FRIDAY)
    assert not case(book, now=NEXT_MONDAY)["waiting"]


def test_a_message_of_the_day_of_the_wait_ends_it(book: Crm) -> None:
    """Only its day is known: it was written down a day later, so it came after."""
    book.ok("case", "wait", "1", CRM_NOW="2026-03-03T18:00")
    book.ok("log", "email", "anna", "here", "--in", "--at", "2026-03-03", CRM_NOW=FRIDAY)
    found = case(book, now=FRIDAY)
    assert not found["waiting"]
    assert found["waits"][0]["until_at"] == "2026-03-03T18:00:00Z"


def test_waiting_until_a_day_ends_on_it(book: Crm) -> None:
    """The day itself is yours again; a second --until moves it."""
    book.ok("case", "wait", "1", "--until", "2026-03-05", CRM_NOW=TUESDAY)
    moved = book.ok("case", "wait", "1", "--until", "2026-03-06", CRM_NOW=TUESDAY)
    assert moved.out == "case 1  Anna Nowak  waiting until 2026-03-06\n"
    assert case(book, now="2026-03-05T23:59")["waiting"]
    assert not case(book, now="2026-03-06T00:00")["waiting"]
    assert len(case(book)["waits"]) == 1


def test_resume_is_your_turn(book: Crm) -> None:
    """Where nothing waits it says so and changes nothing."""
    book.ok("case", "wait", "1", CRM_NOW=TUESDAY)
    assert book.ok("case", "wait", "1", "--resume", CRM_NOW=FRIDAY).out.endswith("your turn\n")
    assert case(book, now=NEXT_MONDAY)["age"] == 2
    again = book.ok("case", "wait", "1", "--resume", CRM_NOW=FRIDAY)
    assert again.out.endswith("it is your turn already\n")
    assert len(book.ok("history", "--json").json) == 5


def test_days_that_two_waits_share_count_once(book: Crm) -> None:
    """However often it was resumed and waited again."""
    for now in (TUESDAY, FRIDAY):
        book.ok("case", "wait", "1", CRM_NOW=now)
        book.ok("case", "wait", "1", "--resume", CRM_NOW=FRIDAY)
    assert case(book, now=NEXT_MONDAY)["age"] == 2


def test_closing_keeps_the_outcome(book: Crm) -> None:
    """The age stands still, the wait ends, and a second close says what there is."""
    book.ok("case", "wait", "1", CRM_NOW=TUESDAY)
    closed = book.ok("case", "close", "1", "sent", "new", "boxes", CRM_NOW=FRIDAY)
    assert closed.out == "case 1  Anna Nowak  closed: sent new boxes\n"
    found = case(book, now="2026-04-01T09:00")
    assert (found["closed_at"], found["outcome"]) == ("2026-03-06T10:00:00Z", "sent new boxes")
    assert (found["state"], found["age"], found["waiting"]) == ("closed", 1, False)
    again = book.ok("case", "close", "1", CRM_NOW=NEXT_MONDAY)
    assert again.out == "case 1  Anna Nowak  closed already: sent new boxes\n"
    book.ok("case", "close", "1", "money back", CRM_NOW=NEXT_MONDAY)
    found = case(book, now=NEXT_MONDAY)
    assert (found["closed_at"], found["outcome"]) == ("2026-03-06T10:00:00Z", "money back")


def test_closing_on_a_day_gone_by(book: Crm) -> None:
    """Not before it was opened, and not in the future."""
    book.ok("case", "close", "1", "--at", "2026-03-03", CRM_NOW=FRIDAY)
    assert case(book)["closed_at"] == "2026-03-03T12:00Z"
    book.ok("case", "close", "1", "--at", "2026-03-02", CRM_NOW=FRIDAY)
    early = book("case", "close", "1", "--at", "2026-03-01", CRM_NOW=FRIDAY)
    late = book("case", "close", "1", "--at", "2026-03-07", CRM_NOW=FRIDAY)
    assert (early.code, late.code) == (3, 3)
    assert "opened on 2026-03-02" in early.err
    assert "in the future" in late.err


def test_reopened_it_has_not_aged_while_it_was_closed(book: Crm) -> None:
    """And its outcome is gone, until crm undo."""
    book.ok("case", "close", "1", "sent", CRM_NOW=TUESDAY)
    reopened = book.ok("case", "close", "1", "--reopen", CRM_NOW=FRIDAY)
    assert reopened.out == "case 1  Anna Nowak  open again\n"
    found = case(book, now=NEXT_MONDAY)
    assert (found["state"], found["age"], found["outcome"]) == ("open", 2, None)
    assert book.ok("case", "close", "1", "--reopen").out.endswith("open already\n")
    book.ok("undo")
    assert case(book, now=NEXT_MONDAY)["outcome"] == "sent"


IMPORTED = (
    "contacts,kind,at,text\n"
    "anna@acme.example,complaint,2026-02-01,on the last day\n"
    "anna@acme.example,complaint,2026-01-31,a day too old\n"
)


def test_a_complaint_of_a_file_is_history_in_thirty_days(book: Crm) -> None:
    """What was logged by hand is open however old; what the import brought is not, unless asked."""
    book.ok("import", "-", stdin=IMPORTED)
    book.ok("log", "complaint", "jan", "long ago", "--at", "2024-01-05")
    assert book.ok("case", "list", "--ids").lines == ["4", "2", "1"]
    assert book.ok("case", "list", "--ids", CRM_NOW=TUESDAY).lines == ["4", "1"]
    states = book.ok("case", "list", "--all", "--columns", "id,state", CRM_NOW=TUESDAY).lines
    assert states == ["4\topen", "1\topen", "2\thistory", "3\thistory"]


def test_the_rules_option_says_when_it_is_history(book: Crm) -> None:
    """The list and the rule have one opinion."""
    book.ok("import", "-", stdin=IMPORTED)
    folder = book.home / ".config" / "crm"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("[rules.complaint-open]\nimported = 31\n")
    (folder / "config.toml").chmod(0o600)
    assert book.ok("case", "list", "--ids").lines == ["3", "2", "1"]


def test_history_that_somebody_works_on_is_a_case_again(book: Crm) -> None:
    """Reopened, or waiting for the customer."""
    book.ok("import", "-", stdin=IMPORTED)
    book.ok("case", "close", "3", "--reopen", CRM_NOW=TUESDAY)
    assert book.ok("case", "list", "--ids", CRM_NOW="2026-08-03T09:00").lines == ["3", "1"]
    book.ok("case", "wait", "2", "--until", "2026-03-05", CRM_NOW=TUESDAY)
    assert book.ok("case", "list", "--ids", CRM_NOW="2026-08-03T09:00").lines == ["3", "2", "1"]


def test_the_story_is_what_was_said_since(book: Crm) -> None:
    """From the opening to the end, with the waits, and nothing of before or after."""
    book.ok("log", "call", "anna", "before", "--at", "2026-02-20", CRM_NOW=TUESDAY)
    book.ok("log", "call", "anna", "sorry", CRM_NOW=TUESDAY)
    book.ok("case", "wait", "1", "--until", "2026-03-05", CRM_NOW="2026-03-03T11:00")
    book.ok("case", "close", "1", "sent", CRM_NOW=FRIDAY)
    book.ok("log", "call", "anna", "after", CRM_NOW=NEXT_MONDAY)
    assert book.ok("case", "show", "1", CRM_NOW=NEXT_MONDAY).lines == [
        "broken boxes  case 1",
        "  contact      Anna Nowak (1)",
        "  opened       2026-03-02 10:00",
        "  answered     2026-03-03 10:00",
        "  state        closed 2026-03-06: sent",
        "",
        "Story",
        "  2026-03-03   call  sorry",
        "  2026-03-03   waited until 2026-03-05",
    ]
    told = [entry["text"] for entry in case(book, now=NEXT_MONDAY)["interactions"]]
    assert told == ["broken boxes", "sorry"]


def test_the_card_shows_cases(book: Crm) -> None:
    """Open ones; with --all the closed ones too; and five lines before a call begin with a warning."""
    line = "case 1 of 2026-03-02  broken boxes  (open for 1 working day, not answered)"
    assert f"Cases\n  {line}\n" in book.ok("show", "1", CRM_NOW=TUESDAY).out
    assert book.ok("show", "1", "--brief", CRM_NOW=TUESDAY).lines[1] == (
        "! case 1 of 2026-03-02 broken boxes (open for 1 working day, not answered)"
    )
    assert book.ok("show", "1", "--json", CRM_NOW=TUESDAY).json["cases"][0]["id"] == 1
    book.ok("case", "close", "1", "sent", CRM_NOW=TUESDAY)
    assert "Cases" not in book.ok("show", "1", CRM_NOW=TUESDAY).out
    assert "(closed 2026-03-03: sent)" in book.ok("show", "1", "--all", CRM_NOW=TUESDAY).out
    assert "!" not in book.ok("show", "1", "--brief", CRM_NOW=TUESDAY).out
    assert book.ok("show", "2", "--json", CRM_NOW=TUESDAY).json["cases"] == []


def test_every_step_is_history_and_can_be_undone(book: Crm) -> None:
    """In words, on the person's own history, back to the same bytes."""
    before = book.ok("export", "--as", "interactions").out
    book.ok("case", "wait", "1", CRM_NOW=TUESDAY)
    book.ok("case", "close", "1", "sent", CRM_NOW=FRIDAY)
    told = [row["after"] for row in book.ok("history", "anna", "--json").json][:3]
    assert "case 1 closed 2026-03-06: sent" in told
    assert "case 1 waits from 2026-03-03" in str(told)
    for _ in range(2):
        book.ok("undo")
    assert case(book)["waits"] == []
    assert book.ok("export", "--as", "interactions").out == before


def test_a_person_whose_case_was_closed_since_is_not_undone(book: Crm) -> None:
    """The log of the complaint is neither: later changes stand on both."""
    book.ok("case", "close", "1", CRM_NOW=TUESDAY)
    refused = book("undo", "3")
    assert refused.code == 3
    assert "crm case close 1" in refused.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["case", "show", "9"], 1, "there is no case 9"),
        (["case", "show", "2"], 1, "2 is a call; only a complaint is a case"),
        (["case", "close", "2"], 3, "2 is a call"),
        (["case", "wait", "9"], 3, "there is no case 9"),
        (["case", "show", "x"], 2, "ID"),
        (["case", "wait", "1", "--until", "2026-03-03"], 2, "is not ahead"),
        (["case", "wait", "1", "--until", "2026-03-03T09:00"], 2, "is not ahead"),
        (["case", "wait", "1", "--until", "gibberish"], 2, "gibberish"),
        (["case", "wait", "1", "--until", "friday", "--resume"], 2, "not both"),
        (["case", "close", "1", "text", "--reopen"], 2, "stands alone"),
        (["case", "close", "1", "--at", "yesterday", "--reopen"], 2, "stands alone"),
        (["case", "frobnicate"], 2, "case frobnicate"),
    ],
)
def test_what_cannot_be_done_is_said(book: Crm, words: list[str], code: int, says: str) -> None:
    """One clear line, the right exit code, nothing changed."""
    book.ok("log", "call", "jan", "hello")
    result = book(*words, CRM_NOW=TUESDAY)
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert len(result.err.splitlines()) == 1


def test_a_closed_case_does_not_wait(book: Crm) -> None:
    """It says how to open it again."""
    book.ok("case", "close", "1", CRM_NOW=TUESDAY)
    for words in (["wait", "1"], ["wait", "1", "--resume"]):
        result = book("case", *words, CRM_NOW=FRIDAY)
        assert result.code == 3
        assert "crm case close 1 --reopen" in result.err


def test_data_does_nothing_on_the_screen(book: Crm) -> None:
    """Escapes in a title are shown."""
    book.ok("log", "complaint", "jan", "red \x1b[31m alert", CRM_NOW=TUESDAY)
    for words in (["case", "list"], ["case", "show", "2"], ["show", "2"]):
        assert "\x1b" not in book.ok(*words, CRM_NOW=TUESDAY).out


def test_open_complaints_are_found_by_an_index(tmp_path: Path) -> None:
    """Ten million interactions cost the morning nothing: no table of theirs is read through."""
    db = connection.connect(str(tmp_path / "x.db"), today=date(2026, 3, 2), tz="UTC")
    migrations.migrate(db)
    rule = selection.get("S502")
    day = Day(date(2026, 3, 2), tz="UTC")
    engine.functions.create(db, day)
    for sql in (rule.among(None), rule.scout):
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", rule.bind(day))]
        assert any("INDEX interaction_complaint (<expr>>?)" in step for step in plan)
        assert not [step for step in plan if step in ("SCAN i", "SCAN p", "SCAN q")]
    db.close()


def test_cases_go_out_and_in(book: Crm, tmp_path: Path) -> None:
    """An export into an empty book keeps what was logged by hand, what came from a file, and its story."""
    book.ok("import", "-", stdin=IMPORTED)
    book.ok("case", "close", "3", "--reopen", CRM_NOW=TUESDAY)
    book.ok("case", "wait", "1", "--until", "2026-03-05", CRM_NOW=TUESDAY)
    book.ok("log", "complaint", "jan", "late", CRM_NOW=TUESDAY)
    book.ok("case", "close", "4", "sent", "new;", "boxes", CRM_NOW=FRIDAY)
    other = {"CRM_DB": str(tmp_path / "other.db")}
    told = ("case", "list", "--all", "--csv", "--columns", "contact,title,opened_at,responded_at,waiting,closed_at,outcome,age,state,until,source")  # fmt: skip
    for to in ("csv", "json", "jsonl"):
        for noun in ("contacts", "interactions"):
            text = book.ok("export", "--as", noun, "--to", to).out
            book.ok("import", "-", "--as", noun, stdin=text, **other)
        for now in (TUESDAY, NEXT_MONDAY, "2026-08-03T09:00"):
            assert book.ok(*told, CRM_NOW=now, **other).out == book.ok(*told, CRM_NOW=now).out
        before = book.ok("history", "--json").json
        book.ok("import", "-", "--as", "interactions", stdin=text)
        assert book.ok("history", "--json").json == before
        (tmp_path / "other.db").unlink()


def test_words_of_other_systems_stay_text(book: Crm) -> None:
    """An outcome is that of a case only in a file of ours; what cannot be is remarked on."""
    rows = "contacts,kind,at,text,Outcome\nanna@acme.example,call,2026-02-01,hello,voicemail\n"
    book.ok("import", "-", stdin=rows)
    assert "Outcome: voicemail" in book.ok("show", "anna", "--all").out
    rows = "uid,contacts,kind,at,closed_at,outcome,waits\n"
    rows += ",anna@acme.example,call,2026-02-02,2026-02-03,sent,x\n"
    rows += ",anna@acme.example,complaint,2026-02-04,,sent,2026-02-05\n"
    said = book.ok("import", "-", stdin=rows).err
    assert "closed_at is for complaints, not for a call" in said
    assert "outcome is for what is closed" in said
    assert '"2026-02-05" is no span of waiting' in said


@pytest.mark.parametrize("words", [("close",), ("wait",), ("close", "--at", "2026-02-01")])
def test_a_case_does_not_end_before_it_was_opened(book: Crm, words: tuple[str, ...]) -> None:
    """Also where the clock went back."""
    verb, *rest = words
    refused = book("case", verb, "1", *rest, CRM_NOW="2026-02-01T09:00")
    assert refused.code == 3
    assert "case 1 was opened on 2026-03-02" in refused.err
    assert case(book)["state"] == "open"
