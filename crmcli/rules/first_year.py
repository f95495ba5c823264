"""The rule C407."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, s.first_order_on AS occurrence, date(s.first_order_on, '+12 months') AS due,
  'a customer for a year on ' || date(s.first_order_on, '+12 months') || ', ' || s.orders || iif(s.orders = 1, ' order', ' orders') AS message
FROM summaries s JOIN people c ON c.id = s.contact_id
WHERE s.first_order_on > :first AND s.first_order_on <= :last
  AND c.last < date(s.first_order_on, '+11 months') AND c.lifecycle IN ('customer', 'loyal')
"""
SCOUT = """
SELECT contact_id, date(first_order_on, '+12 months') AS due, 0 AS promise FROM summaries
WHERE first_order_on > :first AND first_order_on <= :last
"""


@rule("C407", severity=Severity.INFO, sql=SQL, mutes=("T602:*first order",), scout=SCOUT)
def first_year(day: Day, *, months: int = 11) -> dict[str, object]:
    """A customer is about to complete the first year.

    What it flags: the first order is ``months`` to 12 months ago, and there was no touch in that
    last stretch.

    Why: in the first year a customer pays back what it cost to win them; from the second on they
    are what the business lives on. It is the time to ask how the year was.

    Settle: get in touch and log it.

    Source: customer-lifetime arithmetic: acquisition is repaid in about a year.
    """
    from crmcli.values.spans import add_months

    return {
        "first": add_months(day.today, -12).isoformat(),
        "last": add_months(day.today, -months).isoformat(),
    }
