"""Sentences on the work with people: follow-ups, deals, cases, silences, companies, saved queries."""

from __future__ import annotations

from crmcli.store.story_words import joined, pair, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.store.story_words import Change, Data, Row, Words

_SILENCED = {"ack": "acknowledged until it comes up again", "ignore": "silenced for good"}


def _company_came(words: Words, _: Change, row: Row) -> str:
    return f"company {row['name']} {'is back' if words.again else 'added'}"


def _company_went(_: Words, __: Change, row: Row) -> str:
    return f"company {row['name']} is no entry any more"


def _view_came(_: Words, __: Change, row: Row) -> str:
    return f"view @{row['name']}: {short(row['query'])}"


def _view_went(_: Words, __: Change, row: Row) -> str:
    return f"view @{row['name']} dropped, was {short(row['query'])}"


def _view_changed(_: Words, __: Change, row: Row, data: Data) -> dict[str, str]:
    return {column: pair(f"view @{row['name']}", *values) for column, values in data.items()}


def _address_came(_: Words, __: Change, row: Row) -> str:
    return _address(row)


def _address_went(_: Words, __: Change, row: Row) -> str:
    return f"{_address(row)} removed"


def _address_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    return {
        column: f"{_address(row)} from {words.name('contact', before)}'s entry"
        if column == "contact_id"
        else f"{_address(row)}, {words.plain(column, before, after, row)}"
        for column, (before, after) in data.items()
    }


def _address(row: Row) -> str:
    label = f"{row['label']} address" if row.get("label") else "further address"
    parts = (row.get(part) for part in ("address", "postcode", "city", "region", "country"))
    return f"{label} {joined(*parts)}"


def _follow_up_came(words: Words, _: Change, row: Row) -> str:
    every = f", {words.value('every', row['every'], row)}" if row["every"] else ""
    done = f", done {words.day(row['done_at'])}" if row["done_at"] else ""
    return (
        f"follow-up F{row['id']} for {words.moment(row['due'])}{every}: {short(row['text'])}{done}"
    )


def _follow_up_went(words: Words, _: Change, row: Row) -> str:
    return f"{words.follow_up(row)} dropped"


def _follow_up_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    what = words.follow_up(row)
    told = {}
    for column, (before, after) in data.items():
        if column == "done_at":
            told[column] = f"{what} done" if after else f"{what} open again"
        elif column == "snoozed_until":
            why = f": {short(row['snooze_reason'])}" if row["snooze_reason"] else ""
            told[column] = f"{what} put off until {words.moment(after)}{why}" if after else f"{what} not put off any more"  # fmt: skip
        elif column == "snooze_reason":
            told[column] = "" if "snoozed_until" in data else f"{what}, {pair('reason', before or '', after or '')}"  # fmt: skip
        elif column == "due":
            told[column] = f"{what} moved from {words.moment(before)} to {words.moment(after)}"
        elif column == "text":
            told[column] = f"follow-up F{row['id']}: {short(before)} → {short(after)}"
        elif column == "every":
            rule = words.value("every", after, row)
            told[column] = f"{what} repeats: {rule}" if after else f"{what} does not repeat any more"  # fmt: skip
        elif column == "contact_id":
            told[column] = f"{what} from {words.name('contact', before)}'s entry"
        else:
            told[column] = f"{what}, {words.plain(column, before, after, row)}"
    return told


def _deal_came(words: Words, _: Change, row: Row) -> str:
    amount = words.value("amount", row["amount"], row)
    close = f"expected {row['close']}" if row["close"] else ""
    end = "won" if row["won_at"] else "lost" if row["lost_at"] else ""
    company = words.name("company", row["company_id"]) if not row["contact_id"] else ""
    return joined(f"{words.deal(row)} added", company, row["stage"], amount, close, end)


def _deal_went(words: Words, _: Change, row: Row) -> str:
    return f"{words.deal(row)} is no deal any more"


