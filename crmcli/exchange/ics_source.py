"""Calendars as what happened and what is to be done: events that are past, tasks, events to come.

An event is past when it began before now: then it is a meeting with those invited, the owner, rooms
and things apart, those who declined not: with them it was arranged. One to come is a follow-up
("meeting: ..."), of one that repeats the next time alone; it becomes a meeting when the calendar is
imported after it. So nothing that has not happened counts as a touch. What was called off takes the
follow-up away that an earlier import made of it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import IO, TYPE_CHECKING

from crmcli.errors import InvalidValueError, UsageError
from crmcli.exchange import encoding, ics_lines, unforeseen
from crmcli.exchange.headers import REJECT_COLUMNS
from crmcli.exchange.html_text import plain
from crmcli.exchange.ics_kinds import is_birthday, seconds_of
from crmcli.exchange.ics_own import is_own, own_row
from crmcli.exchange.ics_people import people_of, survey
from crmcli.exchange.ics_repeat import Repeats, excepted, key
from crmcli.exchange.ics_zones import When, read_moment
from crmcli.exchange.mime import tidy
from crmcli.exchange.plan import Plan
from crmcli.exchange.records import FollowUpRow, InteractionRow, Person, Reject, Remark, Skip
from crmcli.exchange.stream_source import StreamSource
from crmcli.values import dates, repeat

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from crmcli.exchange.ics_lines import Component
    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Row, Told

SYSTEM = "ics"
CALLED_OFF = "STATUS:CANCELLED"
_LONGEST_TEXT = 100_000
_LONGEST_TASK = 500
_TAGS = re.compile(r"<(?:br|p|b|i|u|a|div|html|ul|ol|li|span)\b[^<>]{0,500}>", re.IGNORECASE)


class IcsSource(StreamSource):
    """A calendar; see ``source.Source``."""

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        super().__init__(stream, options)
        self._now = options.now.astimezone(UTC).replace(tzinfo=None) if options.now else None
        self._survey = survey(self._components(), options, self._now)
        self._zones = self._survey.zones
        # By UID the next time of what repeats, where some times were moved: known at the end.
        self._held: dict[str, FollowUpRow] = {}
        if options.noun not in (None, "interactions", "followups"):
            raise UsageError(f"a calendar holds interactions and followups, not {options.noun}")
        holds = (options.noun,) if options.noun else self._survey.holds
        self.plan = Plan(
            file=name,
            format="ics",
            holds=holds,
            encoding=self._encoding.label,
            own=self._survey.own,
            suffix="ics",
            warnings=self._survey.warnings,
        )

    def rows(self, noun: str, told: Told) -> Generator[Row]:
        """Yield the rows of a noun; tell what is none of any."""
        repeats = Repeats(self._zones, self._now)
        self._held.clear()
        number = said = 0
        for event in self._components():
            if event.kind not in ics_lines.RECORDS:
                continue
            number += 1
            remarks: list[str] = []
            try:
                # Only of a record that is whole: what is rejected takes nothing away.
                gone = list(self._called_off(event)) if noun == "followups" else []
                found = self._rows_of(event, noun, repeats, remarks)
                if isinstance(found, str):
                    yield from gone
                    told.skip(Skip(event.line, number, found))
                    continue
            except unforeseen.ERRORS as error:
                if noun == self._noun(event):
                    why = unforeseen.why(error)
                    told.reject(Reject(event.line, number, why, _original(event)))
                continue
            unknown = list(self._zones.unknown)[said:] if noun == self.plan.holds[0] else []
            said += len(unknown)
            remarks += [f'time zone "{name}" is unknown; taken for yours' for name in unknown]
            for text in remarks:
                told.remark(Remark(event.line, number, text))
            yield from (*gone, *found)
        yield from self._held.values()

    def _noun(self, event: Component) -> str:
        """Which noun tells of a component when it is no row: of one alone, that."""
        task = event.kind == "VTODO" or is_own(event)
        noun = "followups" if task else "interactions"
        return noun if noun in self.plan.holds else self.plan.holds[0]

    def _rows_of(
        self, event: Component, noun: str, repeats: Repeats, remarks: list[str]
    ) -> list[Row] | str:
        """The rows of a component, or why it is none; nothing where the other noun tells of it."""
        tells = noun == self._noun(event)
        why = self._left_out(event)
        if why or event.kind == "VJOURNAL":
            return (why or "a journal") if tells else []
        if not event.complete:
            raise InvalidValueError(f"the file ends before END:{event.kind}")
        if is_own(event) or event.kind == "VTODO":
            if noun != "followups":
                return "something to do" if tells else []
            return [own_row(event) if is_own(event) else self._task(event, remarks)]
        return self._event(event, noun, repeats, remarks if tells else [])

    def _left_out(self, event: Component) -> str | None:
        if event.word("STATUS") == "CANCELLED" or self._survey.cancels:
            return CALLED_OFF
        uid = event.text("UID")
        if self._survey.own and uid.endswith("@crm") and not is_own(event):
            return "found by crm itself"
        if is_birthday(event):
            return "a birthday; import the people for that"
        for who in event.properties("ATTENDEE"):
            if who.params.get("PARTSTAT", "").upper() == "DECLINED":
                address = who.value.strip().lower().removeprefix("mailto:")
                if address in self._survey.owner:
                    return "you declined"
        return None

    def _called_off(self, event: Component) -> Iterator[FollowUpRow]:
        """Yield what an earlier import may have made a follow-up of, and will not take place."""
        uid = tidy(event.text("UID"))[:998]
        if not uid or is_own(event):
            return
        ids = [f"{uid}/{one}" for one in excepted(event, self._zones)]
        if self._left_out(event) == CALLED_OFF:
            other = event.first("RECURRENCE-ID")
            if other:
                when = read_moment(other.value, other.params.get("TZID"))
                ids.append(f"{uid}/{key(when, self._zones)}")
            else:
                ids += [uid, f"{uid}/*"]
        for one in ids:
            yield FollowUpRow(event.line, external_id=f"{SYSTEM}:{one}", called_off=True)

    def _event(
        self, event: Component, noun: str, repeats: Repeats, remarks: list[str]
    ) -> list[Row]:
        start = self._start(event)
        uid = (
            tidy(event.text("UID"))[:998]
            or f"{start.civil.isoformat()}/{event.text('SUMMARY')[:200]}"
        )
        people = people_of(event, self._survey.owner)
        other = event.first("RECURRENCE-ID")
        times: list[tuple[str, When]] = []
        following: tuple[str, When] | None = None
        if other:
            told = key(read_moment(other.value, other.params.get("TZID")), self._zones)
            times, following = self._one(f"{uid}/{told}", start)
        elif event.first("RRULE") or event.first("RDATE"):
            moved = self._survey.moved.get(uid) or set[str]()
            past, to_come = repeats.past(event, start, moved)
            times = [(f"{uid}/{key(when, self._zones)}", when) for when in past]
            if to_come:
                following = f"{uid}/{key(to_come, self._zones)}", to_come
            remarks += [repeats.remark] if repeats.remark else []
        else:
            times, following = self._one(uid, start)
        if noun == "followups":
            row = self._to_come(event, *following, people) if following else None
            if row and uid in self._survey.moved:
                nearest = self._held.setdefault(uid, row)
                self._held[uid] = min(nearest, row, key=lambda one: one.due)
                return []
            return [row] if row else []
        seconds = self._duration(event, start)
        text = _description(event)
        return [
            InteractionRow(
                line=event.line,
                external_id=f"{SYSTEM}:{told}",
                kind="meeting",
                at=self._zones.instant(when),
                people=people,
                subject=tidy(event.text("SUMMARY"))[:1000] or None,
                text=text,
                duration=seconds,
            )
            for told, when in times
        ]

    def _one(self, uid: str, when: When) -> tuple[list[tuple[str, When]], tuple[str, When] | None]:
        """Once: past, or to come."""
        at = self._zones.instant(when)
        past = self._now is None or at[:16] <= f"{self._now:%Y-%m-%dT%H:%M}"
        return ([(uid, when)], None) if past else ([], (uid, when))

    def _start(self, event: Component) -> When:
        found = event.first("DTSTART")
        if found is None:
            raise InvalidValueError("no DTSTART")
        return read_moment(found.value, found.params.get("TZID"))

    def _duration(self, event: Component, start: When) -> int | None:
        """Seconds; None of a whole day, and of an end that is none."""
        if not start.has_time:
            return None
        end, length = event.first("DTEND"), event.first("DURATION")
        if end:
            try:
                when = read_moment(end.value, end.params.get("TZID"))
                first, last = (
                    datetime.fromisoformat(self._zones.instant(moment)) for moment in (start, when)
                )
                seconds = int((last - first).total_seconds()) if when.has_time else 0
            except InvalidValueError:
                return None
        else:
            seconds = seconds_of(length.value) if length else 0
        return seconds if seconds > 0 else None

    def _to_come(
        self, event: Component, uid: str, when: When, people: tuple[Person, ...]
    ) -> FollowUpRow:
        what = tidy(event.text("SUMMARY"))
        return FollowUpRow(
            line=event.line,
            external_id=f"{SYSTEM}:{uid}",
            person=people[0] if people else Person(),
            due=self._civil(when),
            text=f"meeting: {what}"[:_LONGEST_TASK] if what else "meeting",
        )

    def _task(self, task: Component, remarks: list[str]) -> FollowUpRow:
        due = task.first("DUE") or task.first("DTSTART")
        when = read_moment(due.value, due.params.get("TZID")) if due else None
        done = None
        if task.word("STATUS") == "COMPLETED" or task.first("COMPLETED"):
            at = task.first("COMPLETED") or task.first("LAST-MODIFIED") or due
            moment = read_moment(at.value, at.params.get("TZID")) if at else When(date(1970, 1, 1))
            done = self._zones.instant(moment)
        every = None
        rule = task.first("RRULE")
        if rule:
            try:
                every = repeat.parse_every(f"RRULE:{rule.value.strip()}")
            except InvalidValueError as error:
                remarks.append(str(error))
        said = filter(None, [tidy(task.text("SUMMARY")), tidy(task.text("DESCRIPTION"))])
        people = people_of(task, self._survey.owner)
        uid = tidy(task.text("UID"))[:998]
        return FollowUpRow(
            line=task.line,
            external_id=f"{SYSTEM}:{uid}" if uid else None,
            person=people[0] if people else Person(),
            due=self._civil(when) if when else "",
            text=" — ".join(said)[:_LONGEST_TASK] or None,
            every=every if due else None,
            done_at=done,
        )

    def _civil(self, when: When) -> str:
        """As follow-ups are due: on the owner's clock."""
        return dates.from_utc(self._zones.instant(when), self._options.tz).isoformat()[:16]

    def originals(self, lines: Iterable[int]) -> Iterator[Reject]:
        """Yield the components that begin on these lines, as rejects without a reason."""
        wanted = set(lines)
        number = 0
        for event in self._components() if wanted else ():
            number += event.kind in ics_lines.RECORDS
            if event.line in wanted and event.kind in ics_lines.RECORDS:
                yield Reject(event.line, number, "", _original(event))

    def rejected(self, reject: Reject) -> str:
        """Return a calendar of one component, which says what is wrong with it."""
        said = zip(REJECT_COLUMNS, (reject.line, reject.reason), strict=True)
        more = [f"X-CRM-{name.upper().replace('_', '-')}:{value}" for name, value in said]
        return "\n".join(
            ["BEGIN:VCALENDAR", "VERSION:2.0", *more, str(reject.original), "END:VCALENDAR"]
        )

    def _components(self) -> Iterator[Component]:
        with encoding.opened(self._stream, self._encoding) as text:
            yield from ics_lines.components(text)


def _original(event: Component) -> str:
    text = "\n".join([f"BEGIN:{event.kind}", *event.lines, f"END:{event.kind}"])
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _description(event: Component) -> str | None:
    text = event.text("DESCRIPTION")[:_LONGEST_TEXT]
    if _TAGS.search(text):
        text = plain(text)
    return tidy(text, multiline=True) or None
