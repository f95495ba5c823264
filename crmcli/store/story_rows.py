"""Rows of the book in few words, as they are or as they were before they changed or went."""

from __future__ import annotations

from crmcli.db.triggers import PAIRED
from crmcli.values import money

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from typing import Any

    Row = dict[str, Any]


def name(db: sqlite3.Connection, contact_id: int | None) -> str:
    """The name of a contact, also of one that is gone."""
    if contact_id is None:
        return ""
    row = held(db, "contact", contact_id, None, 0)
    return str(row.get("name") or f"contact {contact_id}")


def held(
    db: sqlite3.Connection, noun: str, row_id: int, contact_id: int | None, since: int
) -> dict[str, Any]:
    """A row as it was right after change ``since``; for 0 as it is, or was at the end; empty for none."""
    from json import loads

    paired = PAIRED.get(noun)
    key: list[Any]
    where, key = (
        ("id = ?", [row_id])
        if not paired
        else (f"{paired} = ? AND contact_id = ?", [row_id, contact_id])
    )
    whose = " AND contact_id = ?" if paired else ""
    if not since:
        return _now(db, noun, where, key) or _last(db, noun, whose, key)
    earlier: dict[str, Any] = {}
    found: dict[str, Any] | None = None
    for later in db.execute(
        f"SELECT op, data FROM change WHERE noun = ? AND row_id = ?{whose} AND id > ? AND data IS NOT NULL ORDER BY id",
        (noun, *key, since),
    ):
        if later["data"] is None:  # of somebody who was forgotten
            continue
        data = loads(later["data"])
        if later["op"] == "delete":
            found = data
            break
        for column, (before, _) in data.items():
            earlier.setdefault(column, before)
    if found is None:
        # What changed hands since still says what it linked.
        gone = {"contact_id": contact_id, paired: row_id} if paired else {}
        found = _now(db, noun, where, key) or gone
    return found | earlier if found else {}


def _now(db: sqlite3.Connection, noun: str, where: str, key: list[Any]) -> Row:
    row = db.execute(f"SELECT * FROM {noun} WHERE {where}", key).fetchone()
    return dict(row) if row else {}


def _last(db: sqlite3.Connection, noun: str, whose: str, key: list[Any]) -> Row:
    """A row that is gone, as it was at the end."""
    from json import loads

    row = db.execute(
        f"SELECT data FROM change WHERE noun = ? AND row_id = ?{whose} AND op = 'delete' AND data IS NOT NULL ORDER BY id DESC LIMIT 1",
        (noun, *key),
    ).fetchone()
    return dict(loads(row[0])) if row else {}


def summary(db: sqlite3.Connection, noun: str, row: Row) -> str:
    """A row in few words."""
    shown = _SUMMARIES.get(noun)
    if not row:
        return noun.replace("_", " ")
    return shown(db, row) if shown else str(next(iter(row.values())))


def _column(column: str) -> Callable[[sqlite3.Connection, Row], str]:
    return lambda _, row: str(row[column] or "")


def _contact(_: sqlite3.Connection, row: Row) -> str:
    return f"{row['name']} ({row['id']})"


def _tag(db: sqlite3.Connection, row: Row) -> str:
    return str(held(db, "tag", row["tag_id"], None, 0).get("name") or "tag")


def _field(db: sqlite3.Connection, row: Row) -> str:
    return f"{held(db, 'field', row['field_id'], None, 0).get('name') or 'field'} = {row['value']}"


def _interaction(db: sqlite3.Connection, row: Row) -> str:
    said = held(db, "interaction", row["interaction_id"], None, 0)
    if not said:
        return "interaction"
    amount = money.show(said["amount"], said["currency"]) if said["amount"] is not None else None
    return " ".join(
        filter(None, [said["kind"], said["at"][:10], amount, said["subject"], said["text"]])
    )


def _deal(_: sqlite3.Connection, row: Row) -> str:
    amount = money.show(row["amount"], row["currency"]) if row["amount"] is not None else None
    return " ".join(filter(None, [f"D{row['id']}", row["title"], amount]))


def _silence(_: sqlite3.Connection, row: Row) -> str:
    return " ".join(filter(None, [row["kind"], row["rule"], row["until"], row["reason"]]))


def _closed(_: sqlite3.Connection, row: Row) -> str:
    outcome = f": {row['outcome']}" if row["outcome"] else ""
    return f"case {row['id']} closed {row['closed_at'][:10]}{outcome}"


def _consent(_: sqlite3.Connection, row: Row) -> str:
    source = f" ({row['source']})" if row["source"] else ""
    return f"{row['basis']} {row['given_on']}{source}"


def _wait(_: sqlite3.Connection, row: Row) -> str:
    until = f" until {row['until_at'][:10]}" if row["until_at"] else ""
    return f"case {row['complaint_id']} waits from {row['since_at'][:10]}{until}"


def _number(row: Row) -> str:
    return f" ({row['old_id']})" if row["old_id"] else ""


_SUMMARIES: dict[str, Callable[[sqlite3.Connection, Row], str]] = {
    "contact": _contact,
    "company": _column("name"),
    "email": _column("address"),
    "phone": _column("number"),
    "address": _column("address"),
    "link": _column("url"),
    "contact_tag": _tag,
    "contact_field": _field,
    "key_date": lambda _, row: f"{row['kind']} {row['date']}",
    "participant": _interaction,
    "interaction": lambda _, row: f"{row['kind']} {row['at'][:10]}",
    "follow_up": lambda _, row: f"F{row['id']} {row['due'].replace('T', ' ')} {row['text']}",
    "complaint": _closed,
    "complaint_wait": _wait,
    "deal": _deal,
    "saved_view": lambda _, row: f"@{row['name']} {row['query']}",
    "silence": _silence,
    "consent": _consent,
    "merged_contact": lambda _, row: f"{row['name']}{_number(row)}, merged",
    "different": lambda db, row: f"different from {name(db, row['other_id'])} ({row['other_id']})",
}
