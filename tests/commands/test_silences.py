"""What is snoozed and ignored: where it shows, and how it ends."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def quiet(crm: Crm) -> Crm:
    """Anna, quiet for 121 days, and Jan with a follow-up due today."""
    for line in (
        "add Anna Nowak --email anna@acme.example --lifecycle customer --tag calm",
        "add Jan Kowalski --phone +48600123456 --lifecycle other",
        "log call 1 hello --at 2025-11-01",
        "remind 2 today invoice",
    ):
        crm.ok(*shlex.split(line))
    return crm


def run(crm: Crm, *lines: str, now: str = "2026-03-02T09:00") -> None:
    for line in lines:
        crm.ok(*shlex.split(line), CRM_NOW=now)


def handles(crm: Crm, now: str = "2026-03-02T09:00", *words: str) -> list[str]:
    return crm.ok("remind", "--all", "--ids", *words, CRM_NOW=now).lines


SNOOZES = (
    'snooze F1 friday --reason "waits for the contract"',
    "snooze R201:1 +2w",
    'snooze anna +3d --reason "on leave"',
)


def test_what_is_snoozed_is_listed(quiet: Crm) -> None:
    """Follow-ups, findings and people: until when, why, and what; first what ends first."""
    run(quiet, *SNOOZES)
    rows = quiet.ok("snooze", "--list", "--json").json
    assert [list(row) for row in rows] == [["handle", "contact", "until", "reason", "what"]] * 3
    assert [(row["handle"], row["until"], row["reason"], row["what"]) for row in rows] == [
        ("1", "2026-03-05", "on leave", "everything"),
        ("F1", "2026-03-06", "waits for the contract", "invoice"),
        ("R201:1", "2026-03-16", None, "quiet"),
    ]
    assert rows[0]["contact"]["name"] == "Anna Nowak"
    assert quiet.ok("snooze", "--list", "--ids").lines == ["1", "F1", "R201:1"]
    assert quiet.ok("snooze", "--list", "--ids", CRM_NOW="2026-03-06T07:00").lines == ["R201:1"]
    assert quiet.ok("snooze", "--list", "--columns", "until,handle").lines[0] == "2026-03-05\t1"


def test_the_list_of_a_new_book_is_empty(crm: Crm) -> None:
    """And none is made."""
    for command in ("snooze", "ignore"):
        assert crm.ok(command, "--list") == (0, "", "")
        assert crm.ok(command, "--list", "--json").json == []
    assert not crm.db.exists()


def test_the_card_says_what_is_silent(quiet: Crm) -> None:
    """Until when and why; the whole of it in JSON."""
    run(quiet, *SNOOZES, 'ignore birthday:+calm --reason "no presents"')
    card = quiet.ok("show", "anna").lines
    assert card[card.index("Silent") + 1 :][:3] == [
        "  everything: snoozed until 2026-03-05 (on leave)",
        "  R201 quiet: snoozed until 2026-03-16",
        "  T601 birthday: ignored on +calm (no presents)",
    ]
    assert "(snoozed to 2026-03-06, waits for the contract)" in quiet.ok("show", "jan").out
    found = quiet.ok("show", "anna", "--json").json["silences"]
    assert [(row["kind"], row["rule"], row["tag"]) for row in found] == [
        ("snooze", None, None),
        ("snooze", "R201", None),
        ("ignore", "T601", "calm"),
    ]
    later = {"CRM_NOW": "2026-04-01T09:00"}
    assert "snoozed" not in quiet.ok("show", "anna", **later).out
    assert "snoozed" not in quiet.ok("show", "jan", **later).out
    assert len(quiet.ok("show", "anna", "--json", "--all", **later).json["silences"]) == 3


def test_what_is_woken_is_heard_again(quiet: Crm) -> None:
    """A follow-up, a finding, or all that is snoozed on a person; undo puts it to sleep again."""
    run(quiet, *SNOOZES)
    assert handles(quiet) == []
    assert quiet.ok("snooze", "f1", "--wake").out == "heard again: F1  Jan Kowalski  invoice\n"
    assert handles(quiet) == ["F1"]
    before = quiet.ok("snooze", "--list", "--json").out
    assert quiet.ok("snooze", "anna", "--wake").out == "heard again: 1  Anna Nowak\n"
    assert set(handles(quiet)) == {"F1", "R201:1"}
    quiet.ok("undo")
    assert quiet.ok("snooze", "--list", "--json").out == before
    run(quiet, "snooze quiet:1 --wake")
    assert quiet.ok("snooze", "--list", "--ids").lines == ["1"]


def test_nothing_to_wake_is_said(quiet: Crm) -> None:
    """And is no error: what was wanted is so."""
    for what in ("F1", "R201:1", "anna"):
        assert quiet.ok("snooze", what, "--wake").out.startswith("was not snoozed: ")


def test_the_line_of_a_batch_is_woken_as_one(crm: Crm) -> None:
    """As it was put off."""
    leads = "name,email,lifecycle\n" + "".join(f"L{n},l{n}@acme.example,lead\n" for n in range(20))
    crm.ok("import", "-", stdin=leads, CRM_NOW="2026-02-20T09:00")
    crm.ok("snooze", "R202:1", "friday")
    assert "and 19 more like it" in crm.ok("snooze", "R202:1", "--wake").out
    assert "19 more like it" in " ".join(crm.ok("remind").out.split())
    assert crm.ok("snooze", "--list", "--ids").lines == []


def test_what_is_ignored_is_listed(quiet: Crm) -> None:
    """With the reason, since when, and how many findings it silences now."""
    run(quiet, 'ignore quiet:+calm --reason "no need"', "ignore T601:2")
    rows = quiet.ok("ignore", "--list", "--json").json
    assert rows[0] == {
        "handle": "R201:+calm",
        "name": "quiet",
        "contact": None,
        "tag": "calm",
        "reason": "no need",
        "since": "2026-03-02",
        "findings": 1,
    }
    assert rows[1]["contact"]["name"] == "Jan Kowalski"
    assert rows[1]["findings"] == 0
    for handle in quiet.ok("ignore", "--list", "--ids").lines:
        quiet.ok("ignore", handle, "--lift")
    assert quiet.ok("ignore", "--list", "--json").json == []


def test_an_ignore_on_a_tag_that_nobody_has_is_reported_and_lifted(quiet: Crm) -> None:
    """The check's own words end the matter."""
    run(quiet, "ignore quiet:+calm", "untag anna calm")
    err = quiet("check").err
    assert "the ignore of R201 on +calm silences nothing any more" in err
    command = next(line.split("; crm ")[1] for line in err.splitlines() if "--lift" in line)
    quiet.ok(*shlex.split(command))
    assert "--lift" not in quiet("check").err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("snooze", "crm snooze --list"),
        ("snooze --list anna", "stands alone"),
        ("snooze --list --wake", "stands alone"),
        ("snooze F1 friday --json", "--list"),
        ("snooze F1 friday --wake", "alone"),
        ("snooze R201:+calm --wake", "a tag"),
        ("snooze F101:1 --wake", "its own handle"),
        ("ignore", "crm ignore --list"),
        ("ignore --list R201:1", "stands alone"),
        ("ignore R201:1 --json", "--list"),
        ("ignore R201:1 --lift --reason x", "alone"),
    ],
)
def test_words_that_do_not_go_together_are_refused(quiet: Crm, line: str, says: str) -> None:
    """Exit 2, one line, nothing written."""
    before = quiet.ok("history").out
    result = quiet(*shlex.split(line))
    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert quiet.ok("history").out == before


