"""A book in which every text is an attack, filled through the front door."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from crmcli.db.triggers import TRACKED
from crmcli.values.text import clean
from tests.conftest import Crm

if TYPE_CHECKING:
    from pathlib import Path

# Texts of the model that nobody can fill with words of theirs, and why.
_OURS = {
    "uid": "made by us, or 16 hexadecimal digits",
    "key": "folded for matching, never shown",
    "company_key": "folded for matching, never shown",
    "alias": "folded for searching, never shown",
    "system": "the word before the colon of an id",
}
_CHECKED = frozenset(
    (
        *("birthday", "country", "currency", "lifecycle", "verified_on", "notice_on", "created_at"),
        *("updated_at", "archived_at", "dead_on", "date", "basis", "given_on", "withdrawn_on"),
        *("close", "stage_since", "quoted_on", "valid_until", "won_at", "lost_at", "at", "direction"),
        *("due", "every", "anchor", "done_at", "snoozed_until", "closed_at", "since_at", "until_at"),
        *("noun", "rule", "occurrence", "until"),
    )
)  # fmt: skip
_OF_TABLE = {
    ("email", "address"): "an address without a control character",
    ("forgotten", "hash"): "a keyed hash",
    ("forgotten", "kind"): "what was hashed",
    ("phone", "extension"): "digits",
    ("phone", "typed"): "a valid number in digits and marks",
    ("company", "domain"): "a domain",
    ("saved_view", "name"): "letters, digits, - and _",
    ("silence", "kind"): "ack, snooze or ignore",
}


def unfillable(table: str, column: str) -> bool:
    """Whether a column takes no words of the user's."""
    return column in _OURS or column in _CHECKED or (table, column) in _OF_TABLE


def fill(home: Path, attack: str) -> Crm:
    """Make a book of three people, a company, deals, a case, follow-ups, views, a config and rules."""
    crm = Crm(home)
    _config(crm, attack)
    name = clean(attack)
    one, two = "1" * 16, "2" * 16
    who = {"uid": one, "id": 1, "name": name, "email": "eve@evil.example"}
    _bring(crm, "companies", [{
        "uid": "a" * 16, "name": name, "address": attack, "city": attack, "region": attack,
        "postcode": attack, "country": attack, "note": attack, "url": attack, "phone": f"12345 {_letters(name)}",
        "created_at": "2025-01-01T09:00:00Z",
    }])  # fmt: skip
    person = {
        "uid": one, "name": name, "given": name, "family": name, "company": name, "title": attack,
        "emails": ["eve@evil.example"], "phones": [f"12345 {_letters(name)}", "+48601100101"], "urls": [attack],
        "address": attack, "city": attack, "region": attack, "postcode": attack, "country": attack,
        "birthday": "1984-03-02", "dates": [f"{_plain(name)}=2026-03-02", "renewal=2026-03-20/30d"],
        "language": attack, "channel": attack, "lifecycle": "customer", "tags": [attack, "vip"],
        "source": attack, "note": attack, "consents": [f"consent=2025-01-01/{attack}"],
        "address_label": attack, "email_labels": {"eve@evil.example": attack}, "phone_labels": {"+48601100101": attack},
        "addresses": [{"label": attack, "address": attack, "city": attack, "region": attack,
                       "postcode": attack, "country": attack}],
        "created_at": "2025-01-01T09:00:00Z", attack[:500]: attack,
        "external_ids": [f"hubspot:{attack}"],
    }  # fmt: skip
    other = {"uid": two, "name": f"{name} twin", "emails": ["twin@evil.example"], "company": name,
             "referred_by": "eve@evil.example", "created_at": "2025-01-01T09:00:00Z"}  # fmt: skip
    third = {"uid": "3" * 16, "name": f"{name} twin", "lifecycle": "lead", "note": attack,
             "created_at": "2025-01-01T09:00:00Z"}  # fmt: skip
    _bring(crm, "contacts", [person, other, third])
    _bring(crm, "deals", [
        {"uid": "d" * 16, "title": name, "contact": who, "company": name, "stage": "proposal",
         "amount": 900, "currency": "EUR", "close": "2026-01-10", "created_at": "2025-11-01T09:00:00Z"},
        {"uid": "e" * 16, "title": f"{name} 2", "contact": who, "stage": "lost", "reason": attack,
         "close": "2026-01-10"},
        {"uid": "c" * 16, "title": "x", "contact": who, "stage": attack[:2000], "amount": 9},
    ])  # fmt: skip
    said = {"contacts": [who], "subject": attack, "text": attack, "source": attack}
    _bring(crm, "interactions", [
        {"uid": "b" * 15 + str(place), "kind": kind, "at": f"2026-01-0{place}T10:00:00Z", **said, **more}
        for place, (kind, more) in enumerate((
            ("call", {}), ("email", {"direction": "out"}), ("purchase", {"amount": 50, "currency": "EUR"}),
            ("complaint", {}), ("complaint", {"closed_at": "2026-01-20", "outcome": attack,
                                              "waits": ["2026-01-10..2026-01-11"]}),
        ), 1)
    ])  # fmt: skip
    _bring(crm, "followups", [
        {"uid": "f" * 15 + str(place), "contact": who, "due": due, "text": attack, "source": attack, **more}
        for place, (due, more) in enumerate((
            ("2026-03-01", {}), ("2026-03-02", {"every": "month"}),
            ("2026-03-01", {"snoozed_until": "2026-03-09", "snooze_reason": attack}),
        ), 1)
    ])  # fmt: skip
    logged = crm("log", _kind(attack), "1", name[:200])
    kind = "call" if logged.code else _kind(attack)
    crm.ok("log", kind, "1", f"about {name[:900]}", "--subject", name[:900], "--next", "today",
           "--next-text", name[:900])  # fmt: skip
    crm.ok("merge", "2", "3")
    quoted = name[:100].replace('"', '""')
    crm.ok("view", "save", "eve", f'note:any or name:"{quoted}"')
    crm.ok("ignore", "R201:1", "--reason", name)
    crm.ok("snooze", "U001:1", "+3d", "--reason", name)
    crm.ok("tag", "2", _plain(name)[:200])
    return crm


