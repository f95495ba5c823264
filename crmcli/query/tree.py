"""The tree that a query is read as: small nodes that know their place in the text."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Node:
    """A part of a query; equal when it says the same, wherever it stands."""

    __slots__ = ("end", "start")
    start: int
    end: int

    def parts(self) -> tuple[object, ...]:
        """What makes it equal to another of its class; each class has its own."""
        return ()

    def __eq__(self, other: object) -> bool:
        return (
            type(self) is type(other) and isinstance(other, Node) and self.parts() == other.parts()
        )

    def __hash__(self) -> int:
        return hash((type(self), self.parts()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.parts()}"


class Word(Node):
    """A word or, quoted, a phrase; also one value of a field."""

    __slots__ = ("quoted", "text")

    def __init__(self, text: str, start: int, end: int, *, quoted: bool = False) -> None:
        self.text = text
        self.quoted = quoted
        self.start = start
        self.end = end

    def parts(self) -> tuple[object, ...]:
        return (self.text, self.quoted)


class Field(Node):
    """A field by its own name, and the values of which one must fit."""

    __slots__ = ("name", "values")

    def __init__(self, name: str, values: Sequence[Word], start: int, end: int) -> None:
        self.name = name
        self.values = tuple(values)
        self.start = start
        self.end = end

    def parts(self) -> tuple[object, ...]:
        return (self.name, self.values)


class View(Node):
    """A saved query by its name."""

    __slots__ = ("name",)

    def __init__(self, name: str, start: int, end: int) -> None:
        self.name = name
        self.start = start
        self.end = end

    def parts(self) -> tuple[object, ...]:
        return (self.name,)


class Group(Node):
    """Several items of which all (And) or one (Or) must fit; a nested group of its kind is flat."""

    __slots__ = ("items",)
    items: tuple[Node, ...]

    def __init__(self, items: Sequence[Node], start: int, end: int) -> None:
        flat: list[Node] = []
        for item in items:
            flat.extend(
                item.items if isinstance(item, Group) and type(item) is type(self) else (item,)
            )
        self.items = tuple(flat)
        self.start = start
        self.end = end

    def parts(self) -> tuple[object, ...]:
        return self.items


class And(Group):
    """All items must fit."""

    __slots__ = ()


class Or(Group):
    """One item must fit."""

    __slots__ = ()


class Not(Node):
    """The item must not fit."""

    __slots__ = ("item",)

    def __init__(self, item: Node, start: int, end: int) -> None:
        self.item = item
        self.start = start
        self.end = end

    def parts(self) -> tuple[object, ...]:
        return (self.item,)
