"""What crm check can mend by itself: a fix is the name of what it does to the findings of a rule.

A fix reads whom it is about in the TEMP TABLE ``to_fix (code, fix, contact_id, target)``, which rules
fill, and changes them all at once, inside the open transaction. What it mends is not found again.
"""

from __future__ import annotations

from contextlib import suppress

from crmcli.errors import InvalidValueError, RefusedError
from crmcli.store import follow_ups, merge
from crmcli.values import email, money, name, phone
from crmcli.values.country import code as country_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


class Job:
    """The findings of one rule that are to be mended.

    Attributes:
        db: the book. code: of the rule. at: the instant, UTC.
        due: the civil day for which a next step is set.
        region: the country of phones without a prefix, None where it is not known.
    """

    __slots__ = ("at", "code", "db", "due", "region")

    def __init__(
        self, db: sqlite3.Connection, code: str, *, at: str, due: str, region: str | None
    ) -> None:
        self.db = db
        self.code = code
        self.at = at
        self.due = due
        self.region = region

    def people(self, fix: str = "") -> str:
        """SQL of the people to mend, only those whose fix is ``safe`` or ``unsafe`` if asked for."""
        only = f" AND fix = '{fix}'" if fix else ""
        return f"(SELECT contact_id FROM to_fix WHERE code = '{self.code}'{only})"


class Fix:
    """A way to mend.

    Attributes:
        apply: does it.
        do, did: what it does in words; ``{}`` stands for ``3 people``.
    """

    __slots__ = ("apply", "did", "do")

    def __init__(self, apply: Callable[[Job], None], do: str, did: str) -> None:
        self.apply = apply
        self.do = do
        self.did = did


def _archive(job: Job) -> None:
    job.db.execute(
        f"UPDATE contact SET archived_at = :at, updated_at = :at WHERE id IN {job.people()}",
        {"at": job.at},
    )


def _marked(lifecycle: str) -> Callable[[Job], None]:
    def mark(job: Job) -> None:
        job.db.execute(
            "UPDATE contact SET lifecycle = :lifecycle, updated_at = :at"
            f" WHERE id IN {job.people()}",
            {"lifecycle": lifecycle, "at": job.at},
        )

    return mark


def _close(job: Job) -> None:
    """Close the follow-ups of people; one that repeats comes to its end, too."""
    job.db.execute(
        "UPDATE follow_up SET done_at = ?, snoozed_until = NULL"
        f" WHERE done_at IS NULL AND contact_id IN {job.people()}",
        (job.at,),
    )


def _follow_up(job: Job) -> None:
    rows = job.db.execute(
        "SELECT f.contact_id, d.id, d.title, d.stage, d.amount, d.currency FROM to_fix f LEFT JOIN deal d ON d.id = f.target WHERE f.code = ?",
        (job.code,),
    ).fetchall()
    for contact_id, number, title, stage, amount, currency in rows:
        worth = money.show(amount, currency) if amount is not None else None
        deal = ", ".join(filter(None, (f"D{number}", stage, worth)))
        text = f"next step for {title} ({deal})" if title else "next step in your talks"
        text += ": decide what, or close it" if title else ": decide what, or that there is none"
        follow_ups.add(job.db, contact_id, job.due, text, at=job.at, source="check")


def _addresses(job: Job) -> None:
    """Take off what is not part of an address: it is the same mailbox, verified or not."""
    _readdress(job, job.people(), _address, "dead_on IS NULL", also="")


def _spelling(job: Job) -> None:
    """What is safe is the phones; names and the domains of addresses are not."""
    _dial(job, job.people("safe"))
    _calm(job, job.people("unsafe"))
    # What answered is no slip; where one bounced, the other may not.
    also = ", dead_on = NULL"
    _readdress(job, job.people("unsafe"), email.meant, "verified_on IS NULL", also=also)


