"""Fields of address books that are no vCards as the properties of one, so that all are read alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.exchange.vcard_cards import Card, Property

if TYPE_CHECKING:
    from collections.abc import Iterable


def field(name: str, *parts: str, types: Iterable[str] = ()) -> Property:
    """A property of components."""
    kinds = [kind for kind in types if kind]
    return Property(name, "", {"TYPE": kinds} if kinds else {}, ";".join(map(_escaped, parts)))


def items(name: str, values: Iterable[str]) -> Property:
    """A property that is a list."""
    return Property(name, "", {}, ",".join(map(_escaped, values)))


def card(line: int, number: int, properties: list[Property]) -> Card:
    """The properties as a card."""
    return Card(line, number, "4.0", [one for one in properties if one.value.strip(";,")], [])


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\n").replace("\n", "\\n")
