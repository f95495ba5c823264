"""Deals as they are read: lists of them, and one with all that belongs to it."""

from __future__ import annotations

from crmcli.errors import RefusedError, UsageError
from crmcli.store import card, deals, search
from crmcli.values import money

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from typing import Any

    from crmcli.query.compile import Query

DEFAULT = (
    "id", "title", "contact", "company", "stage", "amount", "currency", "probability", "close",
)  # fmt: skip
COLUMNS = (
    "id", "uid", "title", "contact", "company", "stage", "amount", "currency", "probability",
    "close", "stage_since", "won_at", "lost_at", "reason", "quoted_on", "valid_until",
)  # fmt: skip

_FROM = """
FROM deals d
LEFT JOIN contacts p ON p.id = d.contact_id
LEFT JOIN stage g ON g.name = d.stage
LEFT JOIN rate r ON r.currency = d.currency
"""
_SELECT = {
    "contact": "d.contact_id",
    "company": "coalesce(d.company, p.company)",
}
_ORDERABLE = {
    **{name: f"d.{name}" for name in COLUMNS},
    "title": "fold(d.title)",
    "contact": "fold(p.name)",
    "company": "fold(coalesce(d.company, p.company))",
    "stage": "coalesce(g.position, 1000), fold(d.stage)",
    "amount": "d.amount * coalesce(r.factor, 1.0)",
    "reason": "fold(d.reason)",
}
# What is open first, the next to close on top; then what was closed, the latest on top.
_ORDER = (
    "d.open DESC, iif(d.open, d.close, NULL) NULLS LAST, coalesce(d.won_at, d.lost_at) DESC, d.id"
)
_OWN_WORDS = "has_words(concat_text(d.title, d.company), ?)"


def rows(
    db: sqlite3.Connection,
    query: Query,
    columns: Sequence[str],
    *,
    stages: Sequence[str] = (),
    only_open: bool = True,
    sort: str | None = None,
    limit: int | None = None,
) -> Iterator[list[Any]]:
    """Yield the columns of every deal found.

    A query finds the deals of the people that it finds, and of their companies where these have
    nobody else; plain words find deals by title and company too.

    Args:
        db: the book.
        query: over people.
        columns: of COLUMNS.
        stages: only deals in these.
        only_open: only deals that are neither won nor lost.
        sort: a column, ``-column`` for descending; amounts by what they are worth to the owner.
        limit: how many at most.

    Raises:
        UsageError: nothing to sort by, or a limit below 0.
    """
    if limit is not None and limit < 0:
        raise UsageError("--limit takes a number of rows")
    where, params = _where(query)
    if stages:
        where += f" AND d.stage IN ({', '.join('?' * len(stages))})"
        params += stages
    if only_open:
        where += " AND d.open"
    picked = ", ".join(_SELECT.get(name, f"d.{name}") for name in columns)
    order = _order_by(sort)
    found = db.execute(
        f"SELECT {picked}, d.currency {_FROM} WHERE {where} ORDER BY {order} LIMIT ?",
        (*params, -1 if limit is None else limit),
    )
    for row in found:
        yield [_value(db, name, row[at], row[-1]) for at, name in enumerate(columns)]


def _where(query: Query) -> tuple[str, list[object]]:
    if query.where == "1":
        return "1", []
    people = f"SELECT {{}} FROM contacts c WHERE {search.where(query)}"
    where = (
        f"d.contact_id IN ({people.format('c.id')}) OR"
        f" d.contact_id IS NULL AND d.company_id IN ({people.format('c.company_id')})"
    )
    params = [*query.params, *query.params]
    if query.words and query.rest == "1":
        where += f" OR {_OWN_WORDS}"
        params.append(" ".join(query.words))
    return f"({where})", params


def _order_by(sort: str | None) -> str:
    if sort is None:
        return _ORDER
    name = sort.removeprefix("-").lower().replace("-", "_")
    sql = _ORDERABLE.get(name)
    if sql is None:
        from crmcli.query.errors import did_you_mean

        near = did_you_mean(name, _ORDERABLE) or f"; there are {', '.join(COLUMNS)}"
        raise UsageError(f'cannot sort by "{sort}"{near}')
    way = "DESC" if sort.startswith("-") else "ASC"
    return ", ".join([*(f"{part} {way} NULLS LAST" for part in _parts(sql)), "d.id"])


def _parts(sql: str) -> list[str]:
    """The terms of an order: that of the stage has two."""
    first, comma, second = sql.partition(", fold(d.stage)")
    return [first, "fold(d.stage)"] if comma and not second else [sql]


def _value(db: sqlite3.Connection, name: str, value: Any, currency: str | None) -> Any:
    if name == "contact" and value is not None:
        return card.person(db, value)
    if name == "amount" and value is not None:
        return money.Amount(value, currency)
    return value


def stages_in_use(db: sqlite3.Connection) -> list[str]:
    """Return every stage that a deal is in, those of the config or not."""
    return [row[0] for row in db.execute("SELECT DISTINCT stage FROM deal ORDER BY stage")]


def get(db: sqlite3.Connection, which: int) -> dict[str, Any]:
    """Return every column of one deal by name, then what belongs to it.

    Besides COLUMNS: ``next`` (the next follow-up of its person, or None), ``stages`` (see
    deals.stages) and ``interactions``, newest first, amounts as money.Amount.

    Raises:
        RefusedError: there is none of that number.
    """
    deal = deals.get(db, which)
    picked = ", ".join(_SELECT.get(name, f"d.{name}") for name in COLUMNS)
    row = db.execute(
        f"SELECT {picked}, d.currency, d.person_id, g.rot, d.open {_FROM} WHERE d.id = ?", (which,)
    ).fetchone()
    if row is None:
        raise RefusedError(f"there is no deal {which}; see crm deal list --all")
    found = {name: _value(db, name, row[at], row["currency"]) for at, name in enumerate(COLUMNS)}
    return found | {
        "next": _next(db, row["person_id"]),
        "stages": deals.stages(db, deal),
        "interactions": _interactions(db, which),
        "rot": row["rot"] or None,
        "person": row["person_id"],
        "open": bool(row["open"]),
    }


def _next(db: sqlite3.Connection, person: int | None) -> dict[str, Any] | None:
    row = db.execute(
        "SELECT f.id, f.due, f.text FROM contacts c JOIN follow_ups f ON f.id = c.next_id WHERE c.id = ?",
        (person,),
    ).fetchone()
    return row and dict(row)


def _interactions(db: sqlite3.Connection, which: int) -> list[dict[str, Any]]:
    """What happened about a deal, newest first."""
    found = []
    for row in db.execute(
        "SELECT id, uid, kind, at, direction, contacts, subject, text, amount, currency, duration, source"
        " FROM interactions WHERE deal = ? ORDER BY at DESC, id DESC",
        (which,),
    ):
        entry = dict(row)
        entry["contacts"] = [
            card.person(db, int(number)) for number in card.listed(db, entry["contacts"])
        ]
        entry["amount"] = _value(db, "amount", entry["amount"], entry["currency"])
        found.append(entry)
    return found
