"""What each field of a contact can be: text as typed to the value as stored, or one clear refusal.

Used wherever people type fields: add, edit with flags, edit with TOML, --set.
"""

from __future__ import annotations

from crmcli.errors import InvalidValueError, UsageError
from crmcli.values.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import date
    from typing import Any

LIFECYCLES = ("lead", "prospect", "customer", "loyal", "lapsed", "partner", "other")
CHANNELS = ("call", "email", "message", "meeting", "visit", "post")

# Fields that are read, never set by hand.
READ_ONLY = frozenset(
    "id uid created_at updated_at archived_at last last_kind last_text next value orders quiet consents verified_channels dead_channels merged different addresses email_labels phone_labels".split()  # noqa: SIM905 - reads as a list of words
)


class Checker:
    """Checks fields as this owner types them.

    Args:
        db: to find whom ``referred_by`` names.
        today: civil; birthdays lie before it.
        region: country of phones without a prefix, ISO alpha-2, or None.
        order: date order of the config, or None.
    """

    def __init__(
        self, db: sqlite3.Connection, *, today: date, region: str | None, order: str | None
    ) -> None:
        self.db = db
        self.today = today
        self.region = region
        self.order = order

    def check(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked values of ``raw``, whose None and empty lists are left out.

        Raises:
            InvalidValueError: a value that its field cannot hold; the message names the field.
        """
        if raw.get("country"):  # numbers without a prefix are of the person's own country
            from crmcli.values import country

            self.region = country.code(str(raw["country"])) or self.region
        checked: dict[str, Any] = {}
        for field, value in raw.items():
            if value is None or value in ([], ()):
                continue
            checked[field] = self._one(field, value)
        return checked

    def _one(self, field: str, value: Any) -> Any:
        check = _CHECKS.get(field)
        if check is None:
            if field in READ_ONLY:
                raise InvalidValueError(f"{field} is read-only")
            raise UsageError(f'unknown field "{field}"; set one of your own with --set {field}=…')
        try:
            return check(self, value)
        except InvalidValueError as error:
            message = str(error)
            raise InvalidValueError(
                message if field in message else f"{field}: {message}"
            ) from None

    def merged(self, raw: Mapping[str, Any], given: list[str]) -> dict[str, Any]:
        """Return ``raw`` with what ``--set`` says: lists are added to, all else is replaced."""
        merged = dict(raw)
        for field, value in self.pairs(given).items():
            more = isinstance(value, list)
            merged[field] = [*(merged.get(field) or []), *value] if more else value
        return merged

    def pairs(self, given: list[str] | None) -> dict[str, Any]:
        """Read ``--set FIELD=VALUE``: known fields by name, all others custom.

        Raises:
            UsageError: no equals sign.
        """
        fields: dict[str, Any] = {}
        for pair in given or ():
            name, equals, value = pair.partition("=")
            name = clean(name)
            if not equals or not name:
                raise UsageError(f'--set takes FIELD=VALUE, not "{pair}"')
            known = ALIASES.get(name, name)
            if known in _CHECKS:
                plural = known in _LISTS
                fields[known] = [*fields.get(known, []), value] if plural else value
            elif known in READ_ONLY:
                raise InvalidValueError(f"{name} is read-only")
            else:
                fields.setdefault("custom", {})[name] = clean(value, multiline=True)
        return fields


def _text(_: Checker, value: str) -> str:
    return clean(value)


def _lines(_: Checker, value: str) -> str:
    return clean(value, multiline=True)


def _name(_: Checker, value: str) -> str:
    text = clean(value)
    if not text:
        raise InvalidValueError("name is empty")
    return text


def _emails(_: Checker, values: list[str]) -> list[str]:
    from crmcli.values import email

    return [email.parse(value) for value in values]


def _phones(self: Checker, values: list[str]) -> list[Any]:
    from crmcli.values import phone

    return [phone.parse(value, self.region) for value in values]


def _urls(_: Checker, values: list[str]) -> list[str]:
    urls = [clean(value) for value in values]
    for url in urls:
        if " " in url or "." not in url:
            raise InvalidValueError(f'"{url}" is not a web address')
    return urls


def _birthday(self: Checker, value: str) -> str:
    from crmcli.values.key_dates import parse_key_date, sane

    return sane(parse_key_date(value, self.order))


def _dates(self: Checker, values: list[str]) -> list[tuple[str, str, int | None]]:
    from crmcli.values import key_dates

    found = []
    for value in values:
        called, equals, day = value.rpartition("=")
        kind = key_dates.kind(called)
        if not equals or not kind:
            raise InvalidValueError(
                f'a key date is KIND=DATE, such as renewal=2026-12-31, not "{value}"'
            )
        day, slash, notice = day.partition("/")
        days = notice.removesuffix("d")
        if slash and not (days.isascii() and days.isdigit() and len(days) < 5):
            raise InvalidValueError(f'the notice period is days, such as 30d, not "{notice}"')
        on = key_dates.sane(key_dates.parse_key_date(day, self.order))
        found.append((kind, on, int(days) if slash else None))
    return found


def _country(_: Checker, value: str) -> str:
    from crmcli.values import country

    return country.code(value) or clean(value)


def _currency(_: Checker, value: str) -> str:
    from crmcli.values import money

    return money.currency(value)


def _language(_: Checker, value: str) -> str:
    text = clean(value).casefold()
    if not (text.isascii() and 2 <= len(text) <= 11 and text.replace("-", "").isalnum()):
        raise InvalidValueError(f'"{value}" is not a language code such as pl, de or en')
    return text


def _choice(names: tuple[str, ...], what: str) -> Callable[[Checker, str], str]:
    def check(_: Checker, value: str) -> str:
        text = fold(clean(value))
        if text not in names:
            raise InvalidValueError(f'"{value}" is not a {what}; one of {", ".join(names)}')
        return text

    return check


def _cadence(_: Checker, value: str | int) -> int:
    text = clean(str(value)).casefold()
    number = text.rstrip("dwmy")
    unit = text[len(number) :] or "d"
    days = {"d": 1, "w": 7, "m": 30, "y": 365}.get(unit)
    if (
        days is None
        or not (number.isascii() and number.isdigit() and len(number) < 6)
        or not 0 < int(number) * days <= 3660
    ):
        raise InvalidValueError(f'"{value}" is not a cadence; write days or a span: 30d, 6w, 3m')
    return int(number) * days


def _tags(_: Checker, values: list[str]) -> list[str]:
    from crmcli.store import tags

    return [tags.checked(value) for value in values]


def _referred_by(self: Checker, value: str | int) -> int:
    from crmcli.store import who

    return who.get(self.db, str(value), region=self.region)


def _yes(_: Checker, value: Any) -> int:
    text = str(value).casefold()
    if text in ("1", "true", "yes", "y"):
        return 1
    if text in ("0", "false", "no", "n"):
        return 0
    raise InvalidValueError(f'"{value}" is not yes or no')


def _day(self: Checker, value: str) -> str:
    from crmcli.values.dates import parse_import_date

    day = parse_import_date(value, self.order)
    if day is None:
        raise InvalidValueError("the date is empty")
    return day[:10]


_LISTS = frozenset(("emails", "phones", "urls", "tags", "dates"))
ALIASES = {"email": "emails", "phone": "phones", "url": "urls", "tag": "tags", "date": "dates"}
_CHECKS: dict[str, Callable[[Checker, Any], Any]] = {
    "name": _name,
    "given": _text,
    "family": _text,
    "company": _text,
    "title": _text,
    "emails": _emails,
    "phones": _phones,
    "urls": _urls,
    "address_label": _text,
    "address": _lines,
    "city": _text,
    "region": _text,
    "postcode": _text,
    "country": _country,
    "birthday": _birthday,
    "dates": _dates,
    "language": _language,
    "currency": _currency,
    "channel": _choice(CHANNELS, "channel"),
    "lifecycle": _choice(LIFECYCLES, "lifecycle"),
    "cadence": _cadence,
    "tags": _tags,
    "source": _text,
    "referred_by": _referred_by,
    "note": _lines,
    "do_not_contact": _yes,
    "verified_on": _day,
    "notice_on": _day,
    "custom": lambda _, value: value,
}
