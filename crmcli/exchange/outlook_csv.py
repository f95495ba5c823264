"""CSV as Outlook in English and Outlook.com take it: CR LF, and a BOM that says UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.exchange import our_mark, people_out
from crmcli.exchange.people_out import PARTS, Left, Name
from crmcli.exchange.write import FIELDS
from crmcli.values.text import fold

if TYPE_CHECKING:
    from typing import TextIO

    from crmcli.exchange.outgoing import Outgoing

NOUNS = ("contacts",)

_BOM = "\ufeff"  # without it Outlook takes the letters for those of the Windows it runs on
_EMAILS = ("E-mail Address", "E-mail 2 Address", "E-mail 3 Address")
# In the order in which they are read; of each the labels that it says.
_PHONES = {
    "Mobile Phone": "mobile", "Primary Phone": "main", "Business Phone": "work", "Business Phone 2": "work",
    "Home Phone": "home", "Home Phone 2": "home", "Car Phone": "car", "Other Phone": "other", "Radio Phone": "radio",
    "Callback": "callback",
}  # fmt: skip
# Where numbers without a label go, and those whose own column is taken.
_ANY_PHONE = (
    "Mobile Phone", "Business Phone", "Business Phone 2", "Home Phone", "Home Phone 2", "Other Phone",
)  # fmt: skip
_PLACES = {"work": "Business", "home": "Home", "other": "Other"}
_PLACE = ("Street", "City", "State", "Postal Code", "Country/Region")
_MARK = "User 4"
# Columns of Outlook that custom fields of the same name go to.
_FREE = (
    "Title", "Suffix", "Department", "Business Fax", "Home Fax", "Other Fax", "Pager", "ISDN", "Telex",
    "Account", "Assistant's Name", "Assistant's Phone", "Billing Information", "Children", "Gender",
    "Government ID Number", "Hobby", "Location", "Manager's Name", "Mileage", "Office Location",
    "Organizational ID Number", "Profession", "Referred By", "Spouse", "User 1", "User 2", "User 3",
)  # fmt: skip
_HEADER = (
    "First Name", "Middle Name", "Last Name", "Company", "Job Title",
    *(f"{where} {part}" for where in _PLACES.values() for part in _PLACE),
    *_PHONES, *_EMAILS, "Anniversary", "Birthday", "Categories", "Language", "Notes", "Web Page",
    *_FREE, _MARK,
)  # fmt: skip
_LEFT = (
    "currency", "channel", "lifecycle", "cadence", "source", "referred_by", "verified_on",
    "created_at", "updated_at", "archived_at", "notice_on", "consents", "verified_channels",
    "dead_channels", "merged", "different", "external_ids",
)  # fmt: skip
_KNOWN = frozenset(FIELDS["contacts"])
_SEPARATORS = (" ::: ", "\n", ",")


def write(stream: TextIO, noun: str, book: Outgoing) -> int:
    """Write the people of the book; return how many."""
    left = Left("a CSV of Outlook")
    stream.write(_BOM)
    rows = (_row(person, left) for person in book.objects(noun))
    return people_out.write(stream, _HEADER, rows, book, left, end="\r\n")


def _row(person: dict[str, Any], left: Left) -> list[str]:
    name = people_out.name(person)
    beside, places = people_out.places(person)
    left.of(person, _LEFT)
    _tell(person, name, left)
    cells = {
        "First Name": name.given,
        "Middle Name": name.middle,
        "Last Name": name.family,
        "Company": person["company"],
        "Job Title": person["title"],
        "Birthday": _day(person["birthday"]),
        "Categories": _categories(person, left),
        "Language": person["language"],
        "Notes": person["note"],
        "Web Page": next(iter(person["urls"]), None),
    }
    cells |= dict(zip(_EMAILS, person["emails"], strict=False))
    phones, letters = people_out.phones(person, _PHONES, _ANY_PHONE, left)
    cells |= phones
    unlabelled = beside is None and bool(places) and places[0]["label"] not in _PLACES
    cells[_MARK] = our_mark.mark(
        person["uid"], whole=name.whole, beside=beside, unlabelled=unlabelled, phones=letters
    )
    for field, value in person.items():
        if field in _FREE:
            cells[field] = value
        elif field not in _KNOWN and value is not None:
            left.add("custom fields")
    _days(person, cells, left)
    _addresses(places, cells, left)
    return [str(cells.get(column) or "") for column in _HEADER]


def _day(told: str | None) -> str | None:
    """A day; 1604 is how programs without days of no year write these."""
    return f"1604{told[1:]}" if told and told.startswith("--") else told


def _days(person: dict[str, Any], cells: dict[str, Any], left: Left) -> None:
    """The anniversary, which is all of the key dates that there is room for."""
    for kind, day, notice in people_out.dates(person):
        if kind == "anniversary" and "Anniversary" not in cells:
            cells["Anniversary"] = _day(day)
            left.add(*["days of notice"] * notice)
        else:
            left.add("dates")


def _addresses(places: list[dict[str, Any]], cells: dict[str, Any], left: Left) -> None:
    """The first address is that of business, the others stand where their label says so.

    An address behind its place would come back as the first, so it has none.
    """
    free = dict(_PLACES)
    for place, one in enumerate(places):
        label = one["label"]
        if place == 0 and label not in _PLACES:
            left.add(*["labels of addresses"] * bool(label))
            label = "work"
        where = free.pop(label or "", None)
        if where is None or (place and list(_PLACES.values()).index(where) < _last(cells)):
            left.add("addresses")
            continue
        parts = [one[part] or "" for part in PARTS[:4]]
        for part, value in zip(_PLACE, [*parts, people_out.land(one["country"])], strict=True):
            cells[f"{where} {part}"] = value


def _last(cells: dict[str, Any]) -> int:
    """The number of the last place that is taken."""
    taken = [n for n, where in enumerate(_PLACES.values()) if f"{where} City" in cells]
    return max(taken, default=0)


def _categories(person: dict[str, Any], left: Left) -> str:
    """The tags with a semicolon between; one behind a single tag that would be taken for several."""
    tags = [tag for tag in person["tags"] if ";" not in tag and fold(tag) != our_mark.SILENT]
    if tags != person["tags"]:
        left.add("tags with a semicolon")
    tags += [our_mark.SILENT] * bool(person["do_not_contact"])
    said = ";".join(tags)
    return f"{said};" if any(mark in said for mark in _SEPARATORS) and len(tags) == 1 else said


def _tell(person: dict[str, Any], name: Name, left: Left) -> None:
    """Count what a person has more than there are columns."""
    if not name.exact:
        left.add("name beside its parts")
    if person["email_labels"]:
        left.add("labels of e-mails")
    for field, room in (("emails", len(_EMAILS)), ("urls", 1)):
        if len(person[field]) > room:
            left.add(f"{field} beyond {room}")
