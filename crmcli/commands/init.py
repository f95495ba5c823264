"""crm init."""

from __future__ import annotations

import os

from crmcli.config import edit
from crmcli.errors import ExitCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Option

    from crmcli.context import App

_QUESTIONS = (
    ("owner.name", "Your name", "--name"),
    ("owner.emails", "Your e-mail", "--email"),
    ("owner.country", "Your country, two letters such as PL", "--country"),
)


def init(
    app: App,
    *,
    name: Annotated[str | None, Option("--name", metavar="N", help="Your name.")] = None,
    email: Annotated[
        str | None, Option("--email", metavar="E", help="Your e-mail; several with ; between.")
    ] = None,
    country: Annotated[
        str | None,
        Option(
            "--country",
            metavar="CC",
            help="Your country, such as PL: phones without + are taken for its own.",
        ),
    ] = None,
) -> int:
    """Write the config file, every setting in it explained; nothing in crm needs it.

    On a terminal it asks three questions, each of which can be left empty. A config that is there
    stays; only what the options give is set in it.
    """
    path = app.config.path
    new = not os.path.exists(path)
    given = {"owner.name": name, "owner.emails": email, "owner.country": country}
    if new and app.out.can_ask and not any(given.values()):
        for key, question, flag in _QUESTIONS:
            given[key] = app.out.ask(f"{question} (Enter to skip)", flag=flag)
    texts = {key: text for key, text in given.items() if text}
    if new or texts:
        edit.set_values(path, texts)
    app.out.say(path if new or texts else f"{path}  is there already; crm config edit opens it")
    app.out.note("next: crm add NAME, crm import FILE, or crm demo for a look around")
    return ExitCode.OK
