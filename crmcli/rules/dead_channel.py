"""The rule Q702."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# An address of the usual letters in the usual order is one; only of others it has to be found out.
ODD = """
(e.address NOT GLOB '[a-zA-Z0-9]*@[a-zA-Z0-9]*.*[a-zA-Z0-9]' OR e.address GLOB '*[^a-z0-9A-Z.@_+-]*' OR e.address GLOB '*@*@*'
  OR instr(e.address, '..') OR instr(e.address, '.-') OR instr(e.address, '-.') OR instr(e.address, '.@'))
"""
SQL = f"""
SELECT contact_id, group_concat(d.value) AS occurrence, min(dead_on) AS due, fix,
  iif(count(*) > 1, count(*) || ' dead channels: ', '') || group_concat(said, ', ') AS message
FROM (
  SELECT contact_id, address AS value, dead_on, iif(dead_on IS NULL AND sound IS NOT NULL, 'safe', NULL) AS fix,
    iif(dead_on IS NOT NULL, address || ' bounced ' || near(dead_on),
      '"' || address || '"' || iif(sound IS NULL, ' cannot be an address', ' is written for ' || sound)) AS said
  FROM (SELECT e.contact_id, e.address, e.dead_on, iif({ODD}, address(e.address), e.address) AS sound FROM emails e WHERE (e.dead_on IS NOT NULL OR {ODD}) AND e.contact_id {{whom}})
  WHERE dead_on IS NOT NULL OR sound IS NOT address
  UNION ALL
  SELECT p.contact_id, p.number, p.dead_on, NULL, p.number || ' was a wrong number ' || near(p.dead_on)
  FROM phones p WHERE p.dead_on IS NOT NULL AND p.contact_id {{whom}}
  ORDER BY 1, 2
) d JOIN contacts c ON c.id = d.contact_id
WHERE c.archived_at IS NULL AND c.do_not_contact = 0
GROUP BY contact_id, fix
"""


@rule(
    "Q702",
    severity=Severity.WARN,
    sql=SQL,
    gives=("fix",),
    action=("show", "{id}"),
    fix="address",
    safe=True,
)
def dead_channel(day: Day) -> dict[str, object]:
    """An address or number does not reach anybody.

    What it flags: an e-mail that bounced (``crm log email 7 --bounced``), a wrong number
    (``crm log call 7 --bounced``), or text that cannot be an address.

    Why: a message to a dead address looks sent. The follow-up after it waits for nobody.

    Settle: find the new one: ``crm edit 7 --email new@acme.example --remove-email
    old@acme.example``; ``crm verify 7 --email`` if it works after all. ``crm check --fix`` takes
    off what is not part of an address (``mailto:``, brackets, blanks, a dot at its end) where
    one is left.

    Source: no default to choose.
    """
    del day
    return {}
