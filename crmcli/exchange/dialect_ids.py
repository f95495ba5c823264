"""The ids of another system: of a record, and of the people and companies that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crmcli.exchange.cell_text import split, text
from crmcli.exchange.dialect_check import INSTEAD
from crmcli.exchange.dialect_columns import IDS
from crmcli.exchange.records import InteractionRow, Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.dialect import Dialect
    from crmcli.exchange.dialect_columns import Places

_LONGEST = 500  # characters


class Ids:
    """Reads and spells the ids of a dialect.

    Attributes:
        any: whether the file has a column of them.
    """

    def __init__(self, dialect: Dialect, noun: str, places: Places) -> None:
        rules = dialect.get("ids", {})
        self._system = dialect.system
        self._strip: tuple[str, ...] = tuple(rules.get("strip", ()))
        self._length: int | None = rules.get("length")
        self._path: bool = rules.get("path", False)
        self._noun = noun
        self._own, self._company, self._people = (
            places.every(dialect.columns[noun].get(field, [])) for field in IDS
        )
        separators = dialect.get("separators", {})
        self._company_mark = separators.get("company_id") or separators.get("company")
        self._people_mark = separators.get("person_id") or separators.get("people")
        instead = dialect.get("instead", {}) if noun in ("interactions", "followups") else {}
        self._about = [(key, found) for key in INSTEAD if (found := places.every(instead.get(key, [])))]  # fmt: skip
        self.any = bool(self._own or self._company or self._people or self._about)

    def spelled(self, cell: str) -> str | None:
        """``system:value`` of an id, however the system spells it today; None for an empty cell."""
        value = text(cell)
        if not value or len(value) > _LONGEST:
            return None
        if self._path:
            value = _path(value)
        for start in self._strip:
            value = value.removeprefix(start)
        if self._length:
            value = value[: self._length]
        return f"{self._system}:{value}" if value else None

    def complete(self, row: Any, record: list[str]) -> Any:
        """The row with the ids that its record has."""
        found: dict[str, Any] = {}
        if own := self._first(self._own, record, None):
            found["external_id"] = own
        if self._company and (firm := self._first(self._company, record, self._company_mark)):
            found["company_external_id"] = firm
        if self._people:
            ids = [
                spelled
                for place in self._people
                for item in split(record[place], own=False, mark=self._people_mark)
                if (spelled := self.spelled(item))
            ]
            if ids:
                found |= self._with_people(row, ids)
        alone = self._about and not found.keys() & {"people", "person"} and _is_about_nobody(row)
        if alone and (told := tuple(dict.fromkeys(self._instead(record)))):
            whom = Person(about=told)
            found |= {"people": (whom,)} if self._noun == "interactions" else {"person": whom}
        return row._replace(**found) if found else row

    def _instead(self, record: list[str]) -> Iterator[tuple[str, str]]:
        """What the record is about that names no person."""
        for key, places in self._about:
            for item in (item for place in places for item in split(record[place], own=False, mark=self._company_mark)):  # fmt: skip
                if key == "company_names":
                    yield "name", item
                elif spelled := self.spelled(item):
                    yield ("deal" if key == "deals" else "company"), spelled

    def _first(self, places: list[int], record: list[str], mark: str | None) -> str | None:
        for place in places:
            cell = record[place]
            if mark and mark in cell:
                cell = cell.partition(mark)[0]
            if spelled := self.spelled(cell):
                return spelled
        return None

    def _with_people(self, row: Any, ids: list[str]) -> dict[str, Any]:
        """The ids go to the people beside them, one after the other."""
        if self._noun == "interactions":
            people = list(row.people) + [Person()] * (len(ids) - len(row.people))
            return {
                "people": tuple(
                    person._replace(external_id=one)
                    for person, one in zip(people, ids, strict=False)
                )
                + tuple(people[len(ids) :])
            }
        return {"person": (row.person or Person())._replace(external_id=ids[0])}


def _is_about_nobody(row: Any) -> bool:
    people = row.people if isinstance(row, InteractionRow) else (row.person or Person(),)
    return not any(any(person) for person in people)


def _path(url: str) -> str:
    """The path of a profile's address, which is what stays the same in all its spellings."""
    try:
        parts = urlsplit(url if "//" in url else f"https://{url}")
    except ValueError:
        return url.lower()
    return parts.path.rstrip("/").lower() or url.lower()
