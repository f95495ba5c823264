"""Every rule: its entry, its manual page, and its cases, quiet first."""

from __future__ import annotations

import shlex
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import crmcli.rules
from crmcli.rules import RULES, TIDY, TOUCH, base, selection
from tests.rules.book import CASES, build, load

if TYPE_CHECKING:
    from tests.conftest import Crm

NAMES = {selection.name_of(code): code for code in RULES}
MACHINERY = {
    "__init__",
    "agenda",
    "base",
    "candidates",
    "channel",
    "day",
    "engine",
    "explain",
    "finding",
    "front",
    "functions",
    "handles",
    "morning",
    "own",
    "own_table",
    "rank",
    "selection",
    "shown",
    "evidence",
    "tally",
    "twins",
    "wording",
}
SECTIONS = ("What it flags:", "Why:", "Settle:", "Source:")


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(NAMES[name], case, id=f"{name}: {case['name']}")
        for name in sorted(path.stem for path in CASES.glob("*.toml"))
        for case in load(name)[kind]
    ]


def findings(crm: Crm, code: str, today: str) -> list[dict[str, Any]]:
    result = crm("check", "--select", code, "--json", CRM_NOW=today)
    assert result.code in (0, 1), result.err
    found: list[dict[str, Any]] = result.json
    return found


def test_every_file_is_a_rule_with_an_entry() -> None:
    """A file in rules/ that is not machinery has a line in RULES."""
    files = {path.stem for path in Path(crmcli.rules.__file__).parent.glob("*.py")} - MACHINERY
    assert files == {module.rpartition(".")[2] for module in RULES.values()}
    assert set(TOUCH).isdisjoint(TIDY)


def test_every_rule_has_its_cases() -> None:
    """Each rule has a file of cases, each file a rule, and each both tables."""
    assert {path.stem for path in CASES.glob("*.toml")} == set(NAMES)
    assert all({"quiet", "flagged"} == set(load(name)) for name in NAMES)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_what_its_entry_says(code: str) -> None:
    """Code and name are the entry's, the severity is known, the options are whole numbers."""
    rule = selection.get(code)
    assert (rule.code, rule.name) == (code, selection.name_of(code))
    assert rule.severity in base.SEVERITIES
    assert all(type(default) is int for default in rule.options.values())
    assert {entry.partition(":")[0] for entry in rule.mutes} <= set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_manual_page(code: str) -> None:
    """One line that says what is flagged, then what, why, how to settle it, and the source."""
    page = cleandoc(selection.get(code).page)
    first, blank, _ = page.split("\n", 2)
    assert first.endswith(".")
    assert not blank
    places = [page.index(f"\n{section} ") for section in SECTIONS]
    assert places == sorted(places)
    for option in selection.get(code).options:
        assert f"``{option}``" in page


@pytest.mark.parametrize(("code", "case"), cases("quiet"))
def test_quiet(crm: Crm, code: str, case: dict[str, Any]) -> None:
    """The rule has nothing to say."""
    today = build(crm, case)
    found = findings(crm, case.get("select", code), today)
    assert [row["handle"] for row in found] == case.get("instead", [])


@pytest.mark.parametrize(("code", "case"), cases("flagged"))
def test_flagged(crm: Crm, code: str, case: dict[str, Any]) -> None:
    """The rule flags exactly these, in these words, and the command it suggests runs as printed."""
    today = build(crm, case)
    found = findings(crm, code, today)
    assert [row["handle"] for row in found] == case["handles"]
    rule = selection.get(code)
    expected = case.get("severity")
    assert not expected or found[0]["severity"] == expected
    assert not case.get("says") or found[0]["message"] == case["says"]
    assert {(row["code"], row["name"]) for row in found} == {(code, rule.name)}
    assert not case.get("action") or found[0]["action"] == case["action"]
    program, *words = shlex.split(found[0]["action"])
    assert program == "crm"
    crm.ok(*words, CRM_NOW=today)
    if words[0] == "log":  # what was done settles what asked for it
        assert found[0]["handle"] not in [row["handle"] for row in findings(crm, code, today)]
