"""crm done, crm snooze, crm ignore."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def quiet(crm: Crm) -> Crm:
    """Anna, quiet for 121 days, and Jan with a follow-up due today that repeats."""
    for line in (
        "add Anna Nowak --email anna@acme.example --lifecycle customer",
        "add Jan Kowalski --phone +48600123456 --lifecycle other",
        "log email 1 hello --in --at 2025-10-31",
        "log email 1 hello --at 2025-11-01",
        "remind 2 2026-01-31 invoice --every month",
    ):
        crm.ok(*shlex.split(line))
    return crm


def test_a_follow_up_is_closed_and_sets_its_next(quiet: Crm) -> None:
    """From its anchor, not from today; a handle is taken in any case."""
    assert quiet.ok("done", "f1").out == "done: F1  Jan Kowalski  invoice; again 2026-03-31\n"
    assert quiet.ok("remind", "--ids").lines == ["R201:1"]
    assert quiet.ok("done", "F1").out == "done already: F1  Jan Kowalski  invoice\n"
    assert quiet("done", "F1", "paid").code == 3


def test_a_finding_is_acknowledged_until_its_next_occurrence(quiet: Crm) -> None:
    """Quiet for one more cadence, then it is heard again."""
    quiet.ok("done", "r201:1")
    assert "R201:1" not in quiet.ok("remind", "--ids").lines
    assert "R201:1" not in quiet.ok("remind", "--ids", CRM_NOW="2026-05-01T09:00").lines
    assert "R201:1" in quiet.ok("remind", "--ids", CRM_NOW="2026-05-04T09:00").lines


def test_the_text_is_logged_as_the_touch_that_was_asked_for(quiet: Crm) -> None:
    """On the channel that they answer, and it closes the follow-up."""
    quiet.ok("done", "R201:1", "sent", "the", "list")
    quiet.ok("done", "F1", "all paid")
    last = quiet.ok("show", "1", "--json").json["interactions"][0]
    assert (last["kind"], last["direction"], last["text"]) == ("email", "out", "sent the list")
    last = quiet.ok("show", "2", "--json").json["interactions"][0]
    assert (last["kind"], last["direction"], last["text"]) == ("call", None, "all paid")
    assert quiet.ok("remind").out == ""


def test_the_text_on_what_is_to_be_tidied_is_a_note(crm: Crm) -> None:
    """It was no touch, and resets no clock."""
    crm.ok("add", "Anna Nowak")
    crm.ok("done", "Q703:1", "she has none")
    assert crm.ok("show", "1", "--json").json["interactions"][0]["kind"] == "note"
    assert crm.ok("check").out == ""


def test_undo_takes_it_back(quiet: Crm) -> None:
    """One change a command: the follow-up is open again, the next one and the touch are gone."""
    before = quiet.ok("remind").out
    for words in (
        ("done", "F1", "paid"),
        ("done", "R201:1"),
        ("snooze", "F1", "friday"),
        ("ignore", "R201:1"),
    ):
        quiet.ok(*words)
        assert quiet.ok("remind").out != before
        quiet.ok("undo")
        assert quiet.ok("remind").out == before


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("done anna", 2, "no handle"),
        ("done F99", 3, "no follow-up F99"),
        ("done R201:99", 3, "no contact 99"),
        ("done R201:2", 3, "nothing to say"),
        ("done X101:1", 2, "no handle"),
        ("done F101:1", 2, "its own handle"),
        ("done R201:+vip", 2, "a tag"),
        ("snooze F1", 2, "until when"),
        ("snooze F1 today", 2, "not after today"),
        ("snooze F1 yesterday", 2, "not after today"),
        ("snooze F1 sometime", 2, "not understood"),
        ("snooze F99 friday", 3, "no follow-up"),
        ("snooze nobody friday", 3, "nobody"),
        ("snooze R201:99 friday", 3, "no contact"),
        ("snooze R201:+vip friday", 2, "tag"),
        ("ignore F1", 2, "cannot be ignored"),
        ("ignore 7", 2, "no handle"),
        ("ignore R201:99", 3, "no contact"),
        ("ignore R201:+vip", 3, 'the tag "vip"'),
    ],
)
def test_what_makes_no_sense_is_refused(quiet: Crm, line: str, code: int, says: str) -> None:
    """One line says why, and nothing is written."""
    before = quiet.ok("history").out
    result = quiet(*shlex.split(line))
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert quiet.ok("history").out == before


def test_a_snooze_ends(quiet: Crm) -> None:
    """A follow-up, a finding and a person are heard again on the day named."""
    for words in (
        ("F1", "friday"),
        ("R201:1", "friday"),
        ("anna", "friday", "--reason", "on leave"),
    ):
        quiet.ok("snooze", *words)
    assert quiet.ok("remind").out == ""
    assert quiet.ok("remind", "--ids", CRM_NOW="2026-03-06T07:00").lines == ["F1", "R201:1"]


def test_an_ignore_without_use_is_reported(quiet: Crm) -> None:
    """The check names it and how to lift it, and that ends the matter."""
    quiet.ok("ignore", "R201:1", "--reason", "writes herself")
    assert "R201 on" not in quiet("check").err
    quiet.ok("log", "call", "1", "hello")
    assert "the ignore of R201 on 1 Anna Nowak silences nothing any more" in quiet("check").err
    quiet.ok("ignore", "R201:1", "--lift")
    assert "R201 on" not in quiet("check").err


def test_a_rule_is_ignored_on_a_tag(quiet: Crm) -> None:
    """By the rule's code or name; lifted, it is heard again."""
    quiet.ok("tag", "1", "Calm")
    quiet.ok("ignore", "quiet:+calm")
    assert "R201:1" not in quiet.ok("remind", "--ids").lines
    quiet.ok("ignore", "R201:+calm", "--lift")
    assert "R201:1" in quiet.ok("remind", "--ids").lines


