"""crm search."""

from __future__ import annotations

from itertools import chain

from crmcli.errors import ExitCode
from crmcli.output.columns import pick
from crmcli.store import search as searching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Annotated, Any

    from typer import Option

    from crmcli.context import App, Rows
    from crmcli.params import Query

# What somebody looks for in a list is how to reach them; these go first where there is no room.
_WHOLE = {"email": 60, "phone": 30}
_DROP = ("match", "last", "company", "next")


def _marked(found: Iterable[list[Any]], at: int) -> Iterator[list[Any]]:
    """The rows without their last cell, which marks the names of those not to be contacted."""
    for row in found:
        silent = row.pop()
        if silent:
            row[at] = f"(dnc) {row[at]}"  # in front, where no narrow table cuts it off
        yield row


def search(
    app: App,
    query: Query = None,
    *,
    sort: Annotated[
        str | None,
        Option("--sort", metavar="FIELD", help="By a field; -FIELD for the other way round."),
    ] = None,
    limit: Annotated[int | None, Option("--limit", metavar="N", help="At most so many.")] = None,
    rows: Rows,
) -> int:
    """Find contacts by anything on them and by what was said, best first.

    No query finds all. Misspelt words still find. For example:

      crm search nowak +vip company:acme last:90d..
    """
    asked = app.query(query or [])
    available = searching.columns(app.db)
    default = app.config["output.columns"]
    names = pick(rows.columns, available, default)
    if rows.format == "ids" and "id" not in names:
        names = ["id", *names]
    drawn = app.out.draws(rows.format) and "name" in names
    read = [*names, "do_not_contact"] if drawn else names
    found = searching.rows(app.db, asked, read, sort=sort, limit=limit)
    first = next(found, None)
    if first is None and asked.fts and limit != 0 and (changed := searching.repair(app.db, asked)):
        words = ", ".join(f'"{word}" as "{better}"' for word, better in changed.items())
        app.out.note(f"nothing spelt like that; reading {words}")
        found = searching.rows(app.db, asked, read, sort=sort, limit=limit)
        first = next(found, None)
    if first is None and rows.format is None:
        app.out.note("nobody found")
    every = found if first is None else chain((first,), found)
    if drawn:
        every = _marked(every, names.index("name"))
    count = app.out.rows(
        names, every, rows.format, shrink=("match", "company"), drop=_DROP, whole=_WHOLE
    )
    return ExitCode.OK if count else ExitCode.NOTHING
