"""The rule D301."""

from __future__ import annotations

from crmcli.rules.base import OF_COMPANY, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# One line a person, for the deal that has been still the longest beyond its limit. What was
# acknowledged is heard again after another limit.
SQL = """
SELECT contact_id, occurrence, due, target, message FROM (
  SELECT contact_id, due, id AS target,
    group_concat(id || since || '+' || (CAST(julianday(:today) - julianday(due) AS INTEGER) / rot)) OVER every AS occurrence,
    title || ': nothing for ' || CAST(julianday(:today) - julianday(since) AS INTEGER) || ' days in ' || stage || ', limit ' || rot
      || iif(count(*) OVER every > 1, '; and ' || (count(*) OVER every - 1) || ' more', '') AS message,
    row_number() OVER (PARTITION BY contact_id ORDER BY due, id) AS nth
  FROM (SELECT *, date(since, '+' || rot || ' days') AS due FROM (
    SELECT o.person_id AS contact_id, o.id, o.title, o.stage, o.rot, c.next,
      max(on_day(o.stage_since), coalesce(c.last, ''), coalesce(on_day(o.touched_at), '')) AS since
    FROM deals o JOIN people c ON c.id = o.person_id
    WHERE o.open AND {deals} AND o.rot > 0))
  WHERE due <= :due AND (next IS NULL OR substr(next, 1, 10) > date(:today, '+' || rot || ' days'))
  WINDOW every AS (PARTITION BY contact_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
WHERE nth = 1
"""
HINT = f"(s.rot_on <= :due OR {OF_COMPANY}) AND coalesce(s.last, '') < :due AND (s.next IS NULL OR s.next > :today)"
SCOUT = "SELECT person_id AS contact_id FROM deals WHERE open AND rot > 0"


@rule(
    "D301",
    severity=Severity.WARN,
    sql=SQL,
    gives=("target",),
    action=("log", "{channel}", "{id}", "--deal", "{target}"),
    mutes=("F104",),
    hint=HINT,
    due=f"iif({OF_COMPANY}, NULL, s.rot_on)",
    scout=SCOUT,
    wide=True,
)
def rotting_deal(day: Day) -> dict[str, object]:
    """An open deal lies still.

    What it flags: no touch and no move for as long as the stage's limit, the ``rot`` of
    ``deals.stages`` in the config (30, 30, 21 and 14 days for new, qualified, proposal and
    negotiation). A touch of its person counts, and so does one of anybody that was logged with
    ``--deal``. A follow-up that is due inside the limit silences it.

    Why: deals are seldom lost with a word. They are lost in a silence that nobody noticed.

    Settle: get in touch and log it, ``crm deal move 3 negotiation``, or
    ``crm deal lost 3 --reason "no budget"``. Acknowledged, it is heard again after another limit.

    Source: the usual limits of pipeline tools; later stages move faster, so their limits are
    shorter.
    """
    return {"today": day.today.isoformat(), "due": day.due}
