"""The rule P803."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, c.created_at AS occurrence, date(on_day(c.created_at), '+' || :limit || ' days') AS due,
  'data from ' || coalesce(nullif(c.source, ''), 'somebody else') || ', no notice given, added ' || near(on_day(c.created_at)) AS message
FROM people c
WHERE :eu AND c.notice_on IS NULL AND c.created_at < :before AND (c.referred_by IS NOT NULL OR third_party(c.source))
"""


@rule("P803", severity=Severity.WARN, sql=SQL, action=("consent", "{id}", "--notice", "today"))
def notice_due(day: Day, *, days: int = 21, limit: int = 30) -> dict[str, object]:
    """Data came from somebody else, and the person has not been told.

    What it flags: with ``profile = "eu"``, people referred by others, or whose source is a list, a
    directory, a register, LinkedIn or the like, added over ``days`` days ago, with no notice
    noted. The law's limit is ``limit`` days.

    Why: who gets data from a third party has to tell the person within a month.

    Settle: tell them in your first message, then ``crm consent 7 --notice today``.

    Source: Art. 14 (3) GDPR: within a reasonable period, at the latest within one month.
    """
    return {
        "eu": day.profile == "eu",
        "before": day.start(day.today - timedelta(days=days - 1)),
        "limit": limit,
    }
