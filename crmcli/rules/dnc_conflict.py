"""The rule P801."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT f.contact_id, group_concat(f.id) AS occurrence, min(f.due) AS due, f.id AS target,
  'do not contact, and ' || iif(count(*) = 1, 'a follow-up is open: ', count(*) || ' follow-ups are open: ') || f.text || ' (F' || f.id || ')' AS message
FROM (SELECT contact_id, id, due, text FROM follow_ups WHERE done_at IS NULL ORDER BY due, text, id) f JOIN contacts c ON c.id = f.contact_id
WHERE c.do_not_contact AND c.archived_at IS NULL
GROUP BY f.contact_id
"""


@rule(
    "P801",
    severity=Severity.ERROR,
    sql=SQL,
    gives=("target",),
    action=("done", "F{target}", "--end"),
    fix="close",
    safe=True,
)
def dnc_conflict(day: Day) -> dict[str, object]:
    """Somebody is not to be contacted, and a follow-up says to.

    What it flags: an open follow-up of a person marked do-not-contact.

    Why: the mark wins everywhere, so the follow-up is never shown; one of the two is wrong.

    Settle: ``crm done F12 --end``, also where it repeats, or ``crm dnc 7 --lift``; ``crm check --fix`` closes such follow-ups.

    Source: Art. 21 GDPR: who objects to direct marketing is not to be written to any more.
    """
    del day
    return {}
