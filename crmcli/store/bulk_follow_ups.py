"""Follow-ups of a file into the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store import bulk_events, follow_ups, masked
from crmcli.store.bulk_contact_stage import insert
from crmcli.store.bulk_event import Event

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

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


# What was called off and is still open; "uid/*" is every occurrence that has been a follow-up.
_GONE = """
SELECT f.id FROM in_gone g JOIN external_id e
  ON e.noun = 'follow_up' AND e.system = g.system AND e.value = g.value
JOIN follow_up f ON f.id = e.row_id WHERE f.done_at IS NULL
UNION
SELECT f.id FROM in_gone g JOIN external_id e
  ON e.noun = 'follow_up' AND e.system = g.system AND e.value > rtrim(g.value, '*') AND e.value < rtrim(g.value, '/*') || '0'
  AND substr(e.value, length(g.value)) GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'
JOIN follow_up f ON f.id = e.row_id WHERE g.value LIKE '%/*' AND f.done_at IS NULL
"""


class Loader(bulk_events.Loader):
    """Takes follow-ups in chunks, then brings them into the book."""

    tables = (*bulk_events.Loader.tables, "in_gone")

    def __init__(self, db: sqlite3.Connection, options: Options) -> None:
        super().__init__(db, options, _FOLLOW_UP)
        self._gone = 0

    def create(self) -> None:
        """Make the TEMP tables."""
        super().create()
        self.db.execute("CREATE TEMP TABLE in_gone (system TEXT, value TEXT)")

    def stage(self, rows: Sequence[FollowUpRow]) -> None:
        """Take a chunk of rows; those that were called off are laid apart."""
        gone = [row.external_id or "" for row in rows if row.called_off]
        if gone:
            self._gone += len(gone)
            pairs = [(system, value) for system, _, value in (one.partition(":") for one in gone)]
            insert(self.db, "in_gone", ("system", "value"), pairs)
            rows = [row for row in rows if not row.called_off]
        super().stage(rows)

    def apply(self, summary: Summary) -> None:
        """Bring them in, and mark the summaries of those who have new ones."""
        super().apply(summary)
        self.db.execute(
            "INSERT OR IGNORE INTO stale_stats SELECT DISTINCT owner FROM in_plan WHERE fresh"
        )
        if self._gone:
            taken = self._take_away() if self.options.on_match in ("fill", "update") else 0
            summary.read -= self._gone - taken
            summary.updated += taken

    def _take_away(self) -> int:
        """Delete the open follow-ups of what was called off; return how many. The history has them."""
        masked.also(self.db, "in_gone")
        found = self.db.execute(_GONE).fetchall()
        for (number,) in found:
            follow_ups.drop(self.db, number)
        return len(found)
