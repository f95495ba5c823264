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


def alike(db: sqlite3.Connection) -> list[tuple[int, int, str | None, str]]:
    """Whom either side added with one e-mail, or under one name: ids, the e-mail or None, the name of who came."""
    came = (
        "FROM temp.coming c JOIN temp.twin w ON w.noun = c.noun AND w.theirs = c.row_id"
        " JOIN main.contact x ON x.id = w.mine"
    )
    other = (
        "WHERE c.noun = 'contact' AND NOT EXISTS (SELECT 1 FROM temp.coming d JOIN temp.twin u"
        " ON u.noun = 'contact' AND u.theirs = d.row_id WHERE d.noun = 'contact' AND u.mine = o.id)"
    )
    return [
        (row[0], row[1], row[2], row[3])
        for row in db.execute(
            f"SELECT o.id, x.id, a.address, x.name {came} JOIN main.email a ON a.contact_id = x.id"
            f" JOIN main.email b ON b.key = a.key JOIN main.contact o ON o.id = b.contact_id AND o.id <> x.id {other}"
            f" UNION SELECT o.id, x.id, NULL, x.name {came} JOIN main.contact o ON o.key = x.key AND o.id <> x.id"
            " JOIN temp.mine_news n ON n.noun = 'contact' AND n.row_id = o.id AND n.contact_id = 0 AND n.field = ''"
            f" {other} AND NOT EXISTS (SELECT 1 FROM main.email a JOIN main.email b ON b.key = a.key"
            "  WHERE a.contact_id = x.id AND b.contact_id = o.id) ORDER BY 1, 2"
        )
    ]
