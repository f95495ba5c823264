"""What two copies of a book are compared by: each table's keys, its values, and what these point to.

Values that only make sense together (a stage and since when, an address line and its city) are one
group: a merge takes a group from one side or the other, never half of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crmcli.db.triggers import PAIRED

_ADDRESS = ("address", "city", "region", "postcode", "country")


@dataclass(frozen=True)
class Noun:
    """One table.

    Attributes:
        groups: its values, those together that belong together.
        refs: column -> the table that it points to.
        same: SQL over m(ine) and v (theirs, with my ids): two rows that either side added and that
            say the same. Rows with the same uid are the same in any case.
        uid: whether its rows have one.
        least, most: columns of which the smaller or larger value holds, without a word.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    refs: dict[str, str] = field(default_factory=dict)
    same: str = ""
    uid: bool = True
    least: tuple[str, ...] = ()
    most: tuple[str, ...] = ()


_MADE, _TOUCHED = ("created_at",), ("updated_at",)
_WHO = {"contact_id": "contact"}
_SILENCED = (
    "m.kind = v.kind AND m.rule IS v.rule AND m.tag_id IS v.tag_id AND m.occurrence IS v.occurrence"
)


def same_id(noun: str) -> str:
    """Rows that both sides know by one id of another system."""
    return (
        "m.id IN (SELECT a.row_id FROM other.external_id b JOIN main.external_id a ON a.noun = b.noun"
        f" AND a.system = b.system AND a.value = b.value WHERE b.noun = '{noun}' AND b.row_id = v.their_id)"
    )


_MAIL = (
    "EXISTS (SELECT 1 FROM main.email a JOIN other.email b ON b.key = a.key"
    " WHERE a.contact_id = m.id AND b.contact_id = v.their_id)"
)

_CALL = (
    "EXISTS (SELECT 1 FROM main.phone a JOIN other.phone b ON b.key = a.key AND b.extension IS a.extension"
    " WHERE a.contact_id = m.id AND b.contact_id = v.their_id)"
)
# Of whom neither side has more than a name, which nobody else has, and a company: one person, as in crm import.
_BARE = (
    "NOT EXISTS (SELECT 1 FROM main.contact a WHERE a.key = m.key AND a.id <> m.id)"
    " AND NOT EXISTS (SELECT 1 FROM other.contact b WHERE b.key = v.key AND b.id <> v.their_id) AND "
    "NOT EXISTS (SELECT 1 FROM main.email a WHERE a.contact_id = m.id)"
    " AND NOT EXISTS (SELECT 1 FROM main.phone a WHERE a.contact_id = m.id)"
    " AND NOT EXISTS (SELECT 1 FROM other.email b WHERE b.contact_id = v.their_id)"
    " AND NOT EXISTS (SELECT 1 FROM other.phone b WHERE b.contact_id = v.their_id)"
    " AND iif(m.company_id IS NULL, (SELECT company_id FROM other.contact WHERE id = v.their_id) IS NULL,"
    "  m.company_id = v.company_id)"
)

