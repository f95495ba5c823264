"""Which row of theirs is which of mine, and the ids that those get which are new here."""

from __future__ import annotations

from crmcli.store import forgotten, union_lost
from crmcli.store.union_nouns import NOUNS, NUMBERED, pair, same_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


def start(db: sqlite3.Connection) -> None:
    """Make the TEMP table ``twin`` (noun, theirs, mine) and for each table a view of theirs in my ids.

    A view ``their_TABLE`` has the columns of the table, and ``their_id``, or ``their_contact`` and
    ``their_row`` for those whose key is a pair.
    """
    db.execute(
        "CREATE TEMP TABLE twin (noun TEXT, theirs INTEGER, mine INTEGER, PRIMARY KEY (noun, theirs)) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX temp.twin_mine ON twin(noun, mine)")
    # Numbers above these were given by nobody here.
    db.execute(
        "CREATE TEMP TABLE given AS SELECT name AS noun, seq AS last FROM main.sqlite_sequence"
    )
    for table in NOUNS:
        db.execute(f"CREATE TEMP VIEW their_{table} AS {_view(db, table)}")


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table."""
    return [row[1] for row in db.execute(f"PRAGMA main.table_info({table})")]


def _mine(noun: str, theirs: str) -> str:
    return f"(SELECT w.mine FROM temp.twin w WHERE w.noun = {noun} AND w.theirs = {theirs})"


def values(db: sqlite3.Connection, table: str) -> dict[str, str]:
    """Column -> SQL of its value in my ids, over t, a row of theirs."""
    shown = {}
    for column in columns(db, table):
        to = NOUNS[table].refs.get(column)
        if to:
            shown[column] = _mine(f"'{to}'", f"t.{column}")
        elif column == "id":
            shown[column] = _mine(f"'{table}'", "t.id")
        elif (table, column) == ("external_id", "row_id"):
            shown[column] = _mine("t.noun", "t.row_id")
        elif column == "old_id":  # a number that was given here, perhaps to somebody else, is none
            given = "(SELECT last FROM temp.given WHERE noun = 'contact')"
            shown[column] = f"iif(t.old_id > {given}, t.old_id, NULL)"
        else:
            shown[column] = f"t.{column}"
    if table == "different":  # the smaller first
        both = f"{shown['contact_id']}, {shown['other_id']}"
        return {"contact_id": f"min({both})", "other_id": f"max({both})"}
    return shown


def _view(db: sqlite3.Connection, table: str) -> str:
    shown = [f"{value} AS {column}" for column, value in values(db, table).items()]
    second = pair(table)
    shown += (
        ["t.contact_id AS their_contact", f"t.{second} AS their_row"]
        if second
        else ["t.id AS their_id"]
    )
    return f"SELECT {', '.join(shown)} FROM other.{table} t"


# A row that both sides added: table, my id, my uid, theirs.
Found = tuple[str, int, str, str]


def match(db: sqlite3.Connection) -> list[Found]:
    """Find the twins of all tables with an id.

    Rows are twins by their uid. Of those without, rows that either side added and that say the same.

    Returns:
        Those that are twins by what they say and have uids.
    """
    found: list[Found] = []
    for table, noun in NOUNS.items():
        if pair(table):
            continue
        if noun.uid:
            _by_uid(db, table)
        if table == "contact":
            found += _by_content(db, table, union_lost.same_place(table))
        if noun.same:
            found += _by_content(db, table, noun.same)
        if table == "follow_up":
            found += _by_content(db, table, same_id(table))
    return found


def _unmatched(table: str) -> tuple[str, str]:
    """SQL conditions that theirs, x, and that mine, m, have no twin yet."""
    return (
        f"NOT EXISTS (SELECT 1 FROM temp.twin WHERE noun = '{table}' AND theirs = x.id)",
        f"NOT EXISTS (SELECT 1 FROM temp.twin WHERE noun = '{table}' AND mine = m.id)",
    )


def _by_uid(db: sqlite3.Connection, table: str) -> None:
    theirs, mine = _unmatched(table)
    db.execute(
        f"INSERT INTO temp.twin SELECT '{table}', x.id, m.id FROM other.{table} x"
        f" CROSS JOIN main.{table} m ON m.id = x.id AND m.uid = x.uid"
    )
    db.execute(f"CREATE TEMP TABLE apart AS SELECT m.id, m.uid FROM main.{table} m WHERE {mine}")
    db.execute("CREATE INDEX temp.apart_uid ON apart(uid)")
    db.execute(
        f"INSERT OR IGNORE INTO temp.twin SELECT '{table}', x.id, m.id FROM other.{table} x"
        f" CROSS JOIN temp.apart m ON m.uid = x.uid WHERE {theirs}"
    )
    db.execute("DROP TABLE temp.apart")


def _by_content(db: sqlite3.Connection, table: str, same: str) -> list[Found]:
    """Pairs one to one, the smaller ids of both first."""
    theirs, mine = _unmatched(table)
    has_uid = NOUNS[table].uid
    uids = (
        "v.uid AS theirs_uid, m.uid AS mine_uid" if has_uid else "'' AS theirs_uid, '' AS mine_uid"
    )
    found = db.execute(
        f"SELECT v.their_id, m.id, {uids} FROM (SELECT id FROM other.{table} x WHERE {theirs}) n"
        f" CROSS JOIN temp.their_{table} v ON v.their_id = n.id JOIN main.{table} m ON {same}"
        f" WHERE {mine} ORDER BY v.their_id, m.id"
    ).fetchall()
    taken: set[int] = set()
    done: set[int] = set()
    twins: list[Found] = []
    was_forgotten = _was_forgotten(db) if table == "contact" and found else lambda _: False
    for their_id, my_id, their_uid, my_uid in found:
        if their_id in done or my_id in taken:
            continue
        # An earlier entry of somebody who was forgotten and came back is not who they are now.
        if was_forgotten(their_uid) or was_forgotten(my_uid):
            continue
        done.add(their_id)
        taken.add(my_id)
        db.execute("INSERT INTO temp.twin VALUES (?, ?, ?)", (table, their_id, my_id))
        if has_uid:
            twins.append((table, my_id, my_uid, their_uid))
    return twins


def _was_forgotten(db: sqlite3.Connection) -> Callable[[str], bool]:
    """Whether the contact of a uid was forgotten on either side."""
    if not forgotten.is_any(db):
        return lambda _: False
    known = db.execute("SELECT hash FROM main.forgotten WHERE kind = 'uid'")
    return forgotten.knower(db, [row[0] for row in known])


def number(db: sqlite3.Connection) -> None:
    """Give ids to the rows of ``coming``: their own where nobody here ever had it, else new ones."""
    for table in NOUNS:
        if pair(table):
            continue
        if table == "complaint":  # it has the number of its interaction
            db.execute(
                "INSERT INTO temp.twin SELECT c.noun, w.theirs, w.mine FROM temp.coming c JOIN temp.twin w"
                " ON w.noun = 'interaction' AND w.theirs = c.row_id WHERE c.noun = 'complaint'"
            )
            continue
        if table in NUMBERED:
            _keep_numbers(db, table)
        used = f"SELECT max(mine) FROM temp.twin WHERE noun = '{table}'"
        if table in NUMBERED:  # not a number that means somebody else there
            used += f" UNION ALL SELECT max(id) FROM other.{table}"
        last = (
            f"max(n) FROM (SELECT 0 AS n UNION ALL {used} UNION ALL SELECT max(id) FROM main.{table}"
            f" UNION ALL SELECT last FROM temp.given WHERE noun = '{table}')"
        )
        first = db.execute(f"SELECT {last}").fetchone()[0]
        db.execute(
            "INSERT INTO temp.twin SELECT noun, row_id, ? + row_number() OVER (ORDER BY row_id) FROM temp.coming c"
            " WHERE c.noun = ? AND NOT EXISTS (SELECT 1 FROM temp.twin w WHERE w.noun = c.noun AND w.theirs = c.row_id)",
            (first, table),
        )


def _keep_numbers(db: sqlite3.Connection, table: str) -> None:
    """Their number stays where it is above all that were given here, or was this very row's before it went."""
    db.execute(
        "INSERT INTO temp.twin SELECT c.noun, c.row_id, c.row_id FROM temp.coming c"
        f" JOIN other.{table} x ON x.id = c.row_id WHERE c.noun = '{table}'"
        f" AND (c.row_id > coalesce((SELECT last FROM temp.given WHERE noun = '{table}'), 0)"
        "  OR EXISTS (SELECT 1 FROM main.change d WHERE d.noun = c.noun AND d.row_id = c.row_id AND d.op = 'delete'"
        "   AND json_extract(d.data, '$.uid') IN (x.uid, '(lost)')))"  # lost by a repair (store/doctor_history.py)
        f" AND NOT EXISTS (SELECT 1 FROM main.{table} m WHERE m.id = c.row_id)"
    )
