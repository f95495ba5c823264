"""Real pipes, real terminals, real full disks."""

import errno
import os
import subprocess
import sys
import textwrap

import pexpect
import pytest

HEAD = """
import os, sys
from crmcli.output.out import Out
out = Out(sys.stdout, sys.stderr, env=os.environ, stdin=sys.stdin)
"""


def argv(body):
    """The command line of a small program that has an ``out``."""
    return [sys.executable, "-c", HEAD + textwrap.dedent(body)]


def run(body, **options):
    """Run it in pipes."""
    options.setdefault("env", {**os.environ, "PYTHONPATH": os.getcwd()})
    return subprocess.run(argv(body), capture_output=True, check=False, timeout=60, **options)


def on_terminal(body, columns=80, **env):
    """Run it on a terminal and give back what is to be seen."""
    command, *rest = argv(body)
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
    return pexpect.spawn(
        command,
        rest,
        env={**clean, "PYTHONPATH": os.getcwd(), "TERM": "xterm", **env},
        dimensions=(10, columns),
        timeout=60,
        encoding="utf-8",
        codec_errors="replace",
    )


@pytest.mark.parametrize("name", ["tsv", "csv", "json", "jsonl", "ids"])
def test_first_row_leaves_before_the_last_is_read(name):
    """A reader has the first row while the second is still waited for."""
    body = f"""
    def rows():
        yield (1, "Anna")
        sys.stdin.readline()
        yield (2, "Jan")
    out.rows(("id", "name"), rows(), "{name}")
    out.close()
    """
    with subprocess.Popen(argv(body), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        first = b""
        while b"1" not in first:
            first += os.read(child.stdout.fileno(), 4096)
        assert b"2" not in first
        rest, _ = child.communicate(b"\n")
        assert b"2" in rest


def test_utf8_whatever_the_locale():
    """A bare environment and an ASCII locale still get UTF-8; a lone surrogate shows."""
    for locale in ({}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        result = run(
            "row = ['\\u017b\\xf3 \\udc80']; out.rows('n', [row]); out.rows('n', [row], 'csv')",
            env={"PYTHONPATH": os.getcwd(), **locale},
        )
        assert result.stdout.decode() == "Żó \\udc80\nn\nŻó \\udc80\n"


def test_reader_that_left():
    """Broken pipes come up as themselves, and the exit is silent after them."""
    body = """
    try:
        out.rows(("id",), ((n,) for n in range(10**6)))
    except BrokenPipeError:
        out.close()
        sys.exit(141)
    """
    with subprocess.Popen(argv(body), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"0\n"
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(60) == 141


@pytest.mark.parametrize("act", ["out.say('x')", "out.rows(('id',), [(1,)])"])
def test_full_disk(act):
    """What cannot be written is a storage error, at the last flush at the latest, and only once."""
    body = f"""
    from crmcli.errors import StorageError
    try:
        {act}
        out.close()
    except StorageError as error:
        out.error(str(error))
        out.close()
        sys.exit(error.exit_code)
    """
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            argv(body), stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )
    message = f"crm: cannot write the result: {os.strerror(errno.ENOSPC)}\n"
    assert (result.returncode, result.stderr.decode()) == (5, message)


def test_closed_stdout():
    """A standard output that was never open is a storage error when there is something to say."""
    body = """
    from crmcli.errors import StorageError
    try:
        out.close()
        out.say("x")
    except StorageError as error:
        sys.exit(error.exit_code)
    """
    script = 'exec "$@" >&-'
    result = subprocess.run(["sh", "-c", script, "sh", *argv(body)], check=False, timeout=60)
    assert result.returncode == 5


def test_table_on_a_terminal():
    """On a terminal rows are a table as wide as it, with a coloured header."""
    child = on_terminal("out.rows(('id', 'name'), [(7, 'Anna ' * 30)])", columns=30)
    lines = child.read().splitlines()
    assert lines[0] == "\x1b[1mid  name\x1b[0m"
    assert lines[2] == " 7  Anna Anna Anna Anna Anna…"


def test_question_on_a_terminal():
    """A prompt waits on the terminal for its answer."""
    child = on_terminal("out.say('got ' + str(out.confirm('Archive 3 people')))")
    child.expect_exact("Archive 3 people (y/N): ")
    child.sendline("y")
    child.expect_exact("got True")
    child.close()


def test_pager_gets_a_long_text(tmp_path):
    """A text longer than the screen goes through PAGER, run as arguments without a shell."""
    pager = f"{sys.executable} -c \"import sys; print(len(sys.stdin.readlines()), 'paged')\""
    long = "out.page('\\n'.join(['line'] * 30))"
    assert on_terminal(long, PAGER=pager).read().splitlines() == ["30 paged"]
    assert on_terminal("out.page('one')", PAGER=pager).read().splitlines() == ["one"]
    assert len(on_terminal(long, PAGER="").read().splitlines()) == 30
    trap = tmp_path / "trap"
    shown = on_terminal(long, PAGER=f"no-such-pager; touch {trap}").read()
    assert "cannot run the pager" in shown
    assert shown.count("line") == 30
    assert not trap.exists()


def test_progress_bar_on_a_terminal():
    """A bar is drawn where there is something to wait for, its label is text, and it is gone at the end."""
    quick = """
    with out.progress("reading [bold]x[/]", 400) as bar:
        for n in range(400):
            bar.advance()
    out.say("done")
    """
    assert on_terminal(quick).read() == "done\r\n"
    body = quick.replace(
        "    bar.advance()", "    bar.advance(); n or __import__('time').sleep(0.6)"
    )
    shown = on_terminal(body).read()
    assert "reading [bold]x[/]" in shown
    assert shown.endswith("done\r\n")
    assert "reading" not in on_terminal(body, TERM="dumb").read()


def test_everyday_output_is_light():
    """Saying something, rows in a pipe and a table load none of the heavy modules."""
    body = """
    out.say("x")
    out.note("x")
    out.rows(("id",), [(1,)])
    out.rows(("id",), [(1,)], "table")
    heavy = {"re", "typing", "enum", "dataclasses", "json", "csv", "rich", "shlex", "contextlib"}
    out.say(str(sorted(heavy & set(sys.modules))))
    """
    program = f"import sys; sys.path.insert(0, {os.getcwd()!r})" + HEAD + textwrap.dedent(body)
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, check=True, timeout=60
    )
    assert result.stdout.decode().splitlines()[-1] == "[]"


def test_broken_answer_on_a_terminal():
    """Bytes that are no text are an answer for the field to refuse, and no crash."""
    child = on_terminal("out.say('got ' + out.ask('Name', flag='NAME'))")
    child.expect_exact("Name: ")
    os.write(child.child_fd, b"An\xffna\n")
    child.expect_exact("got An\\udcffna")
    child.close()
