"""vCard 3.0 out, for phones and programs that do not read 4.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.exchange import vcard_writer

if TYPE_CHECKING:
    from typing import TextIO

    from crmcli.exchange.outgoing import Outgoing

NOUNS = ("contacts",)


def write(stream: TextIO, noun: str, book: Outgoing) -> int:  # noqa: ARG001 - they hold one
    """Write the people of the book; return how many."""
    return vcard_writer.write(stream, book, "3.0")
