"""The rule F101."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# What was arranged for a day that is over was held, or fell through: there is nothing left to do but to say so.
HELD = "how did it go? "
_MEETING = "(f.text = 'meeting' OR f.text LIKE 'meeting: %')"
# With a time of day it is an appointment: that does not roll.
SQL = f"""
SELECT c.id AS contact_id, 'F' || f.id AS ref,
  max(f.due, coalesce(f.snoozed_until, '')) AS occurrence,
  substr(f.due, 1, 10) AS due, worked(iif(length(f.due) > 10, rolled_back(substr(f.due, 1, 10)), rolled_forward(f.due))) AS d,
  iif({_MEETING} AND substr(f.due, 1, 10) < :today,
    '{HELD}meeting ' || near(substr(f.due, 1, 10)) || substr(f.text, 8),
    'due ' || near(substr(f.due, 1, 10))
      || iif(length(f.due) > 10, ' at ' || substr(f.due, 12), '') || ': ' || f.text) AS message
FROM people c JOIN follow_ups f ON f.contact_id = c.id
WHERE f.done_at IS NULL AND f.source <> 'promise' AND f.due < :reach AND f.due < iif(length(f.due) > 10, :reach, :end)
  AND (f.snoozed_until IS NULL OR f.snoozed_until < :end)
"""
HINT = "s.next < :reach"
SCOUT = """
SELECT contact_id FROM follow_ups
WHERE done_at IS NULL AND source <> 'promise' AND due < :reach AND due < iif(length(due) > 10, :reach, :end)
  AND (snoozed_until IS NULL OR snoozed_until < :end)
"""


def is_held(text: str, due: str, today: str) -> bool:
    """Whether a follow-up is a meeting whose day is over, as SQL has it."""
    return (text == "meeting" or text.startswith("meeting: ")) and due[:10] < today


@rule(
    "F101",
    severity=Severity.DUE,
    sql=SQL,
    gives=("ref", "d"),
    hint=HINT,
    due="s.first_due",
    d="worked(rolled_back(s.first_due))",
    scout=SCOUT,
)
def follow_up_due(day: Day) -> dict[str, object]:
    """A follow-up is due today or was due before.

    What it flags: an open follow-up whose day has come. It stays until it is done, snoozed or
    taken over by a logged touch: the state decides, not the date alone. One set for a day off
    waits for the next working day and is not late before; one with a time of day is an
    appointment, which is not moved: it is shown on its day, and on the last working day before.
    One that is called ``meeting: ...``, as those of a calendar are, asks after its day how it went:
    nobody can be late for what is over. Promises (``crm log --promise``) are F102's.

    Why: doing what you said you would do is the cheapest trust there is to win, or to lose.

    Settle: log the touch (it completes the follow-up), ``crm done F12``, or
    ``crm snooze F12 friday``; ``crm remind F12 friday`` moves it for good.

    Source: no default to choose; the day is yours.
    """
    return {
        "end": day.after(day.due),
        "reach": day.after(day.reach),
        "today": day.today.isoformat(),
    }
