"""Which column of a file fills which field, by a dialect."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from crmcli.exchange import headers
from crmcli.exchange.dialect_check import PARTS
from crmcli.exchange.plan import CUSTOM, IGNORED, Column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.exchange.dialect import Dialect

# Fields of a dialect's columns that no builder of rows knows: dialect_rows reads them.
ADDRESS, PAIR, PART, LABEL = "an address", "by its label", "a part", "the label of another column"
IDS = ("external_id", "company_id", "person_id")
_STAR = "\u2217"  # stands for "*" while a header is normalised, which takes a trailing one off
MOST = 40  # addresses or pairs of one person; a header row could name thousands


class AddressPlaces(NamedTuple):
    """Where one address of a person stands in a record."""

    label: str | None
    label_place: int | None
    parts: tuple[tuple[int, ...], ...]  # one a part of records.Address after its label
    formatted: tuple[int, ...]


class PairPlaces(NamedTuple):
    """Where a value and the label that says what it is stand in a record."""

    label: int
    value: int
    field: str
    custom: frozenset[str]  # words of a label that make the value a custom field


class Places:
    """Finds headers in a header row, also by a star that stands for a number."""

    def __init__(self, header: Sequence[str]) -> None:
        self.by_key: dict[str, list[int]] = defaultdict(list)
        for place, cell in enumerate(header):
            same = self.by_key[headers.normal(cell)]
            same.append(place)
            if (
                len(same) > 1
            ):  # Outlook in French has two columns "Titre": the second is "Titre (2)"
                self.by_key[headers.normal(f"{cell} ({len(same)})")].append(place)

    def of(self, theirs: str) -> list[int]:
        """The places of a header, in the order of their numbers."""
        return [place for _, place in self.numbered(theirs)]

    def every(self, theirs: Sequence[str]) -> list[int]:
        """The places of several headers, one after the other."""
        return [place for one in theirs for place in self.of(one)]

    def first(self, theirs: str) -> int | None:
        """The place of a header, None where it is not there."""
        return next(iter(self.of(theirs)), None)

    def numbered(self, theirs: str) -> list[tuple[int, int]]:
        """Number and place of each column; the number is 0 without one star."""
        key = headers.normal(theirs.replace("*", _STAR))
        if key.count(_STAR) != 1:
            return [(0, place) for place in self.by_key.get(key, ())]
        pattern = re.compile(re.escape(key).replace(_STAR, r"(\d{1,3})"))
        found = [
            (int(match[1]), place)
            for key, places in self.by_key.items()
            if (match := pattern.fullmatch(key))
            for place in places
        ]
        return sorted(found)


def columns(
    dialect: Dialect, noun: str, header: Sequence[str], chosen: Mapping[str, str]
) -> list[Column]:
    """Return what each column fills: as the user maps it, else as the dialect says.

    A column that stands nowhere in the dialect is a custom field, or with ``guess`` what it would
    be in any other CSV.

    Raises:
        UsageError: a mapping names a column that the file doesn't have.
    """
    places = Places(header)
    meant: dict[int, tuple[str, int]] = {}  # place -> field, and which of that field it is
    ignored = places.every(dialect.get("ignored", []))
    fields = dialect.columns[noun]
    # A profile's address is an id and a link too: a column is shown under what is not its id.
    for field in sorted(fields, key=lambda field: field in IDS):
        for rank, place in enumerate(places.every(fields[field])):
            meant.setdefault(place, (field, rank))
    if noun == "contacts":
        for address in addresses(dialect, places):
            for part, found in zip(PARTS, address.parts, strict=True):
                words = f"{address.label + ' ' if address.label else ''}address, {part}"
                meant |= {place: (words, 0) for place in found if place not in meant}
            meant |= dict.fromkeys(address.formatted, (ADDRESS, 0))
            if address.label_place is not None:
                meant[address.label_place] = (LABEL, 0)
        for pair in pairs(dialect, places):
            meant[pair.label] = (LABEL, 0)
            meant.setdefault(pair.value, (PAIR, 0))
    meant |= dict.fromkeys(_parts(dialect, places, noun), (PART, 0))
    ignored += [
        place
        for other in dialect.columns.values()
        for theirs in other.values()
        for place in places.every(theirs)
    ]
    # What sorts the records has been said by where they went.
    ignored += [
        place
        for rule in dialect.get("rows", [])
        if "set" not in rule
        for place in places.every(list(rule.get("where", {})))
    ]
    meant |= {place: (IGNORED, 0) for place in ignored if place not in meant}
    mapped = headers.mapped(header, noun, chosen)
    dated = set(places.every(dialect.get("custom_dates", [])))
    found_columns = []
    for place, cell in enumerate(header):
        if place in mapped:
            column = Column(cell, mapped[place])
        elif headers.is_of_rejects(cell):
            column = Column(cell, IGNORED)
        elif place in meant:
            column = Column(cell, meant[place][0], rank=meant[place][1])
        elif dialect.get("guess", False):
            column = Column(cell, headers.meaning(cell, place + 1, noun))
        else:
            column = Column(cell, CUSTOM + (cell or f"column {place + 1}"))
        column.dated = place in dated and column.field.startswith(CUSTOM)
        found_columns.append(column)
    return found_columns


def _parts(dialect: Dialect, places: Places, noun: str) -> list[int]:
    """Columns that others need: times of day, and who wrote to whom."""
    found = places.every(list(dialect.get("times", {}).values()))
    if noun in ("interactions", "followups"):
        found += places.every(
            [one for theirs in dialect.get("instead", {}).values() for one in theirs]
        )
    if noun == "interactions":
        found += places.every(list(dialect.get("parties", {}).values()))
    return found


def addresses(dialect: Dialect, places: Places) -> list[AddressPlaces]:
    """The addresses of a person, in the order of the dialect and of their numbers."""
    return [
        address for table in dialect.get("addresses", []) for address in _expanded(table, places)
    ][:MOST]


def _expanded(table: dict[str, Any], places: Places) -> Iterator[AddressPlaces]:
    """The addresses of one table: more than one where its headers have a star."""
    by_number: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for part in (*PARTS, "formatted"):
        for theirs in table.get(part, []):
            for number, place in places.numbered(theirs):
                by_number[number][part].append(place)
    labels = dict(places.numbered(table["label_of"])) if "label_of" in table else {}
    for number in sorted(by_number):
        found = by_number[number]
        parts = tuple(tuple(found[part]) for part in PARTS)
        yield AddressPlaces(
            table.get("label"), labels.get(number), parts, tuple(found["formatted"])
        )


def pairs(dialect: Dialect, places: Places) -> list[PairPlaces]:
    """The values that another column labels."""
    found = []
    for table in dialect.get("pairs", []):
        values = dict(places.numbered(table["value"]))
        words = frozenset(map(headers.normal, table.get("custom", [])))
        found += [
            PairPlaces(place, values[number], table["field"], words)
            for number, place in places.numbered(table["label"])
            if number in values
        ]
    return found[: MOST * 4]
