"""What Monica exports as JSON: version 1.0-preview of its export, and the flat shape of its API.

Both hold contacts with what happened with them inside. A value of the export stands under
"properties" and "data", one of the API beside the id; they are read as one.
"""

from __future__ import annotations

import io
import json
from typing import IO, TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.exchange import encoding
from crmcli.exchange.monica_events import EVENTS, event, follow_up
from crmcli.exchange.monica_people import contact
from crmcli.exchange.text_source import Item, Left, TextSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Reject, Row

_LARGEST = 256_000_000  # bytes; the shape is nested, so it is held whole
_MARKS = (b'"app_version"', b'"exported_by"', b'"contactFields"', b'"contact_fields"', b'"information"', b'"is_partial"', b'"hash_id"')  # fmt: skip
_HEAD = 4096
_LISTS = ("contacts", "data", "account")


def claims(head: bytes) -> bool:
    """Whether the file starts as Monica's do."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] not in (b"{", b"["):
        return False
    marks = sum(mark in head for mark in _MARKS)
    return marks > 1 or (marks == 1 and b'"first_name"' in head)


def open_file(stream: IO[bytes], name: str, options: Options) -> MonicaFile:
    """Read it.

    Raises:
        UsageError: it is no JSON of this shape, or larger than 256 MB.
    """
    return MonicaFile(stream, name, options)


class MonicaFile(TextSource):
    """Contacts; their notes, calls and activities; their reminders and tasks."""

    FORMAT = "monica"
    HOLDS = ("contacts", "interactions", "followups")
    SUFFIX = "json"

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        super().__init__(stream, name, options)
        if self.size() > _LARGEST:
            raise UsageError("a Monica file of more than 256 MB; export fewer people at a time")
        wholes = self._wholes()
        self._contacts = [flat(one) for whole in wholes for one in _contacts(whole)]
        self._shared = [flat(one) for whole in wholes for one in _shared(whole)]
        self._kinds = {key: kind for whole in wholes for key, kind in _kinds(whole).items()}
        if not self._contacts and not self._shared:
            raise UsageError("no contacts of Monica in it")
        photos = sum(len(_listed(one, kind)) for one in self._contacts for kind in ("photos", "documents", "photo", "document"))  # fmt: skip
        if photos:
            self.plan.warnings.append(f"photos and documents are not kept; {photos} in the file")

    def items(self, text: IO[str]) -> Iterator[Item]:  # noqa: ARG002 - read when it was opened
        """Yield the contacts, then what happened; a record's line is its number, for JSON has none."""
        number = 0
        for one in self._contacts:
            number += 1
            alone = {key: value for key, value in one.items() if key not in EVENTS}
            yield _item(number, "contacts", (one, None, ""), alone)
            for kind in EVENTS:
                for each in _listed(one, kind):
                    if not isinstance(each, dict):
                        continue  # the id of an activity that stands beside the contacts
                    number += 1
                    noun = "followups" if EVENTS[kind] is None else "interactions"
                    yield _item(number, noun, (flat(each), one, kind), _whose(one) | {kind: [each]})
        for one in self._shared:
            number += 1
            yield _item(
                number,
                "interactions",
                (one, None, "activity"),
                {"is_partial": True, "activities": [one]},
            )

    def row(self, item: Item) -> Row | Left:
        """Make a person, what happened, or what is to be done."""
        one, whose, kind = item.value
        if item.noun == "contacts":
            return contact(item.line, one, self._kinds, self.cells)
        if item.noun == "followups":
            return follow_up(item.line, one, whose, kind)
        return event(item.line, one, whose, kind, self._options)

    def rejected(self, reject: Reject) -> str:
        """Return a small export, on a line of its own."""
        head = {"app_version": "", "exported_by": "", "rejected_line": reject.line, "rejected_reason": reject.reason}  # fmt: skip
        return json.dumps({**head, "contacts": [json.loads(str(reject.original))]})

    def _wholes(self) -> list[Any]:
        """The document; of a rejects file the documents, one a line."""
        with encoding.opened(self._stream, self._encoding) as text:
            content = text.read()
        try:
            return [json.loads(content, parse_float=str)]
        except (ValueError, RecursionError) as error:
            problem = str(error).split(":", maxsplit=1)[0].lower()
        try:
            if '"rejected_line"' in content[:_HEAD]:
                return [json.loads(line) for line in content.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            pass
        raise UsageError(f"not JSON: {problem}")

    def _items(self) -> Iterator[Item]:
        yield from self.items(io.StringIO())


def flat(one: Any) -> dict[str, Any]:
    """An object with what stands under its "properties" beside its id, and lists by their type."""
    if not isinstance(one, dict):
        return {"broken": True}
    found = {key: value for key, value in one.items() if key not in ("properties", "data")}
    inner = one.get("properties")
    found |= inner if isinstance(inner, dict) else {}
    data = one.get("data")
    if isinstance(data, list):
        for part in data:
            if isinstance(part, dict) and isinstance(part.get("type"), str):
                found[part["type"]] = part.get("values")
    elif data is not None:
        found.setdefault("data", data)
    return found


def _whose(one: dict[str, Any]) -> dict[str, Any]:
    """As much of a contact as says whom an event in it is about; by itself it is left out."""
    kept = ("uuid", "id", "first_name", "middle_name", "last_name", "complete_name")
    return {key: one[key] for key in kept if key in one} | {"is_partial": True}


def _item(number: int, noun: str, value: tuple[dict[str, Any], Any, str], shown: dict[str, Any]) -> Item:  # fmt: skip
    problem = "not an object" if "broken" in value[0] else None
    return Item(number, number, noun, value, json.dumps(shown), problem)


def _contacts(whole: Any) -> list[Any]:
    """Where the contacts stand: in a list, under "contacts", "data" or "account"."""
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict):
        return []
    account = whole.get("account")
    if isinstance(account, dict):
        return _listed(flat(account), "contact") or _listed(account, "contacts")
    return next((whole[name] for name in _LISTS if isinstance(whole.get(name), list)), [])


def _shared(whole: Any) -> list[Any]:
    """Activities that stand beside the contacts, with the uuids of several."""
    account = whole.get("account") if isinstance(whole, dict) else None
    if isinstance(account, dict):
        return _listed(flat(account), "activity")
    return _listed(whole, "activities") if isinstance(whole, dict) else []


def _kinds(whole: Any) -> dict[str, str]:
    """Of the id of a kind of contact field what it is: email, phone, or its name."""
    found: dict[str, str] = {}
    account = whole.get("account") if isinstance(whole, dict) else None
    instance = flat((account or {}).get("instance") or {}) if isinstance(account, dict) else {}
    for name in ("contact_field_types", "contact_field_type"):
        for one in map(flat, _listed(instance, name)):
            for key in ("uuid", "id"):
                if one.get(key):
                    found[str(one[key])] = str(one.get("type") or one.get("name") or "")
    return found


def _listed(one: dict[str, Any], name: str) -> list[Any]:
    value = one.get(name)
    if isinstance(value, dict):
        value = value.get("values")
    return value if isinstance(value, list) else []
