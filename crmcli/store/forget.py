"""A person erased: the rows, what hangs on them, and what the history holds of them.

Inside one transaction of a connection that overwrites what it deletes (db/residue.py). What the
person shared with others stays as theirs; where their texts name the person is in mentioned.py.
"""

from __future__ import annotations

from json import loads

from crmcli.db import derived
from crmcli.store import forget_history, forgotten, import_folders, mentioned

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crmcli.store.subject import Subject
    from crmcli.values.mentions import Mentions

# Tables whose rows are one contact's, by contact_id.
OWN = (
    "email", "phone", "address", "link", "contact_tag", "contact_field", "key_date", "consent",
    "merged_contact", "different", "participant", "follow_up", "silence", "deal",
)  # fmt: skip
# Columns of others' rows that pointed to what is gone: (table, column, the table it points to).
POINTERS = (
    ("contact", "referred_by", "contact"),
    ("contact", "company_id", "company"),
    ("deal", "company_id", "company"),
    ("interaction", "deal_id", "deal"),
    ("follow_up", "set_by", "interaction"),
    ("follow_up", "done_by", "interaction"),
)

# No change of anybody else speaks of a tag or field: what takes it from them can be taken back, and needs it.
_NEVER_OTHERS = (
    " AND NOT EXISTS (SELECT 1 FROM change d WHERE d.noun = 'contact_{0}' AND d.row_id = {1}"
    " AND d.contact_id NOT IN ({{ids}}))"
)
# What goes with the person, as (noun, row_id): things that were theirs alone.
_ALONE = {
    "interaction": (
        "SELECT interaction_id FROM participant p WHERE contact_id = :id AND NOT EXISTS"
        " (SELECT 1 FROM participant q WHERE q.interaction_id = p.interaction_id AND q.contact_id <> :id)"
    ),
    "deal": "SELECT id FROM deal WHERE contact_id = :id",
    "follow_up": "SELECT id FROM follow_up WHERE contact_id = :id",
    "tag": (
        "SELECT tag_id FROM contact_tag x WHERE contact_id = :id"
        " AND NOT EXISTS (SELECT 1 FROM contact_tag y WHERE y.tag_id = x.tag_id AND y.contact_id <> :id)"
        " AND NOT EXISTS (SELECT 1 FROM silence s WHERE s.tag_id = x.tag_id AND s.contact_id IS NOT :id)"
        + _NEVER_OTHERS.format("tag", "x.tag_id")
    ),
    "field": (
        "SELECT field_id FROM contact_field x WHERE contact_id = :id"
        " AND NOT EXISTS (SELECT 1 FROM contact_field y WHERE y.field_id = x.field_id AND y.contact_id <> :id)"
        + _NEVER_OTHERS.format("field", "x.field_id")
    ),
}
# A company that they work for, or did, and to which nobody else and no deal of others belongs, nor did.
_COMPANY = (
    "SELECT o.value FROM (SELECT company_id AS value FROM contact WHERE id = :id"
    "  UNION SELECT j.value FROM change c, json_each(c.data, '$.company_id') j"
    "  WHERE c.contact_id IN ({ids}) AND c.noun = 'contact' AND c.op = 'update'"
    "  UNION SELECT c.data ->> 'company_id' FROM change c"
    "  WHERE c.contact_id IN ({ids}) AND c.noun = 'contact' AND c.op = 'delete') o WHERE o.value IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM contact y WHERE y.company_id = o.value AND y.id <> :id)"
    " AND NOT EXISTS (SELECT 1 FROM deal d WHERE d.company_id = o.value AND d.contact_id IS NOT :id)"
    " AND o.value NOT IN (SELECT j.value FROM change c, json_each(c.data, '$.company_id') j WHERE c.noun IN ('contact', 'deal')"
    "  AND c.op IN ('update', 'delete') AND c.data LIKE '%\"company_id\"%' AND c.contact_id NOT IN ({ids}) AND j.value IS NOT NULL)"
)
# A tag or field that nobody has any more, and nobody else ever had.
_ONCE = (
    "SELECT c.row_id FROM change c WHERE c.noun = 'contact_{0}' AND c.row_last IS NULL AND c.contact_id IN ({{ids}})"
    " AND NOT EXISTS (SELECT 1 FROM contact_{0} y WHERE y.{0}_id = c.row_id)"
    + _NEVER_OTHERS.replace("{1}", "c.row_id")
)
# What stands in the history alone: taken back, or deleted since.
_PAST = {
    "tag": _ONCE.format("tag")
    + " AND NOT EXISTS (SELECT 1 FROM silence s WHERE s.tag_id = c.row_id)",
    "field": _ONCE.format("field"),
    "interaction": (
        "SELECT row_id FROM change WHERE noun = 'participant' AND row_last IS NULL AND contact_id IN ({ids})"
        " AND row_id NOT IN (SELECT id FROM interaction)"
    ),
    "deal": (
        "SELECT row_id FROM change WHERE noun = 'deal' AND row_last IS NULL AND contact_id IN ({ids})"
        " AND row_id NOT IN (SELECT id FROM deal)"
    ),
}
# What hangs on what goes.
_HANGING = {
    "complaint": "SELECT row_id FROM erased WHERE noun = 'interaction'",
    "complaint_wait": (
        "SELECT id FROM complaint_wait WHERE complaint_id IN (SELECT row_id FROM erased WHERE noun = 'interaction')"
    ),
    "external_id": (
        "SELECT x.id FROM erased e JOIN external_id x ON x.noun = e.noun AND x.row_id = e.row_id"
    ),
}


