"""Forgotten people stay forgotten, whichever side forgot them.

Whom this side forgot does not come back with the other copy. Whom the other side forgot stays here
until crm forget takes them, which nothing takes back and so is asked for by its own command.
"""

from __future__ import annotations

from dataclasses import dataclass

from crmcli.db import connection
from crmcli.store import forget, forgotten, union_left
from crmcli.store.subject import Subject, mentions
from crmcli.store.union_nouns import OWNED, pair, references

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crmcli.store.subject import Named

_COMES = (
    "({0}.id IN (SELECT theirs FROM temp.twin WHERE noun = '{1}')"
    " OR {0}.id IN (SELECT row_id FROM temp.coming WHERE noun = '{1}'))"
)
# What the forgotten people have there, or had, and nobody who is here or comes: noun -> SQL of ids.
_ALONE = {
    "company": (
        "SELECT o.value FROM (SELECT company_id AS value FROM other.contact WHERE id IN ({gone})"
        "  UNION SELECT j.value FROM other.change c, json_each(c.data, '$.company_id') j"
        "  WHERE c.contact_id IN ({gone}) AND c.noun = 'contact' AND c.op = 'update') o"
        " WHERE NOT EXISTS (SELECT 1 FROM other.contact y"
        f"  WHERE y.company_id = o.value AND {_COMES.format('y', 'contact')})"
        " AND NOT EXISTS (SELECT 1 FROM other.deal d"
        f"  WHERE d.company_id = o.value AND {_COMES.format('d', 'deal')})"
    ),
    "tag": (
        "SELECT x.tag_id FROM other.contact_tag x WHERE x.contact_id IN ({gone})"
        " AND x.tag_id NOT IN (SELECT row_id FROM temp.coming WHERE noun = 'contact_tag')"
        " AND NOT EXISTS (SELECT 1 FROM other.silence s"
        f"  WHERE s.tag_id = x.tag_id AND {_COMES.format('s', 'silence')})"
    ),
    "field": (
        "SELECT x.field_id FROM other.contact_field x WHERE x.contact_id IN ({gone})"
        " AND x.field_id NOT IN (SELECT row_id FROM temp.coming WHERE noun = 'contact_field')"
    ),
}


@dataclass(frozen=True)
class Left:
    """Who or what of theirs was left out by an address that somebody had who was forgotten here.

    Attributes:
        id: of who is here without that address; None for somebody who is not here.
        name: theirs. kind, text: the e-mail or phone; None for neither.
    """

    id: int | None
    name: str
    kind: str | None
    text: str | None


def redacted(db: sqlite3.Connection, other: sqlite3.Connection, at: str) -> sqlite3.Connection:
    """Return the other copy, with the names of whom this side forgot with --redact cut out: it still knows them."""
    redactions = "SELECT hash FROM main.forgotten WHERE kind = ?"
    known = frozenset([row[0] for row in db.execute(redactions, (forgotten.REDACTED,))])
    named = [*_named_there(db, other, known)] if known else []
    if named:
        with connection.Transaction(other, "crm merge-book", at) as transaction:
            forget.redact(other, mentions(named), transaction.set_id)
    return other


def _named_there(
    db: sqlite3.Connection, other: sqlite3.Connection, known: frozenset[str]
) -> Iterator[Named]:
    """What names each one there who has one of these hashes, or is merged into another there."""
    digest = forgotten.hasher(db)
    for number, uid in other.execute(
        "SELECT id, uid FROM contact UNION SELECT row_id, data ->> 'uid' FROM change"
        " WHERE noun = 'contact' AND op = 'delete' AND data ->> 'uid' NOT IN (SELECT uid FROM merged_contact)"
    ).fetchall():
        if uid and digest(forgotten.REDACTED, uid) in known:
            yield from Subject(other, number).named
    for number, uid, name in other.execute(
        "SELECT contact_id, uid, name FROM merged_contact"
    ).fetchall():
        if digest(forgotten.REDACTED, uid) in known:
            yield "name", name
            yield from (row for row in _known(other, number, "main") if forgotten.find(db, [row]))


def there(db: sqlite3.Connection) -> list[tuple[int, str]]:
    """Return (id, name) of those whom the other side forgot, and who are in this book all the same."""
    if not db.execute("SELECT 1 FROM other.forgotten LIMIT 1").fetchone():
        return []
    theirs = db.execute("SELECT hash FROM other.forgotten WHERE kind = 'uid'")
    is_one = forgotten.knower(db, [row[0] for row in theirs])
    return [
        (row["id"], row["name"])
        for row in db.execute("SELECT id, name, uid FROM main.contact ORDER BY id")
        if is_one(row["uid"])
    ]


