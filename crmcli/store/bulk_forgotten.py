"""Forgotten people left out of what a load brings, before anything of it is in the book."""

from __future__ import annotations

from crmcli.store import bulk_ids, forgotten, masked

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from crmcli.store.bulk import Summary

# Of each kind, what has it in the book: those who were taken back are in it all the same.
_IN_THE_BOOK = {
    "email": "SELECT 1 FROM email x WHERE x.key = {0}",
    "phone": "SELECT 1 FROM phone x WHERE x.key = {0}",
    "uid": "SELECT 1 FROM contact x WHERE x.uid = {0}",
    "id": "SELECT 1 FROM external_id x WHERE x.noun = 'contact' AND x.system || ':' || x.value = {0}",
}


def staged(db: sqlite3.Connection, sources: Iterable[tuple[str, str, str, str]]) -> str:
    """Return SQL of the rows of TEMP tables that are of forgotten people.

    Whom the book has all the same, since taken back, is not among them.

    Args:
        db: the book; it gets the SQL function that hashes.
        sources: ``(kind, table, column of the row's number, SQL of the key)``.
    """
    digest = forgotten.hasher(db)
    db.create_function(
        "forgotten_hash", 2, lambda kind, text: text and digest(kind, text), deterministic=True
    )
    return " UNION ".join(
        f"SELECT {row} AS row FROM {table} WHERE forgotten_hash('{kind}', {key_of}) IN"
        f" (SELECT hash FROM main.forgotten) AND NOT EXISTS ({_IN_THE_BOOK[kind].format(key_of)})"
        for kind, table, row, key_of in sources
    )


_PEOPLE = (
    ("uid", "in_contact", "row", "in_contact.uid"),
    ("email", "in_email", "row", "in_email.key"),
    ("phone", "in_phone", "row", "in_phone.key"),
    ("id", "in_external", "row", "in_external.system || ':' || in_external.value"),
)
_MET = (
    ("uid", "in_person", "id", "in_person.uid"),
    ("email", "in_person", "id", "in_person.email_key"),
    ("phone", "in_person", "id", "in_person.phone_key"),
    ("id", "in_person", "id", "in_person.system || ':' || in_person.value"),
)


def leave_people_out(db: sqlite3.Connection, lists: Iterable[str], summary: Summary) -> int:
    """Take the rows of forgotten people out of ``in_contact`` and its lists; return how many."""
    if not forgotten.is_any(db):
        return 0
    db.execute(f"CREATE TEMP TABLE in_forgotten AS {staged(db, _PEOPLE)}")
    gone = "SELECT row FROM in_forgotten"
    lines = [
        row[0]
        for row in db.execute(f"SELECT line FROM in_contact WHERE row IN ({gone}) ORDER BY line")
    ]
    for table in ("in_contact", *lists):
        db.execute(f"DELETE FROM temp.{table} WHERE row IN ({gone})")
    db.execute("DROP TABLE temp.in_forgotten")
    return _tell(summary, lines)


def leave_events_out(db: sqlite3.Connection, summary: Summary) -> int:
    """Take forgotten people out of ``in_event``, and the events that were theirs alone; return how many of these.

    What happened with others too stays as theirs, but for a message that the forgotten wrote; an id that
    holds their address is masked.
    """
    if not forgotten.is_any(db):
        return 0
    masked.stage(db, ("in_event", bulk_ids.TABLE))
    db.execute(f"CREATE TEMP TABLE in_forgotten AS {staged(db, _MET)}")
    gone = "SELECT row FROM in_forgotten"
    masked.hide(db, gone)
    columns = {row[1] for row in db.execute("PRAGMA temp.table_info(in_event)")}
    if "direction" in columns:  # a message names its sender first: nobody else is put in that place
        theirs = f"system = 'mail' AND direction = 'in' AND person IN ({gone})"
        db.execute(
            f"DELETE FROM temp.in_also WHERE row IN (SELECT row FROM in_event WHERE {theirs})"
        )
    db.execute(f"DELETE FROM temp.in_also WHERE person IN ({gone})")
    db.execute(
        "UPDATE temp.in_event AS n SET person = a.person FROM"
        " (SELECT row, min(rowid), person FROM in_also GROUP BY row) a"
        f" WHERE a.row = n.row AND n.person IN ({gone})"
    )
    lines = [
        row[0]
        for row in db.execute(f"SELECT line FROM in_event WHERE person IN ({gone}) ORDER BY line")
    ]
    db.execute(f"DELETE FROM temp.in_event WHERE person IN ({gone})")
    db.execute(f"DELETE FROM temp.in_person WHERE id IN ({gone})")
    if lines:  # whom nothing names any more is not made
        db.execute(
            "DELETE FROM temp.in_person WHERE id NOT IN"
            " (SELECT person FROM in_event WHERE person IS NOT NULL UNION SELECT person FROM in_also)"
        )
    db.execute("DROP TABLE temp.in_forgotten")
    return _tell(summary, lines)


def _tell(summary: Summary, lines: list[int]) -> int:
    """Count the lines left out, and remark on them without a name or an address."""
    if lines:
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        summary.warnings.append(f"line {lines[0]}{more}: left out: somebody who {forgotten.REASON}")
        summary.skipped += len(lines)
        summary.forgotten += len(lines)
    return len(lines)
