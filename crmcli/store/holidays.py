"""Public holidays by country, as the library of that name knows them.

Its import costs more than a whole morning, so it is asked once a year and when the config changes;
its answer is kept in the book (settings.py), where rules read it.
"""

from __future__ import annotations

from crmcli.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from crmcli.config import Config

_BEHIND, _AHEAD = 1, 2  # years that are kept before and after the present one


def dates(config: Config, today: date) -> dict[str, str]:
    """The days off by the calendar, as ISO dates with their names: from last year to two years on.

    Those of ``days.country``, and of any year those of ``days.holidays``.

    Raises:
        ConfigError: the config names a country or a region that is not known.
    """
    found = {day.isoformat(): "in days.holidays" for day in config["days.holidays"]}
    code = config["days.country"]
    if code in (None, "none"):
        return found
    try:
        return found | _known(code, today.year)
    except LookupError as error:
        if config.origin("days.country").startswith("default"):
            return found  # only where the owner is; of some places no holidays are known
        line = config.line("days.country")
        raise ConfigError(f"{config.path}:{line}: days.country: {error}") from None


def name(db: sqlite3.Connection, day: str) -> str | None:
    """What the holiday on a day is called, None where it is none."""
    row = db.execute("SELECT name FROM holidays WHERE date = ?", (day,)).fetchone()
    return row and str(row[0])


def check(code: str, today: date) -> None:
    """See that the holidays of a country, ``PL``, or one with a region, ``DE-BY``, are known.

    Raises:
        ConfigError: they are not; names the regions that are.
    """
    if code == "none":
        return
    try:
        _known(code, today.year)
    except LookupError as error:
        raise ConfigError(f"days.country: {error}") from None


def _known(code: str, year: int) -> dict[str, str]:
    """The holidays of the years around one, named in English, else in the language of the country."""
    import holidays

    country, _, region = code.partition("-")
    regions = holidays.list_supported_countries(include_aliases=True).get(country)
    if regions is None:
        raise LookupError(f'no holidays are known of "{country}"; list them in days.holidays')
    spelt = {name.upper(): name for name in regions}
    if region and region.upper() not in spelt:
        have = ", ".join(f"{country}-{name}" for name in regions) or "none"
        raise LookupError(f'no region "{region}" of {country} is known; there is {have}')
    years = range(year - _BEHIND, year + _AHEAD + 1)
    found = holidays.country_holidays(
        country, subdiv=spelt.get(region.upper()), years=years, language="en_US"
    )
    return {day.isoformat(): name for day, name in found.items()}
