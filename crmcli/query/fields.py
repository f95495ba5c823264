"""The fields of the query language: one literal table, from name to SQL over ``contacts c``.

A kind says how values are read and compared; ``conditions.py`` has one function for each. SQL that
holds ``{}`` asks another table: the comparison goes in its place.
"""

from __future__ import annotations

from crmcli.errors import UsageError
from crmcli.values.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LIFECYCLES = ("lead", "prospect", "customer", "loyal", "lapsed", "partner", "other")


class Column:
    """Where a field lives and how it is compared.

    Attributes:
        kind: key of ``conditions.KINDS``.
        sql: the value, an SQL expression; over ``inside`` where that is given.
        index: column of ``contact_fts`` that holds every word of the value, or empty.
        inside: SQL that says the person has such a row, with ``{}`` for the comparison.
        present: SQL for ``any``, where it is not that the value is neither NULL nor empty.
        params: what ``inside`` and ``present`` bind before anything else.
    """

    __slots__ = ("index", "inside", "kind", "params", "present", "sql")

    def __init__(
        self,
        kind: str,
        sql: str,
        index: str = "",
        *,
        inside: str = "",
        present: str = "",
        params: tuple[str, ...] = (),
    ) -> None:
        self.kind = kind
        self.sql = sql
        self.index = index
        self.inside = inside
        self.params = params
        self.present = present or (
            inside.replace("{}", "1") if inside else f"({sql} IS NOT NULL AND {sql} <> '')"
        )


_EMAILS = "EXISTS (SELECT 1 FROM emails WHERE contact_id = c.id AND {})"
_CHANNELS = "c.id IN (SELECT contact_id FROM channels WHERE dead_on IS NOT NULL AND {})"
_CONSENTS = "c.id IN (SELECT contact_id FROM consents WHERE withdrawn_on IS NULL AND {})"
_DUE = "c.id IN (SELECT contact_id FROM follow_ups WHERE done_at IS NULL AND {})"
_DEALS = "c.id IN (SELECT contact_id FROM deals WHERE open AND {})"
_SAID = "c.id IN (SELECT p.contact_id FROM interaction_fts f JOIN participant p ON p.interaction_id = f.rowid WHERE {})"
_LOGGED = "c.id IN (SELECT contact_id FROM timeline WHERE {})"
_TALKED_TO = "EXISTS (SELECT 1 FROM participant WHERE contact_id = c.id)"
_CUSTOM = "c.id IN (SELECT x.contact_id FROM contact_field x JOIN field f ON f.id = x.field_id WHERE f.name = ? AND {})"

FIELDS = {
    "id": Column("number", "c.id"),
    "uid": Column("word", "c.uid"),
    "name": Column("text", "c.name", "name"),
    "given": Column("text", "c.given", "name"),
    "family": Column("text", "c.family", "name"),
    "company": Column("text", "c.company", "facts"),
    "title": Column("text", "c.title", "facts"),
    "emails": Column("text", "address", "facts", inside=_EMAILS),
    "phones": Column("digits", "key", inside="c.id IN (SELECT contact_id FROM phones WHERE {})"),
    "urls": Column(
        "text", "url", "facts", inside="EXISTS (SELECT 1 FROM link WHERE contact_id = c.id AND {})"
    ),
    "address_label": Column("word", "c.address_label"),
    "address": Column("text", "c.address", "facts"),
    "city": Column("text", "c.city", "facts"),
    "region": Column("text", "c.region", "facts"),
    "postcode": Column("text", "c.postcode", "facts"),
    "country": Column("country", "c.country"),
    "birthday": Column("yearly", "c.birthday"),
    "dates": Column(
        "key_date", "date", inside="c.id IN (SELECT contact_id FROM key_dates WHERE {})"
    ),
    "language": Column("word", "c.language"),
    "currency": Column("word", "c.currency"),
    "channel": Column("word", "c.channel"),
    "lifecycle": Column("lifecycle", "c.lifecycle"),
    "cadence": Column("days", "c.cadence"),
    "tags": Column("folded", "key", inside="c.id IN (SELECT contact_id FROM tags WHERE {})"),
    "source": Column("text", "c.source", "facts"),
    "referred_by": Column("person", "c.referred_by"),
    "note": Column("text", "c.note", "note"),
    "do_not_contact": Column("flag", "c.do_not_contact", present="c.do_not_contact"),
    "verified_on": Column("past", "c.verified_on"),
    "notice_on": Column("past", "c.notice_on"),
    "consents": Column("word", "basis", inside=_CONSENTS),
    "verified_channels": Column("text", "shown", inside=_CHANNELS.replace("dead", "verified")),
    "dead_channels": Column("text", "shown", inside=_CHANNELS),
    "email_labels": Column(
        "text",
        "label",
        inside="c.id IN (SELECT contact_id FROM emails WHERE label IS NOT NULL AND {})",
    ),
    "phone_labels": Column(
        "text",
        "label",
        inside="c.id IN (SELECT contact_id FROM phones WHERE label IS NOT NULL AND {})",
    ),
    "created_at": Column("instant", "c.created_at"),
    "updated_at": Column("instant", "c.updated_at"),
    "archived_at": Column("instant", "c.archived_at"),
    "last": Column("past", "c.last"),
    "last_kind": Column("word", "c.last_kind"),
    "last_text": Column("text", "c.last_text"),
    "next": Column("future", "c.next"),
    "value": Column("money", "coalesce(c.value, 0)", present="c.value <> 0"),
    "orders": Column("number", "coalesce(c.orders, 0)", present="c.orders > 0"),
    "quiet": Column("quiet", "c.last"),
    "due": Column("future", "max(due, coalesce(snoozed_until, ''))", inside=_DUE),
    "said": Column("said", "interaction_fts", inside=_SAID, present=_TALKED_TO),
    "kind": Column("word", "kind", inside=_LOGGED, present=_TALKED_TO),
    "deal": Column("text", "title", inside=_DEALS),
    "stage": Column("word", "stage", inside=_DEALS),
    "is": Column("is", ""),
    "has": Column("has", ""),
    "rule": Column("rule", "", present="c.id IN (SELECT contact_id FROM found)"),
}

