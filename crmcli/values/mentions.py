"""Where a text names a person: by the whole name, an e-mail, a phone or an address of the web."""

from __future__ import annotations

import re

from crmcli.values.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CUT = "(forgotten)"

_BETWEEN = r"[\W_]*"  # words of a name: in a file name or link, in O'Brien and Anna "Ania" Nowak
_GAP = r"[\s()./-]{0,3}"  # digits of a number
_FEWEST_DIGITS = 7
_NATIONAL = 9  # digits at the end of a number that are written without its prefix
_SHORTEST = 5  # letters of a link or an id that says something


class Mentions:
    """Finds one person in texts. A name of one word is not looked for: it is anybody's."""

    def __init__(
        self,
        names: Iterable[str],
        emails: Iterable[str] = (),
        phones: Iterable[str] = (),
        others: Iterable[str] = (),
        alone: Iterable[str] = (),
    ) -> None:
        """Take what the person is known by; phones are their digits, others links and ids.

        ``alone`` are single words that mean nobody else.
        """
        names, emails, phones, others, alone = map(set, (names, emails, phones, others, alone))
        self._addresses = [fold(address) for address in emails if "@" in address]
        # What stands in any text that names them; a million texts are asked, and few have one of these.
        self._literals = [
            *(max(words(name), key=len) for name in names if words(name)),
            *map(fold, emails),
            *map(fold, others),
            *alone,
        ]
        self._digits = [re.compile(_GAP.join(one[-_NATIONAL:])) for one in phones if one]
        words_alone = {rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in alone}
        parts = {*words_alone, *_names(names), *_emails(emails), *_phones(phones), *_others(others)}
        ordered = sorted(parts, key=lambda part: (-len(part), part))
        self._pattern = re.compile("|".join(ordered)) if ordered else None

    def within(self, text: str) -> bool:
        """Whether an id holds an address of the person, whatever stands before and behind it, or names them."""
        folded = fold(text)
        return any(address in folded for address in self._addresses) or text in self

    def __contains__(self, text: str) -> bool:
        folded = fold(text)
        likely = any(one in folded for one in self._literals) or any(
            one.search(folded) for one in self._digits
        )
        return likely and self._pattern is not None and self._pattern.search(folded) is not None

    def cut(self, text: str) -> str:
        """Return the text with CUT where it names the person."""
        if self._pattern is None:
            return text
        folded, places = _mapped(text)
        found: list[str] = []
        end = 0
        for match in self._pattern.finditer(folded):
            first, last = places[match.start()], places[match.end() - 1]
            found += (text[end:first], CUT)
            end = last + 1
        return "".join(found) + text[end:] if found else text


def _mapped(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters the place in the text that it comes from."""
    if text.isascii():
        return text.lower(), [*range(len(text))]
    pieces = [fold(letter) for letter in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


def _names(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        parts = [re.escape(word) for word in words(name)]
        if len(parts) > 1:
            for order in (parts, [parts[-1], *parts[:-1]], parts[::-1]):
                yield rf"(?<![^\W_]){_BETWEEN.join(order)}(?![^\W_])"


def _emails(emails: Iterable[str]) -> Iterator[str]:
    for address in emails:
        yield rf"(?<![\w.+-]){re.escape(fold(address))}(?![\w-])"


def _phones(phones: Iterable[str]) -> Iterator[str]:
    for digits in phones:
        if len(digits) >= _FEWEST_DIGITS:
            national = _GAP.join(digits[-_NATIONAL:])
            yield rf"(?<![\d])(?:\+?\d{{1,5}}{_GAP})?{national}(?!\d)"


def _others(others: Iterable[str]) -> Iterator[str]:
    for text in others:
        if len(text) >= _SHORTEST:
            yield rf"(?<!\w){re.escape(fold(text))}(?!\w)"
