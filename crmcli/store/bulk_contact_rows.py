"""People of a file into the book: known people filled, new ones inserted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.db.connection import first_uid
from crmcli.store import bulk_again, bulk_companies, bulk_merged, bulk_privacy
from crmcli.store import bulk_contact_fill as fill
from crmcli.store.bulk_contact_stage import SCALARS
from crmcli.store.bulk_ranges import in_bulk, insert_children, next_id, record

if TYPE_CHECKING:
    import sqlite3

_KEPT = frozenset({"created_at", "updated_at"})

# Tables that a new person brings rows into.
_TABLES = (
    "contact", "email", "phone", "link", "address", "contact_tag", "contact_field", "key_date", "external_id",
    "consent",
    "merged_contact",
)  # fmt: skip


def choose_targets(db: sqlite3.Connection) -> tuple[int, int]:
    """Fill ``in_target``: known people with their ids, new ones with the next; return first and last new id."""
    first = next_id(db, "contact")
    db.execute("INSERT INTO temp.in_target SELECT row, contact_id, 0 FROM in_match")
    cursor = db.execute(
        "INSERT INTO temp.in_target SELECT row, ? + row_number() OVER (ORDER BY row) - 1, 1"
        " FROM in_contact WHERE row NOT IN (SELECT row FROM in_match)",
        (first,),
    )
    return first, first + cursor.rowcount - 1


def prepare(db: sqlite3.Connection, now: str, *, overwrite: bool) -> None:
    """Make the companies, tags and custom fields that the rows need and the book lacks."""
    theirs = bulk_again.theirs("company_id", "c")
    wanted = "n.company_key IS NOT o.key" if overwrite else f"c.company_id IS NULL OR {theirs}"
    bulk_companies.need(
        db,
        f"SELECT n.company_key, n.company, min(n.row) FROM in_contact n JOIN in_target t ON t.row = n.row"
        " LEFT JOIN contact c ON c.id = t.contact_id AND NOT t.fresh LEFT JOIN company o ON o.id = c.company_id"
        f" WHERE n.company_key IS NOT NULL AND (t.fresh OR ({wanted})) GROUP BY n.company_key",
        now,
    )
    for table, staged in (("tag", "in_tag"), ("field", "in_field")):
        db.execute(
            f"INSERT INTO {table} (name, key) SELECT name, key FROM"
            f" (SELECT name, key, min(x.rowid) AS first FROM {staged} x JOIN in_target t ON t.row = x.row"
            f"  WHERE key NOT IN (SELECT key FROM {table}) GROUP BY key) ORDER BY first"
        )


def update_known(db: sqlite3.Connection, *, overwrite: bool) -> None:
    """Bring the people whom the book knew up to date, column by column where they differ."""
    sets, differ = _differences(overwrite=overwrite)
    db.execute(
        f"UPDATE contact AS c SET {sets} FROM in_target t JOIN in_contact n ON n.row = t.row"
        f" LEFT JOIN in_company o ON o.key = n.company_key"
        f" WHERE c.id = t.contact_id AND NOT t.fresh AND ({differ})"
    )
    _lists(db, fresh=False, overwrite=overwrite)


def stamp_changed(db: sqlite3.Connection, now: str, *, since: int, before: int) -> int:
    """Set ``updated_at`` of the people changed after change ``since``; return how many.

    Those with ids from ``before`` on are new and need it not.
    """
    changed = "SELECT DISTINCT contact_id FROM change WHERE id > ? AND contact_id < ?"
    return db.execute(
        f"UPDATE contact SET updated_at = ? WHERE id IN ({changed})", (now, since, before)
    ).rowcount


def _differences(*, overwrite: bool) -> tuple[str, str]:
    """SQL of the new values, and of whether any differs, over contact c, in_contact n, in_company o."""
    sets, differ = [], []
    if overwrite:
        for column in SCALARS:
            if column not in _KEPT:
                new = f"n.{column} IS NOT NULL AND n.{column} IS NOT c.{column}"
                if (
                    column == "do_not_contact"
                ):  # an objection is lifted by hand alone: crm dnc --lift
                    new = "n.do_not_contact > c.do_not_contact"
                if column in fill.PARTS:
                    new = f"({new} AND (n.named < 2 OR n.key <> c.key OR {fill.UNPARTED}))"
                sets.append(f"{column} = iif({new}, n.{column}, c.{column})")
                differ.append(new)
        company, other_company = (
            "coalesce(o.id, c.company_id)",
            "o.id IS NOT NULL AND o.id IS NOT c.company_id",
        )
        rename = "n.named AND n.name <> c.name"
    else:
        return fill.changes()
    sets += [
        f"company_id = {company}",
        f"name = iif({rename}, n.name, c.name)",
        f"key = iif({rename}, n.key, c.key)",
    ]
    differ += [other_company, rename]
    return ", ".join(sets), " OR ".join(f"({one})" for one in differ)


def insert_new(
    db: sqlite3.Connection, now: str, first: int, last: int, *, source: str | None
) -> None:
    """Insert the people of ``in_target`` that are fresh, with ids ``first`` to ``last``.

    ``source`` is where they come from unless their row says so.
    """
    if last < first:
        return
    columns = ", ".join(column for column in SCALARS if column not in _DEFAULTS)
    values = ", ".join(f"n.{column}" for column in SCALARS if column not in _DEFAULTS)
    defaults = ", ".join(f"coalesce(n.{column}, {value})" for column, value in _DEFAULTS.items())
    with in_bulk(db, _TABLES, last - first + 1):
        db.execute(
            f"INSERT INTO contact (id, uid, name, key, company_id, {columns}, {', '.join(_DEFAULTS)})"
            " SELECT t.contact_id, iif(n.uid IS NULL OR EXISTS (SELECT 1 FROM contact WHERE uid = n.uid)"
            " OR EXISTS (SELECT 1 FROM merged_contact WHERE uid = n.uid),"
            f" printf('%016x', :uid + t.contact_id), n.uid), n.name, n.key, o.id, {values}, {defaults}"
            " FROM in_target t JOIN in_contact n ON n.row = t.row"
            " LEFT JOIN in_company o ON o.key = n.company_key WHERE t.fresh ORDER BY t.contact_id",
            {"uid": first_uid() - first, "now": now, "source": source},
        )
        record(db, "contact", first, last)
        _lists(db, fresh=True, overwrite=False)
        for table in ("contact_tag", "contact_field"):
            db.execute(
                "INSERT INTO change (set_id, noun, row_id, row_last, op)"
                f" SELECT (SELECT max(id) FROM change_set), '{table}', :first, :last, 'insert'"
                f" WHERE EXISTS (SELECT 1 FROM {table} WHERE contact_id BETWEEN :first AND :last)",
                {"first": first, "last": last},
            )
    for stale in ("stale_stats", "stale_text"):
        db.execute(
            f"INSERT OR IGNORE INTO {stale} SELECT contact_id FROM in_target WHERE fresh ORDER BY contact_id"
        )


_DEFAULTS = {
    # A book of ours says where its people came from, or that it doesn't know.
    "source": "iif(n.uid IS NULL, :source, NULL)",
    "lifecycle": "'other'",
    "do_not_contact": "0",
    "created_at": ":now",
    "updated_at": "coalesce(n.created_at, :now)",
}

# A list of a person: table -> its columns, and what makes an entry of the book the same entry.
_ENTRIES = {
    "email": ("address, key, verified_on, dead_on", "x.key = e.key"),
    "phone": (
        "number, typed, extension, key, verified_on, dead_on",
        "x.key = e.key AND x.extension IS e.extension",
    ),
    "link": ("url", "x.url = e.url"),
    "address": (
        "label, address, city, region, postcode, country",
        " AND ".join(f"x.{part} IS e.{part}" for part in ("label", *fill.ADDRESS)),
    ),
}


def _lists(db: sqlite3.Connection, *, fresh: bool, overwrite: bool) -> None:
    """Add what hangs on people: on new ones everything, on known ones what they lack."""
    whose = "t.fresh" if fresh else "NOT t.fresh"
    for table, (columns, same) in _ENTRIES.items():
        values = ", ".join(f"e.{column}" for column in columns.split(", "))
        place, lacking = "e.position", ""
        if not fresh:
            place = (
                f"(SELECT coalesce(max(position) + 1, 0) FROM {table} WHERE contact_id = t.contact_id)"
                " + row_number() OVER (PARTITION BY t.row ORDER BY e.position) - 1"
            )
            lacking = f" AND NOT EXISTS (SELECT 1 FROM {table} x WHERE x.contact_id = t.contact_id AND {same})"
        sql = (
            f"INSERT INTO {table} (contact_id, position, {columns}) SELECT t.contact_id, {place}, {values}"
            f" FROM in_target t JOIN in_{table} e ON e.row = t.row WHERE {whose}{lacking} ORDER BY t.row, e.position"
        )
        if fresh:
            insert_children(db, table, sql)
        else:
            db.execute(sql)
            if table in bulk_privacy.CHANNELS:
                bulk_privacy.mark(db, table, same, overwrite=overwrite)
            if overwrite:
                _reorder(db, table, same)
    db.execute(
        "INSERT OR IGNORE INTO contact_tag (contact_id, tag_id) SELECT t.contact_id, g.id"
        f" FROM in_target t JOIN in_tag e ON e.row = t.row JOIN tag g ON g.key = e.key WHERE {whose} ORDER BY 1, 2"
    )
    _fields_and_dates(db, whose, fresh=fresh, overwrite=overwrite)
    bulk_privacy.agree(db, fresh=fresh, overwrite=overwrite)
    external = (
        "INSERT OR IGNORE INTO external_id (noun, row_id, system, value)"
        " SELECT 'contact', t.contact_id, e.system, e.value"
        f" FROM in_target t JOIN in_external e ON e.row = t.row WHERE {whose} ORDER BY t.row"
    )
    if fresh:
        insert_children(db, "external_id", external)
        insert_children(db, "merged_contact", bulk_merged.INSERT.format(whose=whose))
    else:
        db.execute(external)
        db.execute(bulk_merged.INSERT.format(whose=whose))


def _reorder(db: sqlite3.Connection, table: str, same: str) -> None:
    """Put the entries that the file gives before the others, in its order."""
    db.execute(
        f"UPDATE {table} SET position = o.place FROM ("
        " SELECT x.id, row_number() OVER (PARTITION BY x.contact_id ORDER BY e.position IS NULL, e.position, x.position) - 1 AS place"
        f" FROM in_target t JOIN {table} x ON x.contact_id = t.contact_id"
        f" LEFT JOIN in_{table} e ON e.row = t.row AND {same}"
        f" WHERE NOT t.fresh AND t.row IN (SELECT row FROM in_{table})) o"
        f" WHERE {table}.id = o.id AND {table}.position <> o.place"
    )


def _fields_and_dates(db: sqlite3.Connection, whose: str, *, fresh: bool, overwrite: bool) -> None:
    given = (
        "SELECT t.contact_id, f.id AS field_id, e.value"
        f" FROM in_target t JOIN in_field e ON e.row = t.row JOIN field f ON f.key = e.key WHERE {whose}"
    )
    if overwrite:
        # Not by an upsert: within one the OR IGNORE of the triggers does not hold.
        db.execute(
            f"UPDATE contact_field AS x SET value = g.value FROM ({given}) g"
            " WHERE x.contact_id = g.contact_id AND x.field_id = g.field_id AND x.value <> g.value"
        )
    db.execute(
        f"INSERT OR IGNORE INTO contact_field (contact_id, field_id, value) {given} ORDER BY 1, 2, e.row, e.position"
    )
    known = (
        "EXISTS (SELECT 1 FROM key_date x WHERE x.contact_id = t.contact_id AND x.kind = e.kind)"
    )
    dates = (
        "INSERT INTO key_date (contact_id, kind, date, notice) SELECT t.contact_id, e.kind, e.date, e.notice"
        f" FROM in_target t JOIN in_date e ON e.row = t.row WHERE {whose}"
    )
    if fresh:
        insert_children(db, "key_date", f"{dates} ORDER BY t.row, e.position")
        return
    db.execute(f"{dates} AND NOT {known} ORDER BY t.row, e.position")
    if overwrite:
        db.execute(
            "UPDATE key_date AS k SET date = e.date, notice = coalesce(e.notice, k.notice)"
            " FROM in_target t JOIN in_date e ON e.row = t.row"
            " WHERE NOT t.fresh AND k.contact_id = t.contact_id AND k.kind = e.kind"
            " AND (k.date, k.notice) IS NOT (e.date, coalesce(e.notice, k.notice))"
        )


_REFERRER = """coalesce((SELECT id FROM contact WHERE uid = n.referred_by),
  (SELECT contact_id FROM merged_contact WHERE uid = n.referred_by),
  (SELECT min(contact_id) FROM email WHERE key = n.referred_email),
  (SELECT min(id) FROM contact WHERE key = n.referred_key HAVING count(*) = 1))"""


def refer(db: sqlite3.Connection, *, overwrite: bool) -> None:
    """Set who referred whom, once everybody of the file is in the book."""
    db.execute(
        "UPDATE contact AS c SET referred_by = r.id FROM ("
        f" SELECT t.contact_id, {_REFERRER} AS id FROM in_contact n JOIN in_target t ON t.row = n.row"
        " WHERE n.referred_by IS NOT NULL) r"
        " WHERE c.id = r.contact_id AND r.id <> c.id"
        f" AND {'c.referred_by IS NOT r.id' if overwrite else 'c.referred_by IS NULL'}"
    )


def unknown_referrers(db: sqlite3.Connection, most: int) -> list[tuple[int, str]]:
    """Return line and text of those who were referred by somebody whom the book doesn't know."""
    rows = db.execute(
        f"SELECT n.line, n.referred_by FROM in_contact n"
        f" WHERE n.referred_by IS NOT NULL AND {_REFERRER} IS NULL ORDER BY n.row LIMIT ?",
        (most,),
    )
    return [(row[0], row[1]) for row in rows]
