"""Selecting, options, silence and muting, whatever the order of insertion."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.rules.book import build

if TYPE_CHECKING:
    from tests.conftest import Crm

QUIET = [
    "add Anna Nowak --email anna@acme.example --lifecycle customer",
    "log call 1 hello --at 2025-11-01",
]


def handles(crm: Crm, *words: str, **environ: str) -> list[str]:
    return crm("check", "--ids", *words, **environ).lines


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("--select", "R201"), {"R201"}),
        (("--select", "quiet"), {"R201"}),
        (("--select", "R,T6"), {"R201", "T601"}),
        (("--select", "R", "--select", "T"), {"R201", "T601"}),
        (("--ignore", "quiet"), {"F101", "T601"}),
        (("--select", "R,T", "--ignore", "r2"), {"T601"}),
    ],
)
def test_rules_are_selected_by_codes_prefixes_and_names(
    crm: Crm, words: tuple[str, ...], codes: set[str]
) -> None:
    """Several words, commas between them or not, in any case."""
    build(crm, {"book": [*QUIET, "edit 1 --birthday --03-03", "remind 1 today call"]})
    plain = crm("check", "--json", *words).json
    if "F101" in codes or "R201" not in codes:
        assert {row["code"] for row in plain} == codes
    else:  # an open follow-up silences the quiet
        assert {row["code"] for row in plain} == codes - {"R201"}


def test_the_config_selects_and_ignores_and_the_command_line_beats_it(crm: Crm) -> None:
    """A rule that the config ignores runs when it is named in full."""
    build(crm, {"book": QUIET, "config": '[rules]\nselect = ["R", "Q"]\nignore = ["quiet"]\n'})
    assert handles(crm) == []
    assert handles(crm, "--select", "R") == []
    assert handles(crm, "--select", "R201") == ["R201:1"]


def test_options_come_from_the_config(crm: Crm) -> None:
    """[rules.quiet] by name or by code changes the rule's defaults."""
    build(crm, {"book": QUIET, "config": "[rules.quiet]\nlapsed = 1\n"})
    assert handles(crm) == []


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("[rules.quiet]\nsooon = 1\n", 'quiet has no option "sooon"'),
        ('[rules.quiet]\nsoon = "x"\n', "quiet.soon is a whole number"),
        ("[rules.quiet]\nsoon = -1\n", "quiet.soon is a whole number"),
        ("[rules.loud]\nsoon = 1\n", 'there is no rule "loud"'),
        ('[rules]\nselect = ["X9"]\n', 'unknown rule "X9"'),
    ],
)
def test_a_wrong_option_names_its_line(crm: Crm, config: str, says: str) -> None:
    """A rule or option that does not exist is a usage error with file and line."""
    build(crm, {"book": [], "config": config})
    result = crm("check")
    assert result.code == 2
    assert says in result.err
    assert "config.toml:" in result.err


def test_an_unknown_rule_offers_the_nearest(crm: Crm) -> None:
    """The command line names a rule that does not exist: exit 2."""
    result = crm("check", "--select", "quite")
    assert result.code == 2
    assert 'did you mean "quiet"' in result.err


def test_the_order_of_insertion_does_not_matter(crm: Crm) -> None:
    """The same people and touches in any order are found alike."""
    people = [f"p{number}" for number in range(8)]
    seen = set()
    for seed in range(3):
        crm.db.unlink(missing_ok=True)
        shuffled = random.Random(seed).sample(people, len(people))  # noqa: S311 - repeatable on purpose
        for name in shuffled:
            number = int(name[1:])
            crm.ok(
                "add",
                f"{name} x",
                "--email",
                f"{name}@acme.example",
                "--lifecycle",
                "customer",
                "--birthday",
                f"--03-{number + 1:02}",
            )
            crm.ok("log", "call", f"{name}@acme.example", "hi", "--at", f"2025-{number + 1:02}-15")
        rows = crm("remind", "--all", "--json").json
        seen.add(
            tuple(
                (row["contact"]["email"], row["message"], row["score"], tuple(row["reasons"]))
                for row in rows
            )
        )
    assert len(seen) == 1


def test_snoozed_until_a_day_is_heard_on_that_day(crm: Crm) -> None:
    """The day before it is silent."""
    build(crm, {"book": [*QUIET, "snooze R201:1 2026-03-05"]})
    assert handles(crm, CRM_NOW="2026-03-04T23:59") == []
    assert handles(crm, CRM_NOW="2026-03-05T00:00") == ["R201:1"]


def test_a_snoozed_person_is_not_asked_for(crm: Crm) -> None:
    """Every rule that asks for a touch is silent; what is to be tidied is not."""
    build(
        crm,
        {
            "book": [
                "add Anna Nowak --lifecycle customer",
                "log call 1 hi --at 2025-11-01",
                "remind 1 today call",
                "snooze 1 +1w",
            ]
        },
    )
    assert handles(crm) == ["Q703:1"]
    assert crm("remind").out == ""


def test_an_ignored_rule_is_silent_on_that_person_alone(crm: Crm) -> None:
    """Somebody else is still found."""
    build(
        crm,
        {
            "book": [
                *QUIET,
                "add Jan Kowalski --email jan@acme.example --lifecycle customer",
                "log call 2 hi --at 2025-11-01",
                "ignore R201:1",
            ]
        },
    )
    assert handles(crm) == ["R201:2"]


def test_rules_answer_in_queries(crm: Crm) -> None:
    """``rule:`` takes codes, prefixes, names, any and none."""
    build(crm, {"book": [*QUIET, "add Jan Kowalski --email jan@acme.example"]})
    for word in ("R201", "r2", "quiet", "any"):
        assert crm("search", f"rule:{word}", "--ids").lines == ["1"]
    assert crm("search", "rule:none", "--ids").lines == ["2"]
    assert crm("search", "rule:nonsense").code == 2


def test_the_card_shows_findings(crm: Crm) -> None:
    """``crm show`` says what the rules find about this person."""
    build(crm, {"book": [*QUIET, "add Jan Kowalski --email jan@acme.example"]})
    assert "R201 quiet 121 days" in crm.ok("show", "1").out
    assert "R201" not in crm.ok("show", "2").out
