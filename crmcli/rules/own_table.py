"""One ``[[rule]]`` table of the config, checked key by key."""

from __future__ import annotations

from crmcli.errors import ConfigError, UsageError
from crmcli.output import shell
from crmcli.query.errors import QueryError, did_you_mean
from crmcli.rules import RULES, selection, wording
from crmcli.rules.base import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date
    from typing import Any

    from crmcli.config import Config
    from crmcli.query.compile import Query

_SPANS = {"d": 1, "w": 7}
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_MOST_NAME = 40
_MOST_DAYS = 3660


class Surroundings:
    """What the tables are read against.

    Attributes:
        config: has them.
        compile: makes a condition of a query, as of a day.
        custom: the names of the custom fields.
        commands: the names of all commands.
        warn: says a line on stderr.
    """

    __slots__ = ("commands", "compile", "config", "custom", "warn")

    def __init__(
        self,
        config: Config,
        *,
        compile: Callable[[str, date | None], Query],  # noqa: A002 - what it does
        custom: Collection[str],
        commands: Collection[str],
        warn: Callable[[str], None],
    ) -> None:
        self.config = config
        self.compile = compile
        self.custom = custom
        self.commands = commands
        self.warn = warn


class Told:
    """What a table says.

    Attributes:
        number: its place among the tables, from 0.
        code, name, where, severity, message, action, touch, why, mutes: as in Rule; ``message`` and
            ``mutes`` as written.
        sql: the message as SQL over ``contacts c``. values: what that binds.
        again: when it is heard again once it was acknowledged: ``touch``, ``never`` or ``days``.
        days: how many.
        page: the manual page.
    """

    __slots__ = (
        "action", "again", "code", "config", "days", "message", "mutes", "name", "number", "page",
        "severity", "sql", "touch", "values", "where", "why",
    )  # fmt: skip
    code: str
    name: str
    where: str
    severity: int
    message: str
    sql: str
    values: dict[str, object]
    action: tuple[str, ...]
    touch: bool
    again: str
    why: str
    mutes: tuple[str, ...]
    page: str

    def __init__(self, config: Config, number: int) -> None:
        self.config = config
        self.number = number
        self.days = 0

    def place(self, key: str = "") -> str:
        """The file and the line of a key, else of the table."""
        line = self.config.line(f"rule.{self.number}.{key}".rstrip("."))
        return f"{self.config.path}:{line}" if line else self.config.path


def named(table: dict[str, Any]) -> tuple[str, str]:
    """The code and the name of a table, also of one that is wrong; empty where they are none."""
    code, name = table.get("code"), table.get("name")
    good = code if isinstance(code, str) and _is_code(code) else ""
    return good.upper(), name if isinstance(name, str) else ""


def _is_code(text: str) -> bool:
    return len(text) == 4 and text[0] in "Uu" and text[1:].isascii() and text[1:].isdigit()


def read(around: Surroundings, number: int, others: Mapping[str, Told]) -> Told:
    """Check the table of that number; ``others`` are those before it, by code.

    Raises:
        ConfigError: what is wrong, with file, line and key.
    """
    table: dict[str, Any] = around.config["rule"][number]
    told = Told(around.config, number)
    strange = next((key for key in table if key not in KEYS), "")
    if strange:
        near = did_you_mean(strange, KEYS) or f"; there are {', '.join(KEYS)}"
        raise ConfigError(f"{told.place(strange)}: {strange}: no such key{near}")
    for key, check in KEYS.items():
        try:
            check(told, table.get(key), around)
        except QueryError as error:
            raise ConfigError(f"{told.place(key)}: {key}: {error.problem}") from None
        except UsageError as error:
            raise ConfigError(f"{told.place(key)}: {key}: {error}") from None
    for other in others.values():
        for key in ("code", "name"):
            if getattr(told, key) == getattr(other, key):
                raise ConfigError(
                    f"{told.place(key)}: {key}: the rule at {other.place(key)} has it already"
                )
    told.page = _page(told)
    return told


def _code(told: Told, value: object, _: Surroundings) -> None:
    if not isinstance(value, str) or not _is_code(value):
        raise UsageError('a rule of your own has a code from "U001" to "U999"')
    told.code = value.upper()


def _name(told: Told, value: object, _: Surroundings) -> None:
    name = value.strip().lower().replace("_", "-") if isinstance(value, str) else ""
    if (
        not name
        or not _LOWER.issuperset(name)
        or len(name) > _MOST_NAME
        or name[0] in "-0123456789"
    ):
        raise UsageError(
            'a name says what is wrong in letters, digits and hyphens, such as "vip-gone-quiet"'
        )
    taken = next((code for code in RULES if selection.name_of(code) == name), "")
    if taken:
        raise UsageError(f'"{name}" is the name of {taken}')
    if name in ("any", "none") or any(
        code.startswith(name.upper()) for code in (*RULES, told.code)
    ):
        raise UsageError(f'"{name}" means something else where rules are named')
    told.name = name


