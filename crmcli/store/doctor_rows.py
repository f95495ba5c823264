"""Rows that point to nothing, that nobody points to, or that stand in no order."""

from __future__ import annotations

from crmcli.db import identity
from crmcli.db.triggers import PAIRED, TRACKED
from crmcli.store.doctor import Finding, several
from crmcli.store.history import BY_HAND

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from crmcli.store.doctor import Sight

    Mend = Callable[[sqlite3.Connection], None]

_NOUNS = ("contact", "company", "interaction", "follow_up", "deal")
_MOST = 2**53  # up to where every reader of JSON can tell two numbers apart
_LISTS = ("email", "phone", "address", "link")


def look(db: sqlite3.Connection, sight: Sight) -> Iterator[Finding]:
    """Yield findings about how rows hang together."""
    del sight
    yield from _identity(db)
    yield from _dangling(db)
    yield from _ids(db)
    yield from _pairs(db)
    yield from _circles(db)
    yield from _positions(db)
    yield from _numbers(db)
    yield from _unused(db)


def _identity(db: sqlite3.Connection) -> Iterator[Finding]:
    """The uid of the book and its key: without them nothing can be copied, imported or forgotten."""
    for name in identity.lost(db):
        what = "number" if name == "book" else "key by which forgotten people are known"
        yield Finding(
            "identity", f"the {what} of the book is lost", 1,
            repair="takes it from the newest copy, or makes a new one",
            mend=lambda db: (identity.give(db, {}), None)[1],
        )  # fmt: skip


def _dangling(db: sqlite3.Connection) -> Iterator[Finding]:
    """References to nothing: the row goes, or only its reference where it can do without."""
    for table in TRACKED:
        needed = {row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[3] or row[5]}
        for key in db.execute(f"PRAGMA foreign_key_list({table})").fetchall():
            parent, column = key["table"], key["from"]
            named = f"contact_id, {PAIRED[table]}" if table in PAIRED else "id"
            lost = f"{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {table}.{column})"
            count, first = several(db, f"SELECT {named} FROM {table} WHERE {lost}")
            if not count:
                continue
            goes = column in needed
            act = (
                f"DELETE FROM {table}" if goes else f"UPDATE {table} SET {column} = NULL"
            ) + f" WHERE {lost}"
            yield Finding(
                "dangling",
                f"{{}} rows of {table} point to no {parent}",
                count,
                f"{table} {first}",
                repair="takes these rows away" if goes else f"takes their {column} away",
                mend=_run(act, deferred=True),
                risky=goes,
            )
    count, first = several(db, "SELECT id FROM change WHERE set_id NOT IN (SELECT id FROM change_set)")  # fmt: skip
    if count:
        yield Finding(
            "dangling", "{} changes of the history belong to no command", count, f"change {first}",
            repair="puts them under a command made by hand", mend=_adopt,
        )  # fmt: skip


def _adopt(db: sqlite3.Connection) -> None:
    db.execute(
        "UPDATE change SET set_id = (SELECT max(id) FROM change_set WHERE command = ?)"
        " WHERE set_id NOT IN (SELECT id FROM change_set)",
        (BY_HAND,),
    )


