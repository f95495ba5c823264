r"""vCards that phones and address books read, written so that nothing in a text can act.

What vCard has no property for goes along under names of ours (X-CRM-...), which others keep or pass
over, so that a book comes back whole. Line ends in a text are ``\n``, commas and semicolons escaped;
control characters are visible, and a parameter says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crmcli.exchange import labels
from crmcli.exchange import vcard_words as words
from crmcli.exchange.folding import folded
from crmcli.exchange.vcard_cards import ESCAPES
from crmcli.exchange.write import FIELDS
from crmcli.output.cells import exact
from crmcli.values import country
from crmcli.values import name as names
from crmcli.values.phone import looks_like_phone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from crmcli.exchange.outgoing import Outgoing

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PLACE = ("address", "city", "region", "postcode", "country")
_KNOWN = frozenset(FIELDS["contacts"])
_LABELS = ("home", "work")
_TYPES = {"home": "HOME", "work": "WORK", "mobile": "CELL", "fax": "FAX"}


def write(stream: TextIO, book: Outgoing, version: str) -> int:
    """Write the people of a book; lines end in CR LF.

    Args:
        stream: where to.
        book: what is written.
        version: 3.0 or 4.0.

    Returns:
        The number of cards.
    """
    count = 0
    for person in book.objects("contacts"):
        stream.writelines(map(folded, _card(person, new=version == "4.0")))
        count += 1
    return count


def _card(person: dict[str, Any], *, new: bool) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0" if new else "VERSION:3.0"
    yield f"PRODID:{words.PRODUCT}"
    yield f"UID{';VALUE=text' * new}:{words.UID}{person['uid']}"
    custom = {
        name: str(value)
        for name, value in person.items()
        if name not in _KNOWN and value is not None
    }
    yield from _names(person, custom, new=new)
    yield from _channels(person, custom, new=new)
    yield from _places(person, new=new)
    yield from _days(person, new=new)
    if person["tags"]:
        yield _line("CATEGORIES", *person["tags"], between=",")
    if person["note"]:
        yield _line("NOTE", person["note"])
    updated = person["updated_at"] or ""
    if len(updated) > 10:
        yield f"REV:{updated.replace('-', '').replace(':', '') if new else updated}"
    yield from _ours(person, new=new)
    for name, value in custom.items():
        yield _line(words.OWN_FIELD, name, value)
    yield "END:VCARD"


def _names(person: dict[str, Any], custom: dict[str, str], *, new: bool) -> Iterator[str]:
    name, given, family = person["name"], person["given"], person["family"]
    company = person["company"]
    is_company = name == company and not given and not family
    if given or family or is_company:
        yield _line("N", family or "", given or "", "", "", "")
    else:  # phones show N and not FN
        _, first, last = names.parse(name)
        yield _line("N", last or "", first or name, "", "", "", params=f";{words.GUESSED}=TRUE")
    yield _line("FN", name)
    if is_company:
        yield "KIND:org" if new else "X-ABShowAs:COMPANY"
    if company:
        unit = _taken(custom, "department")
        yield _line("ORG", company, *([unit] if unit else []))
    if person["title"]:
        yield _line("TITLE", person["title"])
    for field, native in words.NATIVE.items():
        if value := _taken(custom, field):
            yield _line(native, value)


def _taken(custom: dict[str, str], name: str) -> str | None:
    """A custom field that vCard has a place for, of one line."""
    value = custom.get(name, "\n")
    return None if "\n" in value else custom.pop(name)


def _channels(person: dict[str, Any], custom: dict[str, str], *, new: bool) -> Iterator[str]:
    several = len(person["emails"]) > 1
    called = person["email_labels"] or {}
    for place, address in enumerate(person["emails"]):
        types, group, label = _called(called.get(address), f"email{place + 1}", _LABELS)
        types = types if new else ["INTERNET", *types]
        if several and not place and not new:
            types.append("PREF")
        yield _line(f"{group}EMAIL", address, params=_types(types, new=new) + ";PREF=1" * (new and several and not place))  # fmt: skip
        yield from label
    several = len(person["phones"]) > 1
    called = person["phone_labels"] or {}
    for place, number in enumerate(person["phones"]):
        types, group, label = _called(called.get(number), f"tel{place + 1}", tuple(_TYPES))
        types.append("VOICE")  # a fax that is a voice too is a phone
        if several and not place and not new:
            types.append("PREF")
        kind = _types(types, new=new) + ";PREF=1" * (new and several and not place)
        plain, ext, extension = number.partition(" ext ")
        if new and ext and plain[1:].isdecimal() and extension.isdecimal():
            yield f"{group}TEL{kind};VALUE=uri:tel:{plain};ext={extension}"
        else:
            yield _line(f"{group}TEL", number, params=kind)
        yield from label
    for field, native in words.NO_PHONES.items():
        if looks_like_phone(custom.get(field, "")) and (value := _taken(custom, field)):
            yield _line("TEL", value, params=f";TYPE={native.lower() if new else native}")
    for url in person["urls"]:
        yield _line("URL", url, between="")


def _called(
    label: str | None, group: str, known: tuple[str, ...]
) -> tuple[list[str], str, list[str]]:
    """How a label is said: the types that vCard has for it, else a group and the line that names it."""
    words_of_it = (label or "").split(" ")
    if not label:
        return [], "", []
    if all(word in known for word in words_of_it) and labels.ours(label) == label:
        return [_TYPES[word] for word in words_of_it], "", []
    return [], f"{group}.", [_line(f"{group}.X-ABLabel", label)]


def _types(types: list[str], *, new: bool) -> str:
    said = ",".join(types)
    return f";TYPE={said.lower() if new else said}" if said else ""


def _places(person: dict[str, Any], *, new: bool) -> Iterator[str]:
    beside = person["addresses"] or ()
    first = [{**person, "label": person["address_label"]}] if any(person[part] for part in _PLACE) else []  # fmt: skip
    for number, one in enumerate([*first, *beside], 1 - len(first)):
        types, group, label = _called(one["label"], f"adr{number}", _LABELS)
        if number == 0 and not new:
            types.append("PREF")
        yield _place(one, _types(types, new=new) + ";PREF=1" * (new and number == 0), group)
        yield from label


def _place(one: dict[str, Any], params: str, group: str = "") -> str:
    street, city, region, postcode, land = (one[part] or "" for part in _PLACE)
    return _line(
        f"{group}ADR", "", "", street, city, region, postcode, _country(land), params=params
    )


def _country(land: str) -> str:
    """The country's name, where a code has one that is read as the same code."""
    called = country.name(land) if len(land) == 2 else None
    return called if called and country.code(called) == land else land


