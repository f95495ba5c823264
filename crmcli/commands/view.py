"""crm view."""

from __future__ import annotations

from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.output.columns import pick
from crmcli.store import search, views
from crmcli.values.text import clean
from crmcli.whom import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument

    from crmcli.context import App, Rows

_COLUMNS = ("name", "query", "origin")


def save_view(
    app: App,
    name: Annotated[
        str, Argument(metavar="NAME", help="What to call it: letters, digits, - and _.")
    ],
    query: Annotated[
        list[str], Argument(metavar="QUERY...", help="Words and fields, as for crm search.")
    ],
) -> int:
    """Save a query under a name, for use as @NAME in any query.

    For example:

      crm view save hot is:prospect quiet:30d

      crm search @hot city:kraków
    """
    name = views.check_name(name)
    if name in app.config.table("views"):
        raise RefusedError(
            f'{_where(app, name)}: the config has a view "{name}" already; choose another name'
        )
    text = app.query(query).text
    clean(text)  # refuses what no book can keep
    if not text.strip():
        raise UsageError("the query is empty; crm view save NAME QUERY")
    with app.write():
        views.save(app.db, name, text)
        app.compiled(f"@{name}")  # a view that uses itself is found only now
    app.out.say(f"@{name}  {text}")
    return ExitCode.OK


def list_views(app: App, *, rows: Rows) -> int:
    """List the saved queries, those of the config too."""
    names = pick(rows.columns, _COLUMNS, _COLUMNS)
    places = [_COLUMNS.index(column) for column in names]
    known = [(name, query, "book") for name, query in views.saved(app.db).items()]
    known += [(name, query, "config") for name, query in app.config.table("views").items()]
    app.out.rows(names, ([row[place] for place in places] for row in sorted(known)), rows.format)
    return ExitCode.OK


def show_view(
    app: App, name: Annotated[str, Argument(metavar="NAME", help="Which view.")], *, rows: Rows
) -> int:
    """Show a saved query and how many people it finds now."""
    name = name.removeprefix("@")
    known = app.config.table("views") | views.saved(app.db)
    if name not in known:
        raise RefusedError(f'no view "{name}"; crm view list shows what there is')
    found = len(search.ids(app.db, app.query(f"@{name}")))
    if rows.format or rows.columns:
        available = ("name", "query", "people")
        row = dict(zip(available, (name, known[name], found), strict=True))
        names = pick(rows.columns, available, available)
        app.out.rows(names, [[row[column] for column in names]], rows.format)
    else:
        app.out.say(f"@{name}  {known[name]}\n{count(found, 'person', 'people')}")
    return ExitCode.OK


def drop_view(app: App, name: Annotated[str, Argument(metavar="NAME", help="Which view.")]) -> int:
    """Take a saved query away."""
    name = name.removeprefix("@")
    if name in app.config.table("views") and name not in views.saved(app.db):
        raise RefusedError(
            f'{_where(app, name)}: the view "{name}" is of the config; crm config edit takes it out'
        )
    whole = _usable(app)
    with app.write():
        views.drop(app.db, name)
        broken = sorted(whole - _usable(app) - {name})
        if broken:
            raise RefusedError(f"@{broken[0]} uses @{name}; drop or change that first")
    app.out.say(f"@{name}  dropped")
    return ExitCode.OK


def _where(app: App, name: str) -> str:
    return app.config.origin(f"views.{name}").removeprefix("config ")


def _usable(app: App) -> set[str]:
    """The views that can be read as things stand."""
    found = set()
    for name in {**app.config.table("views"), **views.saved(app.db)}:
        try:
            app.compiled(f"@{name}")
        except UsageError:
            continue
        found.add(name)
    return found
