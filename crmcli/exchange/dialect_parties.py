"""Who wrote to whom: of the two sides of a message one is the owner, and says its direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.exchange.cell_text import split, text
from crmcli.exchange.dialect_ids import Ids
from crmcli.exchange.records import Person
from crmcli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.exchange.dialect import Dialect
    from crmcli.exchange.dialect_columns import Places
    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import InteractionRow

_SAMPLE = 2_000


class Parties:
    """Reads both sides of a message, and takes the owner out."""

    def __init__(
        self, dialect: Dialect, places: Places, *, options: Options, owner_id: str | None
    ) -> None:
        columns = dialect.get("parties", {})
        self._from, self._from_id, self._to, self._to_id = (
            places.first(columns[key]) if key in columns else None
            for key in ("from", "from_id", "to", "to_id")
        )
        self._ids = Ids(dialect, "interactions", places)
        name = options.owner_name
        self._owner_name = fold(name) if name else None
        self._owner_id = owner_id

    def sides(self, record: list[str]) -> tuple[list[Person], list[Person]]:
        """Who wrote, and to whom."""
        return (
            self._people(record, self._from, self._from_id),
            self._people(record, self._to, self._to_id),
        )

    def complete(self, row: InteractionRow, record: list[str]) -> InteractionRow:
        """The row with its people, and with its direction where the owner is one of the sides."""
        writers, readers = self.sides(record)
        direction = row.direction
        if direction is None:
            if any(map(self._is_owner, writers)):
                direction = "out"
            elif any(map(self._is_owner, readers)):
                direction = "in"
        people = (
            readers
            if direction == "out"
            else writers
            if direction == "in"
            else [*writers, *readers]
        )
        others = tuple(dict.fromkeys(one for one in people if not self._is_owner(one)))
        return row._replace(people=others, direction=direction)

    def _is_owner(self, person: Person) -> bool:
        if self._owner_id and person.external_id:
            return person.external_id == self._owner_id
        return bool(self._owner_name and person.name and fold(person.name) == self._owner_name)

    def _people(self, record: list[str], names: int | None, ids: int | None) -> list[Person]:
        shown = (text(record[names]) if names is not None else None) or ""
        links = split(record[ids], own=False) if ids is not None else []
        keys = [self._ids.spelled(link) for link in links]
        parts = [shown] if len(keys) == 1 else split(shown, own=False)
        if len(parts) == len(keys):
            found = [
                Person(name=name or None, external_id=key)
                for name, key in zip(parts, keys, strict=True)
            ]
        elif keys:
            found = [Person(external_id=key) for key in keys]  # a comma in one of the names
        else:
            found = [Person(name=name) for name in parts]
        return [person for person in found if person.name or person.external_id]


def find_owner(
    parties: Parties, owner_name: str | None, records: Iterable[list[str]]
) -> str | None:
    """The id of the owner: of their name, else the one who has part in every record.

    None where two people have, or nobody.
    """
    everywhere: set[str] | None = None
    wanted = fold(owner_name) if owner_name else None
    for count, record in enumerate(records):
        if count >= _SAMPLE:
            break
        writers, readers = parties.sides(record)
        present = {one.external_id for one in (*writers, *readers) if one.external_id}
        for one in (*writers, *readers):
            if wanted and one.name and one.external_id and fold(one.name) == wanted:
                return one.external_id
        if present:
            everywhere = present if everywhere is None else everywhere & present
    return everywhere.pop() if everywhere and len(everywhere) == 1 else None
