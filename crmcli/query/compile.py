"""The query language compiled: text to a condition over the view ``contacts`` as ``c``.

What the user wrote never becomes part of the SQL or of the full-text syntax: it is bound, or it is
folded to letters and digits first.
"""

from __future__ import annotations

from crmcli.query.conditions import MisfitError, Setting, compare
from crmcli.query.errors import QueryError, did_you_mean
from crmcli.query.fields import field_names
from crmcli.query.parser import join_terms, parse
from crmcli.query.sql import anywhere, join, match_string
from crmcli.query.tree import And, Field, Group, Not, Or, View, Word
from crmcli.values.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from crmcli.query.sql import Condition
    from crmcli.query.tree import Node

# SQLite's own bounds: its parser's stack of 100, which holds 14 of our levels at their worst, the
# depth of an expression, and the variables of a statement.
_DEEPEST = 12
_MOST_TERMS = 500
_MOST_VALUES = 30_000
_PHONE_LETTERS = frozenset("0123456789+()-./")
_PHONE_DIGITS = 7


class Query:
    """A compiled query.

    Attributes:
        text: the query as one line; what ``crm view save`` keeps.
        where: SQL over ``contacts c``, without WHERE; ``1`` for a query that asks nothing.
        params: the values of its question marks.
        words: folded words that were asked for, for the snippet.
        fts: FTS5 strings of the free words that must all match, for ranking; see ``rest``.
        rest: SQL of everything else, so that ``where`` is all of ``fts`` and ``rest``.
        rest_params: the values of its question marks.
        rules: rules asked for, as codes, prefixes or names (an empty one means all). The caller runs
            them into the TEMP table ``found(code, name, contact_id)`` before the query.
        archived: the query itself speaks of archived people; otherwise the caller leaves them out.
    """

    __slots__ = (
        "archived",
        "fts",
        "params",
        "rest",
        "rest_params",
        "rules",
        "text",
        "where",
        "words",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.where = "1"
        self.params: list[object] = []
        self.words: list[str] = []
        self.fts: list[str] = []
        self.rest = "1"
        self.rest_params: list[object] = []
        self.rules: list[str] = []
        self.archived = False


def compile_query(
    terms: str | Sequence[str],
    *,
    today: date,
    views: Mapping[str, str],
    custom: Collection[str],
    tz: str | None = None,
    order: str | None = None,
) -> Query:
    """Compile a query.

    Args:
        terms: a whole query, or the words of a command line (see ``parser.join_terms``).
        today: the owner's civil date, from which spans count.
        views: saved queries by name, for ``@name``; they may use each other.
        custom: the names of the custom fields.
        tz: the owner's time zone, None for the system's.
        order: ``dmy`` or ``mdy`` where the config settles it.

    Raises:
        QueryError: the query, or a view it uses, cannot be read.
    """
    names = field_names(custom)
    text = terms if isinstance(terms, str) else join_terms(terms, names)
    query = Query(text)
    tree = parse(_storable(text), names)
    if tree is None:
        return query
    compiler = _Compiler(query, _storable(text), views, Setting(today, tz, order, names))
    every: list[Condition] = []
    rest: list[Condition] = []
    for item in _phones_in_one(tree.items) if isinstance(tree, And) else (tree,):
        every.append(compiler.condition(item, 1))
        match = match_string(item.text) if isinstance(item, Word) else ""
        if match:
            query.fts.append(match)
        else:
            rest.append(every[-1])
    query.where, query.params = _all(every)
    query.rest, query.rest_params = _all(rest)
    query.words = list(dict.fromkeys(query.words))
    return query


def _storable(text: str) -> str:
    """Text without halves of surrogate pairs, which no database holds."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _all(conditions: list[Condition]) -> Condition:
    if not conditions:
        return "1", []
    return join([sql for sql, _ in conditions], "AND"), [
        param for _, params in conditions for param in params
    ]


def _phones_in_one(items: Sequence[Node]) -> Iterator[Node]:
    """Let a telephone number in groups, ``600 123 456``, be found as it is stored, in one piece."""
    run: list[Word] = []
    for item in (*items, None):
        if isinstance(item, Word) and not item.quoted and _PHONE_LETTERS.issuperset(item.text):
            run.append(item)
            continue
        digits = "".join(letter for part in run for letter in part.text if letter.isdigit())
        if len(run) > 1 and len(digits) >= _PHONE_DIGITS:
            start, end = run[0].start, run[-1].end
            groups = [Word(part.text, part.start, part.end, quoted=True) for part in run]
            yield Or([And(groups, start, end), Word(digits, start, end)], start, end)
        else:
            yield from run
        run = []
        if item is not None:
            yield item


class _Compiler:
    """Walks a tree and the views it uses, and keeps to SQLite's bounds."""

    def __init__(self, query: Query, text: str, views: Mapping[str, str], setting: Setting) -> None:
        self.query = query
        self.text = text
        self.views = views
        self.setting = setting
        self.open_views: list[str] = []
        self.terms = 0
        self.values = 0
        self.negative = False

    def error(self, problem: str, node: Node) -> QueryError:
        view = self.open_views[-1] if self.open_views else ""
        return QueryError(problem, self.text, node.start, node.end, view=view)

    def condition(self, node: Node, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise self.error("too many conditions within conditions", node)
        if isinstance(node, Group):
            items = list(_phones_in_one(node.items)) if isinstance(node, And) else node.items
            parts = [self.condition(item, depth + 1) for item in items]
            params = [param for _, values in parts for param in values]
            return join([sql for sql, _ in parts], type(node).__name__.upper()), params
        if isinstance(node, Not):
            self.negative = not self.negative
            sql, params = self.condition(node.item, depth + 1)
            self.negative = not self.negative
            return f"({sql}) IS NOT TRUE", params
        if isinstance(node, View):
            return self.view(node, depth)
        if isinstance(node, Field):
            found = self.field(node)
        elif isinstance(node, Word):
            found = self.word(node)
        else:
            raise TypeError(node)
        self.terms += 1
        self.values += len(found[1])
        if self.terms > _MOST_TERMS or self.values > _MOST_VALUES:
            raise self.error("the query is too long", node)
        return found

    def word(self, node: Word) -> Condition:
        if not self.negative:
            self.query.words += words(node.text)
        return anywhere(node)

    def field(self, node: Field) -> Condition:
        if node.name == "rule":
            self.query.rules += [
                "" if value.text.lower() in ("none", "any") and not value.quoted else value.text
                for value in node.values
            ]
        if node.name == "archived_at" or (
            node.name in ("is", "has")
            and any(value.text.lower().startswith("archived") for value in node.values)
        ):
            self.query.archived = True
        if node.name == "said" and not self.negative:
            self.query.words += [word for value in node.values for word in words(value.text)]
        try:
            return compare(node, self.setting)
        except MisfitError as error:
            raise self.error(str(error), error.value) from None

    def view(self, node: View, depth: int) -> Condition:
        name = node.name
        if name not in self.views:
            near = did_you_mean(name, self.views) or "; crm view list shows what there is"
            raise self.error(f'unknown view "{name}"{near}', node)
        if name in self.open_views:
            ring = " -> ".join(f"@{step}" for step in (*self.open_views, name))
            raise self.error(f"the view uses itself: {ring}", node)
        text = _storable(self.views[name])
        tree = parse(text, self.setting.names, view=name)
        if tree is None:
            return "1", []
        outer, self.text = self.text, text
        self.open_views.append(name)
        found = self.condition(tree, depth)
        self.open_views.pop()
        self.text = outer
        return found
