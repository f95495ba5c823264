"""Deals of a file into the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store import bulk_companies, bulk_events
from crmcli.store.bulk_event import Event
from crmcli.values import name as names

if TYPE_CHECKING:
    import sqlite3

    from crmcli.exchange.records import DealRow
    from crmcli.store.bulk import Options, Summary

_FILLS = (
    "title", "stage", "amount", "currency", "probability", "close", "stage_since", "won_at",
    "lost_at", "reason", "quoted_on", "valid_until",
)  # fmt: skip
_NAMED = 3  # people that a remark names


def _values(row: DealRow, options: Options) -> tuple[object, ...]:
    currency = row.currency or (options.currency if row.amount is not None else None)
    return (
        row.title, row.stage, row.amount, currency, row.probability, row.close, row.stage_since,
        row.won_at, row.lost_at, row.reason, row.quoted_on, row.valid_until, row.company,
        row.company_external_id, row.created_at, row.updated_at,
    )  # fmt: skip


def _ended(stage: str) -> str:
    """SQL of when a deal of a file ended so: what the file says, else the expected day, else now."""
    column = f"n.{stage}_at"
    return f"iif(n.stage = '{stage}', coalesce({column}, n.close || 'T12:00Z', :now), {column})"


def _with_stage(column: str, moving: str) -> str:
    """SQL of a column that belongs to the stage: a file that fills does not touch another stage's."""
    return (
        f"CASE WHEN n.stage IS NULL OR n.stage = x.stage THEN"
        f" iif(:overwrite, coalesce(n.{column}, x.{column}), coalesce(x.{column}, n.{column}))"
        f" WHEN :moved THEN {moving} ELSE x.{column} END"
    )


_DEAL = Event(
    table="deal",
    columns=(*_FILLS, "company", "company_ref", "created_at", "updated_at"),
    values=_values,
    people=lambda row: (row.person,) if row.person else (),
    content=("title", "amount", "currency", "close"),
    fills=_FILLS,
    sets={
        "contact_id": "iif(p.owner > 0, p.owner, NULL)",
        "company_id": "(SELECT id FROM in_company WHERE key = n.company_key)",
        "stage": "coalesce(n.stage, (SELECT name FROM stage ORDER BY position LIMIT 1), 'new')",
        "won_at": _ended("won"),
        "lost_at": _ended("lost"),
        "stage_since": f"coalesce(n.stage_since, {_ended('won')}, {_ended('lost')}, :now)",
        "created_at": "coalesce(n.created_at, :now)",
        "updated_at": "coalesce(n.updated_at, n.created_at, :now)",
    },
    updates={
        "stage": "iif(:overwrite, coalesce(n.stage, x.stage), x.stage)",
        "stage_since": _with_stage("stage_since", "coalesce(n.stage_since, n.won_at, n.lost_at, :now)"),
        "probability": _with_stage("probability", "n.probability"),
        "won_at": _with_stage("won_at", _ended("won")),
        "lost_at": _with_stage("lost_at", _ended("lost")),
        "reason": _with_stage("reason", "n.reason"),
    },
    after_update="UPDATE deal SET updated_at = :now WHERE id IN"
    " (SELECT row_id FROM change WHERE id > :since AND noun = 'deal')",
    owner="coalesce(x.contact_id, -x.company_id)",
    called="title",
)  # fmt: skip

# Rows of a company that is nobody's, and the one person in the book of that name.
_PEOPLE_AS_COMPANIES = """
SELECT n.row, min(c.id) AS contact_id FROM in_event n JOIN contact c ON c.key = person_key(n.company)
WHERE n.person IS NULL AND n.company_key IS NOT NULL AND c.archived_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM company WHERE key = n.company_key)
GROUP BY n.row HAVING count(*) = 1
"""


class Loader(bulk_events.Loader):
    """Takes deals in chunks, then brings them into the book."""

    tables = (*bulk_events.Loader.tables, "in_named")

    def __init__(self, db: sqlite3.Connection, options: Options) -> None:
        super().__init__(db, options, _DEAL)
        self.named: list[str] = []

    def apply(self, summary: Summary) -> None:
        """Bring them in, and mark the summaries of those who have new ones."""
        super().apply(summary)
        self.db.execute(
            "INSERT OR IGNORE INTO stale_stats SELECT DISTINCT owner FROM in_plan WHERE fresh AND owner > 0"
        )
        if self.named:
            more = ", …" if len(self.named) > _NAMED else ""
            summary.warnings.append(
                f"people of the book in the column of companies are the contacts: {', '.join(self.named[:_NAMED])}{more}"
            )
        self._warn_of_stages(summary)

    def _owners(self) -> None:
        """Take names in the column of companies for people, where the book knows them as such."""
        db = self.db
        bulk_companies.name_referred(db, "in_event")
        if db.execute(
            "SELECT 1 FROM in_event WHERE person IS NULL AND company_key IS NOT NULL LIMIT 1"
        ).fetchone():
            db.create_function("person_key", 1, names.key, deterministic=True)
            db.execute(f"CREATE TEMP TABLE in_named AS {_PEOPLE_AS_COMPANIES}")
            # Numbers of people are hashes of 64 bits; an id is none of them.
            db.execute(
                "INSERT OR IGNORE INTO temp.in_person (id, line, contact_id)"
                " SELECT f.contact_id, n.line, f.contact_id FROM in_named f JOIN in_event n ON n.row = f.row"
            )
            db.execute(
                "UPDATE temp.in_event SET person = f.contact_id, company = NULL, company_key = NULL"
                " FROM in_named f WHERE f.row = in_event.row"
            )
            self.named = [
                row[0]
                for row in db.execute(
                    "SELECT DISTINCT c.name FROM in_named f JOIN contact c ON c.id = f.contact_id ORDER BY f.row LIMIT ?",
                    (_NAMED + 1,),
                )
            ]
        super()._owners()

    def _warn_of_stages(self, summary: Summary) -> None:
        """Name the stages of these deals that the config does not have."""
        for stage, count in self.db.execute(
            "SELECT d.stage, count(*) FROM in_plan p JOIN deal d ON d.id = p.id"
            " WHERE d.stage NOT IN (SELECT name FROM stage) GROUP BY d.stage ORDER BY min(p.row)"
        ):
            deals = "1 deal is" if count == 1 else f"{count} deals are"
            summary.warnings.append(
                f'{deals} in stage "{stage}", kept as it is; without a place in deals.stages (crm config edit)'
                " it has no probability and no limit"
            )
