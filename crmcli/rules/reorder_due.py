"""The rule C401."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, s.last_order_on AS occurrence, s.next_order_on AS due,
  'orders about every ' || s.order_gap || ' days, last ' || near(s.last_order_on) || ': the next is '
    || iif(s.next_order_on < :today, 'late', 'near') AS message
FROM summaries s JOIN people c ON c.id = s.contact_id
WHERE s.next_order_on BETWEEN :oldest AND :soon AND s.orders > :gaps AND s.order_cv <= :variation
  AND julianday(:today) - julianday(s.last_order_on) <= 2 * s.order_gap
  AND (c.last IS NULL OR c.last < date(s.next_order_on, :ahead) OR c.last = s.last_order_on)
"""
HINT = """
s.next_order_on BETWEEN :oldest AND :soon AND s.orders > :gaps AND s.order_cv <= :variation
"""


@rule("C401", severity=Severity.INFO, sql=SQL, hint=HINT)
def reorder_due(
    day: Day, *, gaps: int = 3, variation: int = 50, ahead: int = 7, oldest: int = 366
) -> dict[str, object]:
    """A customer who orders regularly is about to need more.

    What it flags: at least ``gaps`` gaps between orders, even enough (their standard deviation is
    at most ``variation`` percent of their mean), and the next order, a median gap after the last,
    is at most ``ahead`` days away or late. Orders of one day are one order. A touch in these days
    settles it; after two gaps it is churn-risk, and what was due over ``oldest`` days ago is past.

    Why: who calls the week before the shelf is empty gets the order; who calls the week after
    finds a competitor's box on it.

    Settle: ask, and log the call or the purchase; ``crm done C401:7`` until the next order.

    Source: repeat-purchase practice; below three gaps a rhythm is chance, above half a mean it is
    none.
    """
    return {
        "gaps": gaps,
        "variation": variation,
        "today": day.today.isoformat(),
        "soon": max(day.ago(-ahead), day.until.isoformat()),
        "oldest": day.ago(oldest),
        "ahead": f"-{ahead} days",
    }
