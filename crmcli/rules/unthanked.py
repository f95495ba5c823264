"""The rule S501."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# From the first order that no word, no return and no acknowledgement came after.
SQL = """
WITH ordered AS MATERIALIZED ( -- else SQLite would work it out wherever it is named
  SELECT c.id AS contact_id, s.last_order_on AS occurrence, (
    SELECT min(on_day(t.at)) FROM ( -- worked out once a person
      SELECT max(coalesce(on_day(c.word_at), ''),
        coalesce((SELECT max(on_day(r.at)) FROM timeline r WHERE r.contact_id = c.id AND r.kind = 'return'), ''),
        coalesce((SELECT max(a.occurrence) FROM silences a WHERE a.contact_id = c.id AND a.kind = 'ack' AND a.rule = 'S501'), '')) AS settled
      LIMIT 1
    ) CROSS JOIN timeline t
    WHERE t.contact_id = c.id AND t.touch AND t.kind = 'purchase' AND t.at >= :since AND on_day(t.at) > settled) AS due
  FROM summaries s JOIN people c ON c.id = s.contact_id
  WHERE s.last_order_on >= :oldest AND coalesce(on_day(s.word_at), '') < s.last_order_on AND s.contact_id {whom}
)
SELECT contact_id, occurrence, due, worked(due) - :days AS d,
  'ordered ' || near(due) || iif(due < occurrence, ' and again ' || near(occurrence), '') || ', not thanked yet' AS message
FROM ordered WHERE due < :before
"""
# A day more, as the instant may be of another day by the owner's clock.
HINT = "s.last_order_on >= :oldest AND coalesce(s.word_at, '') < date(s.last_order_on, '+2 days')"


@rule("S501", severity=Severity.INFO, sql=SQL, gives=("d",), hint=HINT)
def unthanked(day: Day, *, days: int = 2, oldest: int = 14) -> dict[str, object]:
    """Somebody bought, and heard nothing.

    What it flags: a purchase more than ``days`` working days ago with no word from you on its day
    or since, and nothing sent back; dropped after ``oldest`` days, when thanks would be late.
    Several orders are one line.

    Why: the days after a purchase are when a buyer asks whether it was right. A word of thanks is
    the answer, and the start of the next sale.

    Settle: thank them and log it; ``crm done S501:7`` until they buy again.

    Source: our choice; two working days is while the parcel is on its way.
    """
    from datetime import timedelta

    return {
        "days": days,
        "before": day.working_ago(days).isoformat(),
        "oldest": day.ago(oldest),
        "since": day.start(day.today - timedelta(days=oldest)),
    }
