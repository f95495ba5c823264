"""What each property of a vCard fills."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmcli.exchange import labels
from crmcli.exchange import vcard_words as words
from crmcli.exchange.cell_text import lines, text
from crmcli.exchange.records import Address
from crmcli.values import key_dates

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.vcard_cards import Property
    from crmcli.exchange.vcard_found import Found

_UUID = re.compile(r"[0-9A-Fa-f-]{32,36}")
_NOT_CALLED = {"fax": "fax", "pager": "pager", "bbs": "modem", "modem": "modem", "telex": "telex", "x-telex": "telex"}  # fmt: skip
_DAYS = re.compile(r"[0-9]{1,4}")
_CALLED = frozenset(("voice", "cell", "iphone", "main"))


def _name(found: Found, one: Property) -> None:
    if words.GUESSED in one.params:
        return
    family, given, middle, prefix, suffix = map(text, [*one.parts, "", "", "", ""][:5])
    if family or given or middle:
        found.family, found.given, found.middle = family, given, middle
    found.affixes = prefix, suffix


def _full(found: Found, one: Property) -> None:
    found.full = found.full or text(one.text)


def _organisation(found: Found, one: Property) -> None:
    company, *units = (text(part) for part in one.parts)
    if found.company and company:
        found.keep("company (vCard)", company)
    found.company = found.company or company
    for unit in filter(None, units):
        found.keep("department", unit)


def _title(found: Found, one: Property) -> None:
    if found.title:
        found.keep("title (vCard)", one.text)
    found.title = found.title or text(one.text)


def _email(found: Found, one: Property) -> None:
    if value := one.text.strip():
        found.emails.append((one.preference, value, _called(found, one)))


def _telephone(found: Found, one: Property) -> None:
    value = one.text.strip()
    if value[:4].lower() == "tel:":
        value, _, context = value[4:].partition(";phone-context=")
        if context.startswith("+") and not value.startswith("+"):
            value = context.partition(";")[0] + value
    types, label = one.types, found.labels.get(one.group, "")
    kind = next((name for mark, name in _NOT_CALLED.items() if mark in types), None)
    if kind is None and ("fax" in label.lower() or "fax" in "".join(types)):
        kind = "fax"
    # Outlook calls its pagers a voice; a fax that is a voice too is a phone.
    if kind and (kind == "pager" or types.isdisjoint(_CALLED)):
        found.keep(kind, value)
    elif value:
        found.phones.append((one.preference, value, _called(found, one)))


def _called(found: Found, one: Property) -> str | None:
    """How an e-mail or phone is called: as somebody wrote beside it, else as its types say."""
    if written := found.labels.get(one.group, ""):
        return text(written) if found.is_ours else labels.ours(written)
    if not (types := one.types - words.NO_LABELS):
        return None
    places = [known for known in labels.PLACES if known in types]
    kinds = [known for name, known in words.TYPES.items() if name in types]
    if places or kinds:
        return " ".join([*places[:1], *kinds[:1]])
    free = min(types).removeprefix("x-")
    return labels.ours(free)


def _address(found: Found, one: Property) -> None:
    box, more, street, city, region, postcode, country = [*one.parts, *[""] * 7][:7]
    whole = lines("\n".join(filter(None, (street.strip(), more.strip(), box.strip()))))
    country = country.strip() or found.countries.get(one.group, "")
    types = one.types
    label = next((known for known in ("home", "work") if known in types), None)
    written = found.labels.get(one.group, "")
    place = Address(
        label or (text(written) if found.is_ours else labels.ours(written)),
        whole, text(city), text(region), text(postcode), found.cells.country(country),
    )  # fmt: skip
    if any((whole, place.city, place.region, place.postcode, place.country)):
        found.addresses.append((one.preference, place))


def _unformed(found: Found, one: Property) -> None:
    if value := lines(one.text):
        found.unformed.append(value)


def _birthday(found: Found, one: Property) -> None:
    before = len(found.cells.remarks)
    day = found.day(one)
    if day and not found.birthday:
        found.birthday = day
    elif not day and (written := text(one.text)):
        found.keep("birthday as written", written)
        del found.cells.remarks[before:]
        found.cells.remarks.append(f'birthday "{written}" is no day; kept as a custom field')


def _key_date(found: Found, one: Property) -> None:
    kind = key_dates.kind(found.labels.get(one.group, "")) or words.DAYS[one.name]
    before = len(found.cells.remarks)
    notice = one.params.get(words.NOTICE, ("",))[0]
    day = found.day(one)
    if day:
        days = int(notice) if _DAYS.fullmatch(notice) else None
        found.dates.append((kind, day, days))
    elif written := text(one.text):
        found.keep(words.free(f"{kind} as written"), written)
        del found.cells.remarks[before:]


def _categories(found: Found, one: Property) -> None:
    found.tags += filter(None, map(text, one.items))


def _note(found: Found, one: Property) -> None:
    if value := lines(one.text):
        found.notes.append(value)


def _url(found: Found, one: Property) -> None:
    if value := text(one.text):
        found.urls.append(value)


def _profile(found: Found, one: Property) -> None:
    value = text(one.text)
    if not value:
        return
    if value.lower().startswith(("http:", "https:")):
        found.profiles.append(value)
        return
    service = next(iter(sorted(one.types - {"pref"})), "") or found.labels.get(one.group, "")
    user = one.params.get("X-USER", ("",))[0] or value.removeprefix("x-apple:")
    found.keep(words.free(service or "profile"), user)


def _chat(found: Found, one: Property) -> None:
    scheme, colon, user = one.text.strip().partition(":")
    service = one.params.get("X-SERVICE-TYPE", ("",))[0] or one.params.get("SERVICE-TYPE", ("",))[0]
    if not colon:
        scheme, user = "im", scheme
    found.keep(words.free((service or scheme).lower().removeprefix("x-") or "im"), user)


def _related(found: Found, one: Property) -> None:
    types = (kind.lower() for kind in one.params.get("TYPE", ()))
    kind = found.labels.get(one.group, "") or next((kind for kind in types if kind != "pref"), "")
    found.keep(words.free(kind or "related"), one.text)


def _nickname(found: Found, one: Property) -> None:
    value = ", ".join(filter(None, map(text, one.items)))
    found.nickname = found.nickname or value
    found.keep("nickname", value)


def _android(found: Found, one: Property) -> None:
    """``vnd.android.cursor.item/nickname;Anka;1;;``: the kind, then columns of Android's own table."""
    kind, *columns = one.parts
    kind = kind.rpartition("/")[2]
    value, number, label = [*columns, "", "", ""][:3]
    if kind == "nickname":
        found.nickname = found.nickname or value
        found.keep("nickname", value)
    elif kind == "contact_event" and (day := found.day(one._replace(value=value))):
        known = {"1": "anniversary", "2": "other", "3": "birthday"}.get(number, "")
        if known == "birthday":
            found.birthday = found.birthday or day
        else:
            found.dates.append((key_dates.kind(label) or known or "other", day, None))
    else:
        found.keep(
            words.free(kind.replace("_", " ") or "android"), ", ".join(filter(None, columns))
        )


