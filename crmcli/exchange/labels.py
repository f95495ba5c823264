"""What an e-mail, a phone or an address is called: ``work``, ``home``, ``mobile``, ``work fax``.

Every program has its words for the few things that most numbers are, in the language of its owner;
these become ours, so that a book from three of them speaks one language. A label of somebody's own,
such as ``Recepcja``, stays as it was written.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from crmcli.exchange import headers
from crmcli.exchange.cell_text import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Labels = tuple[tuple[str, str], ...]

PLACES = ("work", "home", "other")  # of these and
KINDS = ("mobile", "fax", "pager", "main", "car", "radio", "callback", "whatsapp")  # one each
# What says no more than the column does.
_EMPTY = frozenset(
    map(
        headers.normal,
        ("phone", "telephone", "tel", "telefon", "telefón", "телефон", "number", "email", "mail",
         "address", "adres", "adresa", "adresse", "адрес", "voice"),
    )
)  # fmt: skip
_WORDS = re.compile(r"\w+")
_SEVERAL = re.compile(r"[;,|\n]|:::")
_LONGEST = 100


@functools.lru_cache(maxsize=4096)
def ours(label: str) -> str | None:
    """The label of another program in our words, as it is written where it has others; None for none."""
    plain = (text(label.strip("*: ")) or "")[:_LONGEST].strip()
    if not plain:
        return None
    told = _WORDS.findall(headers.normal(plain))
    whole = headers.words("labels").get(" ".join(told))
    if whole:
        return whole
    found = [headers.words("labels").get(word) for word in told if word not in _EMPTY]
    if not found:
        return None if told else plain
    said = _joined(found)
    return said if said and None not in found and len(found) <= 2 else plain


@functools.lru_cache(maxsize=4096)
def of_header(header: str, field: str) -> str | None:
    """What is said of the e-mails or phones below a header: ``Telefon służbowy`` is work."""
    known = headers.words("labels")
    found = [known.get(word) for word in _WORDS.findall(headers.normal(header))]
    return _joined([word for word in found if field != "emails" or word in PLACES])


def _joined(found: Sequence[str | None]) -> str | None:
    """The place and the kind among words of ours."""
    said = (next((one for one in group if one in found), None) for group in (PLACES, KINDS))
    return " ".join(filter(None, said)) or None


def of_values(
    labelled: Sequence[tuple[str, str | None]],
    found: Sequence[Any],
    read: Callable[[str], Sequence[Any]],
    shown: Callable[[Any], str],
) -> Labels:
    """Return each of the values that has a label, with it.

    Args:
        labelled: what was read, each text with its label.
        found: the values that it became, in their order and each once.
        read: makes the values of one text.
        shown: how a value stands in the book.
    """
    if not any(label for _, label in labelled):
        return ()
    said: dict[str, str] = {}
    plain = len(labelled) == len(found) and not any(_SEVERAL.search(value) for value, _ in labelled)
    if len(labelled) == 1 or plain:
        labels = (label for _, label in labelled)
        pairs = zip(found, labels, strict=True) if len(labelled) > 1 else ((one, labelled[0][1]) for one in found)  # fmt: skip
        return tuple((shown(one), label) for one, label in pairs if label)
    held = set(map(shown, found))
    for value, label in labelled:
        for one in read(value) if label else ():
            if (name := shown(one)) in held and label:
                said.setdefault(name, label)
    return tuple(said.items())


def of_ours(items: Sequence[str], held: Sequence[str], remarks: list[str]) -> Labels:
    """Read ``anna@acme.example=work``, as our files have it: labels of what the person has."""
    found: dict[str, str] = {}
    names = sorted(held, key=len, reverse=True)
    for item in items:
        name = next((one for one in names if item.startswith(f"{one}=")), None)
        if name is None:
            remarks.append(f'"{item}" labels none of the e-mails and phones beside it')
        elif len(item) > len(name) + 1:
            found.setdefault(name, item[len(name) + 1 :])
    return tuple(found.items())
