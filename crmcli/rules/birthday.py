"""The rule T601."""

from __future__ import annotations

from crmcli.rules.base import Severity, as_json, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# A touch settles it from the day on which it first shows.
SQL = """
SELECT c.id AS contact_id, j.value AS occurrence, j.value AS due, c.last, min(worked(j.value), 0) AS d,
  'birthday ' || near(j.value) || iif(j.value = :today, '', ' (' || j.value || ')')
    || iif(c.birthday GLOB '[0-9]*', iif(j.value < :today, ', turned ', ', turns ') || (substr(j.value, 1, 4) - substr(c.birthday, 1, 4)), '')
    AS message
FROM json_each(:days) j JOIN people c ON substr(c.birthday, -5) = j.key
WHERE c.birthday IS NOT NULL AND (c.last IS NULL OR c.last < min(date(j.value, :ahead), rolled_back(date(j.value, '-1 day'))))
  AND (c.birthday NOT GLOB '[0-9]*' OR substr(c.birthday, 1, 4) < substr(j.value, 1, 4))
"""
SCOUT = """
SELECT c.id AS contact_id FROM json_each(:days) j JOIN contacts c ON substr(c.birthday, -5) = j.key WHERE c.birthday IS NOT NULL
"""


@rule("T601", severity=Severity.INFO, sql=SQL, gives=("last", "d"), scout=SCOUT)
def birthday(day: Day, *, ahead: int = 3, late: int = 7) -> dict[str, object]:
    """A birthday is near, or was missed.

    What it flags: a birthday from today to ``ahead`` days on, or up to ``late`` days ago, if there
    was no touch since it came into sight. The last working day looks ahead over the days off. No
    year is needed; who was born on 29 February has the day before in other years, or the day after
    by the setting ``leap``. A day that was missed weighs what it did on the day, and no more.

    Why: it is the one day on which a call needs no reason.

    Settle: call or write, and log it; ``crm done T601:7`` until next year.

    Source: our choice; within a week a belated word still counts, after that it is an excuse.
    """
    return {
        "days": as_json(day.yearly(late, ahead)),
        "ahead": f"-{ahead} days",
        "today": day.today.isoformat(),
    }
