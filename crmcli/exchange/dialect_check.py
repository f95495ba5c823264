"""What may stand in a dialect, so that a slip is named at once and not found in the book later."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from crmcli.exchange import headers
from crmcli.exchange.records import NOUNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Fields that only a dialect can fill, because only it knows the system of an id.
_IDS = {
    "contacts": ("external_id", "company_id"),
    "companies": ("external_id",),
    "interactions": ("external_id", "person_id"),
    "deals": ("external_id", "person_id", "company_id"),
    "followups": ("external_id", "person_id"),
}
_NEVER = ("uid", "read_only", "merged", "different")  # a book of ours says these, and nobody else
PARTS = ("address", "city", "region", "postcode", "country")
_ADDRESS = (*PARTS, "label", "label_of", "formatted")
_PAIR = ("label", "value", "field", "custom")
_PAIRED = ("custom", "dates", "phones", "emails", "urls")
INSTEAD = ("deals", "companies", "company_names")
_PARTIES = ("from", "from_id", "to", "to_id")
_GROUPS = ("kinds", "directions", "stages", "lifecycles")
_KEYS = (
    *("name", "about", "system", "nouns", "claims", "guess", "date_order", "footer", "ignored"),
    *("nothing", "system_tags", "custom_dates", "columns", "addresses", "pairs", "rows", "words"),
    *("separators", "times", "stamps", "instead", "parties", "ids"),
)
_ORDERS = ("dmy", "mdy", "ymd")


class DialectError(Exception):
    """Something that may not stand there.

    Attributes:
        keys: what leads to the place, from the outside in.
    """

    def __init__(self, text: str, *keys: str) -> None:
        super().__init__(text)
        self.keys = keys


def check(tables: dict[str, Any]) -> None:
    """Look at every key and value.

    Raises:
        DialectError: the first that is wrong.
    """
    _among(tables, _KEYS, "key")
    for key in ("name", "about", "nouns", "claims", "columns"):
        if key not in tables:
            raise DialectError(f'"{key}" is missing')
    _text(tables["name"], "name")
    _text(tables["about"], "about")
    _text(tables.get("system_tags", "x"), "system_tags")
    if "system" in tables:
        _text(tables["system"], "system")
        if ":" in tables["system"]:
            raise DialectError("a system has no colon", "system")
    if not _is_list(tables["claims"]) or not all(map(_is_texts, tables["claims"])):
        raise DialectError("claims is a list of lists of headers", "claims")
    if not all(tables["claims"]) or not tables["claims"]:
        raise DialectError("a claim without a header would take every file", "claims")
    for key in ("ignored", "custom_dates", "nouns"):
        _texts(tables.get(key, []), key)
    for key in ("guess", "footer"):
        if not isinstance(tables.get(key, False), bool):
            raise DialectError(f"{key} is true or false", key)
    if tables.get("date_order", "dmy") not in _ORDERS:
        raise DialectError(f"date_order is one of {', '.join(_ORDERS)}", "date_order")
    _columns(tables)
    _beside(tables)
    _rows(tables)


def fields(noun: str) -> tuple[str, ...]:
    """The fields that a column of a noun can fill."""
    return tuple(
        dict.fromkeys(
            (*(field for field in headers.fields(noun) if field not in _NEVER), *_IDS[noun])
        )
    )


def _columns(tables: dict[str, Any]) -> None:
    columns = _table(tables["columns"], "columns")
    _among(columns, NOUNS, "noun", "[columns")
    if list(columns) != tables["nouns"]:
        raise DialectError(
            f"nouns says {', '.join(tables['nouns'])}, columns has {', '.join(columns) or 'none'}",
            "nouns",
        )
    for noun, found in columns.items():
        place = f"[columns.{noun}"
        _among(_table(found, place), fields(noun), "field", place)
        for field, theirs in found.items():
            _texts(theirs, place, field)
    ids = [field for noun, found in columns.items() for field in found if field in _IDS[noun]]
    if ids and "system" not in tables:
        raise DialectError('ids need a "system", the name that stands before them', ids[0])


def _beside(tables: dict[str, Any]) -> None:
    for address in _tables(tables, "addresses"):
        _among(address, _ADDRESS, "key", "[[addresses")
        for part in (*PARTS, "formatted"):
            _texts(address.get(part, []), "[[addresses", part)
        for part in ("label", "label_of"):
            _text(address.get(part, "x"), "[[addresses", part)
    for pair in _tables(tables, "pairs"):
        _among(pair, _PAIR, "key", "[[pairs")
        for part in ("label", "value", "field"):
            _text(pair.get(part), "[[pairs", part)
        _texts(pair.get("custom", []), "[[pairs", "custom")
        if pair["field"] not in _PAIRED:
            raise DialectError(
                f"a pair fills one of {', '.join(_PAIRED)}", "[[pairs", pair["field"]
            )
    for key in ("separators", "times", "stamps"):
        for name, value in _table(tables.get(key, {}), f"[{key}").items():
            _text(value, f"[{key}", name)
    for header, cells in _table(tables.get("nothing", {}), "[nothing").items():
        _texts(cells, "[nothing", header)
    words = _table(tables.get("words", {}), "[words")
    _among(words, _GROUPS, "group of words", "[words")
    for group, found in words.items():
        for ours, theirs in _table(found, f"[words.{group}").items():
            _texts(theirs, f"[words.{group}", ours)
    instead = _table(tables.get("instead", {}), "[instead")
    _among(instead, INSTEAD, "key", "[instead")
    for key, value in instead.items():
        _texts(value, "[instead", key)
    ids = _table(tables.get("ids", {}), "[ids")
    _among(ids, ("strip", "length", "path"), "key", "[ids")
    _texts(ids.get("strip", []), "[ids", "strip")
    if type(ids.get("length", 1)) is not int or ids.get("length", 1) < 1:
        raise DialectError("length is a number of characters", "[ids", "length")
    parties = _table(tables.get("parties", {}), "[parties")
    _among(parties, _PARTIES, "key", "[parties")
    for key, value in parties.items():
        _text(value, "[parties", key)
    if parties and "interactions" not in tables["columns"]:
        raise DialectError("parties are those of interactions, which have no columns", "[parties")


def _rows(tables: dict[str, Any]) -> None:
    for rule in _tables(tables, "rows"):
        _among(rule, ("where", "skip", "noun", "set"), "key", "[[rows")
        for header, values in _table(rule.get("where", {}), "[[rows").items():
            _texts(values, "[[rows", header)
        if len({"skip", "noun", "set"} & rule.keys()) != 1:
            raise DialectError("a rule has one of skip, noun, set", "[[rows")
        if rule.get("skip", True) is not True:
            raise DialectError("skip is true", "[[rows", "skip")
        if "noun" in rule and rule["noun"] not in tables["nouns"]:
            raise DialectError(f'noun "{rule["noun"]}" has no columns', "[[rows", rule["noun"])
        allowed = {field for noun in tables["nouns"] for field in headers.fields(noun)}
        for name, value in _table(rule.get("set", {}), "[[rows").items():
            _among((name,), sorted(allowed), "field", "[[rows")
            _text(value, "[[rows", name)


def _among(found: Iterable[str], allowed: Sequence[str], what: str, *keys: str) -> None:
    for name in found:
        if name not in allowed:
            near = difflib.get_close_matches(name, allowed, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(allowed)}"
            raise DialectError(f'{what} "{name}" is not known{hint}', *keys, name)


def _table(value: object, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DialectError(f"{key.strip('[')} is a table", key.strip("["))
    return value


def _tables(tables: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = tables.get(key, [])
    if not _is_list(found) or not all(isinstance(one, dict) for one in found):
        raise DialectError(f"{key} are tables, [[{key}]]", key)
    return list(found)


def _text(value: object, *keys: str) -> None:
    if not isinstance(value, str) or (not value.strip() and keys[0] != "[separators"):
        raise DialectError(f"{keys[-1]} is a text", *keys)


def _texts(value: object, *keys: str) -> None:
    if not _is_texts(value):
        raise DialectError(f"{keys[-1]} is a list of texts", *keys)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)
