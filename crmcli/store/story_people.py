"""Sentences on people and what hangs on them: ``tagged vip``, ``e-mail anna@acme.example removed``."""

from __future__ import annotations

from crmcli.store.story_words import joined, pair, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.store.story_words import Change, Data, Row, Words

_PLACE = ("address", "postcode", "city", "region", "country")


def _person(words: Words, _: Change, row: Row) -> str:
    job = joined(row["title"], words.name("company", row["company_id"]), by=" at ")
    place = joined(*(row[part] for part in _PLACE))
    born = f"born {row['birthday']}" if row["birthday"] else ""
    sent = words.name("contact", row["referred_by"])
    source = f"came from {row['source']}" if row["source"] else ""
    quiet = f"referred by {sent}" if sent else ""
    note = f'note "{short(row["note"])}"' if row["note"] else ""
    beat = words.value("cadence", row["cadence"], row)
    dnc = "do-not-contact" if row["do_not_contact"] else ""
    if words.again:
        return f"{row['name']} is back"
    facts = joined(row["lifecycle"], job, place, born, beat, source, quiet, dnc, note)
    return f"{row['name']} added: {facts}"


def _person_went(words: Words, change: Change, row: Row) -> str:
    # A merge of books may take one away and merge another: the uid says whom.
    merged = words.db.execute(
        "SELECT c.contact_id FROM change c LEFT JOIN merged_contact m ON m.id = c.row_id"
        " WHERE c.set_id = (SELECT set_id FROM change WHERE id = ?) AND c.noun = 'merged_contact' AND c.op = 'insert'"
        " AND coalesce(m.uid, (SELECT json_extract(d.data, '$.uid') FROM change d WHERE d.noun = 'merged_contact'"
        "  AND d.row_id = c.row_id AND d.op = 'delete' ORDER BY d.id DESC LIMIT 1)) = ?",
        (change["id"], row["uid"]),
    ).fetchone()
    if merged:
        return f"{row['name']} merged into {words.name('contact', merged[0])} ({merged[0]})"
    return f"{row['name']} is no entry any more"


def _person_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    told = {}
    for column, (before, after) in data.items():
        text = words.plain(column, before, after, row)
        if column == "do_not_contact":
            text = "marked do-not-contact" if after else "do-not-contact lifted"
        elif column == "archived_at":
            text = "archived" if after else "back from the archive"
        elif column == "verified_on":
            text = (
                f"data checked on {after}" if after else f"data not checked after all, was {before}"
            )
        elif column == "notice_on":
            text = f"told on {after} that their data is kept" if after else "not told that their data is kept"  # fmt: skip
        told[column] = text
    if "name" in data and ("given" in data or "family" in data):
        told |= {part: "" for part in ("given", "family") if part in data}
    return told


def _channel(what: str, column: str) -> Callable[[Words, Change, Row], str]:
    return lambda _, __, row: f"{what} {row[column]}"


def _channel_went(what: str, column: str) -> Callable[[Words, Change, Row], str]:
    return lambda _, __, row: f"{what} {row[column]} removed"