def erase(
    db: sqlite3.Connection,
    subject: Subject,
    at: str,
    set_id: int,
    *,
    keep_company: bool = False,
    redact: bool = False,
) -> dict[str, int]:
    """Erase a person inside the open transaction, whose set is ``set_id``.

    Args:
        db: a connection for which residue.overwrite was called.
        subject: whom.
        at: the instant, UTC.
        set_id: of the transaction.
        keep_company: leave a company of which nobody else is.
        redact: put mentions.CUT where the texts of others name the person.

    Returns:
        What went, counted: table -> rows, ``shared`` interactions that stay with the others, and
        ``hashes`` kept.
    """
    names = subject.mentions()
    _collect(db, subject, mentioned.views(db, names), keep_company=keep_company)
    if redact:
        _collect_former(db, names)
    known = subject.known_by(db)
    counts = _count(db, subject)
    db.execute("PRAGMA defer_foreign_keys = ON")
    _delete(db, subject)
    if redact:
        counts["redacted"] = mentioned.redact(db, names)
    derived.refresh(db)
    import_folders.leave(db, names)
    counts["change"] = forget_history.erase(db, subject, set_id, names, redact=redact)
    counts["hashes"] = forgotten.remember(db, known, at)
    if redact:
        forgotten.remember(db, [(forgotten.REDACTED, uid) for uid in subject.of("uid")], at)
    db.execute("DROP TABLE temp.erased")
    return counts


def redact(db: sqlite3.Connection, names: Mentions, set_id: int) -> int:
    """Put mentions.CUT where texts and the history name somebody, whose rows stay as they are or are not here.

    Inside the open transaction, whose set is ``set_id`` and is left empty; returns how many texts changed.
    """
    count = mentioned.redact(db, names)
    derived.refresh(db)
    return count + forget_history.redact(db, set_id, names)


def find(db: sqlite3.Connection, uids: Sequence[str]) -> list[int]:
    """Return the ids of the contacts that have one of these uids, or had, in a copy of the book."""
    marks = ", ".join("?" * len(uids))
    found = db.execute(
        f"SELECT id FROM contact WHERE uid IN ({marks}) UNION SELECT contact_id FROM merged_contact WHERE uid IN ({marks})"
        " UNION SELECT row_id FROM change WHERE noun = 'contact' AND op = 'delete' AND row_id NOT IN (SELECT id FROM contact)"
        f" AND row_id NOT IN (SELECT old_id FROM merged_contact WHERE old_id IS NOT NULL) AND data ->> 'uid' IN ({marks})",
        (*uids, *uids, *uids),
    )
    return [row[0] for row in found]


def is_past(db: sqlite3.Connection, contact_id: int) -> bool:
    """Whether the history holds a contact who is not in the book any more, such as one taken back."""
    found = db.execute(
        "SELECT 1 FROM change WHERE noun = 'contact' AND op = 'delete' AND row_id = ? AND data IS NOT NULL",
        (contact_id,),
    )
    return found.fetchone() is not None


