"""What somebody has to be reminded of, counted by its own arithmetic and not by the rules'.

A matter is one thing about one person. It knows on which days it must be in the list of the morning
and on which it may be, which occurrence of it that is, and what its owner does about it once it was
seen. Days are the owner's; Saturday and Sunday are off.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.faults.mornings import Desk

DAY = timedelta(days=1)


def is_off(day: date) -> bool:
    return day.weekday() > 4


def forward(day: date) -> date:
    """The day, or the first working day after it."""
    while is_off(day):
        day += DAY
    return day


def back(day: date) -> date:
    """The day, or the last working day before it."""
    while is_off(day):
        day -= DAY
    return day


def worked(since: date, day: date) -> int:
    """How many working days lie after ``since``, the last of them ``day``."""
    return sum(not is_off(since + number * DAY) for number in range(1, (day - since).days + 1))


def months_on(day: date, months: int) -> date:
    """So many months later, in a short month its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Matter:
    """One thing about one person.

    Attributes:
        code: of the rule that is to say it, empty for follow-ups.
        person: the number of the contact.
        silent_until: the day until which it is put off.
        again: whether the list may hold it for new a second time in one occurrence.
    """

    code = ""
    again = False

    def __init__(self, desk: Desk, dice: random.Random, name: str, *fields: str) -> None:
        self.dice = dice
        words = [
            "--phone",
            f"+4860000{dice.randrange(10_000):04}",
            "--lifecycle",
            "other",
            "--force",
        ]
        self.person = int(desk.run("add", name, *words, *fields).split()[0])
        self.silent_until: date | None = None

    @property
    def handle(self) -> str:
        """What it is called in the list; a pattern for follow-ups, whose numbers grow."""
        return f"{self.code}:{self.person}" if self.code else r"F\d+"

    def must(self, day: date) -> bool:
        """Whether it has to be in the list."""
        raise NotImplementedError

    def may(self, day: date) -> bool:
        """Whether it may be."""
        return self.must(day)

    def key(self, day: date) -> object:
        """Which occurrence it is."""
        raise NotImplementedError

    def act(self, desk: Desk, day: date, handle: str) -> None:
        """Do something about it."""
        raise NotImplementedError

    def windows(self, first: date, last: date) -> list[tuple[object, date, date]]:
        """Occurrences that pass by themselves: the key, and from when to when they are to be seen."""
        del first, last
        return []

    def snooze(self, desk: Desk, day: date, handle: str) -> None:
        self.silent_until = day + self.dice.randint(1, 10) * DAY
        desk.run("snooze", handle, self.silent_until.isoformat(), "--reason", "busy")


class FollowUp(Matter):
    """Something to do on a day, or at a time of it; it may repeat.

    ``following`` gives the next day from the first one, the last one and the day it was done.
    """

    def __init__(
        self,
        desk: Desk,
        dice: random.Random,
        name: str,
        *,
        due: str,
        every: str = "",
        following: Callable[[date, date, date], date] | None = None,
    ) -> None:
        super().__init__(desk, dice, name)
        self.every, self.following = every, following
        self.anchor = date.fromisoformat(due[:10])
        self.turn = 0
        self.set(desk, due)

    def set(self, desk: Desk, due: str) -> None:
        self.due, self.silent_until = due, None
        self.turn += 1
        repeat = ["--every", self.every] if self.every else []
        desk.run("remind", str(self.person), due, "call", *repeat)

    @property
    def on(self) -> date:
        return date.fromisoformat(self.due[:10])

    def must(self, day: date) -> bool:
        """A task waits for work; an appointment is told of on the last working day before."""
        shown = back(self.on) if len(self.due) > 10 else forward(self.on)
        return shown <= day and (not self.silent_until or forward(self.silent_until) <= day)

    def key(self, day: date) -> object:
        del day
        return self.turn, max(self.due, str(self.silent_until or ""))

    def act(self, desk: Desk, day: date, handle: str) -> None:
        """Do it, put it off, or let it lie."""
        what = self.dice.choice(["done", "done", "snooze", "nothing"])
        if what == "snooze":
            self.snooze(desk, day, handle)
        elif what == "done":
            self.finish(desk, day, handle)

    def finish(self, desk: Desk, day: date, handle: str) -> None:
        said = desk.run("done", handle)
        if not self.following:
            later = day + self.dice.randint(0, 40) * DAY
            time = self.due[10:]
            self.set(desk, later.isoformat() + time)
            return
        found = self.following(self.anchor, self.on, day)
        self.due = found.isoformat() + self.due[10:]
        self.turn, self.silent_until = self.turn + 1, None
        told = re.search(r"again ([0-9T: -]+)$", said)
        assert told, said
        assert told[1].replace(" ", "T") == self.due, (said, self.due)


