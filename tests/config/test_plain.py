"""The light TOML reader says what ``tomllib`` says, or nothing."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmcli.config import edit, plain

LIVE = "\n".join(
    line[1:] if (line[:1] == "#" and line[1:2] != " ") or line.startswith("#  {") else line
    for line in edit.template().split("\n")
)
PIECES = st.sampled_from(
    [
        *"[]{}=,.#\"'\\\n\t -_+:aZ019ł\x00\x7f\u00a0\u2028",
        *("\r\n", "[a]\n", "[a.b]\n", "[[a]]\n", "[[a.b]]\n", "[ a . b ]\n", "a = 1\n"),
        *("b = {c = 1}\n", "a.b = 1\n", "a = [1, 2,]\n", '"""', "'''", "true", "inf", "nan"),
        *("1.5", "-0", "-0.0", "01", "1_000", "0x1f", "1e3", "2026-02-29", "2026-02-28"),
        *("2026-01-01T10:00:00", "2026-01-01 10:00:00", "10:00"),
    ]
)


def agrees(text: str) -> None:
    found = plain.read(text)
    if found is not None:
        assert repr(found) == repr(tomllib.loads(text))


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=25).map("".join))
@example("a = 1\n[a]\n")
@example("[a.b]\n[a]\nb = 1\n")
@example("[[a]]\n[a.b]\nc = 1\n")
@example("a = []\n[[a]]\n")
@example("a = {}\n[a.b]\n")
@example("[a]\n[a]\n")
@example("a = {b = 1,}\n")
@example("a = {b = 1\n}\n")
@example('a = """"""\n')
@example("a = 1 2\n")
@example("[a]b = 1\n")
@example("[[a] ]\n")
@example("a = 1")
def test_never_differs_from_tomllib(text: str) -> None:
    """Whatever the text, the answer is tomllib's or None, and None where tomllib refuses."""
    agrees(text)


@settings(max_examples=300)
@given(st.data())
def test_never_differs_on_a_damaged_config(data: st.DataObject) -> None:
    """A few random cuts and insertions in a full config change nothing in that law."""
    text = LIVE
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 3))
        text = text[:at] + data.draw(PIECES) + text[at + cut :]
    agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        LIVE,
        edit.template(),
        "",
        "# only a comment",
        '[owner]\nname = "Łukasz"  # me\n"big client" = 30\n\'x.y\' = "a#b"\n',
        "a = [\n  1, # one\n  2,\n]\n",
        "rates = { USD = { 2026-01-01 = 3.6 }, 'x' = [] }\n",
        "a = -1\nb = 0.5\nc = true\nd = [2026-12-25, 2026-12-26]\n",
        '[[rule]]\ncode = "U1"\n[[rule]]\ncode = "U2"\n[[deals.stages]]\nname = "new"\n',
    ],
    ids=range(9),
)
def test_reads_what_configs_are_made_of(text: str) -> None:
    """Everyday configs, the template among them, need no TOML library."""
    assert plain.read(text) == tomllib.loads(text)


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a.b = 1", 'a = "\\n"', "a = 1e3", "a ="])
def test_leaves_the_rest(text: str) -> None:
    """What it does not understand it leaves to tomllib."""
    assert plain.read(text) is None
