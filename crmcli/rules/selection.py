"""Which rules run, with which options: codes, prefixes and names, from the command line and the config."""

from __future__ import annotations

import sys

from crmcli.errors import ConfigError, UsageError
from crmcli.rules import RULES, TOUCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from crmcli.config import Config
    from crmcli.rules.base import Rule


def name_of(code: str) -> str:
    """The name of a rule, without importing it."""
    return RULES[code].rpartition(".")[2].replace("_", "-")


def get(code: str) -> Rule:
    """The rule of a code."""
    module = RULES[code]
    __import__(module)
    found: Rule = getattr(sys.modules[module], module.rpartition(".")[2])
    return found


def matching(word: str) -> list[str]:
    """The codes that a code, a prefix or a name selects.

    Raises:
        UsageError: none; the message names the nearest.
    """
    upper, lower = word.strip().upper(), word.strip().lower().replace("_", "-")
    found = [code for code in RULES if (upper and code.startswith(upper)) or name_of(code) == lower]
    if not found:
        from difflib import get_close_matches

        known = [*RULES, *map(name_of, RULES)]
        near = get_close_matches(lower, known, n=1) or get_close_matches(upper, known, n=1)
        hint = f', did you mean "{near[0]}"?' if near else "; crm rule list shows them"
        raise UsageError(f'unknown rule "{word}"{hint}')
    return found


def selected(
    config: Config,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    *,
    touch_only: bool = False,
) -> list[Rule]:
    """The rules to run, in the order of their codes.

    ``select`` and ``ignore`` are codes, prefixes and names, also several with commas between. The
    config's ``rules.select`` holds where ``select`` is empty; its ``rules.ignore`` always, but for
    rules that ``select`` names in full. With ``touch_only`` those that ask for a touch.

    Raises:
        UsageError: a word that selects nothing.
        ConfigError: the same, in the config.
    """
    asked = _words(select)
    if asked:
        codes = {code for word in asked for code in matching(word)}
    else:
        codes = _configured(config, "rules.select") or set(RULES)
    named = {
        code
        for word in asked
        for code in matching(word)
        if word.upper() == code or word.lower() == name_of(code)
    }
    codes -= _configured(config, "rules.ignore") - named
    codes -= {code for word in _words(ignore) for code in matching(word)}
    return [get(code) for code in RULES if code in codes and (code in TOUCH or not touch_only)]


def _words(given: Iterable[str]) -> list[str]:
    return [word for text in given for word in text.replace(",", " ").split()]


def _configured(config: Config, key: str) -> set[str]:
    try:
        return {code for word in _words(config[key]) for code in matching(word)}
    except UsageError as error:
        raise ConfigError(f"{_place(config, key)}: {key}: {error}") from None


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
    for key, table in given.items():
        rule = by_key.get(key) or by_key.get(key.upper())
        if rule:
            found.setdefault(rule.code, {}).update(_checked(config, key, table, rule))
        elif key not in names and key.upper() not in RULES:
            place = _place(config, f"rules.{key}.{next(iter(table), '')}")
            raise ConfigError(f'{place}: there is no rule "{key}"; crm rule list shows them')
    return found


def _checked(config: Config, key: str, table: dict[str, Any], rule: Rule) -> dict[str, Any]:
    for option, value in table.items():
        place = _place(config, f"rules.{key}.{option}")
        if option not in rule.options:
            known = ", ".join(rule.options) or "none"
            raise ConfigError(f'{place}: {rule.name} has no option "{option}"; it has {known}')
        if type(value) is not type(rule.options[option]) or (isinstance(value, int) and value < 0):
            raise ConfigError(
                f'{place}: {rule.name}.{option} is a whole number from 0, not "{value}"'
            )
    return table
