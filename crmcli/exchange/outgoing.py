"""Files as other programs read them: which there are, and what a writer of one gets.

A format is a module of WRITERS with

- ``NOUNS``: the nouns it can hold; of the first when ``--as`` does not say;
- ``write(stream, noun, book) -> int``: writes the file, and returns how many records are in it.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

WRITERS: dict[str, str] = {
    "vcard": "crmcli.exchange.vcard",
    "vcard3": "crmcli.exchange.vcard3",
    "ics": "crmcli.exchange.ics_out",
    "google": "crmcli.exchange.google_csv",
    "outlook": "crmcli.exchange.outlook_csv",
    "hubspot": "crmcli.exchange.hubspot_csv",
}
SHEETS = frozenset({"google", "outlook", "hubspot"})  # CSV: what a spreadsheet may open too


@dataclass(frozen=True)
class Outgoing:
    """What a book gives to a file.

    Attributes:
        objects: the records of a noun that were asked for, as ``export --to json`` has them.
        now: the instant, aware.
        owner: name and addresses of the owner.
        remark: takes what the user has to know, such as what the format could not hold.
        excel_safe: CSV in which a spreadsheet runs nothing.
        barred: gives the uids of those who can be reached only where somebody is who is not to be contacted.
    """

    objects: Callable[[str], Iterator[dict[str, Any]]]
    now: datetime
    owner: tuple[str | None, tuple[str, ...]] = (None, ())
    remark: Callable[[str], object] = lambda _: None
    excel_safe: bool = False
    barred: Callable[[], frozenset[str]] = frozenset


class Writer(Protocol):
    """A module of WRITERS."""

    NOUNS: tuple[str, ...]

    def write(self, stream: TextIO, noun: str, book: Outgoing) -> int:
        """Write the file; return how many records are in it."""


def writer(name: str) -> Writer:
    """Return the module of a format of WRITERS."""
    module: Writer = importlib.import_module(WRITERS[name])
    return module