def _run(*statements: str, deferred: bool = False) -> Mend:
    def mend(db: sqlite3.Connection) -> None:
        if deferred:  # a row on its way out may be pointed to by another
            db.execute("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            db.execute(statement)

    return mend


def _ids(db: sqlite3.Connection) -> Iterator[Finding]:
    lost = " OR ".join(
        f"(noun = '{noun}' AND NOT EXISTS (SELECT 1 FROM {noun} r WHERE r.id = row_id))"
        for noun in _NOUNS
    )
    count, first = several(
        db, f"SELECT noun, row_id, system, value FROM external_id WHERE {lost} ORDER BY id"
    )
    if count:
        yield Finding(
            "dangling", "{} ids of other systems are of rows that are not there", count, first,
            repair="takes them away", mend=_run(f"DELETE FROM external_id WHERE {lost}"),
        )  # fmt: skip
    lost = "silence.rule IS NULL AND silence.contact_id IS NULL AND silence.tag_id IS NULL"
    count, first = several(db, f"SELECT id FROM silence WHERE {lost}")
    if count:
        yield Finding(
            "dangling", "{} silences are of nobody and nothing", count, f"silence {first}",
            repair="takes them away", mend=_run(f"DELETE FROM silence WHERE {lost}"),
        )  # fmt: skip


def _pairs(db: sqlite3.Connection) -> Iterator[Finding]:
    """Of two who are told to be different people the smaller number stands first."""
    count, first = several(db, "SELECT contact_id, other_id FROM different WHERE contact_id >= other_id")  # fmt: skip
    if count:
        yield Finding(
            "pairs", "{} pairs of different people stand the wrong way round", count, first,
            repair="turns them round",
            mend=_run(
                "INSERT OR IGNORE INTO different (contact_id, other_id)"
                " SELECT other_id, contact_id FROM different WHERE contact_id > other_id",
                "DELETE FROM different WHERE contact_id >= other_id",
            ),
        )  # fmt: skip


def _circles(db: sqlite3.Connection) -> Iterator[Finding]:
    """Nobody is in the book and merged into somebody as well: a circle has people of both kinds."""
    living = "uid IN (SELECT uid FROM contact) OR old_id IN (SELECT id FROM contact)"
    count, first = several(db, f"SELECT name FROM merged_contact WHERE {living} ORDER BY id")
    if count:
        yield Finding(
            "merged", "{} people who are in the book are told to be merged into somebody", count, first,
            repair="takes that away; they stay", mend=_run(f"DELETE FROM merged_contact WHERE {living}"),
        )  # fmt: skip


def _positions(db: sqlite3.Connection) -> Iterator[Finding]:
    """Two values of a person in one place, so that nobody knows which is the first."""
    for table in _LISTS:
        twice = (
            f"(SELECT contact_id FROM {table} GROUP BY contact_id"
            " HAVING count(*) <> count(DISTINCT position) OR min(position) < 0)"
        )
        count, first = several(db, f"SELECT contact_id FROM {twice}")
        if count:
            yield Finding(
                "positions", f"{{}} people have two of their {table} rows in one place", count,
                f"contact {first}", repair="numbers them by their ids",
                mend=_run(
                    f"UPDATE {table} SET position = n.place FROM (SELECT id,"
                    " row_number() OVER (PARTITION BY contact_id ORDER BY position, id) - 1 AS place"
                    f" FROM {table} WHERE contact_id IN {twice}) n"
                    f" WHERE n.id = {table}.id AND {table}.position <> n.place"
                ),
            )  # fmt: skip


def _numbers(db: sqlite3.Connection) -> Iterator[Finding]:
    """Numbers once given are never given again, which a table keeps that anybody could edit."""
    for (table,) in db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    ).fetchall():
        highest, told, kept = db.execute(
            f"SELECT (SELECT max(id) FROM {table}),"
            " (SELECT max(coalesce(row_last, row_id)) FROM change WHERE noun = :table"
            "  AND coalesce(row_last, row_id) <= :most),"
            " (SELECT max(seq) FROM sqlite_sequence WHERE name = :table)",
            {"table": table, "most": _MOST},
        ).fetchone()
        if max(highest or 0, kept or 0) > _MOST:
            mendable = (highest or 0) <= _MOST and table != "change_set"
            yield Finding(
                "numbers", f"the numbers of {table} come to their end", 1,
                f"{max(highest or 0, kept or 0)} is taken",
                repair="counts on from the highest before" if mendable else "",
                advice="" if mendable else "a copy from before that has room: crm backup --list",
                mend=_count_on(table, max(highest or 0, told or 0)) if mendable else None,
            )  # fmt: skip
        elif (highest or 0) > (kept or 0):
            yield Finding(
                "numbers", f"the numbers of {table} would be given twice", 1, f"{highest:,} is taken",
                repair="counts on from there", mend=_count_on(table, highest),
            )  # fmt: skip


def _count_on(table: str, number: int) -> Mend:
    return _run(
        f"DELETE FROM sqlite_sequence WHERE name = '{table}'",
        f"INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {number})",
    )


def _unused(db: sqlite3.Connection) -> Iterator[Finding]:
    """Tags and fields that nobody has: harmless, what untag leaves behind."""
    for table, holders in (("tag", ("contact_tag", "silence")), ("field", ("contact_field",))):
        idle = " AND ".join(
            f"NOT EXISTS (SELECT 1 FROM {holder} h WHERE h.{table}_id = {table}.id)"
            for holder in holders
        )
        count, first = several(db, f"SELECT name FROM {table} WHERE {idle}")
        if count:
            yield Finding(
                "unused", f"{{}} {table}s are nobody's", count, first, repair="takes them away",
                mend=_run(f"DELETE FROM {table} WHERE {idle}"), untidy=True,
            )  # fmt: skip
