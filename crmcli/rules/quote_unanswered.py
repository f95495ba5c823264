"""The rule D303."""

from __future__ import annotations

from crmcli.rules.base import HAS_DEAL, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, group_concat(id || quoted_on || coalesce(valid_until, '')) AS occurrence, min(due) AS due, min(id) AS target,
  title || iif(ending, ': quote valid until ' || valid_until || ', ' || near(valid_until), ': quote of ' || quoted_on || ', no reply')
    || iif(count(*) > 1, '; and ' || (count(*) - 1) || ' more', '') AS message
FROM (
  SELECT o.person_id AS contact_id, o.id, o.title, o.quoted_on, o.valid_until,
    coalesce(o.valid_until BETWEEN :expired AND :ending, 0) AS ending,
    iif(o.valid_until BETWEEN :expired AND :ending, o.valid_until, max(o.quoted_on, coalesce(c.last, ''))) AS due,
    c.last, c.heard_at
  FROM deals o JOIN people c ON c.id = o.person_id
  WHERE o.open AND o.quoted_on IS NOT NULL
  ORDER BY o.id
)
WHERE (ending AND (last IS NULL OR last < :lately))
  OR (coalesce(on_day(heard_at), '') <= quoted_on AND worked(due) >= :days)
GROUP BY contact_id
"""
SCOUT = "SELECT person_id AS contact_id FROM deals WHERE open AND quoted_on IS NOT NULL"


@rule(
    "D303", severity=Severity.DUE, sql=SQL, gives=("target",), hint=HAS_DEAL, scout=SCOUT, wide=True
)
def quote_unanswered(day: Day, *, days: int = 5, ending: int = 3) -> dict[str, object]:
    """A quote is out, and there is no answer; or it soon ends.

    What it flags: a quote (``crm deal add --quoted``, or a stage of the config with
    ``quote = true``) that nobody replied to for ``days`` working days, counted anew from each time
    you asked; or one whose validity ends within ``ending`` working days, or ended in the last
    fortnight, with no touch in these days.

    Why: a quote costs hours and is decided within days; who asks first hears what was wrong with
    it while it can still be changed.

    Settle: ask and log it; ``crm deal edit 3 --valid-until +2w``; or close the deal.

    Source: a working week is the customary time to answer a quote.
    """
    return {
        "days": days,
        "ending": day.working_ahead(ending),
        "expired": day.ago(14),
        "lately": day.working_ago(ending).isoformat(),
    }
