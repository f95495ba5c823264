"""crm demo."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from importlib.resources import as_file, files
from shlex import join

from crmcli import program
from crmcli.config.paths import make_folder
from crmcli.errors import ExitCode, RefusedError, StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Option

    from crmcli.context import App

NOW = "2026-03-02T08:00"  # the day of the sample book, a Monday

_CONFIG = """\
[owner]
name = "Hanna Wilk"
country = "PL"
currency = "PLN"
timezone = "Europe/Warsaw"

[backup]
before = false
"""
_STEPS = (
    (
        "Hanna Wilk sells packaging to bakeries and cafés. Her book, from five CSV files:",
        (
            "import",
            "companies.csv",
            "contacts.csv",
            "deals.csv",
            "interactions.csv",
            "followups.csv",
        ),
    ),
    ("Monday, 2 March 2026, eight o'clock. Whom to contact today, and why?", ("remind",)),
    ("Before the call, five lines to read:", ("show", "anna", "nowak", "--brief")),
    (
        "The call, logged in one line. It completes the promise, and sets the next step:",
        ("log", "call", "anna", "nowak", "boxes fit, she decides this week", "--next", "friday"),
    ),
    ("People are found by anything, without accents, misspelt too:", ("search", "mlynke")),
    (
        "... and by questions:",
        ("search", "is:customer", "quiet:90d", "--columns", "name,company,last,quiet"),
    ),
    (
        "Somebody new:",
        (
            "add",
            "Eva",
            "Nováková",
            "--email",
            "eva@kavarna.example",
            "--company",
            "Kavárna Nova",
            "--tag",
            "café",
        ),
    ),
    ("A follow-up done, with what came of it:", ("done", "F7", "signed for a year")),
    ("That was the wrong one. Anything can be taken back:", ("undo",)),
    ("What was changed, and when:", ("history", "--limit", "4", "--columns", "id,command,undone")),
)


def demo(
    app: App,
    *,
    keep: Annotated[
        str | None,
        Option(
            "--keep", metavar="DIR", help="Leave the demo book in that folder, to try things on."
        ),
    ] = None,
) -> int:
    """Walk through a day on a sample book; yours is not touched."""
    folder = _kept(keep) if keep else tempfile.mkdtemp(prefix="crm-demo-")
    environ = {**app.environ, **_environment(folder), "PAGER": ""}
    if not keep:  # what is remembered of a book, and its copies, go with it
        environ |= {"XDG_STATE_HOME": folder, "XDG_DATA_HOME": folder}
    try:
        _put(os.path.join(folder, "config.toml"))
        with as_file(files("crmcli")) as package:
            sample = next(
                (
                    place
                    for place in (package / "sample", package.parent / "examples" / "book")
                    if place.is_dir()
                ),
                None,
            )
            if sample is None:
                raise StorageError("the sample book is missing; install crmcli anew")
            for place, (about, words) in enumerate(_STEPS):
                if place and app.out.can_ask:
                    app.out.ask("Enter goes on", flag="--no-input")
                _show(app, environ, os.fspath(sample), about, words)
        _say_how(app, folder if keep else None)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    return ExitCode.OK


def _kept(keep: str) -> str:
    """The folder of --keep, which must be new or empty."""
    folder = os.path.abspath(os.path.expanduser(keep))
    if os.path.isdir(folder) and os.listdir(folder):
        raise RefusedError(f"{folder}: is not empty; name a new folder")
    make_folder(folder)
    return folder


def _put(path: str) -> None:
    with open(
        os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(_CONFIG)


def _environment(folder: str) -> dict[str, str]:
    return {
        "CRM_DB": os.path.join(folder, "crm.db"),
        "CRM_CONFIG": os.path.join(folder, "config.toml"),
        "CRM_NOW": NOW,
    }


def _show(
    app: App, environ: dict[str, str], sample: str, about: str, words: tuple[str, ...]
) -> None:
    """Print a command and what it really prints: on a terminal straight to it, else through Out."""
    typed = " ".join(f'"{word}"' if " " in word else word for word in ("crm", *words))
    app.out.say(f"\n{app.out.style('# ' + about, 'dim')}\n$ {app.out.style(typed, 'bold')}")
    app.out.flush()
    straight = app.out.terminal
    done = subprocess.run(  # noqa: S603 - this program itself
        [*program.argv(), *words],
        cwd=sample,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=None if straight else subprocess.PIPE,
        stderr=None if straight else subprocess.STDOUT,
        check=False,
    )
    if done.stdout:
        app.out.say(done.stdout.decode("utf-8", "replace").rstrip("\n"))
    if done.returncode:
        raise StorageError(f"the demo stopped: crm {words[0]} ended with {done.returncode}")


def _say_how(app: App, folder: str | None) -> None:
    """How to go on."""
    if folder is None:
        app.out.say(
            "\nThat was a throw-away book. To try things on one yourself: crm demo --keep ~/crm-demo"
        )
        app.out.say('To start your own: crm add "Your first contact", or crm import FILE')
        return
    variables = " ".join(f"{name}={join([value])}" for name, value in _environment(folder).items())
    app.out.say(
        f"\nThe book is in {folder}. To try things on it:\n\nexport {variables}\ncrm remind"
    )
    app.out.say(f"\nDone with it: rm -r {join([folder])}")
