"""WHEN: a day, perhaps with a time, as people type it on the command line.

Our own reader first, for the words of ``day_words`` in every language; only what it gives up goes
to the libraries behind ``natural``.

- A bare weekday is the nearest one after today (before it, where the past is meant), never today.
  ``next friday`` is the one of the next week, Monday to Sunday; ``last friday`` the nearest past.
- ``next month`` is a month from today.
- ``eow`` is Friday: the end of the week that people work in.
- A day without a year is the nearest such day, today included.
"""

from __future__ import annotations

from datetime import date, datetime, time

from crmcli.errors import InvalidValueError, UsageError
from crmcli.values import day_words
from crmcli.values.dates import AmbiguousDateError, civil, read_numbers
from crmcli.values.readings import is_number, parse_clock, parse_iso, read_named
from crmcli.values.spans import find_span, month_length, shift

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 100  # characters; no date is longer
_FRIDAY = 4


def parse_when(
    text: str,
    *,
    today: date,
    tz: str | None = None,
    now: datetime | None = None,
    order: str | None = None,
    languages: Sequence[str] = ("en",),
    prefer: str = "future",
) -> date | datetime:
    """Return the civil date that text means, or the naive civil date-time if it has a time.

    Args:
        text: such as ``2026-03-05``, ``tomorrow 14:30``, ``+3d``, ``za tydzień``, ``5 March``.
        today: the owner's civil date; relative dates count from it.
        tz: the owner's zone, for text that carries an offset of its own.
        now: the civil time that ``now`` means; without it ``now`` is today.
        order: ``dmy`` or ``mdy`` settles ``01/02/2026``.
        languages: of the owner; they settle ``so`` and are tried in the last resort.
        prefer: ``future`` or ``past``: where ``3d``, ``friday`` and ``5 March`` are looked for.

    Raises:
        UsageError: not understood, ambiguous or out of range.
    """
    if len(text) <= _LONGEST:
        iso = parse_iso(" ".join(text.split()))
        if iso is not None:
            aware = isinstance(iso, datetime) and iso.tzinfo is not None
            return civil(iso, tz) if isinstance(iso, datetime) and aware else iso
        plain = day_words.plain(text)
        if now is not None and plain in day_words.NOW:
            return now
        try:
            day = _Reader(today, order, languages, prefer).moment(plain)
        except AmbiguousDateError as error:
            raise UsageError(str(error)) from None
        except InvalidValueError:
            day = None
        day = day or _in_other_words(text, today, tz, languages)
        if day is not None:
            return day
    raise UsageError(f'date "{text[:_LONGEST]}" not understood; try 2026-03-05, friday, +3d')


def parse_range_bound(
    text: str,
    *,
    today: date,
    sign: int,
    upper: bool,
    order: str | None = None,
    languages: Sequence[str] = ("en",),
) -> date:
    """Return the day that one end of a query's range means.

    Args:
        text: a WHEN, a span (``90d``), a year (``2026``) or a month (``2026-03``).
        today: spans count from it.
        sign: 1 for fields of the future, -1 for fields of the past.
        upper: the end of a year or month is meant, not its start.
        order: as for ``parse_when``.
        languages: as for ``parse_when``.

    Raises:
        UsageError: not understood, ambiguous or out of range.
    """
    year, dash, month = text.strip().partition("-")
    if len(year) == 4 and is_number(year) and int(year) and (not dash or len(month) == 2):
        first, last = (
            (1, 12) if not dash else (int(month), int(month)) if is_number(month) else (0, 0)
        )
        if 1 <= first <= 12:
            chosen = last if upper else first
            return date(int(year), chosen, month_length(int(year), chosen) if upper else 1)
    prefer = "future" if sign > 0 else "past"
    found = parse_when(text, today=today, order=order, languages=languages, prefer=prefer)
    return found.date() if isinstance(found, datetime) else found


def nearest(month: int, day: int, today: date, prefer: str) -> date:
    """Return the nearest such day from today on, or up to today when the past is preferred.

    Raises:
        UsageError: no calendar has the day.
    """
    step = 1 if prefer == "future" else -1
    for year in range(today.year, today.year + 9 * step, step):
        if 1 <= year <= 9999 and 1 <= day <= month_length(year, month):
            found = date(year, month, day)
            if (found - today).days * step >= 0:
                return found
    raise UsageError(f"there is no day {month:02}-{day:02}")


