"""crm check --fix and --unsafe-fixes."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.rules import RULES, selection
from crmcli.store.fixes import FIXES
from tests.conftest import Crm

if TYPE_CHECKING:
    from pathlib import Path

# A person of each kind that can be mended, by command lines; "@DATE " sets the clock.
PEOPLE = {
    "forgotten": ["@2025-01-01 add Old Name --email old@acme.example --lifecycle other"],
    "planned": [
        "@2025-01-01 add Planned Name --email planned@acme.example --lifecycle other",
        "remind planned@acme.example 2026-05-04 call",
    ],
    "gone": [
        "add Gone Name --email gone@acme.example --lifecycle customer",
        "log call gone@acme.example hello --at 2024-06-01",
    ],
    "loyal": [
        "add Loyal Name --email loyal@acme.example --lifecycle customer",
        *(
            f"log purchase loyal@acme.example box --amount 100 --at {day}"
            for day in ("2024-12-01", "2025-05-01", "2025-09-01", "2026-02-01")
        ),
    ],
    "both": [  # loyal by orders, and quiet for over four cadences
        "add Both Name --email both@acme.example --lifecycle customer",
        *(
            f"log purchase both@acme.example box --amount 100 --at {day}"
            for day in ("2023-12-01", "2024-05-01", "2024-09-01", "2025-03-01")
        ),
    ],
    "silenced": [
        "add Silent Name --email silent@acme.example",
        "remind silent@acme.example friday call --every month",
        "remind silent@acme.example monday write",
        "edit silent@acme.example --set do_not_contact=yes",
    ],
    "talking": [
        "add Talking Name --email talking@acme.example",
        "log email talking@acme.example hello --in --at 2026-02-20",
        "log call talking@acme.example hello --at 2026-02-24",
    ],
    "dealing": [
        "add Dealing Name --email dealing@acme.example",
        "@2026-02-20 deal add dealing@acme.example Boxes --amount 100",
    ],
    "shouting": ["add 'ŁUKASZ DE LA CRUZ-ŻAK' --email lukasz@gmial.com --phone '601 234 567'"],
    "double": [
        "add Double Name --email double@acme.example --city Kraków",
        "log call double@acme.example hello --at 2026-02-20",
        "@2025-01-01 add Name Double --email Double@ACME.example --phone +48601234569 --force",
        "add 'DOUBLE NAME' --email double@acme.example --force",
    ],
    "twice": ["add Twice Name --phone '601 234 568' --phone +48601234568"],
}


def write(crm: Crm, *kinds: str) -> Crm:
    for line in (line for kind in kinds for line in PEOPLE[kind]):
        now, text = "2026-03-02", line
        if line.startswith("@"):
            now, _, text = line[1:].partition(" ")
        crm.ok(*shlex.split(text), CRM_NOW=f"{now}T09:00")
    crm.ok("config", "set", "owner.country", "PL")  # by now
    return crm


def exports(crm: Crm) -> list[str]:
    """All that the book holds, as files say it."""
    nouns = ("contacts", "companies", "interactions", "deals", "followups")
    return [crm.ok("export", "--as", noun, "--json").out for noun in nouns]


def spoil(crm: Crm, address: str, text: str) -> None:
    """Write an address as another program might."""
    with closing(sqlite3.connect(crm.db)) as db:
        assert db.execute("UPDATE email SET address = ? WHERE key = ?", (text, address)).rowcount
        db.commit()


def test_every_fix_is_a_rules() -> None:
    """And each rule's fix is there; its manual page names the option that does it."""
    rules = [rule for rule in map(selection.get, RULES) if rule.fix]
    assert {rule.fix for rule in rules} == set(FIXES)
    for rule in rules:
        assert ("safe" in rule.fixes.split()) == ("--fix" in rule.page), rule.code
        assert ("unsafe" in rule.fixes.split()) == ("--unsafe-fixes" in rule.page), rule.code


