"""What stands in a table of people and is about nobody: totals, headers again, a formula's error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange.headers import normal
from crmcli.exchange.records import NobodyError
from crmcli.values import email
from crmcli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.exchange.fields import Fields

# Written by programs where a cell has nothing. Words that are somebody's name (Null, Na, None) and
# such that tell something under a header of the user's (brak, nie) are not among them.
_ERRORS = (
    "#N/A #REF! #VALUE! #NAME? #DIV/0! #NULL! #NUM! #SPILL! #CALC! "
    "#N/D #N/D! #ADR! #ARG! #NAZWA? #DZIEL/0! #ZERO! #LICZBA! "  # Polish
    "#ODKAZ! #HODNOTA! #NÁZEV? #NÁZOV? #ČÍSLO! #NENÍ_K_DISPOZICI #NEDOSTUPNÝ "  # Czech, Slovak
    "#BEZUG! #WERT! #NV #ZAHL! #Н/Д #ССЫЛКА! #ЗНАЧ! #ИМЯ? #ДЕЛ/0! #ПУСТО! #ЧИСЛО! "
    "null NULL N/A n/a <null> <NULL> <none> <brak>"
)
_WORDS = "brak null none empty puste pusty n/a nil žádné žiadne není nie je leer keine нет пусто"
NOTHING = frozenset(_ERRORS.split()) | {
    f"({cased})" for word in _WORDS.split() for cased in (word, word.upper(), word.capitalize())
}
_SUMS = (
    "razem suma lacznie ogolem spolu celkem sucet soucet medzisucet mezisoucet itogo vsego summe gesamt "
    "gesamtsumme zwischensumme insgesamt total subtotal sum"
)
_TOTALS = frozenset(_SUMS.split()) | {
    "razem suma",
    "suma koncowa",
    "suma czesciowa",
    "suma calkowita",
    "grand total",
    "sub total",
}
_NEVER_EMAIL = (
    *("name", "given", "family", "phones", "other_phones", "company", "title", "city", "region"),
    *("postcode", "country", "birthday", "lifecycle"),
)
_AROUND = re.compile(r"[\s:=.,*\d]+$")


def is_total(name: str) -> bool:
    """Whether a name is the word before a sum in the last row of a table, and nothing else."""
    return len(name) < 30 and fold(_AROUND.sub("", name.strip(" *"))) in _TOTALS


def without_email(fields: Fields) -> Callable[[list[str], str | None, str | None, object], None]:
    """Return what looks again at a row without an e-mail: it may be no row, or a shifted one.

    It takes the record and the name, company and phones of the row. It raises NobodyError for a row
    of totals, InvalidValueError for one whose cells have moved.
    """
    lenient = fields.cells.habits.lenient  # then an e-mail may stand wherever a dialect knows
    others = [
        (fields.columns[place].header, place)
        for field in _NEVER_EMAIL
        for place in fields.places.get(field, ())
        if "emails" in fields.places and not lenient
    ]

    def check(record: list[str], name: str | None, company: str | None, phones: object) -> None:
        for header, place in others:
            if "@" in record[place] and email.is_address(record[place]):
                raise InvalidValueError(
                    f'cells seem shifted: {record[place].strip()} stands under "{header}"'
                )
        if phones or not is_total(name or company or ""):
            return
        if not name or not company or is_total(company) or not any(map(str.isalpha, company)):
            raise NobodyError(f'"{name or company}" is a row of totals')

    return check


def repeats(header: Sequence[str]) -> Callable[[list[str]], None]:
    """Return what raises NobodyError for a record that is the header again, as in files put one behind the other."""
    first = header[0] if header else ""
    keys = [normal(cell) for cell in header]

    def check(record: list[str]) -> None:
        cell = record[0]
        if cell != first and cell.strip(' "\ufeff') != first:
            return
        plain = [normal(cell.strip('"\ufeff')), *map(normal, record[1:])]
        if plain == keys:
            raise NobodyError("the header again")

    return check
