"""A second export of the same system, and what stands beside a person: custom fields and lists.

They follow as the columns of the person do (see bulk_again): what an import brought takes the new
value, what somebody edited since stays. A list has no columns to compare, so of its entries those
that the file no longer has are paired with those that the book does not have yet: an anniversary
that moved is moved, and not a second one.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from crmcli.store.bulk_again import EXTERNAL, Differs
from crmcli.store.bulk_set_by import FieldsSetBy, Ids, SetBy

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

_KNOWN = "FROM in_target t JOIN in_contact n ON n.row = t.row JOIN contact x ON x.id = t.contact_id"
_WHO = f"x.id AS contact_id, {EXTERNAL} AS external, n.row AS number, n.line, x.name AS called"
_ADDRESS = ("address", "city", "region", "postcode", "country")
# Lists whose entries follow: table -> the columns that say what an entry is of, those that it says,
# and whether as many must be new as are old, because nothing tells which became which.
_LISTS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "address": ("label", _ADDRESS, False),
    "link": ("NULL", ("url",), True),
}


def follow(db: sqlite3.Connection) -> list[Differs]:
    """Bring custom fields, key dates, further addresses, links and labels of known people up to date.

    Call before anything is filled in: what the book does not have at all is not looked at.

    Returns:
        Who differs in something that stays.
    """
    ids = Ids(db, "contact")
    found = [*_fields(db, ids), *move_dates(db, ids)]
    for table in LABELLED:
        found += _labels(db, ids, table)
    for table in _LISTS:
        _follow_list(db, ids, table)
    return found


def _fields(db: sqlite3.Connection, ids: Ids) -> Iterator[Differs]:
    rows = db.execute(
        f"SELECT {_WHO}, f.id AS field_id, f.name AS field, e.value {_KNOWN}"
        " JOIN in_field e ON e.row = t.row JOIN field f ON f.key = e.key"
        " JOIN contact_field v ON v.contact_id = x.id AND v.field_id = f.id"
        " WHERE NOT t.fresh AND v.value <> e.value ORDER BY n.row, e.position"
    ).fetchall()
    set_by = FieldsSetBy(db) if rows else None
    for row in rows:
        since = ids.since(row["contact_id"], row["external"])
        if since is not None and set_by and set_by.is_import(row["contact_id"], row["field_id"], since):  # fmt: skip
            db.execute(
                "UPDATE contact_field SET value = ? WHERE contact_id = ? AND field_id = ?",
                (row["value"], row["contact_id"], row["field_id"]),
            )
        else:
            yield _differs(row, row["field"])


def _differs(row: sqlite3.Row, word: str) -> Differs:
    return Differs(row["number"], row["line"], row["called"], (word,))


def move_dates(db: sqlite3.Connection, ids: Ids | None) -> Iterator[Differs]:
    """Move the key dates that the file has on another day, kind by kind.

    Of a kind that the file has more often than the book the rest is added.

    Args:
        db: the book, with the rows staged.
        ids: which of them the file may move; None is all.
    """
    rows = db.execute(
        f"SELECT {_WHO}, e.kind, e.date, e.notice {_KNOWN} JOIN in_date e ON e.row = t.row"
        " WHERE NOT t.fresh AND EXISTS (SELECT 1 FROM key_date k WHERE k.contact_id = x.id AND k.kind = e.kind)"
        " AND NOT EXISTS (SELECT 1 FROM key_date k WHERE k.contact_id = x.id AND k.kind = e.kind AND k.date = e.date)"
        " ORDER BY n.row, e.kind, e.position"
    ).fetchall()
    set_by = SetBy(db, "key_date") if rows and ids else None
    for (contact_id, kind), group in groupby(rows, lambda row: (row["contact_id"], row["kind"])):
        new = list(group)
        old = [
            row[0]
            for row in db.execute(
                "SELECT id FROM key_date WHERE contact_id = :id AND kind = :kind AND date NOT IN"
                " (SELECT date FROM in_date WHERE row = :row AND kind = :kind) ORDER BY id",
                {"id": contact_id, "kind": kind, "row": new[0]["number"]},
            )
        ]
        follows = _following(old, new[0], ids, set_by, ("date",)) if ids else old
        for row, number in zip(new, follows, strict=False):
            db.execute(
                "UPDATE key_date SET date = ?, notice = coalesce(?, notice) WHERE id = ?",
                (row["date"], row["notice"], number),
            )
        stay = len(old) - len(follows)
        left = new[len(follows) :]
        for row in left[:stay]:
            yield _differs(row, str(kind))
        db.executemany(
            "INSERT INTO key_date (contact_id, kind, date, notice) VALUES (?, ?, ?, ?)",
            [(contact_id, kind, row["date"], row["notice"]) for row in left[stay:]],
        )


def _following(
    old: Sequence[int], row: sqlite3.Row, ids: Ids, set_by: SetBy | None, columns: Sequence[str]
) -> list[int]:
    """Those of the entries that an import set last, in all of the columns."""
    since = ids.since(row["contact_id"], row["external"])
    if since is None or set_by is None:
        return []
    return [
        number for number in old if len([*set_by.imports(number, since, columns)]) == len(columns)
    ]


def _follow_list(db: sqlite3.Connection, ids: Ids, table: str) -> None:
    """Change the entries of a list that the file has otherwise now; what is more is filled in later."""
    of, columns, even = _LISTS[table]
    same = " AND ".join(f"y.{column} IS e.{column}" for column in columns)
    group = f"y.{of} IS :of" if of != "NULL" else "1"
    rows = db.execute(
        f"SELECT {_WHO}, {'e.' * (of != 'NULL')}{of} AS label, {', '.join(f'e.{one}' for one in columns)} {_KNOWN}"
        f" JOIN in_{table} e ON e.row = t.row WHERE NOT t.fresh"
        f" AND EXISTS (SELECT 1 FROM {table} y WHERE y.contact_id = x.id)"
        f" AND NOT EXISTS (SELECT 1 FROM {table} y WHERE y.contact_id = x.id AND {same})"
        " ORDER BY n.row, label, e.position"
    ).fetchall()
    set_by = SetBy(db, table) if rows else None
    for (contact_id, label), found in groupby(rows, lambda row: (row["contact_id"], row["label"])):
        new = list(found)
        old = [
            row[0]
            for row in db.execute(
                f"SELECT y.id FROM {table} y WHERE y.contact_id = :id AND {group}"
                f" AND NOT EXISTS (SELECT 1 FROM in_{table} e WHERE e.row = :row AND {same}) ORDER BY y.position",
                {"id": contact_id, "of": label, "row": new[0]["number"]},
            )
        ]
        follows = _following(old, new[0], ids, set_by, columns)
        if (even or label is None) and len(follows) != len(new):
            continue
        sets = ", ".join(f"{column} = ?" for column in columns)
        db.executemany(
            f"UPDATE {table} SET {sets} WHERE id = ?",
            [
                (*(row[column] for column in columns), number)
                for row, number in zip(new, follows, strict=False)
            ],
        )


# Lists whose entries have labels: table -> what makes an entry the same but for its label, and how it is called.
LABELLED = {
    "email": ("y.key = e.key", "y.address"),
    "phone": ("y.key = e.key AND y.extension IS e.extension", "y.number"),
    "address": (" AND ".join(f"y.{part} IS e.{part}" for part in _ADDRESS), "coalesce(y.address, y.city, 'an address')"),
}  # fmt: skip


def _relabelled(table: str) -> str:
    """SQL of whether the book has the entry e under other labels only, y being one of these."""
    same = LABELLED[table][0]
    return (
        f"{same} AND e.label IS NOT NULL AND y.label IS NOT e.label AND NOT EXISTS (SELECT 1 FROM {table} z"
        f" WHERE z.contact_id = y.contact_id AND z.label = e.label AND {same.replace('y.', 'z.')})"
        f" AND NOT EXISTS (SELECT 1 FROM in_{table} w WHERE w.row = e.row AND w.label = y.label AND {same.replace('e.', 'w.')})"
    )


def fill_labels(db: sqlite3.Connection, table: str, *, overwrite: bool) -> None:
    """Give entries of a list the labels of the file: those without one, or all."""
    db.execute(
        f"UPDATE {table} AS y SET label = e.label FROM in_target t JOIN in_{table} e ON e.row = t.row"
        f" WHERE NOT t.fresh AND y.contact_id = t.contact_id AND {_relabelled(table)}"
        f"{'' if overwrite else ' AND y.label IS NULL'}"
    )


def _labels(db: sqlite3.Connection, ids: Ids, table: str) -> Iterator[Differs]:
    rows: list[Any] = db.execute(
        f"SELECT {_WHO}, y.id, e.label, {LABELLED[table][1]} AS shown {_KNOWN} JOIN in_{table} e ON e.row = t.row"
        f" JOIN {table} y ON y.contact_id = x.id AND {_relabelled(table)}"
        " WHERE NOT t.fresh AND y.label IS NOT NULL ORDER BY n.row, e.position"
    ).fetchall()
    set_by = SetBy(db, table) if rows else None
    for row in rows:
        if _following([row["id"]], row, ids, set_by, ("label",)):
            db.execute(f"UPDATE {table} SET label = ? WHERE id = ?", (row["label"], row["id"]))
        else:
            yield _differs(row, f"label of {row['shown']}")
