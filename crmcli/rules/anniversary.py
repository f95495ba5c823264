"""The rule T602."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule
from crmcli.rules.renewal_due import KINDS
from crmcli.values.key_dates import occurrence_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, min(day || kind) AS occurrence, min(day) AS due, min(last) AS last,
  substr(min(day || said), 11) AS message
FROM (
  SELECT c.id AS contact_id, k.kind, j.value AS day, c.last,
    k.kind || ' ' || near(j.value) || iif(k.date GLOB '[0-9]*', ', ' || (substr(j.value, 1, 4) - substr(k.date, 1, 4)) || iif(substr(j.value, 1, 4) - substr(k.date, 1, 4) = 1, ' year', ' years'), '') AS said
  FROM json_each(:days) j JOIN key_dates k ON substr(k.date, -5) = j.key JOIN people c ON c.id = k.contact_id
  WHERE (k.date NOT GLOB '[0-9]*' OR substr(k.date, 1, 4) < substr(j.value, 1, 4))
    AND k.notice IS NULL AND lower(k.kind) NOT IN ({KINDS})
  UNION ALL
  SELECT c.id, 'first order', j.value, c.last,
    'first order ' || near(j.value) || ', ' || (substr(j.value, 1, 4) - substr(s.first_order_on, 1, 4))
      || iif(substr(j.value, 1, 4) - substr(s.first_order_on, 1, 4) = 1, ' year ago', ' years ago')
  FROM json_each(:years) y JOIN summaries s ON s.first_order_on = y.value JOIN json_each(:days) j ON j.key = substr(s.first_order_on, -5)
  JOIN people c ON c.id = s.contact_id
  WHERE substr(s.first_order_on, 1, 4) < substr(j.value, 1, 4) AND c.lifecycle IN ('customer', 'loyal')
)
WHERE last IS NULL OR last < date(day, :late)
GROUP BY contact_id
""".replace("{KINDS}", KINDS)
SCOUT = """
SELECT k.contact_id, j.value AS due, 0 AS promise FROM json_each(:days) j JOIN key_dates k ON substr(k.date, -5) = j.key
UNION ALL
SELECT s.contact_id, :today, 0 FROM json_each(:years) y JOIN summaries s ON s.first_order_on = y.value
"""


@rule("T602", severity=Severity.INFO, sql=SQL, gives=("last",), scout=SCOUT)
def anniversary(day: Day, *, near: int = 3, years: int = 60) -> dict[str, object]:
    """A day of the year that means something to somebody is near.

    What it flags: any yearly key date (``crm edit 7 --date wedding=2010-06-12``) and the day of
    the first purchase, from ``near`` days before to ``near`` days after, if there was no touch in
    that time; not in its first year, and no further back than ``years`` years. Birthdays and ends
    of contracts have rules of their own.

    Why: a reason to call that is about them and not about the sale.

    Settle: a word, logged; ``crm done T602:7`` until next year.

    Source: our choice; three days either way is still the day.
    """
    first, last = day.today - timedelta(days=near), day.today + timedelta(days=near)
    last = max(last, day.until, day.working_next(day.today))
    days: dict[str, str] = {}
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        days[on.isoformat()[5:]] = on.isoformat()
    for year in {first.year, last.year}:
        leapling = occurrence_in("--02-29", year, day.leap)
        if leapling is not None and first <= leapling <= last:
            days["02-29"] = leapling.isoformat()
    pairs = ", ".join(f'"{key}": "{value}"' for key, value in days.items())
    past = (
        f'"{int(value[:4]) - ago}-{key}"'
        for key, value in days.items()
        for ago in range(1, years + 1)
    )
    return {
        "days": "{" + pairs + "}",
        "years": "[" + ", ".join(past) + "]",
        "today": day.today.isoformat(),
        "late": f"-{near} days",
    }
