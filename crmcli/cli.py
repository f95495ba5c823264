"""The commands as Typer sees them: signatures of plain functions, imported when they are called.

A command is ``def verb(app: App, …) -> int``. Its annotations name things of ``typing``, ``typer``
and ``params`` that its module imports for the type checker only; they are resolved here. A
parameter ``rows: Rows`` stands for the output options of ``params.ROWS``, ``fields: Fields`` for
those of a person in ``params.FIELDS``.
"""

from __future__ import annotations

import inspect
import typing
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from crmcli import __version__, params
from crmcli.commands import ALIASES, COMMANDS
from crmcli.context import Fields, Rows
from crmcli.errors import UsageError
from crmcli.options import HELP

if typing.TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = {
    **vars(typing),
    "typer": typer,
    **vars(typer),
    **vars(params),
    "Rows": Rows,
    "Fields": Fields,
    "App": object,
}

# A parameter of that name stands for many options.
BUNDLES = {"rows": params.ROWS, "fields": params.FIELDS}

EPILOG = "Start with: crm add, crm log, crm remind. More on each: crm COMMAND --help."


class Lazy(TyperGroup):
    """A group whose listing is a literal; a command's module is imported when it is called."""

    prefix = ""
    run: Callable[[Callable[..., int], dict[str, Any]], int]

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of COMMANDS, each group once."""
        del ctx
        names = [
            name.removeprefix(self.prefix) for name in COMMANDS if name.startswith(self.prefix)
        ]
        return list(dict.fromkeys(name.split()[0] for name in names))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, built when asked for; its listing needs no import."""
        del ctx
        name = self.prefix + (cmd_name if self.prefix else ALIASES.get(cmd_name, cmd_name))
        if name in COMMANDS:
            return build(name, self.run)
        if any(other.startswith(name + " ") for other in COMMANDS):
            return _group(name + " ", self.run)
        return None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the listing from the generated one-line helps."""
        rows = []
        for word in self.list_commands(ctx):
            name = self.prefix + word
            inner = [other.split()[-1] for other in COMMANDS if other.startswith(name + " ")]
            rows.append((word, HELP.get(name) or f"{', '.join(inner)}."))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first word names, or suggest the nearest.

        Raises:
            UsageError: an unknown word.
        """
        word = args[0]
        command = self.get_command(ctx, word)
        if command is None:
            from difflib import get_close_matches

            known = {*self.list_commands(ctx), *(() if self.prefix else ALIASES)}
            near = get_close_matches(word, sorted(known), n=1)
            hint = f', did you mean "{self.prefix}{near[0]}"?' if near else "; see crm --help"
            raise UsageError(f'unknown command "{self.prefix}{word}"{hint}')
        return word, command, args[1:]


def _group(prefix: str, run: Callable[[Callable[..., int], dict[str, Any]], int]) -> TyperGroup:
    kind = type("Group", (Lazy,), {"prefix": prefix, "run": staticmethod(run)})
    top = typer.Typer(
        cls=kind,
        add_completion=False,
        no_args_is_help=not prefix,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    )

    def nothing(**taken: Any) -> None:
        """The global options are taken before Typer sees the line (main.split_globals)."""

    nothing.__signature__ = inspect.Signature()  # type: ignore[attr-defined]
    about = None if prefix else "Contacts and conversations, in the shell."
    top.callback(help=about, epilog=None if prefix else EPILOG)(nothing)

    command = get_command(top)
    command.name = prefix.strip() or "crm"
    return typing.cast("TyperGroup", command)


def group(run: Callable[[Callable[..., int], dict[str, Any]], int]) -> TyperGroup:
    """Return the whole command line; ``run`` is called with the function and its arguments."""
    root = _group("", run)
    root.params += [
        typer.core.TyperOption(param_decls=list(names), help=text, **more)
        for names, text, more in GLOBALS
    ]
    return root


GLOBALS: tuple[tuple[tuple[str, ...], str, dict[str, Any]], ...] = (
    (("--db",), "The database file (CRM_DB).", {"metavar": "FILE"}),
    (("--config",), "The config file (CRM_CONFIG).", {"metavar": "FILE"}),
    (("--color",), "auto, always or never.", {"metavar": "WHEN"}),
    (("--now",), "Run as if it were that time (CRM_NOW).", {"metavar": "TIME"}),
    (("--quiet",), "Say nothing on stderr but errors.", {"is_flag": True}),
    (("--debug",), "Show the traceback of an error.", {"is_flag": True}),
    (("--no-input",), "Never ask; a needed answer is an error.", {"is_flag": True}),
    (("--no-backup",), "Take no copy before a bulk change.", {"is_flag": True}),
    (("--version",), f"Print the version ({__version__}).", {"is_flag": True}),
)


def function(name: str) -> Callable[..., int]:
    """Import and return the function of the command ``name``."""
    module, _, attribute = COMMANDS[name].partition(":")
    return typing.cast("Callable[..., int]", getattr(import_module(module), attribute))


def build(name: str, run: Callable[[Callable[..., int], dict[str, Any]], int]) -> Any:
    """Return the click command of ``name``, its parameters read from the function's signature."""
    verb = function(name)
    hints = typing.get_type_hints(
        verb, globalns={**_NAMES, **verb.__globals__}, include_extras=True
    )
    parameters = []
    for parameter in list(inspect.signature(verb).parameters.values())[1:]:
        if parameter.name in BUNDLES:
            parameters += [
                inspect.Parameter(
                    key,
                    inspect.Parameter.KEYWORD_ONLY,
                    annotation=params.OWN.get((name, key), hint),
                    default=False if typing.get_args(hint)[0] is bool else None,
                )
                for key, hint in BUNDLES[parameter.name].items()
            ]
            continue
        hint = hints[parameter.name]
        parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hint))

    def call(**given: Any) -> int:
        return run(verb, given)

    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    call.__doc__ = _unwrapped(inspect.getdoc(verb) or "")
    one = typer.Typer(add_completion=False, rich_markup_mode=None)
    one.command(context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100})(
        call
    )
    command = get_command(one)
    command.name = name.rpartition(" ")[2]
    return command


def _unwrapped(doc: str) -> str:
    """Mark the paragraphs that are examples, so that help leaves their lines alone."""
    paragraphs = doc.split("\n\n")
    return "\n\n".join(
        f"\b\n{part}" if part.lstrip().startswith("crm ") else part for part in paragraphs
    )
