"""The rule C407."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# The months later and the year later, on the last of the month where that has no such day.
SQL = """
SELECT contact_id, occurrence, due,
  'first year as a customer ends ' || near(due) || ' (' || due || '), ' || orders || iif(orders = 1, ' order', ' orders') || ' so far' AS message
FROM (
  SELECT c.id AS contact_id, c.last, s.first_order_on AS occurrence, s.orders,
    min(date(s.first_order_on, :months), date(s.first_order_on, 'start of month', :months, '+1 month', '-1 day')) AS sight,
    iif(:leap = 'march', date(s.first_order_on, '+12 months'),
      min(date(s.first_order_on, '+12 months'), date(s.first_order_on, 'start of month', '+13 months', '-1 day'))) AS due
  FROM summaries s JOIN people c ON c.id = s.contact_id
  WHERE s.first_order_on BETWEEN :first AND :last AND c.lifecycle IN ('customer', 'loyal')
)
WHERE sight <= :worked AND due > :today AND last < sight
"""
HINT = "s.first_order_on BETWEEN :first AND :last"


@rule(
    "C407", severity=Severity.INFO, sql=SQL, mutes=("T602:*first order",), hint=HINT, due=":today"
)
def first_year(day: Day, *, months: int = 11) -> dict[str, object]:
    """A customer is about to complete the first year.

    What it flags: the first order is ``months`` to 12 months ago, and there was no touch in that
    last stretch. The day itself is anniversary's.

    Why: in the first year a customer pays back what it cost to win them; from the second on they
    are what the business lives on. It is the time to ask how the year was.

    Settle: get in touch and log it; ``crm done C407:7`` for good.

    Source: customer-lifetime arithmetic: acquisition is repaid in about a year.
    """
    from datetime import timedelta

    from crmcli.values.spans import add_months

    return {
        "months": f"+{months} months",
        "leap": day.leap,
        "today": day.today.isoformat(),
        "worked": day.due,
        "first": add_months(day.today, -12).isoformat(),
        "last": (add_months(day.working, -months) + timedelta(days=3)).isoformat(),
    }
