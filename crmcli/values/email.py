"""E-mail addresses: what people type and paste, and the key that finds the same mailbox again."""

from __future__ import annotations

import unicodedata

from crmcli.errors import InvalidValueError
from crmcli.values.text import clean, fold, is_placeholder

# RFC 5321: 64 octets before the sign, 254 in all. RFC 5322 names the characters (atext and dots).
_LONGEST_LOCAL = 64
_LONGEST = 254
_LOCAL = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-"
)
_DOMAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
# An address in nothing but these has no wrapping to take off.
_BARE = (_LOCAL | {"@"}) - {"'", "`"}
_QUOTES = "\"'`„”“’‘«»"
# Mailboxes of an office, in the languages of its users; folded.
_OFFICES = (
    "abuse accounting admin administracja administrator bestellung billing biuro booking buchhaltung "
    "contact customer customerservice dodavatel dzial einkauf enquiries faktura fakturace faktury "
    "fakturacia finance handlowy hello help helpdesk hostmaster hr info inbox informace informacja "
    "informacie invoice invoices job jobs kadry kancelaria kancelar kanzlei karriere kontakt ksiegowosc "
    "kundenservice mail marketing media noreply no-reply objednavky obchod office order orders "
    "podpora poczta post postmaster praca predaj press prodej purchasing rachunki recepcja reception "
    "rechnung reklamacje rezerwacje sales sekretariat service serwis servis shop sklep sprzedaz "
    "support team uctaren uctovnictvo verkauf vertrieb webmaster welcome zakupy zamowienia zakaznik "
    "buhgalter buh otdel prodazhi prodazha zakaz zakupki"
)
_ROLES = frozenset(_OFFICES.split())
# What people write between two addresses.
_OR = frozenset(
    [
        "lub",
        "albo",
        "bądź",
        "oraz",
        "i",
        "a",
        "or",
        "and",
        "oder",
        "und",
        "nebo",
        "alebo",
        "či",
        "или",
        "и",
    ]
)
# Providers with the most mailboxes among the users of crm; a domain one slip away is a typing error.
_MAILBOXES = (
    "gmail.com googlemail.com outlook.com hotmail.com live.com icloud.com yahoo.com wp.pl o2.pl onet.pl "
    "interia.pl gazeta.pl op.pl poczta.onet.pl azet.sk zoznam.sk centrum.sk post.sk seznam.cz centrum.cz "
    "volny.cz email.cz mail.ru yandex.ru rambler.ru bk.ru list.ru inbox.ru gmx.de gmx.net web.de t-online.de "
    "freenet.de protonmail.com proton.me"
)
_PROVIDERS = tuple(_MAILBOXES.split())
_SHORTEST_PROVIDER = 7  # letters; of o2.pl or bk.ru one slip leads anywhere
_MISSPELT = tuple(known for known in _PROVIDERS if len(known) >= _SHORTEST_PROVIDER)
_SHORTENED: dict[
    str, list[str]
] = {}  # what is left of them without one letter; filled on first use
# Letters of a domain that `meant` may know better.
SHORTEST_SLIP, LONGEST_SLIP = _SHORTEST_PROVIDER - 1, max(map(len, _MISSPELT)) + 1


def parse(text: str) -> str:
    """The address alone, its domain in lower case.

    Takes off ``mailto:``, angle brackets, quotes and blanks. The part before the sign keeps its
    case, because its server decides whether that matters; `key` is for comparing.

    Raises:
        InvalidValueError: it is no address.
    """
    bare = _BARE.issuperset(text) and text[:7].lower() != "mailto:"
    address = text if bare else _bare(clean(text))
    local, sign, domain = address.rpartition("@")
    domain = domain.lower().rstrip(".")
    if not sign:
        raise _refusal(text, "no @ in it")
    if not local or not _fits(local, _LOCAL):
        raise _refusal(text, "see the part before the @")
    if "." not in domain:
        raise _refusal(text, "the part after the @ has no dot")
    if not _is_domain(domain):
        raise _refusal(text, "see the part after the @")
    if len(local.encode()) > _LONGEST_LOCAL or len(local.encode()) + len(domain) > _LONGEST:
        raise _refusal(text, "it is too long")
    return f"{local}@{domain}"


def _bare(text: str) -> str:
    while text:
        before = text
        text = text.strip(" ,;" + _QUOTES)
        if text[:7].lower() == "mailto:":
            text = text[7:].partition("?")[0]
        if text[:1] == "<" or text[-1:] == ">":
            text = text.removeprefix("<").removesuffix(">")
        if text == before:
            break
    return text


def _fits(part: str, allowed: frozenset[str]) -> bool:
    """Only allowed ASCII, and of the rest only letters, marks and digits of other scripts."""
    return allowed.issuperset(part) or all(
        letter in allowed or (letter > "\x7f" and unicodedata.category(letter)[0] in "LMN")
        for letter in part
    )


def _is_domain(domain: str) -> bool:
    """Whether it is labels between dots, each of 1 to 63 characters, no hyphen at its ends."""
    edged = f".{domain}."
    return (
        _fits(domain, _DOMAIN)
        and not (".." in edged or ".-" in edged or "-." in edged)
        and max(map(len, domain.split("."))) < 64
    )


def _refusal(text: str, why: str) -> InvalidValueError:
    return InvalidValueError(f'"{" ".join(text.split())}" is not an e-mail: {why}')


