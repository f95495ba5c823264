"""Deals of a file into the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store import bulk_events
from crmcli.store.bulk_event import Event

if TYPE_CHECKING:
    import sqlite3

    from crmcli.exchange.records import DealRow
    from crmcli.store.bulk import Options, Summary

_FILLS = (
    "title", "stage", "amount", "currency", "probability", "close", "stage_since", "won_at",
    "lost_at", "reason", "quoted_on", "valid_until",
)  # fmt: skip


def _values(row: DealRow, options: Options) -> tuple[object, ...]:
    currency = row.currency or (options.currency if row.amount is not None else None)
    # A deal that is over was over on some day: the one it was to close on, else that of the import.
    over = f"{row.close}T12:00Z" if row.close else options.now
    won_at = row.won_at or (over if row.stage == "won" else None)
    lost_at = row.lost_at or (over if row.stage == "lost" else None)
    return (
        row.title, row.stage, row.amount, currency, row.probability, row.close, row.stage_since,
        won_at, lost_at, row.reason, row.quoted_on, row.valid_until, row.company,
    )  # fmt: skip


_DEAL = Event(
    table="deal",
    columns=(*_FILLS, "company"),
    values=_values,
    people=lambda row: (row.person,) if row.person else (),
    content=("title", "amount", "currency", "close"),
    fills=_FILLS,
    sets={
        "contact_id": "iif(p.owner > 0, p.owner, NULL)",
        "company_id": "(SELECT id FROM in_company WHERE key = n.company_key)",
        "stage": "coalesce(n.stage, (SELECT name FROM stage ORDER BY position LIMIT 1), 'new')",
        "stage_since": "coalesce(n.stage_since, n.won_at, n.lost_at, :now)",
        "created_at": ":now",
        "updated_at": ":now",
    },
    after_update="UPDATE deal SET updated_at = :now WHERE id IN"
    " (SELECT row_id FROM change WHERE id > :since AND noun = 'deal')",
    owner="coalesce(x.contact_id, -x.company_id)",
)


class Loader(bulk_events.Loader):
    """Takes deals in chunks, then brings them into the book."""

    def __init__(self, db: sqlite3.Connection, options: Options) -> None:
        super().__init__(db, options, _DEAL)

    def apply(self, summary: Summary) -> None:
        """Bring them in, and mark the summaries of those who have new ones."""
        super().apply(summary)
        self.db.execute(
            "INSERT OR IGNORE INTO stale_stats SELECT DISTINCT owner FROM in_plan WHERE fresh AND owner > 0"
        )
