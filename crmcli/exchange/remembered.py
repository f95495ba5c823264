"""What cells said before: in a column of cities or of names few cells are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.exchange.fields import Fields, Reader

_CELLS = 10_000  # remembered by one reader, so that a file of any size takes the same memory
_LONGEST = 64  # characters; longer cells hardly ever come twice


class Remembered(dict[str, Any]):
    """A reader of cells, asked by subscript: no Python runs for a cell that it has read before.

    A cell that raises or is remarked on is read anew each time.
    """

    def __init__(
        self,
        read: Callable[[str], Any],
        remarks: Sequence[str],
        *,
        empty: Any = None,
        most: int = _CELLS,
    ) -> None:
        super().__init__({"": empty})
        self._read = read
        self._remarks = remarks
        self._empty = empty
        self._most = most

    def __missing__(self, cell: str) -> Any:
        before = len(self._remarks)
        value = self._read(cell)
        if len(cell) <= _LONGEST and len(self._remarks) == before:
            if len(self) >= self._most:
                self.clear()
                self[""] = self._empty
            self[cell] = value
        return value


def filler(
    fields: Fields,
    places: dict[str, int],
    readers: dict[str, Reader[Any]],
    remembered: dict[str, Remembered],
) -> Callable[[list[str], list[Any]], None]:
    """Return what fills the fields of a row, a list, from a record.

    Args:
        fields: the columns of the file.
        places: of each field in the row.
        readers: of the fields that the file has; their order is that of remarks and refusals.
        remembered: the same readings, of one cell, for fields that few cells have new values in.
    """
    in_order = [(places[field], read) for field, read in readers.items()]
    known, others = [], []
    for field, read in readers.items():
        columns = fields.places.get(field, ())
        if field in remembered and len(columns) == 1:
            known.append((places[field], columns[0], remembered[field]))
        else:
            others.append((places[field], read))
    remarks = fields.cells.remarks

    def fill(record: list[str], values: list[Any]) -> None:
        before = len(remarks)
        try:
            for place, column, value_of in known:
                values[place] = value_of[record[column]]
            for place, read in others:
                values[place] = read(record)
        except InvalidValueError:
            pass  # said below, unless something comes before it
        else:
            if len(remarks) == before:
                return
        del remarks[before:]
        for place, read in in_order:
            values[place] = read(record)

    return fill
