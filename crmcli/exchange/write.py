"""Writing what we can read again: CSV, JSON and JSON Lines of every noun.

``export | import -`` loses nothing: the columns are the fields of records, under the names that
headers knows, and ``uid`` says that the file is ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from crmcli.errors import UsageError
from crmcli.exchange.spreadsheet import safe_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.output.cells import Row
    from crmcli.output.look import Look

# The columns of an export, in their order; of people, custom fields follow under their own names.
FIELDS: dict[str, tuple[str, ...]] = {
    "contacts": (
        *("id", "uid", "name", "given", "family", "company", "title", "emails", "phones", "urls"),
        *("address", "city", "region", "postcode", "country", "birthday", "dates", "language"),
        *("currency", "channel", "lifecycle", "cadence", "tags", "source", "referred_by", "note"),
        *("do_not_contact", "verified_on", "created_at", "updated_at", "archived_at", "notice_on"),
        *("consents", "verified_channels", "dead_channels"),
        *("merged", "different", "addresses", "external_ids"),
        *("address_label", "email_labels", "phone_labels"),
    ),
    "companies": (
        *("id", "uid", "name", "domain", "phone", "url", "address", "city", "region", "postcode"),
        *("country", "note", "created_at", "updated_at", "external_ids"),
    ),
    "interactions": (
        *("id", "uid", "kind", "at", "direction", "contacts", "subject", "text", "amount"),
        *(
            "currency",
            "duration",
            "deal",
            "source",
            "closed_at",
            "outcome",
            "waits",
            "external_ids",
        ),
    ),
    "followups": (
        *(
            "id",
            "uid",
            "contact",
            "due",
            "text",
            "every",
            "done_at",
            "snoozed_until",
            "snooze_reason",
        ),
        *("source", "anchor", "external_ids", "set_by", "done_by", "created_at"),
    ),
    "deals": (
        *("id", "uid", "title", "contact", "company", "stage", "amount", "currency"),
        *("probability", "close", "stage_since", "won_at", "lost_at", "reason", "quoted_on"),
        *("valid_until", "external_ids", "created_at", "updated_at"),
    ),
}
FORMATS = ("csv", "json", "jsonl")


def write(
    stream: TextIO,
    to: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    look: Look,
    *,
    excel_safe: bool = False,
) -> int:
    """Write rows in one of FORMATS.

    Args:
        stream: where to.
        to: the format.
        columns: field names, then those of custom fields.
        rows: values parallel to columns, as output takes them.
        look: as output takes it.
        excel_safe: CSV in which a spreadsheet runs nothing; see spreadsheet.

    Returns:
        The number of rows.

    Raises:
        UsageError: no such format, or one that has no cells to make safe.
    """
    from crmcli.output import as_csv, as_json, as_jsonl

    if excel_safe and to != "csv":
        raise UsageError(f"--excel-safe is for CSV, not for {to}")
    if to == "csv":
        if excel_safe:
            return as_csv.write_scalars(stream, *safe_rows(columns, rows), quoted=True)
        return as_csv.write(stream, columns, rows, look)
    if to == "json":
        return as_json.write(stream, columns, rows, look)
    if to == "jsonl":
        return as_jsonl.write(stream, columns, rows, look)
    raise UsageError(f'format "{to}" is not known; known: {", ".join(FORMATS)}')
