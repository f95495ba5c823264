"""The clock of the machine, by which cron runs, beside the owner's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crmcli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, tzinfo

LOCALTIME = "/etc/localtime"  # what daemons go by, whatever TZ a shell has
_DAYS = 3 * 366  # that a time is looked at: some zones change their rules from year to year


def machine_zone() -> tzinfo:
    """The zone of the machine; UTC where it says nothing."""
    from zoneinfo import ZoneInfo

    try:
        with open(LOCALTIME, "rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return UTC


def owner_zone(tz: str | None, environ: Mapping[str, str]) -> str | None:
    """The name of the owner's zone: of the config, else of TZ; None for the machine's own.

    Raises:
        UsageError: TZ is no name of a zone.
    """
    name = tz or environ.get("TZ", "").removeprefix(":")
    if not name:
        return None
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(
            f'TZ is "{name}", which is no name of a zone such as Europe/Warsaw; crm config set owner.timezone gives one'
        ) from None
    return name


def times(zone: str | None, hour: int, minute: int, *, today: date) -> set[tuple[int, int, int]]:
    """When it is that time of the owner's day on the machine's clock, in the coming years.

    Returns:
        ``(days later, hour, minute)``; more than one where the two clocks change apart.
    """
    if zone is None:
        return {(0, hour, minute)}
    from zoneinfo import ZoneInfo

    owner, machine = ZoneInfo(zone), machine_zone()
    found = set()
    for number in range(_DAYS):
        day = today + timedelta(days=number)
        civil = datetime(day.year, day.month, day.day, hour, minute, tzinfo=owner)
        there = civil.astimezone(UTC).astimezone(machine)
        found.add(((there.date() - day).days, there.hour, there.minute))
    return found


def is_same(zone: str, *, today: date) -> bool:
    """Whether the owner's clock shows what the machine's does, day and night."""
    return all(times(zone, hour, 0, today=today) == {(0, hour, 0)} for hour in (0, 12))
