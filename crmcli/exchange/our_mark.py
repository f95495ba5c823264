"""What tells our people again when they come back from another program: ``crm-0123456789abcdef``.

It stands in a custom field, as these programs keep such. After it ``n`` says that the book knows the
name as a whole only, ``a`` and a label that all the addresses stand beside the first, and what the
first of these is, ``u`` that the first address has no label, and ``p`` with letters which phone stands
where: a is the first of the book, a capital one without a label. None of that can be seen in the
columns of others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.exchange.records import Address
from crmcli.values.phone import spelled
from crmcli.values.text import fold

if TYPE_CHECKING:
    from crmcli.exchange.records import ContactRow

FIELD = "crm"  # of programs whose custom fields have names
SILENT = "do not contact"  # the tag of whom is not to be contacted
_LETTERS = 26
_MARK = re.compile(r"crm-([0-9a-f]{16})(?:-(n?a?u?)(?:p([a-zA-Z]+))?(?::(.+))?)?")


def mark(
    uid: str, *, whole: bool, beside: str | None, unlabelled: bool = False, phones: str = ""
) -> str:
    """Return the mark of a person of our book.

    Args:
        uid: of the person.
        whole: the name has no parts.
        beside: the label of the first of addresses that all stand beside; None where one does not.
        unlabelled: the first address has no label, whatever its column is called.
        phones: of each phone in the order of the columns the letter of its place in the book, a
            capital one where it has no label.
    """
    said = "n" * whole + "a" * (beside is not None) + "u" * unlabelled
    said += "p" * bool(phones) + phones
    return f"crm-{uid}{'-' * bool(said)}{said}{':' * bool(beside)}{beside or ''}"


def known(row: ContactRow, _record: list[str]) -> ContactRow:
    """Return the row as that of our book, where it has our mark."""
    if not row.custom:
        return row
    marks = {
        field: found for field, value in row.custom.items() if (found := _MARK.fullmatch(value))
    }
    if not marks:
        return row
    field, found = marks.popitem()
    said = found[2] or ""
    custom = {name: value for name, value in row.custom.items() if name != field}
    tags = tuple(tag for tag in row.tags if fold(tag) != SILENT)
    row = row._replace(
        uid=found[1], custom=custom or None, tags=tags,
        do_not_contact=True if len(tags) < len(row.tags) else row.do_not_contact,
    )  # fmt: skip
    if "n" in said:
        row = row._replace(given=None, family=None)
    if "u" in said:
        row = row._replace(address_label=None)
    if found[3] and len(found[3]) == len(row.phones):
        row = _with_phones(row, found[3])
    if "a" in said:
        first = Address(found[4], row.address, row.city, row.region, row.postcode, row.country)
        row = row._replace(
            address_label=None, address=None, city=None, region=None, postcode=None, country=None,
            addresses=(first, *row.addresses) if any(first[1:]) else row.addresses,
        )  # fmt: skip
    return row


def letter(place: int, *, labelled: bool) -> str:
    """The letter of a phone of the book, by its place from 0; none for those beyond the alphabet."""
    return chr((ord("a") if labelled else ord("A")) + place) if place < _LETTERS else ""


def _with_phones(row: ContactRow, letters: str) -> ContactRow:
    """The row with its phones in the order of the book, without the labels that it has not."""
    pairs = sorted(zip(letters.lower(), range(len(letters)), strict=True))
    silent = {spelled(row.phones[n]) for n, letter in enumerate(letters) if letter.isupper()}
    return row._replace(
        phones=tuple(row.phones[number] for _, number in pairs),
        phone_labels=tuple(pair for pair in row.phone_labels if pair[0] not in silent),
    )
