"""crm rule list, show and test."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.rules import RULES, selection

if TYPE_CHECKING:
    from tests.conftest import Crm

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OWN = """
[[rule]]
code = "U001"
name = "vip-gone-quiet"
where = "+vip quiet:30d"
severity = "due"
message = "VIP, silent for {quiet} days"
mutes = ["quiet"]
why = "They pay the rent."
"""
BROKEN = """
[[rule]]
code = "U002"
name = "half-a-rule"
where = "(+vip"
"""
CASES = """
today = 2026-03-02

[[quiet]]
name = "a day short"
book = ["add Anna --tag vip", "log call 1 hello --at 2026-02-01"]

[[flagged]]
name = "to the day"
book = ["@2026-01-31T14:30 add Anna --tag vip", "@2026-01-31 log call 1 hello"]
handles = ["U001:1"]
says = "VIP, silent for 30 days"
severity = "due"
action = "crm log meeting 1"
"""


def own(crm: Crm, config: str = OWN) -> Crm:
    folder = crm.home / ".config" / "crm"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(config, "utf-8")
    (folder / "config.toml").chmod(0o600)
    return crm


def cases(crm: Crm, text: str = CASES, name: str = "cases.toml") -> str:
    (crm.home / name).write_text(text, "utf-8")
    return str(crm.home / name)


def rows(crm: Crm, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = crm.ok(*words, "--json").json
    return found


def test_every_rule_is_listed(crm: Crm) -> None:
    """Code, name, severity, what it asks for, fix, summary, whether it runs and whose it is."""
    listed = rows(crm, "rule", "list")
    assert [row["code"] for row in listed] == list(RULES)
    expected = ["code", "name", "severity", "asks", "fix", "summary", "state", "own"]
    assert list(listed[0]) == expected
    assert {row["asks"] for row in listed} == {"touch", "tidy"}
    assert {(row["state"], row["own"]) for row in listed} == {("on", False)}
    assert crm.ok("rule", "list", "--csv").lines[0] == ",".join(expected)
    assert crm.ok("rule", "list", "--ids").lines == list(RULES)


def test_own_rules_are_listed_too_and_broken_ones_with_the_reason(crm: Crm) -> None:
    """A broken one is a row like any other; it says where and why."""
    own(crm, OWN + BROKEN)
    result = crm.ok("rule", "list", "--json")
    mine = [row for row in result.json if row["own"]]
    assert [(row["code"], row["name"], row["state"]) for row in mine] == [
        ("U001", "vip-gone-quiet", "on"),
        ("U002", "half-a-rule", "broken"),
    ]
    assert mine[0]["summary"] == "VIP, silent for {quiet} days"
    assert mine[1]["summary"].endswith("config.toml:14: where: this parenthesis is not closed")
    assert mine[1]["summary"] in result.err


def test_the_list_says_what_the_config_leaves_out(crm: Crm) -> None:
    """By what it selects, and by what it ignores; the page names the line."""
    own(crm, '[rules]\nselect = ["R", "U"]\nignore = ["quiet"]\n' + OWN)
    state = {row["code"]: row["state"] for row in rows(crm, "rule", "list")}
    assert (state["R201"], state["R202"], state["T601"], state["U001"]) == (
        "off",
        "on",
        "off",
        "on",
    )
    assert "config.toml:3" in crm.ok("rule", "show", "R201").lines[1]
    assert "off by rules.select" in crm.ok("rule", "show", "T601").lines[1]
    assert "off" not in crm.ok("rule", "show", "R202").lines[1]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_explained(crm: Crm, code: str) -> None:
    """By its code and by its name: what, why, how to settle it, the source, the options; 72 columns."""
    result = crm.ok("rule", "show", code)
    first, second = result.lines[:2]
    assert first == f"{code} {selection.name_of(code)}"
    assert "asks for" in second
    assert crm.ok("rule", "show", selection.name_of(code)).out == result.out
    for section in ("What it flags", "Why", "Settle", "Source"):
        assert section in result.lines
    assert "``" not in result.out
    assert all(len(line) <= 72 or "`" in line for line in result.lines)
    options = selection.get(code).options
    assert all(f"  {name} = " in result.out for name in options)


def test_a_page_as_json(crm: Crm) -> None:
    """Each section by its key, options with defaults and values, and what is muted."""
    own(crm, "[rules.quiet]\nsoon = 70\n" + OWN)
    page = crm.ok("rule", "show", "R201", "--json").json
    assert page["code"] == "R201"
    assert page["options"][0] == {"name": "soon", "default": 80, "value": 70}
    assert "U001" in page["muted_by"]
    assert all(page[key] for key in ("flags", "why", "settle", "source", "summary"))
    mine = crm.ok("rule", "show", "vip-gone-quiet", "--json").json
    assert mine["own"] is True
    assert mine["why"] == "They pay the rent."
    assert mine["mutes"] == ["R201"]
    assert "`+vip quiet:30d`" in mine["flags"]
    assert mine["source"].endswith("config.toml:4.")


def test_a_rule_shows_the_owners_options(crm: Crm) -> None:
    """Beside the default."""
    own(crm, "[rules.quiet]\nsoon = 70\n")
    page = crm.ok("rule", "show", "R201").lines
    assert "  soon = 70     yours; the default is 80" in page
    assert "  planned = 14  the default" in page


def test_a_page_says_what_silences_what(crm: Crm) -> None:
    """By code and name; where only some occurrences are meant, which."""
    own(crm)
    assert "Where it is heard, these are not: R201 quiet." in crm.ok("rule", "show", "U001").lines
    page = " ".join(crm.ok("rule", "show", "R201").out.split())
    assert "U001 vip-gone-quiet" in page.rpartition("Not heard where one of these is: ")[2]
    assert "T602 anniversary (*first order)" in crm.ok("rule", "show", "C407").out
    assert "C407" in crm.ok("rule", "show", "T602", "--json").json["muted_by"]


@pytest.mark.parametrize("code", [code for code in RULES if selection.get(code).fix])
def test_a_page_says_what_its_fix_does(crm: Crm, code: str) -> None:
    """And how it is asked for."""
    page = crm.ok("rule", "show", code, "--json").json
    told = " ".join(crm.ok("rule", "show", code).out.split())
    option = "--fix" if page["fix"].startswith("safe") else "--unsafe-fixes"
    assert f"Fix `crm check {option}` will {page['mends']}" in told
    assert "Fix" not in crm.ok("rule", "show", "R201").lines


def test_a_command_on_a_page_is_not_torn(crm: Crm) -> None:
    """It can be copied: what stands between backticks is on one line."""
    lines = [line for head in "CDFPQRST" for line in crm.ok("rule", "show", head).lines]
    assert len(lines) > 500
    assert all(line.count("`") % 2 == 0 for line in lines)


def test_a_prefix_explains_several(crm: Crm) -> None:
    """One page after the other; as JSON a list."""
    lines = crm.ok("rule", "show", "T6").lines
    assert [line for line in lines if line.startswith("T60")] == [
        "T601 birthday",
        "T602 anniversary",
    ]
    assert [page["code"] for page in rows(crm, "rule", "show", "T6")] == ["T601", "T602"]


def test_an_unknown_rule_is_refused(crm: Crm) -> None:
    """With the nearest."""
    result = crm("rule", "show", "birthdy")
    assert result.code == 2
    assert "birthday" in result.err


def test_a_broken_rule_explains_itself(crm: Crm) -> None:
    """What is wrong with it, and where."""
    own(crm, OWN + BROKEN)
    page = crm.ok("rule", "show", "U002").out
    assert page.startswith("U002 half-a-rule\nBroken; it does not run.\n")
    assert "not" in page


def test_cases_that_hold_are_ok(crm: Crm) -> None:
    """A line each, exit 0; the owner's book is neither needed nor made."""
    own(crm)
    result = crm.ok("rule", "test", cases(crm))
    assert result.lines == ["ok      quiet    a day short", "ok      flagged  to the day"]
    assert result.err == "2 cases, none failed\n"
    assert not crm.db.exists()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("2026-02-01", "2026-01-01", "expected nothing, found U001:1 VIP, silent for 60 days"),
        ('["U001:1"]', '["U001:2"]', "expected U001:2, found U001:1 VIP"),
        ("--at 2026-02-01", "--at 2026-02-30", "line 2 of its book: "),
        ("VIP, silent for 30", "VIP, silent for 31", 'expected says "VIP, silent for 31 days"'),
        ('severity = "due"\naction', 'severity = "warn"\naction', 'expected severity "warn"'),
        ("crm log meeting 1", "crm log visit 1", 'expected action "crm log visit 1"'),
        ("@2026-01-31 log call 1 hello", "@2026-01-31 tag 1 x", "expected U001:1, found nothing"),
    ],
)
def test_a_case_that_fails_says_what_was_found(crm: Crm, old: str, new: str, problem: str) -> None:
    """Exit 1; the others are tried all the same."""
    own(crm)
    assert CASES.count(old) == 1
    result = crm("rule", "test", cases(crm, CASES.replace(old, new)))
    assert result.code == 1
    assert "2 cases, 1 failed" in result.err
    assert problem in " ".join(" ".join(result.lines).split())
    assert sum(line.startswith("ok ") for line in result.lines) == 1
    (failed,) = [
        row
        for row in crm("rule", "test", str(crm.home / "cases.toml"), "--json").json
        if row["state"] == "failed"
    ]
    assert problem in failed["problem"]


