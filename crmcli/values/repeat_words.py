"""Repetitions within a month, in words: ``last friday``, ``first monday of the month``, ``15th``.

Read in the languages of ``day_words`` and written in English. They are stored as an RRULE, but for the
first and the last working day, which no RRULE knows: whether a day is worked depends on the calendar.
"""

from __future__ import annotations

from crmcli.values.day_words import LAST, WEEKDAYS

WORKING = {"first working day": 1, "last working day": -1}
_MONTHLY = "RRULE:FREQ=MONTHLY;"
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Stems, as these words change their endings.
_ORDINALS = {
    1: ("first", "1st", "pierwsz", "prvn", "prvy", "prve", "prva", "prvu", "erst", "перв"),
    2: ("second", "2nd", "drug", "druh", "zweit", "втор"),
    3: ("third", "3rd", "trzec", "treti", "tretj", "dritt", "трет"),
    4: ("fourth", "4th", "czwart", "ctvrt", "stvrt", "viert", "четверт"),
    -1: (*LAST, "последн"),
}
_SHOWN = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_MONTH = frozenset((
    "month", "months", "month's", "mesic", "mesice", "mesici", "mesicu", "mesiac", "mesiaca", "mesiaci",
    "miesiac", "miesiaca", "miesiacu", "месяц", "месяца", "месяце", "monat", "monats",
))  # fmt: skip
_SMALL = frozenset((
    "every", "each", "of", "the", "a", "in", "on", "day", "kazdy", "kazde", "kazdeho", "kazdego", "kazdou",
    "kazdu", "kazda", "v", "ve", "vo", "w", "we", "na", "каждый", "каждого", "каждую", "каждое", "в",
    "jeden", "jedes", "jede", "am", "im", "den", "des", "der",
))  # fmt: skip
_WORKING_DAYS = frozenset((
    "weekday", "workday", "working day", "business day", "pracovni den", "pracovny den", "dzien roboczy",
    "рабочий день", "arbeitstag", "werktag",
))  # fmt: skip
_DAYS = frozenset(("day", "den", "dzien", "день", "tag"))
_OF_A_DATE = ("st", "nd", "rd", "th", "-го", "-e", "го", "")
_LONGEST_MONTH = 31
_ALWAYS = 28  # days that every month has


def read(words: str) -> str | None:
    """Return the canonical rule; None where the words are none. Words are as ``plain`` gives them."""
    found = words.replace(",", " ").split()
    monthly = not _MONTH.isdisjoint(found)
    told = [word for word in found if word not in _MONTH]
    kept = [word for word in told if word not in _SMALL]
    if len(kept) == 1 and (rule := _date(kept[0], monthly=monthly)):
        return rule
    for place, word in enumerate(told[:-1]):
        number = None if word in _SMALL else _ordinal(word)
        if number:
            return _of_month(number, told[place + 1 :], monthly=monthly)
    return None


def _ordinal(word: str) -> int | None:
    return next((number for number, stems in _ORDINALS.items() if word.startswith(stems)), None)


def _date(word: str, *, monthly: bool) -> str | None:
    """The rule of ``15th`` or ``15.``; of a bare number where a month stands beside it."""
    digits = word.rstrip(".")
    number = digits.rstrip("stndrhгоe-")
    if not (number.isascii() and number.isdigit()) or digits[len(number) :] not in _OF_A_DATE:
        return None
    if not 1 <= int(number) <= _LONGEST_MONTH or (number == word and not monthly):
        return None
    if int(number) <= _ALWAYS:
        return f"{_MONTHLY}BYMONTHDAY={int(number)}"
    days = ",".join(map(str, range(_ALWAYS, int(number) + 1)))  # of February, its last
    return f"{_MONTHLY}BYMONTHDAY={days};BYSETPOS=-1"


def _of_month(number: int, words: list[str], *, monthly: bool) -> str | None:
    at_an_end = number in (1, -1)
    if not (monthly or at_an_end):
        return None  # "every second friday" may be one in two weeks
    while words and words[-1] in _SMALL - _DAYS:
        words = words[:-1]
    what = " ".join(word for word in words if word not in ("the", "of"))
    if what in WEEKDAYS:
        return f"{_MONTHLY}BYDAY={number}{_CODES[WEEKDAYS[what]]}"
    if what in _WORKING_DAYS and at_an_end:
        return f"{_SHOWN[number]} working day"
    if what in _DAYS and at_an_end:
        return f"{_MONTHLY}BYMONTHDAY={number}"
    return None


def told(rule: str) -> str:
    """The rule as it is shown: what can be typed again, in words where there are any."""
    rest = rule.removeprefix(_MONTHLY)
    body, after, _ = rest.partition(" after done")
    tail = after and " after done"
    if body in WORKING:
        return f"{body} of the month{tail}"
    if rest == rule:
        return rule
    name, _, value = body.partition("=")
    if name == "BYDAY" and value[-2:] in _CODES and value[:-2] in map(str, _SHOWN):
        day = _NAMES[_CODES.index(value[-2:])]
        return f"{_SHOWN[int(value[:-2])]} {day} of the month{tail}"
    if body == "BYMONTHDAY=-1":
        return f"last day of the month{tail}"
    days = value.removesuffix(";BYSETPOS=-1").split(",")
    if name == "BYMONTHDAY" and days[-1].isdigit() and read(f"{days[-1]}.") == _MONTHLY + body:
        return f"{_dated(int(days[-1]))} of the month{tail}"
    return rule


def _dated(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number // 10 != 1 else "th"
    return f"{number}{ending}"
