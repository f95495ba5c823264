"""Amounts of money: read from any notation, kept as whole ten-thousandths.

Ten-thousandths hold every currency's smallest coin exactly, and a sum of them is exact too.
"""

from __future__ import annotations

from crmcli.errors import InvalidValueError
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

UNITS = 10_000
_PLACES = 4
_LARGEST = 2**63 - 1  # what an INTEGER column holds

_ISO_4217 = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL "
    "GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW "
    "KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN "
    "NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK "
    "SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UYW "
    "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "
    # gone, but found in old books
    "HRK LTL LVL EEK SKK DEM ATS FRF ITL SLL ZWL"
)
CODES = frozenset(_ISO_4217.split())
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
# Digits behind the mark, where they aren't two.
_DIGITS = {
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
# Signs and words beside an amount, case-folded and without a dot at the end.
_SIGNS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "евро": "EUR", "eura": "EUR", "eur": "EUR",
    "$": "USD", "us$": "USD", "usd$": "USD", "dollars": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD",
    "£": "GBP", "¥": "JPY", "円": "JPY", "元": "CNY", "cn¥": "CNY", "₩": "KRW", "₹": "INR",
    "zł": "PLN", "zl": "PLN", "złotych": "PLN", "złote": "PLN", "kč": "CZK", "kc": "CZK", "sk": "SKK",
    "₽": "RUB", "р": "RUB", "руб": "RUB", "рублей": "RUB", "rub": "RUB", "₴": "UAH", "грн": "UAH",
    "лв": "BGN", "lei": "RON", "ft": "HUF", "fr": "CHF", "sfr": "CHF", "₺": "TRY", "tl": "TRY",
    "₫": "VND", "₪": "ILS", "₸": "KZT", "₾": "GEL", "₱": "PHP", "r$": "BRL", "дин": "RSD", "din": "RSD",
    "د.إ": "AED",
}  # fmt: skip
_GROUPING = " '’`_"  # a blank here is every kind of blank: `clean` has made them one
_MINUS = "-−–"


def parse(text: str, decimal: str | None = None) -> tuple[int, str | None]:
    """An amount in ten-thousandths, and its currency's ISO code when one stands beside it.

    Understands grouping by blanks, apostrophes, points and commas, a minus before or behind,
    parentheses as minus, and ``99,-``. `decimal` (``,`` or ``.``) settles which mark is which;
    without it a single mark before exactly three digits groups thousands: ``1,234`` is 1234.
    See `ambiguous`.

    Raises:
        InvalidValueError: not a number, an unknown currency, over four decimals, or too large.
    """
    number, beside, negative = _taken_apart(text)
    mark = decimal or _mark(number)
    whole, _, fraction = number.partition(mark) if mark else (number, "", "")
    for grouping in (",", ".", *_GROUPING):
        if grouping != mark and grouping in whole:
            whole = _ungrouped(whole, grouping) or "?"
    if not (whole + fraction).isdecimal():
        raise _refusal(text)
    fraction = fraction.rstrip("0")
    if len(fraction) > _PLACES:
        raise InvalidValueError(f'amount "{clean(text)}" has more than {_PLACES} decimals')
    if len(whole) > 18:
        raise InvalidValueError(f'amount "{clean(text)}" is too large')
    units = int(whole or "0") * UNITS + int((fraction + "0000")[:_PLACES])
    if units > _LARGEST:
        raise InvalidValueError(f'amount "{clean(text)}" is too large')
    return -units if negative else units, currency(beside) if beside else None


def _taken_apart(text: str) -> tuple[str, str, bool]:
    """The digits with their marks, what stands beside them, and whether it is negative."""
    bare = clean(text)
    negative = bare[:1] == "(" and bare[-1:] == ")"
    if negative:
        bare = bare[1:-1].strip()
    places = [place for place, letter in enumerate(bare) if letter.isdecimal()]
    if not places:
        raise _refusal(text)
    first, last = places[0], places[-1] + 1
    if first and bare[first - 1] in ".,":  # ".5"
        first -= 1
    before, number, behind = bare[:first].strip(), bare[first:last], bare[last:].strip()
    for empty in (",-", ".-", ",–", ".–", ",—", ".—", ",--"):  # "99,-" has no minus
        if behind.startswith(empty):
            behind = behind[len(empty) :].strip()
            break
    signs = [side for side in (before, behind) if side.strip("+").strip(_MINUS) != side.strip("+")]
    beside = before.strip("+ " + _MINUS) + " " + behind.strip(" " + _MINUS)
    if len(signs) + negative > 1:
        raise _refusal(text)
    return number, beside.strip().removesuffix("."), negative or bool(signs)