ALIASES = {
    "email": "emails",
    "phone": "phones",
    "url": "urls",
    "tag": "tags",
    "date": "dates",
    "created": "created_at",
    "updated": "updated_at",
    "archived": "archived_at",
    "verified": "verified_on",
    "dnc": "do_not_contact",
    "notice": "notice_on",
    "consent": "consents",
    "dead": "dead_channels",
    "deals": "deal",
}

# What `is:` knows besides the lifecycles; refused is an e-mail or phone that somebody marked do-not-contact has too.
STATES = {
    "archived": "c.archived_at IS NOT NULL",
    "dnc": "c.do_not_contact",
    "refused": "c.id IN (SELECT contact_id FROM refused)",
    "due": _DUE.replace("{}", "max(due, coalesce(snoozed_until, '')) < date(today(), '+1 day')"),
    "overdue": _DUE.replace("{}", "max(due, coalesce(snoozed_until, '')) < today()"),
    "stale": "c.stale_on <= today()",
}

# What `--sort` knows, and the SQL it sorts by.
ORDERABLE = {
    **{name: FIELDS[name].sql for name in (
        "id", "uid", "cadence", "verified_on", "notice_on", "created_at", "updated_at", "archived_at",
        "last", "last_kind", "next", "value", "orders",
    )},
    **{name: f"fold({FIELDS[name].sql})" for name in (
        "name", "given", "family", "company", "title", "address", "city", "region", "postcode",
        "country", "language", "currency", "channel", "lifecycle", "source", "note", "last_text",
    )},
    "email": "c.email",
    "phone": "c.phone",
    "birthday": "substr(c.birthday, -5)",
    "quiet": "c.quiet",
    "do_not_contact": "c.do_not_contact",
    "referred_by": "c.referred_by",
}  # fmt: skip


def field_names(custom: Iterable[str]) -> dict[str, str]:
    """Return every folded way to write a field and the field's own name.

    Our own fields come before custom fields of the same name; a blank in the name of a custom field
    may be written ``-`` or ``_``.
    """
    names = {fold(name).replace(" ", blank): name for name in custom for blank in "-_ "}
    names.update(ALIASES)
    names.update((name, name) for name in FIELDS)
    names.update((name.replace("_", "-"), name) for name in FIELDS)
    return names


def column(name: str) -> Column:
    """Return the column of a field by its own name, which is a custom field if not ours."""
    return FIELDS.get(name) or Column("custom", "x.value", "facts", inside=_CUSTOM, params=(name,))


def order_by(sort: str) -> str:
    """Return the ORDER BY terms for ``--sort FIELD``; ``-FIELD`` turns the order, empty is last.

    Raises:
        UsageError: no such field to sort by.
    """
    name = sort.removeprefix("-").lower().replace("-", "_")
    sql = ORDERABLE.get(name) or ORDERABLE.get(ALIASES.get(name, ""))
    if sql is None:
        from crmcli.query.errors import did_you_mean

        near = did_you_mean(name, ORDERABLE) or f"; there are {', '.join(sorted(ORDERABLE))}"
        raise UsageError(f'cannot sort by "{sort}"{near}')
    return f"{sql} {'DESC' if sort.startswith('-') else 'ASC'} NULLS LAST, c.id"
