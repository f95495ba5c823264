"""The rule R205."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, c.last_out_at AS occurrence, on_day(c.last_out_at) AS due,
  'reached out to ' || count(*) || ' times in ' || :days || ' days, and no reply: let it rest' AS message
FROM summaries s CROSS JOIN people c ON c.id = s.contact_id -- few of all: start from them
CROSS JOIN timeline t ON t.contact_id = c.id AND t.touch AND t.direction = 'out' AND t.at >= :since AND t.at > coalesce(c.heard_at, '')
WHERE s.unanswered >= 3 AND s.unanswered > :times AND s.last_out_at >= :since
  AND c.id NOT IN (SELECT contact_id FROM open_cases WHERE kept_at >= :kept)
GROUP BY c.id HAVING count(*) > :times
"""
HINT = "s.unanswered >= 3 AND s.unanswered > :times AND s.last_out_at >= :since"


@rule(
    "R205",
    severity=Severity.WARN,
    sql=SQL,
    action=("snooze", "{handle}", "+7d"),
    hint=HINT,
    due="date(s.last_out_at, '-1 day')",
)
def over_contacted(day: Day, *, times: int = 3, days: int = 7) -> dict[str, object]:
    """Somebody hears from you more than they want to.

    What it flags: more than ``times`` outbound touches in ``days`` days, and no reply to any of
    them. Not while a complaint of theirs is open: there you may have to write. Another
    message makes it heard anew.

    Why: who writes every other day is filtered out, and the one message that matters with it.

    Settle: let it rest, ``crm snooze R205:7 +7d``, which does not put off what you promised or
    what they write meanwhile; ``crm done R205:7`` if they expect it.

    Source: our choice, after the complaint rates that mail senders are held to.
    """
    return {
        "times": max(times, 2),
        "days": days,
        "since": day.start(day.today - timedelta(days=days)),
        "kept": day.ago(30),
    }
