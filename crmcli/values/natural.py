"""The last resort for dates in words: python-dateutil, then dateparser.

Both would rather guess than give up, which is wrong where a wrong date means a missed customer. So
each is asked twice, with different defaults, and believed only where the two answers agree.
"""

from __future__ import annotations

from datetime import date, datetime, time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS = 3  # fewer in a row are a slip or an abbreviation of anything
_LANGUAGES = ("en", "pl", "sk", "cs", "ru", "de")


def parse(text: str, *, today: date, languages: Sequence[str] = ("en",)) -> date | datetime | None:
    """Return the date, or the date-time (aware if the text has an offset), or None.

    Args:
        text: of at most a line.
        today: what relative dates count from.
        languages: tried first, before the others that the product speaks.
    """
    if not _has_word(text):
        return None
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _by_dateutil(text, today) or _by_dateparser(text, today, languages)
    # "yesterday 25:00": a time was meant and not understood, so neither is the rest believed.
    return None if ":" in text and not isinstance(found, datetime) else found


def _has_word(text: str) -> bool:
    run = 0
    for letter in text:
        run = run + 1 if letter.isalpha() else 0
        if run >= _LETTERS:
            return True
    return False


def _by_dateutil(text: str, today: date) -> date | datetime | None:
    """Read ``Thu, 05 Mar 2026 14:30:00 +0100``; every part of the date has to be there."""
    from dateutil import parser

    answers: list[datetime] = []
    for base, day_first in ((datetime(1999, 1, 1), True), (datetime(2004, 2, 2, 1, 1), False)):  # noqa: DTZ001
        try:
            answers.append(parser.parse(text, default=base, dayfirst=day_first))
        except (ValueError, OverflowError, TypeError, AttributeError):
            return None
    first, second = answers
    if first.date() != second.date() or abs(first.year - today.year) > 150:
        return None
    return first if first.time() == second.time() else first.date()


def _by_dateparser(text: str, today: date, languages: Sequence[str]) -> date | datetime | None:
    """Read what is left, in the owner's languages and then in the others."""
    import dateparser

    known = [language for language in languages if _is_known(language)]
    tongues = list(dict.fromkeys((*known, *_LANGUAGES)))
    answers: list[datetime] = []
    for clock, order, prefer in ((time(), "DMY", "future"), (time(11, 11), "MDY", "past")):
        settings = {
            "RELATIVE_BASE": datetime.combine(today, clock),
            "PREFER_DATES_FROM": prefer,
            "STRICT_PARSING": True,
            "DATE_ORDER": order,
        }
        try:
            found = dateparser.parse(text, languages=tongues, settings=settings)
        except (ValueError, OverflowError, TypeError, AttributeError, IndexError, RecursionError):
            return None
        if found is None:
            return None
        answers.append(found)
    first, second = answers
    if first.date() != second.date():
        return None
    return first if first.time() == second.time() else first.date()


def _is_known(language: str) -> bool:
    from dateparser.data.languages_info import language_order

    return language in language_order
