"""The rule C405."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, s.last_order_on AS occurrence, date(s.last_order_on, :from) AS due,
  'ordered once, ' || near(s.last_order_on) || ': ask how it went, and what comes next' AS message
FROM summaries s JOIN people c ON c.id = s.contact_id
WHERE s.last_order_on BETWEEN :first AND :last AND s.orders = 1
  AND c.last < date(s.last_order_on, :from)
  AND NOT EXISTS (SELECT 1 FROM timeline t WHERE t.contact_id = c.id AND t.kind = 'return' AND on_day(t.at) >= s.last_order_on)
  AND NOT coalesce(substr(c.next, 1, 10) > :until AND substr(c.next, 1, 10) <= :planned, FALSE)
"""
HINT = "s.last_order_on BETWEEN :first AND :last AND s.orders = 1"


@rule("C405", severity=Severity.INFO, sql=SQL, hint=HINT, due="date(s.last_order_on, :from)")
def second_sale(
    day: Day, *, days: int = 45, until: int = 90, planned: int = 14
) -> dict[str, object]:
    """Somebody bought once, and it is time for the second sale.

    What it flags: exactly one order, ``days`` to ``until`` days old, nothing of it sent back, and
    no touch in that time, and no follow-up planned for the next ``planned`` days. Orders of one
    day are one order.

    Why: most customers are lost between the first order and the second; who has ordered twice is
    several times as likely to order again.

    Settle: ask how it went, and log it; ``crm done C405:7`` for good.

    Source: repeat-purchase studies of online shops; the window is when the first order is used up
    and not yet forgotten.
    """
    return {
        "from": f"+{days} days",
        "first": day.ago(until),
        "last": day.past(days).isoformat(),
        "until": day.until.isoformat(),
        "planned": day.ago(-planned),
    }
