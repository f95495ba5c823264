"""crm remind: the list and setting a follow-up."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


def book(crm: Crm) -> None:
    """Anna quiet and with a birthday near, Jan to be called, Ivan a fresh customer."""
    for line in (
        "add Anna Nowak --email anna@acme.example --company Acme --lifecycle customer",
        "edit 1 --birthday 1984-03-03",
        "add Jan Kowalski --phone +48600123456 --lifecycle prospect",
        "add Иван Петров --email ivan@stroy.example --lifecycle customer",
        "log call 1 hello --at 2025-11-01",
        "log call 3 hello --at 2026-02-27",
        "remind 2 today call about the offer",
    ):
        crm.ok(*shlex.split(line))


def test_the_list_reads_as_a_mail(crm: Crm) -> None:
    """A block a person: name, handle and score, the best reason, the others, what to type."""
    book(crm)
    assert crm.ok("remind").lines == [
        "Monday 2026-03-02: 2 people to contact",
        "",
        " 1. Anna Nowak, Acme                                        R201:1  16.8",
        "    quiet 121 days, customer, every 91",
        "    also birthday tomorrow (2026-03-03), turns 42 (T601:1)",
        "    crm log email 1",
        "",
        " 2. Jan Kowalski                                                F1  16.6",
        "    due today: call about the offer",
        "    crm log call 2 --done F1",
    ]


def test_nothing_due_prints_nothing(crm: Crm) -> None:
    """Neither on stdout nor on stderr, so that cron sends no mail; also without any book."""
    assert crm.ok("remind") == (0, "", "")
    assert not crm.db.exists()
    crm.ok("add", "Anna Nowak")
    assert crm.ok("remind", "--exit-code") == (0, "", "")


def test_the_exit_code_says_that_something_is_due(crm: Crm) -> None:
    """Only where it is asked for."""
    book(crm)
    assert crm("remind").code == 0
    assert crm("remind", "--exit-code").code == 1


def test_lines_are_at_most_72_columns(crm: Crm) -> None:
    """Long texts and names are wrapped or cut."""
    crm.ok("add", "Żółć " * 30, "--email", "a@acme.example", "--company", "Gęś " * 30)
    crm.ok("remind", "1", "today", "tell them everything " * 15)
    assert max(map(len, crm.ok("remind").lines)) <= 72


def test_names_do_nothing(crm: Crm) -> None:
    """Escape sequences in what others wrote show as text."""
    crm.ok("import", "-", stdin='name,email\n"A\x1b[31m",a@acme.example\n')
    crm.ok("remind", "1", "today", "call")
    assert "\x1b" not in crm.ok("remind").out


def test_the_rest_is_counted(crm: Crm) -> None:
    """Ten rows, then how many more, and --all shows them."""
    for number in range(12):
        crm.ok("add", f"p{number}", "--email", f"p{number}@acme.example")
        crm.ok("remind", str(number + 1), "today", "call")
    assert crm.ok("remind").lines[-1] == "2 more: crm remind --all"
    assert sum("crm log" in line for line in crm.ok("remind", "--all").lines) == 12
    assert len(crm.ok("remind", "--ids").lines) == 10


def test_the_snoozed_are_counted(crm: Crm) -> None:
    """Follow-ups and findings that are put off, below the list."""
    book(crm)
    crm.ok("snooze", "T601:1", "tomorrow")
    crm.ok("snooze", "F1", "tomorrow")
    assert crm.ok("remind").lines[-1] == "2 snoozed: crm snooze --list"
    assert crm.ok("remind", "--select", "R").lines[-1] == "    crm log email 1"
    assert "1 snoozed" in crm.ok("remind", "--where", "anna").out


def test_the_same_day_twice_prints_the_same(crm: Crm) -> None:
    """And looking changes nothing."""
    book(crm)
    before = crm.db.read_bytes()
    assert crm.ok("remind").out == crm.ok("remind").out
    assert crm.db.read_bytes() == before


def test_rows_have_the_columns_of_the_contract(crm: Crm) -> None:
    """JSON with the person as an object, the reasons as a list, the command as typed."""
    book(crm)
    first = crm.ok("remind", "--json").json[0]
    assert list(first) == [
        "score",
        "code",
        "name",
        "handle",
        "contact",
        "company",
        "severity",
        "message",
        "reasons",
        "action",
        "due",
        "handles",
    ]
    assert set(first["contact"]) == {"id", "uid", "name", "email"}
    assert (first["code"], first["name"], first["handle"], first["severity"]) == (
        "R201",
        "quiet",
        "R201:1",
        "warn",
    )
    assert first["due"] == "2026-01-31"
    assert first["handles"] == ["R201:1", "T601:1"]
    assert first["reasons"] == ["birthday tomorrow (2026-03-03), turns 42"]
    assert crm.ok("remind", "--csv").lines[0] == ",".join(first)
    assert (
        crm.ok("remind", "--columns", "handle,action", "-f", "tsv").lines[0]
        == "R201:1\tcrm log email 1"
    )
    assert crm.ok("remind", "--select", "R203", "--json").json == []


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["edit 1 --channel message"], "message"),
        (["edit 1 --channel visit"], "visit"),
        (["log message 1 hi --in --at 2026-02-01", "log email 1 hi --at 2026-02-02"], "message"),
        (["log email 1 hi --at 2026-02-02"], "call"),
        (["edit 1 --clear phones"], "email"),
        (["edit 1 --clear phones", "edit 1 --clear emails"], "meeting"),
    ],
)
def test_the_command_is_on_the_channel_that_they_answer(
    crm: Crm, lines: list[str], kind: str
) -> None:
    """The field, else how they wrote last, else the phone, else the e-mail."""
    crm.ok(
        "add",
        "Anna",
        "--email",
        "a@acme.example",
        "--phone",
        "+48600123456",
        "--lifecycle",
        "other",
    )
    for line in [*lines, "remind 1 today call"]:
        crm.ok(*shlex.split(line))
    action = crm.ok("remind", "--json").json[0]["action"]
    assert action == f"crm log {kind} 1 --done F1"
    crm.ok(*action.split()[1:])
    assert crm.ok("remind").out == ""


def test_within_looks_ahead(crm: Crm) -> None:
    """What falls due in a week, and not what falls due after it."""
    crm.ok("add", "Anna", "--email", "a@acme.example", "--lifecycle", "customer")
    crm.ok("remind", "1", "2026-03-09", "call")
    assert crm.ok("remind", "--within", "6d").out == ""
    assert "due in 7 days: call" in crm.ok("remind", "--within", "7d").out
    assert crm("remind", "--within", "soon").code == 2


def test_where_and_rules_narrow_the_list(crm: Crm) -> None:
    """--where by people, --select and --ignore by rules."""
    book(crm)
    assert crm.ok("remind", "--where", "company:acme", "--ids").lines == ["R201:1"]
    assert crm.ok("remind", "--select", "F", "--ids").lines == ["F1"]
    assert crm.ok("remind", "--ignore", "F,R", "--ids").lines == ["T601:1"]
    assert crm("remind", "--where", "field:(").code == 2
    assert crm("remind", "--select", "X1").code == 2


def test_new_shows_each_item_once(crm: Crm) -> None:
    """Until it comes up again: the next cadence, the next follow-up."""
    book(crm)
    assert len(crm.ok("remind", "--new", "--ids").lines) == 2
    assert crm.ok("remind", "--new").out == ""
    assert len(crm.ok("remind", "--ids").lines) == 2
    crm.ok("remind", "3", "today", "write")
    assert crm.ok("remind", "--new", "--ids").lines == ["F2"]
    assert "R201:1" in crm.ok("remind", "--new", "--all", "--ids", CRM_NOW="2026-05-02T09:00").lines


@pytest.mark.parametrize(
    ("off", "on", "again"),
    [
        ("snooze F1 friday", "snooze F1 --wake", ["F1"]),
        ("snooze R201:1 friday", "snooze R201:1 --wake", ["R201:1"]),
        ("snooze 1 friday", "snooze 1 --wake", ["R201:1"]),
        ("done F1", "done F1 --reopen", ["F1"]),
        ("tag 2 vip", "snooze F1 --wake", []),
    ],
)
def test_new_shows_again_what_was_woken(crm: Crm, off: str, on: str, again: list[str]) -> None:
    """What somebody asked to hear of anew is new, as what was put off is when that ends."""
    book(crm)
    assert sorted(crm.ok("remind", "--new", "--ids").lines) == ["F1", "R201:1"]
    crm.ok(*off.split())
    crm.ok(*on.split())
    assert crm.ok("remind", "--new", "--ids").lines == again


def test_new_is_no_entry_of_the_history(crm: Crm) -> None:
    """Seeing is not changing."""
    book(crm)
    before = crm.ok("history").out
    crm.ok("remind", "--new")
    assert crm.ok("history").out == before


def test_explain_of_what_is_not_listed_is_refused(crm: Crm) -> None:
    """Exit 3 for an item that is not due, exit 2 for no handle."""
    book(crm)
    assert crm("remind", "--explain", "R201:3").code == 3
    assert crm("remind", "--explain", "anna").code == 2
    assert crm.ok("remind", "--explain", "f1").lines[-1].startswith("score\t16.6")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("remind anna friday call about it", "F1  Anna Nowak  2026-03-06  call about it"),
        ("remind anna nowak +3d call", "F1  Anna Nowak  2026-03-05  call"),
        ("remind ann nowa tomorrow call", "F1  Anna Nowak  2026-03-03  call"),
        (
            "remind anna@acme.example 'tomorrow 14:30' call",
            "F1  Anna Nowak  2026-03-03 14:30  call",
        ),
        ("remind 1 today", "F1  Anna Nowak  2026-03-02  get in touch"),
        (
            "remind 1 2026-01-31 invoice --every month",
            "F1  Anna Nowak  2026-01-31  invoice  (every month)",
        ),
        (
            "remind 1 today call --every '2 weeks after done'",
            "F1  Anna Nowak  2026-03-02  call  (every 2 weeks after done)",
        ),
    ],
)
def test_a_follow_up_is_set(crm: Crm, line: str, says: str) -> None:
    """The first word that reads as a WHEN ends WHO; the rest is the text."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--lifecycle", "other")
    assert crm.ok(*shlex.split(line)).out == says + "\n"


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("remind anna", 2, "when?"),
        ("remind anna nonsense call", 2, "not understood"),
        ("remind nobody friday call", 3, "nobody"),
        ("remind anna friday call --every hour", 3, "more often than daily"),
        ("remind --every month", 2, "--every needs a follow-up"),
        ("remind dora friday call", 3, "do-not-contact"),
    ],
)
def test_what_cannot_be_set_is_refused(crm: Crm, line: str, code: int, says: str) -> None:
    """One line says why, and nothing is written."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--lifecycle", "other")
    crm.ok(
        "add",
        "Dora Silent",
        "--email",
        "dora@acme.example",
        "--lifecycle",
        "other",
        "--set",
        "do_not_contact=yes",
    )
    result = crm(*shlex.split(line))
    assert result.code == code
    assert says in result.err
    assert result.err.count("\n") == 1
    assert crm.ok("remind", "--within", "30d").out == ""


def test_a_past_when_is_warned_of(crm: Crm) -> None:
    """It is set all the same, and due at once."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--lifecycle", "other")
    assert "is past" in crm.ok("remind", "1", "2026-02-27", "call").err
    assert crm.ok("remind", "--ids").lines == ["F1"]


def test_missed_days_lose_nothing(crm: Crm) -> None:
    """An item stays until it is done, whenever one looks."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--lifecycle", "other")
    crm.ok("remind", "1", "2026-03-10", "call")
    for day in ("2026-03-10", "2026-03-14", "2026-04-01", "2027-01-01"):
        assert "F1" in crm.ok("remind", "--ids", CRM_NOW=f"{day}T07:00").lines
