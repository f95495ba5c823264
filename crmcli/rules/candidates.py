"""Which pairs of entries are worth a look: those that share something an index knows.

An e-mail, a phone, a company and a word of the name, a birthday, a name that few have.
"""

from __future__ import annotations

from itertools import combinations, groupby
from operator import itemgetter

from crmcli.rules import evidence
from crmcli.values import alike

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

LEAST = 0.8  # how alike names are at least; the rule asks for more where only a company or the like is shared
SEVERAL = 2  # who have one name, at most
_CROWD = 30  # of people who share something, up to which each is held against each

_TOGETHER = (
    # e-mail
    (
        "SELECT e.key, c.id, c.key FROM emails e JOIN names c ON c.id = e.contact_id"
        " WHERE e.key IN (SELECT key FROM emails GROUP BY key HAVING count(*) > 1) ORDER BY e.key"
    ),
    # phone
    (
        "SELECT p.key, c.id, c.key FROM phones p JOIN names c ON c.id = p.contact_id"
        " WHERE p.key IN (SELECT key FROM phones GROUP BY key HAVING count(*) > 1) ORDER BY p.key"
    ),
    # a number without its country, and those that end alike
    (
        "SELECT substr(p.key, -7), c.id, c.key FROM phones p JOIN names c ON c.id = p.contact_id WHERE substr(p.key, -7) IN"
        " (SELECT substr(key, -7) FROM phones WHERE number NOT GLOB '+*' AND length(key) >= 7) ORDER BY 1"
    ),
    # a name that few have, in one city or anywhere, and not each at a firm
    (
        "SELECT key || city, id, key FROM (SELECT id, key, city, count(*) OVER same AS bearers, max(company_id IS NULL) OVER same AS free"
        f" FROM names WHERE city IS NOT NULL WINDOW same AS (PARTITION BY key, city)) WHERE bearers = {SEVERAL} AND free ORDER BY 1"
    ),
    (
        "SELECT key, id, key FROM names WHERE key IN"
        f" (SELECT key FROM names GROUP BY key HAVING count(*) = {SEVERAL} AND max(company_id IS NULL)) ORDER BY key"
    ),
)
# Here the names must be alike.
_ALIKE = (
    "SELECT company_id, id, key FROM names WHERE company_id IS NOT NULL ORDER BY company_id",
    (
        "SELECT birthday, id, key FROM names WHERE birthday IN"
        " (SELECT birthday FROM names WHERE birthday IS NOT NULL GROUP BY birthday HAVING count(*) > 1) ORDER BY birthday"
    ),
)
_TAGGED = "SELECT e.key, c.id, c.key FROM emails e JOIN names c ON c.id = e.contact_id WHERE "
_OF_ONE = (
    "SELECT o.contact_id FROM emails e JOIN emails o ON o.key = e.key WHERE e.contact_id = :id",
    "SELECT o.contact_id FROM phones p JOIN phones o ON o.key = p.key WHERE p.contact_id = :id",
    (
        "SELECT o.contact_id FROM phones p JOIN phones o ON substr(o.key, -7) = substr(p.key, -7)"
        " WHERE p.contact_id = :id AND o.number NOT GLOB '+*'"
    ),
    "SELECT o.id FROM names c JOIN names o ON o.key = c.key WHERE c.id = :id",
    (
        "SELECT o.id FROM names c JOIN names o ON substr(o.birthday, -5) = substr(c.birthday, -5) AND o.birthday = c.birthday"
        " WHERE c.id = :id AND o.birthday IS NOT NULL"
    ),
)

Named = tuple[object, int, str]  # what is shared, the entry, the key of its name


