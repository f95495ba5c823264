"""The rule C404."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, '' AS occurrence, NULL AS due, -14 AS d,
  s.orders || ' orders since ' || s.first_order_on || ': mark as loyal, and thank' AS message
FROM summaries s JOIN people c ON c.id = s.contact_id
WHERE s.first_order_on <= :since AND s.orders >= :orders
  AND s.last_order_on >= date(s.first_order_on, '+12 months') AND s.last_order_on >= :active
  AND c.lifecycle IN ('customer', 'prospect', 'lead', 'other')
  AND c.id NOT IN (SELECT contact_id FROM open_cases WHERE kept_at >= :kept)
"""
HINT = "s.first_order_on <= :since AND s.orders >= :orders AND s.last_order_on >= :active"


@rule(
    "C404",
    severity=Severity.INFO,
    sql=SQL,
    action=("edit", "{id}", "--lifecycle", "loyal"),
    gives=("d",),
    fix="loyal",
    safe=True,
    hint=HINT,
    due="'9999-12-31'",  # it has none
    d="-14",
    wide=True,
)
def loyal_unmarked(day: Day, *, orders: int = 4, active: int = 366) -> dict[str, object]:
    """A loyal customer is not marked as one.

    What it flags: ``orders`` orders or more over at least twelve months, one of them in the last
    ``active`` days, no open complaint, and another lifecycle. It is never late: it stands behind
    all that is.

    Why: a loyal customer deserves a word of thanks, and to be told apart from one who came once.

    Settle: ``crm edit 7 --lifecycle loyal``, and thank them; ``crm check --fix`` marks them all.

    Source: four orders over a year is the usual line between a repeat and a loyal buyer.
    """
    return {
        "orders": orders,
        "since": f"{day.today.year - 1}{day.today.isoformat()[4:]}",
        "active": day.ago(active),
        "kept": day.ago(30),
    }