@pytest.mark.parametrize(
    "line", ["snooze F9 --wake", "snooze R201:9 --wake", "ignore R201:+x --lift"]
)
def test_what_is_not_there_is_refused(quiet: Crm, line: str) -> None:
    """Exit 3, and one line says what to look at."""
    result = quiet(*shlex.split(line))
    assert (result.code, result.err.count("\n")) == (3, 1)


def test_the_end_of_a_snooze_is_new(quiet: Crm) -> None:
    """``--new`` showed it before it was put off, and shows it once more on the day named."""
    assert handles(quiet, "2026-03-02T09:00", "--new") == ["F1", "R201:1"]
    run(quiet, "snooze F1 friday", "snooze R201:1 friday")
    assert handles(quiet, "2026-03-05T09:00", "--new") == []
    assert handles(quiet, "2026-03-07T09:00", "--new") == ["F1", "R201:1"]
    assert handles(quiet, "2026-03-08T09:00", "--new") == []
    run(quiet, "snooze anna +2d", now="2026-03-08T09:00")
    assert handles(quiet, "2026-03-10T09:00", "--new") == ["R201:1"]


def test_a_promise_shown_ahead_and_put_off_is_new_again(quiet: Crm) -> None:
    """Also when it is put off to the very day that it was made for."""
    run(quiet, "log call 2 hello --done F1 --promise 2026-03-03")
    assert handles(quiet, "2026-03-02T09:00", "--new", "--where", "jan") == ["F2"]
    run(quiet, "snooze F2 tomorrow")
    assert handles(quiet, "2026-03-03T09:00", "--new", "--where", "jan") == ["F2"]
    assert handles(quiet, "2026-03-04T09:00", "--new", "--where", "jan") == []