def test_a_suggested_command_that_fails_fails_the_case(crm: Crm) -> None:
    """It is run as it is printed."""
    own(crm, OWN + 'action = ["log", "nonsense", "{id}"]\n')
    text = CASES.replace('action = "crm log meeting 1"\n', "")
    result = crm("rule", "test", cases(crm, text))
    assert result.code == 1
    assert 'crm log nonsense 1: unknown kind "nonsense"' in result.out.replace("\n    ", " ")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("today = 2026-03-02", "todai = 2026-03-02", "todai: unknown key"),
        ("today = 2026-03-02\n", "", '[[quiet]] "a day short": today: missing'),
        ("today = 2026-03-02", 'today = "soon"', '"soon" is no day'),
        ('name = "a day short"\n', "", "[[quiet]] 1: name: expected text"),
        ('book = ["add Anna --tag vip", "log', 'book = [7, "log', "book: expected a list of texts"),
        ("handles", "handels", "handels: unknown key"),
        ("[[flagged]]", "[flagged]", "flagged: expected tables [[flagged]]"),
        ("[[quiet]]", "[[quiet]", "not TOML"),
        ("today = 2026-03-02", 'today = 2026-03-02\nrule = "U9"', 'unknown rule "U9"'),
        ('add Anna --tag vip", "log', 'export -o x", "log', "book: export -o x: a line is one of"),
        ("log call 1 hello --at", "--db other.db log call 1 hello --at", "without global options"),
        ("log call 1 hello --at", "log call 1 hello --config=x --at", "without global options"),
        ("log call 1 hello --at", "log call 1 'hello --at", "No closing quotation"),
        ("@2026-01-31 log", "@31.1. log", '"31.1." is no day'),
    ],
)
def test_a_wrong_file_of_cases_runs_nothing(crm: Crm, old: str, new: str, says: str) -> None:
    """Exit 2, the file and the case named."""
    own(crm)
    assert old in CASES
    path = cases(crm, CASES.replace(old, new, 1))
    result = crm("rule", "test", path)
    assert (result.code, result.out) == (2, "")
    assert path in result.err
    assert says in result.err


