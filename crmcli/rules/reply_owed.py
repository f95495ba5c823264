"""The rule F103."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, c.last_in_at AS occurrence, c.last AS due, worked(c.last) - :days AS d,
  'no reply to their ' || c.last_kind || ' of ' || c.last || ', ' || near(c.last) AS message
FROM people c
WHERE c.last_in_at = c.last_at AND c.last < :before AND c.last >= :oldest AND coalesce(c.spoke_at, '') < c.last_at AND c.last_kind <> 'purchase'
  AND NOT EXISTS (SELECT 1 FROM follow_ups f WHERE f.contact_id = c.id AND f.done_at IS NULL AND f.created_at >= c.last_in_at
    AND f.source IN ('remind', 'log', 'promise', 'check') -- of a file it is not known when it was set
    AND max(f.due, coalesce(f.snoozed_until, '')) < :soon)
"""
HINT = "s.last_in_at = s.last_at AND s.last < :before AND s.last >= :oldest AND coalesce(s.spoke_at, '') < s.last_at"


@rule(
    "F103",
    severity=Severity.DUE,
    sql=SQL,
    gives=("d",),
    mutes=("R201", "R202"),
    hint=HINT,
    due="s.last",
    d="worked(s.last) - :days",
    wide=True,
    since="oldest",
)
def reply_owed(day: Day, *, days: int = 1, planned: int = 7, oldest: int = 91) -> dict[str, object]:
    """They spoke last, and you have not answered.

    What it flags: the last touch was inbound (an e-mail from them, a call they made) more than
    ``days`` working days ago. Where only the day is known, a word of yours on the same day is
    the answer; and where you have set a follow-up since, due within ``planned`` days or by now,
    that reminds you. A purchase wants thanks, which S501 asks for. After ``oldest`` days it is no
    reply any more but a new conversation, which R201 asks for.

    Why: somebody who wrote is waiting now, and counts the days.

    Settle: answer and log it, or ``crm done F103:7`` where no answer is needed; their next
    message arms the rule again.

    Source: one working day is the common courtesy of business mail; a quarter of a year is the
    cadence of a customer.
    """
    return {
        "days": days,
        "before": day.working_ago(days).isoformat(),
        "oldest": day.ago(oldest),
        "soon": day.ago(-planned - 1),
    }
