"""The rule F102."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, 'F' || f.id AS ref,
  max(f.due, coalesce(f.snoozed_until, '')) AS occurrence,
  substr(f.due, 1, 10) AS due, worked(rolled_back(substr(f.due, 1, 10))) AS d, 1 AS promise,
  iif(substr(f.due, 1, 10) < :today, 'your promise was due ', 'your promise is due ') || near(substr(f.due, 1, 10))
    || iif(length(f.due) > 10, ' at ' || substr(f.due, 12), '') || ': ' || f.text AS message
FROM people c JOIN follow_ups f ON f.contact_id = c.id
WHERE f.done_at IS NULL AND f.source = 'promise' AND f.due < :end
  AND (f.snoozed_until IS NULL OR f.snoozed_until < :awake)
"""
SCOUT = """
SELECT contact_id FROM follow_ups
WHERE done_at IS NULL AND due < :end AND (snoozed_until IS NULL OR snoozed_until < :awake) AND source = 'promise'
"""


@rule("F102", severity=Severity.DUE, sql=SQL, gives=("ref", "d", "promise"), scout=SCOUT)
def promise_open(day: Day, *, days: int = 1) -> dict[str, object]:
    """You promised something, and its day has come or comes next.

    What it flags: what was marked as a promise when it was made (``crm log --promise``), open, and
    due within ``days`` working days. A promise for a day off is to be kept on the last working day
    before it. A follow-up that you only set yourself is F101's.

    Why: a promise kept is remembered for a year, a broken one for longer. The day before is the
    last on which it can still be kept without haste.

    Settle: log the touch by which you kept it (``crm log email 7 --done F12``), or
    ``crm snooze F12 friday`` once you have agreed on another day.

    Source: our choice; one working day is the least notice that still allows for work.
    """
    return {
        "today": day.today.isoformat(),
        "end": day.after(day.deadline(days)),
        "awake": day.after(day.until.isoformat()),
    }