def monthly(anchor: date, due: date, done: date) -> date:
    """From the 31st: the last of short months."""
    return next(day for turn in range(1, 999) if (day := months_on(anchor, turn)) > max(due, done))


def yearly(anchor: date, due: date, done: date) -> date:
    """From 29 February: the 28th of common years."""
    return next(
        day for turn in range(1, 99) if (day := months_on(anchor, 12 * turn)) > max(due, done)
    )


def fortnightly(anchor: date, due: date, done: date) -> date:
    day = anchor
    while day <= max(due, done):
        day += 14 * DAY
    return day


def each_weekday(anchor: date, due: date, done: date) -> date:
    del anchor
    return forward(max(due, done) + DAY)


def second_tuesday(anchor: date, due: date, done: date) -> date:
    del anchor
    day = max(due, done) + DAY
    while not (day.weekday() == 1 and 8 <= day.day <= 14):
        day += DAY
    return day


def three_weeks_after(anchor: date, due: date, done: date) -> date:
    del anchor, due
    return done + 21 * DAY


def a_month_after(anchor: date, due: date, done: date) -> date:
    del anchor, due
    return months_on(done, 1)


class Promise(FollowUp):
    """Something promised for a day: told of on the working day before, and kept before a day off."""

    def set(self, desk: Desk, due: str) -> None:
        self.due, self.silent_until = due, None
        self.turn += 1
        desk.run("log", "call", str(self.person), "hello", "--promise", due)

    def must(self, day: date) -> bool:
        shown = back(back(self.on) - DAY)
        return shown <= day and (not self.silent_until or self.silent_until <= day)


class Yearly(Matter):
    """A birthday: from three days before, or the last working day before, to a week after."""

    code = "T601"
    ahead, late = 3, 7

    def __init__(self, desk: Desk, dice: random.Random, name: str, day: str) -> None:
        super().__init__(desk, dice, name, *self.field(day))
        self.month_day, self.born = day[-5:], 0 if day.startswith("--") else int(day[:4])
        self.settled: set[date] = set()

    def field(self, day: str) -> list[str]:
        return ["--birthday", day]

    def in_year(self, year: int) -> date:
        if self.month_day == "02-29" and not calendar.isleap(year):
            return date(year, 2, 28)
        return date.fromisoformat(f"{year}-{self.month_day}")

    def near(self, day: date) -> date | None:
        """The day of the year that is in sight: nothing comes into sight on a day off."""
        for year in (day.year - 1, day.year, day.year + 1):
            on = self.in_year(year)
            seen = max(back(day) + self.ahead * DAY, forward(back(day) + DAY))
            if year > self.born and on <= seen and day <= on + self.late * DAY:
                return on
        return None

    def must(self, day: date) -> bool:
        on = self.near(day)
        return on is not None and on not in self.settled

    def key(self, day: date) -> object:
        return self.near(day)

    def act(self, desk: Desk, day: date, handle: str) -> None:
        """Call, tick it off, or leave it for another day."""
        what = self.dice.choice(["call", "call", "done", "nothing"])
        on = self.near(day)
        if what == "nothing" or on is None:
            return
        desk.run(*(["done", handle] if what == "done" else ["log", "call", str(self.person), "hi"]))
        self.settled.add(on)

    def windows(self, first: date, last: date) -> list[tuple[object, date, date]]:
        found = []
        for year in range(first.year, last.year + 1):
            on = self.in_year(year)
            span = (on - self.ahead * DAY, on + self.late * DAY)
            if year > self.born and first <= span[0] and span[1] <= last:
                found.append((on, *span))
        return found


class Anniversary(Yearly):
    """Any other day of the year."""

    code = "T602"

    def field(self, day: str) -> list[str]:
        return ["--date", f"wedding={day}"]


