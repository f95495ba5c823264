"""From a field and its values to SQL: one small function for each kind of ``fields.py``.

A condition is SQL over ``contacts c`` with ``?`` and the values to bind, in order. It may be NULL for
a person without the value; what negates it must say ``IS NOT TRUE``.
"""

from __future__ import annotations

from crmcli.errors import CrmError, UsageError
from crmcli.query import fields, ranges
from crmcli.query.errors import did_you_mean
from crmcli.query.sql import INDEXED, join, match_string
from crmcli.values.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from crmcli.query.fields import Column
    from crmcli.query.sql import Condition
    from crmcli.query.tree import Field, Word

_MOST_MATCHES = 16  # that the index is asked for at once; FTS5 bounds the depth of its queries
_FLAGS = {"yes": 1, "true": 1, "on": 1, "1": 1, "no": 0, "false": 0, "off": 0, "0": 0}


class Setting:
    """What the meaning of values depends on besides the query.

    Attributes:
        today: the owner's civil date.
        tz: the owner's time zone, None for the system's.
        order: ``dmy`` or ``mdy`` where the config settles it.
        names: every folded way to write a field, and the field's own name.
    """

    __slots__ = ("names", "order", "today", "tz")

    def __init__(
        self, today: date, tz: str | None, order: str | None, names: Mapping[str, str]
    ) -> None:
        self.today = today
        self.tz = tz
        self.order = order
        self.names = names


class MisfitError(UsageError):
    """A value that its field cannot be compared with.

    Attributes:
        value: the value, with its place in the query.
    """

    def __init__(self, problem: str, value: Word) -> None:
        super().__init__(problem)
        self.value = value


def compare(field: Field, setting: Setting) -> Condition:
    """Return the condition that one of the field's values fits.

    Raises:
        MisfitError: the field cannot be compared with a value.
    """
    column = fields.column(field.name)
    kind = KINDS[column.kind]
    outer: list[Condition] = []
    fitting: list[Condition] = []
    matches: list[str] = []
    for value in field.values:
        wanted = "" if value.quoted or column.kind in ("is", "has") else value.text.lower()
        if wanted in ("none", "any"):
            outer.append(presence(column, wanted=wanted == "any"))
            continue
        try:
            fitting.append(kind(column, value, setting))
        except CrmError as error:
            raise MisfitError(str(error), value) from None
        matches.append("" if ranges.is_range(value) else match_string(value.text))
    if fitting:
        outer.append(_inside(column, _either(fitting), matches))
    return _either(outer)


def presence(column: Column, *, wanted: bool) -> Condition:
    """Return the condition that the field has a value, or that it has none."""
    sql = column.present if wanted else f"({column.present}) IS NOT TRUE"
    return sql, list(column.params)


def _either(conditions: list[Condition]) -> Condition:
    """Join with OR; equal comparisons with single values become one IN."""
    same: dict[str, list[object]] = {}
    parts: list[str] = []
    params: list[object] = []
    for sql, values in conditions:
        if sql.endswith(" = ?"):
            same.setdefault(sql, []).extend(values)
        else:
            parts.append(sql)
            params += values
    for sql, values in same.items():
        marks = ", ".join("?" * len(values))
        parts.append(sql if len(values) == 1 else f"{sql.removesuffix(' = ?')} IN ({marks})")
        params += values
    return join(parts, "OR"), params


def _inside(column: Column, condition: Condition, matches: list[str]) -> Condition:
    """Put the comparison where the value lives, behind the index where that holds its words."""
    sql, params = condition
    if column.inside:
        sql, params = column.inside.replace("{}", sql), [*column.params, *params]
    if not column.index or not all(matches) or len(matches) > _MOST_MATCHES:
        return sql, params
    match = f"{column.index} : ({' OR '.join(f'({match})' for match in matches)})"
    return f"({INDEXED} AND {sql})", [match, *params]


def _text(column: Column, value: Word, _: Setting) -> Condition:
    tokens = words(value.text)
    if not tokens:
        return f"instr({column.sql}, ?)", [value.text]
    return f"has_words({column.sql}, ?)", [" ".join(tokens)]


def _custom(column: Column, value: Word, setting: Setting) -> Condition:
    """Compare numbers with a range of numbers, dates with a range of days, else words."""
    ends = ranges.split_range(value)
    if ends is None:
        return _text(column, value, setting)
    try:
        low, high = (ranges.amount(end) / 10_000 if end else None for end in ends)
    except UsageError:
        sql, params = _past(column, value, setting)
        return f"({column.sql} GLOB '[0-9][0-9][0-9][0-9]-*' AND {sql})", params
    sql, params = ranges.between(f"CAST({column.sql} AS REAL)", low, high, upper="<=")
    return f"({column.sql} GLOB '[-+.0-9]*' AND {sql})", params


def _word(column: Column, value: Word, _: Setting) -> Condition:
    return f"{column.sql} COLLATE NOCASE = ?", [value.text]


def _folded(column: Column, value: Word, _: Setting) -> Condition:
    return f"{column.sql} = ?", [fold(value.text.removeprefix("+"))]


def _country(column: Column, value: Word, setting: Setting) -> Condition:
    from crmcli.values.country import code

    known = code(value.text)
    return _word(column, value, setting) if known is None else (f"{column.sql} = ?", [known])


