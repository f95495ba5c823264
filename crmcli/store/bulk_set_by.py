"""Who set what last: an import, or somebody by hand. The history says so."""

from __future__ import annotations

from bisect import bisect_right
from json import loads
from typing import TYPE_CHECKING

from crmcli.store.history import EFFECTIVE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

_JOINED = "note"
_COUNTS = f"c.set_id IN (SELECT id FROM change_set WHERE {EFFECTIVE})"


class Ids:
    """Since when the rows of a noun are known by their ids in one other system."""

    def __init__(self, db: sqlite3.Connection, noun: str) -> None:
        self._db = db
        self._noun = noun
        self._brought = _Inserted(db, "external_id")
        self._last: tuple[tuple[int, int], int | None] = (-1, -1), None

    def since(self, row_id: int, external: int | None) -> int | None:
        """The set that brought an id; None for a row with none, or with ids of two systems."""
        if external is None:
            return None
        asked = row_id, external
        if self._last[0] != asked:
            alone = (
                "SELECT count(DISTINCT system) = 1 FROM external_id WHERE noun = ? AND row_id = ?"
            )
            is_alone = self._db.execute(alone, (self._noun, row_id)).fetchone()[0]
            self._last = asked, self._brought.of(external)[0] if is_alone else None
        return self._last[1]


class SetBy:
    """Which columns of the rows of a table an import set last."""

    def __init__(self, db: sqlite3.Connection, table: str) -> None:
        self._db = db
        self._table = table
        self._rows = _Inserted(db, table)

    def imports(self, row_id: int, since: int, columns: Sequence[str]) -> Iterator[str]:
        """Yield those of the columns that an import set last, at the earliest the set ``since``.

        A note that imports add to is one of theirs only if nobody else has a word in it.
        """
        last: dict[str, tuple[int, str]] = {}
        joined: list[tuple[int, str]] = []
        first_note: object = None
        for set_id, command, data in self._db.execute(
            "SELECT c.set_id, s.command, c.data FROM change c JOIN change_set s ON s.id = c.set_id"
            f" WHERE c.noun = ? AND c.row_id = ? AND c.op = 'update' AND {_COUNTS} ORDER BY c.id DESC",
            (self._table, row_id),
        ):
            changed = loads(data)
            for column in changed:
                last.setdefault(column, (set_id, command))
            if _JOINED in changed:
                joined.append((set_id, command))
                first_note = changed[_JOINED][0]
        made = self._rows.of(row_id)
        if first_note is not None:
            joined.append(made)
        for column in columns:
            by = joined if column == _JOINED and joined else [last.get(column, made)]
            if all(_is_import(*one, since) for one in by):
                yield column


class FieldsSetBy:
    """Which custom fields of people an import set last."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._people = _Inserted(db, "contact_field", " AND c.contact_id IS NULL")

    def is_import(self, contact_id: int, field_id: int, since: int) -> bool:
        """Whether an import set the field last, at the earliest the set ``since``."""
        found = self._db.execute(
            "SELECT c.set_id, s.command FROM change c JOIN change_set s ON s.id = c.set_id"
            # By the contact: a field has as many changes as people have it.
            f" WHERE c.contact_id = ? AND +c.noun = 'contact_field' AND +c.row_id = ? AND {_COUNTS}"
            " ORDER BY c.id DESC LIMIT 1",
            (contact_id, field_id),
        ).fetchone()
        set_id, command = found or self._people.of(contact_id)
        return _is_import(set_id, command, since)


class _Inserted:
    """By which set a row came into the book: most came in ranges."""

    def __init__(self, db: sqlite3.Connection, table: str, which: str = "") -> None:
        self._found = db.execute(
            "SELECT c.row_id, coalesce(c.row_last, c.row_id), c.set_id, s.command"
            " FROM change c JOIN change_set s ON s.id = c.set_id"
            f" WHERE c.noun = ? AND c.op = 'insert'{which} ORDER BY c.row_id, c.id",
            (table,),
        ).fetchall()
        self._starts = [row[0] for row in self._found]

    def of(self, row_id: int) -> tuple[int, str]:
        """Number and command of the set; of a row that no set knows one that is no import."""
        place = bisect_right(self._starts, row_id) - 1
        if place < 0 or self._found[place][1] < row_id:
            return 0, ""
        return self._found[place][2], self._found[place][3]


def _is_import(set_id: int, command: str, since: int) -> bool:
    return set_id >= since and command.removeprefix("crm ").split(" ", 1)[0] == "import"
