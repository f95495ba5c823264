"""The rule D303."""

from __future__ import annotations

from crmcli.rules.base import OF_COMPANY, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# One line a person, for the quote that presses most. A move to a stage without a quote, after the
# quote was sent, is an answer too: somebody knew more by then.
SQL = """
SELECT contact_id, occurrence, due, d, target, message FROM (
  SELECT contact_id, due, d, id AS target, group_concat(id || due) OVER every AS occurrence,
    title || iif(ending, ': quote valid until ' || valid_until || ', ' || near(valid_until), ': quote of ' || quoted_on || ', no reply')
      || iif(count(*) OVER every > 1, '; and ' || (count(*) OVER every - 1) || ' more', '') AS message,
    row_number() OVER (PARTITION BY contact_id ORDER BY d DESC, id) AS nth
  FROM (SELECT *, iif(ending, valid_until, asked) AS due, iif(ending, worked(rolled_back(valid_until)), worked(asked) - :days) AS d FROM (
    SELECT *,
      coalesce(valid_until BETWEEN :expired AND :ending, 0) AND touched < :lately AND (next IS NULL OR next > iif(valid_until < :today, :soon, valid_until)) AS ending,
      heard <= quoted_on AND asked <= :before AND (next IS NULL OR next > :soon) AS unanswered
    FROM (
      SELECT o.person_id AS contact_id, o.id, o.title, o.quoted_on, o.valid_until, substr(c.next, 1, 10) AS next,
        max(coalesce(c.last, ''), coalesce(on_day(o.touched_at), '')) AS touched,
        max(o.quoted_on, coalesce(c.last, ''), coalesce(on_day(o.touched_at), '')) AS asked,
        max(coalesce(on_day(c.heard_at), ''), coalesce(on_day(o.heard_at), ''), iif(o.quote OR o.stage_since = o.created_at, '', on_day(o.stage_since))) AS heard
      FROM deals o JOIN people c ON c.id = o.person_id
      WHERE o.open AND {deals} AND o.quoted_on IS NOT NULL))
    WHERE ending OR unanswered)
  WINDOW every AS (PARTITION BY contact_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
WHERE nth = 1
"""
HINT = f"""
((s.quoted_on <= :before OR {OF_COMPANY}) AND coalesce(s.last, '') <= :before AND (s.next IS NULL OR s.next > :soon))
OR (s.quoted_on IS NOT NULL AND s.valid_until >= :expired AND coalesce(s.last, '') < :lately)
OR ({OF_COMPANY} AND coalesce(s.last, '') < :lately)
"""
SCOUT = "SELECT person_id AS contact_id FROM deals WHERE open AND quoted_on IS NOT NULL"


@rule(
    "D303",
    severity=Severity.DUE,
    sql=SQL,
    gives=("target", "d"),
    action=("log", "{channel}", "{id}", "--deal", "{target}"),
    hint=HINT,
    due=f"iif({OF_COMPANY} OR s.valid_until >= :expired, NULL, max(s.quoted_on, coalesce(s.last, '')))",
    scout=SCOUT,
    wide=True,
)
def quote_unanswered(day: Day, *, days: int = 5, ending: int = 3) -> dict[str, object]:
    """A quote is out, and there is no answer; or it soon ends.

    What it flags: a quote (``crm deal add --quoted``, or a stage of the config with
    ``quote = true``) that nobody replied to for ``days`` working days, counted anew from each time
    you asked; or one whose validity ends within ``ending`` working days, or ended in the last
    fortnight, with no touch in these days. A conversation after the day of the quote is a reply,
    and so is a move to a stage without a quote. A follow-up that is due within ``days`` working
    days, or before the quote ends, silences it.

    Why: a quote costs hours and is decided within days; who asks first hears what was wrong with
    it while it can still be changed.

    Settle: ask and log it; ``crm deal edit 3 --valid-until +2w``; or close the deal.

    Source: a working week is the customary time to answer a quote.
    """
    return {
        "today": day.today.isoformat(),
        "days": days,
        "before": day.working_ago(days).isoformat(),
        "soon": day.working_ahead(days),
        "ending": day.deadline(ending),
        "expired": day.ago(14),
        "lately": day.working_ago(ending).isoformat(),
    }
