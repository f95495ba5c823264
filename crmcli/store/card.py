"""Everything held on one person, gathered for the card, for `--json`, and for a data request."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from typing import Any

# Fields of the contract in their order; lists come as JSON from the view.
FIELDS = (
    "id", "uid", "name", "given", "family", "company", "title", "emails", "phones", "urls",
    "address_label", "address", "city", "region", "postcode", "country", "birthday", "dates", "language", "currency",
    "channel", "lifecycle", "cadence", "tags", "source", "referred_by", "note", "do_not_contact",
    "verified_on", "notice_on", "consents", "verified_channels", "dead_channels", "email_labels", "phone_labels", "created_at", "updated_at", "archived_at", "last", "last_kind", "last_text",
    "next", "value", "orders", "quiet",
)  # fmt: skip
LISTS = frozenset(
    ("emails", "phones", "urls", "dates", "tags", "consents", "verified_channels", "dead_channels")
)

MAPPINGS = frozenset(("email_labels", "phone_labels"))


def get(db: sqlite3.Connection, contact_id: int) -> dict[str, Any]:
    """Return the fields of one contact by name, then its custom fields.

    Lists are lists, ``value`` is in units of the owner's currency, ``do_not_contact`` a bool,
    ``referred_by`` a person as in JSON.
    """
    row = db.execute(
        f"SELECT {', '.join(FIELDS)}, custom FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()
    card: dict[str, Any] = {
        field: listed(db, row[field])
        if field in LISTS
        else mapped(db, row[field])
        if field in MAPPINGS
        else row[field]
        for field in FIELDS
    }
    card["value"] = round((card["value"] or 0) / 10_000, 2)
    card["do_not_contact"] = bool(card["do_not_contact"])
    card["referred_by"] = person(db, card["referred_by"]) if card["referred_by"] else None
    for name, value in db.execute("SELECT key, value FROM json_each(?)", (row["custom"],)):
        card.setdefault(name, value)
    return card


def listed(db: sqlite3.Connection, text: str) -> list[str]:
    """Return the items of a list as the view gives it: SQLite reads JSON sooner than ``import json``."""
    return [row[0] for row in db.execute("SELECT value FROM json_each(?)", (text,))]


def mapped(db: sqlite3.Connection, text: str) -> dict[str, str]:
    """Return a mapping as the view gives it."""
    return dict(db.execute("SELECT key, value FROM json_each(?)", (text,)).fetchall())


def person(db: sqlite3.Connection, contact_id: int) -> dict[str, Any]:
    """Return a person as JSON names one: ``{id, uid, name, email}``."""
    row = db.execute(
        "SELECT id, uid, name, email FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()
    return dict(row)


def addresses(db: sqlite3.Connection, contact_id: int) -> list[dict[str, str | None]]:
    """Return the addresses beyond the first, in order: their label, such as home, and their parts."""
    rows = db.execute(
        "SELECT label, address, city, region, postcode, country FROM addresses"
        " WHERE contact_id = ? ORDER BY position",
        (contact_id,),
    )
    return [dict(row) for row in rows]


def merged(db: sqlite3.Connection, contact_id: int) -> list[dict[str, Any]]:
    """Return those who were merged into a person: ``{id, uid, name}``; no id for one of another book."""
    rows = db.execute(
        "SELECT old_id AS id, uid, name FROM merged WHERE contact_id = ? ORDER BY merged.id",
        (contact_id,),
    )
    return [dict(row) for row in rows]


def follow_ups(db: sqlite3.Connection, contact_id: int, *, every: bool) -> list[dict[str, Any]]:
    """Return the follow-ups, open ones first by due date; the done ones only with ``every``."""
    rows = db.execute(
        "SELECT id, uid, due, text, every, done_at, snoozed_until, snooze_reason, source FROM follow_ups"
        " WHERE contact_id = ? AND (done_at IS NULL OR ?) ORDER BY done_at IS NOT NULL, due, id",
        (contact_id, every),
    )
    return [dict(row) for row in rows]


def deals(db: sqlite3.Connection, contact_id: int, *, every: bool) -> list[dict[str, Any]]:
    """Return the deals, open ones first; the closed ones only with ``every``. Amounts are text.

    Deals of the company that have no person are among them.
    """
    from crmcli.values import money

    rows = db.execute(
        "SELECT id, uid, title, company, stage, amount, currency, probability, close, stage_since,"
        " won_at, lost_at, reason, quoted_on, valid_until"
        " FROM deals WHERE (contact_id = :id OR contact_id IS NULL"
        "  AND company_id = (SELECT company_id FROM contacts WHERE id = :id)) AND (open OR :every)"
        " ORDER BY open DESC, close NULLS LAST, id",
        {"id": contact_id, "every": every},
    )
    return [
        dict(row)
        | {"amount": None if row["amount"] is None else money.text(row["amount"], row["currency"])}
        for row in rows
    ]


def money(db: sqlite3.Connection, contact_id: int) -> list[tuple[str | None, int]]:
    """Return ``(currency, net of all time in ten-thousandths)`` for each currency."""
    rows = db.execute(
        "SELECT currency, sum(iif(kind = 'return', -abs(amount), amount))"
        " FROM timeline WHERE contact_id = ? AND kind IN ('purchase', 'return') AND amount IS NOT NULL"
        " GROUP BY currency ORDER BY 2 DESC",
        (contact_id,),
    )
    return [(row[0], row[1]) for row in rows]


_TIMELINE = """
SELECT id, uid, kind, at, direction, subject, text, amount, currency, duration, deal_id AS deal, source,
  (SELECT json_group_array(c.name) FROM participant p JOIN contact c ON c.id = p.contact_id
   WHERE p.interaction_id = t.id AND p.contact_id <> t.contact_id) AS with_others
FROM timeline t
"""


def interactions(db: sqlite3.Connection, contact_id: int, most: int | None) -> list[dict[str, Any]]:
    """Return what happened, newest first, with the others who were there. Amounts are text."""
    rows = db.execute(
        f"{_TIMELINE} WHERE contact_id = ? ORDER BY at DESC, id DESC LIMIT ?",
        (contact_id, -1 if most is None else most),
    )
    return _entries(db, rows)


def between(
    db: sqlite3.Connection, people: Sequence[int], since: str, until: str | None
) -> list[dict[str, Any]]:
    """Return what happened with these people from one instant to another, oldest first.

    Each is told once, as of the first of those who were there; ``until`` None is without an end.
    """
    marks = ", ".join("?" * len(people))
    rows = db.execute(
        f"{_TIMELINE} WHERE contact_id = (SELECT min(p.contact_id) FROM participant p"
        f" WHERE p.interaction_id = t.id AND p.contact_id IN ({marks}))"
        f" AND contact_id IN ({marks}) AND at >= ? AND at <= ? ORDER BY at, id",
        (*people, *people, since, until or "9999"),
    )
    return _entries(db, rows)


def _entries(db: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> list[dict[str, Any]]:
    from crmcli.values import money as amounts

    found = []
    for row in rows:
        entry = dict(row)
        if entry["amount"] is not None:
            entry["amount"] = amounts.text(entry["amount"], entry["currency"])
        entry["with"] = listed(db, entry.pop("with_others"))
        found.append(entry)
    return found
