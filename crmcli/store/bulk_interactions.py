"""Interactions of a file into the book."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.store import bulk_channels, bulk_events
from crmcli.store.bulk_event import HAS_PART, Event
from crmcli.store.bulk_ranges import insert_children, record_runs
from crmcli.values.text import alias

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crmcli.exchange.records import InteractionRow
    from crmcli.store.bulk import Options, Summary

_FILLS = (
    "kind", "at", "direction", "subject", "text", "amount", "currency", "duration", "source",
)  # fmt: skip


def _alias(subject: str | None, text: str | None) -> str | None:
    return alias(f"{subject or ''} {text or ''}")


def _values(row: InteractionRow, options: Options) -> tuple[object, ...]:
    currency = row.currency or (options.currency if row.amount is not None else None)
    source = row.source or (options.source if row.uid is None else None)
    return (
        row.kind, row.at, row.direction, row.subject, row.text, row.amount, currency, row.duration,
        source, _alias(row.subject, row.text), row.deal, row.closed_at, row.outcome,
        json.dumps(row.waits) if row.waits else None, *(row.channel or (None, None)),
    )  # fmt: skip


_INTERACTION = Event(
    table="interaction",
    columns=(*_FILLS, "alias", "deal", "closed_at", "outcome", "waits", "channel_on", "works"),
    values=_values,
    people=lambda row: row.people,
    content=("kind", "at", "direction", "subject", "text", "amount", "duration"),
    fills=_FILLS,
    sets={
        "alias": "n.alias",
        "deal_id": "iif(n.deal IS NULL, NULL, (SELECT id FROM deal WHERE uid = n.deal))",
    },
    # A complaint that was logged by hand is kept in sight until it is closed, whatever file has it too.
    updates={
        "source": "iif(x.kind = 'complaint', x.source,"
        " iif(:overwrite, coalesce(n.source, x.source), coalesce(x.source, n.source)))"
    },
    after_update="UPDATE interaction SET alias = said_alias(subject, text) WHERE id IN"
    " (SELECT row_id FROM change WHERE id > :since AND noun = 'interaction')"
    " AND alias IS NOT said_alias(subject, text)",
    owner="y.contact_id",
    # Copies of a message differ in what lists and servers put in; a message is never another day's.
    again="x.at = n.at AND (n.system = 'mail' OR (x.subject IS n.subject AND x.text IS n.text AND x.kind = n.kind))",
    later="iif(n.system = 'mail', x.at = n.at AND {0}, x.at = n.at OR {0})".format(
        f"(coalesce(x.subject = n.subject, 0) OR x.text = n.text OR {HAS_PART})"
    ),
    shared=True,
)


class Loader(bulk_events.Loader):
    """Takes interactions in chunks, then brings them into the book."""

    def __init__(self, db: sqlite3.Connection, options: Options) -> None:
        super().__init__(db, options, _INTERACTION)
        self._cases = False
        self._channels = False

    def stage(self, rows: Sequence[InteractionRow]) -> None:
        """Take a chunk of rows."""
        self._cases = self._cases or any(row.closed_at or row.waits for row in rows)
        self._channels = self._channels or any(row.channel for row in rows)
        super().stage(rows)

    def apply(self, summary: Summary) -> None:
        """Bring them in, and mark the summaries of those whom new ones touch."""
        self.db.create_function("said_alias", 2, _alias, deterministic=True)
        super().apply(summary)
        if self.options.on_match != "skip":
            self._end_tasks()
        self.db.execute(
            "INSERT OR IGNORE INTO stale_stats SELECT DISTINCT owner FROM in_plan WHERE fresh UNION"
            " SELECT q.contact_id FROM in_also a JOIN in_plan l ON l.row = a.row AND l.fresh JOIN in_person q ON q.id = a.person"
        )

    def _end_tasks(self) -> None:
        """End the follow-ups that came in as open tasks of a system which now calls them done."""
        if self.db.execute("SELECT 1 FROM in_event WHERE system IS NOT NULL LIMIT 1").fetchone():
            self.db.execute(
                "UPDATE follow_up SET done_at = i.at, done_by = i.id, snoozed_until = NULL, snooze_reason = NULL"
                " FROM in_event n JOIN in_plan p ON p.row = n.row JOIN interaction i ON i.id = p.id"
                " JOIN external_id e ON e.noun = 'follow_up' AND e.system = n.system AND e.value = n.value"
                " WHERE follow_up.id = e.row_id AND follow_up.done_at IS NULL"
            )

    def _reject(self, summary: Summary) -> int:
        """Take the events out whose people cannot be told; return how many.

        Who is in the copy of a message, or at a meeting, and not to be made, is left out of it: the
        message is still one with those whom the book knows.
        """
        if self.options.no_create:
            self.db.execute(
                "DELETE FROM temp.in_also WHERE row IN (SELECT row FROM in_event WHERE system IN ('mail', 'ics'))"
                " AND person IN (SELECT id FROM in_person WHERE trouble IS NOT NULL)"
            )
        return super()._reject(summary)

    def before(self, summary: Summary) -> int:
        """Take out what bounced at addresses that the book does not know; return how many."""
        return bulk_channels.leave_unknown(self.db, summary) if self._channels else 0

    def beside(self, *, fresh: bool, overwrite: bool) -> None:
        """What became of complaints, and what is known now of addresses."""
        if self._channels and fresh:
            bulk_channels.learn(self.db)
        if self._cases:
            self._close(fresh=fresh, overwrite=overwrite)

    def _close(self, *, fresh: bool, overwrite: bool) -> None:
        """What became of complaints: closed, and in between waiting for the customer.

        A file that fills does not close a case that was opened again since.
        """
        db = self.db
        source = (
            "FROM in_plan p JOIN in_event n ON n.row = p.row"
            " JOIN interaction i ON i.id = p.id AND i.kind = 'complaint'"
        )
        which = f"WHERE p.fresh = {int(fresh)}"
        lacking = (
            ""
            if fresh
            else (
                " AND NOT EXISTS (SELECT 1 FROM complaint x WHERE x.id = p.id) AND (:overwrite OR NOT EXISTS"
                " (SELECT 1 FROM complaint_wait w WHERE w.complaint_id = p.id AND w.since_at >= n.closed_at))"
            )
        )
        closed = db.execute(
            f"INSERT INTO complaint (id, closed_at, outcome) SELECT p.id, n.closed_at, n.outcome {source}"
            f" {which} AND n.closed_at IS NOT NULL{lacking} ORDER BY p.id",
            {"overwrite": overwrite},
        ).rowcount
        spans = f"SELECT p.id, j.value ->> 0 AS since_at, j.value ->> 1 AS until_at {source}, json_each(n.waits) j {which}"
        waits = (
            "INSERT INTO complaint_wait (complaint_id, since_at, until_at) SELECT id, since_at, until_at"
            f" FROM ({spans}) s"
        )
        if fresh:
            if closed:
                (first,) = db.execute("SELECT min(id) FROM in_plan WHERE fresh").fetchone()
                record_runs(db, "complaint", first)
            insert_children(db, "complaint_wait", f"{waits} ORDER BY id, since_at")
            return
        one, other = ("n", "x") if overwrite else ("x", "n")
        ends = {
            name: f"coalesce({one}.{name}, {other}.{name})" for name in ("closed_at", "outcome")
        }
        db.execute(
            f"UPDATE complaint AS x SET {', '.join(f'{name} = {new}' for name, new in ends.items())}"
            f" {source} {which} AND x.id = p.id AND n.closed_at IS NOT NULL"
            f" AND ({' OR '.join(f'x.{name} IS NOT {new}' for name, new in ends.items())})"
        )
        same = "x.complaint_id = s.id AND x.since_at = s.since_at"
        until = f"coalesce({one}.until_at, {other}.until_at)".replace("n.", "s.")
        db.execute(
            f"UPDATE complaint_wait AS x SET until_at = {until} FROM ({spans}) s"
            f" WHERE {same} AND x.until_at IS NOT {until}"
        )
        db.execute(
            f"{waits} WHERE NOT EXISTS (SELECT 1 FROM complaint_wait x WHERE {same}) ORDER BY id, since_at"
        )
