"""The rule P802."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, t.key || coalesce(max(w.withdrawn_on), '') AS occurrence, max(w.withdrawn_on) AS due,
  'tagged ' || t.name || iif(max(w.withdrawn_on) IS NULL, ' without a lawful basis', ', and consent was withdrawn on ' || max(w.withdrawn_on)) AS message
FROM tags t JOIN people c ON c.id = t.contact_id LEFT JOIN consents w ON w.contact_id = c.id
WHERE :eu AND t.key IN ('marketing', 'newsletter', 'mailing', 'campaign')
  AND NOT EXISTS (SELECT 1 FROM consents k WHERE k.contact_id = c.id AND k.withdrawn_on IS NULL)
GROUP BY c.id
"""


@rule("P802", severity=Severity.WARN, sql=SQL, action=("consent", "{id}"))
def no_basis(day: Day) -> dict[str, object]:
    """Somebody gets marketing without a lawful basis.

    What it flags: with ``profile = "eu"`` in the config, people tagged marketing, newsletter,
    mailing or campaign for whom no basis is noted, or whose consent was withdrawn.

    Why: marketing by e-mail needs consent, or an existing customer and a way out; without a note
    of it nobody can show that it was there.

    Settle: ``crm consent 7 --basis consent --source "fair in Brno"``, or ``crm untag 7 newsletter``.

    Source: Art. 6 and 7 GDPR.
    """
    return {"eu": day.profile == "eu"}
