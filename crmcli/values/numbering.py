"""The numbering plans of the world, as phonenumbers knows them, fast enough for an import.

phonenumbers takes about 100 microseconds a number. Most numbers need none of its special cases,
so `e164` asks the same patterns directly and leaves the rest to the library; a test holds the two
to the same answers.
"""

from __future__ import annotations

import functools
import re

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+?\d+")
_FLOAT = re.compile(r"(\+?\d{6,15})[.,]0")
_EXTENSION = re.compile(
    r"""(?ix)
    (?P<number> .*\d [\s)]*?)
    \s* [,;/(]* \s*
    (?: ;ext= | \# | ,, | (?<![^\W\d]) (?:
        extension | ext | extn | xt? | wewn(?:ętrzny)? | wew | nr\ wew | w | kl(?:apka|\.)? | linka
      | доб(?:авочный)? | внутр? | вн | durchwahl | dw | int | poste | p\.?\ ?wewn
    ) (?![^\W\d]) )
    [\s.:]* (?P<digits> \d{1,7}) \s* \)? $
    """
)
_LABEL = re.compile(
    r"(?i)^'?(?:tel|phone|fax|mob|mobile|mobil|cell|kom|komórka|telefon|telefón|тел|моб|gsm|t|m|p)"
    r"(?:[.:\s]+|(?=[+\d(]))[.:\s]*(?=[+\d(])"
)
_PUNCTUATION = {ord(letter): None for letter in " -.()/[]\u2010\u2011\u2012\u2013\u2212\u00ad'"}
_MOST_NATIONAL_DIGITS = 17  # beyond it phonenumbers refuses before it looks
# Countries that dialled a zero before their numbers, as old files still have it: 0-601 100 101.
_ONCE_WITH_ZERO = frozenset(("PL", "CZ"))
_KINDS = (
    "mobile",
    "fixed_line",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)


def digits_alone(text: str) -> str | None:
    """The digits, a plus before them kept, when only punctuation stands between; else None."""
    digits = text.translate(_PUNCTUATION)
    if not digits.removeprefix("+").isdecimal() or text[-2:] in (".0", ",0"):
        return None
    if digits.isascii():
        return digits
    return "".join(str(int(digit)) if digit.isdecimal() else digit for digit in digits)


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet made it scientific: ``4,86E+10`` has lost its last digits for good."""
    return _ROUNDED.fullmatch(text) is not None


def without_extension(text: str) -> tuple[str, str | None]:
    """The number without labels (``tel:``) and its extension, and the extension's digits."""
    bare = _LABEL.sub("", text).lstrip("'")
    if found := _FLOAT.fullmatch(bare):
        bare = found[1]
    if found := _EXTENSION.fullmatch(bare):
        return found["number"].strip(), found["digits"]
    return bare, None


def e164(digits: str, region: str | None, *, zero: bool = False) -> str | None:
    """The number in E.164 if it is valid for its country, else None.

    `digits` are as `digits_alone` gives them; `zero` says that ``(0)`` stood among them, which
    most countries drop behind their code.
    """
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    found = quick(digits, region)
    if found is None:
        found = full(digits, region)
    if not found and zero and digits.startswith("+"):
        national = 1 + len(_called(digits[1:4])[0])
        if digits[national : national + 1] == "0":
            return full(digits[:national] + digits[national + 1 :], region)
    if not found and digits.startswith("0") and region in _ONCE_WITH_ZERO:
        return quick(digits[1:], region) or None
    return found or None


def full(text: str, region: str | None) -> str | None:
    """The answer of phonenumbers itself."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def quick(digits: str, region: str | None) -> str | None:
    """What `full` would say, or None where only `full` knows.

    Returns:
        E.164 of a valid number, ``""`` for an invalid one, None for a special case.
    """
    if digits[:1] == "+":
        code, regions = _called(digits[1:4])
        if not code:
            return None
        national = digits[1 + len(code) :]
        main = _plan(regions[0])
    else:
        main = _plan(region) if region else None
        if main is None or digits.startswith(main.code) or main.dials_abroad(digits):
            return None
        code, national, regions = main.code, digits, _codes()[main.code]
    if not 2 < len(national) <= _MOST_NATIONAL_DIGITS:
        return None
    stripped = main.without_prefix(national) if main else None
    if stripped is None:
        return None
    for name in regions:
        plan = _plan(name)
        if plan is None:
            return None
        if plan.knows(stripped) and (plan.leads is None or plan.leads(stripped)):
            return f"+{code}{stripped}"
        if plan.leads and plan.leads(stripped):
            break  # the number is this region's, and wrong there
    return ""


@functools.lru_cache(maxsize=1_110)  # as many as there are three digits
def _called(start: str) -> tuple[str, tuple[str, ...]]:
    """The country code in the three digits behind the plus and its regions; empty without one."""
    codes = _codes()
    code = next((start[:end] for end in (1, 2, 3) if start[:end] in codes), "")
    return code, codes.get(code, ())


class _Plan:
    """The patterns of one region, compiled as numbers ask for them."""

    def __init__(self, data: PhoneMetadata) -> None:
        self.code = str(data.country_code)
        self.dials_abroad = re.compile(data.international_prefix or r"(?!)").match
        self.leads = re.compile(data.leading_digits).match if data.leading_digits else None
        general = data.general_desc or PhoneNumberDesc()
        self._any = general.national_number_pattern or r"(?!)"
        self._prefix = re.compile(data.national_prefix_for_parsing or r"(?!)").match
        self._transforms = bool(data.national_prefix_transform_rule)
        # A kind has its lengths, or those of the region at large when it names none.
        self._kinds = [
            (kind.possible_length or general.possible_length, kind.national_number_pattern)
            for kind in (getattr(data, name) for name in _KINDS)
            if kind is not None and kind.national_number_pattern
        ]
        self._fits: dict[int, Callable[[str], object]] = {}

    def without_prefix(self, national: str) -> str | None:
        """The number without its national prefix; None when that takes more than cutting."""
        found = self._prefix(national)
        if found is None:
            return national
        if self._transforms and found.groups()[-1:] != (None,):
            return None
        cut = national[found.end() :]
        general = re.compile(self._any).fullmatch
        if general(national) and not general(cut):
            return national
        return cut if self.knows(cut) else None

    def knows(self, national: str) -> bool:
        """Whether the number belongs to some kind of line of this region."""
        fits = self._fits.get(len(national))
        if fits is None:
            fits = self._fits[len(national)] = self._of_size(len(national))
        return fits(national) is not None

    def _of_size(self, size: int) -> Callable[[str], object]:
        """One pattern for all numbers of a size: asking them one by one takes three times as long."""
        kinds = [pattern for sizes, pattern in self._kinds if size in sizes]
        return re.compile(rf"(?=(?:{self._any})\Z)(?:{'|'.join(kinds) or '(?!)'})").fullmatch


@functools.cache
def _codes() -> dict[str, tuple[str, ...]]:
    """Country calling code -> its regions, the main one first."""
    return {str(code): regions for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}


@functools.lru_cache(maxsize=300)  # there are about 250 regions
def _plan(region: str) -> _Plan | None:
    data = PhoneMetadata.metadata_for_region(region, None)
    return _Plan(data) if data else None


def pretty(number: str) -> str:
    """A number in E.164 in its country's groups; as it is when it cannot be parsed."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
