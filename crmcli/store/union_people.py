"""People who were merged on one side: merged on the other first, with all that was new of them there.

So both copies speak of the same people before anything is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.store import different, who
from crmcli.store import merge as merging
from crmcli.store.union_news import last

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class Merge:
    """A merge of one side: the uid of who went, the row of who is kept, the set that did it, what sets that side knows."""

    gone: str
    kept: dict[str, Any]
    stamp: Callable[[], str]
    known: Callable[[str], bool]


def merges(db: sqlite3.Connection, schema: str) -> list[Merge]:
    """The people whom merges took away in ``main`` or the attached ``other``."""
    found = []
    for row in db.execute(
        f"SELECT m.uid AS gone, m.id AS merge_id, c.*, o.uid AS company_uid FROM {schema}.merged_contact m"
        f" JOIN {schema}.contact c ON c.id = m.contact_id LEFT JOIN {schema}.company o ON o.id = c.company_id"
        " ORDER BY m.uid"
    ):
        stamp = partial(last, db, schema, "merged_contact", row["merge_id"], 0, ("contact_id",))
        known = partial(knows, db, schema=schema)
        found.append(Merge(row["gone"], dict(row), stamp, known))
    return found


def repeat(db: sqlite3.Connection, done: Iterable[Merge]) -> list[tuple[int, int]]:
    """Merge in ``main`` of ``db`` whom the other side has merged, where this side knows nothing of it.

    Inside the open transaction.

    Returns:
        (id that went, id that is kept).
    """
    pairs = []
    for one in done:
        gone = db.execute("SELECT id FROM main.contact WHERE uid = ?", (one.gone,)).fetchone()
        if gone is None or knows(db, one.stamp()):
            continue
        keep = _keep(db, one)
        if keep == gone[0]:
            continue
        different.lift(db, keep, gone[0])
        # Of a chain each side repeats another link, and both come to the newest of all.
        touched = db.execute(
            "SELECT max(updated_at) FROM main.contact WHERE id IN (?, ?)", (keep, gone[0])
        ).fetchone()[0]
        merging.merge(db, keep, gone[0], max(touched, one.kept["updated_at"]))
        pairs.append((gone[0], keep))
    return pairs


def knows(db: sqlite3.Connection, uid: str, *, schema: str = "main") -> bool:
    """Whether the book knows a change set, its own or one that a merge took in."""
    return bool(
        db.execute(
            f"SELECT 1 FROM {schema}.change_set WHERE uid = :uid UNION ALL SELECT 1 FROM {schema}.taken_set x"
            f" WHERE uid = :uid AND (SELECT undone_by FROM {schema}.change_set WHERE id = x.set_id) IS NULL",
            {"uid": uid},
        ).fetchone()
    )


def _keep(db: sqlite3.Connection, one: Merge) -> int:
    """The id here of the one who is kept; inserted where they are new, or the other side took back that they were merged."""
    kept = one.kept
    row = db.execute("SELECT id FROM main.contact WHERE uid = ?", (kept["uid"],)).fetchone()
    if row:
        return int(row[0])
    row = db.execute(
        "SELECT id, contact_id FROM main.merged_contact WHERE uid = ?", (kept["uid"],)
    ).fetchone()
    if row and not one.known(last(db, "main", "merged_contact", row[0], 0, ("contact_id",))):
        return who.followed(db, row[1])
    known = [r[1] for r in db.execute("PRAGMA main.table_info(contact)") if r[1] != "id"]
    values = {name: kept[name] for name in known} | {"referred_by": None}
    company = db.execute(
        "SELECT id FROM main.company WHERE uid = ?", (kept["company_uid"],)
    ).fetchone()
    values["company_id"] = company[0] if company else None
    marks = ", ".join("?" * len(values))
    cursor = db.execute(
        f"INSERT INTO main.contact ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
    )
    return cursor.lastrowid or 0


def follow(
    db: sqlite3.Connection, side: str, pairs: Iterable[tuple[int, int]], set_id: int | None = None
) -> None:
    """What was new of one who went is new of the one who is kept; with ``set_id`` also for later merges."""
    news = f"temp.{side}_news"
    for gone, keep in pairs:
        for condition, key in (
            ("noun = 'contact' AND row_id = :gone AND field <> ''", ":keep AS row_id, contact_id"),
            ("contact_id = :gone", "row_id, :keep AS contact_id"),
        ):
            moved = f"SELECT noun, {key}, field, uid FROM {news} WHERE {condition}"
            given = {"gone": gone, "keep": keep, "set": set_id}
            if set_id:
                db.execute(
                    "INSERT INTO main.taken_value (set_id, noun, row_id, contact_id, field, uid)"
                    f" SELECT :set, noun, row_id, nullif(contact_id, 0), field, uid FROM ({moved})",
                    given,
                )
            db.execute(
                f"INSERT INTO {news} {moved} ON CONFLICT DO UPDATE SET uid = max(uid, excluded.uid)",
                given,
            )


def merged(db: sqlite3.Connection, side: str, schema: str) -> list[tuple[int, int]]:
    """Whom that side merged itself of those it has news of: (id that went, id that is kept)."""
    news = f"temp.{side}_news"
    return [
        (row[0], row[1])
        for row in db.execute(
            f"SELECT old_id, contact_id FROM {schema}.merged_contact WHERE old_id IN"
            f" (SELECT row_id FROM {news} WHERE noun = 'contact' UNION SELECT contact_id FROM {news})"
        )
    ]


def follow_fields(
    db: sqlite3.Connection, side: str, schema: str, pairs: Iterable[tuple[int, int]], uid: str
) -> None:
    """A custom field that found no room in the merge of ``uid`` and became ``Size 2`` is as new as its value was."""
    news = f"temp.{side}_news"
    for gone, keep in pairs:
        db.execute(
            f"INSERT INTO {news} SELECT 'contact_field', c.row_id, :keep, '', n.uid FROM {schema}.change c,"
            f" (SELECT max(uid) AS uid FROM {news} WHERE noun = 'contact_field' AND contact_id = :gone) n"
            f" WHERE c.set_id = (SELECT id FROM {schema}.change_set WHERE uid = :uid) AND c.noun = 'contact_field'"
            " AND c.op = 'insert' AND c.contact_id = :keep AND n.uid IS NOT NULL"
            " ON CONFLICT DO UPDATE SET uid = max(uid, excluded.uid)",
            {"gone": gone, "keep": keep, "uid": uid},
        )
        if side == "mine":
            db.execute(
                "INSERT INTO main.taken_value (set_id, noun, row_id, contact_id, field, uid)"
                " SELECT c.set_id, c.noun, c.row_id, c.contact_id, '', n.uid FROM main.change c"
                f" JOIN {news} n ON n.noun = c.noun AND n.row_id = c.row_id AND n.contact_id = c.contact_id AND n.field = ''"
                " WHERE c.set_id = (SELECT id FROM main.change_set WHERE uid = :uid) AND c.noun = 'contact_field'"
                " AND c.op = 'insert' AND c.contact_id = :keep",
                {"keep": keep, "uid": uid},
            )
