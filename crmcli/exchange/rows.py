"""Records to rows: one builder a noun; that of contacts is in contact_rows."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange import contact_rows
from crmcli.exchange.fields import NO_COLUMN, Fields
from crmcli.exchange.records import CompanyRow, DealRow, FollowUpRow, InteractionRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.exchange.cells import Cells
    from crmcli.exchange.plan import Column
    from crmcli.exchange.records import Row

    Builder = Callable[[int, list[str]], Row]


def builder(noun: str, columns: Sequence[Column], cells: Cells) -> Builder:
    """Return the function that makes a row of a noun from a line number and a record.

    The record must have a cell for every column. The function raises InvalidValueError for a record
    that cannot become a row.
    """
    makers: dict[str, Callable[[Fields, int, list[str]], Row]] = {
        "contacts": contact_rows.build,
        "companies": _company,
        "interactions": _interaction,
        "deals": _deal,
        "followups": _follow_up,
    }
    return functools.partial(makers[noun], Fields(columns, cells))


def _company(fields: Fields, line: int, record: list[str]) -> CompanyRow:
    name = fields.text("name", record)
    if not name:
        raise InvalidValueError("no name")
    phones = fields.cells.phones(fields.all("phone", record))
    return CompanyRow(
        line,
        uid=fields.uid(record),
        name=name,
        domain=fields.text("domain", record),
        phone=phones[0] if phones else None,
        url=fields.text("url", record),
        address=fields.lines("address", record),
        city=fields.text("city", record),
        region=fields.text("region", record),
        postcode=fields.text("postcode", record),
        country=fields.cells.country(fields.raw("country", record)),
        note=fields.lines("note", record),
        created_at=fields.instant("created_at", record),
        updated_at=fields.instant("updated_at", record),
    )


def _interaction(fields: Fields, line: int, record: list[str]) -> InteractionRow:
    people = fields.people(record)
    if not people:
        raise fields.nobody()
    at = fields.instant("at", record)
    if at is None:
        raise InvalidValueError("no date")
    kind = fields.raw("kind", record)
    direction = fields.raw("direction", record)
    amount, currency = fields.money(record) if "amount" in fields.places else (None, None)
    duration = fields.raw("duration", record)
    seconds = fields.raw("seconds", record)
    return InteractionRow(
        line,
        fields.uid(record),
        None,
        fields.cells.kind(kind) if kind else "note",
        at,
        fields.cells.word("directions", direction) if direction else None,
        people,
        fields.text("company", record),
        fields.text("subject", record),
        fields.lines("text", record),
        amount,
        currency,
        fields.cells.whole(seconds, "duration", 2_678_400)
        if seconds
        else fields.cells.seconds(duration)
        if duration
        else None,
        fields.text("deal", record),
        fields.text("source", record),
    )


def _deal(fields: Fields, line: int, record: list[str]) -> DealRow:
    people = fields.people(record)
    company = fields.text("company", record)
    if not people and not company:
        raise fields.nobody()
    title = fields.text("title", record)
    if not title:
        raise InvalidValueError("no title")
    cells = fields.cells
    raw_stage = fields.raw("stage", record)
    stage = cells.stage(raw_stage) if raw_stage else None
    status = fields.raw("status", record)
    ended = cells.word("stages", status) if status and status.casefold() != "open" else None
    if ended in ("won", "lost"):
        stage = ended
    amount, currency = fields.money(record)
    close = fields.day("close", record)
    day_closed = cells.instant(close, NO_COLUMN) if close else None
    won_at, lost_at = fields.instant("won_at", record), fields.instant("lost_at", record)
    return DealRow(
        line,
        uid=fields.uid(record),
        title=title,
        person=people[0] if people else None,
        company=company,
        stage=stage,
        amount=amount,
        currency=currency,
        probability=cells.whole(fields.raw("probability", record), "probability", 100),
        close=close,
        stage_since=fields.instant("stage_since", record),
        won_at=(won_at or day_closed) if stage == "won" else won_at,
        lost_at=(lost_at or day_closed) if stage == "lost" else lost_at,
        reason=fields.text("reason", record),
    )


def _follow_up(fields: Fields, line: int, record: list[str]) -> FollowUpRow:
    people = fields.people(record)
    if not people:
        raise fields.nobody()
    raw_due = fields.raw("due", record)
    due = fields.cells.due(raw_due, fields.column("due")) if raw_due else None
    if due is None:
        raise InvalidValueError("no due date")
    every = fields.text("every", record)
    if every:
        from crmcli.values import repeat

        every = repeat.parse_every(every)
    return FollowUpRow(
        line,
        uid=fields.uid(record),
        person=people[0],
        due=due,
        text=fields.lines("text", record),
        every=every,
        done_at=fields.instant("done_at", record),
        snoozed_until=fields.day("snoozed_until", record),
        source=fields.text("source", record),
    )
