"""The rule P804."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, coalesce(c.heard_at, c.created_at) AS occurrence, NULL AS due,
  iif(c.heard_at IS NULL, 'never heard, in the book since ' || on_day(c.created_at), 'not heard since ' || on_day(c.heard_at)) AS message
FROM contacts c
WHERE c.archived_at IS NULL AND coalesce(c.heard_at, c.created_at) < :before
  AND NOT EXISTS (SELECT 1 FROM follow_ups f WHERE f.contact_id = c.id AND f.done_at IS NULL AND c.do_not_contact = 0)
  AND NOT EXISTS (SELECT 1 FROM deals d WHERE d.contact_id = c.id AND d.open)
  AND NOT EXISTS (SELECT 1 FROM consents k WHERE k.contact_id = c.id AND k.withdrawn_on IS NULL AND k.basis IN ('contract', 'legal-obligation'))
"""


@rule("P804", severity=Severity.INFO, sql=SQL, action=("show", "{id}"))
def retention(day: Day, *, days: int = 1096) -> dict[str, object]:
    """Data of somebody is kept, and nothing has come of it for years.

    What it flags: nothing heard from a person for more than ``days`` days (three years), or added
    that long ago and never heard. Not where a follow-up or a deal is open, or where a contract or
    the law makes you keep it (``crm consent 7 --basis legal-obligation``).

    Why: data that serves no purpose any more is not to be kept, and it slows every search.

    Settle: look (``crm show 7``), then ``crm forget 7``, for good, or ``crm archive 7``, out of
    sight; ``crm ignore P804:7`` where you have another reason. It is never done by itself.

    Source: Art. 5 (1) (e) GDPR asks for a limit; three years is a common limitation period.
    """
    return {"before": day.start(day.today - timedelta(days=days))}
