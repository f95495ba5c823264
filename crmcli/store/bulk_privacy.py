"""What a file says of people's channels and of what they agreed to: into the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.bulk_ranges import insert_children

if TYPE_CHECKING:
    import sqlite3

CHANNELS = ("email", "phone")


def mark(db: sqlite3.Connection, table: str, same: str, *, overwrite: bool) -> None:
    """Note which addresses or numbers of known people work and which are dead, of new ones too.

    ``same`` is SQL of whether entry x of the book is entry e of the file. A file that fills does
    not declare dead what was found to work since.
    """
    if overwrite:
        works, dead = "coalesce(e.verified_on, x.verified_on)", "coalesce(e.dead_on, x.dead_on)"
    else:
        works = "coalesce(x.verified_on, e.verified_on)"
        dead = "iif(x.dead_on IS NULL AND coalesce(x.verified_on, '') < e.dead_on, e.dead_on, x.dead_on)"
    db.execute(
        f"UPDATE {table} AS x SET verified_on = {works}, dead_on = {dead}"
        f" FROM in_target t JOIN in_{table} e ON e.row = t.row"
        f" WHERE NOT t.fresh AND x.contact_id = t.contact_id AND {same}"
        f" AND coalesce(e.verified_on, e.dead_on) IS NOT NULL"
        f" AND (x.verified_on IS NOT {works} OR x.dead_on IS NOT {dead})"
    )


def agree(db: sqlite3.Connection, *, fresh: bool, overwrite: bool) -> None:
    """Note the bases of new people, and of known ones those that are not noted; fill in the others."""
    if not db.execute("SELECT 1 FROM in_consent LIMIT 1").fetchone():
        return
    same = "x.contact_id = t.contact_id AND x.basis = e.basis AND x.given_on = e.given_on"
    source = "FROM in_target t JOIN in_consent e ON e.row = t.row"
    lacking = f"AND NOT EXISTS (SELECT 1 FROM consent x WHERE {same})"
    sql = (
        "INSERT INTO consent (contact_id, basis, given_on, withdrawn_on, source)"
        f" SELECT t.contact_id, e.basis, e.given_on, e.withdrawn_on, e.source {source}"
        f" WHERE {'' if fresh else 'NOT '}t.fresh {'' if fresh else lacking} ORDER BY t.row, e.position"
    )
    if fresh:
        insert_children(db, "consent", sql)
        return
    db.execute(sql)
    first, second = ("e", "x") if overwrite else ("x", "e")
    new = {
        column: f"coalesce({first}.{column}, {second}.{column})"
        for column in ("withdrawn_on", "source")
    }
    differ = " OR ".join(f"x.{column} IS NOT {value}" for column, value in new.items())
    db.execute(
        f"UPDATE consent AS x SET {', '.join(f'{column} = {value}' for column, value in new.items())}"
        f" {source} WHERE NOT t.fresh AND {same} AND ({differ})"
    )
