"""Files by chance for imports and pipes: tables, JSON, vCards, calendars, mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.typed import Typist

_KINDS = (
    "contacts",
    "companies",
    "interactions",
    "deals",
    "followups",
    "json",
    "vcard",
    "ics",
    "mbox",
)
_NAMES = ("Anna Nowak", "Jan Kowalski", "Eva Malá", "Petr Nový", "Zofia Lis")


def file(t: Typist) -> tuple[str | None, str]:
    """A noun for ``--as``, None where the format tells, and the text."""
    kind = t.one(*_KINDS)
    return (kind if kind in _KINDS[:5] else None), _MADE[kind](t)


def _rows(t: Typist, header: str, row: str, most: int = 6) -> str:
    lines = [header]
    for _ in range(t.chance.randrange(1, most)):
        t.count += 1
        lines.append(
            row.format(
                n=t.count,
                name=t.one(*_NAMES),
                email=t.email(),
                phone=t.phone(),
                tag=t.one("vip", "fair", "csv"),
                company=t.one("Acme", "Lis", "Nová"),
                city=t.one("Kraków", "Brno", ""),
                day=t.one("2026-01-05", "2026-02-10", "2025-11-30"),
                kind=t.one("call", "email", "purchase", "complaint", "note"),
                stage=t.one("lead", "proposal"),
                id=t.chance.randrange(6),
                every=t.one("", "month"),
            )
        )  # fmt: skip
    return "\n".join(lines) + "\n"


def _contacts(t: Typist) -> str:
    if t.chance.random() < 0.3:
        return _rows(
            t, "Record ID,First Name,Last Name,Email,Phone Number,City",
            "10{id},{name},Surname{id},{email},{phone},{city}",
        )  # fmt: skip
    return _rows(
        t, "name,email,phone,company,tags,city,note,shelf",
        "{name},{email},{phone},{company},{tag};all,{city},n{n},s{id}",
    )  # fmt: skip


def _companies(t: Typist) -> str:
    return _rows(t, "name,city,domain,note", "{company},{city},c{id}.example,n{n}")


def _interactions(t: Typist) -> str:
    return _rows(
        t,
        "kind,contacts,at,text,amount,currency",
        "{kind},{email},{day},said {id} {day},{id}0.00,EUR",
    )


def _deals(t: Typist) -> str:
    return _rows(
        t, "title,contact,company,stage,amount,currency,close",
        "Paper {id},{email},{company},{stage},1{id}00,PLN,2026-06-0{id}".replace("0{id}", "1{id}"),
    )  # fmt: skip


def _followups(t: Typist) -> str:
    return _rows(t, "contact,due,text,every", "{email},2026-04-1{id},ring {id},{every}")


def _json(t: Typist) -> str:
    people = [
        {
            "name": t.one(*_NAMES), "emails": [t.email()], "tags": [t.one("vip", "json")],
            "consents": [t.one("consent=2026-01-02/fair", "contract=2025-12-01")],
            "dates": [t.one("renewal=2026-10-01/14d", "nameday=--03-19")], "note": f"j{t.count}",
        }
        for _ in range(t.chance.randrange(1, 4))
    ]  # fmt: skip
    return json.dumps(people)


def jsonl(t: Typist) -> str:
    """Interactions, one a line."""
    lines = []
    for _ in range(t.chance.randrange(1, 4)):
        t.count += 1
        lines.append(
            json.dumps({"kind": "call", "contacts": [t.email()], "at": "2026-02-01", "text": f"said {t.count}"})
        )  # fmt: skip
    return "\n".join(lines) + "\n"


def _vcard(t: Typist) -> str:
    cards = [
        f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:x:{t.chance.randrange(8)}\r\nFN:{t.one(*_NAMES)}\r\n"
        f"EMAIL:{t.email()}\r\nTEL:{t.phone()}\r\nORG:{t.one('Acme', 'Lis')}\r\n"
        f"ADR;TYPE=home:;;Prosta {t.chance.randrange(3)};Kraków;;00-950;PL\r\n"
        f"ADR;TYPE=work:;;Długa {t.chance.randrange(3)};Brno;;602 00;CZ\r\nCATEGORIES:{t.one('vip', 'card')}\r\n"
        "URL:https://v.example\r\nEND:VCARD\r\n"
        for _ in range(t.chance.randrange(1, 4))
    ]
    return "".join(cards)


def _ics(t: Typist) -> str:
    events = []
    for _ in range(t.chance.randrange(1, 4)):
        mark = t.chance.randrange(8)
        events.append(
            f"BEGIN:VEVENT\r\nUID:e{mark}@x.example\r\nDTSTAMP:20260201T100000Z\r\nDTSTART:202602{10 + mark}T100000Z\r\n"
            f"DTEND:202602{10 + mark}T110000Z\r\nSUMMARY:Meeting {mark}{t.one('', ' moved')}\r\n"
            f"ATTENDEE;CN={t.one(*_NAMES)}:mailto:{t.email()}\r\nEND:VEVENT\r\n"
        )
        events.append(
            f"BEGIN:VTODO\r\nUID:t{mark}@x.example\r\nDTSTAMP:20260201T100000Z\r\nDUE;VALUE=DATE:202604{10 + mark}\r\n"
            f"SUMMARY:Send {mark}\r\nATTENDEE:mailto:{t.email()}\r\nEND:VTODO\r\n"
        )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n{''.join(events)}END:VCALENDAR\r\n"


def message(t: Typist) -> str:
    """A piped mail from somebody, or one that came back."""
    mark = t.chance.randrange(9)
    if t.chance.random() < 0.2:
        return (
            "From: MAILER-DAEMON@mail.example\nTo: owner@me.example\nSubject: Undelivered Mail Returned to Sender\n"
            f"Message-ID: <b{mark}@mail.example>\nDate: Mon, 2 Feb 2026 10:0{mark}:00 +0100\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example\n\n"
            f"Final-Recipient: rfc822; {t.email()}\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
        )
    return (
        f"From: {t.one(*_NAMES).encode('ascii', 'replace').decode()} <{t.email()}>\nTo: owner@me.example\n"
        f"Subject: Offer {mark}\nMessage-ID: <m{mark}@x.example>\nDate: Mon, 2 Feb 2026 10:0{mark}:00 +0100\n\n"
        f"Please send the list {mark}.\n"
    )


def _mbox(t: Typist) -> str:
    return "".join(
        f"From x@x.example Mon Feb  2 10:00:00 2026\n{message(t)}\n"
        for _ in range(t.chance.randrange(1, 4))
    )


_MADE = {
    "contacts": _contacts, "companies": _companies, "interactions": _interactions, "deals": _deals,
    "followups": _followups, "json": _json, "vcard": _vcard, "ics": _ics, "mbox": _mbox,
}  # fmt: skip
