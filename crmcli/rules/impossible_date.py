"""The rule Q706."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, group_concat(said) AS occurrence, NULL AS due, group_concat(said, '; ') AS message
FROM (
  SELECT s.contact_id, 'last touch ' || s.last || ' is in the future' AS said FROM summaries s WHERE s.last > :today AND s.contact_id {whom}
  UNION ALL
  SELECT c.id, iif(c.birthday > :today, 'born ' || c.birthday || ', after today', 'born ' || c.birthday || ', over ' || :oldest || ' years ago')
  FROM contacts c WHERE c.birthday GLOB '[0-9]*' AND (c.birthday > :today OR c.birthday < :born) AND c.id {whom}
  UNION ALL
  SELECT c.id, 'verified ' || c.verified_on || ', after today' FROM contacts c WHERE c.verified_on > :today AND c.id {whom}
  UNION ALL
  SELECT k.contact_id, k.kind || ' ' || k.date || ', over ' || :years || ' years ahead' FROM key_dates k WHERE k.date GLOB '[0-9]*' AND k.date > :latest AND k.contact_id {whom}
  UNION ALL
  SELECT person_id, 'deal ' || id || ' ' || title || ': ' || CASE
    WHEN valid_until < quoted_on THEN 'quote of ' || quoted_on || ' valid until ' || valid_until
    WHEN quoted_on > :today THEN 'quote of ' || quoted_on || ', after today'
    WHEN ended_on > :today THEN ended || ended_on || ', after today'
    ELSE ended || ended_on || ', before the quote of ' || quoted_on END
  FROM (
    SELECT person_id, id, title, valid_until, quoted_on, iif(won_at IS NULL, 'lost ', 'won ') AS ended, on_day(coalesce(won_at, lost_at)) AS ended_on FROM deals o WHERE {deals}
  ) WHERE valid_until < quoted_on OR quoted_on > :today OR ended_on > :today OR ended_on < quoted_on
  UNION ALL
  SELECT contact_id, 'complaint of ' || on_day(opened_at) || ' closed ' || on_day(closed_at) FROM cases WHERE contact_id {whom} AND closed_at < opened_at AND on_day(closed_at) < on_day(opened_at)
  UNION ALL
  SELECT contact_id, basis || ' given ' || given_on || ', withdrawn ' || withdrawn_on FROM consents WHERE withdrawn_on < given_on AND contact_id {whom}
  ORDER BY 1, 2
) m JOIN contacts c ON c.id = m.contact_id
WHERE c.archived_at IS NULL
GROUP BY contact_id
"""


@rule("Q706", severity=Severity.ERROR, sql=SQL, action=("show", "{id}"))
def impossible_date(day: Day, *, oldest: int = 120, years: int = 50) -> dict[str, object]:
    """A date cannot be true.

    What it flags: a touch in the future; a birth after today or over ``oldest`` years ago; data
    verified after today; a key date over ``years`` years ahead; a quote of tomorrow, or valid until
    a day before it was made; a deal won or lost tomorrow, or before its quote; a complaint closed
    before it was made; a consent withdrawn before it was given.

    Why: a touch in the future silences every reminder until then; it is nearly always day and
    month swapped by an import.

    Settle: ``crm edit 7 --birthday 1984-05-17``, or ``crm undo`` the import and import again
    with ``--date-order``.

    Source: nobody alive is much older than 120; of contracts hardly one runs for 50 years.
    """
    return {
        "today": day.today.isoformat(),
        "oldest": oldest,
        "born": f"{day.today.year - oldest:04}{day.today.isoformat()[4:]}",
        "years": years,
        "latest": f"{day.today.year + years:04}{day.today.isoformat()[4:]}",
    }
