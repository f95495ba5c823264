"""A contact changed in every way that editing can: set, add, take off, empty, put in another order."""

from __future__ import annotations

from crmcli.errors import InvalidValueError, RefusedError
from crmcli.store import contacts, tags
from crmcli.values.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from typing import Any

# Field -> table, and SQL of an entry as it is shown and named.
_ENTRIES = {
    "emails": ("email", "address"),
    "phones": ("phone", "iif(extension IS NULL, number, number || ' ext ' || extension)"),
    "urls": ("link", "url"),
    "dates": ("key_date", "kind || '=' || date || iif(notice IS NULL, '', '/' || notice || 'd')"),
    "tags": ("contact_tag", "(SELECT name FROM tag WHERE id = tag_id)"),
}
ORDERED = ("emails", "phones", "urls")


class Changes:
    """What shall change.

    Attributes:
        fields: checked values by field; single values replace, lists are added to.
        remove: entries to take off by list field, as they are shown.
        clear: names of fields to empty, custom ones too.
        order: entries of a list field in their order, as they are shown.
        labels: of e-mails and phones, by field: what each is called, as it is shown; empty takes it off.
    """

    __slots__ = ("clear", "fields", "labels", "order", "remove")

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.remove: dict[str, list[str]] = {}
        self.clear: list[str] = []
        self.order: dict[str, list[str]] = {}
        self.labels: dict[str, dict[str, str]] = {}

    def __bool__(self) -> bool:
        return bool(self.fields or self.remove or self.clear or self.order or self.labels)


def apply(db: sqlite3.Connection, contact_id: int, changes: Changes, at: str) -> bool:
    """Make the changes; return whether any made a difference."""
    before = _last_change(db)
    for field in changes.clear:
        _clear(db, contact_id, field)
    for field, shown in changes.remove.items():
        table, entry = _ENTRIES[field]
        marks = ", ".join("?" * len(shown))
        db.execute(
            f"DELETE FROM {table} WHERE contact_id = ? AND {entry} IN ({marks})",
            (contact_id, *shown),
        )
    fields = dict(changes.fields)
    for name, value in fields.pop("custom", {}).items():
        _set_custom(db, contact_id, name, value)
    contacts.update(db, contact_id, fields, at)
    for field, shown in changes.order.items():
        _put_in_order(db, contact_id, field, shown)
    for field, labels in changes.labels.items():
        table, entry = _ENTRIES[field]
        db.executemany(
            f"UPDATE {table} SET label = nullif(?, '') WHERE contact_id = ? AND {entry} = ?",
            [(label, contact_id, shown) for shown, label in labels.items()],
        )
    changed = _last_change(db) > before
    if changed:
        db.execute("UPDATE contact SET updated_at = ? WHERE id = ?", (at, contact_id))
    return changed


def _last_change(db: sqlite3.Connection) -> int:
    """The newest change: the triggers write one only where a value really differs."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM change").fetchone()[0])


def _clear(db: sqlite3.Connection, contact_id: int, field: str) -> None:
    if field in _ENTRIES:
        db.execute(f"DELETE FROM {_ENTRIES[field][0]} WHERE contact_id = ?", (contact_id,))
    elif field in ("name", "lifecycle"):
        raise InvalidValueError(f"{field} cannot be empty; set another value instead")
    elif field == "company" or field in contacts.COLUMNS:
        column = "company_id" if field == "company" else field
        empty = "0" if field == "do_not_contact" else "NULL"
        db.execute(f"UPDATE contact SET {column} = {empty} WHERE id = ?", (contact_id,))
    else:
        contacts.set_custom(db, contact_id, field, None)


def _set_custom(db: sqlite3.Connection, contact_id: int, name: str, value: str | None) -> None:
    """Change a custom field that is there by UPDATE: an upsert would override the triggers' OR IGNORE."""
    if value:
        cursor = db.execute(
            "UPDATE contact_field SET value = ? WHERE contact_id = ?"
            " AND field_id = (SELECT id FROM field WHERE key = ?)",
            (value, contact_id, fold(name)),
        )
        if cursor.rowcount:
            return
    contacts.set_custom(db, contact_id, name, value)


def check_clear(db: sqlite3.Connection, field: str) -> str:
    """Return the name of the field that ``--clear`` or the like means.

    Raises:
        RefusedError: it must not be empty, is read-only, or there is none of that name.
    """
    from crmcli.store.contact_fields import ALIASES, READ_ONLY

    name = ALIASES.get(field, field).strip()
    if name in ("name", "lifecycle"):
        raise InvalidValueError(f"{name} cannot be empty; set another value instead")
    if name in READ_ONLY:
        raise InvalidValueError(f"{name} is read-only")
    if name in _ENTRIES or name == "company" or name in contacts.COLUMNS:
        return name
    row = db.execute("SELECT name FROM field WHERE key = ?", (fold(name),)).fetchone()
    if row is None:
        from difflib import get_close_matches

        own = [known[0] for known in db.execute("SELECT name FROM field")]
        near = get_close_matches(name, [*contacts.COLUMNS, *_ENTRIES, "company", *own], n=1)
        hint = f', did you mean "{near[0]}"?' if near else ""
        raise RefusedError(f'no field "{field}"{hint}')
    return str(row[0])


def known_tag(db: sqlite3.Connection, name: str) -> str:
    """Return a tag of the book as it is spelt there.

    Raises:
        RefusedError: there is none of that name; offers the nearest.
    """
    row = db.execute("SELECT name FROM tag WHERE key = ?", (fold(tags.checked(name)),)).fetchone()
    if row is None:
        from difflib import get_close_matches

        known = {fold(tag): tag for tag, _ in tags.counts(db)}
        near = get_close_matches(fold(name), known, n=1)
        hint = (
            f', did you mean "{known[near[0]]}"?'
            if near
            else "; crm tag --list shows what there is"
        )
        raise RefusedError(f'no tag "{name}"{hint}')
    return str(row[0])


def _put_in_order(
    db: sqlite3.Connection, contact_id: int, field: str, shown: Sequence[str]
) -> None:
    table, entry = _ENTRIES[field]
    for position, text in enumerate(shown):
        db.execute(
            f"UPDATE {table} SET position = ? WHERE contact_id = ? AND {entry} = ? AND position <> ?",
            (position, contact_id, text, position),
        )