def _uid(found: Found, one: Property) -> None:
    found.uid = uid(text(one.text) or "")


def uid(value: str) -> str:
    """A UID, or a member of a group, as it is compared."""
    value = value.strip()
    if value[:9].lower() == "urn:uuid:":
        value = value[9:]
    return value.lower() if _UUID.fullmatch(value) else value


def _instant(found: Found, one: Property) -> None:
    try:
        moment = datetime.fromisoformat(one.text.strip())
        utc = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return
    stored = f"{utc.replace(tzinfo=None, microsecond=0).isoformat()}Z"
    if len(one.text.strip()) <= 10:
        stored = f"{stored[:10]}T12:00Z"
    setattr(found, "revised" if one.name == "REV" else "created", stored)


def _language(found: Found, one: Property) -> None:
    found.language = found.language or text(one.text)


def _kind(found: Found, one: Property) -> None:
    found.is_company = found.is_company or one.text.strip().lower() in ("company", "org")


def _product(found: Found, one: Property) -> None:
    found.product = one.text.strip()


TAKERS: dict[str, Callable[[Found, Property], None]] = {
    "N": _name, "FN": _full, "ORG": _organisation, "TITLE": _title, "EMAIL": _email,
    "TEL": _telephone, "ADR": _address, "LABEL": _unformed, "BDAY": _birthday, "NOTE": _note,
    "CATEGORIES": _categories, "URL": _url, "X-SOCIALPROFILE": _profile, "SOCIALPROFILE": _profile,
    "IMPP": _chat, "RELATED": _related, "X-ABRELATEDNAMES": _related, "NICKNAME": _nickname,
    "X-NICKNAME": _nickname, "X-ANDROID-CUSTOM": _android, "UID": _uid, "REV": _instant, "CREATED": _instant,
    "LANG": _language, "KIND": _kind, "X-ABSHOWAS": _kind, "X-ADDRESSBOOKSERVER-KIND": _kind, "PRODID": _product,
    **dict.fromkeys(words.DAYS, _key_date),
}  # fmt: skip
