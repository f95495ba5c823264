"""The rule P802."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# Consent that was withdrawn is an objection: only what was noted since outweighs it, as store.marketing says.
SQL = """
SELECT contact_id, group_concat(key) || coalesce(':' || withdrawn, '') AS occurrence, withdrawn AS due,
  'tagged ' || group_concat(name, ' and ') || iif(withdrawn IS NULL, ' without a lawful basis', ', and consent was withdrawn on ' || withdrawn) AS message
FROM (
  SELECT c.id AS contact_id, t.key, t.name,
    (SELECT max(w.withdrawn_on) FROM consents w WHERE w.contact_id = c.id AND w.basis = 'consent') AS withdrawn
  FROM tags t JOIN people c ON c.id = t.contact_id
  WHERE :eu AND t.key IN ('marketing', 'newsletter', 'newsletters', 'mailing', 'mailings', 'mailing-list', 'campaign') AND NOT EXISTS (
    SELECT 1 FROM consents k WHERE k.contact_id = c.id AND k.withdrawn_on IS NULL AND k.given_on <= :today AND k.basis IN ('consent', 'contract', 'legitimate-interest')
    AND NOT EXISTS (SELECT 1 FROM consents w WHERE w.contact_id = c.id AND w.basis = 'consent'
      AND w.withdrawn_on >= k.given_on AND (w.withdrawn_on > k.given_on OR k.basis <> 'consent' OR k.id < w.id)))
  ORDER BY c.id, t.key
)
GROUP BY contact_id
"""


@rule("P802", severity=Severity.WARN, sql=SQL, action=("consent", "{id}"))
def no_basis(day: Day) -> dict[str, object]:
    """Somebody gets marketing without a lawful basis.

    What it flags: with ``profile = "eu"`` in the config, people tagged marketing, newsletter,
    mailing or campaign for whom neither consent, a contract nor a legitimate interest is noted, or
    whose consent was withdrawn since.

    Why: marketing by e-mail needs consent, or an existing customer and a way out; without a note
    of it nobody can show that it was there.

    Settle: ``crm consent 7 --basis consent --source "fair in Brno"``, or ``crm untag 7 newsletter``.

    Source: Art. 6 and 7 GDPR.
    """
    return {"eu": day.profile == "eu", "today": day.today.isoformat()}
