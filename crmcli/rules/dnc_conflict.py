"""The rule P801."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, group_concat(f.id) AS occurrence, min(f.due) AS due,
  'do not contact, and ' || iif(count(*) = 1, 'a follow-up is open: ', count(*) || ' follow-ups are open: ') || min(f.text) AS message
FROM (SELECT * FROM follow_ups ORDER BY id) f JOIN contacts c ON c.id = f.contact_id
WHERE f.done_at IS NULL AND c.do_not_contact AND c.archived_at IS NULL
GROUP BY c.id
"""


@rule("P801", severity=Severity.ERROR, sql=SQL, action=("show", "{id}"), fix="close", safe=True)
def dnc_conflict(day: Day) -> dict[str, object]:
    """Somebody is not to be contacted, and a follow-up says to.

    What it flags: an open follow-up of a person marked do-not-contact.

    Why: the mark wins everywhere, so the follow-up is never shown; one of the two is wrong.

    Settle: ``crm done F12``, or ``crm dnc 7 --lift``; ``crm check --fix`` closes such follow-ups.

    Source: Art. 21 GDPR: who objects to direct marketing is not to be written to any more.
    """
    del day
    return {}
