"""What the properties of one vCard said, until it is made a person."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from crmcli.exchange import vcard_words as words
from crmcli.exchange.cell_text import is_nothing, lines
from crmcli.exchange.fields import NO_COLUMN
from crmcli.exchange.records import Address
from crmcli.values import email
from crmcli.values import name as names
from crmcli.values.phone import looks_like_phone
from crmcli.values.text import storable

if TYPE_CHECKING:
    from crmcli.exchange.cells import Cells
    from crmcli.exchange.vcard_cards import Property
    from crmcli.values.phone import Phone

_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?")
_YEARLESS = re.compile(r"--(\d\d)-?(\d\d)(?:T.*)?")
_NO_YEARS = frozenset(("1604", "0000"))


class Found:
    """What the properties of one card said so far."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.labels: dict[str, str] = {}
        self.countries: dict[str, str] = {}
        self.full: str | None = None
        self.given: str | None = None
        self.middle: str | None = None
        self.family: str | None = None
        self.company: str | None = None
        self.title: str | None = None
        self.affixes: tuple[str | None, str | None] = (None, None)
        self.uid = self.product = ""
        self.is_ours = False  # written by us: labels stand as the book has them
        self.nickname: str | None = None
        # Preference, value, label.
        self.emails: list[tuple[int, str, str | None]] = []
        self.phones: list[tuple[int, str, str | None]] = []
        self.urls: list[str] = []
        self.profiles: list[str] = []
        self.addresses: list[tuple[int, Address]] = []
        self.unformed: list[str] = []
        self.birthday: str | None = None
        self.language: str | None = None
        self.revised: str | None = None
        self.created: str | None = None
        self.dates: list[tuple[str, str, int | None]] = []
        self.tags: list[str] = []
        self.notes: list[str] = []
        self._custom: dict[str, dict[str, None]] = {}
        self.own: dict[str, list[str]] = {}
        self.is_company = False

    def keep(self, name: str, value: str) -> None:
        """A custom field; a second value of the same name stands beside the first."""
        if said := lines(value):
            self._custom.setdefault(name, {})[said] = None

    @property
    def custom(self) -> dict[str, str]:
        """The custom fields; several values are joined by commas, those of several lines by lines."""
        return {
            name: ("\n" if any("\n" in one for one in said) else ", ").join(said)
            for name, said in self._custom.items()
        }

    def other(self, one: Property) -> None:
        """What has no field of ours, under its own name; or what is ours alone."""
        if one.name == words.OWN_FIELD:
            name, *values = one.parts
            if name and (said := lines(";".join(values))):
                self._custom[storable(name)] = {said: None}
        elif one.name in words.OWN:
            self.own.setdefault(words.OWN[one.name], []).append(one.text)
        elif one.name:
            value = ", ".join(filter(None, one.parts)) if ";" in one.value else one.text
            self.keep(words.field(one.name), value)

    def shown(self, emails: tuple[str, ...], phones: tuple[Phone, ...], *, own: bool) -> str | None:
        """The name as it is shown; none where it only repeats an address, a number or the company."""
        name = self.full
        if name is None or (is_nothing(name) and not own):
            name = names.join(self.given, self.middle, self.family) or None
            self.affixed(name or "")
            if name is None and not self.company:
                name = self.nickname
            return name
        self.affixed(name)
        if own or self.given or self.family:
            return name
        if self.is_company and not self.company:
            self.company = name
        plain = name.casefold()
        digits = "".join(filter(str.isdecimal, name)) if looks_like_phone(name) else None
        repeats = plain in map(email.key, emails) or any(digits == one.key for one in phones)
        return None if repeats or (self.company and plain == self.company.casefold()) else name

    def affixed(self, name: str) -> None:
        """Keep the parts of the name that the name as shown is without."""
        prefix, suffix = self.affixes
        affixes = {"prefix": prefix, "middle name (vCard)": self.middle, "suffix": suffix}
        for named, part in affixes.items():
            if part and part not in name:
                self.keep(named, part)

    def places(self, *, own: bool) -> tuple[Address, list[Address]]:
        """The first address, and the others. A file of ours says which is the first, or that none is."""
        if not self.addresses and self.unformed:
            return Address(address=self.unformed[0]), []
        self.addresses.sort(key=first)
        found = list(dict.fromkeys(place for _, place in self.addresses))
        if not found or (own and self.addresses[0][0] > 1):
            return Address(), found
        return found[0], found[1:]

    def day(self, one: Property) -> str | None:
        """A day in any of its spellings; None for what is none."""
        written = one.text.strip()
        found = _DAY.fullmatch(written) or _YEARLESS.fullmatch(written)
        if found is None:
            return self.cells.key_date(written, NO_COLUMN) if written else None
        year = found[1] if len(found.groups()) == 3 else "0000"
        month, day = found.groups()[-2:]
        yearless = year in _NO_YEARS or [year] == one.params.get("X-APPLE-OMIT-YEAR")
        try:
            date(2000 if yearless else int(year), int(month), int(day))
        except ValueError:
            return None
        return f"--{month}-{day}" if yearless else f"{year}-{month}-{day}"


def first(pair: tuple[Any, ...]) -> Any:
    """Return what the most preferred comes first by."""
    return pair[0]
