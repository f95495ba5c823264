"""CSV as Google Contacts takes it, with the header that it writes since 2024."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.exchange import our_mark, people_out
from crmcli.exchange.people_out import Left, Name
from crmcli.exchange.write import FIELDS
from crmcli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from crmcli.exchange.outgoing import Outgoing

NOUNS = ("contacts",)

_NAMES = (
    "First Name", "Middle Name", "Last Name", "Phonetic First Name", "Phonetic Middle Name",
    "Phonetic Last Name", "Name Prefix", "Name Suffix", "Nickname", "File As", "Organization Name",
    "Organization Title", "Organization Department", "Birthday", "Notes", "Photo", "Labels",
)  # fmt: skip
_SINGLE = {
    "Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name", "Name Prefix", "Name Suffix",
    "Nickname", "Organization Department",
}  # fmt: skip
_ADDRESS = (
    "Formatted", "Street", "City", "PO Box", "Region", "Postal Code", "Country", "Extended Address",
)  # fmt: skip
_LEFT = (
    "language", "currency", "channel", "lifecycle", "cadence", "source", "referred_by", "verified_on",
    "created_at", "updated_at", "archived_at", "notice_on", "consents", "verified_channels",
    "dead_channels", "merged", "different", "external_ids",
)  # fmt: skip
_EVERYBODY = "* myContacts"  # without it Google shows a person under "other contacts" only
_BETWEEN = " ::: "
_KNOWN = frozenset(FIELDS["contacts"])
_LABELS = {
    "work": "Work", "home": "Home", "other": "Other", "mobile": "Mobile", "main": "Main",
    "work mobile": "Work Mobile", "home mobile": "Home Mobile",
}  # fmt: skip


def write(stream: TextIO, noun: str, book: Outgoing) -> int:
    """Write the people of the book; return how many."""
    most = [1, 1, 1, 1, 1, 1]
    for person in book.objects(noun):
        most = list(map(max, most, map(len, _lists(person))))
    left = Left("a CSV of Google Contacts")
    rows = (_row(person, most, left) for person in book.objects(noun))
    return people_out.write(stream, _header(most), rows, book, left)


def _lists(person: dict[str, Any]) -> tuple[list[Any], ...]:
    """What a person has several of, in the order of the columns."""
    custom = [
        (field, str(value))
        for field, value in person.items()
        if field not in _KNOWN and field not in _SINGLE and value is not None
    ]
    custom.append((our_mark.FIELD, ""))
    return (
        person["emails"], person["phones"], people_out.places(person)[1], person["urls"],
        person["dates"], custom,
    )  # fmt: skip


def _header(most: list[int]) -> list[str]:
    emails, phones, places, urls, dates, custom = (range(1, count + 1) for count in most)
    found = list(_NAMES)
    found += [f"E-mail {n} - {part}" for n in emails for part in ("Label", "Value")]
    found += [f"Phone {n} - {part}" for n in phones for part in ("Label", "Value")]
    found += [f"Address {n} - {part}" for n in places for part in ("Label", *_ADDRESS)]
    found += [f"Website {n} - {part}" for n in urls for part in ("Label", "Value")]
    found += [f"Event {n} - {part}" for n in dates for part in ("Label", "Value")]
    found += [f"Custom Field {n} - {part}" for n in custom for part in ("Label", "Value")]
    return found


def _row(person: dict[str, Any], most: list[int], left: Left) -> list[str]:
    name = people_out.name(person)
    beside, _ = people_out.places(person)
    emails, phones, places, urls, _, custom = _lists(person)
    custom[-1] = (
        our_mark.FIELD,
        our_mark.mark(person["uid"], whole=name.whole, beside=beside),
    )
    left.of(person, _LEFT)
    _tell(person, name, left)
    row = list(_first(person, name))
    # An asterisk marks what is called or written to first.
    called = person["email_labels"] or {}
    row += _padded(((_star(n, emails) + _label(called.get(one)), one) for n, one in enumerate(emails)), 2 * most[0])  # fmt: skip
    called = {one: label for one, label in (person["phone_labels"] or {}).items() if not _is_fax(label)}  # fmt: skip
    row += _padded(((_star(n, phones) + _label(called.get(one)), one) for n, one in enumerate(phones)), 2 * most[1])  # fmt: skip
    row += _padded(map(_place, places), 9 * most[2])
    row += _padded((("", one) for one in urls), 2 * most[3])
    row += _padded(((kind, day) for kind, day, _ in people_out.dates(person)), 2 * most[4])
    return row + _padded(custom, 2 * most[5])


def _star(number: int, several: list[str]) -> str:
    return "* " if number == 0 and len(several) > 1 else ""


def _label(label: str | None) -> str:
    """A label as Google writes it: those of its own with capitals, others as they are."""
    return _LABELS.get(label or "", label or "")


def _is_fax(label: str) -> bool:
    """Whether a number of that label would come back as no phone."""
    return not {"fax", "faks", "pager"}.isdisjoint(fold(label).split())


def _first(person: dict[str, Any], name: Name) -> Iterator[str]:
    """The columns that there is one of."""
    tags = [tag for tag in person["tags"] if _is_held(tag)]
    tags += [our_mark.SILENT] * bool(person["do_not_contact"])
    values = {
        "First Name": name.given,
        "Middle Name": name.middle,
        "Last Name": name.family,
        "File As": "" if name.exact else person["name"],
        "Organization Name": person["company"],
        "Organization Title": person["title"],
        "Birthday": person["birthday"],
        "Notes": person["note"],
        "Labels": _BETWEEN.join([*tags, _EVERYBODY]),
    }
    for column in _NAMES:
        value = values.get(column) or (person.get(column) if column in _SINGLE else None)
        yield str(value or "")


def _is_held(tag: str) -> bool:
    """Whether a tag stays what it is among the labels of Google."""
    return _BETWEEN not in tag and not tag.startswith("* ") and fold(tag) != our_mark.SILENT


def _place(one: dict[str, Any]) -> tuple[str, ...]:
    street, city, region, postcode = (one[part] or "" for part in people_out.PARTS[:4])
    land = people_out.land(one["country"])
    formatted = "\n".join(
        filter(None, [street, " ".join(filter(None, [postcode, city])), region, land])
    )
    return _label(one["label"]), formatted, street, city, "", region, postcode, land, ""


def _padded(groups: Any, width: int) -> list[str]:
    """The cells of some columns in groups; empty ones behind them."""
    cells = [cell for group in groups for cell in group]
    return cells + [""] * (width - len(cells))


def _tell(person: dict[str, Any], name: Name, left: Left) -> None:
    """Count what a person has that these columns cannot say, or that would come back otherwise."""
    if not name.exact:
        left.add("name beside its parts")
    if any(map(_is_fax, (person["phone_labels"] or {}).values())):
        left.add("labels of faxes and pagers")
    if any(notice for _, _, notice in people_out.dates(person)):
        left.add("days of notice")
    if not all(map(_is_held, person["tags"])):
        left.add("tags with ::: or a star")
