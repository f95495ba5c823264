"""What speaks for two entries being one person, and what against it.

The name alone is never enough. With an e-mail or phone that both have it nearly always is; at one
company, on one birthday or in one city it is unless something tells the two apart.
"""

from __future__ import annotations

from crmcli.values import alike
from crmcli.values.email import is_provider, is_role

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

_SURE = 0.92  # so alike names and the same e-mail or phone need no second look
_SHARERS = 2  # people with one e-mail, beyond which it is a mailbox of several
_ODD = 7  # digits from which a number without its country tells a telephone
_LONGEST_COUNTRY = 3  # digits of its prefix
_FREE = frozenset(("gmail.com", "googlemail.com"))  # where dots in an address make no difference

# The best first; what a finding of it says.
REASONS = (
    ("email", "same e-mail as"),
    ("phone", "same phone as"),
    ("mailbox", "same mailbox as"),
    ("company", "{alike} same company as"),
    ("birthday", "{alike} same birthday as"),
    ("spelling", "same name, spelt differently, as"),
    ("city", "same name and city as"),
)
DOUBTFUL = 3  # the rank from which a namesake may be meant
_RANKS = {reason: rank for rank, (reason, _) in enumerate(REASONS)}


class Entry:
    """One entry of the book, with what it can be told by.

    Attributes:
        id, name, key, company_id, birthday, city, title: of the contact, the last two folded.
        words: of the name, see values.alike.telling.
        emails: keys. phones: ``(key, extension, whether its country is known)``.
        named: whether the name is one, and not an address, a number or a company.
    """

    __slots__ = (
        "birthday",
        "city",
        "company_id",
        "emails",
        "id",
        "key",
        "name",
        "named",
        "phones",
        "title",
        "words",
    )

    def __init__(self, row: sqlite3.Row) -> None:
        """Take a row of SQL."""
        self.id: int = row["id"]
        self.name: str = row["name"]
        self.key: str = row["key"]
        self.words = alike.telling(self.key.split())
        self.company_id: int | None = row["company_id"]
        self.birthday: str | None = row["birthday"]
        self.city: str | None = row["city"]
        self.title: str | None = row["title"]
        self.emails = frozenset((row["emails"] or "").split("\n")) - {""}
        self.phones = [_phone(text) for text in (row["phones"] or "").split("\n") if text]
        self.named = bool(self.words) and not (
            "@" in self.name or self.name[:1] in "+0123456789" or row["is_company"]
        )


SQL = """
SELECT c.id, c.name, c.key, c.company_id, c.birthday, c.city, c.title,
  (SELECT group_concat(key, char(10)) FROM emails WHERE contact_id = c.id) AS emails,
  (SELECT group_concat(key || '/' || coalesce(extension, '') || '/' || (number GLOB '+*'), char(10)) FROM phones WHERE contact_id = c.id) AS phones,
  c.name IS (SELECT o.name FROM companies o WHERE o.id = c.company_id) AS is_company
FROM names c
"""


def _phone(text: str) -> tuple[str, str, bool]:
    key, extension, known = text.split("/")
    return key, extension, known == "1"


class Verdict:
    """That two entries look like one person.

    Attributes:
        reason: one of REASONS. rank: its place there.
        likeness: of the names, 0 to 1. sure: whether a merge needs no second look.
        agreed, differing: how much else is the same, and is not; to tell the better of two twins.
    """

    __slots__ = ("agreed", "differing", "likeness", "rank", "reason", "sure")

    def __init__(self, reason: str, likeness: float, *, sure: bool = False) -> None:
        self.agreed = 0
        self.differing = 0
        self.reason = reason
        self.rank = _RANKS[reason]
        self.likeness = likeness
        self.sure = sure

    @property
    def text(self) -> str:
        """The reason in words, up to whom it is about."""
        told = "same name and" if self.likeness == alike.SAME else "name alike and"
        return REASONS[self.rank][1].format(alike=told)

    @property
    def score(self) -> int:
        """To tell the better of two twins."""
        if self.rank < DOUBTFUL:
            return 1000 - self.rank
        return round(100 * self.likeness) + 4 * self.agreed - 6 * self.differing


def judge(
    one: Entry,
    two: Entry,
    *,
    sharers: Callable[[], int],
    bearers: Callable[[], int],
    least: float,
) -> Verdict | None:
    """What makes two entries look like one person, None for nothing.

    ``sharers`` tells how many have the e-mail that both have, ``bearers`` how many in one city have
    the name that both have. ``least`` is how alike names have to be: "Anna" and "Anna Nowak" are 0.85.
    """
    found = _judge(one, two, sharers, bearers, least)
    if found:
        pairs = ((one.city, two.city), (one.title, two.title), (one.birthday, two.birthday))
        known = [(mine, theirs) for mine, theirs in pairs if mine and theirs]
        found.agreed = sum(mine == theirs for mine, theirs in known)
        found.differing = len(known) - found.agreed
        if one.phones and two.phones and found.reason != "phone":
            found.differing += not _share_phone(one, two)
    return found


