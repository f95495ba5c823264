"""The door to the user: results to stdout, words about them to stderr, questions on a terminal."""

from __future__ import annotations

import os
from sys import modules

from crmcli.errors import ResultError, UsageError
from crmcli.output import OUTPUTS
from crmcli.output.look import Look
from crmcli.output.safe import visible
from crmcli.output.terminal import is_terminal, size, wants_colour

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import Any, TextIO

    from crmcli.output.cells import Row
    from crmcli.output.progress import Progress

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34"}


class Out:
    """Everything that a command says goes through here, as text that can do nothing.

    A reader that left is ``BrokenPipeError``; any other failure to write to stdout is
    ``ResultError``. After either, stdout leads nowhere, so that the interpreter's own flush at
    exit cannot fail again. Failures of stderr are ignored: a lost remark must not stop an import.

    Attributes:
        terminal: whether stdout is one.
        colour: whether results are coloured.
        width: columns to draw in.
        quiet: whether notes are left out.
        can_ask: whether there is somebody to answer a question.
        changed: whether the command changed the book, for when its result is lost.
        done: what else it did, as it is said then behind the error.
    """

    def __init__(
        self,
        stdout: TextIO | None,
        stderr: TextIO | None,
        *,
        env: Mapping[str, str],
        color: str = "auto",
        quiet: bool = False,
        no_input: bool = False,
        columns: int | None = None,
        stdin: TextIO | None = None,
    ) -> None:
        for stream in (stdout, stderr):
            _speak_utf8(stream)
        self._stdout, self._stderr, self._stdin = stdout, stderr, stdin
        self._env = env
        self._columns = columns
        # Marks what style() made. Data cannot hold it, because nobody can guess it.
        self._mark = ""
        self.quiet = quiet
        self.changed = False
        self.done = ""
        self.terminal = is_terminal(stdout)
        self.colour = wants_colour(color, env, terminal=self.terminal)
        self.can_ask = not no_input and is_terminal(stdin) and is_terminal(stderr)
        if self.can_ask and stdin is not None and hasattr(stdin, "reconfigure"):
            # An answer that is no text is for its field to refuse, not for the decoder.
            stdin.reconfigure(errors="surrogateescape")

    @property
    def width(self) -> int:
        return self._columns or size(self._stdout, self._env)[0]

    def draws(self, format: str | None) -> bool:  # noqa: A002 - the name of the option
        """Whether rows become a table for people to look at."""
        return format == "table" or (format is None and self.terminal)

    # Results

    def say(self, text: str) -> None:
        """Print a result; line ends in ``text`` stay."""
        shown = self._shown(visible(text, multiline=True)) + "\n"
        self._guard(lambda stream: stream.write(shown))

    def text(self, lines: Iterable[str]) -> None:
        r"""Print lines; a line end within one is the visible escape ``\n``."""
        shown = (self._shown(visible(line)) + "\n" for line in lines)
        self._guard(lambda stream: stream.writelines(shown))

    def rows(
        self,
        columns: Sequence[str],
        rows: Iterable[Row],
        format: str | None = None,  # noqa: A002 - the name of the option
        *,
        labels: Mapping[str, str] | None = None,
        shrink: Collection[str] = (),
        drop: Sequence[str] = (),
        whole: Mapping[str, int] | None = None,
    ) -> int:
        """Print rows as they come; the first leaves before the last is read.

        Args:
            columns: the names of the columns, which are the keys of JSON and the header of CSV.
            rows: sequences parallel to ``columns``; values as ``cells.Value`` has them.
            format: a name of ``OUTPUTS``; a table on a terminal and tsv elsewhere unless given.
            labels: headers of the table, by column.
            shrink: the columns that give way first in a narrow table.
            drop: the columns left out first, in this order, in one too narrow even so.
            whole: the columns that are not cut up to a width; others are left out for them.

        Returns:
            The number of rows.

        Raises:
            UsageError: there is no such format.
        """
        name = format or ("table" if self.terminal else "tsv")
        if name not in OUTPUTS:
            raise UsageError(f'unknown format "{name}"; there are {", ".join(OUTPUTS)}')
        look = Look(
            self.width, colour=self.colour, labels=labels, shrink=shrink, drop=drop, whole=whole
        )
        write = _module(OUTPUTS[name]).write
        # CSV alone carries control characters as they are.
        through = self.stream if name == "csv" else self._guard
        return through(lambda stream: int(write(stream, columns, rows, look)))

    def json(self, value: object) -> None:
        """Print one JSON value on one line."""
        text = _module("crmcli.output.as_json").encode(value) + "\n"
        self._guard(lambda stream: stream.write(text))

    def stream(self, write: Callable[[TextIO], int]) -> int:
        """Let ``write`` print values exactly as they are, such as an export; returns its result.

        On a terminal control characters show as escapes even so.
        """
        if not self.terminal:
            return self._guard(write)
        return self._guard(lambda stream: write(_Harmless(stream)))  # type: ignore[arg-type]

    def style(self, text: str, role: str) -> str:
        """``text`` for ``say``, ``text`` and ``page`` in bold, dim, red, green, yellow or blue."""
        if not self.colour:
            return text
        if not self._mark:
            self._mark = f"\ue000{os.urandom(6).hex()}:"
        return f"{self._mark}{_CODES[role]}m{text}{self._mark}0m"

    def page(self, text: str) -> None:
        """Print a long text, on a terminal through ``PAGER`` when it is longer than the screen."""
        pager = self._env.get("PAGER", "")
        if self.terminal and pager and text.count("\n") >= size(self._stdout, self._env)[1]:
            self.flush()
            show = _module("crmcli.output.pager").show
            if show(pager, self._shown(visible(text, multiline=True)) + "\n", self._env):
                return
            self.note(f'cannot run the pager "{pager}"; see PAGER')
        self.say(text)

    # Words about results

    def note(self, text: str, *, multiline: bool = False) -> None:
        """A remark, unless ``quiet``; one line, whatever stands in the data it names."""
        if not self.quiet:
            self._remark(text if multiline else visible(text))

    def warn(self, text: str, *, multiline: bool = False) -> None:
        """Something that the user should look at, also when ``quiet``; one line, as a remark is."""
        self._remark(f"crm: warning: {text if multiline else visible(text)}")

    def error(self, text: str) -> None:
        """Why the command failed."""
        self._remark(f"crm: {text}")

    def progress(self, label: str, total: int | None = None) -> Progress:
        """A context with ``advance(n)``: a bar on a terminal's stderr, nothing elsewhere."""
        shown = is_terminal(self._stderr) and not self.quiet and self._env.get("TERM") != "dumb"
        made: Progress = _module("crmcli.output.progress").Progress(
            self._stderr if shown else None, visible(label), total
        )
        return made

    # Questions

    def ask(self, question: str, *, flag: str, default: str = "") -> str:
        """An answer of one line, stripped.

        Args:
            question: without a mark at its end.
            flag: the option that gives the answer where nobody can be asked.
            default: the answer that an empty line stands for.

        Raises:
            UsageError: nobody is there, or the answer is the end of the input.
        """
        if not self.can_ask or self._stdin is None:
            raise UsageError(f"{question}? There is no terminal to answer on: give {flag}")
        self.flush()
        self._remark(f"{question}{f' [{default}]' if default else ''}: ", end="")
        line = self._stdin.readline()
        if not line:
            self._remark("")
            raise UsageError(f"no answer; {flag} gives it")
        return line.strip() or default

    def confirm(self, question: str, *, flag: str = "--yes") -> bool:
        """Whether the answer is yes; an empty answer is no."""
        while True:
            answer = self.ask(f"{question} (y/N)", flag=flag).casefold()
            if answer in ("y", "yes"):
                return True
            if answer in ("", "n", "no"):
                return False

    def choose(self, choices: Sequence[str], *, question: str, flag: str) -> int | None:
        """The index of the chosen line, counted from 0; None for an empty answer."""
        if self.can_ask:
            self._remark(
                "\n".join(f"{at:>3}  {visible(line)}" for at, line in enumerate(choices, 1))
            )
        while answer := self.ask(f"{question} (1-{len(choices)})", flag=flag):
            short = answer.isascii() and answer.isdigit() and len(answer) < 10
            number = int(answer) if short else 0
            if 1 <= number <= len(choices):
                return number - 1
        return None

    # The end

    def flush(self) -> None:
        """Send what is buffered on its way."""
        if self._stdout is not None:
            self._guard(lambda stream: stream.flush())

    def close(self) -> None:
        """Flush for the last time; what could not be written is known only now."""
        self.flush()

    def _guard(self, act: Callable[[TextIO], int | None]) -> int:
        """Write to stdout and give its failures their names."""
        stream = self._stdout
        if stream is None or stream.closed:
            raise ResultError("standard output is closed", self.done)
        try:
            return act(stream) or 0
        except BrokenPipeError:
            _abandon(stream)
            raise
        except OSError as error:
            _abandon(stream)
            raise ResultError(error.strerror or str(error), self.done) from error

    def _remark(self, text: str, *, end: str = "\n") -> None:
        stream = self._stderr
        if stream is None or stream.closed:
            return
        try:
            stream.write(visible(text, multiline=True) + end)
            stream.flush()
        except OSError:
            _abandon(stream)

    def _shown(self, text: str) -> str:
        return text.replace(self._mark, "\x1b[") if self._mark else text


class _Harmless:
    """A terminal's stream that shows control characters as escapes."""

    __slots__ = ("_stream", "flush")

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.flush = stream.flush

    def write(self, text: str) -> int:
        return self._stream.write(visible(text, multiline=True))

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)


def _speak_utf8(stream: TextIO | None) -> None:
    """UTF-8 whatever the locale; streams made in tests may have no say in it."""
    if stream is not None and not stream.closed and hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _abandon(stream: TextIO) -> None:
    """Lead a stream that failed nowhere, so that the flush at exit does not fail once more."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def _module(name: str) -> Any:
    """A module of this room, imported when it is needed: most runs need none or one."""
    __import__(name)
    return modules[name]
