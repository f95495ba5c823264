"""Contacts: made, changed, archived. Values arrive checked (contact_fields.py)."""

from __future__ import annotations

from crmcli.db.connection import new_uid
from crmcli.errors import InvalidValueError
from crmcli.store import companies, tags
from crmcli.values import email as emails
from crmcli.values import name as names
from crmcli.values.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    from crmcli.values.phone import Phone

# Fields that are columns of the contact itself.
COLUMNS = (
    "name", "given", "family", "title", "address_label", "address", "city", "region", "postcode", "country",
    "birthday", "language", "currency", "channel", "lifecycle", "cadence", "source",
    "referred_by", "note", "do_not_contact", "verified_on",
    "notice_on",
)  # fmt: skip


def add(db: sqlite3.Connection, fields: dict[str, Any], at: str) -> int:
    """Insert a contact and all that hangs on it; return its id.

    Args:
        db: the book, inside a transaction.
        fields: checked values by field name; ``name`` must be there. Lists are lists.
        at: the instant, UTC.
    """
    row = {column: fields[column] for column in COLUMNS if fields.get(column) is not None}
    row |= {
        "uid": new_uid(),
        "key": names.key(fields["name"]),
        "lifecycle": fields.get("lifecycle") or "lead",
        "created_at": at,
        "updated_at": at,
    }
    if fields.get("company"):
        row["company_id"] = companies.find_or_add(db, fields["company"], at)
    marks = ", ".join("?" * len(row))
    cursor = db.execute(
        f"INSERT INTO contact ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
    )
    contact_id = cursor.lastrowid or 0
    _add_lists(db, contact_id, fields)
    return contact_id


def update(db: sqlite3.Connection, contact_id: int, fields: dict[str, Any], at: str) -> bool:
    """Change the fields given: single values replaced, lists added to; return whether any differs."""
    before = db.total_changes
    row = {column: fields[column] for column in COLUMNS if column in fields}
    if "name" in row:
        row["key"] = names.key(row["name"])
    if "company" in fields:
        company = fields["company"]
        row["company_id"] = companies.find_or_add(db, company, at) if company else None
    if row.get("referred_by") == contact_id:
        raise InvalidValueError("nobody is referred by themselves")
    if row:
        sets = ", ".join(f"{column} = ?" for column in row)
        differ = " OR ".join(f"{column} IS NOT ?" for column in row)
        db.execute(
            f"UPDATE contact SET {sets} WHERE id = ? AND ({differ})",
            (*row.values(), contact_id, *row.values()),
        )
    _add_lists(db, contact_id, fields)
    changed = db.total_changes > before
    if changed:
        db.execute("UPDATE contact SET updated_at = ? WHERE id = ?", (at, contact_id))
    return changed


def _add_lists(db: sqlite3.Connection, contact_id: int, fields: dict[str, Any]) -> None:
    add_emails(db, contact_id, fields.get("emails") or ())
    add_phones(db, contact_id, fields.get("phones") or ())
    for url in fields.get("urls") or ():
        if not db.execute(
            "SELECT 1 FROM link WHERE contact_id = ? AND url = ?", (contact_id, url)
        ).fetchone():
            db.execute(
                f"INSERT INTO link (contact_id, position, url) VALUES (?, {_next('link')}, ?)",
                (contact_id, contact_id, url),
            )
    for tag in fields.get("tags") or ():
        tags.add(db, contact_id, tag)
    for kind, day, notice in fields.get("dates") or ():
        set_date(db, contact_id, kind, day, notice)
    for name, value in (fields.get("custom") or {}).items():
        set_custom(db, contact_id, name, value)


def _next(table: str) -> str:
    return f"(SELECT coalesce(max(position) + 1, 0) FROM {table} WHERE contact_id = ?)"


def add_emails(db: sqlite3.Connection, contact_id: int, addresses: Iterable[str]) -> None:
    """Append the addresses that the contact has not yet."""
    for address in addresses:
        key = emails.key(address)
        if db.execute(
            "SELECT 1 FROM email WHERE contact_id = ? AND key = ?", (contact_id, key)
        ).fetchone():
            continue
        db.execute(
            f"INSERT INTO email (contact_id, position, address, key) VALUES (?, {_next('email')}, ?, ?)",
            (contact_id, contact_id, address, key),
        )


def add_phones(db: sqlite3.Connection, contact_id: int, phones: Iterable[Phone]) -> None:
    """Append the numbers that the contact has not yet."""
    for phone in phones:
        if db.execute(
            "SELECT 1 FROM phone WHERE contact_id = ? AND key = ? AND extension IS ?",
            (contact_id, phone.key, phone.extension),
        ).fetchone():
            continue
        typed = phone.typed if phone.typed != phone.number else None
        db.execute(
            "INSERT INTO phone (contact_id, position, number, typed, extension, key)"
            f" VALUES (?, {_next('phone')}, ?, ?, ?, ?)",
            (contact_id, contact_id, phone.number, typed, phone.extension, phone.key),
        )