def test_the_line_of_a_batch_is_closed_as_one(crm: Crm) -> None:
    """What stands for twenty imported leads is done, or put off, for all twenty."""
    leads = "name,email,lifecycle\n" + "".join(f"L{n},l{n}@acme.example,lead\n" for n in range(20))
    crm.ok("import", "-", stdin=leads, CRM_NOW="2026-02-20T09:00")
    assert crm.ok("remind", "--ids").lines == ["R202:1"]
    assert "and 19 more like it" in crm.ok("snooze", "R202:1", "friday").out
    assert crm.ok("remind").out == ""
    crm.ok("undo")
    assert "and 19 more like it" in crm.ok("done", "R202:1").out
    assert crm.ok("remind").out == ""


def test_done_settles_the_matter_whatever_rule_says_it(crm: Crm) -> None:
    """What else would be said of it is acknowledged too, and comes back by its own clock."""
    crm.ok(
        "add", "Anna", "--email", "anna@acme.example", "--cadence", "10d", "--lifecycle", "other"
    )
    crm.ok("log", "email", "1", "hello", "--in", "--at", "2026-02-10")
    quiet = ("check", "--select", "F103,R201", "--ids")
    assert crm(*quiet).lines == ["F103:1"]
    crm.ok("done", "F103:1")
    assert crm(*quiet).lines == []
    assert crm(*quiet, CRM_NOW="2026-03-12T09:00").lines == ["R201:1"]
    crm.ok("undo")
    assert crm(*quiet).lines == ["F103:1"]


def test_what_is_put_off_is_not_said_by_another_rule(crm: Crm) -> None:
    """But what is ignored for good leaves the others alone."""
    crm.ok(
        "add", "Anna", "--email", "anna@acme.example", "--cadence", "10d", "--lifecycle", "other"
    )
    crm.ok("log", "email", "1", "hello", "--in", "--at", "2026-02-10")
    quiet = ("check", "--select", "F103,R201", "--ids")
    crm.ok("snooze", "F103:1", "friday")
    assert crm(*quiet).lines == []
    crm.ok("ignore", "F103:1", "--lift")
    crm.ok("ignore", "F103:1")
    assert crm(*quiet).lines == ["R201:1"]


def test_several_occurrences_are_acknowledged_side_by_side(crm: Crm) -> None:
    """The second of two does not take the first one's place."""
    crm.ok("add", "Anna", "--email", "a@acme.example", "--birthday", "--03-03")
    crm.ok("done", "T601:1")
    assert crm.ok("check", "--select", "T601").out == ""
    crm("done", "T601:1", CRM_NOW="2027-03-02T09:00")
    assert crm.ok("check", "--select", "T601").out == ""


def test_a_promise_is_named_by_its_own_handle(crm: Crm) -> None:
    """As every follow-up is."""
    crm.ok("add", "Anna", "--email", "a@acme.example")
    crm.ok("log", "call", "1", "the offer", "--promise", "today")
    for words in (("done", "F102:1"), ("snooze", "F102:1", "friday"), ("ignore", "F102:1")):
        result = crm(*words)
        assert result.code == 2
        assert "F12" in result.err


def test_a_text_on_a_plea_for_rest_is_a_note(crm: Crm) -> None:
    """No touch was asked for there."""
    crm.ok("add", "Anna", "--email", "a@acme.example")
    for day in (23, 24, 26, 27):
        crm.ok("log", "email", "1", "hello", "--at", f"2026-02-{day}")
    crm.ok("done", "R205:1", "they expect it")
    assert crm.ok("show", "1", "--json").json["interactions"][0]["kind"] == "note"
    assert crm.ok("check", "--select", "R205").out == ""


def test_it_says_as_what_the_text_was_logged(quiet: Crm) -> None:
    """The channel is theirs, and may not be the one that was used."""
    quiet.ok("edit", "jan", "--channel", "email")
    assert "logged as a email" not in (said := quiet.ok("done", "f1", "sent").err)
    assert "logged as email" in said