def keep(db: sqlite3.Connection, people: list[tuple[int, str]]) -> None:
    """Take people whom the other side forgot out of ``going``: crm forget is what takes them away."""
    db.executemany(
        "DELETE FROM temp.going WHERE noun = 'contact' AND row_id = ?",
        [(number,) for number, _ in people],
    )
    for table, column, to in references():
        if to == "contact" and column in OWNED:
            second = pair(table)
            key = f"x.{second}, x.contact_id" if second else "x.id, 0"
            db.executemany(
                "DELETE FROM temp.going WHERE (noun, row_id, contact_id) IN"
                f" (SELECT '{table}', {key} FROM main.{table} x WHERE x.{column} = ?)",
                [(number,) for number, _ in people],
            )


def staying_there(db: sqlite3.Connection) -> tuple[int, list[Left]]:
    """How many people of theirs were forgotten here, and who has an address of one, where nothing is to be merged."""
    if not forgotten.is_any(db):
        return 0, []
    gone, like = _find(
        db, "uid NOT IN (SELECT uid FROM main.contact UNION SELECT uid FROM main.merged_contact)"
    )
    return len(gone), [_person(db, number) for number in like]


def leave_out(db: sqlite3.Connection) -> tuple[int, list[Left]]:
    """Take people who were forgotten here out of ``coming``, and what is theirs alone.

    Who but has an address that somebody had who was forgotten here is left out, too, and that is kept.

    Returns:
        How many were forgotten, and who or what else was left out.
    """
    if not forgotten.is_any(db):
        return 0, []
    by_uid, like = _find(db, "id NOT IN (SELECT theirs FROM temp.twin WHERE noun = 'contact')")
    merged, left = _leave_merged_out(db)
    left = [*(_person(db, number) for number in like), *left]
    gone = by_uid + like
    if not gone:
        return merged, left
    marks = ", ".join(map(str, gone))
    for number in by_uid:
        _remember(db, number, marks)
    for number in gone:
        uid = db.execute("SELECT uid FROM other.contact WHERE id = ?", (number,)).fetchone()[0]
        if not forgotten.find(db, [("uid", uid)]):
            union_left.mark(db, "contact", number)
    db.execute(f"DELETE FROM temp.coming WHERE noun = 'contact' AND row_id IN ({marks})")
    _drop_orphans(db)
    for noun, sql in _ALONE.items():
        db.execute(
            f"DELETE FROM temp.coming WHERE noun = '{noun}' AND row_id IN ({sql.format(gone=marks)})"
        )
    _drop_orphans(db)
    return len(by_uid) + merged, left


def _find(db: sqlite3.Connection, absent: str) -> tuple[list[int], list[int]]:
    """Of theirs who are not here: those who were forgotten here, and those who have an address of one."""
    gone, like = [], []
    for (number,) in db.execute(f"SELECT id FROM other.contact WHERE {absent}").fetchall():
        known = _known(db, number)
        if forgotten.find(db, [one for one in known if one[0] == "uid"]):
            gone.append(number)
        elif forgotten.find(db, known):
            like.append(number)
    return gone, like


def _person(db: sqlite3.Connection, number: int) -> Left:
    """Whom of theirs an address keeps out; by that address, or another where it was not that."""
    name = db.execute("SELECT name FROM other.contact WHERE id = ?", (number,)).fetchone()[0]
    found = db.execute(
        "SELECT 'email' AS kind, key, address AS text FROM other.email WHERE contact_id = :id"
        " UNION ALL SELECT 'phone', key, number FROM other.phone WHERE contact_id = :id",
        {"id": number},
    ).fetchall()
    found.sort(key=lambda row: forgotten.find(db, [(row[0], row[1])]) is None)
    kind, _, text = found[0] if found else (None, None, None)
    return Left(None, name, kind, text)


def _remember(db: sqlite3.Connection, number: int, gone: str) -> None:
    """Keep the hashes of all that one of the forgotten is known by there, but not of what others have, too."""
    theirs = [
        (kind, text)
        for kind, text in _known(db, number)
        if kind not in ("email", "phone")
        or not db.execute(
            f"SELECT 1 FROM main.{kind} WHERE key = :key UNION ALL"
            f" SELECT 1 FROM other.{kind} WHERE key = :key AND contact_id NOT IN ({gone})",
            {"key": text},
        ).fetchone()
    ]
    at = union_left.instant(db)
    forgotten.remember(db, theirs, at)