def _refusal(text: str) -> InvalidValueError:
    return InvalidValueError(f'amount "{" ".join(text.split())}" is not a number')


def _ungrouped(whole: str, grouping: str) -> str | None:
    """The digits without grouping; None unless the groups are as people write them.

    Groups have three digits; in India only the last one has, and the others two.
    """
    head, *groups = whole.split(grouping)
    sizes = {len(group) for group in groups[:-1]} | {3}
    sound = 0 < len(head) <= 3 and len(groups[-1]) == 3 and sizes in ({3}, {2, 3})
    return head + "".join(groups) if sound else None


def _mark(number: str) -> str | None:
    """The decimal mark that the number itself shows; None when it has none or is ambiguous."""
    comma, point = number.rfind(","), number.rfind(".")
    if comma >= 0 and point >= 0:
        return "," if comma > point else "."
    mark = "," if comma >= 0 else "."
    if number.count(mark) != 1 or _is_open(number):
        return None
    return mark


def _is_open(number: str) -> bool:
    """Whether its only mark could group thousands as well as start decimals: ``1.234``."""
    head, _, tail = number.replace(",", ".").partition(".")
    return (
        head.isdecimal()
        and len(head) <= 3
        and head[0] != "0"
        and tail.isdecimal()
        and len(tail) == 3
    )


def ambiguous(text: str) -> bool:
    """Whether ``1,234`` or ``1.234`` stands there, which only its neighbours can settle."""
    try:
        return _is_open(_taken_apart(text)[0])
    except InvalidValueError:
        return False


def decimal_mark(samples: Iterable[str]) -> str | None:
    """The decimal mark that a column of amounts agrees on; None when it shows none or both."""
    marks: set[str] = set()
    for sample in samples:
        try:
            number, _, _ = _taken_apart(sample)
            parse(sample)
        except InvalidValueError:
            continue
        if mark := _mark(number):
            marks.add(mark)
        elif number.count(".") > 1:  # "1.234.567": what groups is no decimal mark
            marks.add(",")
        elif number.count(",") > 1:
            marks.add(".")
    return marks.pop() if len(marks) == 1 else None


def text(units: int, currency: str | None) -> str:
    """The amount for machines: ``1234.50``, with at least the digits its currency has."""
    whole, rest = divmod(abs(units), UNITS)
    digits = _DIGITS.get(currency or "", 2)
    fraction = f"{rest:04d}".rstrip("0").ljust(digits, "0")
    return f"{'-' if units < 0 else ''}{whole}{'.' if fraction else ''}{fraction}"


def show(units: int, currency: str | None) -> str:
    """The amount for people: ``12 500.00 PLN`` with narrow blanks that don't break."""
    whole, point, fraction = text(units, currency).partition(".")
    grouped = f"{int(whole.removeprefix('-')):,}".replace(",", "\u202f")
    sign = "-" if units < 0 else ""
    return f"{sign}{grouped}{point}{fraction}" + (f"\u00a0{currency}" if currency else "")


class Amount(float):
    """An amount as rows carry it: a number in JSON, elsewhere the text with its currency's digits."""

    __slots__ = ("currency", "shown", "units")
    currency: str | None
    shown: str
    units: int

    def __new__(cls, units: int, currency: str | None) -> Self:
        """Make it from ten-thousandths."""
        made = super().__new__(cls, units / UNITS)
        made.units, made.currency = units, currency
        made.shown = text(units, currency)
        return made

    def __str__(self) -> str:
        return self.shown


def currency(text: str) -> str:
    """The ISO 4217 code of a currency given by code, sign or word.

    Raises:
        InvalidValueError: none is meant, or several could be (``kr``).
    """
    typed = clean(text)
    code = typed.upper()
    if code in CODES:
        return code
    code = _SIGNS.get(typed.casefold().removesuffix("."), "")
    if code:
        return code
    raise InvalidValueError(f'currency "{typed}" is not known; use a code such as EUR')
