"""What a header row says: which noun the rows are, and which field each column fills."""

from __future__ import annotations

import functools
import os
import re
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.exchange.plan import CUSTOM, IGNORED, THEIRS, Column
from crmcli.exchange.records import NOUNS
from crmcli.exchange.write import FIELDS
from crmcli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

# Columns of a rejects file: for the eye, and left out when the mended file comes back. Not plainly
# "reason", which is a field of deals.
REJECT_COLUMNS = ("rejected_line", "rejected_reason")
_NAMES = {noun: frozenset(names) for noun, names in FIELDS.items()}
_ON_A_CARD = frozenset({"last", "last_text", "quiet"})  # in no export, and together in no list
_UID = re.compile(r"[0-9a-f]{16}").fullmatch
_NO_UID = "0" * 16
_REJECT_KEYS = frozenset({"rejected line", "rejected reason"})
# Words that others use for other things; --map takes a column of theirs for one of these all the same.
_OURS = frozenset({"consents", "outcome", "merged", "different", "addresses", "external_ids"})
# Links and stamps of deals and follow-ups in a book of ours; in other files a column that nothing is made of.
_STAMPS = frozenset({"set_by", "done_by", "created_at", "updated_at"})
_IDENTIFY = frozenset({"name", "given", "family", "emails", "phones", "other_phones", "company"})
_BLANKS = {ord(mark): " " for mark in "-_.\u00a0\u2013\ufeff"} | {
    ord(one): other for one, other in ("ёе", "’'", "`'", "ʼ'")
}
_PERSON = frozenset({"given", "family", "emails", "birthday", "lifecycle", "title"})


@functools.cache
def _table() -> dict[str, Any]:
    path = os.path.join(os.path.dirname(__file__), "aliases.toml")
    with open(path, "rb") as file:
        return tomllib.load(file)


@functools.cache
def aliases(noun: str) -> dict[str, str]:
    """Return normalised header to field, for the files of a noun."""
    fields: dict[str, list[str]] = _table()["columns"][noun]
    return {normal(header): field for field, headers in fields.items() for header in headers}


def fields(noun: str) -> tuple[str, ...]:
    """Return the fields that columns of a noun can fill."""
    return tuple(_table()["columns"][noun])


@functools.cache
def words(group: str) -> dict[str, str]:
    """Return a word in any language to ours: group is kinds, directions, stages, lifecycles or yes."""
    found: dict[str, list[str]] = _table()["words"][group]
    return {normal(word): ours for ours, theirs in found.items() for word in (ours, *theirs)}


@functools.cache
def group(name: str) -> frozenset[str]:
    """Headers that mean one thing or another by what stands beside them: either, whole, family_first."""
    return frozenset(map(normal, _table()["beside"][name]))


def normal(header: str) -> str:
    """Return a header or word as it is compared: without case, accents, marks and superfluous blanks.

    Letters stay in their script: Klient is a company where Клиент is a person.
    """
    text = unicodedata.normalize("NFC", header).casefold()
    if not text.isascii():
        text = "".join([fold(letter) if letter < "\u0370" else letter for letter in text])
    text = text.translate(_BLANKS)
    words_of_it = " ".join(text.rstrip("*: ").split())
    return f" {words_of_it}".replace(" e mail", " email")[1:]


def is_of_rejects(header: str) -> bool:
    """Return whether a column was put into a rejects file by us, for the eye."""
    return normal(header) in _REJECT_KEYS


def known(seen: set[str], noun: str | None = None) -> int:
    """Return how many normalised cells are headers that we know: the header row has the most."""
    nouns = (noun,) if noun else NOUNS
    return max(len(seen & aliases(n).keys()) for n in nouns)


def is_own(headers: Collection[str], uids: Iterable[str] = ()) -> bool:
    """Whether a file is one of ours: it has our uid, and under our very names says whom it is about.

    Others have uids too: the first of these that is not empty must look like one of ours.
    """
    if "uid" not in headers or not _UID(next((uid for uid in uids if uid), _NO_UID)):
        return False
    noun = _most_fields(headers)
    table = aliases(noun)
    fields = {table.get(normal(name), "") for name in _NAMES[noun].intersection(headers)}
    return all(fields & any_of for any_of, _ in _needs(noun))


