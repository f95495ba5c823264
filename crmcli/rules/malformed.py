"""The rule Q707."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule
from crmcli.values import email

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# Each part looks first at what SQL alone can tell, and asks only of the few that are left.
SQL = """
SELECT contact_id, group_concat(said) AS occurrence, NULL AS due, fix, group_concat(said, '; ') AS message
FROM (
  SELECT contact_id, iif(meant IS NULL, NULL, 'safe') AS fix,
    'phone ' || number || iif(meant IS NULL, ' is not valid', ' is ' || meant) AS said
  FROM (
    SELECT p.contact_id, p.number, p.verified_on, dialled(coalesce(p.typed, p.number), c.country) AS meant
    FROM phones p JOIN contacts c ON c.id = p.contact_id
    WHERE (p.number NOT GLOB '+[0-9]*' OR substr(p.number, 2) GLOB '*[^0-9]*' OR (p.typed IS NULL AND NOT is_dialled(p.number))) AND p.contact_id {whom}
  ) WHERE verified_on IS NULL OR meant IS NOT NULL
  UNION ALL
  SELECT contact_id, 'unsafe', address || ': did they mean ' || meant || '?'
  FROM (
    SELECT e.contact_id, e.address, meant(e.address) AS meant FROM emails e
    WHERE e.verified_on IS NULL AND length(e.address) - instr(e.address, '@') BETWEEN :shortest AND :longest AND e.contact_id {whom}
  ) WHERE meant IS NOT NULL
  UNION ALL
  SELECT c.id, 'unsafe', 'name in capitals' FROM contacts c WHERE c.name NOT GLOB '*[a-z]*' AND shouted(c.name) AND c.id {whom}
  ORDER BY 1, 3
) m JOIN contacts c ON c.id = m.contact_id
WHERE c.archived_at IS NULL
GROUP BY contact_id, fix
"""


@rule(
    "Q707",
    severity=Severity.INFO,
    sql=SQL,
    gives=("fix",),
    action=("show", "{id}"),
    fix="spelling",
    safe=None,
)
def malformed(day: Day) -> dict[str, object]:
    """Something is written as it cannot be meant.

    What it flags: a phone that is not valid in its country, an e-mail at a domain that is one slip
    away from a large provider's (gmial.com), a name all in capitals. A phone or an e-mail that was
    answered or verified is as it is.

    Why: a slip in the address is a customer who never answers; capitals in a greeting are a
    machine's.

    Settle: ``crm edit 7 --phone +48601234567``, ``crm edit 7 --name "Anna Nowak"``;
    ``crm check --fix`` writes phones with their country where that makes them valid (the
    person's, else yours), ``crm check --unsafe-fixes`` mends names and domains, and asks first.

    Source: no default to choose; the providers are those with the most mailboxes here.
    """
    del day
    return {"shortest": email.SHORTEST_SLIP, "longest": email.LONGEST_SLIP}
