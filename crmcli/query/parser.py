"""The query language: text to a small tree.

    or     = and ("or" and)*
    and    = item (["and"] item)*
    item   = "not" item | "(" or ")" | term
    term   = word | "phrase" | field:value,value | +tag | @view

Only the start of a term is syntax, so that ordinary text stays ordinary: ``O'Brien``, ``C++``,
``bob@example.com``, ``5"`` and ``:-)`` are words. Decided where text could be either:

- A quote opens a phrase at the start of a term or of a value only; inside, ``""`` is a quote.
- ``+`` and digits alone are a telephone number, anything else after ``+`` a tag.
- ``@`` and a name of letters, digits, ``-`` and ``_`` is a view; ``@acme.example`` is a word.
- A word with a colon is a field if there is such a field, and a mistake if its left side could be
  one. It is an ordinary word where the left side is one letter or not a name (``10:30``) or where
  nothing, a slash or a second colon follows the first (``Re:``, ``https://x.example``).
- A ``)`` closes only an open ``(``; in a word with its own ``(`` it belongs to the word.
"""

from __future__ import annotations

from crmcli.query.errors import QueryError, did_you_mean
from crmcli.query.tree import And, Field, Not, Or, View, Word
from crmcli.values.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.query.tree import Node

_DEEPEST = 50  # parentheses within parentheses
_KEYWORDS = ("not", "and", "or")
_SCHEMES = frozenset({"mailto", "tel", "sip", "sms", "urn"})


def parse(text: str, names: Mapping[str, str], *, view: str = "") -> Node | None:
    """Return the tree of a query, None for an empty one.

    Args:
        text: the query.
        names: every way to write a field, folded, and the field's own name.
        view: the saved view that the text comes from, for messages.

    Raises:
        QueryError: the query cannot be read.
    """
    return _Parser(text, names, view).query()


def join_terms(items: Sequence[str], names: Mapping[str, str]) -> str:
    """Return the words of a command line as one query.

    The shell has eaten the quotes of ``company:"Acme Widgets"``. So an item that is a field and
    plain words is one term again; any other item with blanks is read as typed.
    """
    return " ".join(_requoted(item, names) for item in items)


def _requoted(item: str, names: Mapping[str, str]) -> str:
    left, colon, right = item.partition(":")
    if not colon or fold(left) not in names or len(item.split()) < 2 or right[:1].isspace():
        return item
    if '"' in item or any(_is_syntax(word) for word in right.split()[1:]):
        return item
    values = right.replace(", ", "\0 ").split(",")
    quoted = (_quoted(value.replace("\0", ",")) for value in values)
    return f"{_quoted(left)}:{','.join(quoted)}"


def _quoted(text: str) -> str:
    return f'"{text}"' if len(text.split()) > 1 else text


def _is_syntax(word: str) -> bool:
    return word[0] in "+@(" or word[-1] == ")" or ":" in word[:-1] or word.lower() in _KEYWORDS