def test_a_broken_rule_is_exit_2(crm: Crm) -> None:
    """Whether a case is about it or not; the cases of the others are tried."""
    own(crm, OWN + BROKEN)
    result = crm("rule", "test", cases(crm, 'rule = "U001"\n' + CASES))
    assert result.code == 2
    assert [line[:2] for line in result.lines] == ["ok", "ok"]
    assert "U002 half-a-rule has no case" in result.err
    assert "config.toml:14: where: this parenthesis is not closed" in result.err
    result = crm("rule", "test", str(crm.home / "cases.toml"), "--select", "U002")
    assert result.code == 2
    own(crm, OWN.replace("U001", "X001"))
    assert "no rule of your own to test" in crm("rule", "test").err
    own(crm, OWN + OWN.replace("U001", "X001"))
    assert crm("rule", "test", cases(crm)).code == 2


def test_a_folder_of_cases_and_a_choice_of_rules(crm: Crm) -> None:
    """Files by name; --select leaves out cases about others, and takes our rules."""
    own(crm)
    (crm.home / "all").mkdir()
    cases(crm, CASES, "all/b.toml")
    ours = 'today = 2026-03-02\nrule = "T601"\n[[flagged]]\nname = "tomorrow"\nbook = ["add Anna --birthday --03-03"]\nhandles = ["T601:1"]\n'
    cases(crm, ours, "all/a.toml")
    folder = str(crm.home / "all")
    assert [row["case"] for row in rows(crm, "rule", "test", folder, "--select", "T")] == [
        "tomorrow"
    ]
    assert [row["case"] for row in rows(crm, "rule", "test", folder, "--select", "U,T")] == [
        "tomorrow",
        "a day short",
        "to the day",
    ]
    assert crm("rule", "test", folder, "--book", folder).code == 2
    (crm.home / "none").mkdir()
    assert "no .toml files" in crm("rule", "test", str(crm.home / "none")).err
    assert crm("rule", "test", str(crm.home / "nothing.toml")).code == 2


def test_a_day_on_the_command_line_beats_the_file(crm: Crm) -> None:
    """What would they say a day later?"""
    own(crm)
    result = crm("rule", "test", cases(crm), "--at", "2026-03-03")
    assert "expected nothing, found U001:1 VIP, silent for 30 days" in result.out


