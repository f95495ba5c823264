"""What commands say, without a terminal."""

import errno
import io
import json
import os

import pytest

from crmcli.errors import StorageError, UsageError
from crmcli.output.out import Out


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


class Broken(io.StringIO):
    """A stream that fails as the system does."""

    def __init__(self, number):
        super().__init__()
        self.number = number

    def write(self, text):
        raise OSError(self.number, os.strerror(self.number))


@pytest.fixture
def make():
    """Make an Out; gives it and the two streams."""

    def made(answers=None, env=None, **options):
        kind = io.StringIO if answers is None else Terminal
        out, err = kind(), kind()
        stdin = None if answers is None else Terminal(answers)
        return Out(out, err, env=env or {}, stdin=stdin, **options), out, err

    return made


def test_streams(make):
    """Results go to stdout; notes, warnings and errors to stderr."""
    out, stdout, stderr = make()
    out.say("7  Anna")
    out.note("one")
    out.warn("two")
    out.error("three")
    assert stdout.getvalue() == "7  Anna\n"
    assert stderr.getvalue() == "one\ncrm: warning: two\ncrm: three\n"


def test_quiet(make):
    """Quiet leaves out notes, not warnings, errors or results."""
    out, stdout, stderr = make(quiet=True)
    out.say("a")
    out.note("b")
    out.warn("c")
    assert (stdout.getvalue(), stderr.getvalue()) == ("a\n", "crm: warning: c\n")


def test_data_does_nothing(make):
    """Escape sequences in data show as escapes on both streams, with colour and without."""
    for color in ("always", "never"):
        out, stdout, stderr = make(color=color)
        out.style("x", "bold")
        out.say("a\x1b[1mb\x9b\nc")
        out.text(["a\nb\x1b"])
        out.error("no \x1b]52;c;x\x07")
        assert stdout.getvalue() == "a\\x1b[1mb\\x9b\nc\na\\nb\\x1b\n"
        assert stderr.getvalue() == "crm: no \\x1b]52;c;x\\x07\n"


def test_style(make):
    """A style colours what it is given where colour is wanted, and is no way in for data."""
    out, stdout, _ = make(color="always")
    out.say(out.style("An\x1bna", "bold") + " \x1b[31m" + out.style("!", "red"))
    assert stdout.getvalue() == "\x1b[1mAn\\x1bna\x1b[0m \\x1b[31m\x1b[31m!\x1b[0m\n"
    plain, _, _ = make(color="never")
    assert plain.style("Anna", "bold") == "Anna"


def test_rows_choose_their_format(make):
    """A table on a terminal, tsv elsewhere, or what was asked for."""
    rows = [(7, "Anna")]
    out, stdout, _ = make(env={"NO_COLOR": "1"}, answers="")
    assert out.rows(("id", "name"), rows) == 1
    assert stdout.getvalue() == "id  name\n──  ────\n 7  Anna\n"
    out, stdout, _ = make()
    out.rows(("id", "name"), rows)
    out.rows(("id", "name"), rows, "ids")
    assert stdout.getvalue() == "7\tAnna\n7\n"
    with pytest.raises(UsageError, match='unknown format "xml"'):
        out.rows(("id",), rows, "xml")


def test_csv_is_exact_in_a_pipe_and_harmless_on_a_terminal(make):
    """CSV carries control characters as they are, but not to a screen."""
    out, stdout, _ = make()
    out.rows(("name",), [("\x1b[1m",)], "csv")
    assert stdout.getvalue() == "name\n\x1b[1m\n"
    out, stdout, _ = make(answers="")
    out.rows(("name",), [("\x1b[1m\na",)], "csv")
    assert stdout.getvalue() == 'name\n"\\x1b[1m\na"\n'


def test_json(make):
    """One value is one line."""
    out, stdout, _ = make()
    out.json({"name": "Żółć\x1b", "tags": ["a"]})
    assert stdout.getvalue() == '{"name": "Żółć\\u001b", "tags": ["a"]}\n'
    assert json.loads(stdout.getvalue())["name"] == "Żółć\x1b"


def test_ask(make):
    """An answer is stripped, an empty one is the default."""
    out, _, stderr = make(answers=" Anna \n\n")
    assert out.ask("Name", flag="NAME") == "Anna"
    assert out.ask("Country", flag="--country", default="PL") == "PL"
    assert stderr.getvalue() == "Name: Country [PL]: "


def test_confirm(make):
    """Only yes is yes; what is neither is asked again; empty is no."""
    out, _, _ = make(answers="what\nYES\n\nn\n")
    assert out.confirm("Delete 3") is True
    assert out.confirm("Delete 3") is False
    assert out.confirm("Delete 3") is False


def test_choose(make):
    """A number on the list chooses; another is asked again; empty chooses none."""
    out, _, stderr = make(answers="9\n0000000002\n²\n2\n\n")
    assert out.choose(["Anna\x1b", "Jan"], question="Which", flag="the id") == 1
    assert out.choose(["Anna", "Jan"], question="Which", flag="the id") is None
    assert stderr.getvalue().startswith("  1  Anna\\x1b\n  2  Jan\nWhich (1-2): Which (1-2): ")


@pytest.mark.parametrize("options", [{}, {"answers": "y\n", "no_input": True}])
def test_nobody_to_ask(make, options):
    """Without a terminal, or where it is forbidden, the message names the flag."""
    out, _, stderr = make(**options)
    assert not out.can_ask
    for ask in (out.ask, out.confirm):
        with pytest.raises(UsageError, match="give --yes"):
            ask("Delete 3", flag="--yes")
    with pytest.raises(UsageError, match="give the id"):
        out.choose(["Anna"], question="Which", flag="the id")
    assert stderr.getvalue() == ""


def test_end_of_input_is_no_answer(make):
    """Ctrl-D at a prompt is an error and no endless loop."""
    out, _, _ = make(answers="")
    with pytest.raises(UsageError, match="no answer"):
        out.confirm("Delete 3")


def test_failures_of_stdout():
    """A full disk and a closed stream are storage errors, a reader that left is itself."""
    for stream, error, message in [
        (Broken(errno.ENOSPC), StorageError, "No space left"),
        (Broken(errno.EPIPE), BrokenPipeError, "pipe"),
        (None, StorageError, "closed"),
    ]:
        out = Out(stream, None, env={})
        with pytest.raises(error, match=message):
            out.say("x")
        with pytest.raises(error, match=message):
            out.rows(("id",), [(1,)])


def test_failures_of_stderr_are_ignored():
    """A remark that cannot be made stops nothing."""
    Out(io.StringIO(), Broken(errno.ENOSPC), env={}).note("x")
    Out(io.StringIO(), None, env={}).error("x")


def test_progress_is_silent_without_a_terminal(make):
    """In a pipe there is no bar."""
    out, stdout, stderr = make()
    with out.progress("reading", 10) as bar:
        for _ in range(10):
            bar.advance()
    assert stdout.getvalue() + stderr.getvalue() == ""
