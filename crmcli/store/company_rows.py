"""Companies as they are read: people, deals, money and the last touch rolled up."""

from __future__ import annotations

from crmcli.store import search
from crmcli.values.name import company_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from typing import Any

    from crmcli.query.compile import Query

DEFAULT = ("id", "name", "people", "deals", "value", "last")
COLUMNS = (
    *DEFAULT, "uid", "domain", "phone", "url", "address", "city", "region", "postcode", "country",
    "note", "created_at", "updated_at",
)  # fmt: skip

# Sums once for all companies: row by row each would count the deals of the whole book.
_ROLLED_UP = """
SELECT o.id, o.name, coalesce(p.people, 0) AS people, coalesce(d.deals, 0) AS deals, coalesce(p.value, 0) AS value, p.last,
  o.uid, o.domain, o.phone, o.url, o.address, o.city, o.region, o.postcode, o.country, o.note, o.created_at, o.updated_at
FROM company o
LEFT JOIN (
  SELECT c.company_id, count(*) FILTER (WHERE c.archived_at IS NULL) AS people, sum(s.value) AS value, max(s.last_on) AS last
  FROM contact c LEFT JOIN contact_stats s ON s.contact_id = c.id WHERE c.company_id IS NOT NULL GROUP BY c.company_id
) p ON p.company_id = o.id
LEFT JOIN (
  SELECT coalesce(d.company_id, c.company_id) AS company_id, count(*) AS deals
  FROM deals d LEFT JOIN contact c ON c.id = d.contact_id WHERE d.open GROUP BY 1
) d ON d.company_id = o.id
"""
_OWN_WORDS = "has_words(concat_text(o.name, o.domain, o.city, o.country, o.note), ?)"


def rows(db: sqlite3.Connection, query: Query, columns: Sequence[str]) -> Iterator[list[Any]]:
    """Yield the columns of every company found, by name; ``value`` in units of the owner's currency.

    A query finds the companies of the people that it finds; plain words find companies by their
    own name, domain, city and note too.
    """
    where, params = "1", []
    if query.where != "1":
        where = f"o.id IN (SELECT c.company_id FROM contacts c WHERE {search.where(query)})"
        params = list(query.params)
        if query.words and query.rest == "1":
            where += f" OR {_OWN_WORDS}"
            params.append(" ".join(query.words))
    for row in db.execute(f"{_ROLLED_UP} WHERE {where} ORDER BY o.key, o.id", params):
        yield [_value(row, column) for column in columns]


def get(db: sqlite3.Connection, company_id: int) -> dict[str, Any]:
    """Return every column of one company by name."""
    row = db.execute(f"{_ROLLED_UP} WHERE o.id = ?", (company_id,)).fetchone()
    return {column: _value(row, column) for column in COLUMNS}


def _value(row: sqlite3.Row, column: str) -> Any:
    return row["value"] / 10_000 if column == "value" else row[column]


def find(db: sqlite3.Connection, name: str) -> int | None:
    """Return the id of the company of that name in any spelling and legal form, None for none."""
    row = db.execute(
        "SELECT id FROM company WHERE key = ? ORDER BY id", (company_key(name),)
    ).fetchone()
    return row and int(row[0])


def size(db: sqlite3.Connection, company_id: int) -> tuple[int, int]:
    """Return how many people and deals belong to a company, archived and closed ones too."""
    row = db.execute(
        "SELECT (SELECT count(*) FROM contact WHERE company_id = :id), (SELECT count(*) FROM deal WHERE company_id = :id)",
        {"id": company_id},
    ).fetchone()
    return row[0], row[1]


def people(db: sqlite3.Connection, company_id: int) -> list[dict[str, Any]]:
    """Return the people of a company, those touched last first, the archived left out."""
    found = db.execute(
        "SELECT id, uid, name, title, email, phone, lifecycle, last, do_not_contact FROM contacts"
        " WHERE company_id = ? AND archived_at IS NULL ORDER BY last DESC NULLS LAST, id",
        (company_id,),
    )
    return [dict(row) | {"do_not_contact": bool(row["do_not_contact"])} for row in found]


def deals(db: sqlite3.Connection, company_id: int) -> list[dict[str, Any]]:
    """Return the open deals of a company and its people, the next to close first; amounts are text."""
    from crmcli.values import money

    found = db.execute(
        "SELECT id, uid, title, stage, amount, currency, probability, close FROM deals WHERE open AND (company_id = :id"
        " OR company_id IS NULL AND contact_id IN (SELECT id FROM contact WHERE company_id = :id))"
        " ORDER BY close NULLS LAST, id",
        {"id": company_id},
    )
    return [
        dict(row)
        | {"amount": None if row["amount"] is None else money.text(row["amount"], row["currency"])}
        for row in found
    ]
