"""People as the CSV of other programs has them: names in parts, addresses, and what has no room."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from crmcli.exchange import our_mark
from crmcli.exchange.spreadsheet import safe_rows
from crmcli.output.cells import exact
from crmcli.values import country
from crmcli.values import name as names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal, TextIO

    from crmcli.exchange.outgoing import Outgoing

PARTS = ("address", "city", "region", "postcode", "country")


class Name(NamedTuple):
    """A name in parts; ``whole`` where the book has none of them, ``exact`` where they say it all."""

    given: str
    middle: str
    family: str
    whole: bool
    exact: bool


def name(person: dict[str, Any]) -> Name:
    """Return the name of a person in parts."""
    shown, given, family = person["name"], person["given"] or "", person["family"] or ""
    if not given and not family:
        first, last = (None, None) if shown == person["company"] else names.parts(shown)
        if names.join(first, None, last) == shown:
            return Name(first or "", "", last or "", True, True)
        return Name(shown, "", "", True, True)
    if names.join(given, None, family) == shown:
        return Name(given, "", family, False, True)
    middle = shown.removeprefix(f"{given} ").removesuffix(f" {family}" if family else "").strip()
    if given and names.join(given, middle, family) == shown:
        return Name(given, middle, family, False, True)
    return Name(given, "", family, False, False)


def places(person: dict[str, Any]) -> tuple[str | None, list[dict[str, Any]]]:
    """Return the addresses, and the label of the first where it is not that of the person itself."""
    beside = list(person["addresses"] or ())
    first: dict[str, Any] = {part: person[part] for part in PARTS}
    if any(first.values()):
        return None, [{"label": person["address_label"], **first}, *beside]
    return (beside[0]["label"] or "" if beside else None), beside


def phones(
    person: dict[str, Any],
    columns: Mapping[str, str | None],
    free: tuple[str, ...],
    left: Left,
) -> tuple[dict[str, str], str]:
    """Lay the phones into columns: each where its label says, the others where there is room.

    Args:
        person: whose they are.
        columns: in the order in which they are read, each with the label that it says.
        free: columns that take any phone.
        left: is told of phones and labels without room.

    Returns:
        The cells, and the letters of our_mark that say what the columns do not.
    """
    called = person["phone_labels"] or {}
    taken: dict[str, int] = {}
    every: list[str] = person["phones"]
    for place, number in enumerate(every):
        label = called.get(number)
        own = (column for column, says in columns.items() if label and says == label)
        if column := next((one for one in own if one not in taken), None):
            taken[column] = place
    homeless = [place for place in range(len(every)) if place not in taken.values()]
    room = [column for column in free if column not in taken]
    taken |= dict(zip(room, homeless, strict=False))
    if len(taken) < len(every):
        left.add(f"phones beyond {len(free)}")
    letters = ""
    for column in (one for one in columns if one in taken):
        label, says = called.get(every[taken[column]]), columns[column]
        if label and label != says:
            left.add("labels of phones")
        letters += our_mark.letter(taken[column], labelled=says is None or label == says)
    plain = letters.islower() and letters == "".join(sorted(letters))
    return {column: every[place] for column, place in taken.items()}, "" if plain else letters


def land(code: str | None) -> str:
    """The name of a country, where it is read as the same code; other text as it is."""
    called = country.name(code) if code and len(code) == 2 else None
    return called if called and country.code(called) == code else code or ""


def dates(person: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Return kind and day of each key date, and whether it asks for notice."""
    found = []
    for item in person["dates"]:
        kind, _, rest = item.rpartition("=")
        day, _, notice = rest.partition("/")
        found.append((kind, day, bool(notice)))
    return found


class Left:
    """What a format had no room for: which fields, and of how many."""

    def __init__(self, about: str, noun: str = "contacts") -> None:
        self._about, self._noun = about, noun
        self._counts: Counter[str] = Counter()

    def of(self, record: dict[str, Any], fields: Iterable[str]) -> None:
        """Count the fields that a record has."""
        self._counts.update(field for field in fields if record.get(field))

    def add(self, *what: str) -> None:
        """Count what a record has and the format has not, each once."""
        self._counts.update(set(what))

    def said(self) -> str | None:
        """The line that says so."""
        if not self._counts:
            return None
        found = ", ".join(f"{field} ({count})" for field, count in sorted(self._counts.items()))
        return (
            f"{self._about} has no room for all of it; left out, of how many {self._noun}: {found}"
        )


def write(
    stream: TextIO,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    book: Outgoing,
    left: Left,
    *,
    end: str = "\n",
) -> int:
    """Write header and rows, say what was left out, and return the number of rows."""
    lines = ([exact(value) for value in row] for row in rows)
    columns: Sequence[str] = header
    if book.excel_safe:
        columns, lines = safe_rows(header, lines)  # type: ignore[assignment]
    quoting: Literal[0, 1] = csv.QUOTE_ALL if book.excel_safe else csv.QUOTE_MINIMAL
    to = csv.writer(stream, lineterminator=end, quoting=quoting)
    to.writerow(columns)
    count = 0
    for line in lines:
        to.writerow(line)
        count += 1
    said = left.said()
    if said:
        book.remark(said)
    return count
