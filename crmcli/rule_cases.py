"""Cases of rules: small books in TOML, and what a rule should say of them.

A file has the tables ``[[quiet]]``, where nothing is to be found, and ``[[flagged]]``, with the
handles that are. Each has a name, and a book: command lines, typed at the time that ``@DATE`` in
front says. ``today`` and ``rule`` stand in a case, or above all of them.
"""

from __future__ import annotations

import json
import shlex
import shutil
import tempfile
import tomllib
from datetime import date, datetime

from crmcli import aside
from crmcli.errors import ExitCode, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from crmcli.context import App

_TABLES = {
    "quiet": ("name", "book", "today", "rule"),
    "flagged": ("name", "book", "today", "rule", "handles", "says", "severity", "action"),
}
# What a line of a book may do: it writes to its book, and to nothing else.
_VERBS = frozenset((
    "add", "edit", "tag", "untag", "log", "remind", "done", "snooze", "ignore", "archive", "unarchive",
    "company", "view", "deal", "case", "merge", "verify", "consent", "dnc", "undo", "redo",
))  # fmt: skip
_SHOWING = frozenset(("show", "search", "check", "history"))  # that a rule may suggest too
# They would lead to another book, or another day.
_GLOBAL = frozenset(("--db", "--config", "--now", "--color", "--quiet", "--debug", "--no-input"))
_MORNING = "T09:00"


class Case:
    """One book and what is expected of it.

    Attributes:
        file, name: where it stands.
        kind: ``quiet`` or ``flagged``.
        now: the clock to look at. rules: codes.
        book: ``(clock, words)`` of each line.
        handles: what is to be found, in this order.
        expected: ``says``, ``severity`` and ``action`` of the first of it, where they are given.
    """

    __slots__ = ("book", "expected", "file", "handles", "kind", "name", "now", "rules")

    def __init__(self, file: str, kind: str, table: dict[str, Any], rules: list[str]) -> None:
        """Check a table.

        Raises:
            UsageError: what is wrong with it.
        """
        strange = next((key for key in table if key not in _TABLES[kind]), "")
        if strange:
            raise UsageError(f"{strange}: unknown key; there are {', '.join(_TABLES[kind])}")
        self.file = file
        self.kind = kind
        self.name = _text(table, "name")
        self.now = _clock(str(table["today"])) if "today" in table else ""
        if not self.now:
            raise UsageError(
                "today: missing; a case looks at a day of its own, or name one with --at"
            )
        self.rules = rules
        self.book = [_line(text, self.now) for text in _texts(table, "book")]
        self.handles = _texts(table, "handles") if kind == "flagged" else []
        self.expected = {
            key: _text(table, key) for key in ("says", "severity", "action") if key in table
        }


class Outcome:
    """What became of a case.

    Attributes:
        case: which.
        problem: why it failed, empty where it did not.
        found: the rows of ``crm check``.
        broken: the rule itself is wrong.
    """

    __slots__ = ("broken", "case", "found", "problem")

    def __init__(
        self, case: Case, found: list[dict[str, Any]], problem: str = "", *, broken: bool = False
    ) -> None:
        self.case = case
        self.found = found
        self.problem = problem
        self.broken = broken


def read(path: str, matching: Callable[[str], list[str]], today: str | None) -> list[Case]:
    """Read the cases of a file.

    Args:
        path: the file.
        matching: gives the codes that a word means, empty for none.
        today: the day that beats those of the file, None for these.

    Raises:
        UsageError: what is wrong, with file and case.
    """
    document = _document(path)
    above = {key: document.pop(key) for key in ("today", "rule") if key in document}
    strange = next((key for key in document if key not in _TABLES), "")
    if strange:
        raise UsageError(f"{path}: {strange}: unknown key; there are quiet, flagged, today, rule")
    cases = []
    for kind, tables in document.items():
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise UsageError(f"{path}: {kind}: expected tables [[{kind}]]")
        for number, table in enumerate(tables, 1):
            whole = above | table | ({"today": today} if today else {})
            try:
                cases.append(Case(path, kind, whole, matching(str(whole.get("rule", "")))))
            except UsageError as error:
                name = table.get("name")
                where = f'"{name}"' if isinstance(name, str) else number
                raise UsageError(f"{path}: [[{kind}]] {where}: {error}") from None
    if not cases:
        raise UsageError(f"{path}: no cases; each is a table [[quiet]] or [[flagged]]")
    return cases


def _document(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not TOML: {error}") from None


def _text(table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{key}: expected text")
    return value


def _texts(table: dict[str, Any], key: str) -> list[str]:
    value = table.get(key)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UsageError(f'{key}: expected a list of texts, such as ["one", "two"]')
    return value


def _clock(text: str) -> str:
    """A day, or a day and a time, as CRM_NOW has it; nine o'clock where no time is given."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text).isoformat() + _MORNING
        return datetime.fromisoformat(text).isoformat(timespec="minutes")
    except ValueError:
        raise UsageError(f'"{text}" is no day; write it as 2026-03-02') from None


def _line(text: str, now: str) -> tuple[str, list[str]]:
    """The clock and the words of a line of a book."""
    if text.startswith("@"):
        day, _, text = text[1:].partition(" ")
        now = _clock(day)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"book: {text}: {error}") from None
    if not _is_harmless(words, _VERBS):
        raise UsageError(
            f"book: {text}: a line is one of {', '.join(sorted(_VERBS))}, without global options"
        )
    return now, words


def _is_harmless(words: list[str], verbs: frozenset[str]) -> bool:
    options = words[: words.index("--")] if "--" in words else words
    strange = _GLOBAL.intersection(word.partition("=")[0] for word in options)
    return bool(words) and words[0] in verbs and not strange


def run(app: App, case: Case) -> Outcome:
    """Build the book of a case and hold what is found beside what is expected."""
    home = tempfile.mkdtemp(prefix="crm-case-")
    try:
        for number, (now, words) in enumerate(case.book, 1):
            done = aside.run(app, words, home=home, now=now)
            if done.code:
                return Outcome(case, [], f"line {number} of its book: {done.reason}")
        select = ("--select", ",".join(case.rules))
        done = aside.run(app, ["check", "--json", *select], home=home, now=case.now)
        if done.code not in (ExitCode.OK, ExitCode.NOTHING):
            return Outcome(case, [], done.reason, broken=True)
        found: list[dict[str, Any]] = json.loads(done.out or "[]")
        problem = _difference(case, found) or _of_actions(app, case, found, home)
        return Outcome(case, found, problem)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _difference(case: Case, found: list[dict[str, Any]]) -> str:
    handles = [row["handle"] for row in found]
    if handles != case.handles:
        told = "; ".join(f"{row['handle']} {row['message']}" for row in found) or "nothing"
        return f"expected {', '.join(case.handles) or 'nothing'}, found {told}"
    for key, expected in case.expected.items():
        given = found[0]["message" if key == "says" else key] if found else ""
        if given != expected:
            return f'expected {key} "{expected}", found "{given}"'
    return ""


def _of_actions(app: App, case: Case, found: list[dict[str, Any]], home: str) -> str:
    """What is wrong with the commands that are suggested: each is run as it is printed."""
    for action in dict.fromkeys(row["action"] for row in found):
        words = shlex.split(action)[1:]
        if _is_harmless(words, _VERBS | _SHOWING):
            done = aside.run(app, words, home=home, now=case.now)
            if done.code:
                return f"{action}: {done.reason}"
    return ""