def _leave_merged_out(db: sqlite3.Connection) -> tuple[int, list[Left]]:
    """Take out of ``coming`` by what the forgotten are known and others have there.

    Returns:
        How many of the forgotten were merged into others there, and what else was left out.
    """
    people: set[int] = set()
    left = []
    for noun, kind, key in (
        ("merged_contact", "uid", "x.uid"),
        ("email", "email", "x.key"),
        ("phone", "phone", "x.key"),
        ("external_id", "id", "x.system || ':' || x.value"),
    ):
        whose = "x.row_id" if noun == "external_id" else "x.contact_id"
        only = " AND x.noun = 'contact'" if noun == "external_id" else ""
        for row, contact, text in db.execute(
            f"SELECT x.id, {whose}, {key} FROM temp.coming c JOIN other.{noun} x ON x.id = c.row_id{only}"
            f" JOIN temp.twin w ON w.noun = 'contact' AND w.theirs = {whose} WHERE c.noun = '{noun}'"
        ).fetchall():
            if forgotten.find(db, [(kind, text)]):
                db.execute("DELETE FROM temp.coming WHERE noun = ? AND row_id = ?", (noun, row))
                if noun in ("email", "phone"):
                    union_left.mark(db, noun, row)
                if noun in ("email", "phone") and not _has_merged(db, contact):
                    left.append(_address(db, noun, row, contact))
                else:
                    people.add(contact)
    names = db.execute(
        "SELECT uid FROM other.merged_contact WHERE uid NOT IN (SELECT uid FROM main.merged_contact)"
    ).fetchall()
    merged = sum(bool(forgotten.find(db, [("uid", uid)])) for (uid,) in names)
    return max(merged, len(people)), left


def _has_merged(db: sqlite3.Connection, contact: int) -> bool:
    """Whether somebody who was forgotten here is merged into one of theirs."""
    return forgotten.find(db, [one for one in _known(db, contact) if one[0] == "uid"]) is not None


def _address(db: sqlite3.Connection, noun: str, row: int, contact: int) -> Left:
    """An address of theirs of somebody who is here."""
    column = "address" if noun == "email" else "number"
    text = db.execute(f"SELECT {column} FROM other.{noun} WHERE id = ?", (row,)).fetchone()[0]
    here = db.execute(
        "SELECT x.id, x.name FROM temp.twin w JOIN main.contact x ON x.id = w.mine"
        " WHERE w.noun = 'contact' AND w.theirs = ?",
        (contact,),
    ).fetchone()
    return Left(here[0], here[1], noun, text)


def _known(
    db: sqlite3.Connection, contact: int, schema: str = "other"
) -> list[tuple[str, str | None]]:
    """What a person of theirs is known by."""
    return [
        (row[0], row[1])
        for row in db.execute(
            f"SELECT 'uid', uid FROM {schema}.contact WHERE id = :id"
            f" UNION ALL SELECT 'uid', uid FROM {schema}.merged_contact WHERE contact_id = :id"
            f" UNION ALL SELECT 'email', key FROM {schema}.email WHERE contact_id = :id"
            f" UNION ALL SELECT 'phone', key FROM {schema}.phone WHERE contact_id = :id"
            f" UNION ALL SELECT 'id', system || ':' || value FROM {schema}.external_id WHERE noun = 'contact' AND row_id = :id",
            {"id": contact},
        )
    ]


def _drop_orphans(db: sqlite3.Connection) -> None:
    """Take out of ``coming`` what belongs to rows that neither come nor are here."""
    while True:
        dropped = 0
        for table, column, to in references():
            if column not in OWNED:
                continue
            second = pair(table)
            key = f"x.{second}, x.contact_id" if second else "x.id, 0"
            dropped += db.execute(
                "DELETE FROM temp.coming WHERE (noun, row_id, contact_id) IN"
                f" (SELECT '{table}', {key} FROM other.{table} x WHERE x.{column} IS NOT NULL"
                f"  AND NOT EXISTS (SELECT 1 FROM temp.twin w WHERE w.noun = '{to}' AND w.theirs = x.{column})"
                f"  AND NOT EXISTS (SELECT 1 FROM temp.coming c WHERE c.noun = '{to}' AND c.row_id = x.{column}))"
                f" AND noun = '{table}'"
            ).rowcount
        dropped += db.execute(
            "DELETE FROM temp.coming WHERE noun = 'interaction' AND EXISTS"
            " (SELECT 1 FROM other.participant p WHERE p.interaction_id = coming.row_id) AND NOT EXISTS"
            " (SELECT 1 FROM temp.coming c WHERE c.noun = 'participant' AND c.row_id = coming.row_id)"
        ).rowcount
        for noun in ("interaction", "deal", "follow_up", "contact", "company"):
            dropped += db.execute(
                "DELETE FROM temp.coming WHERE noun = 'external_id' AND row_id IN (SELECT x.id FROM other.external_id x"
                " WHERE x.noun = :noun AND NOT EXISTS (SELECT 1 FROM temp.twin w WHERE w.noun = :noun AND w.theirs = x.row_id)"
                " AND NOT EXISTS (SELECT 1 FROM temp.coming c WHERE c.noun = :noun AND c.row_id = x.row_id))",
                {"noun": noun},
            ).rowcount
        if not dropped:
            return