# Parents first.
NOUNS: dict[str, Noun] = {
    "company": Noun(
        (("name", "key"), ("domain",), ("phone",), ("url",), _ADDRESS, ("note",)),
        same="m.key = v.key", least=_MADE, most=_TOUCHED,
    ),
    "tag": Noun((("name",),), same="m.key = v.key", uid=False),
    "field": Noun((("name",),), same="m.key = v.key", uid=False),
    "contact": Noun(
        (
            ("name", "given", "family", "key"), ("company_id",), ("title",), ("address_label", *_ADDRESS), ("birthday",), ("language",),
            ("currency",), ("channel",), ("lifecycle",), ("cadence",), ("source",), ("referred_by",), ("note",),
            ("do_not_contact",), ("verified_on",), ("notice_on",), ("archived_at",),
        ),
        {"company_id": "company", "referred_by": "contact"},
        same=f"m.key = v.key AND ({_MAIL} OR {_CALL} OR {_BARE} OR {same_id('contact')})", least=_MADE, most=_TOUCHED,
    ),
    "merged_contact": Noun((("contact_id",), ("name", "key", "company_key")), _WHO),
    "email": Noun(
        (("contact_id",), ("address", "key"), ("label",), ("verified_on", "dead_on"), ("position",)),
        _WHO, same="m.contact_id = v.contact_id AND m.key = v.key",
    ),
    "phone": Noun(
        (("contact_id",), ("number", "typed", "extension", "key"), ("label",), ("verified_on", "dead_on"), ("position",)),
        _WHO, same="m.contact_id = v.contact_id AND m.key = v.key AND m.extension IS v.extension",
    ),
    "address": Noun(
        (("contact_id",), ("label", *_ADDRESS), ("position",)),
        _WHO,
        same="m.contact_id = v.contact_id AND "
        + " AND ".join(f"m.{column} IS v.{column}" for column in ("label", *_ADDRESS)),
    ),
    "link": Noun(
        (("contact_id",), ("url",), ("position",)), _WHO, same="m.contact_id = v.contact_id AND m.url = v.url"
    ),
    "contact_tag": Noun((), {"contact_id": "contact", "tag_id": "tag"}, uid=False),
    "contact_field": Noun((("value",),), {"contact_id": "contact", "field_id": "field"}, uid=False),
    "key_date": Noun(
        (("contact_id",), ("kind",), ("date", "notice")),
        _WHO, same="m.contact_id = v.contact_id AND m.kind = v.kind",
    ),
    "consent": Noun(
        (("contact_id",), ("basis", "given_on"), ("source",), ("withdrawn_on",)),
        _WHO, same="m.contact_id = v.contact_id AND m.basis = v.basis AND m.given_on = v.given_on",
    ),
    "different": Noun((), {"contact_id": "contact", "other_id": "contact"}, uid=False),
    "deal": Noun(
        (
            ("title",), ("contact_id",), ("company_id",),
            ("stage", "stage_since", "probability", "won_at", "lost_at", "reason"), ("amount", "currency"),
            ("close",), ("quoted_on",), ("valid_until",),
        ),
        {"contact_id": "contact", "company_id": "company"}, same=same_id("deal"), least=_MADE, most=_TOUCHED,
    ),
    "interaction": Noun(
        (
            ("kind",), ("at",), ("direction",), ("subject", "text", "alias"), ("amount", "currency"), ("duration",),
            ("deal_id",), ("source",),
        ),
        {"deal_id": "deal"}, same=same_id("interaction"),
    ),
    "participant": Noun((), {"contact_id": "contact", "interaction_id": "interaction"}, uid=False),
    "complaint": Noun((("closed_at", "outcome"),), {"id": "interaction"}, same="m.id = v.id", uid=False),
    "complaint_wait": Noun(
        (("complaint_id",), ("since_at",), ("until_at",)), {"complaint_id": "interaction"},
        same="m.complaint_id = v.complaint_id AND m.since_at = v.since_at",
    ),
    "follow_up": Noun(
        (
            ("contact_id",), ("due", "every", "anchor"), ("text",),
            ("done_at", "done_by", "snoozed_until", "snooze_reason"), ("source",), ("set_by",),
        ),
        {"contact_id": "contact", "set_by": "interaction", "done_by": "interaction"},
        # The next of a repeat, which both sides set when they did the one before.
        same="m.contact_id = v.contact_id AND m.due = v.due AND m.text = v.text AND m.every = v.every",
        least=_MADE,
    ),
    "silence": Noun(
        (("contact_id",), ("tag_id",), ("kind", "rule", "occurrence"), ("until",), ("reason",)),
        {"contact_id": "contact", "tag_id": "tag"},
        same=f"m.contact_id IS v.contact_id AND {_SILENCED}", least=_MADE,
    ),
    "saved_view": Noun((("query",),), same="m.name = v.name", uid=False),
    "external_id": Noun(
        (("row_id",),), same="m.noun = v.noun AND m.system = v.system AND m.value = v.value", uid=False
    ),
}  # fmt: skip

# Columns by which a row belongs to another and goes and comes with it.
OWNED = frozenset(("contact_id", "other_id", "interaction_id", "complaint_id", "id"))
# Tables whose ids are people's to use: an id that is taken here is given anew and said.
NUMBERED = ("company", "contact", "deal", "interaction", "follow_up")
# Lists with an order.
LISTS = ("email", "phone", "address", "link")


def pair(table: str) -> str | None:
    """The second column of the key of a table without an id."""
    return PAIRED.get(table)


def references() -> list[tuple[str, str, str]]:
    """Every (table, column, table that it points to)."""
    return [
        (table, column, to) for table, noun in NOUNS.items() for column, to in noun.refs.items()
    ]
