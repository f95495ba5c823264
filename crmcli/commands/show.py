"""crm show."""

from __future__ import annotations

from crmcli import complaints, lines
from crmcli.errors import ExitCode, NothingFoundError, UnknownContactError
from crmcli.store import card, different

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated, Any

    from typer import Option

    from crmcli.context import App, Rows
    from crmcli.params import Who

# Fields of the card that have no line of their own.
_ELSEWHERE = frozenset(
    "id uid name given family company title value orders quiet last last_kind last_text next created_at updated_at verified_channels dead_channels".split()  # noqa: SIM905 - reads as a list of words
)
RECENT = 5  # interactions on the card


def show(
    app: App,
    who: Who,
    *,
    all_: Annotated[
        bool, Option("--all", help="The whole timeline, and what is done and closed.")
    ] = False,
    brief: Annotated[bool, Option("--brief", help="The five lines to read before a call.")] = False,
    rows: Rows,
) -> int:
    """Show a person's card: fields, dates, follow-ups, deals, money, findings, last interactions.

    --all --json is everything that the book holds on them, for one who asks: the card, the history,
    and each stored row by table under "records".
    """
    try:
        contact_id = app.contact(who)
    except UnknownContactError as error:
        raise NothingFoundError(str(error)) from None
    person = card.get(app.db, contact_id)
    if rows.format in ("json", "jsonl"):
        app.out.json(_everything(app, contact_id, person, every=all_))
    elif rows.format or rows.columns:
        from crmcli.output.columns import pick

        names = ["id"] if rows.format == "ids" else pick(rows.columns, tuple(person), tuple(person))
        app.out.rows(names, [[person[name] for name in names]], rows.format)
    elif brief:
        first, *rest = (_one_line(app, line) for line in _brief(app, contact_id, person))
        warned = [_one_line(app, line) for line in _warnings(app, contact_id, person)]
        marked = [app.out.style(line, "red") for line in warned]
        app.out.text([app.out.style(first, "bold"), *marked, *rest])
    else:
        app.out.page("\n".join(_card(app, contact_id, person, every=all_)))
    return ExitCode.OK


def _everything(
    app: App, contact_id: int, person: dict[str, Any], *, every: bool
) -> dict[str, Any]:
    """All that is held: what `--json` prints, with `--all` the whole history too."""
    found = person | {
        "follow_ups": card.follow_ups(app.db, contact_id, every=every),
        "deals": card.deals(app.db, contact_id, every=every),
        "cases": complaints.of(app, contact_id, every=every),
        "findings": [
            {"code": code, "message": message} for code, message in _findings(app, contact_id)
        ],
        "silences": [dict(row) for row in _silences(app, contact_id, every=every)],
        "interactions": card.interactions(app.db, contact_id, None if every else RECENT),
        "addresses": card.addresses(app.db, contact_id),
        "merged": card.merged(app.db, contact_id),
        "different": [card.person(app.db, other) for other in different.of(app.db, contact_id)],
    }
    if every:
        from crmcli.store import held, history

        told = [*history.of_contact(app.db, contact_id), *held.changes(app.db, contact_id)]
        found["history"] = sorted((dict(row) for row in told), key=lambda row: int(row["id"]))
        found["records"] = held.rows(app.db, contact_id)
    return found


def _findings(app: App, contact_id: int) -> list[tuple[str, str]]:
    from crmcli.rules import engine

    return [
        (finding.code, finding.message)
        for finding in engine.findings(
            app.db, app.rules, today=app.today, tz=app.tz, contact_id=contact_id
        )
    ]


def _silences(app: App, contact_id: int, *, every: bool) -> list[Any]:
    from crmcli.store import silences

    return silences.of_contact(app.db, contact_id, app.today.isoformat(), every=every)


def _head(person: dict[str, Any]) -> tuple[str, str]:
    """Who it is, and what they are where."""
    return person["name"], ", ".join(filter(None, [person["title"], person["company"]]))