def _readdress(
    job: Job, people: str, better: Callable[[str], str | None], where: str, *, also: str
) -> None:
    """Write the addresses of people as ``better`` has them, None for as they are."""
    job.db.create_function("better", 1, better, deterministic=True)
    job.db.create_function("key_of", 1, email.key, deterministic=True)
    job.db.execute(
        f"""
        WITH found AS MATERIALIZED (
          SELECT id, better(address) AS address FROM email WHERE {where} AND contact_id IN {people}
        )
        UPDATE email SET address = found.address, key = key_of(found.address){also}
        FROM found WHERE found.id = email.id AND found.address <> email.address"""
    )
    _settle(job, "email", people)


def _dial(job: Job, people: str) -> None:
    """Write the phones of people in E.164 where that makes them valid."""

    def dialled(typed: str, country: str | None) -> str | None:
        try:
            found = phone.parse(typed, (country and country_code(country)) or job.region)
        except InvalidValueError:
            return None
        return found.number if found.valid else None

    job.db.create_function("dialled_as", 2, dialled, deterministic=True)
    job.db.execute(
        f"""
        WITH found AS MATERIALIZED (
          SELECT p.id, dialled_as(coalesce(p.typed, p.number), c.country) AS number
          FROM phone p JOIN contact c ON c.id = p.contact_id WHERE p.contact_id IN {people}
        )
        UPDATE phone SET number = found.number, key = substr(found.number, 2), typed = coalesce(typed, phone.number)
        FROM found WHERE found.id = phone.id AND found.number <> phone.number"""
    )
    _settle(job, "phone", people)


def _settle(job: Job, table: str, people: str) -> None:
    """Leave each entry once, the first, where one had been there as it is now; note the change."""
    same = f"o.key = {table}.key"
    if table == "phone":
        same += " AND o.extension IS phone.extension"
    job.db.execute(
        f"DELETE FROM {table} WHERE contact_id IN {people} AND EXISTS (SELECT 1 FROM {table} o"
        f" WHERE o.contact_id = {table}.contact_id AND {same} AND o.position < {table}.position)"
    )
    job.db.execute(f"UPDATE contact SET updated_at = ? WHERE id IN {people}", (job.at,))


def _calm(job: Job, people: str) -> None:
    """Take the capitals out of names; what is given and what family can be told better then."""

    def calmed(text: str | None) -> str | None:
        return name.calmed(text) if text and text.isupper() else text

    function = job.db.create_function
    function("calmed", 1, calmed, deterministic=True)
    function("shouts", 1, name.is_shouted, deterministic=True)
    function("key_of", 1, name.key, deterministic=True)
    function("part_of", 2, lambda text, which: name.parse(text)[which], deterministic=True)
    job.db.execute(
        "UPDATE contact SET name = calmed(name), given = calmed(coalesce(given, part_of(calmed(name), 1))),"
        " family = calmed(coalesce(family, part_of(calmed(name), 2))), key = key_of(calmed(name)), updated_at = ?"
        f" WHERE id IN {people} AND shouts(name)",
        (job.at,),
    )


def _merge(job: Job) -> None:
    """Merge each into the one it is the twin of; who was declared different meanwhile stays apart."""
    rows = job.db.execute(
        "SELECT contact_id, target FROM to_fix WHERE code = ? AND fix = 'unsafe' ORDER BY contact_id",
        (job.code,),
    ).fetchall()
    for contact_id, target in rows:
        with suppress(RefusedError):
            merge.merge(job.db, target, contact_id, job.at)


def _address(text: str) -> str | None:
    try:
        return email.parse(text)
    except InvalidValueError:
        return None


FIXES = {
    "address": Fix(_addresses, "tidy the e-mails of {}", "tidied the e-mails of {}"),
    "archive": Fix(_archive, "archive {}", "archived {}"),
    "close": Fix(_close, "close the follow-ups of {}", "closed the follow-ups of {}"),
    "follow-up": Fix(_follow_up, "set a next step for {}", "set a next step for {}"),
    "lapsed": Fix(_marked("lapsed"), "mark {} lapsed", "marked {} lapsed"),
    "loyal": Fix(_marked("loyal"), "mark {} loyal", "marked {} loyal"),
    "merge": Fix(_merge, "merge {} into their twins", "merged {} into their twins"),
    "spelling": Fix(_spelling, "correct the spelling of {}", "corrected the spelling of {}"),
}
