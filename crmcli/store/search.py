"""Finding contacts: the compiled query run, ranked where that is cheap, repaired where it is empty."""

from __future__ import annotations

from crmcli.query.compile import compile_query
from crmcli.values.text import snippet

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date

    from crmcli.query.compile import Query

# Ranking by bm25 costs about a microsecond a match; above this many the newest come first instead.
RANKED = 20_000


def compiled(db: sqlite3.Connection, terms: list[str], *, today: date, tz: str | None, views: dict[str, str]) -> Query:
    """Compile a query with the custom fields and saved views of this book.

    Args:
        views: saved views of the config; those of the book are added.
    """
    custom = [row[0] for row in db.execute("SELECT name FROM field")]
    saved = views | {row[0]: row[1] for row in db.execute("SELECT name, query FROM saved_view")}
    return compile_query(terms, today=today, views=saved, custom=custom, tz=tz)


def where(query: Query) -> str:
    """The condition of a query over ``contacts c``, the archived left out unless it names them."""
    return query.where if query.archived else f"({query.where}) AND c.archived_at IS NULL"
