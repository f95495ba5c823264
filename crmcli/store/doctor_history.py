"""The history beside the rows: what stands has to be what it leaves standing.

The triggers write it, so the two part only when somebody changes the file past them. What came or
went in that way becomes a command of its own in the history, so that the two agree again.
"""

from __future__ import annotations

from crmcli.db.triggers import BY_CONTACT, PAIRED, TRACKED
from crmcli.store.doctor import Finding, several
from crmcli.store.history import BY_HAND

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crmcli.store.doctor import Sight

_BY_ID = tuple(table for table in TRACKED if table not in PAIRED)
_HIGHEST = 1 << 28  # of the ids that are looked at: a number beyond is somebody's joke
_EMPTY = "NOT EXISTS (SELECT 1 FROM change WHERE set_id = change_set.id)"


def look(db: sqlite3.Connection, sight: Sight) -> Iterator[Finding]:
    """Yield findings about the history."""
    yield from _links(db)
    # Not those of a mend that is going on.
    going = "SELECT id FROM change_set ORDER BY id DESC LIMIT 2" if _mending(db) else "0"
    empty = f"undoes IS NULL AND {_EMPTY} AND id NOT IN ({going})"
    count, first = several(db, f"SELECT id, command FROM change_set WHERE {empty}")
    if count:
        yield Finding(
            "history", "{} commands of the history changed nothing", count, first,
            repair="takes them out",
            mend=lambda db: _take_out(db, empty),
        )  # fmt: skip
    for table in _BY_ID:
        yield from _of_table(db, table)
    for table, key in PAIRED.items():
        yield from _of_pairs(db, table, key)
    if sight.full:
        yield from _values(db)


def _take_out(db: sqlite3.Connection, empty: str) -> None:
    """Delete sets without changes, and those that only took one of them back."""
    while True:
        found = [row[0] for row in db.execute(f"SELECT id FROM change_set WHERE {empty}")]
        if not found:
            return
        for number in found:
            db.execute("UPDATE change_set SET undoes = NULL WHERE undoes = ?", (number,))
            db.execute("UPDATE change_set SET undone_by = NULL WHERE undone_by = ?", (number,))
            db.execute("DELETE FROM change_set WHERE id = ?", (number,))


def _mending(db: sqlite3.Connection) -> bool:
    """Whether the last set but one is that of a mend, which has no change yet."""
    row = db.execute(
        f"SELECT command, {_EMPTY} FROM change_set ORDER BY id DESC LIMIT 1 OFFSET 1"
    ).fetchone()
    return row is not None and row[0] == BY_HAND and bool(row[1])


def _links(db: sqlite3.Connection) -> Iterator[Finding]:
    """Commands that were taken back, and those that took them back, know of each other."""
    # Who takes back whom, as far as it is in force; the later says so itself.
    wanted = "(SELECT max(u.id) FROM change_set u WHERE u.undoes = change_set.id AND u.undone_by IS NULL)"
    wrong = (
        f"undone_by IS NOT {wanted} AND NOT EXISTS (SELECT 1 FROM change_set u"
        " WHERE u.id = change_set.undone_by AND u.undoes = change_set.id)"
    )
    count, first = several(db, f"SELECT id, command FROM change_set WHERE {wrong}")
    if count:
        yield Finding(
            "history", "{} commands and what took them back do not know of each other", count, first,
            repair="links them as the later one says",
            mend=lambda db: (db.execute(f"UPDATE change_set SET undone_by = {wanted} WHERE {wrong}"), None)[1],
        )  # fmt: skip


def _of_table(db: sqlite3.Connection, table: str) -> Iterator[Finding]:
    """Rows that came or went untold, by the numbers of all of them."""
    top = db.execute(
        f"SELECT max(coalesce((SELECT max(id) FROM {table}), 0), coalesce((SELECT max(coalesce(row_last, row_id))"
        " FROM change WHERE noun = ? AND op <> 'update'), 0))",
        (table,),
    ).fetchone()[0]
    if top > _HIGHEST:
        yield Finding("history", f"{{}} row of {table} has a number beyond all measure", 1, str(top),
                      advice="not mendable from the book")  # fmt: skip
        return
    told, there = bytearray(top + 1), bytearray(top + 1)
    for op, first, last in db.execute(
        "SELECT op, row_id, coalesce(row_last, row_id) FROM change WHERE noun = ? AND op <> 'update' ORDER BY id",
        (table,),
    ):
        if first < 0:
            continue
        told[first : last + 1] = (b"\1" if op == "insert" else b"\0") * (last - first + 1)
    for (number,) in db.execute(f"SELECT id FROM {table} WHERE id >= 0"):
        there[number] = 1
    if told == there:
        return
    came = [number for number in range(top + 1) if there[number] and not told[number]]
    gone = [number for number in range(top + 1) if told[number] and not there[number]]
    if came:
        yield Finding(
            "history", f"{{}} rows of {table} came past the history", len(came),
            f"{table} {came[0]}", repair="tells of them as a change made by hand",
            mend=lambda db: _tell(db, table, came, "insert"),
        )  # fmt: skip
    if gone:
        yield Finding(
            "history", f"{{}} rows of {table} went past the history", len(gone),
            f"{table} {gone[0]}", repair="tells of them as gone by hand; only a copy from before can bring them back",
            mend=lambda db: _tell(db, table, gone, "delete"),
        )  # fmt: skip