def _most_fields(headers: Collection[str]) -> str:
    """The noun with the most of our very names among the headers."""
    return max(
        NOUNS,
        key=lambda noun: len(
            _NAMES[noun].intersection([_listed(header, headers, noun) for header in headers])
        ),
    )


def holds(headers: Sequence[str]) -> str:
    """Decide which noun the rows under these headers are."""
    if is_own(headers):  # its custom fields may be called what another noun has
        return _most_fields(headers)
    seen = {noun: {aliases(noun).get(normal(h), "") for h in headers} for noun in NOUNS}
    person = seen["contacts"] & _PERSON
    follow_up, interaction, deal = seen["followups"], seen["interactions"], seen["deals"]
    if "kind" in interaction and ("at" in interaction or "direction" in interaction):
        return "interactions"
    if "due" in follow_up and "stage" not in deal and not seen["contacts"] & {"given", "birthday"}:
        return "followups"
    if (
        "title" in deal
        and ("amount" in deal or "stage" in deal)
        and not person & {"given", "family"}
    ):
        return "deals"
    told = {"text", "subject", "amount", "direction"} & interaction
    if "at" in interaction and told and not person & {"given", "family", "birthday", "lifecycle"}:
        return "interactions"
    return "companies" if not person and _are_companies(headers, seen["contacts"]) else "contacts"


def _are_companies(headers: Sequence[str], fields: set[str]) -> bool:
    """Whether rows without a person's fields are companies, and not contacts known by a company."""
    if "company" in fields:
        return not fields & {"name", "phones", "other_phones"}
    plain = {normal(header) for header in headers}
    ours = {"name", "domain"} <= plain or {"name", "url"} <= plain
    return ours and not plain & {"phones", "urls"}


def columns(
    headers: Sequence[str], noun: str, chosen: Mapping[str, str], *, own: bool
) -> list[Column]:
    """Return what each column fills.

    Args:
        headers: the header row, trailing empty cells taken off.
        noun: what the rows are.
        chosen: their header to our field, as the user maps them.
        own: the file was made by us.

    Raises:
        UsageError: nothing in the file says whom or what it is about, or a mapping names a column
            that the file doesn't have.
    """
    wanted = mapped(headers, noun, chosen)
    whole = own and _NAMES[noun].issubset(headers) and not _ON_A_CARD.issubset(headers)
    found = [
        Column(
            header,
            wanted[place]
            if place in wanted
            else _own_meaning(_listed(header, headers, noun), place + 1, noun, whole=whole)
            if own
            else meaning(header, place + 1, noun),
        )
        for place, header in enumerate(headers)
    ]
    if not own:
        free = [column for place, column in enumerate(found) if place not in wanted]
        _see_beside(free, {column.field for column in found}, noun)
        for column in free:
            column.rank = int(normal(column.header) in group("second"))
            column.family_first = is_family_first(column.header)
    require(found, noun, headers)
    return found


def _see_beside(free: Sequence[Column], fields: set[str], noun: str) -> None:
    """Settle the columns that the user leaves to us, by what stands beside them.

    A customer beside a person is a company, and ``Name`` beside a given name the family name. Of
    two columns of whole names the second becomes a custom field: it may be somebody else's.
    """
    whole = {"contacts": "name", "interactions": "people_names", "followups": "people_names"}.get(
        noun
    )
    if whole is None:
        return
    if noun == "contacts" and "given" in fields and "family" not in fields:
        for column in free:
            if normal(column.header) in group("whole"):
                column.field = "family"
                fields = fields | {"family"}
                break
    people = [column for column in free if column.field == whole]
    either = [column for column in people if normal(column.header) in group("either")]
    persons = noun == "contacts" and bool(fields & {"given", "family"})
    if either and (persons or len(either) < len(people)):
        for column in either:
            column.field = (
                "company" if "company" in _table()["columns"][noun] else CUSTOM + column.header
            )
            people.remove(column)
    for column in people[1:]:
        column.field = CUSTOM + " ".join(column.header.split())


def is_whole(header: str) -> bool:
    """Whether whole names may stand under the header as well as family names."""
    return normal(header) in group("whole")


