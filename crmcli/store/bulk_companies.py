"""Companies of a file, and those that its people work for, into the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.db.connection import first_uid
from crmcli.store import bulk_again, bulk_ids
from crmcli.store.bulk_contact_fill import more_note
from crmcli.store.bulk_contact_stage import company_key, insert, typed
from crmcli.store.bulk_ranges import (
    in_bulk,
    last_change,
    next_id,
    record,
)
from crmcli.values.text import below

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crmcli.exchange.records import CompanyRow
    from crmcli.store.bulk import Options, Summary

_FIELDS = ("domain", "phone", "url", "address", "city", "region", "postcode", "country", "note")
_COLUMNS = (
    "row", "line", "uid", "system", "value", "name", "key", *_FIELDS, "created_at", "updated_at",
)  # fmt: skip
TABLES = ("in_companies", "in_known", bulk_ids.TABLE, *bulk_again.TABLES)


def need(db: sqlite3.Connection, wanted: str, now: str) -> None:
    """Fill ``in_company`` with key, id and name, and make the companies that the book lacks.

    ``wanted`` is a SELECT of key, name and place in the file, one row a key; ``now`` is UTC.
    """
    db.execute(
        "INSERT INTO temp.in_company (key, id, name)"
        f" SELECT w.company_key, (SELECT min(id) FROM company WHERE key = w.company_key), w.company FROM ({wanted}) w ORDER BY 3"
    )
    first = next_id(db, "company")
    db.execute(
        "UPDATE temp.in_company SET id = x.id FROM"
        " (SELECT key, ? + row_number() OVER (ORDER BY rowid) - 1 AS id FROM in_company WHERE id IS NULL) x"
        " WHERE x.key = in_company.key",
        (first,),
    )
    new = "FROM in_company WHERE id >= :first"
    count = db.execute(f"SELECT count(*) {new}", {"first": first}).fetchone()[0]
    if not count:
        return
    with in_bulk(db, ("company",), count):
        made = db.execute(
            "INSERT INTO company (id, uid, name, key, created_at, updated_at)"
            " SELECT id, printf('%016x', :uid + id), name, key, :now, :now FROM in_company WHERE id >= :first ORDER BY id",
            {"uid": first_uid() - first, "now": now, "first": first},
        ).rowcount
        record(db, "company", first, first + made - 1)


def name_referred(db: sqlite3.Connection, table: str) -> None:
    """Give staged rows that know their company by its id in another system alone its name and key."""
    if db.execute(f"SELECT 1 FROM temp.{table} WHERE company_ref IS NOT NULL LIMIT 1").fetchone():
        db.execute(
            f"UPDATE temp.{table} AS n SET company = c.name, company_key = c.key FROM company c, external_id e"
            " WHERE n.company_key IS NULL AND n.company_ref IS NOT NULL AND e.noun = 'company' AND c.id = e.row_id"
            " AND e.system = substr(n.company_ref, 1, instr(n.company_ref, ':') - 1)"
            " AND e.value = substr(n.company_ref, instr(n.company_ref, ':') + 1)"
        )


class Loader:
    """Takes companies in chunks, then brings them into the book."""

    tables = TABLES

    def __init__(self, db: sqlite3.Connection, options: Options) -> None:
        self.db = db
        self.options = options
        self.count = 0

    def create(self) -> None:
        """Make the TEMP tables."""
        self.db.execute(f"CREATE TEMP TABLE in_companies ({typed(_COLUMNS)}, PRIMARY KEY (row))")
        bulk_ids.create(self.db)
        bulk_again.create(self.db)
        self.db.execute(
            "CREATE TEMP TABLE in_known (row INTEGER PRIMARY KEY, id INTEGER, fresh INTEGER)"
        )

    def stage(self, rows: Sequence[CompanyRow]) -> None:
        """Take a chunk of rows."""
        staged = []
        ids: list[tuple[int, str, str]] = []
        for row in rows:
            self.count += 1
            if row.external_ids:
                ids += [(self.count, *one) for one in bulk_ids.pairs(row.external_ids)]
            system, _, value = (row.external_id or "").partition(":")
            staged.append((
                self.count, row.line, row.uid, system or None, value or None,
                row.name, company_key(row.name), row.domain, row.phone and row.phone.number, row.url,
                row.address, row.city, row.region, row.postcode, row.country, row.note,
                row.created_at, row.updated_at,
            ))  # fmt: skip
        insert(self.db, "in_companies", _COLUMNS, staged)
        bulk_ids.stage(self.db, ids)

    def apply(self, summary: Summary) -> None:
        """Match, update and insert, inside the open transaction."""
        db, since = self.db, last_change(self.db)
        mode = self.options.on_match
        first = self._match(match_names=mode != "new")
        known, fresh = db.execute(
            "SELECT count(*) FILTER (WHERE NOT fresh), count(*) FILTER (WHERE fresh) FROM in_known"
        ).fetchone()
        if mode != "skip":
            summary.warnings += self._update(overwrite=mode == "update")
        changed = "SELECT row_id FROM change WHERE id > ? AND noun = 'company'"
        summary.updated = db.execute(
            f"UPDATE company SET updated_at = ? WHERE id IN ({changed})", (self.options.now, since)
        ).rowcount
        self._insert(first, fresh)
        summary.added = fresh
        summary.skipped = self.count - known - fresh + (known if mode == "skip" else 0)
        summary.unchanged = 0 if mode == "skip" else known - summary.updated

    def _match(self, *, match_names: bool) -> int:
        """Fill ``in_known``, one row a company; return the first new id."""
        db = self.db
        db.execute("CREATE INDEX temp.in_companies_key ON in_companies(key)")
        by_name = "(SELECT min(id) FROM company WHERE key = n.key)" if match_names else "NULL"
        first = next_id(db, "company")
        # Rows of one company: the first counts. A uid tells two companies of one name apart.
        db.execute(
            "CREATE TEMP TABLE in_found AS SELECT n.row, n.uid, n.key, coalesce("
            " (SELECT id FROM company WHERE uid = n.uid),"
            f" {bulk_ids.known(db, 'company')},"
            f" {by_name}) AS id FROM in_companies n"
        )
        one = "coalesce('i' || id, 'u' || uid, 'k' || key)" if match_names else "row"
        db.execute(
            "INSERT INTO temp.in_known SELECT row, coalesce(id, ? + sum(id IS NULL) OVER (ORDER BY row) - 1), id IS NULL"
            f" FROM (SELECT min(row) AS row, id FROM in_found GROUP BY {one})",
            (first,),
        )
        self._join(one)
        db.execute("DROP TABLE temp.in_found")
        return first

    def _join(self, one: str) -> None:
        """Fill what the first row of a company lacks from its other rows, and join their notes and ids."""
        db = self.db
        db.execute(
            "CREATE TEMP TABLE in_same AS SELECT row, leader FROM"
            f" (SELECT row, min(row) OVER (PARTITION BY {one}) AS leader FROM in_found) WHERE leader < row"
        )
        if db.execute("SELECT 1 FROM in_same LIMIT 1").fetchone():
            sets = ", ".join(
                f"{field} = coalesce(n.{field}, (SELECT x.{field} FROM in_same s JOIN in_companies x ON x.row = s.row"
                f" WHERE s.leader = n.row AND x.{field} IS NOT NULL ORDER BY s.row LIMIT 1))"
                for field in _FIELDS
            )
            notes: dict[int, str] = {}
            for leader, first, more in db.execute(
                "SELECT s.leader, n.note, x.note FROM in_same s JOIN in_companies x ON x.row = s.row"
                " JOIN in_companies n ON n.row = s.leader WHERE x.note IS NOT NULL ORDER BY s.row"
            ):
                notes[leader] = below(notes.get(leader, first), more)
            db.execute("CREATE INDEX temp.in_same_leader ON in_same(leader)")
            db.execute(
                f"UPDATE temp.in_companies AS n SET {sets} WHERE row IN (SELECT leader FROM in_same)"
            )
            db.executemany(
                "UPDATE temp.in_companies SET note = ? WHERE row = ?",
                [(note, row) for row, note in notes.items()],
            )
            db.execute(
                f"INSERT OR IGNORE INTO temp.{bulk_ids.TABLE} SELECT s.leader, x.system, x.value FROM in_same s"
                " JOIN in_companies x ON x.row = s.row WHERE x.system IS NOT NULL"
            )
        db.execute("DROP TABLE temp.in_same")

    def _update(self, *, overwrite: bool) -> list[str]:
        """Bring the companies that the book has up to date; return a line on what stays."""
        stays: list[str] = []
        if overwrite:
            values = ", ".join(f"{field} = coalesce(n.{field}, c.{field})" for field in _FIELDS)
            values += ", name = n.name, key = n.key"
            differ = " OR ".join(
                f"(n.{field} IS NOT NULL AND n.{field} IS NOT c.{field})" for field in _FIELDS
            )
            differ += " OR n.name <> c.name"
        else:
            stays = bulk_again.see_companies(self.db, _FIELDS)
            taken = {
                field: f"n.{field} IS NOT NULL AND (c.{field} IS NULL OR (n.{field} <> c.{field}"
                f" AND {bulk_again.theirs(field, 'c')}))"
                for field in _FIELDS
            }
            note = f"c.note IS NOT NULL AND NOT {bulk_again.theirs('note', 'c')} AND {more_note('company')}"
            taken["name"] = taken["key"] = f"n.name <> c.name AND {bulk_again.theirs('name', 'c')}"
            values = ", ".join(
                f"{field} = iif({when}, n.{field}, c.{field})"
                for field, when in taken.items()
                if field != "note"
            )
            values += f", note = CASE WHEN {taken['note']} THEN n.note WHEN {note} THEN c.note || char(10) || n.note ELSE c.note END"
            differ = " OR ".join(f"({when})" for when in (*taken.values(), note))
        self.db.execute(
            f"UPDATE company AS c SET {values} FROM in_known k JOIN in_companies n ON n.row = k.row"
            f" WHERE c.id = k.id AND NOT k.fresh AND ({differ})"
        )
        return stays

    def _insert(self, first: int, count: int) -> None:
        db, now = self.db, self.options.now
        fields = ", ".join(_FIELDS)
        values = ", ".join(f"n.{field}" for field in _FIELDS)
        joined = "FROM in_known k JOIN in_companies n ON n.row = k.row"
        if count:
            with in_bulk(db, ("company",), count):
                db.execute(
                    f"INSERT INTO company (id, uid, name, key, {fields}, created_at, updated_at)"
                    " SELECT k.id, iif(n.uid IS NULL OR EXISTS (SELECT 1 FROM company WHERE uid = n.uid), printf('%016x', :uid + k.id), n.uid),"
                    f" n.name, n.key, {values}, coalesce(n.created_at, :now), coalesce(n.updated_at, n.created_at, :now)"
                    f" {joined} WHERE k.fresh ORDER BY k.id",
                    {"uid": first_uid() - first, "now": now},
                )
                record(db, "company", first, first + count - 1)
        bulk_ids.keep(db, "company", "in_companies", "in_known", fresh=None)
