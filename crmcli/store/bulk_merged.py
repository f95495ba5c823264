"""Who was merged into whom, and who is declared different, as another copy of the book has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

# The names and uids of those merged elsewhere, on new people or on known ones. A uid that is a person of
# its own in this book stays one.
INSERT = """
INSERT INTO merged_contact (uid, contact_id, name, key, company_key)
SELECT e.uid, min(t.contact_id), e.name, e.key, e.company_key
FROM in_target t JOIN in_merged e ON e.row = t.row
WHERE {whose} AND NOT EXISTS (SELECT 1 FROM contact WHERE uid = e.uid)
  AND NOT EXISTS (SELECT 1 FROM merged_contact WHERE uid = e.uid)
GROUP BY e.uid ORDER BY t.row, e.position
"""
_APART = """
SELECT e.name, t.contact_id, c.id FROM in_merged e JOIN in_target t ON t.row = e.row JOIN contact c ON c.uid = e.uid
WHERE c.id <> t.contact_id ORDER BY e.row, e.position LIMIT ?
"""
_DIFFERENT = """
INSERT INTO different (contact_id, other_id)
SELECT DISTINCT min(t.contact_id, c.id), max(t.contact_id, c.id)
FROM in_different e JOIN in_target t ON t.row = e.row
JOIN (SELECT id, uid FROM contact UNION ALL SELECT contact_id, uid FROM merged_contact) c ON c.uid = e.uid
WHERE c.id <> t.contact_id AND NOT EXISTS (
  SELECT 1 FROM different WHERE contact_id = min(t.contact_id, c.id) AND other_id = max(t.contact_id, c.id))
ORDER BY 1, 2
"""


def tell_apart(db: sqlite3.Connection) -> None:
    """Declare different whom the file does, once everybody is in the book."""
    db.execute(_DIFFERENT)


def still_apart(db: sqlite3.Connection, most: int) -> list[str]:
    """Return a line for each who is merged in the file and a person of their own in the book."""
    return [
        f"{name} is merged there and apart here; crm merge {keep} {other} does the same"
        for name, keep, other in db.execute(_APART, (most,))
    ]
