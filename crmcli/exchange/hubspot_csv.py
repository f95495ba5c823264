"""CSV as HubSpot's import takes it: contacts, companies and deals, known by their Record ID there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.exchange import headers, our_mark, people_out
from crmcli.exchange.people_out import PARTS, Left
from crmcli.exchange.plan import CUSTOM
from crmcli.exchange.write import FIELDS

if TYPE_CHECKING:
    from typing import TextIO

    from crmcli.exchange.outgoing import Outgoing

NOUNS = ("contacts", "companies", "deals")

_PHONES = {
    "Phone Number": None,
    "Mobile Phone Number": "mobile",
    "WhatsApp Phone Number": "whatsapp",
}
_PLACE = ("Street Address", "City", "State/Region", "Postal Code", "Country/Region")
_CONTACTS = (
    "Record ID", "First Name", "Last Name", "Email", "Additional email addresses", *_PHONES,
    "Company Name", "Job Title", *_PLACE, "Date of birth", "Lifecycle Stage", "Preferred language",
    "Website URL", "Notes", "Tags", "Do not contact", "crm ID",
)  # fmt: skip
_COMPANIES = (
    "Record ID", "Company name", "Company Domain Name", "Phone Number", "Website URL", *_PLACE,
    "Description",
)  # fmt: skip
_DEALS = (
    "Record ID", "Deal Name", "Deal Stage", "Pipeline", "Amount", "Currency", "Close Date",
    "Deal probability percent", "Closed Lost Reason", "Associated Contact", "Associated Company",
)  # fmt: skip
_LIFECYCLES = {
    "lead": "Lead", "prospect": "Opportunity", "customer": "Customer", "loyal": "Evangelist",
    "other": "Other",
}  # fmt: skip
_STAGES = {
    "new": "Appointment Scheduled", "qualified": "Qualified To Buy", "negotiation": "Contract Sent",
    "won": "Closed Won", "lost": "Closed Lost",
}  # fmt: skip
_LEFT = {
    "contacts": (
        "currency", "channel", "cadence", "source", "referred_by", "verified_on", "created_at",
        "updated_at", "archived_at", "notice_on", "consents", "verified_channels", "dead_channels",
        "merged", "different", "addresses", "dates",
    ),
    "companies": ("created_at", "updated_at"),
    "deals": ("stage_since", "won_at", "lost_at", "quoted_on", "valid_until", "created_at", "updated_at"),
}  # fmt: skip
_KNOWN = frozenset(FIELDS["contacts"])


def write(stream: TextIO, noun: str, book: Outgoing) -> int:
    """Write the records of a noun; return how many."""
    left = Left("a CSV of HubSpot", noun)
    header, cells_of = {
        "contacts": (_CONTACTS, _contact),
        "companies": (_COMPANIES, _company),
        "deals": (_DEALS, _deal),
    }[noun]
    own: dict[str, None] = {}
    if noun == "contacts":
        for person in book.objects(noun):
            own.update(dict.fromkeys(field for field in person if _is_own(field)))
    header = (*header, *own)

    def rows() -> Any:
        for record in book.objects(noun):
            left.of(record, _LEFT[noun])
            cells = cells_of(record, left)
            cells["Record ID"] = _record_id(record, left)
            yield [cells.get(column) for column in header]

    return people_out.write(stream, header, rows(), book, left)


def _is_own(field: str) -> bool:
    """Whether a custom field can have a column of its own: its name means nothing else there."""
    return field not in _KNOWN and headers.meaning(field, 1, "contacts") == CUSTOM + field


def _record_id(record: dict[str, Any], left: Left) -> str:
    """The id that HubSpot knows the record by, so that its import updates."""
    ids = [one.removeprefix("hubspot:") for one in record["external_ids"] if one.startswith("hubspot:")]  # fmt: skip
    if len(ids[:1]) < len(record["external_ids"]):
        left.add("external_ids")
    return ids[0] if ids else ""


def _contact(person: dict[str, Any], left: Left) -> dict[str, Any]:
    name = people_out.name(person)
    if not name.exact or name.middle:
        left.add("name beside its parts")
    if person["email_labels"] or person["address_label"]:
        left.add("labels of e-mails and addresses")
    phones, letters = people_out.phones(person, _PHONES, tuple(_PHONES), left)
    if len(person["urls"]) > 1:
        left.add("urls beyond 1")
    tags = [tag for tag in person["tags"] if ";" not in tag]
    if tags != person["tags"]:
        left.add("tags with a semicolon")
    lifecycle = _LIFECYCLES.get(person["lifecycle"] or "")
    if person["lifecycle"] and not lifecycle:
        left.add("lifecycle")
    custom = {field: value for field, value in person.items() if field not in _KNOWN}
    if any(not _is_own(field) for field in custom):
        left.add("custom fields")
    email, *others = person["emails"] or [""]
    return {
        **custom,
        **phones,
        **_address(person),
        "First Name": name.given,
        "Last Name": name.family,
        "Email": email,
        "Additional email addresses": ";".join(others),
        "Company Name": person["company"],
        "Job Title": person["title"],
        "Date of birth": person["birthday"],
        "Lifecycle Stage": lifecycle,
        "Preferred language": person["language"],
        "Website URL": next(iter(person["urls"]), None),
        "Notes": person["note"],
        "Tags": _tags(tags),
        "Do not contact": "true" if person["do_not_contact"] else "",
        "crm ID": our_mark.mark(person["uid"], whole=name.whole, beside=None, phones=letters),
    }


def _tags(tags: list[str]) -> str:
    """The tags with a semicolon between; one behind a single tag that would be taken for several."""
    said = ";".join(tags)
    return f"{said};" if len(tags) == 1 and not {",", "\n", ":"}.isdisjoint(said) else said


def _address(record: dict[str, Any]) -> dict[str, Any]:
    parts = [*(record[part] for part in PARTS[:4]), people_out.land(record["country"])]
    return dict(zip(_PLACE, parts, strict=True))


def _company(company: dict[str, Any], _left: Left) -> dict[str, Any]:
    return {
        **_address(company),
        "Company name": company["name"],
        "Company Domain Name": company["domain"],
        "Phone Number": company["phone"],
        "Website URL": company["url"],
        "Description": company["note"],
    }


def _deal(deal: dict[str, Any], _left: Left) -> dict[str, Any]:
    person = deal["contact"] or {}
    email, name = person.get("email"), person.get("name")
    return {
        "Deal Name": deal["title"],
        "Deal Stage": _STAGES.get(deal["stage"], deal["stage"]),
        "Pipeline": "Sales Pipeline",
        "Amount": deal["amount"],
        "Currency": deal["currency"],
        "Close Date": deal["close"] or (deal["won_at"] or deal["lost_at"] or "")[:10],
        "Deal probability percent": deal["probability"],
        "Closed Lost Reason": deal["reason"],
        "Associated Contact": f"{name} ({email})" if email else name,
        "Associated Company": deal["company"],
    }
