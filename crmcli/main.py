"""The door: global options, the command, one catcher of errors. ``main(argv)`` gives the exit code.

Only here are the clock, the environment and the terminal read.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime

from crmcli.commands import ALIASES, COMMANDS
from crmcli.errors import AmbiguousContactError, CrmError, ExitCode, StorageError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TextIO

    from crmcli.context import App

# Global options, taken wherever they stand before "--": with a value, or not.
_VALUED = ("--db", "--config", "--color", "--now")
_FLAGS = ("--quiet", "--debug", "--no-input", "--no-backup")
# Commands that join their free words, see free_words.
_FREE = frozenset(("add", "edit", "log", "remind", "deal", "dnc", "consent", "case"))
_LARGEST = 2**63 - 1  # what the database holds


def main(
    argv: list[str] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    stopped: Callable[[], int] = int,
) -> int:
    """Run one command line.

    Args:
        argv: the words after ``crm``; like all that follow, those of the process by default.
        environ: the environment.
        stdin: where answers, piped text and files come from.
        stdout: where results go.
        stderr: where everything else goes.
        stopped: the exit code of the signal that shall end this run, 0 while there is none.

    Returns:
        The exit code (errors.ExitCode).
    """
    words = list(sys.argv[1:] if argv is None else argv)
    environ = os.environ if environ is None else environ
    from crmcli.output.out import Out

    stdin = stdin or sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - for this run
    wrong: list[CrmError] = []
    try:
        options, words = split_globals(words)
    except UsageError as error:
        options, wrong = {}, [error]
    out = Out(
        stdout or sys.stdout,
        stderr or sys.stderr,
        env=environ,
        color=options.get("--color", "auto"),
        quiet="--quiet" in options,
        no_input="--no-input" in options,
        stdin=stdin,
    )

    def work() -> int:
        if wrong:
            raise wrong[0]
        code = _run(options, words, environ, out, stdin)
        out.close()  # what is still in the buffers may meet a full disk or a reader that left
        return code

    try:
        return _caught(work, out, "--debug" in options, stopped)
    except KeyboardInterrupt:  # a second one, while the first is still being tidied up
        return stopped() or ExitCode.INTERRUPTED


def _caught(work: Callable[[], int], out: Any, debug: bool, stopped: Callable[[], int]) -> int:
    """Do ``work`` and turn what it raises into one line and an exit code."""
    try:
        code = work()
        return stopped() or code  # Typer makes the same code of every signal
    except Exception as error:  # noqa: BLE001 - the last net: a bug is one line, never a traceback
        if stopped():  # SQLite turns what a signal raises inside it into an error of its own
            return stopped()
        return _told(error, out, debug)
    except KeyboardInterrupt:
        return stopped() or ExitCode.INTERRUPTED


def _told(error: Exception, out: Any, debug: bool) -> int:
    """Say in one line what went wrong; the exit code."""
    if isinstance(error, BrokenPipeError):
        return ExitCode.PIPE
    try:  # noqa: SIM105 - contextlib costs a millisecond
        out.flush()  # what was found before it went wrong
    except (CrmError, OSError):
        pass  # the first error is the one to tell
    if debug:
        from traceback import format_exception

        out.warn("".join(format_exception(error)), multiline=True)
    if isinstance(error, CrmError):
        # A query shows its caret under the place; whatever else is one line, also with data in it.
        text = str(error) + (getattr(error, "all_the_same", "") if out.changed or out.done else "")
        out.error(text if hasattr(error, "problem") else text.replace("\n", "\\n"))
        if isinstance(error, AmbiguousContactError):
            for person in error.candidates:
                out.error("  " + "  ".join(str(part) for part in person if part))
        return error.exit_code
    from crmcli import storage_words

    message = storage_words.of(error, changed=out.changed, done=out.done)
    out.error(message or f"a bug: {type(error).__name__}: {error}; please report it with --debug")
    return StorageError.exit_code if message else ExitCode.BUG


def _run(
    options: dict[str, str], words: list[str], environ: Mapping[str, str], out: Any, stdin: TextIO
) -> int:
    if options.get("--color", "auto") not in ("auto", "always", "never"):
        raise UsageError(f'--color is auto, always or never, not "{options["--color"]}"')
    if "--version" in words[:1]:
        from crmcli import __version__

        out.say(f"crm {__version__}")
        return ExitCode.OK
    app: list[App] = []

    def run(verb: Callable[..., int], given: dict[str, Any]) -> int:
        from crmcli.context import Fields, Rows

        code = verb.__code__
        own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        typed = dict(given)
        rest = {key: given.pop(key) for key in list(given) if key not in own}
        if "rows" in own:
            given["rows"] = Rows.of(rest)
        if "fields" in own:
            given["fields"] = Fields.of(rest)
        if any(isinstance(value, int) and abs(value) > _LARGEST for value in given.values()):
            raise UsageError("a number is too large")
        if words[0] in _FREE:
            from crmcli import free_words

            free_words.check(words, typed)
        app.append(_app(options, words, environ, out, stdin))
        return verb(app[0], **given)

    try:
        return _dispatch(words, run, out)
    except BrokenPipeError:
        app.clear()  # what still reads from the book goes with this error, and the book after it
        raise
    except Exception as error:
        if app and not isinstance(error, CrmError):
            from crmcli.db import soundness

            if isinstance(error, OverflowError) or "FULL" in getattr(error, "sqlite_errorname", ""):
                soundness.refuse_used_up(app[0].path)  # no room on the disk, or no number left?
            from crmcli import storage_words

            if not storage_words.of(error):
                from crmcli import blame

                soundness.check(app[0].path)  # is it a bug, or a damaged book?
                blame.find(app[0])
        raise
    finally:
        if app:
            out.changed = any(one.kept for one in app[0].writes)
            app[0].close()


def _dispatch(
    words: list[str], run: Callable[[Callable[..., int], dict[str, Any]], int], out: Any
) -> int:
    """Take the quick way where it understands the whole line, else Typer's."""
    from crmcli import fast

    name = ALIASES.get(words[0], words[0]) if words else ""
    given = fast.parse(name, words[1:])
    if given is not None:
        module, _, attribute = COMMANDS[name].partition(":")
        return run(getattr(__import__(module, fromlist=["*"]), attribute), given)
    return _through_typer(words, run, out)


