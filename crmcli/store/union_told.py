"""What a merge of two copies had to decide, in words: whom it is about, and the values as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.db import turn
from crmcli.store import story_rows
from crmcli.values import money

if TYPE_CHECKING:
    import sqlite3

    from crmcli.store.union_cells import Conflict

FIELDS = (
    "noun",
    "row",
    "id",
    "who",
    "what",
    "field",
    "mine",
    "theirs",
    "kept",
    "mine_at",
    "theirs_at",
    "instead",
)
_POINTERS = {
    "company_id": ("company", "name"),
    "referred_by": ("contact", "name"),
    "contact_id": ("contact", "name"),
    "deal_id": ("deal", "title"),
    "tag_id": ("tag", "name"),
}


def conflict(db: sqlite3.Connection, one: Conflict) -> dict[str, Any]:
    """One conflict by FIELDS: ``row`` is its id here, ``id`` and ``who`` the person, ``what`` the row in words."""
    found = story_rows.held(db, one.noun, one.row, one.contact, 0)
    told = story_rows.summary(db, one.noun, found) if one.noun not in ("contact", "company") else ""
    whose = one.contact
    if one.noun == "company":
        told = str(found.get("name") or "")
    currency = found.get("currency")
    mine, theirs, kept = (
        _shown(db, one.field, value, currency) for value in (one.mine, one.theirs, one.kept)
    )
    return {
        "noun": one.noun.replace("_", "-"),
        "row": one.row,
        "id": whose,
        "who": story_rows.name(db, whose) or None,
        "what": one.what or told or None,
        "field": one.field.removesuffix("_id") or None,
        "mine": mine,
        "theirs": theirs,
        "kept": kept,
        "mine_at": one.mine_uid and turn.instant_of(one.mine_uid),
        "theirs_at": one.theirs_uid and turn.instant_of(one.theirs_uid),
        "instead": one.instead,
    }


def _shown(db: sqlite3.Connection, field: str, value: Any, currency: str | None) -> Any:
    if value is None:
        return None
    if field in _POINTERS:
        table, column = _POINTERS[field]
        row = db.execute(f"SELECT {column} FROM {table} WHERE id = ?", (value,)).fetchone()
        return row[0] if row else f"{table} {value}"
    if field == "amount":
        return money.text(value, currency)
    if field == "do_not_contact":
        return bool(value)
    return value
