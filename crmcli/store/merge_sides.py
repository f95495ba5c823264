"""What a person holds, field by field, so that two can be compared before they are merged and after."""

from __future__ import annotations

from crmcli.store import card, different

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from typing import Any

FIELDS = ("field", "keep", "other", "result")

# What follows from other fields, or changes with every write.
_FOLLOWS = frozenset(("updated_at", "last", "last_kind", "last_text", "next", "orders", "quiet"))
# What hangs on a person, as numbers of rows.
_COUNTS = {
    "interactions": "SELECT count(*) FROM participant WHERE contact_id = ?",
    "follow_ups": "SELECT count(*) FROM follow_up WHERE contact_id = ?",
    "deals": "SELECT count(*) FROM deal WHERE contact_id = ?",
    "silences": "SELECT count(*) FROM silence WHERE contact_id = ?",
    "external_ids": "SELECT count(*) FROM external_id WHERE noun = 'contact' AND row_id = ?",
    "referred": "SELECT count(*) FROM contact WHERE referred_by = ?",
    "more_addresses": "SELECT count(*) FROM address WHERE contact_id = ?",
}


def held(db: sqlite3.Connection, contact_id: int) -> dict[str, Any]:
    """Return the fields of a contact as the card has them, and how many rows hang on it.

    ``different`` are those declared different, ``merged`` the names of those merged into it; both
    are lists of names.
    """
    fields = {
        field: value for field, value in card.get(db, contact_id).items() if field not in _FOLLOWS
    }
    for name, sql in _COUNTS.items():
        fields[name] = db.execute(sql, (contact_id,)).fetchone()[0]
    names = "SELECT name FROM contact WHERE id = ?"
    fields["different"] = [
        db.execute(names, (other,)).fetchone()[0] for other in different.of(db, contact_id)
    ]
    fields["merged"] = [
        row[0]
        for row in db.execute(
            "SELECT name FROM merged_contact WHERE contact_id = ? ORDER BY id", (contact_id,)
        )
    ]
    return fields


def compared(before: Sequence[dict[str, Any]], after: dict[str, Any]) -> list[Sequence[Any]]:
    """Return a row of FIELDS for each field that a side or the result holds, None for nothing."""
    found: list[Sequence[Any]] = []
    for field in dict.fromkeys((*before[0], *before[1], *after)):
        values = [side.get(field) or None for side in (*before, after)]
        if any(values):
            found.append((field, *values))
    return found
