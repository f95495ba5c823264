"""The rule F103."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, occurrence, due, worked(due) - :days AS d,
  'no reply to their ' || said || ' of ' || due || ', ' || near(due) AS message
FROM (
  SELECT c.id AS contact_id, c.last_in_at AS occurrence, c.last AS due, (
    SELECT iif(min(t.direction IS 'in'), min(iif(t.kind = 'purchase', NULL, t.kind)), NULL)
    FROM timeline t WHERE t.contact_id = c.id AND t.at = c.last_at AND t.touch) AS said
  FROM people c
  WHERE c.last_in_at = c.last_at AND c.last < :before AND c.last >= :oldest
)
WHERE said IS NOT NULL
"""
SCOUT = """
SELECT contact_id FROM summaries WHERE last_in_at = last_at AND last < :before AND last >= :oldest
"""


@rule(
    "F103",
    severity=Severity.DUE,
    sql=SQL,
    gives=("d",),
    mutes=("R201", "R202"),
    scout=SCOUT,
    wide=True,
    since="oldest",
)
def reply_owed(day: Day, *, days: int = 1, oldest: int = 91) -> dict[str, object]:
    """They spoke last, and you have not answered.

    What it flags: the last touch was inbound (an e-mail from them, a call they made) more than
    ``days`` working days ago. Where only the day is known, a word of yours on the same day is
    the answer. A purchase wants thanks, which S501 asks for. After ``oldest`` days it is no reply
    any more but a new conversation, which R201 asks for.

    Why: somebody who wrote is waiting now, and counts the days.

    Settle: answer and log it, or ``crm done F103:7`` where no answer is needed; their next
    message arms the rule again.

    Source: one working day is the common courtesy of business mail; a quarter of a year is the
    cadence of a customer.
    """
    return {"days": days, "before": day.working_ago(days).isoformat(), "oldest": day.ago(oldest)}
