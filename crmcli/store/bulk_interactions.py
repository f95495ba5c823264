"""Interactions of a file into the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store import bulk_events
from crmcli.store.bulk_event import Event
from crmcli.values.text import alias

if TYPE_CHECKING:
    import sqlite3

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
        source, _alias(row.subject, row.text), row.deal,
    )  # fmt: skip


_INTERACTION = Event(
    table="interaction",
    columns=(*_FILLS, "alias", "deal"),
    values=_values,
    people=lambda row: row.people,
    content=("kind", "at", "direction", "subject", "text", "amount", "duration"),
    fills=_FILLS,
    sets={
        "alias": "n.alias",
        "deal_id": "iif(n.deal IS NULL, NULL, (SELECT id FROM deal WHERE uid = n.deal))",
    },
    after_update="UPDATE interaction SET alias = said_alias(subject, text) WHERE id IN"
    " (SELECT row_id FROM change WHERE id > :since AND noun = 'interaction')"
    " AND alias IS NOT said_alias(subject, text)",
    owner="y.contact_id",
    shared=True,
)


class Loader(bulk_events.Loader):
    """Takes interactions in chunks, then brings them into the book."""

    def __init__(self, db: sqlite3.Connection, options: Options) -> None:
        super().__init__(db, options, _INTERACTION)

    def apply(self, summary: Summary) -> None:
        """Bring them in, and mark the summaries of those whom new ones touch."""
        self.db.create_function("said_alias", 2, _alias, deterministic=True)
        super().apply(summary)
        self.db.execute(
            "INSERT OR IGNORE INTO stale_stats SELECT DISTINCT owner FROM in_plan WHERE fresh UNION"
            " SELECT q.contact_id FROM in_also a JOIN in_plan l ON l.row = a.row AND l.fresh JOIN in_person q ON q.id = a.person"
        )
