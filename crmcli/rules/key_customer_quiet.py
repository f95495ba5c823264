"""The rule C403."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, c.last AS occurrence, date(c.last, '+' || :days || ' days') AS due,
  'one of your best customers, quiet for ' || c.quiet || ' days' AS message
FROM summaries s JOIN people c ON c.id = s.contact_id
WHERE s.value > 0 AND s.last <= :before
  AND s.value >= (
    SELECT value FROM summaries WHERE value > 0 ORDER BY value DESC
    LIMIT 1 OFFSET (SELECT max(count(*) * :top / 100 - 1, 0) FROM summaries WHERE value > 0))
  AND c.lifecycle <> 'lapsed'
  AND (c.next IS NULL OR substr(c.next, 1, 10) > :planned)
"""
HINT = """
s.value > 0 AND s.last <= :before AND (s.next IS NULL OR substr(s.next, 1, 10) > :planned) AND s.value >= (
  SELECT value FROM summaries WHERE value > 0 ORDER BY value DESC
  LIMIT 1 OFFSET (SELECT max(count(*) * :top / 100 - 1, 0) FROM summaries WHERE value > 0))
"""


@rule(
    "C403",
    severity=Severity.DUE,
    sql=SQL,
    mutes=("R201",),
    hint=HINT,
    due="date(s.last, '+' || :days || ' days')",
    wide=True,
)
def key_customer_quiet(
    day: Day, *, top: int = 20, days: int = 45, planned: int = 14
) -> dict[str, object]:
    """One of your best customers has not heard from you.

    What it flags: people in the first ``top`` percent by net purchases of 24 months (what they
    sent back counts against it), with no touch for ``days`` days and no follow-up within
    ``planned`` days; not those marked lapsed.

    Why: a fifth of the customers brings most of the money, and they are the ones that others
    call.

    Settle: get in touch and log it; ``crm remind 7 friday`` plans it, and ``crm done C403:7``
    leaves it to their cadence.

    Source: the Pareto share of buyers; 45 days is half the cadence of a customer.
    """
    return {
        "top": top,
        "days": days,
        "before": day.past(days).isoformat(),
        "planned": day.ago(-planned),
    }
