"""What the owner has to know of the people whom a merge of two copies brought."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def numbers(db: sqlite3.Connection) -> list[tuple[str, int, int, str]]:
    """People, follow-ups and deals of theirs that have another number here."""
    found = []
    for noun, text in (("contact", "name"), ("follow_up", "text"), ("deal", "title")):
        found += [
            (noun, row[0], row[1], row[2])
            for row in db.execute(
                f"SELECT w.theirs, w.mine, x.{text} FROM temp.coming c JOIN temp.twin w ON w.noun = c.noun"
                f" AND w.theirs = c.row_id JOIN main.{noun} x ON x.id = w.mine"
                " WHERE c.noun = ? AND w.mine <> w.theirs ORDER BY w.theirs",
                (noun,),
            )
        ]
    return found


def alike(db: sqlite3.Connection) -> list[tuple[int, int, str]]:
    """Whom either side added with one e-mail."""
    return [
        (row[0], row[1], row[2])
        for row in db.execute(
            "SELECT DISTINCT b.contact_id, a.contact_id, a.address FROM temp.coming c JOIN temp.twin w ON w.noun = c.noun"
            " AND w.theirs = c.row_id JOIN main.email a ON a.contact_id = w.mine"
            " JOIN main.email b ON b.key = a.key AND b.contact_id <> a.contact_id WHERE c.noun = 'contact'"
            " AND NOT EXISTS (SELECT 1 FROM temp.coming d JOIN temp.twin u ON u.noun = 'contact' AND u.theirs = d.row_id"
            "  WHERE d.noun = 'contact' AND u.mine = b.contact_id) ORDER BY 1, 2"
        )
    ]
