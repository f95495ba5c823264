"""Four years of mornings, some of them missed: everything is seen before it is settled, and is new once.

The owner looks once a day or after up to seven days away, at any hour, and settles, puts off or leaves
what is in the list. What has to be there is counted by matters.py. A clock that goes back and a day
that is looked at twice are tried as well.
"""

from __future__ import annotations

import os
import random
import re
import zoneinfo
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.conftest import Crm
from tests.faults import matters
from tests.faults.matters import DAY
from tests.faults.work import Figures

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST, LAST = date(2027, 1, 4), date(2031, 1, 10)  # with 29 February 2028, and five turns of a year
# Days from one look to the next: up to seven mornings missed.
GAPS = (1, 1, 1, 1, 2, 3, 5, 7, 8)
FEW = (1, 4, 7, 8)
_DISK = "/dev/shm"  # noqa: S108 - memory, where there is such a folder: disks are tried elsewhere
_SEEN = "seen {key} on no morning, though it was to be seen from {first} to {last}"


class Desk:
    """A book, the owner's zone and the clock."""

    def __init__(self, home: Path, zone: str) -> None:
        self.crm = Crm(home)
        self.zone = ZoneInfo(zone)
        self.now = datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=UTC)
        self.run("config", "set", "owner.timezone", zone)

    @property
    def day(self) -> date:
        """Today, where the owner is."""
        return self.now.astimezone(self.zone).date()

    def run(self, *words: str) -> str:
        return self.crm.ok(*words, CRM_NOW=self.now.isoformat()).out

    def listed(self, *words: str) -> dict[int, list[str]]:
        """The handles of the list by person."""
        found = self.crm.ok("remind", "--all", "--json", *words, CRM_NOW=self.now.isoformat())
        return {row["contact"]["id"]: row["handles"] for row in found.json}


def people(desk: Desk, dice: random.Random) -> list[matters.Matter]:
    """Everybody, each with one matter."""
    day = desk.day
    repeats = [
        ("2027-01-31", "month", matters.monthly),
        ("2027-01-31T14:30", "month", matters.monthly),
        ("2028-02-29", "year", matters.yearly),
        ("2027-01-05", "2 weeks", matters.fortnightly),
        ("2027-01-09T02:30", "2 weeks", matters.fortnightly),
        ("2027-01-04", "weekday", matters.each_weekday),
        ("2027-01-12", "RRULE:FREQ=MONTHLY;BYDAY=2TU", matters.second_tuesday),
        ("2027-01-20", "3 weeks after done", matters.three_weeks_after),
        ("2027-01-31", "month after done", matters.a_month_after),
    ]
    found: list[matters.Matter] = [
        matters.FollowUp(desk, dice, f"Repeat {every} {due}", due=due, every=every, following=how)
        for due, every, how in repeats
    ]
    for time in ("", "T00:00", "T02:30", "T23:59"):
        due = (day + dice.randint(0, 9) * DAY).isoformat() + time
        found.append(matters.FollowUp(desk, dice, f"Once {time}", due=due))
    found.append(matters.Promise(desk, dice, "Promise", due=(day + 5 * DAY).isoformat()))
    born = ("1984-02-29", "--02-29", "--12-31", "1990-01-01", "--01-01", "1971-06-15")
    found += [matters.Yearly(desk, dice, f"Born {on}", on) for on in born]
    wed = ("2012-02-29", "--12-31", "2020-03-28")
    found += [matters.Anniversary(desk, dice, f"Wed {on}", on) for on in wed]
    found += [matters.Cadence(desk, dice, f"Every {beat}", beat) for beat in (10, 21, 61, 91)]
    for end, notice in ((date(2027, 5, 31), 30), (date(2028, 2, 29), 45), (date(2027, 3, 1), 0)):
        found.append(matters.Renewal(desk, dice, f"Renewal {end}", end, notice))
    case = matters.Complaint(desk, dice, "Complaint")
    found += [case, matters.CheckBack(desk, dice, "", case)]
    found += [matters.Reorder(desk, dice, f"Reorder {gap}", gap) for gap in (30, 44)]
    return found


