"""What is wrong with a query, and where: the message, the query, and a caret under the place."""

from __future__ import annotations

import unicodedata

from crmcli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_AROUND = 50  # characters of a long query shown on each side of the place


class QueryError(UsageError):
    """A query that cannot be read; the message shows the query and marks the place in it.

    Attributes:
        problem: the first line alone.
        start: where in the query the place begins, in characters.
        end: where it ends.
    """

    def __init__(self, problem: str, query: str, start: int, end: int, *, view: str = "") -> None:
        problem = problem.replace("\n", "\\n")  # what was typed may stand in it
        self.problem = problem
        self.start = start
        self.end = max(end, start + 1)
        where = f"query @{view}" if view else "query"
        super().__init__(f"{where}: {problem}\n{_marked(query, self.start, self.end)}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``, did you mean company?`` or, with nothing near, the empty string."""
    from difflib import get_close_matches

    choices = sorted(known)
    near = get_close_matches(word, choices, n=1, cutoff=0.8) or get_close_matches(word, choices)
    return f", did you mean {' or '.join(near)}?" if near else ""


def _marked(query: str, start: int, end: int) -> str:
    """The query on one line and the carets under it, both indented, a long query cut around."""
    end = min(end, start + 2 * _AROUND)
    first = start - _AROUND if start > 2 * _AROUND else 0
    last = max(end, start + 1) + _AROUND
    last = last if len(query) > last + _AROUND else len(query)
    before, after = ("…" if first else ""), ("…" if last < len(query) else "")
    shown = "".join(_shown(letter) for letter in query[first:last])
    indent = len(before) + _width(query[first:start])
    carets = max(1, _width(query[start:end]))
    return f"  {before}{shown}{after}\n  {' ' * indent}{'^' * carets}"


def _shown(letter: str) -> str:
    if letter.isspace():
        return " "
    return letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}"


def _width(text: str) -> int:
    """Columns that the text takes on a terminal."""
    return sum(
        0
        if unicodedata.combining(letter)
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )
