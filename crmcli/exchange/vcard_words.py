"""What the properties of vCards are called: those of the standards, of phones, and our own."""

from __future__ import annotations

import functools

from crmcli.exchange import headers
from crmcli.values.text import storable

# Our own, so that a book goes out and comes back whole: property -> field as CSV and JSON have it.
OWN = {
    "X-CRM-LANGUAGE": "language",
    "X-CRM-CURRENCY": "currency",
    "X-CRM-CHANNEL": "channel",
    "X-CRM-LIFECYCLE": "lifecycle",
    "X-CRM-CADENCE": "cadence",
    "X-CRM-SOURCE": "source",
    "X-CRM-REFERRED-BY": "referred_by",
    "X-CRM-DO-NOT-CONTACT": "do_not_contact",
    "X-CRM-VERIFIED": "verified_on",
    "X-CRM-NOTICE": "notice_on",
    "X-CRM-CREATED": "created_at",
    "X-CRM-UPDATED": "updated_at",
    "X-CRM-ARCHIVED": "archived_at",
    "X-CRM-CONSENT": "consents",
    "X-CRM-VERIFIED-CHANNEL": "verified_channels",
    "X-CRM-DEAD-CHANNEL": "dead_channels",
    "X-CRM-MERGED": "merged",
    "X-CRM-DIFFERENT": "different",
    "X-CRM-EXTERNAL-ID": "external_ids",
}
OWN_LISTS = frozenset(
    ("consents", "verified_channels", "dead_channels", "merged", "different", "external_ids")
)
OWN_FIELD = "X-CRM-FIELD"  # name;value of a custom field
REJECTED = ("X-CRM-REJECTED-LINE", "X-CRM-REJECTED-REASON")  # of a rejects file, for the eye
UID = "crm-"  # before a uid of ours
PRODUCT = "-//crmcli//crm//EN"
GUESSED = "X-CRM-GUESSED"  # a parameter of N: the book knows the name as a whole only
NOTICE = "X-CRM-NOTICE"  # a parameter of X-ABDATE: days

# Custom fields that vCard has a property of its own for.
NATIVE = {"nickname": "NICKNAME", "role (vCard)": "ROLE"}
# Types of numbers and addresses that are a label of ours, and those that are none.
TYPES = {"fax": "fax", "cell": "mobile", "pager": "pager", "main": "main", "car": "car"}
NO_LABELS = frozenset((
    "voice", "pref", "internet", "x400", "x-internet", "msg", "text", "textphone", "video", "isdn", "pcs", "bbs", "modem",
    "aol", "smtp", "dom", "intl", "postal", "parcel", "",
))  # fmt: skip
NO_PHONES = {"fax": "FAX", "pager": "PAGER"}  # of TEL, whom nobody can call

# fmt: off
# What is about the card, and not about the person.
IGNORED = frozenset((
    "BEGIN", "END", "VERSION", "PRODID", "SORT-STRING", "MAILER", "CLASS", "PROFILE", "NAME", "SOURCE", "XML",
    "CLIENTPIDMAP", "X-ABLABEL", "X-ABADR", "X-ABSHOWAS", "X-ABUID", "X-ABORDER", "X-ABCROP-RECTANGLE",
    "X-ABPHOTO", "X-IMAGETYPE", "X-IMAGEHASH", "X-SHARED-PHOTO-DISPLAY-PREF", "X-WALLPAPER", "X-APPLE-LIKENESS",
    "X-ADDRESSBOOKSERVER-PHONEME-DATA", "X-MS-OL-DEFAULT-POSTAL-ADDRESS", "X-MS-OL-DESIGN", "X-MS-CARDPICTURE", "X-MS-INTERESTS-ID",
    "X-EVOLUTION-FILE-AS", "X-EVOLUTION-WEBDAV-HREF", "X-EVOLUTION-WEBDAV-ETAG", "X-EVOLUTION-X509",
    "X-RADICALE-NAME", "X-MOZILLA-HTML", "X-UNKNOWN-PROPERTIES", *REJECTED,
))
# Days that are no birthday: property -> kind.
DAYS = {
    "ANNIVERSARY": "anniversary", "X-ANNIVERSARY": "anniversary", "X-EVOLUTION-ANNIVERSARY": "anniversary",
    "X-MS-ANNIVERSARY": "anniversary", "X-KADDRESSBOOK-X-ANNIVERSARY": "anniversary", "X-WAB-ANNIVERSARY": "anniversary",
    "X-ABDATE": "other",
}
_NAMES = {
    "X-SPOUSE": "spouse", "X-EVOLUTION-SPOUSE": "spouse", "X-MS-SPOUSE": "spouse",
    "X-KADDRESSBOOK-X-SPOUSESNAME": "spouse", "X-WAB-SPOUSE_NAME": "spouse",
    "X-ASSISTANT": "assistant", "X-EVOLUTION-ASSISTANT": "assistant", "X-MS-ASSISTANT": "assistant",
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": "assistant", "AGENT": "assistant",
    "X-MANAGER": "manager", "X-EVOLUTION-MANAGER": "manager", "X-MS-MANAGER": "manager",
    "X-KADDRESSBOOK-X-MANAGERSNAME": "manager", "X-MS-CHILD": "children", "X-CHILDREN": "children",
    "X-KADDRESSBOOK-X-PROFESSION": "profession", "X-KADDRESSBOOK-X-OFFICE": "office", "X-KADDRESSBOOK-X-DEPARTMENT": "department",
    "X-SKYPE-USERNAME": "skype", "X-SKYPE-ID": "skype", "X-JABBER": "jabber", "X-GTALK": "google talk",
    "X-GOOGLE-TALK": "google talk", "X-MS-IMADDRESS": "im", "X-GADUGADU": "gadu-gadu", "X-GENDER": "gender",
    "X-WAB-GENDER": "gender", "DEATHDATE": "died", "X-MS-TEL": "phone (other)",
}
_IN_FRONT = ("X-EVOLUTION-", "X-KADDRESSBOOK-X-", "X-KADDRESSBOOK-", "X-MOZILLA-", "X-MS-OL-", "X-MS-", "X-AB", "X-")
# What Apple calls things between _$!< and >!$_ is English already; these are longer than they need be.
_LABELS = {"homepage": "home page", "workfax": "work fax", "homefax": "home fax", "otherfax": "other fax"}
# fmt: on


def label(text: str) -> str:
    """What somebody called a number or a day: ``_$!<Anniversary>!$_`` is anniversary, the rest as typed."""
    if text.startswith("_$!<"):
        text = text[4:].removesuffix(">!$_").lower()
        return _LABELS.get(text, text)
    return text


@functools.lru_cache(maxsize=4096)
def field(name: str) -> str:
    """The custom field that a property becomes, by its name in capitals."""
    if name in _NAMES:
        return _NAMES[name]
    for front in _IN_FRONT:
        if name.startswith(front) and len(name) > len(front):
            name = name[len(front) :]
            break
    return free(name.replace("-", " ").replace("_", " ").strip().lower() or "x")


@functools.lru_cache(maxsize=4096)
def free(name: str) -> str:
    """The name of a custom field, marked where it would be read as a field of ours in the next file."""
    name = " ".join(storable(name).split())[:80] or "x"
    return f"{name} (vCard)" if headers.normal(name) in headers.aliases("contacts") else name
