"""The rule T602."""

from __future__ import annotations

from crmcli.rules.base import Severity, as_json, rule
from crmcli.rules.renewal_due import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# One row a person: of the days that were not acknowledged the first, what they told us before what
# they bought. A touch settles a day from when it first shows.
SQL = f"""
SELECT contact_id, day || ' ' || kind AS occurrence, day AS due, last, min(worked(day), 0) AS d, message
FROM (
  SELECT contact_id, day, kind, last, row_number() OVER (PARTITION BY contact_id ORDER BY bought, day, kind) AS place,
    iif(bought, years || ' since their first order: ' || near(day), kind || ' ' || near(day))
      || iif(day = :today, '', ' (' || day || ')') || iif(bought OR years IS NULL, '', ', ' || years) AS message
  FROM (
    SELECT *, iif(began IS NULL, NULL, (substr(day, 1, 4) - began) || iif(substr(day, 1, 4) - began = 1, ' year', ' years')) AS years
    FROM (
      SELECT k.contact_id, k.kind, j.value AS day, iif(k.date GLOB '[0-9]*', substr(k.date, 1, 4), NULL) AS began, 0 AS bought
      FROM json_each(:days) j JOIN key_dates k ON substr(k.date, -5) = j.key
      WHERE k.notice IS NULL AND k.kind NOT IN ({KINDS}) AND k.contact_id {{whom}}
      UNION ALL
      SELECT s.contact_id, 'first order', j.value, substr(s.first_order_on, 1, 4), 1
      FROM summaries s JOIN json_each(:days) j ON j.key = substr(s.first_order_on, -5)
      WHERE s.first_order_on IN (SELECT value FROM json_each(:years)) AND s.contact_id {{whom}}
    )
    WHERE began IS NULL OR began < substr(day, 1, 4)
  ) d JOIN people c ON c.id = d.contact_id
  WHERE (NOT bought OR c.lifecycle IN ('customer', 'loyal'))
    AND (c.last IS NULL OR c.last < min(date(day, :near), rolled_back(date(day, '-1 day'))))
    AND NOT EXISTS (SELECT 1 FROM silences a
      WHERE a.contact_id = d.contact_id AND a.kind = 'ack' AND a.rule = 'T602' AND a.occurrence = day || ' ' || d.kind)
)
WHERE place = 1
"""
SCOUT = """
SELECT k.contact_id FROM json_each(:days) j JOIN key_dates k ON substr(k.date, -5) = j.key
UNION ALL
SELECT s.contact_id FROM json_each(:years) y JOIN summaries s ON s.first_order_on = y.value
"""


@rule("T602", severity=Severity.INFO, sql=SQL, gives=("last", "d"), scout=SCOUT)
def anniversary(day: Day, *, near: int = 3, late: int = 7, years: int = 60) -> dict[str, object]:
    """A day of the year that means something to somebody is near.

    What it flags: any yearly key date (``crm edit 7 --date wedding=2010-06-12``) and a customer's
    day of the first purchase, from ``near`` days before to ``late`` days after, if there was no
    touch in that time; not in its first year, and a first purchase no further back than ``years``
    years. The last working day looks ahead over the days off. Birthdays and ends of contracts have
    rules of their own, and so has the first year of a customer. A day that was missed weighs what it
    did on the day, and no more.

    Why: a reason to call that is about them and not about the sale.

    Settle: a word, logged; ``crm done T602:7`` until next year, and another day of theirs is
    still heard.

    Source: our choice; a week late it is still the day, so that a week away misses none.
    """
    days = day.yearly(late, near)
    past = [
        f"{int(on[:4]) - ago:04}-{key}" for key, on in days.items() for ago in range(1, years + 1)
    ]
    return {
        "days": as_json(days),
        "years": as_json(past),
        "today": day.today.isoformat(),
        "near": f"-{near} days",
    }