class Cadence(Matter):
    """Somebody who is to hear from the owner every so many days."""

    code = "R201"

    def __init__(self, desk: Desk, dice: random.Random, name: str, beat: int) -> None:
        super().__init__(desk, dice, name, "--cadence", f"{beat}d")
        self.beat = beat
        self.touch(desk, desk.day)

    def touch(self, desk: Desk, day: date) -> None:
        desk.run("log", "call", str(self.person), "hello")
        self.last = day
        self.rested: set[int] = set()

    def turn(self, day: date) -> int:
        return (day - self.last).days // self.beat

    def must(self, day: date) -> bool:
        """Once the cadence has ended, on a working day, until it has ended four times."""
        ended = forward(self.last + self.beat * DAY) <= day <= self.last + 4 * self.beat * DAY
        return ended and self.may(day)

    def may(self, day: date) -> bool:
        """From four fifths of it, but not within a fortnight of a touch."""
        days = (day - self.last).days
        awake = self.turn(day) not in self.rested
        return awake and 5 * days >= 4 * self.beat and not (self.silent_until or day) > day

    def key(self, day: date) -> object:
        return self.last, self.turn(day)

    def act(self, desk: Desk, day: date, handle: str) -> None:
        """Call, let it rest for this time, put it off or leave it; never for too long."""
        what = self.dice.choice(["call", "call", "done", "snooze", "nothing"])
        if what == "call" or (day - self.last).days > 2 * self.beat:
            self.touch(desk, day)
        elif what == "done":
            desk.run("done", handle)
            self.rested.add(self.turn(day))
        elif what == "snooze":
            self.snooze(desk, day, handle)


class Renewal(Matter):
    """The end of a contract: told of 30 and 7 days before notice is due, and 60, 30 and 7 before the end.

    Once it is past it is told of at once and every 30 days, for a year.
    """

    code = "C406"

    def __init__(self, desk: Desk, dice: random.Random, name: str, end: date, notice: int) -> None:
        super().__init__(desk, dice, name)
        self.notice = notice
        self.set(desk, end)

    def set(self, desk: Desk, end: date) -> None:
        self.end, self.rested = end, set[date]()
        notice = f"/{self.notice}d" if self.notice else ""
        desk.run("edit", str(self.person), "--date", f"renewal={end}{notice}")

    def mark(self, day: date) -> date | None:
        """The last of the marks that has come; a mark on a day off comes before it."""
        if day > self.end + 366 * DAY:
            return None
        if day > self.end:
            past = self.end + DAY
            return past + max(0, (back(day) - past).days) // 30 * 30 * DAY
        last = self.end - self.notice * DAY
        begin = back(last - 30 * DAY)
        marks = [last - 7 * DAY, *(self.end - left * DAY for left in (60, 30, 7))]
        come = [mark for mark in map(back, marks) if begin <= mark <= day]
        return max([begin, *come]) if begin <= day else None

    def must(self, day: date) -> bool:
        mark = self.mark(day)
        return mark is not None and mark not in self.rested

    def key(self, day: date) -> object:
        return self.end, self.mark(day)

    def act(self, desk: Desk, day: date, handle: str) -> None:
        """Renew it near its end, talk or let it rest until the next mark, or leave it."""
        what = self.dice.choice(["done", "call", "nothing", "renew"])
        mark = self.mark(day)
        if what == "renew" and (self.end - day).days < 8:
            self.set(desk, months_on(self.end, 12))
        elif what in ("done", "call") and mark:
            words = ["done", handle] if what == "done" else ["log", "call", str(self.person), "hm"]
            desk.run(*words)
            self.rested.add(mark)


class Complaint(Matter):
    """A complaint wants an answer within a working day, and its end within five."""

    code = "S502"
    again = True  # while it lies, it presses again from time to time

    def __init__(self, desk: Desk, dice: random.Random, name: str) -> None:
        super().__init__(desk, dice, name)
        self.opened: date | None = None
        self.answered: date | None = None
        self.closed: date | None = None
        self.case = 0
        self.open(desk, desk.day)

    def open(self, desk: Desk, day: date) -> None:
        said = desk.run("log", "complaint", str(self.person), "crushed boxes")
        self.opened, self.answered, self.closed = day, None, None
        self.case = int(re.search(r"case (\d+)", said)[1]) if "case " in said else self.case  # type: ignore[index]

    def must(self, day: date) -> bool:
        if self.opened is None or self.closed:
            return False
        return worked(self.opened, day) >= (5 if self.answered else 1) and not self.lately(day)

    def lately(self, day: date) -> bool:
        """Whether it was answered just now, so that it is not the owner's turn."""
        return bool(self.answered and worked(self.answered, day) < 5)

    def may(self, day: date) -> bool:
        return self.opened is not None and not self.closed and worked(self.opened, day) >= 1

    def key(self, day: date) -> object:
        del day
        return self.opened, self.answered

    def act(self, desk: Desk, day: date, handle: str) -> None:
        """Answer, then close it; or leave it."""
        del handle
        if self.dice.random() < 0.3:
            return
        if not self.answered:
            desk.run("log", "call", str(self.person), "so sorry")
            self.answered = day
        else:
            desk.run("case", "close", str(self.case), "sent new boxes")
            self.closed = day


