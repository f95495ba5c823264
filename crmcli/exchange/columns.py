"""How a column is to be read, decided from a sample of it: the order of dates, the decimal mark."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange import headers
from crmcli.exchange.cell_text import split
from crmcli.exchange.plan import CUSTOM, THEIRS
from crmcli.values import basis, dates, money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.exchange.plan import Column, Options, Plan

DATES = frozenset(
    (
        *("birthday", "anniversary", "verified_on", "created_at", "updated_at", "archived_at"),
        *("at", "due", "done_at", "snoozed_until", "close", "stage_since", "won_at", "lost_at"),
        *("quoted_on", "valid_until", "anchor", "notice_on", "closed_at"),
    )
)
_SAMPLE = 2_000


def decide(plan: Plan, options: Options, records: Iterator[list[str]]) -> None:
    """Settle how dates and amounts are read, from the first records or as many as it takes.

    Args:
        plan: its columns get their order and decimal mark, itself the warnings.
        options: what the user says; it beats what the columns show.
        records: the records of the file, read on only while an order stays open.
    """
    if not plan.own:
        records = _tell_whole_names(plan, options, records)
    dated = [
        place for place, column in enumerate(plan.columns) if column.field in DATES or column.dated
    ]
    ends = "" if plan.own else THEIRS  # in a file of ours a custom field is what it is called
    theirs = [
        place for place, column in enumerate(plan.columns) if ends and column.field.endswith(ends)
    ]
    paid = [place for place, column in enumerate(plan.columns) if column.field == "amount"]
    sample = list(islice(records, _SAMPLE)) if dated or paid or theirs else []
    _reclaim(plan, theirs, sample)
    for place in paid:
        column = plan.columns[place]
        column.decimal = "." if plan.own else money.decimal_mark(_cells(sample, place))
    unsure = [place for place in dated if not _settle(plan.columns[place], sample, place, options)]
    while unsure and not options.date_order:
        more = list(islice(records, _SAMPLE))
        if not more:
            break
        unsure = [
            place for place in unsure if not _settle(plan.columns[place], more, place, options)
        ]
    _fall_back(plan, dated, unsure, options)


def _tell_whole_names(
    plan: Plan, options: Options, records: Iterator[list[str]]
) -> Iterator[list[str]]:
    """Take a column of given or family names for one of whole names, where it holds such.

    Returns:
        The records, from the first.
    """
    places = {column.field: place for place, column in enumerate(plan.columns)}
    given, family = places.get("given"), places.get("family")
    doubtful = family is not None and headers.is_whole(plan.columns[family].header)
    if given is None or {"name", "middle"} & places.keys() or (family is not None and not doubtful):
        return records
    sample = list(islice(records, _SAMPLE))
    first = plan.columns[given]
    if first.header not in options.columns and _most(
        len(cell.split()) > 1 for cell in _cells(sample, given)
    ):
        first.field = "name"
        if family is not None:  # Jméno;Název: a person whole, and the company
            plan.columns[family].field = "company"
    elif family is not None and _most(
        len(record) > max(given, family)
        and set(record[given].split()) < set(record[family].split())
        for record in sample
        if len(record) > family and record[family].strip()
    ):
        plan.columns[family].field = "name"
    return chain(sample, records)


def _most(said: Iterable[bool]) -> bool:
    found = list(said)
    return sum(found) * 2 > len(found)


def _reclaim(plan: Plan, theirs: list[int], sample: list[list[str]]) -> None:
    """Know columns of ours in a file that has only some: by their form, or by what stands beside.

    Others use the same words for other things; whoever means ours has to know what became of it.
    """
    fields = {column.field for column in plan.columns}
    for place in theirs:
        column = plan.columns[place]
        name = headers.normal(column.header).replace(" ", "_")
        cells = _cells(sample, place)
        if (
            (name == "consents" and _are_consents(cells))
            or (name == "outcome" and {"closed_at", "waits"} & fields)
            or (name.endswith("_labels") and cells and all("=" in cell for cell in cells))
        ):
            column.field = name
        else:
            plan.warnings.append(
                f'column {column.header}: kept as "{column.field.removeprefix(CUSTOM)}";'
                f' where it is ours: --map "{column.header}={name}"'
            )


def _are_consents(cells: list[str]) -> bool:
    try:
        for cell in cells:
            for item in split(cell, own=True):
                basis.read(item)
    except InvalidValueError:
        return False
    return bool(cells)


def _cells(sample: Iterable[list[str]], place: int) -> list[str]:
    return [record[place] for record in sample if len(record) > place and record[place].strip()]


def _settle(column: Column, sample: list[list[str]], place: int, options: Options) -> bool:
    """Whether the column's order is settled, or nothing in the sample leaves it open."""
    if options.date_order:
        column.order = options.date_order
        return True
    cells = [cell for cell in _cells(sample, place) if cell.strip()[4:5] != "-"]  # not ISO
    column.order = dates.decide_order(cells)
    return column.order is not None or not any(_is_open(cell) for cell in cells)


def _is_open(cell: str) -> bool:
    try:
        dates.parse_import_date(cell, None)
    except dates.AmbiguousDateError:
        return True
    except InvalidValueError:
        return False
    return False


def _fall_back(plan: Plan, dated: list[int], unsure: list[int], options: Options) -> None:
    """Columns that show nothing follow the others of the file, then the config, else are named."""
    shown = {plan.columns[place].order for place in dated} - {None, "ymd"}
    order = shown.pop() if len(shown) == 1 else options.default_date_order
    for place in dated:
        column = plan.columns[place]
        column.order = column.order or order
        if place in unsure and column.order is None:
            plan.warnings.append(
                f"column {column.header}: day/month order cannot be decided; use --date-order"
            )