@pytest.mark.parametrize(
    ("kind", "code", "safe", "do", "did", "shows"),
    [
        (
            "silenced",
            "P801",
            True,
            "close the follow-ups of 1 person",
            "closed the follow-ups of 1 person",
            {},
        ),
        (
            "loyal",
            "C404",
            True,
            "mark 1 person loyal",
            "marked 1 person loyal",
            {"lifecycle": "loyal"},
        ),
        (
            "gone",
            "R204",
            False,
            "mark 1 person lapsed",
            "marked 1 person lapsed",
            {"lifecycle": "lapsed"},
        ),
        ("forgotten", "R203", False, "archive 1 person", "archived 1 person", {}),
        (
            "talking",
            "F104",
            False,
            "set a next step for 1 person",
            "set a next step for 1 person",
            {"next": "2026-03-11"},
        ),
        (
            "dealing",
            "F104",
            False,
            "set a next step for 1 person",
            "set a next step for 1 person",
            {"next": "2026-03-11"},
        ),
        (
            "shouting",
            "Q707",
            True,
            "correct the spelling of 1 person",
            "corrected the spelling of 1 person",
            {"name": "ŁUKASZ DE LA CRUZ-ŻAK", "phones": ["+48601234567"]},
        ),
        (
            "shouting",
            "Q707",
            False,
            "correct the spelling of 1 person",
            "corrected the spelling of 1 person",
            {
                "name": "Łukasz de la Cruz-Żak",
                "given": "Łukasz",
                "family": "de la Cruz-Żak",
                "emails": ["lukasz@gmail.com"],
                "phones": ["+48601234567"],
            },
        ),
        (
            "twice",
            "Q707",
            True,
            "correct the spelling of 1 person",
            "corrected the spelling of 1 person",
            {"phones": ["+48601234568"]},
        ),
    ],
)
def test_each_fix_mends_what_its_rule_found(
    crm: Crm, kind: str, code: str, safe: bool, do: str, did: str, shows: dict[str, object]
) -> None:
    """It says so, the finding is gone, crm undo brings all back, and twice is once."""
    write(crm, kind)
    before = exports(crm)
    option = "--fix" if safe else "--unsafe-fixes"
    assert crm("check", "--select", code).code == 1
    dry = crm("check", "--select", code, option, "--dry-run")
    assert dry.code == 1
    assert f"would {do} ({code})\n" in dry.err
    assert exports(crm) == before
    done = crm("check", "--select", code, option, "--yes")
    assert done.err.startswith(f"{did} ({code})\ncrm undo takes it back\n")
    after = exports(crm)
    assert after != before
    person = crm.ok("show", "1", "--json").json
    assert {field: person[field] for field in shows} == shows
    again = crm("check", "--select", code, option, "--yes")
    assert again.err.startswith("nothing to fix"), again.err
    assert exports(crm) == after
    crm.ok("undo")
    assert exports(crm) == before


