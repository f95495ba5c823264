"""The columns of an export that are not simply those of a table, as SQL for cells and for JSON."""

from __future__ import annotations


def _list(item: str, source: str) -> tuple[str, str]:
    r"""SQL of a list as a cell, joined by ``;`` with ``\;`` for a literal one, and as JSON."""
    escaped = f"replace(replace({item}, '\\', '\\\\'), ';', '\\;')"
    return (
        f"(SELECT group_concat(item, ';') FROM (SELECT {escaped} AS item {source}))",
        f"(SELECT json_group_array(item) FROM (SELECT {item} AS item {source}))",
    )


# Everybody as others name them. A TEMP view, or a TEMP table of it where everybody is met many times.
PEOPLE = """
SELECT z.id, coalesce((SELECT address FROM (SELECT address, key FROM email WHERE contact_id = z.id ORDER BY position LIMIT 1) a
    WHERE NOT EXISTS (SELECT 1 FROM email b WHERE b.key = a.key AND b.contact_id <> z.id)), z.uid) AS cell,
  json_object('id', z.id, 'uid', z.uid, 'name', z.name,
    'email', (SELECT address FROM email WHERE contact_id = z.id ORDER BY position LIMIT 1)) AS object
FROM contact z
"""


def _addresses() -> tuple[str, str]:
    """The addresses beyond the first: each a list of its parts in a cell, an object in JSON."""
    parts = ("label", "address", "city", "region", "postcode", "country")
    escaped = {part: f"replace(replace({part}, '\\', '\\\\'), ';', '\\;')" for part in parts}
    said = " || ".join(f"iif({part} IS NULL, '', ';{part}=' || {escaped[part]})" for part in parts)
    source = "FROM address WHERE contact_id = c.id ORDER BY position"
    shown = ", ".join(f"'{part}', {part}" for part in parts)
    return (
        _list(f"substr({said}, 2)", source)[0],
        f"(SELECT json_group_array(json_object({shown})) FROM (SELECT * {source}))",
    )


def _labels(channel: str) -> tuple[str, str]:
    """What e-mails or phones are called: ``number=label`` in a cell, an object in JSON."""
    source = f"FROM channels WHERE contact_id = c.id AND channel = '{channel}' AND label IS NOT NULL ORDER BY position"
    return (
        _list("shown || '=' || label", source)[0],
        f"(SELECT json_group_object(shown, label) FROM (SELECT shown, label {source}))",
    )


def _person(number: str) -> tuple[str, str]:
    source = f"FROM out_person WHERE id = {number}"
    return f"(SELECT cell {source})", f"json((SELECT object {source}))"


def _people(source: str) -> tuple[str, str]:
    return _list("z.cell", source)[
        0
    ], f"json('[' || (SELECT group_concat(z.object) {source}) || ']')"


def _instant(column: str) -> tuple[str, str]:
    """A moment; a plain day where the time is not known."""
    sql = f"iif(length({column}) = 17, substr({column}, 1, 10), {column})"
    return sql, sql


def _money(row: str) -> tuple[str, str]:
    """A decimal; in JSON a number, digit by digit."""
    sql = f"iif({row}.amount IS NULL, NULL, money_text({row}.amount, {row}.currency))"
    return sql, f"json({sql})"


def _of_case(column: str) -> tuple[str, str]:
    sql = f"iif(c.kind = 'complaint', (SELECT {column} FROM complaint WHERE id = c.id), NULL)"
    return sql, sql


def _flag(column: str) -> tuple[str, str]:
    sql = f"iif({column}, 'true', 'false')"
    return sql, f"json({sql})"


def _ids(table: str) -> dict[str, tuple[str, str]]:
    source = f"FROM external_id WHERE noun = '{table}' AND row_id = c.id ORDER BY +system, +value"
    return {"external_ids": _list("system || ':' || value", source)}


