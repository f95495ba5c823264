"""The rule Q705."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT pair.contact_id, o.id || '' AS occurrence, NULL AS due,
  iif(mail IS NULL, 'same phone as ', 'same e-mail as ') || o.id || ' ' || o.name AS message
FROM (
  SELECT c.id AS contact_id,
    (SELECT min(o.id) FROM emails a JOIN emails b ON b.key = a.key JOIN contacts o ON o.id = b.contact_id
     WHERE a.contact_id = c.id AND b.contact_id < c.id AND o.archived_at IS NULL
     AND (alike(c.name, o.name) OR NOT is_role(a.address))) AS mail,
    (SELECT min(o.id) FROM phones a JOIN phones b ON b.key = a.key JOIN contacts o ON o.id = b.contact_id
     WHERE a.contact_id = c.id AND b.contact_id < c.id AND o.archived_at IS NULL
     AND a.extension IS b.extension AND alike(c.name, o.name)) AS tel
  FROM contacts c WHERE c.archived_at IS NULL
) pair JOIN contacts o ON o.id = coalesce(mail, tel)
"""


@rule("Q705", severity=Severity.WARN, sql=SQL, action=("show", "{id}"))
def duplicate(day: Day) -> dict[str, object]:
    """Two entries look like one person.

    What it flags: the same e-mail as somebody added earlier, or the same phone and a name in
    common. A mailbox of an office (info@, biuro@) and a telephone of several people are no
    sign by themselves: there the names must have a word in common too.

    Why: half a history on each of two entries is as good as none, and both get reminded of.

    Settle: compare the two (``crm show 7``), move what is missing with ``crm edit`` and
    ``crm archive`` the other; ``crm ignore Q705:7`` where they are different people.

    Source: no default to choose.
    """
    del day
    return {}
