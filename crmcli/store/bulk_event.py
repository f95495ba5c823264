"""What tells interactions, follow-ups and deals apart, for the one loader of the three."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crmcli.store import bulk_again

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.exchange.records import Person
    from crmcli.store.bulk import Options


HAS_PART = (
    "EXISTS (SELECT 1 FROM participant y WHERE y.interaction_id = x.id AND y.contact_id = w.owner)"
)


@dataclass(frozen=True)
class Event:
    """One of the nouns that happen with people.

    Attributes:
        table: of the book.
        columns: staged; those of ``fills`` have the same name in the book.
        values: a row of the file to its columns.
        people: a row of the file to whom it is about, the main person first.
        content: the columns that with the person make two events the same.
        fills: columns that a later file may fill or change.
        sets: further columns of an insert, with their SQL over n (the staged row) and p (its plan).
        updates: for columns that are not simply filled or overwritten, the SQL of the new value over
            x (the row of the book), n and p; ``:overwrite`` is 0 or 1, and so is ``:moved`` where what
            belongs to the stage moves with it.
        after_update: SQL for the rows changed since change ``:since``.
        owner: SQL of whom a row ``x`` of the book belongs to.
        called: the column that names a row to people.
        again: SQL of whether x is what n says, where the id of both is one; by default of all content.
        later: SQL of whether n may be a later state of x, where the id of both is one.
        shared: whether several people may have part, through ``participant``.
    """

    table: str
    columns: tuple[str, ...]
    values: Callable[[Any, Options], tuple[object, ...]]
    people: Callable[[Any], Sequence[Person]]
    content: tuple[str, ...]
    fills: tuple[str, ...]
    sets: dict[str, str] = field(default_factory=dict)
    updates: dict[str, str] = field(default_factory=dict)
    after_update: str = ""
    owner: str = "x.contact_id"
    called: str = "text"
    again: str = ""
    later: str = "1"
    shared: bool = False

    def changes(self, *, overwrite: bool, following: bool) -> tuple[str, str]:
        """SQL of the new values of a known row, and of whether any of them differs.

        ``following``: some columns of some rows follow the file, see bulk_again.
        """
        sets, differ = [], []
        for column in self.fills:
            mine = bulk_again.theirs(column, "x") if following else str(int(overwrite))
            stage = bulk_again.theirs("stage", "x") if following else str(int(overwrite))
            new = self.updates.get(
                column,
                f"iif(:overwrite, coalesce(n.{column}, x.{column}), coalesce(x.{column}, n.{column}))",
            )
            new = new.replace(":overwrite", mine).replace(":moved", stage)
            sets.append(f"{column} = {new}")
            differ.append(f"{new} IS NOT x.{column}")
        return ", ".join(sets), " OR ".join(differ)

    @property
    def whose(self) -> str:
        """SQL of whether ``x`` is about w.owner."""
        return HAS_PART if self.shared else f"{self.owner} = w.owner"