def _channel_changed(
    what: str, column: str
) -> Callable[[Words, Change, Row, Data], dict[str, str]]:
    def told(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
        shown = f"{what} {row.get(column)}"
        found = {}
        for name, (before, after) in data.items():
            if name == "verified_on":
                found[name] = f"{shown} works, checked on {after}" if after else f"{shown} not known to work any more"  # fmt: skip
            elif name == "dead_on":
                found[name] = f"{shown} is dead since {after}" if after else f"{shown} is alive again"  # fmt: skip
            elif name == "contact_id":
                found[name] = f"{shown} from {words.name('contact', before)}'s entry"
            elif name == column:
                found[name] = pair(what, before or "", after or "")
            elif name != "typed":
                found[name] = f"{shown}, {words.plain(name, before, after, row)}"
        return found

    return told


def _tag_came(words: Words, _: Change, row: Row) -> str:
    return f"tagged {words.name('tag', row['tag_id'])}"


def _tag_went(words: Words, _: Change, row: Row) -> str:
    return f"tag {words.name('tag', row['tag_id'])} taken off"


def _field_came(words: Words, _: Change, row: Row) -> str:
    return f"{words.name('field', row['field_id'])}: {short(row['value'])}"


def _field_went(words: Words, _: Change, row: Row) -> str:
    return f"{words.name('field', row['field_id'])} emptied, was {short(row['value'])}"


def _field_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    before, after = data.get("value", ["", ""])
    return {"value": pair(words.name("field", row["field_id"]), before, after)}


def _date_came(_: Words, __: Change, row: Row) -> str:
    notice = f", {row['notice']} days' notice" if row["notice"] else ""
    return f"{row['kind']}: {row['date']}{notice}"


def _date_went(_: Words, __: Change, row: Row) -> str:
    return f"{row['kind']} emptied, was {row['date']}"


def _date_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    told = {}
    for column, (before, after) in data.items():
        if column == "contact_id":
            told[column] = f"{row['kind']} {row['date']} from {words.name('contact', before)}'s entry"  # fmt: skip
        elif column == "kind":
            told[column] = f"{before} is called {after} here"
        elif column == "date":
            told[column] = pair(row["kind"], before, after)
        else:
            told[column] = f"{row['kind']}, {words.plain(column, before, after, row)}"
    return told


def _said_came(words: Words, change: Change, row: Row) -> str:
    day = words.day(change["at"])
    return words.interaction(row["interaction_id"], on=day, but=change["contact_id"])


def _said_went(words: Words, _: Change, row: Row) -> str:
    return f"no more: {words.interaction(row['interaction_id'])}"


def _said_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    before = data.get("contact_id", [None])[0]
    what = words.interaction(row["interaction_id"])
    return {"contact_id": f"from {words.name('contact', before)}'s entry: {what}"}


def _interaction_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    what = f"{row['kind']} of {words.day(row['at'])}"
    return {
        column: f"{what}, {words.plain(column, values[0], values[1], row)}"
        for column, values in data.items()
    }


def _consent_came(_: Words, __: Change, row: Row) -> str:
    end = f", withdrawn on {row['withdrawn_on']}" if row["withdrawn_on"] else ""
    source = f" ({short(row['source'])})" if row["source"] else ""
    return f"may be written to on the basis {row['basis']} since {row['given_on']}{source}{end}"


def _consent_went(_: Words, __: Change, row: Row) -> str:
    return f"basis {row['basis']} of {row['given_on']} removed"


def _consent_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    told = {}
    for column, (before, after) in data.items():
        if column == "withdrawn_on":
            told[column] = f"basis {row['basis']} withdrawn on {after}" if after else f"basis {row['basis']} holds again"  # fmt: skip
        elif column == "contact_id":
            told[column] = f"basis {row['basis']} from {words.name('contact', before)}'s entry"
        else:
            told[column] = f"basis {row['basis']}, {words.plain(column, before, after, row)}"
    return told


def _other_uid(words: Words, row: Row) -> bool:
    """Whether it is but a second uid: of a person whom two copies had added, each for itself."""
    found = words.db.execute(
        "SELECT 1 FROM taken_value x JOIN change_set s ON s.id = x.set_id AND s.uid = x.uid"
        " WHERE x.noun = 'merged_contact' AND x.row_id = ? AND x.field = ''",
        (row["id"],),
    )
    return found.fetchone() is not None


def _merged_came(words: Words, _: Change, row: Row) -> str:
    if _other_uid(words, row):
        return f"one person with {row['name']} of the other copy"
    number = f" ({row['old_id']})" if row["old_id"] else ""
    return f"{row['name']}{number} merged into this entry"


def _merged_went(words: Words, _: Change, row: Row) -> str:
    if _other_uid(words, row):
        return f"not known as {row['name']} of the other copy any more"
    number = f" ({row['old_id']})" if row["old_id"] else ""
    return f"{row['name']}{number} is an entry of their own again"


def _merged_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    before = data.get("contact_id", [None])[0]
    return {"contact_id": f"{row['name']}, merged before, from {words.name('contact', before)}'s entry"}  # fmt: skip


def _different_came(words: Words, _: Change, row: Row) -> str:
    return f"not the same person as {words.name('contact', row['other_id'])} ({row['other_id']})"


def _different_went(words: Words, _: Change, row: Row) -> str:
    return f"may be the same person as {words.name('contact', row['other_id'])} ({row['other_id']}) after all"  # fmt: skip


CAME: dict[str, Callable[[Words, Change, Row], str]] = {
    "contact": _person,
    "email": _channel("e-mail", "address"),
    "phone": _channel("phone", "number"),
    "link": _channel("web address", "url"),
    "contact_tag": _tag_came,
    "contact_field": _field_came,
    "key_date": _date_came,
    "participant": _said_came,
    "consent": _consent_came,
    "merged_contact": _merged_came,
    "different": _different_came,
}
WENT: dict[str, Callable[[Words, Change, Row], str]] = {
    "contact": _person_went,
    "email": _channel_went("e-mail", "address"),
    "phone": _channel_went("phone", "number"),
    "link": _channel_went("web address", "url"),
    "contact_tag": _tag_went,
    "contact_field": _field_went,
    "key_date": _date_went,
    "participant": _said_went,
    "consent": _consent_went,
    "merged_contact": _merged_went,
    "different": _different_went,
}
CHANGED: dict[str, Callable[[Words, Change, Row, Data], dict[str, str]]] = {
    "contact": _person_changed,
    "email": _channel_changed("e-mail", "address"),
    "phone": _channel_changed("phone", "number"),
    "link": _channel_changed("web address", "url"),
    "contact_field": _field_changed,
    "key_date": _date_changed,
    "participant": _said_changed,
    "interaction": _interaction_changed,
    "consent": _consent_changed,
    "merged_contact": _merged_changed,
}
