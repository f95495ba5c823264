"""The rule S501."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# From the first order that no word, no return and no acknowledgement came after.
SQL = """
WITH asked AS MATERIALIZED (
  SELECT c.id AS contact_id, s.last_order_on AS occurrence, max(coalesce(on_day(c.word_at), ''),
    coalesce((SELECT max(a.occurrence) FROM silences a WHERE a.contact_id = c.id AND a.kind = 'ack' AND a.rule = 'S501'), '')) AS settled
  FROM summaries s JOIN people c ON c.id = s.contact_id
  WHERE s.last_order_on >= :oldest AND coalesce(on_day(s.word_at), '') < s.last_order_on AND s.contact_id {whom}
), recent AS MATERIALIZED ( -- the + keeps SQLite from reading whole timelines
  SELECT t.contact_id, t.kind, on_day(t.at) AS day FROM timeline t
  WHERE t.kind IN ('purchase', 'return') AND t.at >= :since AND (t.touch OR t.kind = 'return') AND +t.contact_id {whom}
), returned AS MATERIALIZED (
  SELECT contact_id, max(day) AS day FROM recent WHERE kind = 'return' GROUP BY contact_id
), ordered AS MATERIALIZED (
  SELECT o.contact_id, o.occurrence, min(t.day) AS due
  FROM asked o JOIN recent t ON t.contact_id = o.contact_id LEFT JOIN returned r ON r.contact_id = o.contact_id
  WHERE t.kind = 'purchase' AND t.day > o.settled AND t.day > coalesce(r.day, '')
  GROUP BY o.contact_id
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
