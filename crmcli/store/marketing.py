"""Who may be written to without having asked, and why the others may not."""

from __future__ import annotations

from crmcli.store.export_columns import USABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

# On which marketing may rest; the rule P802 asks for the same. The other bases of Art. 6 GDPR are of contracts
# with the state and of emergencies.
BASES = ("consent", "contract", "legitimate-interest")
# What of a person goes into a file for a mailing; notes, sources and fields of the owner's stay at home.
FIELDS = (
    "id", "uid", "name", "given", "family", "company", "title", "emails", "phones", "urls", "address", "city",
    "region", "postcode", "country", "birthday", "language", "currency", "channel", "lifecycle", "tags",
)  # fmt: skip

# A contact, and the entries of the same name that share an e-mail with it: one person, entered more than once.
_SAME = (
    "(SELECT c.id UNION ALL SELECT o.contact_id FROM email x CROSS JOIN email o ON o.key = x.key CROSS JOIN contact d"
    " ON d.id = o.contact_id WHERE x.contact_id = c.id AND o.contact_id <> c.id"
    " AND d.key = (SELECT n.key FROM contact n WHERE n.id = c.id))"
)
_HOLDS = (
    "EXISTS (SELECT 1 FROM consents k WHERE k.contact_id = c.id AND k.basis IN ({bases}) AND k.withdrawn_on IS NULL"
    " AND k.given_on <= today()"  # a slip in a file, which carries nothing yet
    # Consent that was withdrawn is an objection: only what was noted since outweighs it. Of one day the order is not
    # known, so the objection holds; but a consent that was given anew stands behind the one withdrawn.
    f" AND NOT EXISTS (SELECT 1 FROM consents w WHERE w.contact_id IN {_SAME} AND w.basis = 'consent'"
    " AND w.withdrawn_on >= k.given_on AND (w.withdrawn_on > k.given_on OR k.basis <> 'consent' OR k.id < w.id)))"
)
_WITHDREW = f"EXISTS (SELECT 1 FROM consents k WHERE k.contact_id IN {_SAME} AND k.withdrawn_on IS NOT NULL)"
_REACHED = "(" + " OR ".join(f"EXISTS (SELECT 1 {source})" for source, _ in USABLE.values()) + ")"
# In this order: of each person the first that holds is told.
_REASONS = (
    ("c.do_not_contact", "do-not-contact"),
    ("c.archived_at IS NOT NULL", "archived"),
    (f"NOT {_HOLDS} AND {_WITHDREW}", "who withdrew"),
    (f"NOT {_HOLDS}", "without a lawful basis"),
    (f"NOT {_REACHED}", "without a working e-mail or phone"),
)


def may(bases: Iterable[str]) -> str:
    """SQL over ``contacts c`` of those who may be written to on one of these bases."""
    return " AND ".join(f"NOT ({sql})" for sql, _ in _reasons(bases))


def _reasons(bases: Iterable[str]) -> list[tuple[str, str]]:
    quoted = ", ".join(f"'{basis}'" for basis in bases)
    return [(sql.replace("{bases}", quoted), told) for sql, told in _REASONS]


def left_out(
    db: sqlite3.Connection, bases: Iterable[str], where: str | None, params: Sequence[object]
) -> list[tuple[str, int]]:
    """Return why people of a choice may not be written to, and how many each; nobody counts twice.

    Args:
        db: the book.
        bases: values of BASES.
        where: SQL over ``contacts c``, None for everybody.
        params: its parameters.
    """
    reasons = _reasons(bases)
    cases = " ".join(f"WHEN {sql} THEN {place}" for place, (sql, _) in enumerate(reasons))
    found = db.execute(
        f"SELECT CASE {cases} END AS reason, count(*) FROM contacts c WHERE {where or 1}"
        " GROUP BY reason HAVING reason IS NOT NULL ORDER BY reason",
        tuple(params),
    )
    return [(reasons[row[0]][1], row[1]) for row in found]
