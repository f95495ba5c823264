"""Cells to values: each kind of field has one reader here.

A reader raises InvalidValueError for a cell that its row cannot do without, and otherwise returns
nothing and leaves a remark, so that one bad e-mail doesn't cost a person.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError, UsageError
from crmcli.exchange.cell_text import is_nothing, lines, split, text
from crmcli.exchange.cell_words import Words
from crmcli.exchange.clock import Clock
from crmcli.exchange.habits import PLAIN
from crmcli.exchange.records import Person
from crmcli.exchange.remembered import Remembered
from crmcli.output.cells import split_list
from crmcli.values import country, dates, duration, email, key_dates, money, phone, repeat

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.habits import Habits
    from crmcli.exchange.plan import Column, Options
    from crmcli.values.phone import Phone

_PEOPLE = 50_000  # remembered: the same people come again and again in a file of interactions
# An address as nearly all are, which values.email would give back as it is. Nothing in it can be
# too long in less than 64 characters.
_USUAL_EMAIL = re.compile(
    r"[A-Za-z0-9._%+-]+@[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+"
).fullmatch
_SHORT = 64
_BETWEEN_EMAILS = frozenset(' ,;|<"\n\r\t:')
_A_HUNDREDTH = money.UNITS // 100
_LONG_NUMBER = 12
_HEX = frozenset("0123456789abcdef")


class Cells(Words):
    """Readers that need to know about the file, the config or what they met before.

    Attributes:
        clock: turns civil times of the usual spelling into instants.
        known_people: what `people` said about cells before.
        kept: custom fields of the record that is being read, see `keep`; who reads it empties it.
    """

    def __init__(self, options: Options, *, own: bool, habits: Habits = PLAIN) -> None:
        super().__init__(options, own=own, habits=habits)
        self.clock = Clock(options.tz)
        self.kept: dict[str, str] = {}
        self.known_people = Remembered(self._people, self.remarks, empty=(), most=_PEOPLE)

    def email(self, cell: str) -> tuple[str, ...]:
        """All addresses of a cell, see `emails`; of the usual one at once."""
        if len(cell) < _SHORT and _USUAL_EMAIL(cell):
            return (cell,)
        return self.emails([cell])

    def emails(self, cells: list[str]) -> tuple[str, ...]:
        """All addresses, each once whatever its case; what is no address is remarked on."""
        if len(cells) == 1 and _BETWEEN_EMAILS.isdisjoint(cells[0]):
            try:
                return (email.parse(cells[0]),)
            except InvalidValueError:
                pass  # a word for nothing, or no address: said below
        found: dict[str, str] = {}
        for cell in cells:
            addresses, left = email.split_many(cell)
            for address in addresses:
                found.setdefault(email.key(address), address)
            for item in left:
                self.remarks.append(f'"{item}" is not an e-mail')
                self.keep("email as written", item)
        return tuple(found.values())

    def keep(self, name: str, written: str) -> None:
        """Have a cell that could not be read become a custom field of its row."""
        before, said = self.kept.get(name), lines(written)
        if before is None or said is None:
            self.kept.update({name: said} if said else {})
        elif said not in before:  # a record may be read twice
            self.kept[name] = f"{before}; {said}"

    def phone_reader(self, region: str | None = None) -> Callable[[str], tuple[Phone, ...]]:
        """A reader of all phones of a cell, see `phones`; of the usual one at once."""
        usual = phone.reader(region or self.options.region)

        def read(cell: str) -> tuple[Phone, ...]:
            found = usual(cell)
            return (found,) if found else self.phones([cell], region)

        return read

    def phones(self, cells: list[str], region: str | None = None) -> tuple[Phone, ...]:
        """All phones, each once however it is spelt; what is no phone is remarked on.

        A number without its country's code is of ``region``, by default of that of the file.
        """
        if not cells:
            return ()
        if self.own and any("\\" in cell for cell in cells):
            cells = [item for cell in cells for item in split_list(cell)]
        found: dict[tuple[str, str | None], Phone] = {}
        for cell in cells:
            numbers, left = phone.split_many(cell, region or self.options.region)
            if len(cells) == 1 == len(numbers) and not left:
                return (numbers[0],)
            for number in numbers:
                found.setdefault((number.key, number.extension), number)
            self.remarks += map(phone.refusal, left)
        return tuple(found.values())

    def person(self, cell: str) -> Person | None:
        """Whom a cell of one of our fields names: an e-mail, a uid, else a name."""
        plain = text(cell)
        if plain is None or is_nothing(plain):
            return None
        if "<" in plain and (pair := email.split_name_address(plain)):
            return Person(pair[1], None, pair[0])
        if plain[-1] == ")" and "@" in plain:  # Anna Nowak (anna@acme.example)
            name, _, address = plain[:-1].rpartition("(")
            return Person(email.parse(address), name=name.strip() or None)
        if "@" in plain:
            return Person(email.parse(plain))
        if len(plain) == 16 and _HEX.issuperset(plain):
            return Person(uid=plain)
        return Person(name=plain)

    def address(self, cell: str) -> str | None:
        """The e-mail that a cell of names holds instead of one."""
        if "@" not in cell:
            return None
        found = email.split_many(cell)[0]
        return found[0] if found else None

    def people(self, cell: str) -> tuple[Person, ...]:
        """Everybody whom a cell names."""
        found: tuple[Person, ...] = self.known_people[cell]
        return found

    def _people(self, cell: str) -> tuple[Person, ...]:
        if len(cell) < _SHORT and _USUAL_EMAIL(cell):
            return (Person(cell),)
        mark = self.habits.separators.get("people")
        several = ";" in cell or "\n" in cell or ", " in cell
        items = split(cell, own=self.own, mark=mark) if several or mark else (cell,)
        return tuple(person for item in items if (person := self.person(item)))

    def day(self, cell: str, column: Column) -> str | None:
        """A date, ``YYYY-MM-DD``.

        Raises:
            InvalidValueError: not a date, or one of two.
        """
        moment = dates.parse_import_date(cell, column.order, excel_serial=True)
        return moment and moment[:10]

    def key_date(self, cell: str, column: Column) -> str | None:
        """A birthday and the like, also without its year; a bad one is remarked on."""
        plain = text(cell)
        try:
            if not plain or is_nothing(plain) or dates.is_no_date(plain):
                return None
            serial = len(plain) == 5 and plain.isdecimal()  # as Excel counts days
            phone = plain.startswith("1604") and not self.own
            found: str | None
            if (len(plain) < 8 and not serial) or plain.startswith("--") or phone:
                found = key_dates.parse_key_date(plain, column.order)
            else:
                found = self.day(plain, column)
            return found if self.own else found and key_dates.sane(found)
        except dates.AmbiguousDateError:
            return None  # the plan says so once for the whole column
        except (InvalidValueError, UsageError) as error:
            self.remarks.append(str(error))
            if column.field in ("birthday", "anniversary"):
                self.keep(f"{column.field} as written", plain or "")
            return None

    def instant(self, cell: str, column: Column) -> str | None:
        """A moment as it is stored: UTC, without seconds where only the day is known.

        Raises:
            InvalidValueError: not a date, or one of two.
        """
        quick = self.clock.quick(cell)
        if quick is not None:
            return quick
        moment = dates.parse_import_date(cell, column.order, excel_serial=True)
        if moment is None or moment[-1] == "Z":
            return moment
        civil = datetime.fromisoformat(moment) if len(moment) > 10 else date.fromisoformat(moment)
        return dates.to_utc(civil, self.options.tz)

    def due(self, cell: str, column: Column) -> str | None:
        """A civil date, with a time where the cell has one other than midnight.

        Raises:
            InvalidValueError: not a date, or one of two.
        """
        moment = dates.parse_import_date(cell, column.order, excel_serial=True)
        if moment and moment[-1] == "Z":
            civil = dates.from_utc(moment, self.options.tz)
            return civil.isoformat()[:16]
        return moment and moment[:16]

    def amount(self, cell: str, column: Column) -> tuple[int | None, str | None]:
        """Ten-thousandths, and the currency where the cell names it.

        Raises:
            InvalidValueError: not a number.
        """
        whole, _, cents = cell.partition(".")  # 1174.00 is how programs write it
        if len(cents) == 2 and column.decimal != "," and len(whole) < _LONG_NUMBER:
            digits = whole + cents
            if whole and digits.isascii() and digits.isdecimal():
                return int(digits) * _A_HUNDREDTH, None
        plain = text(cell)
        if plain is None or is_nothing(plain):
            return None, None
        if column.decimal and not self.own and money.ambiguous(plain):
            units, unit = money.parse(plain, column.decimal)
            comma = "commas" if column.decimal == "," else "points"
            read = money.text(units, None)
            self.remarks.append(f'"{plain}" read as {read} because the column uses decimal {comma}')
            return units, unit
        return money.parse(plain, column.decimal)

    def currency(self, cell: str) -> str | None:
        """An ISO code; what is none is remarked on."""
        if cell in money.CODES:
            return cell
        plain = text(cell)
        if plain is None or is_nothing(plain):
            return None
        try:
            return money.currency(plain)
        except InvalidValueError as error:
            self.remarks.append(str(error))
            return None

    def paid_in(self, cell: str) -> str | None:
        """The ISO code of an amount.

        Raises:
            InvalidValueError: no currency; taken for the owner's, the sum would be wrong.
        """
        if cell in money.CODES:
            return cell
        plain = text(cell)
        return None if plain is None or is_nothing(plain) else money.currency(plain)

    def is_ahead(self, moment: str | None) -> bool:
        """Whether the day of an instant is still to come; the clocks of two machines differ a little."""
        if not moment or not self.options.now:
            return False
        return self.is_after_today(dates.from_utc(moment, self.options.tz).isoformat()[:10])

    def is_after_today(self, day: str) -> bool:
        """Whether a civil date is still to come."""
        now = self.options.now
        return now is not None and day > dates.civil(now, self.options.tz).date().isoformat()

    def every(self, cell: str) -> str | None:
        """The canonical rule of a repeating follow-up.

        Raises:
            InvalidValueError: not a rule.
        """
        plain = text(cell)
        return repeat.parse_every(plain) if plain else None

    def country(self, cell: str) -> str | None:
        """An ISO code where the country is known, else as typed."""
        plain = text(cell)
        if plain is None:
            return None
        # The code first: NA is Namibia.
        return country.code(plain) or (None if is_nothing(plain) else plain)

    def seconds(self, cell: str) -> int | None:
        """A duration; a bad one is remarked on."""
        plain = text(cell)
        if plain is None or is_nothing(plain):
            return None
        try:
            return duration.parse(plain)
        except InvalidValueError as error:
            self.remarks.append(str(error))
            return None

    def whole(self, cell: str, name: str, most: int) -> int | None:
        """A whole number from 0 to ``most``; a percent sign or a d for days may follow."""
        plain = (text(cell) or "").removesuffix("%").removesuffix("d").strip()
        plain = plain.removesuffix(",00").removesuffix(".00").removesuffix(".0")
        if not plain or is_nothing(plain):
            return None
        if plain.isascii() and plain.isdigit() and len(plain) < 9 and int(plain) <= most:
            return int(plain)
        self.remarks.append(f'{name} "{cell.strip()}" is not a number from 0 to {most}')
        return None
