"""Each kind of row in words, as it came, went or changed."""

from __future__ import annotations

from crmcli.store import history, story_people, story_rows, story_work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.store.story_words import Change, Data, Row, Words

_CAME = story_people.CAME | story_work.CAME
_WENT = story_people.WENT | story_work.WENT
_CHANGED = story_people.CHANGED | story_work.CHANGED


def came(words: Words, change: Change, row: Row) -> str:
    """A row that was inserted, as it was then."""
    told = _CAME.get(change["noun"])
    if told and row:
        return told(words, change, row)
    return f"{story_rows.summary(words.db, change['noun'], row)} added"


def went(words: Words, change: Change, row: Row) -> str:
    """A row that was deleted."""
    told = _WENT.get(change["noun"])
    if told:
        return told(words, change, row)
    return f"{story_rows.summary(words.db, change['noun'], row)} removed"


def changed(words: Words, change: Change, row: Row, data: Data) -> dict[str, str]:
    """Each column that changed in words, empty where another one tells it."""
    told = _CHANGED.get(change["noun"])
    if told and row:
        return told(words, change, row, data)
    return {
        column: words.plain(column, values[0], values[1], row) for column, values in data.items()
    }


def of_range(words: Words, change: Change, count: int, contact_id: int | None) -> str:
    """Rows of an import that are one person's: what there is, told by what it is."""
    noun = change["noun"]
    if contact_id is None:
        return ""
    if noun == "contact":
        row = story_rows.held(words.db, noun, contact_id, None, change["id"])
        return came(words, change, row)
    if noun == "participant":
        return words.span_of_interactions(contact_id, change["row_id"], change["row_last"], count)
    if count > _FEW:
        return ""
    rows = words.db.execute(
        f"SELECT x.* FROM {noun} x WHERE {history.theirs(noun)}",
        history.of_range(contact_id, change),
    )
    return "; ".join(came(words, change, dict(row)) for row in rows)


_FEW = 3  # rows told one by one