def test_a_batch_is_new_once(crm: Crm) -> None:
    """When its first is settled, the others behind its line are not news; later ones are."""
    leads = "name,email,lifecycle\n" + "".join(f"L{n},l{n}@acme.example,lead\n" for n in range(20))
    crm.ok("import", "-", stdin=leads, CRM_NOW="2026-02-20T09:00")
    assert handles(crm, "2026-03-02T09:00", "--new") == ["R202:1"]
    crm.ok("log", "email", "1", "hello")
    assert handles(crm, "2026-03-03T09:00") == ["R202:2"]
    assert handles(crm, "2026-03-03T09:00", "--new") == []
    more = leads.replace("L", "M").replace("@acme", "@beta")
    crm.ok("import", "-", stdin=more, CRM_NOW="2026-02-20T10:00")
    assert handles(crm, "2026-03-03T09:00", "--new") == ["R202:21"]
    assert handles(crm, "2026-03-03T09:00", "--new") == []


def test_the_reason_of_a_snooze_goes_out_and_in(quiet: Crm) -> None:
    """With the follow-up that it belongs to."""
    run(quiet, SNOOZES[0])
    text = quiet.ok("export", "--as", "followups", "--to", "csv").out
    assert ",2026-03-06,waits for the contract," in text
    people = quiet.ok("export").out
    other = {"CRM_DB": str(quiet.home / "other.db")}
    quiet.ok("import", "-", stdin=people, **other)
    quiet.ok("import", "-", "--as", "followups", stdin=text, **other)
    assert quiet.ok("export", "--as", "followups", "--to", "csv", **other).out == text


def test_a_snooze_says_what_it_leaves_of_the_person(quiet: Crm) -> None:
    """Else the same person would be there the next morning; the command puts off all of it."""
    run(quiet, "remind 1 today price list", "remind 1 today invoice")
    result = quiet.ok("snooze", "F2", "+1w")
    assert result.err == "still in the list: F3; to put off all: crm snooze 1 2026-03-09\n"
    run(quiet, *[result.err.rpartition(": crm ")[2]])
    assert handles(quiet) == ["F1"]
    assert quiet.ok("snooze", "F1", "+1w").err == ""


def twins(crm: Crm, *lines: str) -> None:
    run(crm, "add A --email a@b.example", "add A2 --email a2@b.example", *lines)


def test_a_merge_keeps_reminders_in_sight(crm: Crm) -> None:
    """What only one of the entries put off is heard again, and said; undo puts it to sleep."""
    twins(crm, 'remind 1 today "promised"', "snooze 2 2030-01-01", "snooze R201:2 2029-01-01")
    before = crm.ok("snooze", "--list", "--json").out
    said = crm.ok("merge", "1", "2", "--dry-run").err
    assert "no longer snoozed until 2030-01-01: 2;" in said
    done = crm.ok("merge", "1", "2").err
    assert [line for line in done.splitlines() if "snoozed" in line and line not in said] == []
    assert "no longer snoozed until 2030-01-01: 2;" in done
    assert handles(crm) == ["F1"]
    assert crm.ok("snooze", "--list", "--json").json == []
    crm.ok("undo")
    assert crm.ok("snooze", "--list", "--json").out == before


