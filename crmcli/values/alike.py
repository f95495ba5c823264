"""How alike two names are: across order, script, transliteration, short forms, and one slip.

Names are compared as their folded words (values/text.py) in any order, and words by what they sound
like to a typist: ``Zhuravlyova``, ``Žuravleva`` and ``Журавлёва`` are one. What tells people
apart stays: other given names, and endings that tell a woman from a man (``Kowalski``, ``Kowalska``).
"""

from __future__ import annotations

from functools import lru_cache

from crmcli.values.name import TITLES
from crmcli.values.nicknames import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# One after the other: letters that different people and systems write for the same sound.
_SOUNDS = (
    ("iya", "ia"), ("ija", "ia"), ("yya", "ia"), ("iye", "ie"), ("ije", "ie"), ("iyu", "iu"), ("iju", "iu"),
    ("shch", "s"), ("szcz", "s"), ("stsch", "s"), ("sch", "s"), ("sz", "s"), ("sh", "s"),
    ("tsch", "c"), ("tch", "c"), ("cz", "c"), ("ch", "c"), ("tz", "c"), ("ts", "c"),
    ("zh", "z"), ("rz", "z"), ("dzh", "dz"), ("dj", "dz"), ("kh", "h"), ("gh", "g"), ("ph", "f"),
    ("th", "t"), ("ck", "k"), ("x", "ks"), ("q", "k"), ("w", "v"),
    ("ae", "a"), ("oe", "o"), ("ue", "u"), ("ou", "u"),
)  # fmt: skip
_GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))
_VOWELS = frozenset("aeiou")
_SOFT = {"yo": "e", "jo": "e", "ye": "e", "je": "e", "ie": "e", "yu": "u", "ju": "u", "iu": "u", "ya": "a", "ja": "a", "ia": "a"}  # fmt: skip
_AT_START = {"ye": "e", "je": "e", "yo": "e", "yu": "ju", "iu": "ju", "ya": "ja", "ia": "ja"}
# How much names are alike where they differ by no more than that.
SAME = 1.0
_MORE = 0.95  # a middle name, a patronymic, one half of a double name
_NICKNAME = 0.95
_SLIP = 0.94
_INITIAL = 0.93
_TWO_SLIPS = 0.92
_ONE_WORD = 0.85  # "Anna" and "Anna Nowak"
_SHORTEST_WITH_SLIP = 4  # letters; with two changed about 3
_SHORTEST_WITH_ANOTHER = 5  # letter in the place of one
_SHORTEST_HEARD = 6  # letters of how it sounds
_SHORTEST_WITH_TWO = 9


@lru_cache(maxsize=16_384)
def sound(word: str) -> str:
    """A folded word as it sounds, whatever it was transliterated by; of other scripts as it is."""
    if not word.isascii() or not word.isalpha():
        return word
    text = _AT_START.get(word[:2], word[:2]) + word[2:]
    for written, meant in _SOUNDS:
        if written in text:
            text = text.replace(written, meant)
    made = text[:1]
    place = 1
    while place < len(text):
        pair = text[place : place + 2]
        if pair in _SOFT and made[-1] not in _VOWELS:
            made += _SOFT[pair]
            place += 2
            continue
        letter = "i" if text[place] in "yj" else text[place]
        if letter != made[-1]:
            made += letter
        place += 1
    return made


def telling(words: Sequence[str]) -> list[str]:
    """The words of a name that tell people apart: forms of address are left out, ``jr`` is not."""
    kept = [word for word in words if word not in TITLES or word in _GENERATIONS]
    return kept or list(words)


def are_comparable(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether two names can be compared by their letters: not Chinese with Latin ones."""
    return all(map(str.isascii, one)) == all(map(str.isascii, two))


def likeness(one: Sequence[str], two: Sequence[str]) -> float:
    """How alike two names are, 0 to 1, by their folded words as ``telling`` gives them."""
    left, right = _without_common(one, two)
    if left and right:
        _take_joined(left, right)
        _take_joined(right, left)
    score = SAME
    if left and right:
        score, left, right = _paired(left, right, beside=len(one) - len(left))
    if left or right:  # the one has words that the other lacks
        score = min(score, _MORE if min(len(one), len(two)) > 1 else _ONE_WORD)
    return score if one and two else 0.0


def _without_common(one: Sequence[str], two: Sequence[str]) -> tuple[list[str], list[str]]:
    left = []
    right = {number: sound(word) for number, word in enumerate(two)}
    for word in one:
        heard = sound(word)
        place = next((number for number, other in right.items() if other == heard), None)
        if place is None:
            left.append(word)
        else:
            del right[place]
    return left, [two[number] for number in right]


def _take_joined(few: list[str], many: list[str]) -> None:
    """Take ``oconnell`` off the one name, and ``o`` and ``connell`` off the other."""
    for word in list(few):
        for first in many:
            rest = word.removeprefix(first)
            if rest and rest != word and rest in many and (rest != first or many.count(rest) > 1):
                few.remove(word)
                many.remove(first)
                many.remove(rest)
                break


def _paired(
    left: list[str], right: list[str], *, beside: int
) -> tuple[float, list[str], list[str]]:
    """Pair words that differ a little; return how alike they are and what of either is left.

    Only one pair may have a slip, and only beside a word that is the same. Where a word of the
    shorter name finds none the two are not alike: 0.
    """
    score, slips = SAME, 0
    few, many = sorted((left, right), key=len)
    many = list(many)
    for word in few:
        best, other = max((word_likeness(word, other), other) for other in many)
        if not best:
            return 0.0, [], []
        slips += best in (_SLIP, _TWO_SLIPS)
        score = min(score, best)
        many.remove(other)
    if slips > 1 or not beside:
        return 0.0, [], []
    return score, [], many


@lru_cache(maxsize=16_384)
def word_likeness(one: str, two: str) -> float:
    """How alike two folded words of names are, 0 to 1; 1 is left to ``sound``."""
    short, long = sorted((one, two), key=len)
    if len(short) == 1:
        return _INITIAL if long.startswith(short) else 0.0
    names, others = _names_of(one), _names_of(two)
    if names and others:
        return 0.0 if names.isdisjoint(others) else _NICKNAME
    if _tells_gender(short, long):
        return 0.0
    if len(short) < _SHORTEST_WITH_SLIP:
        turned = len(short) == len(long) == 3 and sorted(short) == sorted(long)
        return _SLIP if turned else 0.0
    from rapidfuzz.distance import OSA

    slips = OSA.distance(one, two, score_cutoff=2)
    heard = sound(one), sound(two)
    if min(map(len, heard)) >= _SHORTEST_HEARD:
        slips = min(slips, OSA.distance(*heard, score_cutoff=2))
    if len(short) == len(long) < _SHORTEST_WITH_ANOTHER and sorted(short) != sorted(long):
        return 0.0
    if slips == 1:
        return _SLIP
    return _TWO_SLIPS if slips == 2 and len(short) >= _SHORTEST_WITH_TWO else 0.0


@lru_cache(maxsize=1)
def _by_short_form() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for number, forms in enumerate(NAMES):
        for form in forms:
            found.setdefault(sound(form), set()).add(number)
    return found


def _names_of(word: str) -> set[int]:
    """The given names that a word may stand for, as numbers."""
    return _by_short_form().get(sound(word), set())


def _tells_gender(short: str, long: str) -> bool:
    """Whether two words differ in an ending that tells a woman from a man, and in nothing else."""
    if len(short) == len(long):
        return short[:-1] == long[:-1] and "a" in (short[-1], long[-1])
    return long.startswith(short) and long[len(short) :] in ("a", "ova", "na")
