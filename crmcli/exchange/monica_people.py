"""A contact of Monica to a person of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange import labels, national
from crmcli.exchange import vcard_words as words
from crmcli.exchange.card_fields import field
from crmcli.exchange.cell_text import lines, text
from crmcli.exchange.fields import NO_COLUMN
from crmcli.exchange.records import ContactRow, Person
from crmcli.exchange.text_source import Left
from crmcli.exchange.vcard_found import Found
from crmcli.exchange.vcard_takers import TAKERS
from crmcli.values import name as names
from crmcli.values import phone

if TYPE_CHECKING:
    from crmcli.exchange.cells import Cells
    from crmcli.exchange.monica_kept import Account

_CUSTOM = {
    "nickname": "nickname", "description": "description", "food_preferences": "food preferences",
    "first_met_additional_info": "how we met", "first_met_where": "where we met", "pronoun": "pronoun",
}  # fmt: skip
_LONGEST = 3650  # days of a cadence
_GENDERS = {"M": "male", "F": "female", "O": "other", "U": "", "N": ""}


def contact(line: int, one: dict[str, Any], account: Account, cells: Cells) -> ContactRow | Left:
    """Make a person; contact fields become e-mails, phones, links and custom fields.

    Raises:
        InvalidValueError: nothing says who it is.
    """
    if one.get("is_partial") is True:
        return Left("a relative of somebody, known by name only")
    found = Found(cells)
    given, family = text(said(one, "first_name")), text(said(one, "last_name"))
    for each in (*listed(one, "contact_field", "contactFields", "contact_fields"),):
        _channel(found, each, account.kinds)
    for each in listed(one, "address", "addresses"):
        _address(found, each)
    _custom(found, one, account)
    tags = [said(tag, "name") or str(tag) for tag in array(one, "tags")]
    tags += ["starred"] if one.get("is_starred") is True else []
    career = inner(one, "career")
    emails = cells.emails([value for _, value, _ in found.emails]) if found.emails else ()
    name = text(shown_name(one) or said(one, "name", "nickname"))
    main, others = found.places(own=False)
    of_country = national.by_country(cells)
    phones = of_country(main.country, [value for _, value, _ in found.phones])
    if not (name or emails or phones):
        raise InvalidValueError("no name, e-mail or phone")
    dates = tuple(
        (kind, day, None) for kind, key in (("first met", "first_met_date"), ("died", "deceased_date"))
        if (day := _day(one, key, cells))
    )  # fmt: skip
    created, updated = (instant(one, key, cells) for key in ("created_at", "updated_at"))
    often = said(one, "stay_in_touch_frequency")
    return ContactRow(
        line, external_id=f"monica:{whose(one)}" if whose(one) else None, name=name, given=given, family=family,
        company=text(said(career, "company") or said(one, "company")), title=text(said(career, "job") or said(one, "job")),
        emails=emails, phones=phones, urls=tuple(dict.fromkeys(found.urls)),
        address=main.address, city=main.city, region=main.region, postcode=main.postcode, country=main.country, addresses=tuple(others),
        birthday=_day(one, "birthdate", cells), dates=dates, tags=tuple(dict.fromkeys(filter(None, map(text, tags)))),
        cadence=int(often) if often.isdecimal() and 0 < int(often[:5]) <= _LONGEST else None,
        referred_by=text(account.name(said(one, "first_met_through"))),
        do_not_contact=True if one.get("is_dead") is True else None,
        archived_at=updated or created if one.get("is_active") is False else None,
        created_at=created, updated_at=updated, custom=found.custom or None, address_label=main.label,
        phone_labels=labels.of_values([one[1:] for one in found.phones], phones, lambda value: of_country(main.country, [value]), phone.spelled),
    )  # fmt: skip


def shown_name(one: dict[str, Any]) -> str:
    """The name of a contact; empty without one."""
    parts = (said(one, key) for key in ("first_name", "middle_name", "last_name"))
    return names.join(*parts) or said(one, "complete_name")


def _custom(found: Found, one: dict[str, Any], account: Account) -> None:
    """What has no field of ours: what it says of itself, what others are to it, its animals."""
    for key, field_name in _CUSTOM.items():
        found.keep(words.free(field_name), said(one, key))
    gender = said(one, "gender")
    gender = account.kinds.get(gender, gender)
    found.keep("gender", _GENDERS.get(gender, gender))
    for kind, who in account.relations(whose(one)):
        found.keep(words.free(kind), who)
    for pet in listed(one, "pet", "pets"):
        stated = pet.get("category") or pet.get("pet_category") or ""
        kind = said(stated, "name") if isinstance(stated, dict) else str(stated)
        found.keep("pets", " ".join(filter(None, (said(pet, "name"), f"({kind})" if kind else ""))))


def _channel(found: Found, each: dict[str, Any], kinds: dict[str, str]) -> None:
    value = said(each, "data", "content")
    stated = each.get("contact_field_type") or each.get("type") or ""
    kind = said(stated, "type", "name") if isinstance(stated, dict) else str(stated)
    kind = kinds.get(kind, kind).lower()
    if kind in ("email", "e-mail") or ("@" in value and kind not in ("twitter", "mastodon")):
        found.emails.append((101, value, None))
    elif kind in ("phone", "mobile", "telephone"):
        found.phones.append((101, value, "mobile" if kind == "mobile" else None))
    elif value.lower().startswith(("http:", "https:")):
        found.urls.append(value)
    elif value:
        found.keep(words.free(kind or "contact field"), value)


def _address(found: Found, each: dict[str, Any]) -> None:
    land = each.get("country") or ""
    country = said(land, "iso", "name") if isinstance(land, dict) else str(land)
    parts = (said(each, key) for key in ("street", "city", "province"))
    code = said(each, "postal_code")
    found.labels["address"] = said(each, "name")
    one = field("ADR", "", "", *parts, code, country)
    TAKERS["ADR"](found, one._replace(group="address"))


def _day(one: dict[str, Any], key: str, cells: Cells) -> str | None:
    """A day of Monica: text, or an object that may say that its year is not known."""
    value = one.get(key) or inner(inner(one, "dates"), key) or inner(inner(one, "how_you_met"), key)
    if isinstance(value, dict):
        if value.get("is_age_based") is True:
            return None
        day = said(value, "date")[:10]
        return cells.key_date(
            f"-{day[4:]}" if value.get("is_year_unknown") is True else day, NO_COLUMN
        )
    return cells.key_date(str(value)[:10], NO_COLUMN) if value else None


def whose(one: dict[str, Any]) -> str:
    """The id of a contact, without a colon to part it."""
    return said(one, "uuid", "id")[:200]


def person(one: dict[str, Any]) -> Person:
    """Whom an event is about: the contact that it stands in."""
    return Person(external_id=f"monica:{whose(one)}" if whose(one) else None, name=text(shown_name(one)))  # fmt: skip


def instant(one: dict[str, Any], key: str, cells: Cells) -> str | None:
    """A moment as it is stored; a bad one is none."""
    value = said(one, key)
    return cells.instant(value, NO_COLUMN) if len(value) >= 10 and value[4:5] == "-" else None


def said(one: Any, *keys: str) -> str:
    """The first of some keys that has a text or number; empty without one."""
    for key in keys:
        value = one.get(key) if isinstance(one, dict) else None
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return lines(str(value)) or ""
    return ""


def inner(one: dict[str, Any], key: str) -> dict[str, Any]:
    """An object in an object, also in the "information" of the API."""
    for place in (one, one.get("information")):
        value = place.get(key) if isinstance(place, dict) else None
        if isinstance(value, dict):
            return value
    return {}


def array(one: dict[str, Any], key: str) -> list[Any]:
    """The list under a key; an empty one where there is none."""
    value = one.get(key)
    return value if isinstance(value, list) else []


def listed(one: dict[str, Any], *keys: str) -> list[dict[str, Any]]:
    """The objects under some keys, flat."""
    found = []
    for key in keys:
        for each in array(one, key):
            if isinstance(each, dict):
                properties = each.get("properties")
                found.append(each | (properties if isinstance(properties, dict) else {}))
    return found