def set_date(
    db: sqlite3.Connection, contact_id: int, kind: str, day: str, notice: int | None
) -> None:
    """Set the key date of that kind, one a kind."""
    row = db.execute(
        "SELECT id, date, notice FROM key_date WHERE contact_id = ? AND kind = ?",
        (contact_id, kind),
    ).fetchone()
    if row is None:
        db.execute(
            "INSERT INTO key_date (contact_id, kind, date, notice) VALUES (?, ?, ?, ?)",
            (contact_id, kind, day, notice),
        )
    elif (row["date"], row["notice"]) != (day, notice):
        db.execute(
            "UPDATE key_date SET date = ?, notice = ? WHERE id = ?", (day, notice, row["id"])
        )


def set_custom(db: sqlite3.Connection, contact_id: int, name: str, value: str | None) -> None:
    """Set a custom field; None or an empty value takes it away."""
    key = fold(name)
    row = db.execute("SELECT id FROM field WHERE key = ?", (key,)).fetchone()
    if not value:
        if row:
            db.execute(
                "DELETE FROM contact_field WHERE contact_id = ? AND field_id = ?",
                (contact_id, row[0]),
            )
        return
    field_id = (
        row[0]
        if row
        else db.execute("INSERT INTO field (name, key) VALUES (?, ?)", (name, key)).lastrowid
    )
    db.execute(
        "INSERT INTO contact_field (contact_id, field_id, value) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value",
        (contact_id, field_id, value),
    )


def set_archived(db: sqlite3.Connection, contact_id: int, at: str | None, now: str) -> bool:
    """Archive (``at`` an instant) or bring back (None); return whether that changed anything."""
    cursor = db.execute(
        "UPDATE contact SET archived_at = ?, updated_at = ? WHERE id = ? AND (archived_at IS NULL) = ?",
        (at, now, contact_id, at is not None),
    )
    return cursor.rowcount > 0


def find_namesake(db: sqlite3.Connection, contact_id: int) -> tuple[int, str] | None:
    """Return id and company of another person of the same name at the same company."""
    row = db.execute(
        "SELECT o.id, f.name FROM contact c JOIN contact o ON o.key = c.key AND o.company_id = c.company_id"
        " JOIN company f ON f.id = c.company_id"
        " WHERE c.id = ? AND o.id <> c.id AND o.archived_at IS NULL ORDER BY o.id",
        (contact_id,),
    ).fetchone()
    return (row[0], row[1]) if row else None


def find_twin(
    db: sqlite3.Connection, addresses: Iterable[str], phones: Iterable[Phone]
) -> tuple[int, str, str] | None:
    """Return ``(id, name, what)`` of a contact that has one of these already, None where new."""
    for address in addresses:
        row = db.execute(
            "SELECT c.id, c.name FROM email e JOIN contact c ON c.id = e.contact_id WHERE e.key = ?",
            (emails.key(address),),
        ).fetchone()
        if row:
            return row[0], row[1], address
    for phone in phones:
        row = db.execute(
            "SELECT c.id, c.name FROM phone p JOIN contact c ON c.id = p.contact_id WHERE p.key = ?",
            (phone.key,),
        ).fetchone()
        if row:
            return row[0], row[1], phone.number
    return None


def get_currency(db: sqlite3.Connection, contact_id: int) -> str | None:
    """Return the currency that a contact pays in, None where it is not known."""
    row = db.execute("SELECT currency FROM contact WHERE id = ?", (contact_id,)).fetchone()
    found: str | None = row[0]
    return found


def get_company(db: sqlite3.Connection, contact_id: int) -> int | None:
    """Return the id of the company that a contact works for, None for none."""
    row = db.execute("SELECT company_id FROM contact WHERE id = ?", (contact_id,)).fetchone()
    found: int | None = row[0]
    return found


def uids(db: sqlite3.Connection) -> frozenset[str]:
    """The uids of everybody in the book, with those of who was merged into them."""
    rows = db.execute("SELECT uid FROM contact UNION SELECT uid FROM merged_contact")
    return frozenset(row[0] for row in rows)


def is_there(db: sqlite3.Connection, contact_id: int) -> bool:
    """Whether the number is a contact's, archived or not."""
    return db.execute("SELECT 1 FROM contact WHERE id = ?", (contact_id,)).fetchone() is not None


def get_name(db: sqlite3.Connection, contact_id: int) -> str:
    """Return the name of a contact that is known to exist."""
    return str(db.execute("SELECT name FROM contact WHERE id = ?", (contact_id,)).fetchone()[0])


def count_others(db: sqlite3.Connection, added: int, at: str) -> int:
    """How many of the ``added`` last, at that instant, are of the lifecycle ``other``."""
    newest = "SELECT lifecycle, created_at FROM contact ORDER BY id DESC LIMIT ?"
    sql = f"SELECT count(*) FROM ({newest}) WHERE lifecycle = 'other' AND created_at = ?"
    number: int = db.execute(sql, (added, at)).fetchone()[0]
    return number
