"""What a reader of files hands on: one flat row a noun, and what could not become one.

This is the contract between ``exchange`` (bytes to rows and back) and ``store/bulk`` (rows to the
database). Values arrive checked and normalised as they are stored, so that a loader only adds the
keys it matches by:

- text is cleaned (NFC, no NUL, no stray blanks); a missing text is ``None``, never ``""``;
- lists are tuples without doubles, in the order of the file; a missing list is ``()``;
- ``_on`` and plain dates are ``YYYY-MM-DD`` (birthdays and key dates also ``--MM-DD``);
- ``_at`` and ``at`` are UTC, ``YYYY-MM-DDTHH:MM:SSZ``, or ``YYYY-MM-DDT12:00Z`` where the file gave
  a day without a time;
- amounts are integer ten-thousandths with their ISO 4217 currency apart;
- country is ISO 3166 alpha-2 when understood, else as typed.

``line`` is the line of the file on which the record starts (1 is the first line; in JSON arrays
too). ``Source.originals`` finds the original record of a line again, so that a loader may still
reject a row long after it was read, without anybody keeping a million originals.

A ``None`` or ``()`` says that the file is silent, never that the field is to be emptied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.values.phone import Phone

NOUNS = ("contacts", "companies", "interactions", "deals", "followups")


class Person(NamedTuple):
    """Whom a row is about, as the file tells it. At least one of the fields is set."""

    email: str | None = None  # parsed address
    uid: str | None = None  # a contact's uid in a book of ours; matches first
    name: str | None = None  # a full name, where the file has nothing better
    phone: Phone | None = None
    external_id: str | None = None  # "system:value"; matches before the e-mail
    # Nobody, but these: ("deal" or "company", "system:value") or ("name", a company's), the nearest first.
    # Stands for the contact of the deal, else for the one person of the company.
    about: tuple[tuple[str, str], ...] = ()


class Address(NamedTuple):
    """One more address of a person."""

    label: str | None = None  # home, work, other
    address: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None


class ContactRow(NamedTuple):
    """One person. Always has a name, an e-mail, a phone, a company or, known by that, a URL."""

    line: int
    uid: str | None = None  # a book of ours wrote this file: identity, matches before all else
    external_id: str | None = None  # "system:value", of another system; second in matching
    name: str | None = None  # as shown; None: the loader falls back on e-mail, phone, company, URL
    given: str | None = None
    family: str | None = None
    company: str | None = None  # the company's name
    title: str | None = None
    emails: tuple[str, ...] = ()  # valid addresses, the primary one first
    phones: tuple[Phone, ...] = ()  # the primary one first; may be not valid, then as typed
    urls: tuple[str, ...] = ()
    address: str | None = None  # street and house; may have several lines
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None
    birthday: str | None = None
    dates: tuple[tuple[str, str, int | None], ...] = ()  # key dates: (kind, date, days of notice)
    language: str | None = None
    currency: str | None = None
    channel: str | None = None
    lifecycle: str | None = None  # one of ours, in English
    cadence: int | None = None  # days
    tags: tuple[str, ...] = ()
    source: str | None = None
    referred_by: str | None = None  # e-mail, uid or name of another contact
    note: str | None = None
    do_not_contact: bool | None = None
    verified_on: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    archived_at: str | None = None
    custom: dict[str, str] | None = None  # custom field name to text
    addresses: tuple[Address, ...] = ()  # beyond the first
    notice_on: str | None = None
    consents: tuple[tuple[str, str, str | None, str | None], ...] = ()  # as values.basis reads them
    verified_channels: tuple[tuple[str, str], ...] = ()  # (one of emails or phones, the day)
    dead_channels: tuple[tuple[str, str], ...] = ()
    # Of a book of ours: who was merged into this person (uid, company key, name), and the uids of
    # those who are declared to be somebody else.
    merged: tuple[tuple[str, str | None, str], ...] = ()
    different: tuple[str, ...] = ()
    company_external_id: str | None = None  # of the company, where the file names it by that alone
    # Of a book of ours: the ids that other systems have for it, each as external_id; so in all rows.
    external_ids: tuple[str, ...] = ()
    # What they are called: work, home, mobile, ... as exchange.labels has them, else as written.
    address_label: str | None = None
    email_labels: tuple[tuple[str, str], ...] = ()  # (one of emails, its label)
    phone_labels: tuple[tuple[str, str], ...] = ()  # (one of phones as spelled, its label)


class CompanyRow(NamedTuple):
    """One company. Always has a name."""

    line: int
    uid: str | None = None
    external_id: str | None = None
    name: str = ""
    domain: str | None = None
    phone: Phone | None = None
    url: str | None = None
    address: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None
    note: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    external_ids: tuple[str, ...] = ()


class InteractionRow(NamedTuple):
    """Something that happened with one or more people. Always has a kind and an instant.

    A calendar or another CRM also knows what happened with nobody; a loader skips that.
    """

    line: int
    uid: str | None = None
    external_id: str | None = None
    kind: str = "note"  # one of Options.kinds
    at: str = ""
    direction: str | None = None  # "in" or "out"
    people: tuple[Person, ...] = ()  # the first is the main one
    company: str | None = None  # of the person, where the person has to be made
    subject: str | None = None
    text: str | None = None
    amount: int | None = None
    currency: str | None = None  # None with an amount: the owner's
    duration: int | None = None  # seconds
    deal: str | None = None  # the deal's uid
    source: str | None = None
    closed_at: str | None = None  # of a complaint, and of no other kind; as are these:
    outcome: str | None = None
    waits: tuple[tuple[str, str | None], ...] = ()  # (since, until), instants
    # What this says of the main person's address: the civil day, and whether it works or is dead.
    channel: tuple[str, bool] | None = None
    external_ids: tuple[str, ...] = ()


class FollowUpRow(NamedTuple):
    """Something to do. Without a person a loader skips it, without a due date it is due at once."""

    line: int
    uid: str | None = None
    external_id: str | None = None
    person: Person = Person()
    due: str = ""  # civil, YYYY-MM-DD or YYYY-MM-DDTHH:MM
    text: str | None = None
    every: str | None = None  # canonical rule text of values.repeat
    done_at: str | None = None
    snoozed_until: str | None = None  # YYYY-MM-DD
    snooze_reason: str | None = None
    source: str | None = None
    anchor: str | None = None  # as due: what a repeat counts from, the due date itself by default
    external_ids: tuple[str, ...] = ()
    set_by: str | None = None  # the interaction's uid, as done_by
    done_by: str | None = None
    created_at: str | None = None
    # Nothing is to be done any more: a loader takes away what is open under this id, and for one that
    # ends in "/*" all times of what repeats. It counts where it took something away, and else not.
    called_off: bool = False


class DealRow(NamedTuple):
    """Something that may be sold. Always has a title, and a person or a company."""

    line: int
    uid: str | None = None
    external_id: str | None = None
    title: str = ""
    person: Person | None = None
    company: str | None = None
    stage: str | None = None  # one of Options.stages when recognised, else as typed
    amount: int | None = None
    currency: str | None = None  # None with an amount: the owner's
    probability: int | None = None  # percent
    close: str | None = None  # YYYY-MM-DD, expected or actual
    stage_since: str | None = None  # UTC, as the _at fields
    won_at: str | None = None  # set for stage "won": from its own column, else from close
    lost_at: str | None = None  # the same for "lost"
    reason: str | None = None
    quoted_on: str | None = None
    valid_until: str | None = None
    company_external_id: str | None = None
    external_ids: tuple[str, ...] = ()
    created_at: str | None = None
    updated_at: str | None = None


Row = ContactRow | CompanyRow | InteractionRow | FollowUpRow | DealRow

ROWS: dict[str, type[Row]] = {
    "contacts": ContactRow,
    "companies": CompanyRow,
    "interactions": InteractionRow,
    "deals": DealRow,
    "followups": FollowUpRow,
}


class Reject(NamedTuple):
    """A record that cannot become a row; it goes to the rejects file to be mended."""

    line: int
    record: int  # counted from 1, the header apart; 0 where the loader does not know
    reason: str  # one short clause, such as: date "wczoraj" not understood
    original: tuple[str, ...] | str  # the cells as read, or the text where there are no cells


class NobodyError(InvalidValueError):
    """Says why a record is about nobody, such as a row of totals: it is left out, there is nothing to mend."""


class Skip(NamedTuple):
    """A record that says nothing to a book, such as a meeting that was called off."""

    line: int
    record: int
    reason: str


class Remark(NamedTuple):
    """A cell of an accepted record that was dropped, or read in one of two ways."""

    line: int
    record: int  # 0: of the file as a whole
    text: str  # such as: "zly(at)example.com" is not an e-mail

    def __str__(self) -> str:
        return f"row {self.record}: {self.text}" if self.record else self.text


class Told(NamedTuple):
    """Whom a reader tells what did not become a row, and what was dropped from one."""

    reject: Callable[[Reject], object] = lambda _: None
    remark: Callable[[Remark], object] = lambda _: None
    skip: Callable[[Skip], object] = lambda _: None
