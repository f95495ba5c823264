"""Every row that the book holds on a person, table by table: what somebody has a right to see.

Whole rows (``SELECT *``), so that a new column is in it by itself; a test holds the tables to
the schema.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

# table -> WHERE of the rows that are of the contact :id, or hang on what is.
_MET = "(SELECT interaction_id FROM participant WHERE contact_id = :id)"
_DEALS = "(SELECT id FROM deal WHERE contact_id = :id)"
TABLES = {
    "contact": "id = :id",
    "company": f"id IN (SELECT company_id FROM contact WHERE id = :id UNION SELECT company_id FROM deal WHERE id IN {_DEALS})",
    "email": "contact_id = :id",
    "phone": "contact_id = :id",
    "address": "contact_id = :id",
    "link": "contact_id = :id",
    "tag": "id IN (SELECT tag_id FROM contact_tag WHERE contact_id = :id)",
    "contact_tag": "contact_id = :id",
    "field": "id IN (SELECT field_id FROM contact_field WHERE contact_id = :id)",
    "contact_field": "contact_id = :id",
    "key_date": "contact_id = :id",
    "consent": "contact_id = :id",
    "merged_contact": "contact_id = :id",
    "different": ":id IN (contact_id, other_id)",
    "deal": "contact_id = :id",
    "interaction": f"id IN {_MET}",
    "participant": "contact_id = :id",
    "complaint": f"id IN {_MET}",
    "complaint_wait": f"complaint_id IN {_MET}",
    "follow_up": "contact_id = :id",
    "silence": "contact_id = :id",
    "external_id": (
        f"noun = 'contact' AND row_id = :id OR noun = 'interaction' AND row_id IN {_MET}"
        f" OR noun = 'deal' AND row_id IN {_DEALS}"
        " OR noun = 'follow_up' AND row_id IN (SELECT id FROM follow_up WHERE contact_id = :id)"
    ),
    "shown": "handle GLOB '*:' || :id OR handle IN (SELECT 'F' || id FROM follow_up WHERE contact_id = :id)",
    "contact_stats": "contact_id = :id",
}

# Tables that link a person with what has a name or a text of its own.
_LINKING = {"participant": "interaction", "contact_tag": "tag", "contact_field": "field"}


def rows(db: sqlite3.Connection, contact_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table, as they are stored; tables without any are left out.

    Amounts are whole ten-thousandths, instants UTC.
    """
    found = {}
    for table, where in TABLES.items():
        held = db.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY 1", {"id": contact_id})
        if lines := [dict(row) for row in held]:
            found[table] = lines
    return found


def changes(db: sqlite3.Connection, contact_id: int) -> list[dict[str, Any]]:
    """Return what the history has on rows that hang on a person and carry no person's number.

    Each has its set's ``at`` and ``command``, like history.of_contact, whose are the others.
    """
    now = (
        f"SELECT '{table}' AS noun, id AS row_id FROM {table} WHERE {TABLES[table]}"
        for table in ("interaction", "external_id", "company", "tag", "field")
    )
    before = (
        f"SELECT '{table}', row_id FROM change WHERE contact_id = :id AND noun = '{pair}'"
        for pair, table in _LINKING.items()
    )
    hanging = " UNION ".join((*now, *before))
    found = db.execute(
        "SELECT c.id, s.id AS number, s.at, s.command, s.undone_by IS NOT NULL AS undone, s.undoes,"
        " c.noun, c.op, c.row_id, c.row_last, c.contact_id, c.data, 1 AS rows"
        f" FROM ({hanging}) h CROSS JOIN change c ON c.noun = h.noun AND c.row_id = h.row_id"
        " JOIN change_set s ON s.id = c.set_id WHERE c.row_last IS NULL AND c.contact_id IS NULL"
        # The number of a tag or field that went may be another's by now.
        " AND (c.noun NOT IN ('tag', 'field')"
        "  OR NOT EXISTS (SELECT 1 FROM change d WHERE d.noun = c.noun AND d.row_id = c.row_id AND d.op = 'delete' AND d.id >= c.id)"
        "  OR EXISTS (SELECT 1 FROM change p WHERE p.set_id = c.set_id AND p.noun = 'contact_' || c.noun"
        "   AND p.row_id = c.row_id AND p.contact_id = :id)) ORDER BY c.id",
        {"id": contact_id},
    )
    return [dict(row) for row in found]
