"""Rows that one copy of a book has and the other has not: which come, which go, which stay.

A row that the other side does not know is new and comes. One that it knew and has no more it took
away, and it goes; unless it was changed here since, which nobody there knew: then it stays, and
what hangs on it.
"""

from __future__ import annotations

from crmcli.store import union_lost
from crmcli.store.union_nouns import NOUNS, OWNED, pair, references
from crmcli.store.union_twins import columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_KEY = "(noun TEXT, row_id INTEGER, contact_id INTEGER, PRIMARY KEY (noun, row_id, contact_id)) WITHOUT ROWID"


def find_coming(db: sqlite3.Connection) -> None:
    """Fill ``coming`` with the rows of theirs, by their ids, that are to be inserted here."""
    db.execute(f"CREATE TEMP TABLE coming {_KEY}")
    db.execute(f"CREATE TEMP TABLE revived {_KEY}")
    db.execute(f"CREATE TEMP TABLE lost {_KEY}")
    repaired = union_lost.is_repaired(db, "mine")
    for table in NOUNS:
        second = pair(table)
        news = "SELECT DISTINCT n.noun, n.row_id, n.contact_id FROM temp.theirs_news n"
        if second:
            db.execute(
                f"INSERT INTO temp.coming {news} CROSS JOIN other.{table} x ON x.contact_id = n.contact_id AND x.{second} = n.row_id"
                f" WHERE n.noun = '{table}' AND NOT {_here('n.contact_id', 'n.row_id', table)}"
            )
            missing = f"NOT {_here('x.contact_id', f'x.{second}', table)}"
        else:
            db.execute(
                f"INSERT INTO temp.coming {news} CROSS JOIN other.{table} x ON x.id = n.row_id"
                f" WHERE n.noun = '{table}' AND NOT EXISTS"
                " (SELECT 1 FROM temp.twin w WHERE w.noun = n.noun AND w.theirs = n.row_id)"
            )
            missing = f"NOT EXISTS (SELECT 1 FROM temp.twin w WHERE w.noun = '{table}' AND w.theirs = x.id)"
        if repaired:
            union_lost.bring_back(db, table, missing)
    _close_coming(db)


def _here(contact: str, row: str, table: str) -> str:
    """SQL that a pair of theirs is in my table."""
    second = pair(table)
    to = NOUNS[table].refs[second or ""]
    one = f"(SELECT mine FROM temp.twin WHERE noun = 'contact' AND theirs = {contact})"
    two = f"(SELECT mine FROM temp.twin WHERE noun = '{to}' AND theirs = {row})"
    if table == "different":
        one, two = f"min({one}, {two})", f"max({one}, {two})"
    return (
        f"EXISTS (SELECT 1 FROM main.{table} h WHERE h.contact_id = {one} AND h.{second} = {two})"
    )


def _close_coming(db: sqlite3.Connection) -> None:
    """What comes brings along what it points to; a row that comes back, what hung on it."""
    while True:
        before = _count(db, "coming")
        for table, column, to in references():
            second = pair(table)
            which = (
                f"x.{second} = c.row_id AND x.contact_id = c.contact_id"
                if second
                else "x.id = c.row_id"
            )
            missing = (
                f"x.{column} IS NOT NULL AND NOT EXISTS"
                f" (SELECT 1 FROM temp.twin w WHERE w.noun = '{to}' AND w.theirs = x.{column})"
            )
            for source, when in (("coming", ""), ("theirs_news", f" AND c.field = '{column}'")):
                db.execute(
                    f"INSERT OR IGNORE INTO temp.coming SELECT '{to}', x.{column}, 0 FROM temp.{source} c"
                    f" CROSS JOIN other.{table} x ON {which} WHERE c.noun = '{table}'{when} AND {missing}"
                )
        db.execute(
            "INSERT OR IGNORE INTO temp.revived SELECT c.* FROM temp.coming c WHERE NOT EXISTS"
            " (SELECT 1 FROM temp.theirs_news n WHERE n.noun = c.noun AND n.row_id = c.row_id"
            "  AND n.contact_id = c.contact_id AND n.field = '')"
            " AND (c.noun, c.row_id, c.contact_id) NOT IN (SELECT noun, row_id, contact_id FROM temp.lost)"
        )
        for table, column, to in references():
            if column not in OWNED:
                continue
            second = pair(table)
            key, there = (
                (f"x.{second}, x.contact_id", _here("x.contact_id", f"x.{second}", table))
                if second
                else (
                    "x.id, 0",
                    f"EXISTS (SELECT 1 FROM temp.twin w WHERE w.noun = '{table}' AND w.theirs = x.id)",
                )
            )
            db.execute(
                f"INSERT OR IGNORE INTO temp.coming SELECT '{table}', {key} FROM temp.revived r"
                f" CROSS JOIN other.{table} x ON x.{column} = r.row_id WHERE r.noun = '{to}' AND NOT {there}"
            )
        if _count(db, "coming") == before:
            return


