"""Records to deals, and what cannot be of how other systems say that one ended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange.fields import NO_COLUMN
from crmcli.exchange.records import DealRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.cells import Cells
    from crmcli.exchange.fields import Fields

_CERTAIN = {"won": 100, "lost": 0}  # the probability of what has ended


def deals(fields: Fields) -> Callable[[int, list[str]], DealRow]:
    """The builder of deals."""
    cells = fields.cells
    people, money = fields.people(), fields.money()
    texts = {field: fields.text(field) for field in ("uid", "title", "company", "reason")}
    stages = fields.first("stage", cells.stage)
    status = fields.first("status", partial(cells.word, "stages"))
    close, since = fields.day("close"), fields.instant("stage_since")
    quoted, until = fields.day("quoted_on"), fields.day("valid_until")
    won, lost = fields.instant("won_at"), fields.instant("lost_at")
    made, changed = fields.instant("created_at"), fields.instant("updated_at")
    chance = fields.first("probability", partial(cells.whole, name="probability", most=100))

    def row(line: int, record: list[str]) -> DealRow:
        values: dict[str, Any] = {field: read(record) for field, read in texts.items()}
        title = values.pop("title")
        if not title:
            raise InvalidValueError("no title")
        try:
            person, *others = people(record) or (None,)
        except InvalidValueError:
            if not values["company"]:
                raise
            person, others = None, []
        if others:
            names = ", ".join(filter(None, (one and (one.name or one.email) for one in others)))
            cells.remarks.append(f"a deal is with one person; left out: {names}")
        day, won_at, lost_at = close(record), won(record), lost(record)
        amount, currency = money(record)
        if cells.own:
            stage = stages(record)
            chanced = chance(record)
        else:
            stage = _stage(cells, status(record), stages(record), won_at, lost_at)
            chanced = _remark(cells, stage, chance(record), day, amount)
        ended_at = cells.instant(day, NO_COLUMN) if day and stage in _CERTAIN else None
        return DealRow(
            line,
            title=title,
            person=person,
            stage=stage,
            amount=amount,
            currency=currency,
            probability=chanced,
            close=day,
            stage_since=since(record),
            won_at=won_at or (ended_at if stage == "won" else None),
            lost_at=lost_at or (ended_at if stage == "lost" else None),
            quoted_on=quoted(record),
            valid_until=until(record),
            created_at=made(record),
            updated_at=changed(record),
            **values,
        )

    return row


def _stage(
    cells: Cells, status: str | None, stage: str | None, won_at: str | None, lost_at: str | None
) -> str | None:
    """The stage of a deal; others keep the one in which it was when it ended.

    Raises:
        InvalidValueError: it is said to be both won and lost, or to end on a day to come.
    """
    won = {"the status": status == "won", "the stage": stage == "won", "won_at": won_at}
    lost = {"the status": status == "lost", "the stage": stage == "lost", "lost_at": lost_at}
    by_won, by_lost = (next(filter(said.get, said), None) for said in (won, lost))
    if by_won and by_lost:
        raise InvalidValueError(f"won by {by_won} and lost by {by_lost}: a deal ends in one way")
    for column, moment in (("won_at", won_at), ("lost_at", lost_at)):
        if moment and cells.is_ahead(moment):
            raise InvalidValueError(f"{column} {moment[:10]} is still to come")
    return "won" if by_won else "lost" if by_lost else stage


def _remark(
    cells: Cells, stage: str | None, chance: int | None, close: str | None, amount: int | None
) -> int | None:
    """Say what does not go together in a deal; the probability that is left."""
    if amount is not None and amount < 0:
        cells.remarks.append(
            "a deal of less than 0 is kept as it is; what came back is a return, crm log return"
        )
    if stage not in _CERTAIN:
        return chance
    if close and cells.is_ahead(cells.instant(close, NO_COLUMN)):
        cells.remarks.append(
            f"{stage}, but to close on {close}: taken for the day on which it ended"
        )
    if chance == 100 - _CERTAIN[stage]:
        cells.remarks.append(
            f"{stage}, but with a probability of {chance}: taken for {_CERTAIN[stage]}"
        )
        return _CERTAIN[stage]
    return chance
