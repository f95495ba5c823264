"""The settings of the owner: a flag beats the environment, which beats the file, which beats the default.

``load`` once, hand the Config down. What can be set stands in settings.py. An everyday command
imports no TOML library here, also where there is a file (see plain.py).
"""

from __future__ import annotations

import os

from crmcli.config.paths import backup_folder, config_path, data_path
from crmcli.config.settings import (
    DEFAULTS,
    RATES,
    SECTIONS,
    default_currency,
    euro_rate,
    place,
    row_of,
)
from crmcli.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from typing import Any

    from crmcli.config.document import Document

__all__ = ["Config", "config_path", "data_path", "load"]

_FLAGS = {"database": "--db", "backup.before": "--no-backup"}


class Config:
    """Settings with their origins.

    Attributes:
        path: the config file, there or not. exists: whether it is there.
        warnings: unknown keys, rights too wide; each one line with file and line.
        fingerprint: changes with every byte of the file; "" without one.
    """

    __slots__ = (
        "_given",
        "_lines",
        "_origins",
        "_text",
        "exists",
        "fingerprint",
        "path",
        "warnings",
    )

    def __init__(
        self, path: str, document: Document | None, origins: dict[str, tuple[object, str]]
    ) -> None:
        """Take the file at ``path``, and over it values with their origins by key."""
        self.path = path
        self.exists = document is not None
        self.warnings: list[str] = document.warnings if document else []
        self.fingerprint = document.fingerprint if document else ""
        self._text = document.text if document else ""
        self._lines: dict[str, int] | None = None  # of its keys, once somebody asks
        self._given: dict[str, object] = dict(document.values) if document else {}
        self._given.update((key, value) for key, (value, _) in origins.items())
        self._origins = {key: origin for key, (_, origin) in origins.items()}

    def get(self, key: str) -> Any:
        """The value of a setting, or the table of a section, in the form that check.py gives it.

        Raises:
            ConfigError: no such setting; names the nearest.
        """
        if key in self._given:
            return self._given[key]
        if key in SECTIONS:
            return self.table(key)
        row = row_of(key)
        if row is None:
            from crmcli.config.document import nearest

            near = nearest(key)
            hint = f', did you mean "{near}"?' if near else "; crm config show lists all"
            raise ConfigError(f'no setting "{key}"{hint}')
        return self._default(key, row)

    __getitem__ = get

    def _default(self, key: str, row: str) -> object:
        if row == "required.<lifecycle>":
            return ()
        if row == "rates.<currency>":
            return self.rate(place(key)[1].upper())
        if key == "owner.currency":
            return default_currency(self["owner.country"])
        if key == "days.country":
            return self["owner.country"]
        if key == "owner.language":
            return self["languages"][0]
        if key == "languages" and "owner.language" in self._given:
            own = str(self._given["owner.language"])
            return (own,) if own == "en" else (own, "en")
        return DEFAULTS.get(key)

    def table(self, name: str) -> dict[str, Any]:
        """A section, the defaults filled in; a section inside it is a dict in its turn.

        ``rates`` has one number for each currency, the newest of those given by date.
        """
        if name not in SECTIONS and not name.startswith("rules."):
            self.get(name)
        found: dict[str, Any] = {}
        for key in dict.fromkeys((*DEFAULTS, *self._given)):
            section, leaf = place(key)
            if section == name:
                found[leaf] = self.get(key)
            elif section.startswith(name + "."):
                found.setdefault(section[len(name) + 1 :], {})[leaf] = self.get(key)
        if name == "rates":
            known = dict.fromkeys([*(row[0] for row in RATES), *found, self["owner.currency"]])
            return {code: self.rate(code) for code in known if self.rate(code) is not None}
        return found

    def rate(self, currency: str, on: date | None = None) -> float | None:
        """What one unit of ``currency`` was worth in the owner's on a day, by default of late.

        None where neither the config nor the shipped table knows it.
        """
        own = self["owner.currency"]
        given = self._given.get("rates." + currency)
        if currency == own:
            return 1.0
        if isinstance(given, dict):
            days = [day for day in given if on is None or day <= on.isoformat()]
            return float(given[days[-1] if days else next(iter(given))])
        if isinstance(given, float):
            return given
        theirs, ours = euro_rate(currency), euro_rate(own)
        return theirs / ours if theirs and ours else None

    def only(self, key: str, value: object) -> Config:
        """Settings of which this one alone is given, in its working form, and the rules of one's own."""
        own = {"rule": (self["rule"], "")} if "rule" in self._given else {}
        return Config(self.path, None, {key: (value, ""), **own})

    @property
    def days_off(self) -> frozenset[int]:
        """The weekdays nothing falls due on, Monday 0."""
        from crmcli.config.check import WEEKDAYS

        return frozenset(WEEKDAYS.index(day) for day in self["days.off"])

    def origin(self, key: str) -> str:
        """What settled a value: "--db", "environment CRM_DB", "config FILE:LINE" or "default"."""
        if key in self._origins:
            return self._origins[key]
        if key in self._given:
            line = self.line(key)
            return f"config {self.path}:{line}" if line else f"config {self.path}"
        return "default"

    def line(self, key: str) -> int | None:
        """The line of the file that a key stands on; ``rule.0`` is the first ``[[rule]]``."""
        from crmcli.config.document import line_of, lines

        if self._lines is None:
            self._lines = lines(self._text)
        return line_of(self._lines, key)

    def rows(self) -> Iterator[tuple[str, object, str]]:
        """Every setting that has a place, with its value and origin; rates only as given."""
        for key in dict.fromkeys((*DEFAULTS, *self._given)):
            yield key, self.get(key), self.origin(key)


def load(
    path: str | None,
    environ: Mapping[str, str],
    overrides: Mapping[str, object] | None = None,
    *,
    lenient: bool = False,
) -> Config:
    """Read the config.

    Args:
        path: the file that --config names, else CRM_CONFIG or the XDG folder says.
        environ: the environment.
        overrides: settings that flags gave, by key in their working form; None doesn't count.
        lenient: for commands that are to mend the config: what is wrong is a warning and its
            default holds; a named file may be missing.

    Raises:
        ConfigError: a named file is missing, not TOML, or a value is wrong; names file and line.
    """
    file = path or config_path(environ)
    document = None
    if os.path.exists(file):
        from crmcli.config import document as documents

        document = documents.load(file, environ, lenient=lenient)
    elif not lenient and (path or environ.get("CRM_CONFIG")):
        raise ConfigError(f"{file}: no such config; crm --config {file} init writes one")
    over: dict[str, tuple[object, str]] = {}
    if environ.get("CRM_DB"):
        over["database"] = (environ["CRM_DB"], "environment CRM_DB")
    for key, value in (overrides or {}).items():
        if value is not None:
            over[key] = (value, _FLAGS[key])
    if "database" not in over and not (document and "database" in document.values):
        over["database"] = (data_path(environ), "default")
    if not (document and "backup.folder" in document.values):
        try:  # noqa: SIM105 - contextlib costs a millisecond
            over["backup.folder"] = (backup_folder(environ), "default")
        except ConfigError:
            pass  # no home is known: beside the book, then
    return Config(file, document, over)
