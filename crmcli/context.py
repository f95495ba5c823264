"""What a command is handed: the book, the config, the clock and the way out. Nothing is global."""

from __future__ import annotations

import os

from crmcli.db import connection, turn
from crmcli.errors import AmbiguousContactError, UsageError
from crmcli.store import machines, settings, who

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Mapping
    from datetime import date, datetime
    from typing import Any, TextIO

    from crmcli.config import Config
    from crmcli.db.machine import Machine
    from crmcli.output.out import Out
    from crmcli.query.compile import Query
    from crmcli.rules.base import Day
    from crmcli.rules.selection import Catalogue
    from crmcli.store.contact_fields import Checker


class Rows:
    """How a command shall print its rows: the format asked for and the columns picked."""

    __slots__ = ("columns", "format")

    def __init__(self, format: str | None = None, columns: str | None = None) -> None:  # noqa: A002 - the option's name
        self.format = format
        self.columns = columns

    @classmethod
    def of(cls, options: dict[str, object]) -> Rows:
        """Read the options that cli.py lays out for a parameter ``rows``, taking them out.

        Raises:
            UsageError: an unknown format, or two formats at once.
        """
        asked = [name for name in ("csv", "json", "jsonl", "ids") if options.pop(name, False)]
        chosen = options.pop("format", None)
        if chosen:
            asked.insert(0, str(chosen))
        columns = options.pop("columns", None)
        if len(set(asked)) > 1:
            raise UsageError(f"one format at a time, not {' and '.join(asked)}")
        if asked and asked[0] not in ("table", "tsv", "csv", "json", "jsonl", "ids", "ics"):
            raise UsageError(
                f'unknown format "{asked[0]}"; one of table, tsv, csv, json, jsonl, ids'
            )
        return cls(asked[0] if asked else None, str(columns) if columns else None)


class Fields:
    """The fields of a person as options gave them.

    Attributes:
        raw: what was typed, by field name; a list field has a list.
        pairs: the FIELD=VALUE of ``--set``.
    """

    __slots__ = ("pairs", "raw")

    def __init__(self, raw: dict[str, Any], pairs: list[str]) -> None:
        self.raw = raw
        self.pairs = pairs

    @classmethod
    def of(cls, options: dict[str, Any]) -> Fields:
        """Read the options that cli.py lays out for a parameter ``fields``, taking them out."""
        from crmcli.store.contact_fields import ALIASES

        pairs = options.pop("set_", None) or []
        return cls({ALIASES.get(key, key): options.pop(key) for key in list(options)}, pairs)