# Noun -> its table under an alias, how a choice of people chooses its rows, and the columns that
# are not simply those of the table: SQL for a cell, and for JSON.
_CHOSEN = "(SELECT c.id FROM contacts c WHERE {where})"
SOURCES: dict[str, tuple[str, str, dict[str, tuple[str, str]]]] = {
    "contacts": (
        "contacts c",
        "{where}",
        {
            **_ids("contact"),
            "emails": _list("address", "FROM email WHERE contact_id = c.id ORDER BY position"),
            "phones": _list(
                "iif(extension IS NULL, number, number || ' ext ' || extension)",
                "FROM phone WHERE contact_id = c.id ORDER BY position",
            ),
            "urls": _list("url", "FROM link WHERE contact_id = c.id ORDER BY position"),
            "dates": _list(
                "kind || '=' || date || iif(notice IS NULL, '', '/' || notice || 'd')",
                "FROM key_date WHERE contact_id = c.id ORDER BY kind, date, id",
            ),
            "tags": _list(
                "t.name",
                "FROM contact_tag y JOIN tag t ON t.id = y.tag_id WHERE y.contact_id = c.id ORDER BY t.key",
            ),
            "merged": _list(
                "m.uid || '/' || coalesce(m.company_key, '') || '/' || m.name",
                "FROM merged_contact m WHERE m.contact_id = c.id ORDER BY m.id",
            ),
            "different": _list(
                "z.uid",
                "FROM contact z WHERE z.id IN (SELECT other_id FROM different WHERE contact_id = c.id"
                " UNION ALL SELECT contact_id FROM different WHERE other_id = c.id) ORDER BY z.id",
            ),
            "addresses": _addresses(),
            "email_labels": _labels("email"),
            "phone_labels": _labels("phone"),
            "referred_by": _person("c.referred_by"),
            "do_not_contact": _flag("c.do_not_contact"),
            "created_at": _instant("c.created_at"),
            "updated_at": _instant("c.updated_at"),
            "archived_at": _instant("c.archived_at"),
            "consents": _list(
                "basis || '=' || given_on || iif(withdrawn_on IS NULL, '', '..' || withdrawn_on) || iif(source IS NULL, '', '/' || source)",
                "FROM consent WHERE contact_id = c.id ORDER BY given_on, basis, id",
            ),
            "verified_channels": _list(
                "shown || '=' || verified_on",
                "FROM channels WHERE contact_id = c.id AND verified_on IS NOT NULL ORDER BY channel, position",
            ),
            "dead_channels": _list(
                "shown || '=' || dead_on",
                "FROM channels WHERE contact_id = c.id AND dead_on IS NOT NULL ORDER BY channel, position",
            ),
        },
    ),
    "companies": (
        "company c",
        f"c.id IN (SELECT company_id FROM contact WHERE id IN {_CHOSEN})",
        {
            **_ids("company"),
            "created_at": _instant("c.created_at"),
            "updated_at": _instant("c.updated_at"),
        },
    ),
    "interactions": (
        "interaction c",
        f"c.id IN (SELECT interaction_id FROM participant WHERE contact_id IN {_CHOSEN})",
        {
            **_ids("interaction"),
            "at": _instant("c.at"),
            "contacts": _people(
                "FROM participant y CROSS JOIN out_person z ON z.id = y.contact_id"
                " WHERE y.interaction_id = c.id ORDER BY y.contact_id"
            ),
            "amount": _money("c"),
            "duration": ("iif(c.duration IS NULL, NULL, duration_text(c.duration))",) * 2,
            "deal": ("(SELECT uid FROM deal WHERE id = c.deal_id)",) * 2,
            "closed_at": _of_case(_instant("closed_at")[0]),
            "outcome": _of_case("outcome"),
            "waits": _list(
                f"{_instant('since_at')[0]} || '..' || coalesce({_instant('until_at')[0]}, '')",
                "FROM complaint_wait WHERE complaint_id = c.id AND c.kind = 'complaint' ORDER BY since_at, id",
            ),
        },
    ),
    "followups": (
        "follow_up c",
        f"c.contact_id IN {_CHOSEN}",
        {
            **_ids("follow_up"),
            "contact": _person("c.contact_id"),
            "done_at": _instant("c.done_at"),
            "set_by": ("(SELECT uid FROM interaction WHERE id = c.set_by)",) * 2,
            "done_by": ("(SELECT uid FROM interaction WHERE id = c.done_by)",) * 2,
            "created_at": _instant("c.created_at"),
        },
    ),
    "deals": (
        "deal c",
        (
            "EXISTS (SELECT 1 FROM contact y WHERE (y.id = c.contact_id OR c.contact_id IS NULL AND y.company_id = c.company_id)"
            f" AND y.id IN {_CHOSEN})"
        ),
        {
            **_ids("deal"),
            "contact": _person("c.contact_id"),
            "created_at": _instant("c.created_at"),
            "updated_at": _instant("c.updated_at"),
            "company": ("(SELECT name FROM company WHERE id = c.company_id)",) * 2,
            "amount": _money("c"),
            "stage_since": _instant("c.stage_since"),
            "won_at": _instant("c.won_at"),
            "lost_at": _instant("c.lost_at"),
        },
    ),
}


# Of these fields of a contact what may be used: not dead, nor of somebody too who is not to be contacted, such as
# a second entry of the same person.
_USABLE = (
    "FROM {0} x WHERE x.contact_id = c.id AND x.dead_on IS NULL AND NOT EXISTS (SELECT 1 FROM {0} o"
    " JOIN contact d ON d.id = o.contact_id WHERE o.key = x.key AND d.do_not_contact)"
)
# An address whose holder withdrew consent stays out for whoever has it too, until a basis is noted that is newer.
_UNASKED = (
    " AND NOT EXISTS (SELECT 1 FROM email o JOIN consents w ON w.contact_id = o.contact_id AND w.basis = 'consent'"
    " WHERE o.key = x.key AND o.contact_id <> c.id AND w.withdrawn_on IS NOT NULL AND NOT EXISTS (SELECT 1"
    " FROM consents k WHERE k.contact_id IN (o.contact_id, c.id) AND k.withdrawn_on IS NULL AND k.given_on > w.withdrawn_on))"
)
USABLE = {
    "emails": (_USABLE.format("email") + _UNASKED, "address"),
    "phones": (
        _USABLE.format("phone"),
        "iif(extension IS NULL, number, number || ' ext ' || extension)",
    ),
}
LIVE = {
    field: _list(item, f"{source} ORDER BY position") for field, (source, item) in USABLE.items()
}
# Columns that most books have nothing in, and what finds out: then they cost nothing.
SELDOM = {
    "consents": "consent",
    "verified_channels": "channels WHERE verified_on IS NOT NULL",
    "dead_channels": "channels WHERE dead_on IS NOT NULL",
    "closed_at": "complaint",
    "outcome": "complaint",
    "waits": "complaint_wait",
    "addresses": "address",
    "email_labels": "email WHERE label IS NOT NULL",
    "phone_labels": "phone WHERE label IS NOT NULL",
    "merged": "merged_contact",
    "different": "different",
    "external_ids": "external_id",
}
