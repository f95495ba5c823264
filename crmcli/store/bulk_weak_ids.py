"""Ids of vCards that are too short to be anybody's alone, such as the numbers that phones count by.

Under such an id somebody who has neither a name nor an e-mail nor a phone in common with the one
that it is known of is somebody else. The id is left out then, and they are known by the rest.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from crmcli.store.bulk_contact_match import ALIKE, within

if TYPE_CHECKING:
    import sqlite3

# Those of programs are long, and random or with the name of a host.
_WEAK = "x.system = 'vcard' AND length(x.value) <= 15 AND instr(x.value, '@') = 0"
_OF_BOOK = f"""
SELECT x.rowid FROM in_external x JOIN in_contact n ON n.row = x.row
JOIN external_id e ON e.noun = 'contact' AND e.system = x.system AND e.value = x.value
JOIN contact c ON c.id = e.row_id
WHERE {_WEAK} AND n.uid IS NULL AND NOT same_name(n.key, c.key)
  AND NOT EXISTS (SELECT 1 FROM in_email i JOIN email o ON o.key = i.key WHERE i.row = n.row AND o.contact_id = c.id)
  AND NOT EXISTS (SELECT 1 FROM in_phone i JOIN phone o ON o.key = i.key WHERE i.row = n.row AND o.contact_id = c.id)
  AND NOT EXISTS (SELECT 1 FROM merged_contact m WHERE m.contact_id = c.id AND m.key = n.key)
"""
_OF_FILE = f"""
SELECT f.id FROM (
  SELECT x.rowid AS id, x.row, min(x.row) OVER (PARTITION BY x.value) AS first FROM in_external x WHERE {_WEAK}) f
JOIN in_contact n ON n.row = f.row JOIN in_contact c ON c.row = f.first
WHERE f.first < f.row AND n.uid IS NULL AND NOT same_name(n.key, c.key)
  AND NOT EXISTS (SELECT 1 FROM in_email i JOIN in_email o ON o.key = i.key WHERE i.row = n.row AND o.row = c.row)
  AND NOT EXISTS (SELECT 1 FROM in_phone i JOIN in_phone o ON o.key = i.key WHERE i.row = n.row AND o.row = c.row)
"""


def leave_out(db: sqlite3.Connection) -> list[str]:
    """Leave out short ids of those who have nothing in common with whom they are known of; return remarks."""
    if not db.execute(f"SELECT 1 FROM in_external x WHERE {_WEAK} LIMIT 1").fetchone():
        return []
    db.create_function("same_name", 2, _same_name, deterministic=True)
    count, first = 0, None
    for sql in (_OF_BOOK, _OF_FILE):
        for (entry,) in db.execute(sql).fetchall():
            first = (
                first
                or db.execute(
                    "SELECT n.line, x.value FROM in_external x JOIN in_contact n ON n.row = x.row WHERE x.rowid = ?",
                    (entry,),
                ).fetchone()
            )
            db.execute("DELETE FROM temp.in_external WHERE rowid = ?", (entry,))
            count += 1
    if not first:
        return []
    more = f" and {count - 1} more" if count > 1 else ""
    text = f'UID "{first[1]}" is that of others, with whom nothing agrees; taken for somebody else'
    return [f"line {first[0]}{more}: {text}"]


def _same_name(name: str | None, other: str | None) -> bool:
    """Whether one name is the other, or a part of it, or nearly it."""
    if not name or not other:
        return False
    few, many = sorted((name.split(), other.split()), key=len)
    return within(few, many) or SequenceMatcher(None, name, other).ratio() >= ALIKE