def _tell(db: sqlite3.Connection, table: str, numbers: list[int], op: str) -> None:
    """Write changes of rows that came or went by hand into the set of the open transaction."""
    whose, _ = TRACKED[table]
    number = _hand(db)
    if op == "insert":
        contact = whose.format(row=table)
        db.executemany(
            "INSERT INTO change (set_id, noun, row_id, contact_id, op)"
            f" SELECT ?, '{table}', id, {contact}, 'insert' FROM {table} WHERE id = ?",
            [(number, one) for one in numbers],
        )
        return
    from json import dumps, loads

    columns = db.execute(f"PRAGMA table_info({table})").fetchall()
    for one in numbers:
        # What it was is lost; what the history knows of it stands in its updates.
        row = {c[1]: None if not c[3] else "(lost)" if c[2] == "TEXT" else 0 for c in columns}
        for (data,) in db.execute(
            "SELECT data FROM change WHERE noun = ? AND row_id = ? AND op = 'update' ORDER BY id",
            (table, one),
        ):
            row |= {column: pair[1] for column, pair in loads(data).items()}
        row["id"] = one
        owner = one if table == "contact" else row.get("contact_id")
        db.execute(
            "INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES (?, ?, ?, ?, 'delete', ?)",
            (number, table, one, owner, dumps(row)),
        )


def _hand(db: sqlite3.Connection) -> int:
    """The set for what was done by hand: the newest but one where a mend is going on, see commands/doctor."""
    row = db.execute("SELECT max(id) FROM change_set WHERE command = ?", (BY_HAND,)).fetchone()
    return int(row[0])


def _of_pairs(db: sqlite3.Connection, table: str, key: str) -> Iterator[Finding]:
    """Pairs that came or went untold."""
    ranges = db.execute(
        "SELECT row_id, row_last FROM change WHERE noun = ? AND op = 'insert' AND row_last IS NOT NULL",
        (table,),
    ).fetchall()
    covered = bytearray(max((row[1] for row in ranges), default=-1) + 1)
    for first, last in ranges:
        covered[max(first, 0) : last + 1] = b"\1" * (last + 1 - max(first, 0))
    by_contact = table in BY_CONTACT

    def loose() -> Iterator[tuple[int, int]]:
        for contact, other in db.execute(f"SELECT contact_id, {key} FROM {table}"):
            number = contact if by_contact else other
            if not (0 <= number < len(covered) and covered[number]):
                yield contact, other

    last = (
        "SELECT op FROM change WHERE noun = ? AND contact_id = ? AND row_id = ? AND row_last IS NULL"
        " ORDER BY id DESC LIMIT 1"
    )
    came = []
    for pair in list(loose()):
        row = db.execute(last, (table, *pair)).fetchone()
        if row is None or row[0] == "delete":
            came.append(pair)
    if came:
        yield Finding(
            "history", f"{{}} rows of {table} came past the history", len(came),
            f"{table} of contact {came[0][0]}", repair="tells of them as a change made by hand",
            mend=lambda db: _tell_pairs(db, table, came),
        )  # fmt: skip


def _tell_pairs(db: sqlite3.Connection, table: str, pairs: list[tuple[int, int]]) -> None:
    number = _hand(db)
    db.executemany(
        f"INSERT INTO change (set_id, noun, row_id, contact_id, op) VALUES ({number}, '{table}', ?, ?, 'insert')",
        [(other, contact) for contact, other in pairs],
    )


def _values(db: sqlite3.Connection) -> Iterator[Finding]:
    """Values that are not what the last change of them says: written past the history."""
    from json import loads

    for table in _BY_ID:
        columns = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        wanted: dict[tuple[int, str], object] = {}
        for number, op, data in db.execute(
            "SELECT row_id, op, data FROM change WHERE noun = ? AND row_last IS NULL ORDER BY id",
            (table,),
        ):
            if op == "update" and data:
                try:
                    pairs = loads(data)
                except ValueError:
                    continue
                wanted.update(((number, column), pair[1]) for column, pair in pairs.items())
            elif op == "delete":
                for column in columns:
                    wanted.pop((number, column), None)
        wrong = []
        for (number, column), value in wanted.items():
            row = db.execute(f"SELECT {column} FROM {table} WHERE id = ?", (number,)).fetchone()
            if row is not None and row[0] != value and column in columns:
                wrong.append((number, column, value, row[0]))
        if wrong:
            number, column, _, _ = wrong[0]
            yield Finding(
                "history", f"{{}} values of {table} were changed past the history", len(wrong),
                f"{column} of {table} {number}", repair="tells of them as changed by hand",
                mend=lambda db, table=table, wrong=wrong: _tell_values(db, table, wrong),
            )  # fmt: skip


def _tell_values(
    db: sqlite3.Connection, table: str, wrong: list[tuple[int, str, object, object]]
) -> None:
    from json import dumps

    number = _hand(db)
    whose = TRACKED[table][0].format(row=table)
    for row_id, column, before, after in wrong:
        db.execute(
            "INSERT INTO change (set_id, noun, row_id, contact_id, op, data)"
            f" SELECT ?, '{table}', id, {whose}, 'update', ? FROM {table} WHERE id = ?",
            (number, dumps({column: [before, after]}), row_id),
        )