def _judge(
    one: Entry, two: Entry, sharers: Callable[[], int], bearers: Callable[[], int], least: float
) -> Verdict | None:
    comparable = one.named and two.named and alike.are_comparable(one.words, two.words)
    likeness = alike.likeness(one.words, two.words) if comparable else 0.0
    born_apart = _were_born_apart(one.birthday, two.birthday)
    alike_enough = likeness >= least
    same_emails = one.emails & two.emails
    if same_emails and (
        alike_enough or not (born_apart or all(map(is_role, same_emails)) or sharers() > _SHARERS)
    ):
        return Verdict("email", likeness, sure=likeness >= _SURE and not born_apart)
    if born_apart:
        return None
    if _share_phone(one, two) and (alike_enough or (not comparable and _agree(one, two))):
        return Verdict("phone", likeness, sure=likeness >= _SURE)
    if not alike_enough:
        return None
    if _share_mailbox(one, two, likeness):
        return Verdict("mailbox", likeness)
    if one.company_id and one.company_id == two.company_id and not _work_apart(one, two):
        return Verdict("company", likeness)
    if one.birthday and one.birthday == two.birthday and not _reached_apart(one, two):
        return Verdict("birthday", likeness)
    found = _by_name(one, two, likeness)
    return found if found and bearers() <= _SHARERS else None


def _agree(one: Entry, two: Entry) -> bool:
    """Whether anything else is the same, where the names cannot be compared."""
    return bool(
        not (one.named and two.named)
        or (one.company_id and one.company_id == two.company_id)
        or (one.birthday and one.birthday == two.birthday)
        or (one.city and one.city == two.city)
    )


def _share_phone(one: Entry, two: Entry) -> bool:
    return any(
        (mine == theirs or (not (known and sure) and is_one_number(mine, theirs)))
        and (extension == other or not (extension and other))
        for mine, extension, known in one.phones
        for theirs, other, sure in two.phones
    )


def is_one_number(one: str, two: str) -> bool:
    """Whether digits are those of one telephone, the country or a leading 0 or 8 missing from one.

    ``601100101`` and ``48601100101``; ``89123003002`` and ``79123003002``.
    """
    for short, long in ((one, two), (two, one)):
        for digits in national(short):
            head = long.removesuffix(digits)
            if len(digits) >= _ODD and head != long and len(head) <= _LONGEST_COUNTRY:
                return True
            if digits == long:
                return len(digits) >= _ODD
    return False


def national(key: str) -> list[str]:
    """What a number may be behind the 0 or 8 that is dialled within a country."""
    bare = key.lstrip("0")
    return [bare, bare[1:]] if bare[:1] == "8" and len(bare) == 11 else [bare]


def mailbox(key: str) -> str:
    """The mailbox behind an address, by its key."""
    local, _, domain = key.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _FREE:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def _were_born_apart(one: str | None, two: str | None) -> bool:
    """Whether two birthdays are two; the year may be missing from either."""
    return bool(
        one and two and (one[-5:] != two[-5:] or ("-" not in (one[0], two[0]) and one != two))
    )


def _share_mailbox(one: Entry, two: Entry, likeness: float) -> bool:
    """Whether an address of the one is the other's but for a tag, or with the same name a word."""
    if {mailbox(key) for key in one.emails} & {mailbox(key) for key in two.emails}:
        return True
    return likeness == alike.SAME and _variants(one, two)


def _work_apart(one: Entry, two: Entry) -> bool:
    """Whether two of one firm are namesakes: each has an address of their own there.

    A private address says nothing; then it takes two cities.
    """
    if not (one.emails and two.emails) or _variants(one, two):
        return False
    firms = [
        [
            key.rpartition("@")[::2]
            for key in entry.emails
            if not is_provider(key.rpartition("@")[2])
        ]
        for entry in (one, two)
    ]
    if all(firms):
        # anna.nowak@acme.pl and anna.nowak@acme.com are one, whatever the country of the domain.
        return not any(
            (local, domain.partition(".")[0]) == (other, elsewhere.partition(".")[0])
            for local, domain in firms[0]
            for other, elsewhere in firms[1]
        )
    return bool(one.city and two.city and one.city != two.city)


def _variants(one: Entry, two: Entry) -> bool:
    """Whether an address of the one is one of the other's with a word in front or behind."""
    return any(
        shorter in other.emails
        for entry, other in ((one, two), (two, one))
        for key in entry.emails
        for shorter in variants(key)
    )


def variants(key: str) -> list[str]:
    """What ``private.anna.nowak@`` may be besides: ``anna.nowak@`` and ``private.anna@``."""
    local, _, domain = key.rpartition("@")
    parts = local.split(".")
    if len(parts) < 3:
        return []
    return [f"{'.'.join(some)}@{domain}" for some in (parts[1:], parts[:-1])]


def _reached_apart(one: Entry, two: Entry) -> bool:
    """Whether each has an e-mail and a phone, all of them different; a day without its year is less."""
    if one.birthday and one.birthday[0] == "-":
        return not (one.city and one.city == two.city)
    return bool(one.emails and two.emails and one.phones and two.phones)


def _by_name(one: Entry, two: Entry, likeness: float) -> Verdict | None:
    """Whether a name that only these two have makes them one: nothing may tell them apart.

    Spelt in two ways (without its accents, in other letters) it came from two places; otherwise
    they must live in one city, and not both have an e-mail.
    """
    if likeness < alike.SAME or len(one.words) < 2:
        return None
    if one.company_id and two.company_id:
        return None
    if (one.phones and two.phones) or (one.city and two.city and one.city != two.city):
        return None
    if sorted(one.name.casefold().split()) != sorted(two.name.casefold().split()):
        return Verdict("spelling", likeness)
    if one.city and one.city == two.city and not (one.emails and two.emails):
        return Verdict("city", likeness)
    return None
