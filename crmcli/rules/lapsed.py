"""The rule R204."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, c.last AS occurrence, c.stale_on AS due,
  'quiet ' || c.quiet || ' days, over ' || CAST(c.quiet / c.beat AS INTEGER) || ' times the '
    || c.beat || ' of a ' || c.lifecycle AS message
FROM people c
WHERE c.beat > 0 AND c.quiet > :times * c.beat AND c.lifecycle <> 'lapsed'
"""


@rule(
    "R204",
    severity=Severity.INFO,
    sql=SQL,
    action=("edit", "{id}", "--lifecycle", "lapsed"),
    fix="lapsed",
)
def lapsed(day: Day, *, times: int = 4) -> dict[str, object]:
    """Somebody has been quiet for so long that they are no longer what the book says.

    What it flags: no touch for over ``times`` cadences, and not marked lapsed yet.

    Why: people who left long ago bury those who can still be kept, and a list that is never
    finished is not read.

    Settle: ``crm edit 7 --lifecycle lapsed``, or a last word, logged. ``crm check
    --unsafe-fixes`` marks them all, and asks first; ``crm search is:lapsed`` finds them again.

    Source: our choice; for a customer of four touches a year it is a year of silence.
    """
    del day
    return {"times": times}