class App:
    """One run of one command.

    Attributes:
        config: settings, each with its origin. out: the only way to print and to ask.
        now: the instant, aware, UTC. today: the owner's civil date.
        tz: the owner's IANA zone, None for the system's.
        path: the database file.
        command: the command line as the history shall show it.
        commands: the names of all commands. main: runs another command line.
        environ: the environment, for editors and pagers.
        stdin: where piped text and files come from. writes: the transactions of this run.
        held: open files of the book that are closed after it (db/copying.py).
        machine: what is remembered of the book here, once machines.meet has looked.
    """

    __slots__ = (
        "_day", "_db", "_rules", "command", "commands", "config", "environ", "held", "machine", "main",
        "now", "out", "path", "stdin", "today", "tz", "writes",
    )  # fmt: skip

    def __init__(
        self,
        *,
        config: Config,
        out: Out,
        now: datetime,
        today: date,
        tz: str | None,
        path: str,
        command: str,
        commands: Collection[str],
        main: Callable[..., int],
        environ: Mapping[str, str],
        stdin: TextIO,
    ) -> None:
        self.config = config
        self.out = out
        self.now = now
        self.today = today
        self.tz = tz
        self.path = path
        self.command = command
        self.commands = commands
        self.main = main
        self.environ = environ
        self.stdin = stdin
        self.writes: list[connection.Transaction] = []
        self.held: list[int] = []
        self.machine: Machine | None = None
        self._db: sqlite3.Connection | None = None
        self._day: Day | None = None
        self._rules: Catalogue | None = None

    @property
    def db(self) -> sqlite3.Connection:
        """The book, opened on first use; an empty one in memory where there is no file yet."""
        if self._db is None:
            self._db = self._open(create=False)
        return self._db

    @property
    def at(self) -> str:
        """Now, as instants are stored."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def civil_now(self) -> datetime:
        """Now, naive, in the owner's zone."""
        from crmcli.values.dates import civil

        return civil(self.now, self.tz)

    def write(self, *, dry_run: bool = False) -> connection.Transaction:
        """The one transaction of this command; the file is made on first need, but not for a dry run."""
        if not dry_run and not turn.is_file(self._db):  # another process may have made it meanwhile
            self.close()
            self._db = self._open(create=True)
        machines.meet(self)
        settings.adopt(self.db, self.config, self.today, "" if dry_run else self.path)
        self.writes.append(connection.Transaction(self.db, self.command, self.at))
        return self.writes[-1]

    @property
    def region(self) -> str | None:
        """The country of phone numbers without a prefix."""
        country: str | None = self.config["owner.country"]
        return country

    def contact(self, words: str | list[str]) -> int:
        """The id of the contact that WHO names; on a terminal several are a short choice.

        Raises:
            UnknownContactError, AmbiguousContactError: as store.who.get.
        """
        try:
            return who.get(self.db, words, region=self.region)
        except AmbiguousContactError as error:
            return self._choose(error)

    def contact_and_rest(self, words: list[str]) -> tuple[int, list[str]]:
        """The contact that stands at the front of ``words``, and the words behind it."""
        count = who.extent(self.db, words, region=self.region)
        return self.contact(words[:count]), words[count:]

    def _choose(self, error: AmbiguousContactError) -> int:
        if not self.out.can_ask:
            raise error
        lines = ["  ".join(str(part) for part in person if part) for person in error.candidates]
        place = self.out.choose(lines, question="Who", flag="an id")
        if place is None:
            raise error
        return error.candidates[place][0]

    def when(self, text: str, *, prefer: str = "future") -> date | datetime:
        """Read WHEN: a civil date, or a naive civil datetime where a time was given."""
        from crmcli.values.when import parse_when

        return parse_when(
            text,
            today=self.today,
            tz=self.tz,
            now=self.civil_now,
            order=self.config["date_order"],
            languages=self.config["languages"],
            prefer=prefer,
        )

    def past(self, text: str, *, hint: str = "") -> str:
        """Read WHEN of something that happened: the instant as stored, now for today.

        Raises:
            InvalidValueError: it is still to come (``hint`` follows, ``{}`` in it the time), or a slip.
        """
        from datetime import datetime

        from crmcli.errors import InvalidValueError
        from crmcli.values.dates import to_utc

        moment = self.when(text, prefer="past")
        written = moment.isoformat()[:16]
        if moment.year < 1900:
            raise InvalidValueError(f"{written} is too long ago; 1900 at the earliest")
        if (moment > self.civil_now) if isinstance(moment, datetime) else (moment > self.today):
            raise InvalidValueError(f"{written} is in the future{hint.format(written)}")
        return self.at if moment == self.today else to_utc(moment, self.tz)

    def query(self, terms: str | list[str]) -> Query:
        """Compile a query; the rules that it asks for are run first.

        Raises:
            QueryError: it cannot be read.
        """
        query = self.compiled(terms)
        if query.rules:
            from crmcli.rules import engine

            engine.fill_found(self.db, query.rules, self.rules, today=self.today, tz=self.tz)
        return query

    def where(self, text: str) -> Query:
        """Compile the query of ``--where``, as ``query`` does.

        Raises:
            UsageError: it is empty, as of a variable that was not set; that would be everybody.
        """
        if not text.strip():
            raise UsageError("--where is empty, which would be everybody; --where id:1.. if so")
        return self.query(text)

    @property
    def day(self) -> Day:
        """Today as rules look at it: with the days off of the config and of the calendar."""
        if self._day is None:
            from crmcli.rules import engine

            self._day = engine.day_of(self.db, self.config, self.today, self.tz)
        return self._day

    @property
    def rules(self) -> Catalogue:
        """The rules, ours and the owner's own; on first use it is said what is wrong with these."""
        if self._rules is None:
            from crmcli.rules.selection import Catalogue

            self._rules = self._own_rules() if self.config["rule"] else Catalogue(self.config)
        return self._rules

    def _own_rules(self) -> Catalogue:
        from crmcli.rules import own
        from crmcli.rules.own_table import Surroundings
        from crmcli.store import search

        around = Surroundings(
            self.config,
            compile=lambda where, day: self.compiled(where, today=day),
            custom=search.custom_fields(self.db),
            commands=self.commands,
            warn=self.out.warn,
        )
        return own.read(around)

    def compiled(self, terms: str | list[str], *, today: date | None = None) -> Query:
        """Compile a query, as of today or another day, and run nothing."""
        from crmcli.store import search

        return search.compiled(
            self.db,
            terms,
            today=today or self.today,
            tz=self.tz,
            views=self.config.table("views"),
            order=self.config["date_order"],
        )

    def checker(self) -> Checker:
        """What checks the fields of contacts as this owner types them."""
        from crmcli.store.contact_fields import Checker

        order = self.config["date_order"]
        return Checker(self.db, today=self.today, region=self.region, order=order)

    def _open(self, *, create: bool) -> sqlite3.Connection:
        today, tz, warn = self.today, self.tz, self.out.warn
        db = connection.open_book(
            self.path, create=create, today=today, tz=tz, keeper=self, warn=warn
        )
        connection.watch(db)
        settings.catch_up(db, self.config, self.today, lambda: machines.lend(db, self), self.path)
        return db

    def close(self) -> None:
        """Close the book."""
        if self._db is not None:
            if self.machine is not None and any(one.kept for one in self.writes):
                machines.note(self._db, self.machine)
            turn.end(self._db)
            self._db.close()
            self._db = None
        while self.held:
            os.close(self.held.pop())
