"""crm config."""

from __future__ import annotations

from crmcli.config import edit
from crmcli.config.settings import SECTIONS
from crmcli.errors import ConfigError, ExitCode, UsageError
from crmcli.store import holidays

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows


def show_config(
    app: App,
    *,
    origin: Annotated[
        bool,
        Option("--origin", help="What settled each: flag, environment, file and line, default."),
    ] = False,
    rows: Rows,
) -> int:
    """Show every setting and its value."""
    names = ["key", "value", "origin"] if origin else ["key", "value"]
    return _print(app, app.config.rows(), names, rows)


def get_setting(
    app: App,
    key: Annotated[
        str, Argument(metavar="KEY", help="Such as owner.country, or a section such as cadence.")
    ],
    *,
    rows: Rows,
) -> int:
    """Print the value of one setting, or the settings of a section."""
    value = app.config.get(key)
    if key in SECTIONS:
        inside = [(f"{key}.{name}", item, "") for name, item in value.items()]
        return _print(app, inside, ["key", "value"], rows)
    if rows.format in ("json", "jsonl"):
        app.out.json(_plain(value))
    else:
        app.out.say(edit.text(value))
    return ExitCode.OK


def set_setting(
    app: App,
    key: Annotated[str, Argument(metavar="KEY", help="Such as owner.country.")],
    value: Annotated[
        list[str], Argument(metavar="VALUE...", help='The value; "" takes the setting out.')
    ],
) -> int:
    """Set one setting in the config file; comments and all else stay.

    Lists are several words, or texts with ; between them:

      crm config set owner.emails me@shop.example office@shop.example

      crm config set cadence.tags.vip 30
    """
    text, held = " ".join(value), app.config
    if text.strip():
        _hold(app, key, edit.checked(key, text))
    edit.set_value(held.path, key, text)
    app.out.say(f"{key}  {text.strip() or 'at its default'}")
    origin = held.origin(key)
    if not origin.startswith(("default", "config ")):
        app.out.note(f"for now {origin} wins over the file")
    return ExitCode.OK


def _hold(app: App, key: str, value: Any) -> None:
    """Refuse a value that the next command would stumble over, by the checks that it is read by.

    Raises:
        UsageError, ConfigError, QueryError: it would.
    """
    section = key.partition(".")[0]
    if key == "days.country":
        holidays.check(str(value), app.today)
    elif key == "owner.country":
        from crmcli.values.country import CODES

        if value not in CODES:
            raise UsageError(f'owner.country: "{value}" is no country; a code such as "PL" is')
    elif key == "owner.currency":
        from crmcli.values import money

        if value not in money.CODES:
            raise ConfigError(f'{key} cannot be "{value}", expected a currency code such as "EUR"')
    elif key == "output.columns":
        from crmcli.output.columns import pick
        from crmcli.store import search

        pick(",".join(value), search.columns(app.db), ())
    elif section == "kinds" and key.count(".") > 1:
        kind = key.split(".")[1]
        raise UsageError(
            f"{key}: a kind has no dot in its name; crm config set kinds.{kind} true makes it a touch"
        )
    elif section == "views":
        app.compiled(str(value))
    elif section == "rules":
        from crmcli.rules import RULES, selection

        app.config = app.config.only(key, value)
        if key in ("rules.select", "rules.ignore"):
            app.rules.selected()
        else:
            selection.options(app.config, [*map(selection.get, RULES), *app.rules.own.values()])


def path_of_config(app: App) -> int:
    """Print where the config file is, or would be."""
    app.out.say(app.config.path)
    return ExitCode.OK


def edit_config(app: App) -> int:
    """Open the config in your editor; it is taken back only when it is valid."""
    from crmcli.config import document
    from crmcli.editor import edit as edited

    path = app.config.path
    changed = edited(
        edit.current(path),
        lambda text: document.must_hold(text, path),
        out=app.out,
        environ=app.environ,
        name="config.toml",
    )
    if changed is None:
        app.out.note("nothing changed")
    else:
        edit.write(path, changed)
        app.out.say(path)
    return ExitCode.OK


def _print(
    app: App, settings: Iterable[tuple[str, object, str]], names: list[str], rows: Rows
) -> int:
    from crmcli.output.columns import pick

    available = ("key", "value", "origin")
    chosen = [available.index(name) for name in pick(rows.columns, available, names)]
    form = _plain if rows.format in ("json", "jsonl") else edit.text
    found = ((key, form(value), origin) for key, value, origin in settings)
    app.out.rows(
        [available[at] for at in chosen],
        ([row[at] for at in chosen] for row in found),
        rows.format,
        shrink=("value",),
    )
    return ExitCode.OK


def _plain(value: object) -> Any:
    """The value as JSON has it."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, dict)) else str(value)