def _plain(text: str) -> str:
    """The text without the marks that have a meaning of their own in lists and queries."""
    return "".join(char for char in text if char not in ",;|:/[](){}\"'@+=<>")


def _letters(name: str) -> str:
    """The text as it can stand beside the digits of a phone."""
    return "".join(char for char in _plain(name)[:200] if not char.isdecimal())


def _kind(attack: str) -> str:
    """The name of a kind of one's own: one word in small letters."""
    return "".join(attack[:200].lower().split()) or "eve"


def _config(crm: Crm, attack: str) -> None:
    text = json.dumps(attack[:2000], ensure_ascii=True)
    if any(ord(char) > 0xFFFF for char in attack):  # TOML knows no pairs of surrogates
        text = '"' + "".join(f"\\U{ord(char):08x}" for char in attack[:2000]) + '"'
    kind = json.dumps(_kind(attack))
    if any(ord(char) > 0xFFFF for char in attack):
        kind = '"' + "".join(f"\\U{ord(char):08x}" for char in _kind(attack)) + '"'
    config = f"""
[owner]
name = {text}
emails = ["me@shop.example"]
url = {text}
[cadence.tags]
{text} = 30
[kinds]
{kind} = {{ touch = true }}
[views]
{text} = {text}
[deals]
stages = [
  {{ name = "new", probability = 10 }}, {{ name = {text}, probability = 20, rot = 5 }},
  {{ name = "proposal", probability = 50 }}, {{ name = "negotiation", probability = 75 }},
]
[output]
columns = ["id", "name", "company", "email", "phone", "last", "next", "match"]
[[rule]]
code = "U001"
name = "eve"
where = "is:customer"
message = {text.replace("{", "{{").replace("}", "}}")}
why = {text}
action = ["log", "call", "{{id}}", {text.replace("{", "(").replace("}", ")")}]
asks = "tidy"
"""
    folder = crm.home / ".config" / "crm"
    folder.mkdir(parents=True)
    path = folder / "config.toml"
    path.write_text(config, encoding="utf-8")
    path.chmod(0o600)


def _bring(crm: Crm, noun: str, objects: list[dict[str, object]]) -> None:
    lines = "\n".join(json.dumps(one) for one in objects)
    result = crm("import", "-", "--as", noun, stdin=lines)
    assert (result.code, result.out) == (0, ""), result.err[:3000]


def unfilled(crm: Crm, sign: str) -> set[str]:
    """The text columns of the book in which no row has the sign."""
    db = sqlite3.connect(crm.db)
    found = set()
    for table in (*TRACKED, "change_set"):
        for _, column, kind, *_ in db.execute(f"PRAGMA table_info({table})").fetchall():
            if kind == "TEXT" and not unfillable(table, column):
                sql = f"SELECT 1 FROM {table} WHERE instr(lower({column}), ?)"
                if not db.execute(sql, (sign.lower(),)).fetchone():
                    found.add(f"{table}.{column}")
    db.close()
    return found