class _Reader:
    """Reads days in one context: today, order, languages and direction."""

    __slots__ = ("languages", "order", "prefer", "sign", "today")

    def __init__(
        self, today: date, order: str | None, languages: Sequence[str], prefer: str
    ) -> None:
        self.today = today
        self.order = order
        self.languages = languages
        self.prefer = prefer
        self.sign = 1 if prefer == "future" else -1

    def moment(self, plain: str) -> date | datetime | None:
        """Read a day, a day and a time, or a time today."""
        words = plain.replace(", ", " ").split()
        for count in (2, 1):
            clock = parse_clock(" ".join(words[-count:])) if len(words) >= count else None
            if clock:
                head = words[:-count]
                if head and head[-1] in day_words.FILLERS:
                    head.pop()
                day = self.day(head) if head else self.today
                return datetime.combine(day, time(*clock)) if day else None
        return self.day(words)

    def day(self, words: list[str]) -> date | None:
        """Read a day without a time."""
        phrase = " ".join(words)
        if not words:
            return None
        if phrase in day_words.DAYS:
            return shift(self.today, (day_words.DAYS[phrase], "d"))
        return (
            self._period_end(phrase)
            or self._span(words)
            or self._weekday(words)
            or self._numbers(phrase)
            or self._named(phrase)
        )

    def _period_end(self, phrase: str) -> date | None:
        today = self.today
        phrase = phrase.removeprefix("the ").replace("end of the ", "end of ")
        if phrase in ("eow", "end of week"):
            return shift(today, ((_FRIDAY - today.weekday()) % 7, "d"))
        months = {"m": 1, "month": 1, "q": 3, "quarter": 3, "y": 12, "year": 12}
        size = months.get(phrase.removeprefix("end of ") if " " in phrase else phrase[2:])
        if size is None or not phrase.startswith(("eo", "end of ")):
            return None
        month = (today.month - 1) // size * size + size
        return date(today.year, month, month_length(today.year, month))

    def _span(self, words: list[str]) -> date | None:
        """Read ``+3d``, ``in two weeks``, ``3 dni temu``, ``next month``."""
        sign = None
        if words[0][0] in "+-" and len(words[0]) > 1:
            sign = 1 if words[0][0] == "+" else -1
            words = [words[0][1:], *words[1:]]
        elif len(words) > 1 and words[-1] in day_words.AGO:
            sign, words = -1, words[:-1]
        elif len(words) > 1 and words[0] in day_words.BACK:
            sign, words = -1, words[1:]
        elif len(words) > 1 and words[0] in day_words.AHEAD:
            sign, words = 1, words[1:]
        else:
            sign, words = _direction(words)
        number = day_words.NUMBERS.get(words[0])
        phrase = " ".join(words)
        if number is not None:
            phrase = " ".join((str(number), *words[1:]))
        elif sign is not None and phrase in day_words.UNITS and len(phrase) > 1:
            phrase = f"1 {phrase}"
        span = find_span(phrase)
        return shift(self.today, span, sign or self.sign) if span else None

    def _weekday(self, words: list[str]) -> date | None:
        """Read ``friday``, ``next tuesday``, ``w piątek``."""
        sign, rest = _direction(words)
        number = self._weekday_number(rest[0]) if len(rest) == 1 else None
        if number is None:
            return None
        today = self.today
        if sign == 1:
            monday = shift(today, (7 - today.weekday(), "d"))
            return shift(monday, (number, "d"))
        if (sign or self.sign) > 0:
            return shift(today, ((number - today.weekday() - 1) % 7 + 1, "d"))
        return shift(today, ((today.weekday() - number - 1) % 7 + 1, "d"), -1)

    def _weekday_number(self, word: str) -> int | None:
        word = word.rstrip(".")
        for language in self.languages:
            short = day_words.SHORT_WEEKDAYS.get(language, {})
            if word in short:
                return short[word]
        return day_words.WEEKDAYS.get(word)

    def _numbers(self, phrase: str) -> date | None:
        """Read ``31.12.2025``, ``12/31/25``, ``17.05.``."""
        found = read_numbers(phrase, self.order)
        if found is not None or "-" in phrase:
            return found
        try:
            found = read_numbers(phrase, self.order, yearless=True)
        except AmbiguousDateError as error:
            first, second = (
                self._nearest(date.fromisoformat(f"2000{reading[1:]}")).isoformat()
                for reading in error.readings
            )
            raise AmbiguousDateError(phrase, (first, second)) from None
        return found and self._nearest(found)

    def _nearest(self, day: date) -> date:
        return nearest(day.month, day.day, self.today, self.prefer)

    def _named(self, phrase: str) -> date | None:
        """Read ``5 March``, ``March 5th, 2026``."""
        named = read_named(phrase)
        if named is None:
            return None
        year, month, day = named
        if not 1 <= day <= month_length(year or 2000, month):
            return None
        return date(year, month, day) if year else nearest(month, day, self.today, self.prefer)


def _direction(words: list[str]) -> tuple[int | None, list[str]]:
    """Take small words, and then ``next`` or ``last`` in any language, off the front."""
    while len(words) > 1 and words[0] in day_words.FILLERS:
        words = words[1:]
    if len(words) > 1 and words[0].startswith(day_words.NEXT):
        return 1, words[1:]
    if len(words) > 1 and words[0].startswith(day_words.LAST):
        return -1, words[1:]
    return None, words


def _in_other_words(
    text: str, today: date, tz: str | None, languages: Sequence[str]
) -> date | datetime | None:
    """Ask the libraries, which cost more to import than most commands to run."""
    from crmcli.values import natural

    found = natural.parse(text, today=today, languages=languages)
    if isinstance(found, datetime) and found.tzinfo is not None:
        return civil(found, tz)
    return found
