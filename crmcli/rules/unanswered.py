"""The rule F105."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, c.last_out_at AS occurrence, date(on_day(c.last_out_at), :rest) AS due,
  c.unanswered || ' times without an answer, last ' || near(on_day(c.last_out_at)) || ' by '
    || (SELECT min(t.kind) FROM timeline t WHERE t.contact_id = c.id AND t.at = c.last_out_at AND t.direction = 'out' AND t.touch)
    || ': try another way, or let it rest' AS message
FROM people c JOIN summaries s ON s.contact_id = c.id
WHERE s.unanswered >= 3 AND s.unanswered >= :times AND s.last_out_at < :before AND s.last_out_at >= :oldest
  AND NOT coalesce(substr(c.next, 1, 10) > :until AND substr(c.next, 1, 10) <= :planned, FALSE)
"""
HINT = """
s.unanswered >= 3 AND s.unanswered >= :times AND s.last_out_at < :before AND s.last_out_at >= :oldest
"""


@rule(
    "F105",
    severity=Severity.WARN,
    sql=SQL,
    action=("log", "{other}", "{id}"),
    mutes=("R201", "R202"),
    hint=HINT,
    due="date(s.last_out_at, '-1 day', :rest)",
    wide=True,
    since="oldest",
)
def unanswered(
    day: Day, *, times: int = 3, days: int = 7, planned: int = 45, oldest: int = 91
) -> dict[str, object]:
    """You reached out again and again, and nothing came back.

    What it flags: ``times`` or more outbound touches (three at least) since they were last heard,
    the last of them more than ``days`` days ago, and no more than ``oldest``. It is quiet while
    your next try is planned, by a follow-up in the next ``planned`` days. The command takes a
    channel that was not used in these and that there is a number or an address for; where none is
    left, it lets the matter rest.

    Why: a fourth e-mail to a mailbox that nobody reads is no follow-up. Another channel, or
    another person there, is.

    Settle: try another channel and log it, with ``--out`` where nobody was there and ``--in``
    once they answer; or ``crm done F105:7`` and let it rest until your next try.

    Source: our choice; three tries on one channel is where answers stop coming.
    """
    return {
        "times": times,
        "rest": f"+{days} days",
        "before": day.start(day.past(days)),
        "until": day.until.isoformat(),
        "planned": day.ago(-planned),
        "oldest": day.start(day.today - timedelta(days=oldest)),
    }
