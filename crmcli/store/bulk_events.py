"""Interactions, follow-ups and deals of a file into the book: what the three have in common.

An event is known by the uid of a book, else by its id in another system, else by its content: the
same person and the same words at the same time. The contents are compared by hashes, in TEMP
tables, so that neither a million rows nor a thousand equal ones for one person cost much.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crmcli.db.connection import first_uid
from crmcli.store import (
    bulk_again,
    bulk_before,
    bulk_companies,
    bulk_forgotten,
    bulk_ids,
    bulk_people,
    bulk_same_id,
)
from crmcli.store.bulk_contact_stage import company_key, insert, typed
from crmcli.store.bulk_ranges import (
    in_bulk,
    last_change,
    next_id,
    record,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crmcli.store.bulk import Options, Summary
    from crmcli.store.bulk_event import Event

_SHARED = ("participant", "complaint", "complaint_wait")
_SAME_ID = ", 'participant', 'complaint'"  # whose changes have the id of the interaction
_HEAD = ("row", "line", "uid", "system", "value", "person", "company_key", "digest", "said")


class Loader:
    """Takes events in chunks, then brings them into the book."""

    tables: Sequence[str] = (
        "in_event",
        "in_also",
        "in_plan",
        "in_double",
        "in_seen",
        bulk_ids.TABLE,
        *bulk_again.TABLES,
        *bulk_people.TABLES,
    )

    def __init__(self, db: sqlite3.Connection, options: Options, event: Event) -> None:
        self.db = db
        self.options = options
        self.event = event
        self.count = 0
        self._people = bulk_people.PersonStage(db)
        self._content = itemgetter(*(event.columns.index(column) for column in event.content))

    def create(self) -> None:
        """Make the TEMP tables."""
        columns = typed((*_HEAD, *self.event.columns))
        self.db.execute(f"CREATE TEMP TABLE in_event ({columns}, PRIMARY KEY (row))")
        self.db.execute("CREATE TEMP TABLE in_also (row INTEGER, person INTEGER)")
        self.db.execute(
            "CREATE TEMP TABLE in_plan (row INTEGER PRIMARY KEY, owner INTEGER, id INTEGER, fresh INTEGER)"
        )
        self.db.execute("CREATE TEMP TABLE in_double (row INTEGER PRIMARY KEY)")
        self.db.execute("CREATE TEMP TABLE in_seen (owner INTEGER, digest INTEGER, id INTEGER)")
        bulk_ids.create(self.db)
        self._people.create()
        bulk_again.create(self.db)

    def stage(self, rows: Sequence[Any]) -> None:
        """Take a chunk of rows."""
        event, options = self.event, self.options
        number, content = self._people.number, self._content
        count = self.count
        staged: list[tuple[object, ...]] = []
        also: list[tuple[int, int]] = []
        ids: list[tuple[int, str, str]] = []
        for row in rows:
            count += 1
            people = event.people(row)
            company = getattr(row, "company", None)
            person = number(people[0], company, row.line) if people else None
            also += [(count, number(other, None, row.line)) for other in people[1:]]
            values = event.values(row, options)
            uid, system, value = row.uid, None, None
            if row.external_id:
                system, _, value = row.external_id.partition(":")
            if row.external_ids:
                ids += [(count, *one) for one in bulk_ids.pairs(row.external_ids)]
            told = uid or row.external_id
            said = (
                hash(row.at if system == "mail" else content(values)) if system and not uid else 0
            )
            digest = hash(told or content(values))
            staged.append((
                count, row.line, uid, system, value, person, company_key(company), digest, said, *values,
            ))  # fmt: skip
        insert(self.db, "in_event", (*_HEAD, *event.columns), staged)
        self._people.flush()
        insert(self.db, "in_also", ("row", "person"), also)
        bulk_ids.stage(self.db, ids)
        self.count = count

    def apply(self, summary: Summary) -> None:
        """Find the people, match, update and insert, inside the open transaction."""
        db, mode = self.db, self.options.on_match
        left = self.count - self.before(summary) - bulk_forgotten.leave_events_out(db, summary)
        bulk_people.resolve(db, self.options)
        bulk_people.keep_stand_ins(db, self.event.table)
        self._owners()
        left -= self._reject(summary)
        summary.warnings += bulk_people.stand_ins(db)
        left -= self._leave_out(summary)
        first, last = self._plan(summary)
        added = last - first + 1
        known = db.execute("SELECT count(*) FROM in_plan").fetchone()[0] - added
        if mode in ("fill", "update"):
            summary.updated = self._update(summary, overwrite=mode == "update")
        self._insert(first, last)
        summary.added = added
        summary.skipped += left - known - added + (known if mode == "skip" else 0)
        summary.unchanged = 0 if mode == "skip" else known - summary.updated

    def _owners(self) -> None:
        """Find or make the companies that the events themselves name."""
        if "company_id" in self.event.sets:
            self.db.execute("DELETE FROM temp.in_company")
            bulk_companies.need(
                self.db,
                "SELECT company_key, company, min(row) FROM in_event WHERE company_key IS NOT NULL GROUP BY company_key",
                self.options.now,
            )

    def _reject(self, summary: Summary) -> int:
        """Take the events out whose people cannot be told; return how many."""
        db = self.db
        if not db.execute("SELECT 1 FROM in_person WHERE trouble IS NOT NULL LIMIT 1").fetchone():
            return 0
        troubled = (
            "SELECT n.row, n.line, p.trouble FROM in_event n JOIN in_person p ON p.id = n.person WHERE p.trouble IS NOT NULL"
            " UNION ALL SELECT n.row, n.line, p.trouble FROM in_also a JOIN in_person p ON p.id = a.person"
            " JOIN in_event n ON n.row = a.row WHERE p.trouble IS NOT NULL"
        )
        count = 0
        for _, line, trouble in db.execute(
            f"SELECT row, line, min(trouble) FROM ({troubled}) GROUP BY row ORDER BY row"
        ):
            self.options.reject(line, trouble)
            count += 1
        db.execute(f"DELETE FROM temp.in_event WHERE row IN (SELECT row FROM ({troubled}))")
        summary.rejected += count
        return count

    def _leave_out(self, summary: Summary) -> int:
        """Take the events out that are about nobody; return how many."""
        nobody = "person IS NULL" + " AND company_key IS NULL" * ("company_id" in self.event.sets)
        lines = [row[0] for row in self.db.execute(f"SELECT line FROM in_event WHERE {nobody}")]
        self.db.execute(f"DELETE FROM temp.in_event WHERE {nobody}")
        if "company_id" in self.event.sets:  # money is worth mending a row for
            for line in lines:
                self.options.reject(line, "a deal of nobody; give its contact or company")
            summary.rejected += len(lines)
        elif lines:
            more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
            summary.warnings.append(f"line {lines[0]}{more}: about nobody; left out")
            summary.skipped += len(lines)
        return len(lines)

    def _plan(self, summary: Summary) -> tuple[int, int]:
        """Fill ``in_plan``: the id of each event, known or new; return the first and last new one."""
        db, event = self.db, self.event
        first = next_id(db, event.table)
        matching = self.options.on_match != "new"
        known = "NULL"
        if matching:
            summary.warnings += bulk_same_id.find_doubles(db, self._owned())
            summary.warnings += bulk_same_id.tell_apart(db, event, self._owned())
        if matching and db.execute(f"SELECT 1 FROM {event.table} LIMIT 1").fetchone():
            self._see()
            known = (
                f"coalesce((SELECT id FROM {event.table} WHERE uid = n.uid),"
                f" {bulk_ids.known(db, event.table)},"
                " iif(n.uid IS NULL AND n.system IS NULL, (SELECT min(id) FROM in_seen s WHERE s.owner = w.owner AND s.digest = n.digest), NULL))"
            )
        db.execute(
            "INSERT INTO temp.in_plan SELECT row, owner,"
            " coalesce(known, ? + sum(known IS NULL) OVER (ORDER BY row ROWS UNBOUNDED PRECEDING) - 1), known IS NULL"
            f" FROM (SELECT n.row, w.owner, {known} AS known FROM {self._owned()}"
            "  WHERE n.row NOT IN (SELECT row FROM in_double) ORDER BY n.row)",
            (first,),
        )
        last = db.execute("SELECT max(id) FROM in_plan WHERE fresh").fetchone()[0]
        return first, first - 1 if last is None else last

    def _owned(self) -> str:
        """SQL of the staged rows n with whom they belong to: a contact, or minus a company."""
        if "company_id" not in self.event.sets:
            return "in_event n CROSS JOIN (SELECT id, contact_id AS owner FROM in_person) w ON w.id = n.person"
        return (
            "in_event n JOIN (SELECT n.row, coalesce(p.contact_id, -o.id) AS owner FROM in_event n"
            " LEFT JOIN in_person p ON p.id = n.person LEFT JOIN in_company o ON o.key = n.company_key) w ON w.row = n.row"
        )

    def _see(self) -> None:
        """Fill ``in_seen``: the contents of what the book has of the people concerned."""
        db, event = self.db, self.event
        if not db.execute(
            "SELECT 1 FROM in_event WHERE uid IS NULL AND system IS NULL LIMIT 1"
        ).fetchone():
            return
        db.create_function(
            "digest", len(event.content), lambda *parts: hash(parts), deterministic=True
        )
        content = ", ".join(f"x.{column}" for column in event.content)
        if event.shared:
            source = (
                "(SELECT DISTINCT contact_id FROM in_person WHERE contact_id IS NOT NULL) w"
                " CROSS JOIN participant y ON y.contact_id = w.contact_id CROSS JOIN interaction x ON x.id = y.interaction_id"
                " WHERE x.at BETWEEN (SELECT min(at) FROM in_event) AND (SELECT max(at) FROM in_event)"
            )
        else:
            source = f"{event.table} x"
        db.execute(
            f"INSERT INTO temp.in_seen SELECT {event.owner}, digest({content}), x.id FROM {source}"
        )
        if not event.shared:  # what happened is not edited
            bulk_before.see(db, event)
        db.execute("CREATE INDEX temp.in_seen_owner ON in_seen(owner, digest, id)")

    def _update(self, summary: Summary, *, overwrite: bool) -> int:
        """Fill or overwrite the events that the book has, where they differ; return how many changed."""
        db, event, since = self.db, self.event, last_change(self.db)
        following = False
        if not (overwrite or event.shared):
            following, stays = bulk_again.see_events(db, event)
            summary.warnings += stays
        sets, differ = event.changes(overwrite=overwrite, following=following)
        db.execute(
            f"UPDATE {event.table} AS x SET {sets} FROM in_plan p JOIN in_event n ON n.row = p.row"
            f" WHERE NOT p.fresh AND x.id = p.id AND ({differ})",
            {"now": self.options.now},
        )
        if event.after_update:
            db.execute(event.after_update, {"since": since, "now": self.options.now})
        self.beside(fresh=False, overwrite=overwrite)
        if event.shared:
            db.execute(
                f"INSERT OR IGNORE INTO participant (contact_id, interaction_id) {_also('NOT l.fresh')}"
            )
        bulk_ids.keep(db, event.table, "in_event", "in_plan", fresh=False)
        return int(
            db.execute(
                f"SELECT count(*) FROM (SELECT row_id FROM change WHERE id > :since AND noun IN ('{event.table}'{_SAME_ID})"
                " UNION SELECT w.complaint_id FROM change c JOIN complaint_wait w ON w.id = c.row_id"
                " WHERE c.id > :since AND c.noun = 'complaint_wait')",
                {"since": since},
            ).fetchone()[0]
        )

    def _insert(self, first: int, last: int) -> None:
        """Insert the new events with ids ``first`` to ``last``."""
        if last < first:
            return
        db, event = self.db, self.event
        own = [column for column in event.fills if column not in event.sets]
        columns = ", ".join(["id", "uid", *own, *event.sets])
        values = ", ".join([f"n.{column}" for column in own] + list(event.sets.values()))
        tables = (event.table, "external_id", *(_SHARED if event.shared else ()))
        with in_bulk(db, tables, last - first + 1):
            db.execute(
                f"INSERT INTO {event.table} ({columns})"
                f" SELECT p.id, iif(n.uid IS NULL OR EXISTS (SELECT 1 FROM {event.table} WHERE uid = n.uid),"
                f" printf('%016x', :uid + p.id), n.uid), {values}"
                " FROM in_plan p CROSS JOIN in_event n ON n.row = p.row WHERE p.fresh",
                {"uid": first_uid() - first, "now": self.options.now},
            )
            record(db, event.table, first, last)
            if event.shared:
                self._say(first, last)
            self.beside(fresh=True, overwrite=False)
            bulk_ids.keep(db, event.table, "in_event", "in_plan", fresh=True)

    def before(self, summary: Summary) -> int:
        """Take out rows that nobody is to be made for; return how many."""
        del summary
        return 0

    def beside(self, *, fresh: bool, overwrite: bool) -> None:
        """Bring in what a noun has beside its own rows: of the new ones, or of the known ones."""

    def _say(self, first: int, last: int) -> None:
        """Index what was said in the new interactions, and put them on everybody's timeline."""
        db = self.db
        db.execute(
            "INSERT INTO interaction_fts (rowid, subject, text, alias)"
            " SELECT id, subject, text, alias FROM interaction WHERE id BETWEEN ? AND ?",
            (first, last),
        )
        db.execute(
            f"INSERT OR IGNORE INTO participant (contact_id, interaction_id) {_also('l.fresh')} ORDER BY 1, 2"
        )
        record(db, "participant", first, last)


def _also(which: str) -> str:
    """SELECT of everybody who had part in the interactions planned, with their ids."""
    return (
        f"SELECT l.owner, l.id FROM in_plan l WHERE {which} UNION ALL"
        " SELECT q.contact_id, l.id FROM in_also a JOIN in_plan l ON l.row = a.row"
        f" JOIN in_person q ON q.id = a.person WHERE {which}"
    )