def key(address: str) -> str:
    """What two spellings of one mailbox share: case-folded, NFC, IDN in letters; +tags stay."""
    if address.isascii() and "xn--" not in address.lower():
        return address.lower()
    local, sign, domain = address.rpartition("@")
    domain = ".".join(_letters(label) for label in domain.casefold().split("."))
    address = unicodedata.normalize("NFC", f"{local}{sign}{domain}").casefold()
    return unicodedata.normalize("NFC", address)


def _letters(label: str) -> str:
    """A domain label in letters: ``xn--w-uga1v8h`` is ``żółw``."""
    if not label.startswith("xn--") or not label.isascii():
        return label
    try:
        letters = label[4:].encode().decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
    sound = not letters.isascii() and letters.casefold() == letters and _fits(letters, _DOMAIN)
    return letters if sound else label


def is_address(text: str) -> bool:
    """Whether text is one address and nothing else."""
    try:
        parse(text)
    except InvalidValueError:
        return False
    return True


def split_name_address(text: str) -> tuple[str, str] | None:
    """``Anna Nowak <anna@acme.example>`` as (name, address); None for anything else."""
    text = text.strip()
    start = text.rfind("<")
    if start <= 0 or not text.endswith(">"):
        return None
    name = clean(text[:start]).strip(_QUOTES + " ").replace('\\"', '"')
    try:
        return (name, parse(text[start:])) if name else None
    except InvalidValueError:
        return None


def split_many(cell: str) -> tuple[list[str], list[str]]:
    """The addresses of a cell, each once, and the leftovers that are none.

    Between them stands a semicolon, comma, line break, `` | `` or `` ::: ``; names beside addresses
    are dropped, and so is what people write for "none" (``-``, ``n/a``, ``brak``).
    """
    if "@" in cell and _BARE.issuperset(cell):  # the usual cell: one address and nothing else
        try:
            return [parse(cell)], []
        except InvalidValueError:
            return [], [cell]
    addresses: dict[str, str] = {}
    leftovers: list[str] = []
    for part in _parts(cell):
        if is_placeholder(part):
            continue
        try:
            pair = split_name_address(part)
            found = [pair[1]] if pair else [parse(part)]
        except InvalidValueError:
            found = _several(part) or evident(part)
            if not found:
                leftovers.append(part)
        for address in found:
            addresses.setdefault(key(address), address)
    return list(addresses.values()), leftovers


def _parts(cell: str) -> list[str]:
    """The cell at its separators, but for those between double quotes."""
    cell = cell.replace(":::", "\n")
    if cell.count('"') % 2:
        cell = cell.replace('"', "")  # a quote that never ends would swallow the rest
    pieces = cell.split('"')
    pieces[::2] = [
        piece.replace(";", "\n").replace(",", "\n").replace(" | ", "\n") for piece in pieces[::2]
    ]
    pieces[1::2] = [" ".join(piece.split()) for piece in pieces[1::2]]
    return [stripped for part in '"'.join(pieces).splitlines() if (stripped := part.strip(' "\t'))]


def _several(part: str) -> list[str]:
    """Addresses with nothing but blanks or slashes between them; none if one word is no address."""
    try:
        return [parse(word) for word in part.replace(" / ", " ").split()]
    except InvalidValueError:
        return []


def evident(text: str) -> list[str]:
    """The addresses of text that no reader could mistake: a blank, a word or a remark too many.

    ``a @x.example``, ``a@x.example or b@y.example``, ``a@x.example (home)``. None where anything else
    stands there.
    """
    if len(text) > _LONGEST:
        return []
    head, *asides = text.split("(")
    if any(")" not in aside or "@" in aside.partition(")")[0] for aside in asides):
        return []
    plain = " ".join((head, *(aside.partition(")")[2] for aside in asides)))
    plain = "@".join(map(str.strip, plain.split("@"))).replace("/", " ")
    words = [word for word in plain.split() if word.casefold() not in _OR]
    try:
        return [parse(word) for word in words]
    except InvalidValueError:
        return []


def is_role(address: str) -> bool:
    """Whether the mailbox is an office's (``info@``, ``biuro@``), which several people share."""
    local = fold(address.rpartition("@")[0]).partition("+")[0].rstrip("0123456789")
    return local in _ROLES or local.replace(".", "").replace("-", "").replace("_", "") in _ROLES


def meant(address: str) -> str | None:
    """The address with the large provider's domain that this one misspells by one slip, else None.

    A slip is a letter too few, too many, another one, or two changed about (``gmial.com``).
    """
    local, _, domain = address.rpartition("@")
    domain = domain.casefold()
    if domain in _PROVIDERS:
        return None
    if not _SHORTENED:
        for known in _MISSPELT:
            for short in (known, *_shortened(known)):
                _SHORTENED.setdefault(short, []).append(known)
    # One slip apart, two words are the same when each has lost a letter, or one of them.
    likely = {
        known
        for short in (domain, *_shortened(domain))
        for known in _SHORTENED.get(short, ())
        if _is_slip(domain, known)
    }
    return f"{local}@{likely.pop()}" if len(likely) == 1 else None


def _shortened(word: str) -> list[str]:
    """The word without one of its letters, in every way."""
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def is_provider(domain: str) -> bool:
    """Whether it is a large provider's, where anybody may have a mailbox."""
    return domain in _PROVIDERS


def _is_slip(typed: str, known: str) -> bool:
    """Whether two different words are one slip apart."""
    if abs(len(typed) - len(known)) > 1 or typed == known:
        return False
    start = 0
    while start < min(len(typed), len(known)) and typed[start] == known[start]:
        start += 1
    rest, other = typed[start:], known[start:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )
