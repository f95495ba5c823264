"""The rule Q703."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, '' AS occurrence, NULL AS due,
  iif(c.email IS NULL AND c.phone IS NULL, 'no e-mail, phone or address', 'no e-mail, phone or address that is not dead') AS message
FROM contacts c
WHERE c.archived_at IS NULL AND c.do_not_contact = 0 AND coalesce(c.address, '') = ''
  AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.contact_id = c.id AND e.dead_on IS NULL)
  AND NOT EXISTS (SELECT 1 FROM phones p WHERE p.contact_id = c.id AND p.dead_on IS NULL)
  AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.contact_id = c.id AND a.address <> '')
UNION ALL
SELECT c.id, '', NULL, 'no e-mail or phone but that of ' || min(b.by_name) || ', who is marked do-not-contact'
FROM barred b JOIN contacts c ON c.id = b.contact_id
WHERE c.archived_at IS NULL AND c.do_not_contact = 0 AND EXISTS (SELECT 1 FROM silent)
GROUP BY c.id
"""


@rule("Q703", severity=Severity.WARN, sql=SQL, action=("show", "{id}"))
def unreachable(day: Day) -> dict[str, object]:
    """There is no way to reach somebody.

    What it flags: no e-mail, no phone and no postal address, or none that works: an e-mail that
    bounced and a wrong number don't count. A city alone is no address. Also who has no other e-mail
    or phone than somebody marked do-not-contact: ``crm remind`` leaves them out, as it would be
    that person who is written to.

    Why: whoever cannot be reached cannot be followed up, and takes a place in every list.

    Settle: ``crm edit 7 --email anna@acme.example``, ``crm merge 3 7`` where it is one person, or
    ``crm archive 7``;
    ``crm ignore Q703:7`` for people you meet anyway.

    Source: no default to choose.
    """
    del day
    return {}
