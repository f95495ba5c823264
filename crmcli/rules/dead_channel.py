"""The rule Q702."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, group_concat(d.value) AS occurrence, min(dead_on) AS due,
  iif(count(*) > 1, count(*) || ' dead channels: ', '') || group_concat(said, ', ') AS message
FROM (
  SELECT e.contact_id, e.address AS value, e.dead_on,
    e.address || iif(e.dead_on IS NULL, ' cannot be an address', ' bounced ' || near(e.dead_on)) AS said
  FROM emails e WHERE e.dead_on IS NOT NULL OR e.address NOT LIKE '%_@_%._%' OR e.address GLOB '*[ ,;]*'
  UNION ALL
  SELECT p.contact_id, p.number, p.dead_on, p.number || ' was a wrong number ' || near(p.dead_on)
  FROM phones p WHERE p.dead_on IS NOT NULL
  ORDER BY 1, 2
) d JOIN contacts c ON c.id = d.contact_id
WHERE c.archived_at IS NULL
GROUP BY contact_id
"""


@rule("Q702", severity=Severity.WARN, sql=SQL, action=("show", "{id}"))
def dead_channel(day: Day) -> dict[str, object]:
    """An address or number does not reach anybody.

    What it flags: an e-mail that bounced (``crm log email 7 --bounced``), a wrong number
    (``crm log call 7 --bounced``), or text that cannot be an address.

    Why: a message to a dead address looks sent. The follow-up after it waits for nobody.

    Settle: find the new one: ``crm edit 7 --email new@acme.example --remove-email
    old@acme.example``; ``crm verify 7 --email`` if it works after all.

    Source: no default to choose.
    """
    del day
    return {}