def is_family_first(header: str) -> bool:
    """Whether names under the header start with the family name."""
    return normal(header) in group("family_first")


def mapped(headers: Sequence[str], noun: str, chosen: Mapping[str, str]) -> dict[int, str]:
    """Return the field of each place whose column the user maps.

    Raises:
        UsageError: a mapping names a column that the file doesn't have.
    """
    if not chosen:
        return {}
    keys = [normal(header) for header in headers]
    missing = [theirs for theirs in chosen if normal(theirs) not in keys]
    if missing:
        raise UsageError(f'no column "{missing[0]}"; columns seen: {", ".join(headers)}')
    wanted = {normal(theirs): _field(ours, aliases(noun)) for theirs, ours in chosen.items()}
    return {place: wanted[key] for place, key in enumerate(keys) if key in wanted}


def meaning(header: str, number: int, noun: str) -> str:
    """Return the field of the column under a header, the ``number``-th of a file that is not ours."""
    shown = header or f"column {number}"
    found = _meaning(normal(header), shown, aliases(noun))
    return CUSTOM + shown if found in _STAMPS and noun in ("deals", "followups") else found


def _listed(header: str, headers: Collection[str], noun: str) -> str:
    """The list that a column of ours stands for: the first e-mail or phone alone is taken for all of them."""
    plural = f"{header}s"
    alone = header in ("email", "phone") and plural not in headers
    return plural if alone and plural in _NAMES[noun] else header


def _own_meaning(header: str, number: int, noun: str, *, whole: bool) -> str:
    """The field of a column of ours: under any other name than our very own stands a custom field.

    A ``whole`` export has all fields and nothing that lists alone show, so not even what reads like
    a column of these is one.
    """
    if header in REJECT_COLUMNS or header == "id":
        return IGNORED
    if header in _NAMES[noun]:
        return aliases(noun)[normal(header)]
    if not whole and header in _table()["columns"][noun].get("read_only", ()):
        return IGNORED
    return CUSTOM + (" ".join(header.split()) or f"column {number}")


def _field(asked: str, table: dict[str, str]) -> str:
    if asked in ("", "-"):
        return IGNORED
    return table.get(normal(asked)) or CUSTOM + asked


def _meaning(key: str, header: str, table: dict[str, str]) -> str:
    if key in _REJECT_KEYS:
        return IGNORED
    field = table.get(key)
    if field in _OURS:
        return f"{CUSTOM}{header}{THEIRS}"  # else it would be ours at the next import
    if field == "read_only":
        return CUSTOM + header
    if field == "external_id" and key == "id":
        return CUSTOM + "external id"  # "id" is ours: it would be taken off at the next import
    if field is None or field == "external_id":
        # An ID of nobody knows which system is unique in its own file only; it identifies nobody.
        return CUSTOM + " ".join(header.split())
    return field


def require(
    found: Sequence[Column], noun: str, headers: Sequence[str], instead: Sequence[str] = ()
) -> None:
    """Hold columns to what a noun cannot do without; ``instead`` are fields that also say who it is.

    Raises:
        UsageError: nothing in the file says whom or what it is about.
    """
    fields = {column.field for column in found}
    for any_of, words_for in _needs(noun):
        if not fields & any_of and ("phones" not in any_of or fields.isdisjoint(instead)):
            seen = ", ".join(h for h in headers[:30] if h) or "none"
            raise UsageError(f"no column names {words_for}; columns seen: {seen}")


def _needs(noun: str) -> tuple[tuple[set[str], str], ...]:
    """Of which fields a file of a noun has one at least, each group with its words."""
    whom = {"people", "people_names", "phones"}
    needs: dict[str, tuple[tuple[set[str], str], ...]] = {
        "contacts": ((set(_IDENTIFY), "a person, e-mail, phone or company"),),
        "companies": (({"name"}, "a company"),),
        "interactions": ((whom, "a person or e-mail"), ({"at"}, "a date")),
        "deals": (({"title"}, "a deal"), (whom | {"company"}, "a person, e-mail or company")),
        "followups": ((whom, "a person or e-mail"), ({"due"}, "a due date")),
    }
    return needs[noun]
