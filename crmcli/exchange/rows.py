"""Records to rows: one builder a noun; that of contacts is in contact_rows.

A builder is made for the columns of a file. It takes a line number and a record, which must have a
cell for every column, and raises InvalidValueError for a record that cannot become a row.
"""

from __future__ import annotations

from functools import partial
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

_MONTH = 31 * 86400


def builder(noun: str, columns: Sequence[Column], cells: Cells) -> Builder:
    """Return the builder of a noun for these columns."""
    makers: dict[str, Callable[[Fields], Builder]] = {
        "contacts": contact_rows.contacts,
        "companies": _companies,
        "interactions": _interactions,
        "deals": _deals,
        "followups": _follow_ups,
    }
    return makers[noun](Fields(columns, cells))


def _companies(fields: Fields) -> Builder:
    texts = ("uid", "name", "domain", "url", "city", "region", "postcode")
    readers = {field: fields.text(field) for field in texts}
    readers |= {field: fields.lines(field) for field in ("address", "note")}
    readers |= {field: fields.instant(field) for field in ("created_at", "updated_at")}
    readers["country"] = fields.first("country", fields.cells.country)
    phones = fields.every("phone")

    def row(line: int, record: list[str]) -> CompanyRow:
        values = {field: read(record) for field, read in readers.items()}
        name = values.pop("name")
        if not name:
            raise InvalidValueError("no name")
        found = fields.cells.phones(phones(record))
        return CompanyRow(line, name=name, phone=found[0] if found else None, **values)

    return row


def _interactions(fields: Fields) -> Builder:
    cells = fields.cells
    uid, company, subject = fields.text("uid"), fields.text("company"), fields.text("subject")
    text, deal, source = fields.lines("text"), fields.text("deal"), fields.text("source")
    kind, at = fields.first("kind", cells.kind), fields.instant("at")
    direction = fields.first("direction", partial(cells.word, "directions"))
    duration = fields.first("duration", cells.seconds)
    seconds = fields.first("seconds", partial(cells.whole, name="duration", most=_MONTH))
    people, money = fields.people(), fields.money()

    def row(line: int, record: list[str]) -> InteractionRow:
        who = people(record)
        when = at(record)
        if when is None:
            raise InvalidValueError("no date")
        amount, currency = money(record)
        return InteractionRow(
            line,
            uid(record),
            None,
            kind(record) or "note",
            when,
            direction(record),
            who,
            company(record),
            subject(record),
            text(record),
            amount,
            currency if amount is not None else None,
            duration(record) or seconds(record),
            deal(record),
            source(record),
        )

    return row


def _deals(fields: Fields) -> Builder:
    cells = fields.cells
    people, money = fields.people(), fields.money()
    texts = {field: fields.text(field) for field in ("uid", "title", "company", "reason")}
    stages = fields.first("stage", cells.stage)
    status = fields.first("status", partial(cells.word, "stages"))
    close, since = fields.day("close"), fields.instant("stage_since")
    won, lost = fields.instant("won_at"), fields.instant("lost_at")
    chance = fields.first("probability", partial(cells.whole, name="probability", most=100))

    def row(line: int, record: list[str]) -> DealRow:
        values = {field: read(record) for field, read in texts.items()}
        title = values.pop("title")
        if not title:
            raise InvalidValueError("no title")
        try:
            person = people(record)[0]
        except InvalidValueError:
            if not values["company"]:
                raise
            person = None
        ended = status(record)
        stage = ended if ended in ("won", "lost") else stages(record)
        amount, currency = money(record)
        day = close(record)
        ended_at = cells.instant(day, NO_COLUMN) if day and stage in ("won", "lost") else None
        return DealRow(
            line,
            title=title,
            person=person,
            stage=stage,
            amount=amount,
            currency=currency,
            probability=chance(record),
            close=day,
            stage_since=since(record),
            won_at=won(record) or (ended_at if stage == "won" else None),
            lost_at=lost(record) or (ended_at if stage == "lost" else None),
            **values,
        )

    return row


def _follow_ups(fields: Fields) -> Builder:
    cells = fields.cells
    people = fields.people()
    due = fields.first("due", partial(cells.due, column=fields.column("due")))
    uid, text, source = fields.text("uid"), fields.lines("text"), fields.text("source")
    every = fields.first("every", cells.every)
    done, until = fields.instant("done_at"), fields.day("snoozed_until")

    def row(line: int, record: list[str]) -> FollowUpRow:
        who = people(record)
        when = due(record)
        if when is None:
            raise InvalidValueError("no due date")
        return FollowUpRow(
            line,
            uid=uid(record),
            person=who[0],
            due=when,
            text=text(record),
            every=every(record),
            done_at=done(record),
            snoozed_until=until(record),
            source=source(record),
        )

    return row