def test_the_present_book_is_looked_at_and_not_touched(crm: Crm) -> None:
    """As of any day; not a byte of it changes, though values would be worked out anew."""
    own(crm)
    crm.ok("add", "Anna Nowak", "--tag", "vip")
    crm.ok("log", "purchase", "1", "boxes", "--amount", "100", "--at", "2026-02-20")
    before = crm.db.read_bytes()
    assert crm.ok("rule", "test").out == ""
    result = crm.ok("rule", "test", "--at", "2028-06-01")
    assert result.lines == ["U001:1  Anna Nowak: VIP, silent for 832 days"]
    assert result.err == "U001 vip-gone-quiet: 1\n"
    (row,) = rows(crm, "rule", "test", "--at", "2028-06-01")
    assert list(row) == ["code", "name", "handle", "contact", "severity", "message", "action"]
    assert row["contact"]["name"] == "Anna Nowak"
    assert crm.db.read_bytes() == before
    assert "R201:1" not in crm.ok("rule", "test", "--at", "2026-06-01", "--select", "U,R").out


def test_another_book_or_a_folder_of_files(crm: Crm) -> None:
    """--book takes a database, or what crm import takes."""
    own(crm, OWN.replace("+vip", "+key-account"))
    sample = str(EXAMPLES / "book")
    found = crm.ok("rule", "test", "--book", sample, "--at", "2026-03-02")
    assert any("VIP, silent for" in line for line in found.lines)
    assert not crm.db.exists()
    assert "there is no book" in crm("rule", "test").err
    assert crm("rule", "test", "--book", str(crm.home / "nowhere")).code == 3
    crm.ok(
        "import",
        *(f"{sample}/{noun}.csv" for noun in ("companies", "contacts", "deals", "interactions")),
    )
    shutil.move(crm.db, crm.home / "other.db")
    again = crm.ok("rule", "test", "--book", str(crm.home / "other.db"), "--at", "2026-03-02")
    assert again.lines == found.lines


def test_a_broken_rule_is_told_beside_what_the_others_find(crm: Crm) -> None:
    """Exit 2, so that a script notices."""
    own(crm, OWN + BROKEN)
    crm.ok("add", "Anna Nowak", "--tag", "vip", CRM_NOW="2026-01-01T09:00")
    crm.ok("log", "call", "1", "--at", "2026-01-01")
    result = crm("rule", "test")
    assert result.code == 2
    assert result.lines == ["U001:1  Anna Nowak: VIP, silent for 60 days"]
    assert result.err.count("this parenthesis is not closed") == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("never-contacted.days", 999_999),
        ("quiet.planned", 99_999_999_999_999_999_999),
        ("quiet.soon", 101),
        ("anniversary.years", 201),
    ],
)
def test_an_option_beyond_its_meaning_names_its_line(crm: Crm, option: str, value: int) -> None:
    """Exit 2, with file and line and how much it may be."""
    name, key = option.split(".")
    config = crm.home / "config.toml"
    config.write_text(f"[rules.{name}]\n{key} = {value}\n", "utf-8")
    config.chmod(0o600)
    crm.ok("add", "Anna")
    result = crm("--config", str(config), "check")
    assert result.code == 2
    assert f"config.toml:2: {name}.{key} is a whole number from 0 to " in result.err


@pytest.mark.parametrize("most", [True, False])
def test_every_option_can_be_what_it_may_be(crm: Crm, most: bool) -> None:
    """The least and the most of all at once: rules run, however little sense that makes."""
    lines = []
    for code in RULES:
        rule = selection.get(code)
        for option in rule.options:
            value = selection.most(option) if most else 0
            lines.append(f"rules.{rule.name}.{option} = {value}")
    config = crm.home / "config.toml"
    config.write_text("\n".join(lines), "utf-8")
    config.chmod(0o600)
    crm.ok("add", "Anna", "--date", "renewal=2026-04-01", "--cadence", "3660d")
    crm.ok("deal", "add", "1", "T", "--stage", "proposal", "--at", "2025-10-01")
    for day in ("2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"):
        crm.ok("log", "purchase", "1", "x", "--amount", "5", "--at", day)
    crm.ok("log", "complaint", "1", "y", "--at", "2026-02-01")
    for now in ("2026-03-02", "1900-01-01", "2200-12-30"):
        crm.ok("--config", str(config), "check", "--exit-zero", CRM_NOW=now)
        crm.ok("--config", str(config), "remind", "--all", CRM_NOW=now)