def _days(person: dict[str, Any], *, new: bool) -> Iterator[str]:
    if person["birthday"]:
        yield _day("BDAY", person["birthday"], new=new)
    for number, item in enumerate(person["dates"], 1):
        kind, _, rest = item.rpartition("=")
        day, _, notice = rest.partition("/")
        notice = notice.removesuffix("d")
        if new and kind == "anniversary" and not notice:
            yield _day("ANNIVERSARY", day, new=True)
            continue
        params = f";{words.NOTICE}={notice}" if notice else ""
        # Apple's way in both versions: nobody else has days with a name.
        yield _day(f"day{number}.X-ABDATE{params}", day, new=False)
        yield _line(f"day{number}.X-ABLabel", "_$!<Anniversary>!$_" if kind == "anniversary" else kind)  # fmt: skip


def _day(name: str, day: str, *, new: bool) -> str:
    if not day.startswith("-"):
        return f"{name}:{day.replace('-', '') if new else day}"
    if new:
        return f"{name}:--{day[2:4]}{day[5:]}"
    return f"{name};X-APPLE-OMIT-YEAR=1604:1604{day[1:]}"


def _ours(person: dict[str, Any], *, new: bool) -> Iterator[str]:
    for name, field in words.OWN.items():
        value = person[field]
        if field == "language" and new and value and _TAG.fullmatch(value):
            yield f"LANG:{value}"
        elif field in words.OWN_LISTS:
            yield from (_line(name, item) for item in value or ())
        elif value and not (field == "updated_at" and len(value) > 10):
            yield _line(name, exact(value))


def _line(name: str, *parts: str, params: str = "", between: str = ";") -> str:
    """A content line of texts; ``between`` is empty for a value that is one URI."""
    if any(map(_CONTROLS.search, parts)):
        parts = tuple(
            _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", part.replace("\\", "\\\\"))
            for part in parts
        )
        params += f";{ESCAPES}=hex"
    escaped = [part.replace("\\", "\\\\").replace("\n", "\\n") for part in parts]
    if between:
        escaped = [part.replace(";", "\\;").replace(",", "\\,") for part in escaped]
    return f"{name}{params}:{between.join(escaped)}"
