"""The day that rules look at, and how they count to and from it."""

from __future__ import annotations

from datetime import timedelta

from crmcli.values import workdays

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class Day:
    """The day that rules look at.

    Nothing falls due on a day off. A task rolls forward: what would be due on a Saturday is due on
    Monday. A deadline rolls backward, to Friday. And as nobody looks before Monday, the last
    working day looks ahead over the days off, to birthdays and appointments.

    Attributes:
        today: the owner's civil date.
        until: the day to look ahead to, today unless asked otherwise.
        tz: the owner's zone, None for the system's.
        off: weekdays off, Monday 0. holidays: dates off.
        leap: ``28`` or ``march``, where a 29 February falls in other years.
        region: the country of phone numbers without a prefix, None where it is not known.
        required: fields that people of a lifecycle should have. profile: ``eu`` or ``none``.
    """

    __slots__ = ("holidays", "leap", "off", "profile", "region", "required", "today", "tz", "until")

    def __init__(
        self,
        today: date,
        *,
        until: date | None = None,
        tz: str | None = None,
        off: frozenset[int] = frozenset((5, 6)),
        holidays: frozenset[date] = frozenset(),
        leap: str = "28",
        region: str | None = None,
        required: dict[str, Sequence[str]] | None = None,
        profile: str = "none",
    ) -> None:
        self.today = today
        self.until = until or today
        self.tz = tz
        self.off = off
        self.holidays = holidays
        self.leap = leap
        self.region = region
        self.required = required or {}
        self.profile = profile

    @property
    def due(self) -> str:
        """The last day on which a task that is due by now may have fallen: never a day off.

        On a Saturday it is Friday; what was set for the weekend waits for Monday.
        """
        return self.working.isoformat()

    @property
    def working(self) -> date:
        """The last working day up to the day looked ahead to."""
        return workdays.roll_back(self.until, self.off, self.holidays)

    @property
    def ahead(self) -> int:
        """Days from today to the last day on which what is due by now may have fallen due."""
        return (self.working - self.today).days

    @property
    def reach(self) -> str:
        """The day before the next working day: how far one who looks now must see."""
        return (self.working_next(self.until) - timedelta(days=1)).isoformat()

    def working_next(self, day: date) -> date:
        """The first working day after a day."""
        return workdays.roll_forward(day + timedelta(days=1), self.off, self.holidays)

    def ago(self, days: int) -> str:
        """The date some days before today, after it when negative."""
        return (self.today - timedelta(days=days)).isoformat()

    def past(self, days: int) -> date:
        """The day since which so many days are over: what falls due on a day off waits for work."""
        return self.working - timedelta(days=days)

    def working_ago(self, days: int) -> date:
        """The day since which so many working days are over, as seen on the last working day."""
        return workdays.add_working_days(self.working, -days, self.off, self.holidays)

    def working_ahead(self, days: int) -> str:
        """The working day some working days after the day looked ahead to."""
        return self._working_ahead(days).isoformat()

    def deadline(self, days: int) -> str:
        """The last day of what must be done within some working days: days off that follow count."""
        return (self.working_next(self._working_ahead(days)) - timedelta(days=1)).isoformat()

    def _working_ahead(self, days: int) -> date:
        return workdays.add_working_days(self.until, days, self.off, self.holidays)

    @staticmethod
    def after(day: str) -> str:
        """The day after: civil times of a day are less than it."""
        from datetime import date

        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()

    def start(self, day: date) -> str:
        """The first instant of a civil day, to compare stored instants with."""
        from crmcli.values.dates import day_bounds

        return day_bounds(day, self.tz)[0]

    def yearly(self, late: int, ahead: int) -> dict[str, str]:
        """The days that come round from some days ago to some days ahead, ``02-28`` to ``2026-02-28``.

        The last working day looks ahead over the days off; a 29 February stands where it falls.
        """
        from crmcli.values.key_dates import occurrence_in

        worked = workdays.roll_back(self.today, self.off, self.holidays)
        first = self.today - timedelta(days=late)
        last = max(worked + timedelta(days=ahead), self.working_next(worked), self.until)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        found = {on.isoformat()[5:]: on.isoformat() for on in days}
        for year in {first.year, last.year}:
            leapling = occurrence_in("--02-29", year, self.leap)
            if leapling is not None and first <= leapling <= last:
                found["02-29"] = leapling.isoformat()
        return found

    def worked(self, since: date) -> int:
        """Working days from a day to today, negative for a day to come."""
        return workdays.working_days(since, self.today, self.off, self.holidays)
