"""Which rules run, with which options: codes, prefixes and names, from the command line and the config."""

from __future__ import annotations

import sys

from crmcli.errors import ConfigError, UsageError
from crmcli.rules import RULES, TOUCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from crmcli.config import Config
    from crmcli.rules.base import Rule


def name_of(code: str) -> str:
    """The name of one of our rules, without importing it."""
    return RULES[code].rpartition(".")[2].replace("_", "-")


def get(code: str) -> Rule:
    """Our rule of a code."""
    module = RULES[code]
    __import__(module)
    found: Rule = getattr(sys.modules[module], module.rpartition(".")[2])
    return found


class Catalogue:
    """The rules that there are: ours, and the owner's own.

    Attributes:
        config: says which of them run, and holds their options.
        own: the owner's own rules by code.
        broken: those that cannot run, by code (``#3`` for the third table where it has none): the
            name, and what is wrong, with file and line.
    """

    __slots__ = ("broken", "config", "own")

    def __init__(
        self,
        config: Config,
        own: Mapping[str, Rule] | None = None,
        broken: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        self.config = config
        self.own = {} if own is None else own
        self.broken = {} if broken is None else broken

    def codes(self) -> list[str]:
        """The codes of all rules that can run."""
        return [*RULES, *self.own]

    def get(self, code: str) -> Rule:
        """The rule of a code."""
        return self.own[code] if code in self.own else get(code)

    def name_of(self, code: str) -> str:
        """The name of a rule, without importing it; of one that is gone, its code."""
        if code in self.own:
            return self.own[code].name
        return name_of(code) if code in RULES else self.broken.get(code, ("", ""))[0] or code

    def is_touch(self, code: str) -> bool:
        """Whether a rule asks for a touch, without importing it."""
        return self.own[code].touch if code in self.own else code in TOUCH

    def find(self, word: str) -> str:
        """The code of the rule that a code or a name means, in any case; empty for none."""
        upper, lower = _both(word)
        if upper in RULES or upper in self.own:
            return upper
        return next((code for code in self.codes() if self.name_of(code) == lower), "")

    def broken_rule(self, word: str) -> str:
        """What is wrong with the rule that a code or a name means; empty for one that runs."""
        upper, lower = _both(word)
        found = (why for code, (name, why) in self.broken.items() if upper == code or lower == name)
        return "" if self.find(word) else next(found, "")

    def matching(self, word: str) -> list[str]:
        """The codes that a code, a prefix or a name selects, those of broken rules too.

        Raises:
            UsageError: none; the message names the nearest.
        """
        upper, lower = _both(word)
        names = {code: self.name_of(code) for code in self.codes()}
        names |= {code: name for code, (name, _) in self.broken.items()}
        found = [
            code
            for code, name in names.items()
            if (upper and code.startswith(upper)) or name == lower
        ]
        if not found:
            from difflib import get_close_matches

            known = [*names, *names.values()]
            near = get_close_matches(lower, known, n=1) or get_close_matches(upper, known, n=1)
            hint = f', did you mean "{near[0]}"?' if near else "; crm rule list shows them"
            raise UsageError(f'unknown rule "{word}"{hint}')
        return found

    def selected(
        self,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        *,
        touch_only: bool = False,
    ) -> list[Rule]:
        """The rules to run, in the order of their codes.

        ``select`` and ``ignore`` are codes, prefixes and names, also several with commas between.
        The config's ``rules.select`` holds where ``select`` is empty; its ``rules.ignore`` always,
        but for rules that ``select`` names in full. With ``touch_only`` those that ask for a touch.

        Raises:
            UsageError: a word that selects nothing, or names a broken rule.
            ConfigError: the same, in the config.
        """
        asked = _words(select)
        for why in filter(None, map(self.broken_rule, asked)):
            raise UsageError(why)
        if asked:
            codes = {code for word in asked for code in self.matching(word)}
        else:
            codes = self._configured("rules.select") or set(self.codes())
        codes -= self.ignored() - {self.find(word) for word in asked}
        codes -= {code for word in _words(ignore) for code in self.matching(word)}
        return [
            self.get(code)
            for code in self.codes()
            if code in codes and (not touch_only or self.is_touch(code))
        ]

    def running(self) -> set[str]:
        """The codes of what the config lets run."""
        return (self._configured("rules.select") or set(self.codes())) - self.ignored()

    def ignored(self) -> set[str]:
        """The codes of what the config ignores."""
        return self._configured("rules.ignore")

    def _configured(self, key: str) -> set[str]:
        try:
            return {code for word in _words(self.config[key]) for code in self.matching(word)}
        except UsageError as error:
            raise ConfigError(f"{_place(self.config, key)}: {key}: {error}") from None


def _both(word: str) -> tuple[str, str]:
    """A word as codes and as names are written."""
    word = word.strip()
    return word.upper(), word.lower().replace("_", "-")


def _words(given: Iterable[str]) -> list[str]:
    return [word for text in given for word in text.replace(",", " ").split()]


def _place(config: Config, key: str) -> str:
    line = config.line(key)
    return f"{config.path}:{line}" if line else config.path


def options(config: Config, rules: Iterable[Rule]) -> dict[str, dict[str, Any]]:
    """The options that the config sets, by code, checked against the rules' own.

    Raises:
        ConfigError: an unknown rule or option, or a value of another type than the default's.
    """
    given = {
        name: table for name, table in config.table("rules").items() if isinstance(table, dict)
    }
    found: dict[str, dict[str, Any]] = {}
    if not given:
        return found
    by_key = {rule.name: rule for rule in rules} | {rule.code: rule for rule in rules}
    names = {name_of(code) for code in RULES}
    names |= {str(table.get(key)) for table in config["rule"] for key in ("code", "name")}
    for key, table in given.items():
        rule = by_key.get(key) or by_key.get(key.upper())
        if rule:
            found.setdefault(rule.code, {}).update(_checked(config, key, table, rule))
        elif key not in names and key.upper() not in RULES:
            place = _place(config, f"rules.{key}.{next(iter(table), '')}")
            raise ConfigError(f'{place}: there is no rule "{key}"; crm rule list shows them')
    return found


# The most that an option may be, by what its name means in every rule: percent, numbers of years or
# months, times; whatever else there is counts days, and a hundred years are enough.
_MOST = {
    "alike": 100, "soon": 100, "top": 100, "variation": 1000, "years": 200, "months": 1200,
    "times": 1000, "gaps": 1000, "orders": 1000, "lapsed": 100, "lost": 100,
}  # fmt: skip
_MOST_DAYS = 36_600


def most(option: str) -> int:
    """The most that an option of a rule may be."""
    return _MOST.get(option, _MOST_DAYS)


def _checked(config: Config, key: str, table: dict[str, Any], rule: Rule) -> dict[str, Any]:
    for option, value in table.items():
        place = _place(config, f"rules.{key}.{option}")
        if option not in rule.options:
            known = ", ".join(rule.options) or "none"
            raise ConfigError(f'{place}: {rule.name} has no option "{option}"; it has {known}')
        if type(value) is not int or not 0 <= value <= most(option):
            raise ConfigError(
                f'{place}: {rule.name}.{option} is a whole number from 0 to {most(option)}, not "{value}"'
            )
    return table
