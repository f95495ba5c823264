"""People of a file into the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store import (
    bulk_again,
    bulk_beside,
    bulk_companies,
    bulk_forgotten,
    bulk_merged,
    bulk_weak_ids,
)
from crmcli.store import bulk_contact_match as matching
from crmcli.store import bulk_contact_rows as book
from crmcli.store import bulk_contact_stage as staging
from crmcli.store.bulk_ranges import last_change

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crmcli.exchange.records import ContactRow
    from crmcli.store.bulk import Options, Summary

_MOST_WARNINGS = 20
_MOST_REPEATED = 5


class Loader:
    """Takes people in chunks, then brings them into the book."""

    tables = (*staging.TABLES, *bulk_again.TABLES)

    def __init__(self, db: sqlite3.Connection, options: Options) -> None:
        self.db = db
        self.options = options
        self._stage = staging.ContactStage(db, tag=options.tag)

    def create(self) -> None:
        """Make the TEMP tables."""
        staging.create(self.db)
        bulk_again.create(self.db)

    def stage(self, rows: Sequence[ContactRow]) -> None:
        """Take a chunk of rows."""
        self._stage.add(rows)

    def apply(self, summary: Summary) -> None:
        """Match, update and insert, inside the open transaction."""
        db, options = self.db, self.options
        mode = options.on_match
        since = last_change(db)
        bulk_companies.name_referred(db, "in_contact")
        staging.index(db)
        bulk_forgotten.leave_people_out(db, staging.LISTS, summary)
        twins = 0
        if mode != "new":
            summary.warnings += bulk_weak_ids.leave_out(db)
            matching.match(db)
            twins = matching.find_twins(db)
            if twins:
                summary.warnings += matching.repeated(db, _MOST_REPEATED)
                matching.merge_twins(db, last_wins=mode == "update")
            summary.warnings += matching.shared_mailboxes(db, _MOST_WARNINGS)
        known = db.execute("SELECT count(*) FROM in_match").fetchone()[0]
        first, last = book.choose_targets(db)
        if mode == "skip":
            db.execute("DELETE FROM temp.in_target WHERE NOT fresh")
        if mode == "fill" and known:
            differ = [*bulk_again.see_contacts(db), *bulk_beside.follow(db)]
            summary.warnings += bulk_again.remarks(differ)
        book.prepare(db, options.now, overwrite=mode == "update")
        book.insert_new(db, options.now, first, last, source=options.source)
        book.update_known(db, overwrite=mode == "update")
        book.refer(db, overwrite=mode == "update")
        bulk_merged.tell_apart(db)
        summary.updated = book.stamp_changed(db, options.now, since=since, before=first)
        summary.added = last - first + 1
        summary.skipped += twins + (known if mode == "skip" else 0)
        summary.unchanged = 0 if mode == "skip" else known - summary.updated
        summary.warnings += bulk_merged.still_apart(db, _MOST_WARNINGS)
        summary.warnings += [
            f'line {line}: referred by "{text}", whom the book does not know; left out'
            for line, text in book.unknown_referrers(db, _MOST_WARNINGS)
        ]