def _where(told: Told, value: object, around: Surroundings) -> None:
    told.where = _text(value, 'a query, such as "+vip quiet:30d"')
    query = around.compile(told.where, None)
    if query.rules:
        raise UsageError(
            "rule: asks what rules find, so a rule cannot ask it; mutes silences another"
        )
    if query.where == "1":
        raise UsageError("the query is empty: it would flag everybody")


def _text(value: object, expected: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"expected {expected}")
    return " ".join(value.split())


def _severity(told: Told, value: object, _: Surroundings) -> None:
    grades = {name: grade for grade, name in SEVERITIES.items()}
    told.severity = grades[_one_of("warn" if value is None else value, tuple(grades))]


def _one_of(value: object, words: tuple[str, ...]) -> str:
    if value not in words:
        raise UsageError(f'"{value}" is none of {", ".join(words)}')
    return str(value)


def _asks(told: Told, value: object, _: Surroundings) -> None:
    told.touch = _one_of("touch" if value is None else value, ("touch", "tidy")) == "touch"


def _message(told: Told, value: object, around: Surroundings) -> None:
    told.message = told.name.replace("-", " ")
    if value is not None:
        told.message = _text(value, 'words, such as "VIP, silent for {quiet} days"')
    told.sql, told.values = wording.compiled(told.message, around.custom)


def _action(told: Told, value: object, around: Surroundings) -> None:
    told.action = () if told.touch else ("show", "{id}")
    if value is None:
        return
    if (
        not isinstance(value, (list, tuple))
        or not value
        or not all(isinstance(word, str) and word for word in value)
    ):
        raise UsageError('expected a list of words, such as ["log", "call", "{id}"]')
    told.action = tuple(value)
    verb = value[0]
    if verb not in around.commands and " ".join(value[:2]) not in around.commands:
        verbs = {name.split()[0] for name in around.commands}
        near = "; leave out crm" if verb == "crm" else did_you_mean(verb, verbs)
        raise UsageError(f'"{verb}" is no crm command{near or "; crm --help lists them"}')
    strange = next(
        (word for word in value if word != "{id}" and ("{" in word or "}" in word)), None
    )
    if strange:
        raise UsageError(f'"{strange}": only the word {{id}} stands for something, the person')


def _again(told: Told, value: object, _: Surroundings) -> None:
    told.again = "touch" if value is None else str(value)
    if told.again in ("touch", "never"):
        return
    number, unit = (
        (told.again, "d") if isinstance(value, int) else (told.again[:-1], told.again[-1:])
    )
    days = (
        int(number) * _SPANS.get(unit, 0)
        if number.isascii() and number.isdigit() and len(number) < 6
        else 0
    )
    if not 1 <= days <= _MOST_DAYS:
        raise UsageError('expected "touch" (after the next touch), "never", or days such as "30d"')
    told.again, told.days = "days", days


def _why(told: Told, value: object, _: Surroundings) -> None:
    told.why = "" if value is None else _text(value, "words")


def _mutes(told: Told, value: object, _: Surroundings) -> None:
    words = [value] if isinstance(value, str) else () if value is None else value
    if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) for word in words):
        raise UsageError('expected codes or names of rules, such as ["R201"]')
    told.mutes = tuple(words)


# In an order in which each may look at those before it.
KEYS: dict[str, Callable[[Told, object, Surroundings], None]] = {
    "code": _code,
    "name": _name,
    "where": _where,
    "severity": _severity,
    "asks": _asks,
    "message": _message,
    "action": _action,
    "again": _again,
    "why": _why,
    "mutes": _mutes,
}


def _page(told: Told) -> str:
    """The manual page, in the sections that ours have."""
    nobody = "archived or do-not-contact" if told.touch else "archived"
    words = [word if word[:1] + word[-1:] == "{}" else shell.word(word) for word in told.action]
    settle = f"``{' '.join(('crm', *words))}``" if words else "get in touch and log it"
    heard = {
        "touch": "until they were touched and it is so again",
        "never": "for good",
        "days": f"for {told.days} days, counted from the last touch",
    }[told.again]
    return (
        f"{told.message}\n\n"
        f"What it flags: people for whom ``{told.where}`` holds and who are not {nobody}.\n\n"
        f"Why: {told.why or 'you asked for it; its key why may say more.'}\n\n"
        f"Settle: {settle}. ``crm done {told.code}:7`` silences it on contact 7 {heard}.\n\n"
        f"Source: your own rule, {told.place()}."
    )
