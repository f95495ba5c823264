"""What tells our people again when they come back from another program: ``crm-0123456789abcdef``.

It stands in a custom field, as these programs keep such. After it ``n`` says that the book knows the
name as a whole only, ``a`` and a label that all the addresses stand beside the first, and what the
first of these is: none of that can be seen in the columns of others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.exchange.records import Address
from crmcli.values.text import fold

if TYPE_CHECKING:
    from crmcli.exchange.records import ContactRow

FIELD = "crm"  # of programs whose custom fields have names
SILENT = "do not contact"  # the tag of whom is not to be contacted
_MARK = re.compile(r"crm-([0-9a-f]{16})(?:-(n?a?)(?::(.+))?)?")


def mark(uid: str, *, whole: bool, beside: str | None) -> str:
    """Return the mark of a person of our book.

    Args:
        uid: of the person.
        whole: the name has no parts.
        beside: the label of the first of addresses that all stand beside; None where one does not.
    """
    said = "n" * whole + "a" * (beside is not None)
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
    if "a" in said:
        first = Address(found[3], row.address, row.city, row.region, row.postcode, row.country)
        row = row._replace(
            address=None, city=None, region=None, postcode=None, country=None,
            addresses=(first, *row.addresses) if any(first[1:]) else row.addresses,
        )  # fmt: skip
    return row
