"""A vCard to a person: what each property fills."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange import labels, national, not_people
from crmcli.exchange import vcard_words as words
from crmcli.exchange.cells import Cells
from crmcli.exchange.contact_rows import contacts
from crmcli.exchange.fields import Fields
from crmcli.exchange.own_ids import with_ids
from crmcli.exchange.plan import Column
from crmcli.exchange.records import ContactRow
from crmcli.exchange.vcard_found import Found, first
from crmcli.exchange.vcard_takers import TAKERS
from crmcli.output.cells import join_list
from crmcli.values import phone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmcli.exchange.plan import Options
    from crmcli.exchange.vcard_cards import Card
    from crmcli.values.phone import Phone

_OWN_UID = re.compile(rf"{words.UID}([0-9a-f]{{16}})")
_SYSTEM_TAGS = frozenset(("mycontacts", "my contacts"))  # of Google: everybody is in it
_LONGEST_ID = 500
_OWN = list(dict.fromkeys(words.OWN.values()))
_OWN_COLUMNS = [Column(field, field) for field in ("name", "emails", "phones", *_OWN)]


class People:
    """Makes people of cards, and says what was dropped from one."""

    def __init__(self, options: Options) -> None:
        self.cells = Cells(options, own=False)
        self._of_country = national.by_country(self.cells)
        own = Cells(options, own=True)
        own.remarks = self.cells.remarks
        fields = Fields(_OWN_COLUMNS, own)
        self._own: Callable[[int, list[str]], ContactRow] = with_ids(contacts(fields), fields)
        self._owner = options.owner

    def row(self, card: Card, groups: Mapping[str, tuple[str, ...]]) -> ContactRow:
        """Make the row of a card.

        Args:
            card: of a person or a company.
            groups: of a uid the groups that it is in.

        Raises:
            InvalidValueError: nothing says who it is, or a text is none.
        """
        found = Found(self.cells)
        for one in card.properties:
            if one.name == "X-ABLABEL" and one.group:
                found.labels[one.group] = words.label(one.text.strip())
            elif one.name == "X-ABADR" and one.group:
                found.countries[one.group] = one.text
            elif one.name == "PRODID":
                found.is_ours = one.text.strip() == words.PRODUCT
        for one in card.properties:
            taker = TAKERS.get(one.name)
            if taker is not None:
                taker(found, one)
            elif one.name not in words.IGNORED:
                found.other(one)
        return self._made(card.line, found, groups)

    def is_owner(self, row: ContactRow) -> bool:
        """Whether the card is the owner's own."""
        return not_people.is_owners(row, self._owner)

    def _made(self, line: int, found: Found, groups: Mapping[str, tuple[str, ...]]) -> ContactRow:
        found.emails.sort(key=first)
        found.phones.sort(key=first)
        ours = _OWN_UID.fullmatch(found.uid)
        main, others = found.places(own=ours is not None and found.product == words.PRODUCT)
        emails = self._emails([value for _, value, _ in found.emails])
        phones = self._of_country(main.country, [value for _, value, _ in found.phones])
        name = found.shown(emails, phones, own=ours is not None)
        if not (name or emails or phones or found.company):
            raise InvalidValueError("no name, e-mail, phone or company")
        tags = (*found.tags, *groups.get(found.uid.lower(), ()))
        if not ours:
            tags = tuple(tag for tag in tags if tag.casefold() not in _SYSTEM_TAGS)
        row = ContactRow(
            line,
            uid=ours[1] if ours else None,
            external_id=None if ours or not found.uid else f"vcard:{found.uid[:_LONGEST_ID]}",
            name=name, given=found.given, family=found.family, company=found.company,
            title=found.title, emails=emails, phones=phones,
            urls=tuple(dict.fromkeys(found.urls + found.profiles)),
            address=main.address, city=main.city, region=main.region, postcode=main.postcode,
            country=main.country, birthday=found.birthday, dates=tuple(dict.fromkeys(found.dates)),
            language=found.language,
            tags=tuple(dict.fromkeys(tags)),
            note="\n".join(found.notes) or None, updated_at=found.revised, created_at=found.created,
            custom=found.custom or None, addresses=tuple(others), address_label=main.label,
            email_labels=self._labels(found.emails, emails, self.cells.email, str),
            phone_labels=self._labels(found.phones, phones, self._phone(main.country), phone.spelled),
        )  # fmt: skip
        if ours is None:  # nobody else tells us who is who in a third system
            found.own.pop("external_ids", None)
        return self._with_own(row, found.own) if found.own else row

    def _emails(self, values: list[str]) -> tuple[str, ...]:
        if len(values) == 1:
            return self.cells.email(values[0])
        return self.cells.emails(values) if values else ()

    def _phone(self, country: str | None) -> Callable[[str], tuple[Phone, ...]]:
        return lambda value: self._of_country(country, [value])

    def _labels(
        self,
        said: list[tuple[int, str, str | None]],
        found: tuple[Any, ...],
        read: Callable[[str], tuple[Any, ...]],
        shown: Callable[[Any], str],
    ) -> labels.Labels:
        before = len(self.cells.remarks)
        labelled = labels.of_values([one[1:] for one in said], found, read, shown) if said else ()
        del self.cells.remarks[before:]  # said when the values were read
        return labelled

    def _with_own(self, row: ContactRow, own: dict[str, list[str]]) -> ContactRow:
        """The row with what only a book of ours writes: read as the cells of its CSV are."""
        record = [row.name or "x", join_list(row.emails), join_list(map(phone.spelled, row.phones))]
        for field in _OWN:
            said = own.get(field, [])
            record.append(join_list(said) if field in words.OWN_LISTS else (said or [""])[0])
        read = self._own(row.line, record)
        return row._replace(**{field: getattr(read, field) for field in own})