class CheckBack(Matter):
    """A week after a complaint was closed the owner asks whether all is well."""

    code = "S503"

    def __init__(self, desk: Desk, dice: random.Random, name: str, case: Complaint) -> None:
        del desk, name
        self.dice, self.case, self.person = dice, case, case.person
        self.silent_until = None
        self.asked: date | None = None
        self.past: list[tuple[object, date, date]] = []

    def must(self, day: date) -> bool:
        closed = self.case.closed
        if not closed or closed == self.asked:
            return False
        begins, ends = self.window(closed)
        return begins <= day <= ends

    def window(self, closed: date) -> tuple[date, date]:
        begins = forward(closed + 7 * DAY)
        return begins, begins + 7 * DAY

    def key(self, day: date) -> object:
        del day
        return self.case.closed

    def act(self, desk: Desk, day: date, handle: str) -> None:
        """Ask, tick it off or leave it; later there is another complaint."""
        del day
        what = self.dice.choice(["call", "done", "nothing"])
        if what == "nothing":
            return
        desk.run(
            *(["done", handle] if what == "done" else ["log", "call", str(self.person), "ok?"])
        )
        self.asked = self.case.closed

    def idle(self, desk: Desk, day: date) -> None:
        """Three weeks after the last was closed comes the next."""
        closed = self.case.closed
        if closed and day > closed + 21 * DAY:
            self.past.append((closed, *self.window(closed)))
            self.case.open(desk, day)

    def windows(self, first: date, last: date) -> list[tuple[object, date, date]]:
        return [entry for entry in self.past if first <= entry[1] and entry[2] <= last]


class Reorder(Matter):
    """Somebody who orders every few weeks is asked a week before the next order is due."""

    code = "C401"

    def __init__(self, desk: Desk, dice: random.Random, name: str, gap: int) -> None:
        super().__init__(desk, dice, name)
        self.orders: list[date] = []
        for number in range(5, -1, -1):
            self.order(desk, desk.day - (number * gap + dice.randint(0, 2)) * DAY)

    def order(self, desk: Desk, day: date) -> None:
        desk.run("log", "purchase", str(self.person), "--amount", "100", "--at", day.isoformat())
        self.orders.append(day)
        self.rested = False

    def near(self, day: date, early: int, late: int) -> bool:
        """Whether a gap of so many days, or so many, has nearly passed; on a day off nothing does."""
        last = self.orders[-1]
        return not self.rested and last + (early - 7) * DAY <= back(day) <= last + 2 * late * DAY

    @property
    def gap(self) -> float:
        gaps = [(after - before).days for before, after in pairwise(self.orders)]
        return median(gaps)

    def must(self, day: date) -> bool:
        return self.near(day, ceil(self.gap), floor(self.gap))

    def may(self, day: date) -> bool:
        """A median of half a day is rounded one way or the other."""
        return self.near(day, floor(self.gap), ceil(self.gap))

    def key(self, day: date) -> object:
        del day
        return self.orders[-1]

    def act(self, desk: Desk, day: date, handle: str) -> None:
        """They order, or the owner ticks it off until they do, or nothing happens."""
        what = self.dice.choice(["order", "order", "nothing", "done"])
        if what == "order" or (day - self.orders[-1]).days > 1.5 * self.gap:
            self.order(desk, day)
        elif what == "done":
            desk.run("done", handle)
            self.rested = True

    def idle(self, desk: Desk, day: date) -> None:
        """What was ticked off is ordered at last."""
        if self.rested and (day - self.orders[-1]).days > self.gap:
            self.order(desk, day)