def test_a_fixed_book_is_exit_0(crm: Crm) -> None:
    """And one in which something is left is exit 1, unless --exit-zero."""
    write(crm, "loyal")
    assert crm("check", "--select", "C404,P801").code == 1
    assert crm("check", "--select", "C404,P801", "--fix") == (
        0,
        "",
        "marked 1 person loyal (C404)\ncrm undo takes it back\n",
    )
    write(crm, "gone")
    assert crm("check", "--select", "R204", "--fix").code == 1
    assert crm("check", "--select", "R204", "--fix", "--exit-zero").code == 0


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("mailto:Anna@ACME.example", "Anna@acme.example"),
        ("<anna@acme.example>", "anna@acme.example"),
        (" anna@acme.example ", "anna@acme.example"),
        ("anna@acme.example.", "anna@acme.example"),
        ('"anna@acme.example";', "anna@acme.example"),
        ("anna at acme.example", None),
        ("anna@acme", None),
        ("anna@acme..example", None),
    ],
)
def test_addresses_are_tidied_where_one_is_left(crm: Crm, text: str, mended: str | None) -> None:
    """What cannot be an address stays a finding."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--email", "two@acme.example")
    spoil(crm, "anna@acme.example", text)
    found = crm("check", "--select", "Q702", "--json")
    assert [row["fix"] for row in found.json] == ["safe" if mended else None]
    assert text in found.json[0]["message"]
    result = crm("check", "--select", "Q702", "--fix")
    assert result.code == (0 if mended else 1)
    assert crm.ok("show", "1", "--json").json["emails"] == [mended or text, "two@acme.example"]
    if mended:
        assert crm.ok("search", mended.lower(), "--ids").lines == ["1"]


def test_one_fix_uncovers_another(crm: Crm) -> None:
    """An address without its brackets is misspelt; both are mended, and undone, at once."""
    crm.ok("add", "Anna Nowak", "--email", "anna@gmial.com")
    spoil(crm, "anna@gmial.com", "<anna@gmial.com>")
    before = exports(crm)
    crm.ok("check", "--select", "Q", "--unsafe-fixes", "--yes")
    assert crm.ok("show", "1", "--json").json["emails"] == ["anna@gmail.com"]
    crm.ok("undo")
    assert exports(crm) == before


def test_twins_are_merged(crm: Crm) -> None:
    """Three into one; what the others had, it has, and is mended with it."""
    write(crm, "double")
    before = exports(crm)
    question = crm("check", "--select", "Q705", "--unsafe-fixes")
    assert question.code == 2
    assert "Merge 2 people into their twins (Q705)" in question.err
    result = crm("check", "--select", "Q7", "--unsafe-fixes", "--yes")
    assert "merged 2 people into their twins (Q705)" in result.err
    (person,) = crm.ok("search", "--json", "--columns", "id,name,emails,phones,city").json
    assert person["id"] == 1
    assert person["phones"] == ["+48601234569"]
    assert person["city"] == "Kraków"
    after = exports(crm)
    assert crm("check", "--select", "Q705", "--unsafe-fixes", "--yes").err == "nothing to fix\n"
    assert exports(crm) == after
    crm.ok("undo")
    assert exports(crm) == before


def test_alike_names_alone_are_not_merged(crm: Crm) -> None:
    """Also at one company: there somebody has to look."""
    crm.ok("add", "Anna Nowak", "--company", "Acme", "--email", "anna@acme.example")
    crm.ok("add", "Nowak Anna", "--company", "Acme")
    before = exports(crm)
    rows = crm("check", "--select", "Q705", "--json").json
    assert [(row["handle"], row["fix"]) for row in rows] == [("Q705:2", None)]
    crm("check", "--select", "Q705", "--unsafe-fixes", "--yes")
    assert exports(crm) == before


def test_who_has_the_right_address_already_keeps_it_once(crm: Crm) -> None:
    """In the place of the first."""
    addresses = ("anna@gmial.com", "two@acme.example", "anna@gmail.com")
    crm.ok("add", "Anna Nowak", *(word for address in addresses for word in ("--email", address)))
    crm.ok("check", "--select", "Q707", "--unsafe-fixes", "--yes")
    assert crm.ok("show", "1", "--json").json["emails"] == ["anna@gmail.com", "two@acme.example"]


def test_a_corrected_address_is_not_dead(crm: Crm) -> None:
    """The misspelt one bounced; a tidied one is the same mailbox, and stays verified."""
    crm.ok("add", "Anna Nowak", "--email", "anna@gmial.com")
    crm.ok("log", "email", "1", "--bounced")
    crm.ok("check", "--select", "Q707", "--unsafe-fixes", "--yes")
    card = crm.ok("show", "1", "--json").json
    assert (card["emails"], card["dead_channels"]) == (["anna@gmail.com"], [])
    crm.ok("verify", "1", "--email")
    spoil(crm, "anna@gmail.com", "<anna@gmail.com>")
    crm.ok("check", "--select", "Q702", "--fix")
    card = crm.ok("show", "1", "--json").json
    assert card["verified_channels"] == ["anna@gmail.com=2026-03-02"]


def test_extensions_are_numbers_of_their_own(crm: Crm) -> None:
    """Two of one switchboard stay two when they are written with their country."""
    crm.ok("add", "Anna Nowak", "--phone", "22 123 45 67 ext 1", "--phone", "22 123 45 67 ext 2")
    crm.ok("config", "set", "owner.country", "PL")
    crm.ok("check", "--select", "Q707", "--fix")
    phones = crm.ok("show", "1", "--json").json["phones"]
    assert phones == ["+48221234567 ext 1", "+48221234567 ext 2"]


@pytest.mark.parametrize("kind", ["forgotten", "gone", "loyal", "shouting", "twice"])
def test_a_mended_person_was_updated_then(crm: Crm, kind: str) -> None:
    """As after any other change of theirs."""
    write(crm, kind)
    crm("check", "--select", "R,C404,Q7", "--unsafe-fixes", "--yes", CRM_NOW="2026-03-03T10:00")
    assert crm.ok("show", "1", "--json").json["updated_at"] == "2026-03-03T10:00:00Z"


@pytest.mark.parametrize("whose", ["old@acme.example", "--company Acme"])
def test_who_has_an_open_deal_is_not_archived(crm: Crm, whose: str) -> None:
    """Their own, or one of their company that they are to be asked about."""
    crm.ok(
        *shlex.split("add Old Name --email old@acme.example --company Acme --lifecycle other"),
        CRM_NOW="2025-01-01T09:00",
    )
    crm.ok("deal", "add", *shlex.split(whose), "Boxes", "--amount", "100")
    rows = crm("check", "--select", "R203", "--json").json
    assert [(row["handle"], row["fix"]) for row in rows] == [("R203:1", None)]


def test_a_next_step_names_the_deal(crm: Crm) -> None:
    """And is put in seven working days, days off left out."""
    write(crm, "dealing")
    crm.ok("config", "set", "days.holidays", "2026-03-09")
    crm.ok("check", "--select", "F104", "--unsafe-fixes", "--yes")
    (row,) = crm.ok("export", "--as", "followups", "--json").json
    assert (row["due"], row["text"], row["source"]) == (
        "2026-03-12",
        "next step for Boxes (D1, new, 100.00\xa0EUR): decide what, or close it",
        "check",
    )


def test_a_closed_follow_up_comes_not_again(crm: Crm) -> None:
    """Neither the one that repeats nor the one that was put off."""
    write(crm, "silenced")
    crm.ok("snooze", "F2", "+2w")
    crm.ok("check", "--select", "P801", "--fix")
    rows = crm.ok("export", "--as", "followups", "--json").json
    assert [bool(row["done_at"]) for row in rows] == [True, True]
    assert [row["snoozed_until"] for row in rows] == [None, None]


def test_what_is_safe_is_not_asked_about(crm: Crm) -> None:
    """What is not needs a yes or somebody to ask; nothing is done without."""
    write(crm, "loyal", "gone", "forgotten")
    before = exports(crm)
    refused = crm("check", "--unsafe-fixes")
    assert refused.code == 2
    assert "Archive 1 person (R203); mark 1 person lapsed (R204)" in refused.err
    assert "--yes" in refused.err
    assert "loyal" not in refused.err
    assert exports(crm) == before
    done = crm("check", "--fix")
    assert "[*]" not in done.out
    assert "marked 1 person loyal (C404)\ncrm undo takes it back\n" in done.err
    assert "[u] 2 fixable with --unsafe-fixes" in done.err
    assert crm("check", "--fix").err.startswith("nothing to fix; 2 with --unsafe-fixes\n")


def test_a_dry_run_goes_with_a_fix(crm: Crm) -> None:
    """Alone it says what to add."""
    result = crm("check", "--dry-run")
    assert (result.code, "--fix" in result.err) == (2, True)


def test_findings_are_marked(crm: Crm) -> None:
    """[*] where --fix mends it, [u] where --unsafe-fixes does; the last line counts them."""
    write(crm, "loyal", "gone", "planned")
    result = crm("check", "--select", "C404,R203,R204")
    assert result.lines == [
        "C404 loyal-unmarked [*]  C404:1  Loyal Name: 4 orders since 2024-12-01: mark as loyal, and thank",
        "R203 never-contacted  R203:3  Planned Name: added 425 days ago, never contacted",
        "R204 lapsed [u]  R204:2  Gone Name: quiet 639 days, over 7 times the 91 of a customer",
    ]
    assert "3 findings; [*] 1 fixable with --fix; [u] 1 more with --unsafe-fixes" in result.err


def test_a_query_and_a_selection_restrict_what_is_fixed(crm: Crm) -> None:
    """Also where the fix itself makes the query false."""
    write(crm, "forgotten", "gone", "loyal")
    crm("check", "is:customer", "--select", "R,C404", "--unsafe-fixes", "--yes")
    rows = crm.ok("search", "--json", "--columns", "name,lifecycle", "--sort", "id").json
    assert [row["lifecycle"] for row in rows] == ["other", "lapsed", "loyal"]
    assert "R203:1" in crm("check", "--select", "R203").out


def test_what_is_ignored_is_not_fixed(crm: Crm) -> None:
    """Neither is what was put off."""
    write(crm, "gone", "forgotten")
    crm.ok("ignore", "R204:1", "--reason", "an old friend")
    crm.ok("snooze", "R203:2", "+2w")
    assert crm("check", "--select", "R", "--unsafe-fixes", "--yes").err.startswith("nothing to fix")


def test_a_rule_with_several_fixes_marks_each_finding(crm: Crm) -> None:
    """What is safe of a person is mended without what is not."""
    write(crm, "shouting")
    rows = crm("check", "--select", "Q707", "--json").json
    assert [(row["handle"], row["fix"]) for row in rows] == [
        ("Q707:1", "safe"),
        ("Q707:1", "unsafe"),
    ]
    rows = crm("check", "--select", "Q707", "--fix", "--json").json
    assert [(row["fix"], row["message"]) for row in rows] == [
        ("unsafe", "lukasz@gmial.com: did they mean lukasz@gmail.com?; name in capitals")
    ]


@given(
    kinds=st.lists(st.sampled_from(sorted(PEOPLE)), min_size=1, max_size=6, unique=True),
    unsafe=st.booleans(),
    spoilt=st.sampled_from(["", "<{}>", "mailto:{}", "{}.", "{} {}"]),
)
@settings(max_examples=12)
def test_fix_then_undo_is_nothing(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], unsafe: bool, spoilt: str
) -> None:
    """Byte for byte; and fixing twice is fixing once."""
    home: Path = tmp_path_factory.mktemp("fix")
    crm = write(Crm(home), *kinds)
    if spoilt:
        address = crm.ok("search", "--json", "--columns", "email").json[0]["email"]
        if address:
            spoil(crm, address, spoilt.replace("{}", address))
    options = ["--unsafe-fixes", "--yes"] if unsafe else ["--fix"]
    before = exports(crm)
    crm("check", *options, "--dry-run")
    assert exports(crm) == before
    crm("check", *options)
    after = exports(crm)
    left = crm("check").out
    assert "[*]" not in left
    assert not (unsafe and "[u]" in left)
    crm("check", *options)
    assert exports(crm) == after
    if after != before:
        crm.ok("undo")
    assert exports(crm) == before