def _through_typer(
    words: list[str], run: Callable[[Callable[..., int], dict[str, Any]], int], out: Any
) -> int:
    import gc

    import typer
    from typer._click import exceptions

    from crmcli import cli

    gc.enable()  # off since __main__, which is for short runs
    try:
        code = cli.group(run).main(words, prog_name="crm", standalone_mode=False)
    except exceptions.ClickException as error:
        if isinstance(error, exceptions.NoArgsIsHelpError):
            out.note(error.format_message(), multiline=True)
            return ExitCode.USAGE
        context = getattr(error, "ctx", None)
        hint = f"; see {context.command_path} --help" if context else ""
        raise UsageError(error.format_message().rstrip(".") + hint) from None
    except typer.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else ExitCode.OK


def split_globals(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Take the global options out of ``words``, wherever they stand before ``--``.

    Raises:
        UsageError: one lacks its value.
    """
    options: dict[str, str] = {}
    rest: list[str] = []
    stream = iter(words)
    for word in stream:
        if word == "--":
            rest += [word, *stream]
            break
        name, equals, value = word.partition("=")
        if name in _VALUED:
            found = value if equals else next(stream, None)
            if found is None:
                raise UsageError(f"{name} needs a value")
            options[name] = found
        elif word in _FLAGS:
            options[word] = ""
        else:
            rest.append(word)
    return options, rest


def _app(
    options: dict[str, str], words: list[str], environ: Mapping[str, str], out: Any, stdin: TextIO
) -> App:
    from crmcli import config as configs
    from crmcli.context import App

    before = False if "--no-backup" in options else None
    overrides = {"database": options.get("--db"), "backup.before": before}
    # A broken config must not lock the owner out of mending it.
    lenient = words[:1] in (["config"], ["init"])
    config = configs.load(options.get("--config"), environ, overrides, lenient=lenient)
    for warning in config.warnings:
        out.warn(warning)
    tz = config["owner.timezone"] or None
    now, today = _clock(options.get("--now") or environ.get("CRM_NOW"), tz)
    return App(
        config=config, out=out, now=now, today=today, tz=tz, path=config["database"],
        commands=COMMANDS, main=main, command="crm " + " ".join(map(_quoted, words)),
        environ=environ, stdin=stdin,
    )  # fmt: skip


def _clock(text: str | None, tz: str | None) -> tuple[datetime, date]:
    """The instant in UTC and the owner's civil date, from ``text`` (ISO) or the machine."""
    from crmcli.values.dates import from_utc, to_utc

    if not text:
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    else:
        try:
            given = datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(
                f'the clock is set to "{text}"; write it as 2026-03-01T09:00'
            ) from None
        if not 1900 <= given.year <= 2200:
            raise UsageError(f'the clock is set to "{text}", out of range; 1900 to 2200')
        if given.tzinfo is not None:
            stamp = given.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            stamp = to_utc(given, tz)
    civil = from_utc(stamp, tz)
    today = civil.date() if isinstance(civil, datetime) else civil
    return datetime.fromisoformat(stamp), today


def _quoted(word: str) -> str:
    """The word as a shell would need it, for the history."""
    from crmcli.output import shell

    # A file name may be no text.
    return shell.word(os.fsencode(word).decode("utf-8", "backslashreplace"))
