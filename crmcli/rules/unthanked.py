"""The rule S501."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, s.last_order_on AS occurrence, s.last_order_on AS due, worked(s.last_order_on) - :days AS d,
  'ordered ' || near(s.last_order_on) || ', not thanked yet' AS message
FROM summaries s JOIN people c ON c.id = s.contact_id
WHERE s.last_order_on >= :oldest AND s.last_order_on < :before
  AND NOT EXISTS (
    SELECT 1 FROM timeline t WHERE t.contact_id = c.id AND t.touch AND t.direction IS NOT 'in'
    AND t.kind NOT IN ('purchase', 'return', 'complaint') AND on_day(t.at) >= s.last_order_on)
"""
HINT = "s.last_order_on >= :oldest AND s.last_order_on < :before"


@rule("S501", severity=Severity.INFO, sql=SQL, gives=("d",), hint=HINT)
def unthanked(day: Day, *, days: int = 2, oldest: int = 14) -> dict[str, object]:
    """Somebody bought, and heard nothing.

    What it flags: a purchase with no word from you since, more than ``days`` working days ago;
    dropped after ``oldest`` days, when thanks would be late.

    Why: the days after a purchase are when a buyer asks whether it was right. A word of thanks is
    the answer, and the start of the next sale.

    Settle: thank them and log it; ``crm done S501:7`` until they buy again.

    Source: our choice; two working days is while the parcel is on its way.
    """
    return {"days": days, "before": day.working_ago(days).isoformat(), "oldest": day.ago(oldest)}
