"""Follow-ups of a file into the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store import bulk_events
from crmcli.store.bulk_event import Event

if TYPE_CHECKING:
    import sqlite3

    from crmcli.exchange.records import FollowUpRow
    from crmcli.store.bulk import Options, Summary

_FILLS = (
    "due", "text", "every", "done_at", "snoozed_until", "snooze_reason", "source", "anchor",
    "set_by", "done_by",
)  # fmt: skip


def _interaction(column: str) -> str:
    """SQL of the interaction that a file names by its uid."""
    return f"iif(n.{column} IS NULL, NULL, (SELECT id FROM interaction WHERE uid = n.{column}))"


def _linked(column: str) -> str:
    """SQL of a link of a follow-up that the book has: filled, or overwritten."""
    given = _interaction(column)
    return f"iif(:overwrite, coalesce({given}, x.{column}), coalesce(x.{column}, {given}))"


def _values(row: FollowUpRow, options: Options) -> tuple[object, ...]:
    source = row.source or options.source or "import"
    return (
        row.due or options.now[:10],
        row.text or "",
        row.every,
        row.done_at,
        row.snoozed_until,
        row.snooze_reason,
        source,
        row.anchor,
        row.set_by,
        row.done_by,
        row.created_at,
    )


_FOLLOW_UP = Event(
    table="follow_up",
    columns=(*_FILLS, "created_at"),
    values=_values,
    people=lambda row: (row.person,) if any(row.person) else (),
    content=("due", "text"),
    fills=_FILLS,
    sets={
        "contact_id": "p.owner",
        "anchor": "iif(n.every IS NULL, NULL, coalesce(n.anchor, n.due))",
        "set_by": _interaction("set_by"),
        "done_by": _interaction("done_by"),
        "created_at": "coalesce(n.created_at, :now)",
    },
    updates={"set_by": _linked("set_by"), "done_by": _linked("done_by")},
)


class Loader(bulk_events.Loader):
    """Takes follow-ups in chunks, then brings them into the book."""

    def __init__(self, db: sqlite3.Connection, options: Options) -> None:
        super().__init__(db, options, _FOLLOW_UP)

    def apply(self, summary: Summary) -> None:
        """Bring them in, and mark the summaries of those who have new ones."""
        super().apply(summary)
        self.db.execute(
            "INSERT OR IGNORE INTO stale_stats SELECT DISTINCT owner FROM in_plan WHERE fresh"
        )
