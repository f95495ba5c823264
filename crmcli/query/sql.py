"""The few forms of SQL and of full-text search that conditions are put together from."""

from __future__ import annotations

from crmcli.values.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.query.tree import Word

    Condition = tuple[str, list[object]]

_CHUNK = 16  # SQLite bounds the depth of a chain of ANDs; a tree of short chains stays shallow
_PHONE_DIGITS = 7
INDEXED = "c.id IN (SELECT rowid FROM contact_fts WHERE contact_fts MATCH ?)"
_ANYWHERE = (
    "c.id IN (SELECT rowid FROM contact_fts WHERE contact_fts MATCH ? UNION ALL"
    " SELECT p.contact_id FROM interaction_fts f JOIN participant p ON p.interaction_id = f.rowid"
    " WHERE interaction_fts MATCH ?)"
)
_LITERALLY = "(instr(c.name, ?) OR instr(c.note, ?) OR instr(c.company, ?))"


def join(parts: Sequence[str], operator: str) -> str:
    """Return ``(a AND b AND …)``, as a shallow tree where there are many; one part stays itself."""
    level = list(parts)
    while len(level) > 1:
        chunks = [level[at : at + _CHUNK] for at in range(0, len(level), _CHUNK)]
        level = [
            f"({f' {operator} '.join(chunk)})" if len(chunk) > 1 else chunk[0] for chunk in chunks
        ]
    return level[0]


def match_string(text: str) -> str:
    """Return the FTS5 query for words in a row, the last one a prefix; empty where text has none.

    Only folded letters and digits get into it. Digits in groups are looked for in one piece too, as
    telephone numbers are stored.
    """
    tokens = words(text)
    if not tokens:
        return ""
    phrase = f'"{" ".join(tokens)}" *'
    digits = "".join(tokens)
    if digits.isascii() and digits.isdigit() and len(digits) >= _PHONE_DIGITS:
        number = digits.lstrip("0")
        if number and number != " ".join(tokens):
            return f'{phrase} OR "{number}" *'
    return phrase


def anywhere(word: Word) -> Condition:
    """Return the condition for a free word or phrase: on the person, or in what was said."""
    match = match_string(word.text)
    if match:
        return _ANYWHERE, [match, match]
    literal = word.text.strip()
    return (_LITERALLY, [literal] * 3) if literal else ("1", [])