def all_pairs(db: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Yield ``(later, earlier)`` of all who share something."""
    for sql in _TOGETHER:
        for group in _groups(db.execute(sql)):
            yield from _within(group)
    yield from _same_mailboxes(db)
    for sql in _ALIKE:
        for group in _groups(db.execute(sql)):
            yield from _namesakes(group)


def _groups(rows: Iterable[Named]) -> Iterator[dict[int, str]]:
    """Yield the entries of each thing that several share, with the keys of their names."""
    for _, group in groupby(rows, key=itemgetter(0)):
        found = {number: key for _, number, key in group}
        if len(found) > 1:
            yield found


def _within(group: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Yield all pairs, of a crowd only those whose names are alike."""
    if len(group) > _CROWD:
        yield from _namesakes(group)
    else:
        yield from ((max(pair), min(pair)) for pair in combinations(group, 2))


def _namesakes(group: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose names are alike: of one name, or with a word in common."""
    by_key: dict[str, list[int]] = {}
    for number, key in group.items():
        by_key.setdefault(key, []).append(number)
    by_sound: dict[str, list[str]] = {}
    words = {key: alike.telling(key.split()) for key in by_key}
    for key, numbers in by_key.items():
        yield from ((max(pair), min(pair)) for pair in combinations(numbers, 2))
        for heard in {alike.sound(word) for word in words[key] if len(word) > 1}:
            by_sound.setdefault(heard, []).append(key)
    seen: set[tuple[str, str]] = set()
    for heard, keys in by_sound.items():
        for pair in combinations(keys, 2):
            one, two = pair
            if pair in seen or _surely_differ(words[one], words[two], heard):
                continue
            seen.add(pair)
            if alike.likeness(words[one], words[two]) >= LEAST:
                for number in by_key[one]:
                    yield from ((max(number, o), min(number, o)) for o in by_key[two])


def _surely_differ(one: list[str], two: list[str], heard: str) -> bool:
    """Whether two names of two words, of which one is the same, differ in the other: most do."""
    if len(one) != 2 or len(two) != 2:
        return False
    first, second = (name[alike.sound(name[0]) == heard] for name in (one, two))
    return alike.sound(first) != alike.sound(second) and not alike.word_likeness(first, second)


def _same_mailboxes(db: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose addresses differ by a ``+tag``, or by dots at Gmail."""
    odd = "e.key LIKE '%+%@%' OR e.key LIKE '%@gmail.com' OR e.key LIKE '%@googlemail.com'"
    found: dict[str, dict[int, str]] = {}
    for key, number, name in db.execute(_TAGGED + odd):
        found.setdefault(evidence.mailbox(key), {})[number] = name
    for mailbox, group in found.items():
        for _, number, name in db.execute(_TAGGED + "e.key = ?", (mailbox,)):
            group[number] = name
        yield from _within(group)
    # anna.nowak@ and private.anna.nowak@ of one domain
    longer = "e.key LIKE '%.%.%@%'"
    for key, number, name in db.execute(_TAGGED + longer).fetchall():
        for shorter in evidence.variants(key):
            for _, other, theirs in db.execute(
                _TAGGED + "e.key = ? AND c.key = ?", (shorter, name)
            ):
                yield from _within({number: name, other: theirs})


def pairs_of(db: sqlite3.Connection, number: int) -> Iterator[tuple[int, int]]:
    """Yield ``(later, earlier)`` of one entry and each that shares something with it."""
    me = db.execute("SELECT key, company_id FROM names WHERE id = ?", (number,)).fetchone()
    if me is None:
        return
    found = {row[0] for sql in _OF_ONE for row in db.execute(sql, {"id": number})}
    found |= _with_country(db, number) | _of_mailboxes(db, number)
    if me["company_id"]:
        mine = alike.telling(me["key"].split())
        heard = set(map(alike.sound, mine))
        for other, key in db.execute(
            "SELECT id, key FROM names WHERE company_id = ?", (me["company_id"],)
        ):
            theirs = alike.telling(key.split())
            if not heard.isdisjoint(map(alike.sound, theirs)) and (
                alike.likeness(mine, theirs) >= LEAST
            ):
                found.add(other)
    known = f"SELECT id FROM names WHERE id IN ({', '.join(map(str, found - {number}))})"
    yield from ((max(number, row[0]), min(number, row[0])) for row in db.execute(known).fetchall())


def _with_country(db: sqlite3.Connection, number: int) -> set[int]:
    """Those who have a number of this entry that lacks its country, with one."""
    odd = (
        "SELECT key FROM phones WHERE contact_id = ? AND number NOT GLOB '+*' AND length(key) >= 7"
    )
    found = set()
    for (key,) in db.execute(odd, (number,)).fetchall():
        for digits in evidence.national(key):
            keys = ", ".join(f"'{country}{digits}'" for country in ("", *range(1, 1000)))
            found |= {
                row[0] for row in db.execute(f"SELECT contact_id FROM phones WHERE key IN ({keys})")
            }
    return found


def _of_mailboxes(db: sqlite3.Connection, number: int) -> set[int]:
    """Those whose addresses differ from this entry's by a ``+tag``, or by dots at Gmail."""
    found = set()
    mine = db.execute("SELECT key FROM emails WHERE contact_id = ?", (number,)).fetchall()
    for mailbox in {evidence.mailbox(key) for (key,) in mine}:
        local, _, domain = mailbox.rpartition("@")
        where, params = "key = ? OR (key >= ? AND key < ? AND key LIKE ?)", [
            mailbox, f"{local}+", f"{local},", f"%@{domain}",
        ]  # fmt: skip
        if domain == "gmail.com":
            where = (
                "(key LIKE '%@gmail.com' OR key LIKE '%@googlemail.com') AND key >= ? AND key < ?"
            )
            params = [local[:1], local[:1] + "\U0010ffff"]
        sql = f"SELECT key, contact_id FROM emails WHERE {where}"
        found |= {row[1] for row in db.execute(sql, params) if evidence.mailbox(row[0]) == mailbox}
    return found
