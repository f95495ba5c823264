"""The quick parser means what Typer means, or leaves the line to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcli import cli, fast
from crmcli.errors import UsageError
from crmcli.main import split_globals
from crmcli.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

ODD = ["", "-", "--", "-x", "--x", "--in=1", "-f", "-fcsv", "-f=csv", "--format=", "--csv=yes", "-5",
       "--limit=-3", "--limit", "007", "1_000", " 5", "٣", "--help", "-h", "=", "--=", "a=b", "--no-csv",
       "--jso", "-\u0142", "\udcff", "--set=a=b", "9" * 30]  # fmt: skip


def through_typer(name: str, words: list[str]) -> dict[str, Any] | None:
    """The arguments that Typer gives, those left at their default taken out; None for an error."""
    from typer._click import exceptions

    taken: list[dict[str, Any]] = []

    def run(_: Callable[..., int], given: dict[str, Any]) -> int:
        taken.append(given)
        return 0

    command = cli.build(name, run)
    try:
        command.main(list(words), prog_name=name, standalone_mode=False)
    except (exceptions.ClickException, UsageError):
        return None
    if not taken:
        return None  # --help
    defaults = {parameter.name: parameter.default for parameter in command.params}
    return {
        key: value
        for key, value in taken[0].items()
        if value != defaults[key] and value not in (None, [])
    }


def lines() -> st.SearchStrategy[tuple[str, list[str]]]:
    """Command lines out of the option table, and odd words."""

    def of(name: str) -> st.SearchStrategy[tuple[str, list[str]]]:
        _, options = OPTIONS[name]
        value = st.one_of(
            st.sampled_from(["anna", "7", "+3d", "a b", "ł", *ODD]), st.text(max_size=5)
        )
        spelling = st.sampled_from(sorted(options) or ["--x"])
        part = st.one_of(
            st.tuples(value),
            st.tuples(spelling),
            st.tuples(spelling, value),
            st.builds(lambda option, given: (f"{option}={given}",), spelling, value),
        )
        words = st.lists(part, max_size=6).map(
            lambda parts: [word for one in parts for word in one]
        )
        return st.tuples(st.just(name), words)

    return st.sampled_from(sorted(OPTIONS)).flatmap(of)


@given(lines())
@example(("search", ["--", "--csv"]))
@example(("log", ["call", "anna", "--at", "-2w"]))
@example(("log", ["call", "--with", "--in", "anna"]))
@example(("show", []))
def test_fast_agrees_with_typer(line: tuple[str, list[str]]) -> None:
    """Whatever the quick parser understands, Typer understands in the same way."""
    name, words = line
    given = fast.parse(name, list(words))
    if given is None:
        return
    expected = through_typer(name, words)
    assert expected is not None, "Typer refuses what the quick parser took"
    quick = {key: value for key, value in given.items() if value not in (False, [], None)}
    assert quick == expected


@pytest.mark.parametrize(
    "line",
    [
        ["add", "Anna", "Nowak", "--email", "a@b.example", "--tag", "x", "--tag", "y"],
        ["search", "anna", "+vip", "--limit", "5", "-f", "csv", "--columns=id,name"],
        ["show", "anna", "--brief"],
        ["log", "call", "anna", "-", "--next", "friday", "--in"],
        ["remind", "anna", "+3d", "call", "--every", "month"],
        ["remind"],
        ["done", "F12"],
    ],
    ids=" ".join,
)
def test_everyday_lines_are_understood(line: list[str]) -> None:
    """What is typed all day never needs Typer."""
    assert fast.parse(line[0], line[1:]) is not None


def test_what_is_unknown_is_left_to_typer() -> None:
    """Help, unknown options, missing values and other commands are not for the quick parser."""
    for name, *words in (
        ["search", "--help"], ["search", "--frob"], ["search", "--limit"], ["search", "--limit", "x"],
        ["show"], ["import", "x.csv"], ["search", "--csv=1"], ["search", "-fcsv"],
    ):  # fmt: skip
        assert fast.parse(name, words) is None


def test_global_options_stand_anywhere() -> None:
    """Before, between and behind the words of a command, but not behind --."""
    options, words = split_globals(
        ["--db", "x", "search", "--quiet", "a", "--color=never", "--", "--debug"]
    )
    assert options == {"--db": "x", "--quiet": "", "--color": "never"}
    assert words == ["search", "a", "--", "--debug"]
    with pytest.raises(UsageError, match="--db needs a value"):
        split_globals(["search", "--db"])