def test_a_merge_by_a_fix_says_what_is_heard_again(crm: Crm) -> None:
    """As the command does."""
    run(crm, "add Anna Nowak --email a@b.example", "add Anna Nowak --email a@b.example --force")
    run(crm, 'remind 1 today "promised"', "snooze 2 2030-01-01")
    result = crm("check", "--select", "Q705", "--unsafe-fixes", "--yes")
    assert "merged 1 person" in result.err
    assert "no longer snoozed until 2030-01-01: 2;" in result.err
    assert handles(crm) == ["F1"]


def test_what_both_put_off_stays_so_to_the_earlier_day(crm: Crm) -> None:
    """The snooze of a whole person counts for each rule; reasons of what both ignore are joined."""
    twins(crm, 'snooze 1 2027-01-01 --reason "one"', "snooze 2 2030-01-01")
    run(crm, "snooze R201:2 2031-01-01", 'ignore Q701:1 --reason "x"', 'ignore Q701:2 --reason "y"')
    crm.ok("merge", "1", "2")
    (row,) = crm.ok("snooze", "--list", "--json").json
    assert (row["handle"], row["until"], row["reason"]) == ("1", "2027-01-01", "one")
    (row,) = crm.ok("ignore", "--list", "--json").json
    assert (row["handle"], row["reason"]) == ("Q701:1", "x; y")


@pytest.mark.parametrize(
    "line", ["remind 1 tomorrow send", "log call 1 x --promise tomorrow", "remind F1 friday"]
)
def test_what_is_set_on_somebody_snoozed_is_warned_of(quiet: Crm, line: str) -> None:
    """As on somebody archived; nothing where it is due when the snooze ends."""
    run(quiet, "remind 1 2026-03-20 later", "snooze 1 2026-03-17")
    words = shlex.split(line.replace("F1", "F2"))
    assert "1 Anna Nowak is snoozed until 2026-03-17" in quiet.ok(*words).err
    assert "snoozed" not in quiet.ok("remind", "1", "2026-03-17", "send").err
    assert "snoozed" not in quiet.ok("remind", "2", "tomorrow", "send").err


def test_a_new_complaint_breaks_through_a_snooze(quiet: Crm) -> None:
    """One that was there when it was set does not; what else is put off stays so."""
    run(quiet, "log complaint 1 old", "remind 1 2026-03-02 x", now="2026-03-02T10:00")
    run(quiet, "snooze 1 2027-01-01", now="2026-03-02T11:00")
    assert handles(quiet, "2026-03-04T09:00", "--where", "anna") == []
    run(quiet, "log complaint 1 new", now="2026-03-04T09:00")
    assert handles(quiet, "2026-03-04T10:00", "--where", "anna") == []
    assert handles(quiet, "2026-03-05T09:00", "--where", "anna") == ["S502:1"]
    run(quiet, "snooze S502:1 2027-01-01", now="2026-03-05T10:00")
    assert handles(quiet, "2026-03-06T09:00", "--where", "anna") == []


def test_the_snooze_of_a_rule_that_is_gone_is_woken_by_its_handle(quiet: Crm) -> None:
    """As the list shows it."""
    config = quiet.home / "own.toml"
    config.write_text(
        '[[rule]]\ncode = "U001"\nname = "x-y"\nwhere = "id:1.."\nmessage = "hm"\nagain = "never"\n'
        'action = ["log", "note", "{id}", "a b; c"]\n',
        "utf-8",
    )
    config.chmod(0o600)
    own = ("--config", str(config))
    assert "`crm log note {id} 'a b; c'`" in quiet.ok(*own, "rule", "show", "U001").out
    assert quiet.ok(*own, "done", "U001:1").out == "done: U001:1  Anna Nowak  x-y, for good\n"
    quiet.ok(*own, "snooze", "U001:2", "2027-01-01")
    assert quiet.ok("snooze", "--list", "--ids").lines == ["U001:2"]
    assert "heard again: U001:2" in quiet.ok("snooze", "U001:2", "--wake").out
    assert quiet.ok("snooze", "--list", "--ids").lines == []


def test_a_follow_up_that_shall_not_repeat_is_set(quiet: Crm) -> None:
    """``--every none`` is a word for that, here too."""
    assert "every" not in quiet.ok("remind", "1", "friday", "x", "--every", "none").out