def _count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM temp.{table}").fetchone()[0])


def insert_coming(db: sqlite3.Connection) -> dict[str, int]:
    """Insert the rows of ``coming``; return how many of each table."""
    counts = {}
    for table in NOUNS:
        names = columns(db, table)
        if table == "external_id":
            wanted = " AND v.row_id IS NOT NULL"
        elif table == "merged_contact":  # a number names one person only
            names.remove("old_id")
            wanted = ""
        else:
            wanted = ""
        which = (
            "v.their_row = c.row_id AND v.their_contact = c.contact_id"
            if pair(table)
            else "v.their_id = c.row_id"
        )
        listed = ", ".join(names)
        ignore = "OR IGNORE " if pair(table) else ""  # two of theirs may be one of mine
        counts[table] = db.execute(
            f"INSERT {ignore}INTO main.{table} ({listed}) SELECT {', '.join(f'v.{name}' for name in names)}"
            f" FROM temp.coming c CROSS JOIN temp.their_{table} v ON {which} WHERE c.noun = '{table}'{wanted}"
            " ORDER BY c.row_id"
        ).rowcount
    db.execute(
        "UPDATE main.merged_contact AS m SET old_id = v.old_id FROM temp.coming c"
        " JOIN temp.their_merged_contact v ON v.their_id = c.row_id WHERE c.noun = 'merged_contact' AND m.id = v.id"
        " AND v.old_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main.contact x WHERE x.id = v.old_id)"
        " AND NOT EXISTS (SELECT 1 FROM main.merged_contact x WHERE x.old_id = v.old_id)"
    )
    return counts


def find_going(db: sqlite3.Connection) -> None:
    """Fill ``going`` with my rows that they took away, and ``staying`` with those that I changed since."""
    db.execute(f"CREATE TEMP TABLE going {_KEY}")
    db.execute(f"CREATE TEMP TABLE staying {_KEY}")
    db.execute(f"CREATE TEMP TABLE missing {_KEY}")
    same = "n.noun = m.noun AND n.row_id = m.row_id AND n.contact_id = m.contact_id"
    changed = f"EXISTS (SELECT 1 FROM temp.mine_news n WHERE {same})"
    added = f"EXISTS (SELECT 1 FROM temp.mine_news n WHERE {same} AND n.field = '')"
    for table in NOUNS:
        second = pair(table)
        key = f"m.{second}, m.contact_id" if second else "m.id, 0"
        db.execute(
            f"INSERT INTO temp.missing SELECT '{table}', {key} FROM main.{table} m WHERE NOT {_there(table)}"
        )
        row = (
            f"x.{second} = m.row_id AND x.contact_id = m.contact_id"
            if second
            else "x.id = m.row_id"
        )
        db.execute(
            f"INSERT INTO temp.going SELECT m.* FROM temp.missing m CROSS JOIN main.{table} x ON {row}"
            f" WHERE m.noun = '{table}' AND NOT {changed} AND {_told(table)}"
        )
    db.execute(
        f"INSERT INTO temp.staying SELECT m.* FROM temp.missing m WHERE {changed} AND NOT {added}"
    )
    db.execute("DROP TABLE temp.missing")
    union_lost.keep(db)