def _brief(app: App, contact_id: int, person: dict[str, Any]) -> Iterator[str]:
    """Who; how to reach; how things stand; what was said last; what is to be done."""
    yield ", ".join(filter(None, _head(person)))
    likes = f"likes {person['channel']}" if person["channel"] else None
    dead = {item.rpartition("=")[0] for item in person["dead_channels"]}
    phones, emails = ([x for x in person[field] if x not in dead] for field in ("phones", "emails"))
    reach = [*phones[:2], *emails[:1], likes, person["language"]]
    yield " · ".join(filter(None, reach)) or "no way to reach them"
    tags = ", ".join(person["tags"])
    state = [person["lifecycle"], tags, _worth(app, person), person["city"]]
    yield " · ".join(filter(None, state))
    last = card.interactions(app.db, contact_id, 1)
    yield lines.interaction(app, last[0]) if last else "never spoken"
    waiting = [
        f"{row['due']} {row['text']}"
        for row in card.follow_ups(app.db, contact_id, every=False)[:2]
    ]
    waiting += [
        f"{row['title']} {lines.amount(row)} {row['stage']}"
        for row in card.deals(app.db, contact_id, every=False)[:1]
    ]
    yield "to do: " + "; ".join(waiting) if waiting else "nothing to do"


def _warnings(app: App, contact_id: int, person: dict[str, Any]) -> Iterator[str]:
    """What to know before anything is said: nothing for nearly everybody."""
    if person["do_not_contact"]:
        yield "! do not contact"
    for case in complaints.of(app, contact_id, every=False):
        yield f"! {complaints.line(app, case)}"


def _one_line(app: App, line: str) -> str:
    """The line without line ends, and on a terminal no wider than that."""
    line = " ".join(line.split())
    if not app.out.terminal:
        return line
    from crmcli.output.width import cut

    return cut(line, app.out.width)


def _card(app: App, contact_id: int, person: dict[str, Any], *, every: bool) -> Iterator[str]:
    name, role = _head(person)
    number = app.out.style(f"#{contact_id}", "dim")
    yield "  ".join(filter(None, (app.out.style(name, "bold"), role, number)))
    facts = [*_facts(app, person)]
    wide = max((len(field) for field, _ in facts), default=0)
    for field, text in facts:
        yield f"  {lines.label(app, field, wide)} {text}"
    yield from lines.section(
        app, "Findings", [f"{code} {message}" for code, message in _findings(app, contact_id)]
    )
    yield from lines.section(
        app, "Silent", [_silent(app, row) for row in _silences(app, contact_id, every=every)]
    )
    yield from lines.section(
        app,
        "Cases",
        [complaints.line(app, case) for case in complaints.of(app, contact_id, every=every)],
    )
    yield from lines.section(
        app,
        "Follow-ups",
        [_follow_up(app, row) for row in card.follow_ups(app.db, contact_id, every=every)],
    )
    yield from lines.section(
        app, "Deals", [_deal(row) for row in card.deals(app.db, contact_id, every=every)]
    )
    happened = card.interactions(app.db, contact_id, None if every else RECENT)
    yield from lines.section(
        app,
        "Timeline" if every else "Lately",
        [lines.interaction(app, entry) for entry in happened],
    )
    if every:
        yield from _behind(app, contact_id, person)


def _behind(app: App, contact_id: int, person: dict[str, Any]) -> Iterator[str]:
    """What is kept beside what one sees: the ids, what was typed, and how much the history has."""
    from crmcli.store import held, history

    rows = held.rows(app.db, contact_id)
    typed = [
        f"{row['number']} typed as {row['typed']}" for row in rows.get("phone", []) if row["typed"]
    ]
    labels = [
        f"{row.get('address') or row.get('number')} is {row['label']}"
        for row in (*rows.get("email", []), *rows.get("phone", []))
        if row["label"]
    ]
    elsewhere = [f"{row['system']} {row['value']}" for row in rows.get("external_id", [])]
    dates = [
        f"{field} {lines.moment(app, person[f'{field}_at'])}" for field in ("created", "updated")
    ]
    count = len(history.of_contact(app.db, contact_id))
    kept = [f"uid {person['uid']}", *elsewhere, *typed, *labels, *dates]
    yield from lines.section(app, "Kept", [*kept, f"{count} changes: crm history {contact_id}"])


