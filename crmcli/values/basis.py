"""The lawful bases of Art. 6 (1) GDPR on which somebody may be written to, and how files write them.

An item is ``consent=2026-01-02/fair in Brno``: the basis, the day it was given and where; one that
was withdrawn has both days, ``consent=2026-01-02..2026-03-01/fair in Brno``.
"""

from __future__ import annotations

from crmcli.errors import InvalidValueError
from crmcli.values.text import fold

BASES = (
    "consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interest",
)  # fmt: skip


def parse(text: str) -> str:
    """Return a basis from any spelling of its words.

    Raises:
        InvalidValueError: there is none of that name.
    """
    word = "-".join(fold(text).replace("_", " ").replace("-", " ").split())
    for known in BASES:
        if word and word.rstrip("s") == known.rstrip("s"):
            return known
    raise InvalidValueError(f'"{text}" is no lawful basis; one of {", ".join(BASES)}')


def read(item: str) -> tuple[str, str, str | None, str | None]:
    """Return basis, day given, day withdrawn and source of an item.

    Raises:
        InvalidValueError: it is none.
    """
    from datetime import date

    name, _, rest = item.partition("=")
    days, _, source = rest.partition("/")
    given, dots, withdrawn = days.partition("..")
    try:
        for day in (given, withdrawn) if dots else (given,):
            date.fromisoformat(day)
    except ValueError:
        raise InvalidValueError(
            f'"{item}" is no consent; write consent=2026-01-31/where it was given'
        ) from None
    return parse(name), given, withdrawn or None, source.strip() or None