def _there(table: str) -> str:
    """SQL that theirs has row m of mine."""
    second = pair(table)
    if not second:
        return f"EXISTS (SELECT 1 FROM temp.twin w WHERE w.noun = '{table}' AND w.mine = m.id)"
    to = NOUNS[table].refs[second]
    one = "(SELECT theirs FROM temp.twin WHERE noun = 'contact' AND mine = m.contact_id)"
    two = f"(SELECT theirs FROM temp.twin WHERE noun = '{to}' AND mine = m.{second})"
    if table == "different":
        one, two = f"min({one}, {two})", f"max({one}, {two})"
    return (
        f"EXISTS (SELECT 1 FROM other.{table} t WHERE t.contact_id = {one} AND t.{second} = {two})"
    )


def _told(table: str) -> str:
    """SQL that the history knows where row x comes from: what it cannot tell of is not taken away."""
    second = pair(table)
    row = f"x.{second}" if second else "x.id"
    whose = " AND c.contact_id = x.contact_id" if second else ""
    ranged = "x.contact_id" if table in ("contact_tag", "contact_field") else row
    return (
        f"(EXISTS (SELECT 1 FROM main.change c WHERE c.noun = '{table}' AND c.row_id = {row}{whose} AND c.op <> 'delete')"
        f" OR EXISTS (SELECT 1 FROM main.change c WHERE c.noun = '{table}' AND c.row_id <= {ranged} AND c.row_last >= {ranged}))"
    )


def close_going(db: sqlite3.Connection) -> None:
    """What is still pointed to stays, and with it what hangs on it."""
    while True:
        before = _count(db, "going")
        db.execute(
            "CREATE TEMP TABLE needed (noun TEXT, row_id INTEGER, PRIMARY KEY (noun, row_id))"
        )
        for table, column, to in references():
            second = pair(table)
            key = (
                f"g.row_id = x.{second} AND g.contact_id = x.contact_id"
                if second
                else "g.row_id = x.id"
            )
            db.execute(
                f"INSERT OR IGNORE INTO temp.needed SELECT p.noun, p.row_id FROM temp.going p"
                f" CROSS JOIN main.{table} x ON x.{column} = p.row_id WHERE p.noun = '{to}'"
                f" AND NOT EXISTS (SELECT 1 FROM temp.going g WHERE g.noun = '{table}' AND {key})"
            )
        db.execute("INSERT OR IGNORE INTO temp.staying SELECT noun, row_id, 0 FROM temp.needed")
        db.execute(
            "DELETE FROM temp.going WHERE contact_id = 0 AND EXISTS"
            " (SELECT 1 FROM temp.needed n WHERE n.noun = going.noun AND n.row_id = going.row_id)"
        )
        for table, column, to in references():
            if column not in OWNED:
                continue
            second = pair(table)
            key = f"x.{second}, x.contact_id" if second else "x.id, 0"
            db.execute(
                "DELETE FROM temp.going WHERE (noun, row_id, contact_id) IN"
                f" (SELECT '{table}', {key} FROM temp.staying s JOIN main.{table} x ON x.{column} = s.row_id"
                f" WHERE s.noun = '{to}')"
            )
        db.execute("DROP TABLE temp.needed")
        if _count(db, "going") == before:
            return


def delete_going(db: sqlite3.Connection) -> dict[str, int]:
    """Delete the rows of ``going``; return how many of each table."""
    counts = {}
    for table in reversed(NOUNS):
        second = pair(table)
        key, gone = (
            (f"({second}, contact_id)", "row_id, contact_id") if second else ("id", "row_id")
        )
        going = f"SELECT {gone} FROM temp.going WHERE noun = '{table}'"
        if db.execute(f"{going} LIMIT 1").fetchone():
            done = db.execute(f"DELETE FROM main.{table} WHERE {key} IN ({going})")
            counts[table] = done.rowcount
    for noun in ("contact", "company", "interaction", "follow_up", "deal"):
        db.execute(
            f"DELETE FROM main.external_id WHERE noun = ? AND row_id IN (SELECT row_id FROM temp.going WHERE noun = ?)"
            f" AND NOT EXISTS (SELECT 1 FROM main.{noun} x WHERE x.id = external_id.row_id)",
            (noun, noun),
        )
    return counts
