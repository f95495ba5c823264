"""The rule C401."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# In sight for the days ahead, or half a gap where that is less: who orders weekly is not asked all week.
SQL = """
SELECT contact_id, occurrence, due, 'orders about every ' || gap || ' days, last ' || near(occurrence) || ': the next '
  || iif(due < :today, 'was', 'is') || ' due ' || near(due) AS message
FROM (
  SELECT c.id AS contact_id, c.last, c.next, s.last_order_on AS occurrence, s.next_order_on AS due, s.order_gap AS gap,
    date(s.next_order_on, '-' || min(:ahead, s.order_gap / 2) || ' days') AS sight
  FROM summaries s JOIN people c ON c.id = s.contact_id
  WHERE s.next_order_on BETWEEN :oldest AND :soon AND s.orders > :gaps AND s.order_cv <= :variation
)
WHERE sight <= :worked AND date(occurrence, '+' || (2 * gap) || ' days') >= :worked AND last < sight
  AND NOT coalesce(substr(next, 1, 10) > :until AND substr(next, 1, 10) <= :planned, FALSE)
"""
HINT = """
s.next_order_on BETWEEN :oldest AND :soon AND s.orders > :gaps AND s.order_cv <= :variation
"""


@rule("C401", severity=Severity.INFO, sql=SQL, hint=HINT, due="s.next_order_on")
def reorder_due(
    day: Day,
    *,
    gaps: int = 3,
    variation: int = 50,
    ahead: int = 7,
    planned: int = 14,
    oldest: int = 366,
) -> dict[str, object]:
    """A customer who orders regularly is about to need more.

    What it flags: at least ``gaps`` gaps between orders, even enough (their standard deviation is
    at most ``variation`` percent of their mean), and the next order, a median gap after the last,
    is at most ``ahead`` days away (half a gap, where that is less) or late. Orders of one day are
    one order. A touch in these days settles it, and while a follow-up is planned for the next
    ``planned`` days it is quiet. After two gaps it is churn-risk, and what was due over ``oldest``
    days ago is past.

    Why: who calls the week before the shelf is empty gets the order; who calls the week after
    finds a competitor's box on it.

    Settle: ask, and log the call or the purchase; ``crm done C401:7`` until the next order.

    Source: repeat-purchase practice; below three gaps a rhythm is chance, above half a mean it is
    none.
    """
    return {
        "gaps": gaps,
        "variation": variation,
        "ahead": ahead,
        "today": day.today.isoformat(),
        "worked": day.due,
        "soon": day.past(-ahead).isoformat(),
        "until": day.until.isoformat(),
        "planned": day.ago(-planned),
        "oldest": day.ago(oldest),
    }