class Years:
    """One run of four years.

    Attributes:
        looks: the days on which the owner looked.
        wrong: what was not as it had to be.
    """

    def __init__(self, home: Path, zone: str, seed: int = 1, gaps: tuple[int, ...] = GAPS) -> None:
        self.gaps = gaps
        self.dice = random.Random(f"{zone} {seed}")  # noqa: S311 - repeatable on purpose
        self.desk = Desk(home, zone)
        self.matters = people(self.desk, self.dice)
        self.seen: dict[int, set[object]] = defaultdict(set)
        self.told: dict[int, set[object]] = defaultdict(set)  # by --new
        self.put_off: dict[int, date] = {}
        self.looks: list[date] = []
        self.wrong: list[str] = []

    def run(self, last: date) -> None:
        while self.desk.day <= last:
            self.morning()
            self.wake(self.desk.day + self.dice.choice(self.gaps) * DAY)
        self.end()

    def wake(self, day: date) -> None:
        """Set the clock to any time of a day, so also to one that comes twice or not at all."""
        hour, minute = self.dice.randrange(24), self.dice.choice((0, 15, 30, 45))
        civil = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.desk.zone)
        self.desk.now = civil.replace(fold=self.dice.randrange(2)).astimezone(UTC)
        if self.desk.day < day:  # the day began later
            self.desk.now += timedelta(hours=1)
        assert self.desk.day == day

    def morning(self) -> None:
        """Look, look again, and do something about what is there."""
        day = self.desk.day
        if self.dice.random() < 0.05:
            self.clock_back()
        self.looks.append(day)
        listed = self.desk.listed()
        new = self.desk.listed("--new")
        if self.dice.random() < 0.1:
            self.same_again()
        for place, matter in enumerate(self.matters):
            handle = shown(matter, listed)
            self.check(place, day, handle, shown(matter, new))
            if handle and self.dice.random() < 0.7:
                matter.act(self.desk, day, handle)
            elif hasattr(matter, "idle"):
                matter.idle(self.desk, day)

    def check(self, place: int, day: date, handle: str, new: str) -> None:
        matter = self.matters[place]
        name = f"{day} {type(matter).__name__} {matter.person}"
        if matter.must(day) and not handle:
            self.wrong.append(f"{name} is not in the list")
        if handle and not matter.may(day):
            self.wrong.append(f"{name}: {handle} is in the list")
        if not handle:
            if new:
                self.wrong.append(f"{name}: {new} is new and not in the list")
            return
        key = matter.key(day)
        self.seen[place].add(key)
        ended = matter.silent_until
        news = key not in self.told[place] or bool(
            ended and ended <= day and self.put_off.get(place) != ended
        )
        if ended and ended <= day:
            self.put_off[place] = ended
        if news and not new:
            self.wrong.append(f"{name}: {handle} was never new")
        if new and not news and not matter.again:
            self.wrong.append(f"{name}: {handle} is new twice")
        self.told[place].add(key)

    def same_again(self) -> None:
        """The same day twice prints the same, and nothing is new."""
        first, second = (self.desk.run("remind", "--all") for _ in "12")
        if first != second:
            self.wrong.append(f"{self.desk.day}: the same day twice differs")
        if self.desk.run("remind", "--all", "--new"):
            self.wrong.append(f"{self.desk.day}: something is new twice in a row")

    def clock_back(self) -> None:
        """Under a clock that went back nothing comes for new that was shown before."""
        now = self.desk.now
        self.desk.now -= self.dice.randint(1, 40) * DAY
        day = self.desk.day
        new = self.desk.listed("--new")
        for place, matter in enumerate(self.matters):
            if shown(matter, new):
                self.told[place].add(matter.key(day))
                if matter.silent_until and matter.silent_until <= day:
                    self.put_off[place] = matter.silent_until
        if self.desk.run("remind", "--all", "--new"):
            self.wrong.append(f"{day}: something is new twice under a clock that went back")
        self.desk.now = now

    def end(self) -> None:
        """What passes by itself was seen while it could be."""
        first, last = self.looks[0], self.looks[-1]
        for place, matter in enumerate(self.matters):
            for key, begins, ends in matter.windows(first, last):
                if key not in self.seen[place]:
                    text = _SEEN.format(key=key, first=begins, last=ends)
                    self.wrong.append(f"{type(matter).__name__} {matter.person}: {text}")


def shown(matter: matters.Matter, listed: dict[int, list[str]]) -> str:
    """The handle of the matter in a list, empty where it is not."""
    handles = listed.get(matter.person, [])
    return next((handle for handle in handles if re.fullmatch(matter.handle, handle)), "")


def live(zone: str, seed: int = 1, gaps: tuple[int, ...] = GAPS, last: date = LAST) -> Years:
    """Live through the years in a zone."""
    with TemporaryDirectory(dir=_DISK if os.path.isdir(_DISK) else None) as folder:
        years = Years(Path(folder), zone, seed, gaps)
        years.run(last)
        return years


def zones(names: Iterable[str] | None = None) -> list[list[str]]:
    """The zones that change their clocks in these years, those with the same changes together."""
    found = defaultdict(list)
    for name in sorted(names or zoneinfo.available_timezones()):
        changes = tuple(_changes(ZoneInfo(name)))
        if changes and name not in ("localtime", "posixrules", "Factory"):
            found[changes].append(name)
    return list(found.values())


def _changes(zone: ZoneInfo) -> Iterable[tuple[int, timedelta | None]]:
    """When the offset changes, to the minute, and to what."""
    begin = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    before = begin.astimezone(zone).utcoffset()
    for number in range(1, (LAST - FIRST).days):
        after = (begin + number * DAY).astimezone(zone).utcoffset()
        if after != before:
            low, high = 0, 24 * 60
            while high - low > 1:
                middle = (low + high) // 2
                at = begin + (number - 1) * DAY + timedelta(minutes=middle)
                low, high = (
                    (middle, high) if at.astimezone(zone).utcoffset() == before else (low, middle)
                )
            yield (number - 1) * 24 * 60 + high, after
            before = after


def room(most: int) -> list[Figures]:
    """Live through the years in one zone of each kind, ``most`` of them, 0 for all."""
    kinds = zones()
    figures = Figures("mornings of four years, up to seven missed")
    looks = 0
    for names in kinds[: most or None]:
        years = live(names[0])
        figures.tried += 1
        looks += len(years.looks)
        figures.wrong += [f"{names[0]}: {text}" for text in years.wrong]
    figures.note = f"one of each of {len(kinds)} kinds of {sum(map(len, kinds))} zones that change their clocks, {looks:,} looks"
    return [figures]