def _facts(app: App, person: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields that are filled and what is in them, but for those that stand elsewhere on the card."""
    for field, value in person.items():
        if field == "birthday":  # behind the parts of the first address
            yield from _other_addresses(app, person["id"])
        if field in _ELSEWHERE or value in (None, "", [], False):
            continue
        text = _plain(app, field, value)
        if field in ("emails", "phones"):
            text = ", ".join(lines.channels(person, field))
        elif field == "consents":
            text = "; ".join(map(lines.consent, value))
        yield field, text
    merged = card.merged(app.db, person["id"])
    if merged:
        names = (f"{old['name']} ({old['id']})" if old["id"] else old["name"] for old in merged)
        yield "also", ", ".join(names)
    worth = _worth(app, person)
    if worth:
        yield "bought", worth
    if person["last"]:
        yield "last", f"{person['last']}, {_ago(person['quiet'])}, {person['last_kind']}"


def _other_addresses(app: App, contact_id: int) -> Iterator[tuple[str, str]]:
    """The addresses beyond the first, each on a line under its label."""
    for one in card.addresses(app.db, contact_id):
        town = " ".join(filter(None, (one["postcode"], one["city"])))
        parts = (one["address"], town, one["region"], one["country"])
        yield (
            f"{one['label'] or 'other'} address",
            ", ".join(filter(None, parts)).replace("\n", ", "),
        )


def _ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _plain(app: App, field: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if field == "referred_by":
        return f"{value['name']} ({value['id']})"
    if field == "cadence":
        return f"every {value} days"
    if field.endswith("_at"):
        return lines.moment(app, value)
    return str(value) if value is not True else "yes"


def _silent(app: App, row: Any) -> str:
    """What the owner does not want to hear: until when, or on which tag, and why."""
    what = f"{row['rule']} {app.rules.name_of(row['rule'])}" if row["rule"] else "everything"
    how = {
        "ack": f"done {lines.moment(app, row['created_at'])[:10]}, until it comes up again",
        "snooze": f"snoozed until {row['until']}",
        "ignore": "ignored",
    }[row["kind"]]
    on = f" on +{row['tag']}" if row["tag"] else ""
    why = f" ({row['reason']})" if row["reason"] else ""
    return f"{what}: {how}{on}{why}"


def _follow_up(app: App, row: dict[str, Any]) -> str:
    snoozed = not row["done_at"] and (row["snoozed_until"] or "") > app.today.isoformat()
    extra = [
        f"every {lines.repetition(row['every'])}" if row["every"] else "",
        "promised" if row["source"] == "promise" else "",
        "done" if row["done_at"] else "",
        f"snoozed to {row['snoozed_until']}" if snoozed else "",
        row["snooze_reason"] if snoozed else "",
    ]
    said = ", ".join(filter(None, extra))
    return f"F{row['id']} {row['due'].replace('T', ' ')}  {row['text']}" + (
        f"  ({said})" if said else ""
    )


def _deal(row: dict[str, Any]) -> str:
    state = (
        "won"
        if row["won_at"]
        else "lost"
        if row["lost_at"]
        else f"{row['stage']} {row['probability'] or 0} %"
    )
    close = f", close {row['close']}" if row["close"] else ""
    return f"D{row['id']} {row['title']}  {lines.amount(row)}  {state}{close}"


def _worth(app: App, person: dict[str, Any]) -> str:
    """Net money of all time by currency, and the orders; the purchases of one day are one."""
    from crmcli.values import money

    found = card.money(app.db, person["id"])
    if not found:
        return ""
    orders = person["orders"]
    sums = ", ".join(money.show(units, currency) for currency, units in found)
    return f"{sums} in {orders} order{'s' if orders != 1 else ''}"
