"""What each kind of setting accepts, and the form that the rest of crm gets it in.

``check(kind, value)`` takes a value as TOML gives it and raises ValueError with what was expected.
"""

from __future__ import annotations

import os
from datetime import date, datetime

from crmcli.config.settings import KEEP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CERTAIN = {"won": 100, "lost": 0}  # the stages in which a deal ends
_ZONES = "/usr/share/zoneinfo"


def check(kind: str, value: object) -> object:
    """Return the value in its working form.

    Lists become tuples; ``days`` is a whole number, 0 for none; ``kind`` is ``{"touch": bool}``;
    ``rate`` is a number, or numbers by ISO day in order of time.

    Raises:
        ValueError: with what is expected, to stand behind the word "expected".
    """
    if "|" in kind:
        words = kind.split("|")
        if str(value) not in words:
            raise ValueError(" or ".join(f'"{word}"' for word in words))
        return str(value)
    return _CHECKS[kind](value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError('text, such as "Anna"')
    return value.strip()


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise ValueError('a list of texts, such as ["one", "two"]')
    return tuple(one.strip() for one in value if one.strip())


def _codes(value: object) -> tuple[str, ...]:
    return tuple(code for text in _texts(value) for code in text.replace(",", " ").split())


def _emails(value: object) -> tuple[str, ...]:
    found = _texts(value)
    for address in found:
        name, at, domain = address.rpartition("@")
        if not (name and at and domain) or any(char.isspace() for char in address):
            raise ValueError('a list of e-mail addresses, such as ["me@shop.example"]')
    return found


def _letters(value: object, count: int) -> str | None:
    if isinstance(value, str) and len(value) == count and value.isascii() and value.isalpha():
        return value
    return None


def _country(value: object) -> str:
    code = _letters(value, 2)
    if not code:
        raise ValueError('a country code of two letters, such as "PL"')
    return code.upper()


def _holidays(value: object) -> str:
    text = value if isinstance(value, str) else ""
    if text == "none":
        return text
    country, dash, region = text.partition("-")
    bare = region.replace(" ", "").replace("-", "")
    if not _letters(country, 2) or (dash and not bare.isalnum()):
        raise ValueError('a country such as "PL", with a region "DE-BY", or "none"')
    return country.upper() + dash + region


def _currency(value: object) -> str:
    code = _letters(value, 3)
    if not code:
        raise ValueError('a currency code of three letters, such as "EUR"')
    return code.upper()


def _language(value: object) -> str:
    bare = value.partition("-")[0] if isinstance(value, str) else value
    if not (_letters(bare, 2) or _letters(bare, 3)):
        raise ValueError('a language code, such as "pl"')
    return str(value).lower() if bare == value else str(value)


def _languages(value: object) -> tuple[str, ...]:
    found = tuple(_language(one) for one in _texts(value))
    if not found:
        raise ValueError('a list of language codes, such as ["pl", "en"]')
    return found


def _zone(value: object) -> str:
    text = value if isinstance(value, str) else ""
    parts = text.split("/")
    plain = all(
        part and part.replace("_", "a").replace("-", "a").replace("+", "a").isalnum()
        for part in parts
    )
    if not plain or not text.isascii() or not _is_zone(text, parts):
        raise ValueError('a time zone, such as "Europe/Warsaw"')
    return text


def _is_zone(text: str, parts: list[str]) -> bool:
    if os.path.isfile(os.path.join(_ZONES, *parts)):
        return True
    # Only where the system keeps no such file: the import costs more than the question is worth.
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return False
    return True


def _whole(value: object, low: int, high: int) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    return None


def _count(value: object) -> int:
    number = _whole(value, 0, 10_000)
    if number is None:
        raise ValueError("a whole number from 0 to 10000")
    return number


def _keep(value: object) -> int | dict[str, int]:
    if not isinstance(value, dict):
        return _count(value)
    if not set(value) <= set(KEEP) or any(_whole(one, 0, 10_000) is None for one in value.values()):
        raise ValueError("a number, or { daily = 7, weekly = 5, monthly = 12, before = 5 }")
    return {**dict.fromkeys(KEEP, 0), **value}


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 - what a setting's checker raises
    return value


def _days(value: object) -> int:
    if isinstance(value, str):
        if value == "none":
            return 0
        step = {"d": 1, "w": 7}.get(value[-1:])
        if step and value[:-1].isascii() and value[:-1].isdigit() and len(value) < 7:
            value = int(value[:-1]) * step
    number = _whole(value, 0, 3660)
    if number is None:
        raise ValueError('days, such as 30, "30d" or "6w"; 0 for none')
    return number


def _weekdays(value: object) -> tuple[str, ...]:
    found = []
    for word in _texts(value):
        full = [day for day in WEEKDAYS if len(word) >= 3 and day.startswith(word.lower())]
        if not full:
            raise ValueError('weekdays, such as ["saturday", "sunday"]')
        found.append(full[0])
    if len(set(found)) == 7:
        raise ValueError("at least one day of the week to work on")
    return tuple(found)


def _day(value: object) -> date | None:
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _dates(value: object) -> tuple[date, ...]:
    items = value if isinstance(value, (list, tuple)) else [value]
    found = [day for day in map(_day, items) if day]
    if len(found) != len(items):
        raise ValueError("a list of dates, such as [2026-12-25, 2026-12-26]")
    return tuple(sorted(found))


def _kind(value: object) -> dict[str, bool]:
    touch = value.get("touch") if isinstance(value, dict) and len(value) == 1 else value
    if touch is True or touch is False:
        return {"touch": touch}
    raise ValueError("{ touch = true } or { touch = false }")


def _stages(value: object) -> tuple[dict[str, Any], ...]:
    found: dict[str, dict[str, Any]] = {}
    spelled: dict[str, str] = {"won": "won", "lost": "lost"}
    for row in (isinstance(value, (list, tuple)) and value) or [{}]:
        stage = _stage(row if isinstance(row, dict) else {})
        if stage["name"] in found:
            raise ValueError(f'each stage once, not "{stage["name"]}" twice')
        name = stage["name"]
        if spelled.setdefault(name.casefold(), name) != name:
            raise ValueError(
                f'stages that differ in more than case, not "{name}" beside "{spelled[name.casefold()]}"'
            )
        found[name] = stage
    for name in ("won", "lost"):
        found.setdefault(name, _stage({"name": name}))
    return tuple(found.values())


def _stage(row: dict[str, Any]) -> dict[str, Any]:
    name, rot = row.get("name"), row.get("rot")
    if (
        not isinstance(name, str)
        or not name.strip()
        or not set(row) <= {"name", "probability", "rot", "quote"}
        or row.get("quote", False) not in (True, False)
    ):
        raise ValueError(
            'stages such as { name = "new", probability = 10, rot = 30 }, with quote = true where a quote was sent'
        )
    chance = _whole(row.get("probability", _CERTAIN.get(name, 0)), 0, 100)
    if chance is None or (rot is not None and _whole(rot, 1, 3660) is None):
        raise ValueError(
            f'in stage "{name}" a probability from 0 to 100 and a rot of 1 day or more'
        )
    certain = _CERTAIN.get(name.strip(), chance)
    if chance != certain:
        raise ValueError(
            f'in stage "{name}" a probability of {certain}, or none: it is the end of a deal'
        )
    return {
        "name": name.strip(),
        "probability": chance,
        "rot": rot,
        "quote": bool(row.get("quote")),
    }


def _rate(value: object) -> float | dict[str, float]:
    if not isinstance(value, dict):
        return _number(value)
    days = {_day(key): _number(rate) for key, rate in value.items()}
    if not days or None in days:
        raise ValueError("rates by the day they start, such as { 2026-01-01 = 3.60 }")
    return {day.isoformat(): days[day] for day in sorted(filter(None, days))}


def _number(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e12:
        return float(value)
    raise ValueError("a number above 0: what one unit is worth in your currency")


def _option(value: object) -> object:
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(one, (str, int, float, bool, date)) for one in items):
        raise ValueError("text, a number, a date, true, false or a list of them")
    return tuple(items) if isinstance(value, list) else value


def _rules(value: object) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(row, dict) for row in value):
        raise ValueError("[[rule]] tables")
    return tuple(value)


_CHECKS: dict[str, Callable[[object], object]] = {
    "text": _text,
    "path": _text,
    "texts": _texts,
    "codes": _codes,
    "emails": _emails,
    "country": _country,
    "holidays": _holidays,
    "currency": _currency,
    "language": _language,
    "languages": _languages,
    "zone": _zone,
    "count": _count,
    "keep": _keep,
    "switch": _switch,
    "days": _days,
    "weekdays": _weekdays,
    "dates": _dates,
    "kind": _kind,
    "stages": _stages,
    "rate": _rate,
    "option": _option,
    "rules": _rules,
}
