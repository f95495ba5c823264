"""The rule Q703."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, '' AS occurrence, NULL AS due, 'no e-mail, phone or address' AS message
FROM contacts c
WHERE c.archived_at IS NULL AND c.do_not_contact = 0 AND coalesce(c.address, '') = '' AND c.email IS NULL AND c.phone IS NULL
"""


@rule("Q703", severity=Severity.WARN, sql=SQL, action=("show", "{id}"))
def unreachable(day: Day) -> dict[str, object]:
    """There is no way to reach somebody.

    What it flags: no e-mail, no phone and no postal address.

    Why: whoever cannot be reached cannot be followed up, and takes a place in every list.

    Settle: ``crm edit 7 --email anna@acme.example``, or ``crm archive 7``;
    ``crm ignore Q703:7`` for people you meet anyway.

    Source: no default to choose.
    """
    del day
    return {}
