"""What a format may know of where it is drawn."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


class Look:
    """How rows are to look.

    Attributes:
        width: columns of the terminal.
        colour: whether colours are wanted.
        labels: headers for people, by column name; a name without one heads its own column.
        shrink: columns that give way first when a table is too wide.
        drop: columns left out first, in this order, when it is too wide even so.
        whole: columns that others give way to, with the width up to which they are not cut.
    """

    __slots__ = ("colour", "drop", "labels", "shrink", "whole", "width")

    def __init__(
        self,
        width: int = 80,
        *,
        colour: bool = False,
        labels: Mapping[str, str] | None = None,
        shrink: Collection[str] = (),
        drop: Sequence[str] = (),
        whole: Mapping[str, int] | None = None,
    ) -> None:
        self.width = width
        self.colour = colour
        self.labels = labels or {}
        self.shrink = shrink
        self.drop = drop
        self.whole = whole or {}