def going(subject: Subject) -> str:
    """SQL of ``(table, id)`` of what goes with a person, by which mentioned.told leaves it out."""
    parts = [f"SELECT '{table}', {subject.id}" for table in (*mentioned.HUNG, "contact")]
    alone = {**_ALONE, "complaint": _ALONE["interaction"], "company": _COMPANY}
    parts += [f"SELECT '{noun}', * FROM ({sql})" for noun, sql in alone.items()]
    return " UNION ALL ".join(parts).format(ids=subject.marks).replace(":id", str(subject.id))


def _collect(
    db: sqlite3.Connection, subject: Subject, views: Sequence[int], *, keep_company: bool
) -> None:
    """Fill the TEMP table ``erased`` with what goes."""
    db.execute("DROP TABLE IF EXISTS temp.erased")
    db.execute(
        "CREATE TEMP TABLE erased (noun TEXT, row_id INTEGER, PRIMARY KEY (noun, row_id)) WITHOUT ROWID"
    )
    db.executemany("INSERT INTO temp.erased VALUES ('contact', ?)", [(one,) for one in subject.ids])
    alone = [*_ALONE.items(), *_PAST.items()]
    if not keep_company:
        alone.append(("company", _COMPANY))
    for noun, sql in (*alone, *_HANGING.items()):
        db.execute(
            f"INSERT OR IGNORE INTO temp.erased SELECT '{noun}', * FROM ({sql.format(ids=subject.marks)})",
            {"id": subject.id} if ":id" in sql else {},
        )
    db.executemany("INSERT INTO temp.erased VALUES ('saved_view', ?)", [(one,) for one in views])


def _collect_former(db: sqlite3.Connection, names: Mentions) -> None:
    """Add what others are not reached by any more and the person was: the history alone has it.

    Cut, it could not be taken back as what it was.
    """
    for noun, columns in mentioned.REACHED.items():
        rows = db.execute(
            f"SELECT row_id, data FROM change WHERE noun = '{noun}' AND op = 'delete' AND data IS NOT NULL"
            f" AND row_id NOT IN (SELECT id FROM {noun})"
        ).fetchall()
        db.executemany(
            f"INSERT OR IGNORE INTO temp.erased VALUES ('{noun}', ?)",
            [
                (number,)
                for number, data in rows
                if any((value := loads(data).get(column)) and value in names for column in columns)
            ],
        )


def _count(db: sqlite3.Connection, subject: Subject) -> dict[str, int]:
    """How many rows of each table go; those of the history alone are not counted."""
    counts: dict[str, int] = {}
    for table in OWN:
        sql = f"SELECT count(*) FROM {table} WHERE contact_id = ?"
        counts[table] = db.execute(sql, (subject.id,)).fetchone()[0]
    for (table,) in db.execute("SELECT DISTINCT noun FROM erased").fetchall():
        if table in OWN:  # counted; of these the rest stands in the history alone
            continue
        sql = f"SELECT count(*) FROM {table} WHERE id IN (SELECT row_id FROM erased WHERE noun = '{table}')"
        counts[table] = db.execute(sql).fetchone()[0]
    counts["shared"] = counts.pop("participant") - counts.get("interaction", 0)
    return counts


def _delete(db: sqlite3.Connection, subject: Subject) -> None:
    handles = f"handle GLOB '*:{subject.id}' OR handle GLOB '*:{subject.id}#*'"
    followed = "SELECT 'F' || row_id FROM erased WHERE noun = 'follow_up'"
    db.execute(f"DELETE FROM shown WHERE {handles} OR handle IN ({followed})")
    for table, column, target in POINTERS:
        db.execute(
            f"UPDATE {table} SET {column} = NULL WHERE {column} IN (SELECT row_id FROM erased WHERE noun = '{target}')"
        )
    db.execute("DELETE FROM different WHERE other_id = ?", (subject.id,))
    for table in OWN:
        db.execute(f"DELETE FROM {table} WHERE contact_id = ?", (subject.id,))
    for (table,) in db.execute("SELECT DISTINCT noun FROM erased").fetchall():
        db.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT row_id FROM erased WHERE noun = '{table}')"
        )
