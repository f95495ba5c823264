"""Addresses that are nobody's: mailboxes that nobody reads, lists, and services that write for somebody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.values import email
from crmcli.values.text import fold

if TYPE_CHECKING:
    from crmcli.exchange.records import ContactRow

OWN_CARD = "the owner's own card"
# Words of a mailbox that no person has, as one of the words in the part before the sign; folded.
_NOBODY = re.compile(
    r"(?:.*[-_.+])?(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|nie[-_.]?odpowiada[cj]|neodpovida[jt]|neodpoveda[jt]"
    r"|keine[-_.]?antwort|nicht[-_.]?antworten|ne[-_.]?otvecha(?:j|i|y)te|mailer[-_.]?daemon|notifications?|notify|unsubscribe"
    r"|powiadomieni[ae]|notyfikacj[ae]|oznameni[ae]?|upozorneni[ae]?|notifikac(?:e|ie|ia)|benachrichtigung(?:en)?"
    r"|uvedomleni(?:e|ya|ja|ia)|opoveshcheni(?:e|ya|ja|ia))(?:[-+_.=0-9].*)?"
    r"|(?:bounces?|newsletter|auto[-_.]?(?:confirm|notify|reply))(?:[-+_.=].*)?"
).fullmatch
_LIST_DOMAIN = re.compile(
    r"(?:.*\.)?(?:googlegroups\.com|groups\.io|yahoogroups\.[a-z.]+|freelists\.org|lists\..+)"
).fullmatch
_POSTED_TO = re.compile(r"<mailto:([^\s<>?]{1,320})").search
_LIST_ID = re.compile(r"<([^\s<>@.]{1,64})\.([^\s<>@]{3,255})>\s*$").search
# "Anna Nowak via DocuSign", in the languages of such services.
_FOR_SOMEBODY = re.compile(
    r".+[\s(](?:via|przez|za posrednictwem|uber|pres|cez|prostrednictvim|prostrednictvom|cherez) ([^\s()]{3,60})"
).match
_NO_LETTER = re.compile(r"[^a-z0-9]")


def nobody_reads(address: str) -> bool:
    """Whether programs alone write from an address."""
    return _NOBODY(fold(address.rpartition("@")[0])) is not None


def is_list(address: str) -> bool:
    """Whether the address is one at a service of lists, which hands on what it gets to many."""
    return _LIST_DOMAIN(address.rpartition("@")[2].lower()) is not None


def is_nobodys(address: str) -> bool:
    """Whether an address is no person's, as a mailbox of programs or a list."""
    return nobody_reads(address) or is_list(address)


def list_keys(posted: str, named: str) -> list[str]:
    """The keys of a list's address, as the headers List-Post and List-Id of a message have it."""
    found = []
    if to := _POSTED_TO(posted):
        found.append(email.key(to[1]))
    if name := _LIST_ID(named):
        found.append(email.key(f"{name[1]}@{name[2]}"))
    return found


def writes_for_somebody(name: str, address: str) -> bool:
    """Whether a service shows somebody's name beside an address of its own (``Anna via DocuSign``)."""
    found = _FOR_SOMEBODY(fold(name))
    service = _NO_LETTER.sub("", found[1]) if found else ""
    domain = _NO_LETTER.sub("", fold(address.rpartition("@")[2]))
    return len(service) > 2 and service in domain


def is_owners(row: ContactRow, owner: frozenset[str]) -> bool:
    """Whether a record of a person is the owner's own: all its addresses are."""
    return bool(owner and row.emails) and all(email.key(one) in owner for one in row.emails)
