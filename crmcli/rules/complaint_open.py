"""The rule S502."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# One person a case, though several may have complained together; of a person's cases the one that presses most. What is
# worked out for a case is worked out once: SQLite would put it wherever it is named. The summaries tell most answers.
SQL = """
WITH asked AS MATERIALIZED ( -- the + keeps SQLite from reading their whole timelines
  SELECT DISTINCT id FROM open_cases WHERE kept_at >= :kept AND +contact_id {whom}
), opened AS MATERIALIZED (
  SELECT o.id, min(o.contact_id) AS contact_id, o.opened_at, o.title, max(s.word_at) AS word_at
  FROM asked a CROSS JOIN cases o ON o.id = a.id JOIN people c ON c.id = o.contact_id JOIN summaries s ON s.contact_id = c.id
  GROUP BY o.id
), told AS MATERIALIZED (
  SELECT k.id, k.contact_id, k.opened_at, on_day(k.opened_at) AS opened, substr(replace(coalesce(k.title, 'no text'), char(10), ' '), 1, 80) AS title,
    on_day(CASE WHEN k.word_at > k.opened_at THEN k.word_at
      WHEN coalesce(k.word_at, '') < substr(k.opened_at, 1, 10) THEN NULL
      ELSE (SELECT max(a.at) FROM answers a WHERE a.case_id = k.id AND a.id > k.id) END) AS answered_on,
    worked(on_day(k.opened_at)) - coalesce((
      SELECT sum(max(0, worked(on_day(w.since_at)) - worked(on_day(w.until_at)))) FROM waits w WHERE w.case_id = k.id), 0) AS days
  FROM opened k
  WHERE NOT EXISTS (SELECT 1 FROM waits w WHERE w.case_id = k.id AND (w.until_at IS NULL OR w.until_at >= :end))
    AND NOT EXISTS (
      SELECT 1 FROM follow_ups f WHERE f.contact_id = k.contact_id AND f.done_at IS NULL AND f.created_at >= k.opened_at
      AND max(f.due, coalesce(f.snoozed_until, '')) >= :tomorrow AND max(f.due, coalesce(f.snoozed_until, '')) < :soon)
), late AS MATERIALIZED (
  SELECT *, days - iif(answered_on IS NULL, :first, :close) AS d FROM told
)
SELECT contact_id, group_concat(mark) AS occurrence, opened AS due, d, iif(answered_on IS NULL, NULL, id) AS target,
  'complaint of ' || opened || iif(answered_on IS NULL, ' without an answer: ', ' still open after ' || days || ' working days: ')
    || title || ' (case ' || id || ')' || iif(count(*) > 1, ', and ' || (count(*) - 1) || ' more', '') AS message,
  news, max(d + 1000000 * (answered_on IS NULL) - id * 1e-12) AS pressing
FROM (
  SELECT *, id || iif(answered_on IS NULL, '', '-') || iif(d >= :every, '+' || (d / :every), '') AS mark,
    max(opened_at) OVER (PARTITION BY contact_id) AS news FROM late
  WHERE d >= -:ahead AND (answered_on IS NULL OR worked(answered_on) >= :again - :ahead)
  ORDER BY id
)
GROUP BY contact_id
"""
SCOUT = """
SELECT contact_id, substr(opened_at, 1, 10) AS due, 0 AS promise FROM open_cases WHERE kept_at >= :kept
"""


@rule(
    "S502",
    severity=Severity.DUE,
    sql=SQL,
    gives=("d", "target", "news"),
    action=("case", "close", "{target}"),
    mutes=("F103", "F104", "R201", "C401", "C405", "S501"),
    scout=SCOUT,
)
def complaint_open(
    day: Day, *, first: int = 1, close: int = 5, again: int = 2, imported: int = 30
) -> dict[str, object]:
    """A complaint waits for you.

    What it flags: a complaint without a first answer for ``first`` working day, or open for
    ``close`` working days. Time spent waiting for the customer (``crm case wait 12``) does not
    count. It is quiet while a follow-up that was set since is due in the next ``close`` working
    days, and once they were answered for ``again`` working days after each touch. A complaint that
    came from a file is history when it is ``imported`` days old; one that you logged waits for its
    end however long that takes.

    Why: a complaint settled quickly makes a customer more loyal than none at all; one left lying
    loses them and whom they tell.

    Settle: answer and log it, then ``crm case close 12 "sent new boxes"``; ``crm case wait 12``
    stops the clock while it is their turn; ``crm done S502:7`` puts it off for ``close`` working
    days. A complaint that came after somebody was snoozed is heard all the same.

    Source: one working day to a first answer, a week to a solution: the common service levels.
    """
    return {
        "first": first,
        "close": close,
        "again": again,
        "every": max(close, 1),
        "ahead": -day.worked(day.until),
        "kept": day.start(day.today - timedelta(days=imported - 1)),
        "end": day.start(day.until + timedelta(days=1)),
        "tomorrow": day.after(day.until.isoformat()),
        "soon": day.after(day.working_ahead(close)),
    }