def _digits(column: Column, value: Word, _: Setting) -> Condition:
    digits = "".join(words(value.text)).lstrip("0")
    if not (digits.isascii() and digits.isdigit()):
        raise UsageError(f'"{value.text}" is not the digits of a phone')
    return f"instr({column.sql}, ?)", [digits]


def _lifecycle(column: Column, value: Word, _: Setting) -> Condition:
    return f"{column.sql} = ?", [_one_of(value.text, fields.LIFECYCLES, "lifecycle")]


def _one_of(text: str, known: Sequence[str], what: str) -> str:
    name = fold(text)
    if name not in known:
        near = did_you_mean(name, known) or f"; there are {', '.join(known)}"
        raise UsageError(f'unknown {what} "{text}"{near}')
    return name


def _flag(column: Column, value: Word, _: Setting) -> Condition:
    flag = _FLAGS.get(fold(value.text))
    if flag is None:
        raise UsageError(f'"{value.text}" is neither yes nor no')
    return f"{column.sql} = ?", [flag]


def _number(column: Column, value: Word, _: Setting) -> Condition:
    return ranges.compare_numbers(column.sql, value)


def _money(column: Column, value: Word, _: Setting) -> Condition:
    return ranges.compare_numbers(column.sql, value, read=ranges.amount)


def _days(column: Column, value: Word, _: Setting) -> Condition:
    return ranges.compare_numbers(column.sql, value, read=ranges.length)


def _past(column: Column, value: Word, setting: Setting) -> Condition:
    return _between_days(column, value, setting, ranges.PAST)


def _future(column: Column, value: Word, setting: Setting) -> Condition:
    return _between_days(column, value, setting, ranges.FUTURE)


def _between_days(column: Column, value: Word, setting: Setting, sign: int) -> Condition:
    first, end = ranges.window(value, today=setting.today, sign=sign, order=setting.order)
    return ranges.between(column.sql, first and first.isoformat(), end and end.isoformat())


def _instant(column: Column, value: Word, setting: Setting) -> Condition:
    from crmcli.values.dates import day_bounds

    first, end = ranges.window(value, today=setting.today, sign=ranges.PAST, order=setting.order)
    low, high = (day and day_bounds(day, setting.tz)[0] for day in (first, end))
    return ranges.between(column.sql, low, high)


def _quiet(column: Column, value: Word, setting: Setting) -> Condition:
    """Count days without a touch: a length alone means that long or longer."""
    ends = ranges.split_range(value) or (value.text, "")
    latest, earliest = (end and ranges.back(end, setting.today).isoformat() for end in ends)
    if latest and earliest and latest < earliest:
        raise UsageError(f"the range ends before it starts; write {ends[1]}..{ends[0]}")
    return ranges.between(column.sql, earliest or None, latest or None, upper="<=")


def _yearly(column: Column, value: Word, setting: Setting) -> Condition:
    return ranges.anniversaries(column.sql, value, today=setting.today, order=setting.order)


def _key_date(column: Column, value: Word, setting: Setting) -> Condition:
    """Compare the kind where the value is a word, else the day."""
    if value.quoted or (value.text.isalpha() and not ranges.is_day_word(value.text)):
        return "kind COLLATE NOCASE = ?", [value.text]
    return _yearly(column, value, setting)


def _person(column: Column, value: Word, _: Setting) -> Condition:
    if value.text.isascii() and value.text.isdigit():
        return f"{column.sql} = ?", [ranges.number(value.text)]
    match = match_string(value.text)
    if not match:
        raise UsageError(f'"{value.text}" names nobody; write an id, a name or an e-mail')
    return INDEXED.replace("c.id", column.sql), [f"{{name facts}} : ({match})"]


def _said(column: Column, value: Word, _: Setting) -> Condition:
    match = match_string(value.text)
    if match:
        return f"{column.sql} MATCH ?", [match]
    return "(instr(f.subject, ?) OR instr(f.text, ?))", [value.text] * 2


def _is(_: Column, value: Word, __: Setting) -> Condition:
    name = _one_of(value.text, (*fields.LIFECYCLES, *fields.STATES), "state")
    return (fields.STATES[name], []) if name in fields.STATES else ("c.lifecycle = ?", [name])


def _has(_: Column, value: Word, setting: Setting) -> Condition:
    name = setting.names.get(fold(value.text))
    if name is None or name in ("is", "has"):
        raise UsageError(
            f'unknown field "{value.text}"{did_you_mean(fold(value.text), setting.names)}'
        )
    return presence(fields.column(name), wanted=True)


def _rule(_: Column, value: Word, __: Setting) -> Condition:
    code = value.text.upper()
    return (
        "c.id IN (SELECT contact_id FROM found WHERE substr(code, 1, ?) = ? OR name = ?)",
        [len(code), code, value.text.lower()],
    )


KINDS: dict[str, Callable[[Column, Word, Setting], Condition]] = {
    "text": _text,
    "custom": _custom,
    "word": _word,
    "folded": _folded,
    "country": _country,
    "digits": _digits,
    "lifecycle": _lifecycle,
    "flag": _flag,
    "number": _number,
    "money": _money,
    "days": _days,
    "past": _past,
    "future": _future,
    "instant": _instant,
    "quiet": _quiet,
    "yearly": _yearly,
    "key_date": _key_date,
    "person": _person,
    "said": _said,
    "is": _is,
    "has": _has,
    "rule": _rule,
}