class _Parser:
    """Recursive descent over the characters of one query."""

    def __init__(self, text: str, names: Mapping[str, str], view: str) -> None:
        self.text = text
        self.names = names
        self.view = view
        self.at = 0
        self.depth = 0

    def error(self, problem: str, start: int, end: int) -> QueryError:
        return QueryError(problem, self.text, start, end, view=self.view)

    def query(self) -> Node | None:
        self.skip_blanks()
        if self.at == len(self.text):
            return None
        tree = self.any_of()
        if self.at < len(self.text):
            raise self.error('")" closes nothing', self.at, self.at + 1)
        return tree

    def skip_blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def ahead(self, keyword: str) -> bool:
        end = self.at + len(keyword)
        return self.text[self.at : end].lower() == keyword and (
            end == len(self.text) or self.text[end].isspace() or self.text[end] in "()"
        )

    def done(self) -> bool:
        """Whether a group or the query ends here."""
        self.skip_blanks()
        return self.at == len(self.text) or self.text[self.at] == ")"

    def any_of(self) -> Node:
        start = self.at
        items = [self.all_of()]
        while not self.done():  # all_of stops at an end or at "or"
            self.at += len("or")
            items.append(self.all_of())
        return items[0] if len(items) == 1 else Or(items, start, self.at)

    def all_of(self) -> Node:
        self.skip_blanks()
        start = self.at
        items = [self.item()]
        while not self.done() and not self.ahead("or"):
            if self.ahead("and"):
                self.at += len("and")
                self.skip_blanks()
            items.append(self.item())
        return items[0] if len(items) == 1 else And(items, start, self.at)

    def item(self) -> Node:
        starts = []
        while self.ahead("not"):
            starts.append(self.at)
            self.at += len("not")
            self.skip_blanks()
        if self.done() or self.ahead("or") or self.ahead("and"):
            raise self.missing()
        node = self.group() if self.text[self.at] == "(" else self.term()
        for start in reversed(starts):
            node = node.item if isinstance(node, Not) else Not(node, start, node.end)
        return node

    def missing(self) -> QueryError:
        """The error for a place where an item should be."""
        for keyword in ("or", "and"):
            if self.ahead(keyword):
                problem = f'"{keyword}" stands between two terms; in quotes it is a word'
                return self.error(problem, self.at, self.at + len(keyword))
        before = self.text[: self.at].rstrip()
        if self.at < len(self.text) and not self.depth:
            return self.error('")" closes nothing', self.at, self.at + 1)
        if before.endswith("("):
            end = min(self.at + 1, len(self.text))
            return self.error("nothing between the parentheses", len(before) - 1, end)
        word = before.split()[-1].rpartition("(")[2] if before else ""
        problem = f'nothing follows "{word}"; in quotes it is a word'
        return self.error(problem, len(before) - len(word), len(before))

    def group(self) -> Node:
        start = self.at
        if self.depth == _DEEPEST:
            raise self.error("too many parentheses within parentheses", start, start + 1)
        self.depth += 1
        self.at += 1
        node = self.any_of()
        if self.at == len(self.text):
            raise self.error("this parenthesis is not closed", start, start + 1)
        self.depth -= 1
        self.at += 1
        node.start, node.end = start, self.at
        return node

    def term(self) -> Node:
        start = self.at
        chunk = self.text[start : self.chunk_end(start)]
        if chunk[0] == '"':
            phrase = self.phrase()
            name = self.names.get(fold(phrase.text))
            if name is not None and self.text[self.at : self.at + 1] == ":":
                return self.field(name, start)
            return phrase
        if chunk[0] == "+" and chunk.strip("+") and not all(c in "0123456789()+-./" for c in chunk):
            values = self.values(start)
            if values:
                return Field("tags", values, start, self.at)
            self.at = start
        if chunk[0] == "@" and chunk[1:] and all(c.isalnum() or c in "-_" for c in chunk[1:]):
            self.at += len(chunk)
            return View(chunk[1:], start, self.at)
        left, colon, right = chunk.partition(":")
        name = self.names.get(fold(left)) if colon else None
        if name is not None:
            self.at += len(left)
            return self.field(name, start)
        if colon and _could_be_field(left, right):
            near = did_you_mean(fold(left), self.names)
            problem = f'unknown field "{left}"{near or "; in quotes it is ordinary text"}'
            raise self.error(problem, start, start + len(left))
        self.at += len(chunk)
        return Word(chunk, start, self.at)

    def field(self, name: str, start: int) -> Field:
        """Read from the colon on."""
        label = self.text[start : self.at]
        values = self.values(start)
        if not values:
            problem = f"{label}: needs a value right behind it; {label}:none finds those without"
            raise self.error(problem, start, self.at)
        return Field(name, values, start, self.at)

    def values(self, start: int) -> list[Word]:
        """Read values behind a colon or a plus."""
        found = []
        self.at += 1
        while True:
            if self.text[self.at : self.at + 1] == '"':
                found.append(self.phrase())
                if not found[-1].text.strip():
                    raise self.error("an empty value; write none or any", start, self.at)
            else:
                begin = self.at
                self.at = self.chunk_end(begin, stop=",")
                if self.at > begin:
                    found.append(Word(self.text[begin : self.at], begin, self.at))
            if self.text[self.at : self.at + 1] != ",":
                return found
            self.at += 1

    def phrase(self) -> Word:
        """Read from an opening quote to its end; two quotes inside are one."""
        start = self.at
        end = self.text.find('"', start + 1)
        while end >= 0 and self.text[end + 1 : end + 2] == '"':
            end = self.text.find('"', end + 2)
        if end < 0:
            raise self.error("this quote is not closed", start, start + 1)
        self.at = end + 1
        return Word(self.text[start + 1 : end].replace('""', '"'), start, self.at, quoted=True)

    def chunk_end(self, start: int, stop: str = "") -> int:
        """Where the unquoted text that begins here ends."""
        own = 0
        for at in range(start, len(self.text)):
            letter = self.text[at]
            if letter.isspace() or (stop and letter == stop):
                return at
            own += letter == "("
            if letter == ")":
                if self.depth and not own:
                    return at
                own -= own > 0
        return len(self.text)


def _could_be_field(left: str, right: str) -> bool:
    name = left.replace("-", "_")
    if len(left) < 2 or not name.isidentifier() or left.lower() in _SCHEMES:
        return False
    return right != "" and right[0] not in ":/\\"
