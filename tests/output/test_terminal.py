"""What the environment says about a terminal."""

import io

import pytest

from crmcli.output.terminal import is_terminal, size, wants_colour


@pytest.mark.parametrize(
    ("flag", "env", "terminal", "colour"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, False, True),
        ("auto", {"CLICOLOR": "0"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, False, True),
    ],
)
def test_colour(flag, env, terminal, colour):
    """The flag beats the environment, and that beats what the stream is."""
    assert wants_colour(flag, env, terminal=terminal) is colour


@pytest.mark.parametrize("columns", ["", "0", "-5", "wide", "²", "999999999"])
def test_odd_columns_are_ignored(columns):
    """A width that is none is as good as not set."""
    assert size(io.StringIO(), {"COLUMNS": columns}) == (80, 24)


def test_columns_count():
    """The environment's width counts, also where there is no terminal."""
    assert size(None, {"COLUMNS": "132", "LINES": "50"}) == (132, 50)


def test_a_closed_stream_is_no_terminal():
    """A closed or missing stream is no terminal, and asking it is no error."""
    stream = io.StringIO()
    stream.close()
    assert not is_terminal(stream)
    assert not is_terminal(None)
