"""The rule Q707."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, group_concat(said) AS occurrence, NULL AS due, group_concat(said, '; ') AS message
FROM (
  SELECT p.contact_id, 'phone ' || p.number || ' is not valid' AS said FROM phones p WHERE p.number NOT GLOB '+[0-9]*'
  UNION ALL
  SELECT e.contact_id, e.address || ': did they mean ' || meant(e.address) || '?' FROM emails e WHERE meant(e.address) IS NOT NULL
  UNION ALL
  SELECT c.id, 'name in capitals' FROM contacts c WHERE shouted(c.name)
  ORDER BY 1, 2
) m JOIN contacts c ON c.id = m.contact_id
WHERE c.archived_at IS NULL
GROUP BY contact_id
"""


@rule("Q707", severity=Severity.INFO, sql=SQL, action=("show", "{id}"), fix="spelling")
def malformed(day: Day) -> dict[str, object]:
    """Something is written as it cannot be meant.

    What it flags: a phone that is not valid in its country, an e-mail at a domain that is one slip
    away from a large provider's (gmial.com), a name all in capitals.

    Why: a slip in the address is a customer who never answers; capitals in a greeting are a
    machine's.

    Settle: ``crm edit 7 --phone +48601234567``, ``crm edit 7 --name "Anna Nowak"``;
    ``crm check --unsafe-fixes`` mends names and domains, and asks first.

    Source: no default to choose; the providers are those with the most mailboxes here.
    """
    del day
    return {}