def _deal_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    what = words.deal(row)
    told = {}
    for column, (before, after) in data.items():
        text = f"{what}, {words.plain(column, before, after, row)}"
        if column == "stage":
            amount = words.value("amount", row["amount"], row)
            reason = f": {short(row['reason'])}" if row["reason"] else ""
            if row["won_at"] and "won_at" in data:
                text = joined(f"{what} won", amount) + reason
            elif row["lost_at"] and "lost_at" in data:
                text = joined(f"{what} lost", amount) + reason
            else:
                text = f"{what}: {before} → {after}"
        elif column == "reason" and "stage" in data:
            text = ""
        elif column == "contact_id":
            old, new = (words.name("contact", one) for one in (before, after))
            text = (
                f"{what} is {new}'s now, was {old}'s"
                if new and old
                else f"{what} is {new or 'nobody'}'s now"
            )
        told[column] = text
    return told


def _closed(words: Words, _: Change, row: Row) -> str:
    outcome = f": {short(row['outcome'])}" if row["outcome"] else ""
    return f"{_case(words, row['id'])} closed{outcome}"


def _reopened(words: Words, _: Change, row: Row) -> str:
    return f"{_case(words, row['id'])} open again"


def _closing_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    what = _case(words, row["id"])
    return {
        column: f"{what} closed on {words.day(after)}, not {words.day(before)}"
        if column == "closed_at"
        else f"{what}, {words.plain(column, before, after, row)}"
        for column, (before, after) in data.items()
    }


def _case(words: Words, row_id: int) -> str:
    return f"case {row_id} ({words.title(row_id)})"


def _wait_came(words: Words, change: Change, row: Row) -> str:
    if row["until_at"] and row["until_at"] <= change["at"]:
        return f"{_case(words, row['complaint_id'])} taken up again"
    until = f"until {words.day(row['until_at'])}" if row["until_at"] else "until they are heard"
    return f"{_case(words, row['complaint_id'])}: it is the customer's turn, {until}"


def _wait_went(words: Words, _: Change, row: Row) -> str:
    return f"{_case(words, row['complaint_id'])}: it is not the customer's turn"


def _wait_changed(words: Words, _: Change, row: Row, data: Data) -> dict[str, str]:
    what = _case(words, row["complaint_id"])
    until = data.get("until_at", [None, None])[1]
    told = f"the customer's turn until {words.day(until)}" if until else "the customer's turn until they are heard"  # fmt: skip
    return {"until_at": f"{what}: {told}"} if "until_at" in data else {}


def _silence(words: Words, _: Change, row: Row) -> str:
    why = f": {short(row['reason'])}" if row["reason"] else ""
    how = _SILENCED.get(row["kind"]) or f"put off until {row['until']}"
    return f"{_about(words, row)} {how}{why}"


def _silence_went(words: Words, _: Change, row: Row) -> str:
    return f"{_about(words, row)} heard again"


def _silence_changed(words: Words, change: Change, row: Row, data: Data) -> dict[str, str]:
    told = _silence(words, change, row)
    return {
        column: f"{told}, from {words.name('contact', values[0])}'s entry"
        if column == "contact_id"
        else told
        if column in ("until", "occurrence") or len(data) == 1
        else ""
        for column, values in data.items()
    }


def _about(words: Words, row: Row) -> str:
    rule = row["rule"] or "all reminders"
    tag = f" on those tagged {words.name('tag', row['tag_id'])}" if row["tag_id"] else ""
    return f"{rule}{tag}"


CAME: dict[str, Callable[[Words, Change, Row], str]] = {
    "company": _company_came,
    "saved_view": _view_came,
    "address": _address_came,
    "follow_up": _follow_up_came,
    "deal": _deal_came,
    "complaint": _closed,
    "complaint_wait": _wait_came,
    "silence": _silence,
}
WENT: dict[str, Callable[[Words, Change, Row], str]] = {
    "company": _company_went,
    "saved_view": _view_went,
    "address": _address_went,
    "follow_up": _follow_up_went,
    "deal": _deal_went,
    "complaint": _reopened,
    "complaint_wait": _wait_went,
    "silence": _silence_went,
}
CHANGED: dict[str, Callable[[Words, Change, Row, Data], dict[str, str]]] = {
    "saved_view": _view_changed,
    "address": _address_changed,
    "follow_up": _follow_up_changed,
    "deal": _deal_changed,
    "complaint": _closing_changed,
    "complaint_wait": _wait_changed,
    "silence": _silence_changed,
}
