"""Phone numbers in any spelling.

Light to import: what phonenumbers knows is in `numbering`, which loads on the first number.
"""

from __future__ import annotations

from crmcli.errors import InvalidValueError
from crmcli.values.text import clean, is_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# Two halves of a cell are two numbers only if each could be one.
_FEWEST_DIGITS = 5
_FEWEST_DIGITS_AT_SLASH = 7  # 089/1234567 is one number, its area code first
# Short numbers such as 112 have three; E.164 has at most fifteen, and prefixes before it.
_FEWEST_DIGITS_OF_ALL = 3
_MOST_DIGITS = 20
_SEPARATORS = frozenset(",;/|:\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


class Phone:
    """A phone number.

    Attributes:
        number: E.164 (``+48609100109``) when valid, else as typed, without its extension.
        key: the digits that two spellings share; of E.164 when valid.
        extension: the digits of the extension, or None.
        typed: the text as it came, with blanks tidied.
        valid: whether the number can exist in its country.
    """

    __slots__ = ("extension", "key", "number", "typed", "valid")

    def __init__(
        self, number: str, key: str, extension: str | None, typed: str, valid: bool
    ) -> None:
        self.number = number
        self.key = key
        self.extension = extension
        self.typed = typed
        self.valid = valid

    def __repr__(self) -> str:
        return f"Phone({self.number!r}, extension={self.extension!r}, valid={self.valid})"


def parse(text: str, region: str | None) -> Phone:
    """A phone number as typed by somebody in the region (ISO country such as ``PL``, or None).

    Raises:
        InvalidValueError: it has too few digits or too many, or a spreadsheet has rounded it.
    """
    from crmcli.values import numbering

    typed = bare = clean(text)
    extension = None
    digits = numbering.digits_alone(typed)
    if digits is None:
        if numbering.is_rounded(typed):
            raise InvalidValueError(
                f'phone "{typed}" was rounded by a spreadsheet; format that column as text'
            )
        bare, extension = numbering.without_extension(typed)
        digits = numbering.digits_alone(bare)
    e164 = None
    if digits is not None:
        e164 = numbering.e164(digits, region, zero="(0)" in bare)
        key = digits.removeprefix("+")
    else:
        key = "".join(filter(str.isdecimal, bare))
    if len(key) < _FEWEST_DIGITS_OF_ALL:
        raise InvalidValueError(f'"{typed}" is not a phone number')
    if len(key) > _MOST_DIGITS:
        raise InvalidValueError(f'"{typed}" is too long for a phone number')
    if e164 is None:
        return Phone(bare, key, extension, typed, valid=False)
    return Phone(e164, e164[1:], extension, typed, valid=True)


def reader(region: str | None) -> Callable[[str], Phone | None]:
    """A reader of cells with one number in the usual spelling; it has None for all others.

    What it reads, `split_many` reads the same, but not nearly as fast.
    """
    from crmcli.values.numbering import e164  # once, and not for each number

    def read(cell: str) -> Phone | None:
        # Four times replace is three times as fast as translate.
        digits = cell.replace(" ", "").replace("-", "").replace("(", "").replace(")", "")
        key = digits[1:] if digits[:1] == "+" else digits
        if not (key.isdecimal() and key.isascii()):
            return None
        if not _FEWEST_DIGITS_OF_ALL <= len(key) <= _MOST_DIGITS or "(0)" in cell:
            return None
        if "  " in cell or cell[0] == " " or cell[-1] == " ":
            return None
        number = e164(digits, region)
        if number is None:
            return Phone(cell, key, None, cell, False)
        return Phone(number, number[1:], None, cell, True)  # a keyword would cost as much again

    return read


def split_many(cell: str, region: str | None) -> tuple[list[Phone], list[str]]:
    """The numbers of a cell, each once, and the leftovers that are none.

    Between them stands a semicolon, comma, slash, bar, line break or `` ::: ``.
    """
    phones: dict[tuple[str, str | None], Phone] = {}
    leftovers: list[str] = []
    for part in _parts(cell):
        try:
            phone = parse(part, region)
        except InvalidValueError:
            leftovers.append(part)
            continue
        phones.setdefault((phone.key, phone.extension), phone)
    return list(phones.values()), leftovers


def refusal(leftover: str) -> str:
    """Why a leftover of `split_many` is no number."""
    try:
        parse(leftover, None)
    except InvalidValueError as error:
        return str(error)
    return f'"{leftover}" is not a phone number'


def _parts(cell: str) -> list[str]:
    if " +" in cell:  # +48601100101 +48602200202
        numbers = cell.split(" +")
        if all(sum(map(str.isdecimal, one)) >= _FEWEST_DIGITS_AT_SLASH for one in numbers):
            cell = "\n+".join(numbers)
    if _SEPARATORS.isdisjoint(cell):
        return [cell] if cell.strip() and not is_placeholder(cell) else []
    for separator in (":::", " | "):
        cell = cell.replace(separator, "\n")
    if ";ext=" not in cell:
        cell = cell.replace(";", "\n")
    parts = [
        number
        for line in cell.splitlines()
        for half in _divided(line, ",", _FEWEST_DIGITS)
        for number in _divided(half, "/", _FEWEST_DIGITS_AT_SLASH)
    ]
    return [part for each in parts if (part := each.strip(" ,\t")) and not is_placeholder(part)]


def _divided(text: str, separator: str, fewest: int) -> list[str]:
    """The text at its separators if every piece has digits enough for a number."""
    if separator not in text:
        return [text]
    pieces = [piece for piece in text.split(separator) if piece.strip()]
    enough = all(sum(map(str.isdecimal, piece)) >= fewest for piece in pieces)
    return pieces if enough else [text]


def spelled(phone: Phone) -> str:
    """A phone as lists and files have it, its extension behind it."""
    return phone.number if phone.extension is None else f"{phone.number} ext {phone.extension}"


def pretty(number: str) -> str:
    """A number for people: E.164 in groups (``+48 609 100 109``), anything else as it is."""
    if not number.startswith("+"):
        return number
    from crmcli.values import numbering

    return numbering.pretty(number)


def looks_like_phone(text: str) -> bool:
    """Whether nothing but digits and a phone's punctuation stands there, at least five digits."""
    return (
        set(text) <= set("0123456789+-()/. \u00a0")
        and sum(map(str.isdigit, text)) >= _FEWEST_DIGITS
        and text.rfind("+") <= text.find("+")
    )
