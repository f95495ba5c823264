"""crm log."""

from __future__ import annotations

from datetime import datetime

from crmcli.errors import ExitCode, InvalidValueError, RefusedError, UsageError
from crmcli.store import contacts, follow_ups, interactions
from crmcli.values.dates import to_utc
from crmcli.values.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App

# Kinds that go out unless --in says otherwise; the others are two-way and have no direction.
_DIRECTED = ("email", "message")


def log(
    app: App,
    kind: Annotated[str, Argument(metavar="KIND", help="call, email, meeting, message, visit, note, purchase, return, complaint, or one of the config.")],
    words: Annotated[list[str] | None, Argument(metavar="WHO [TEXT]...", help="Whom, then what was said; - reads the text from stdin.")] = None,
    *,
    with_: Annotated[list[str] | None, Option("--with", metavar="WHO", help="Who else was there; again for more.")] = None,
    at: Annotated[str | None, Option("--at", metavar="WHEN", help="When it was; now by default.")] = None,
    in_: Annotated[bool, Option("--in", help="They reached out.")] = False,
    out: Annotated[bool, Option("--out", help="You reached out.")] = False,
    subject: Annotated[str | None, Option("--subject", metavar="S", help="The subject.")] = None,
    duration: Annotated[str | None, Option("--duration", metavar="30m", help="How long it took.")] = None,
    amount: Annotated[str | None, Option("--amount", metavar="A", help="The money, for a purchase or return.")] = None,
    currency: Annotated[str | None, Option("--currency", metavar="C", help="Its currency; theirs or yours by default.")] = None,
    deal: Annotated[int | None, Option("--deal", metavar="ID", help="The deal it belongs to.")] = None,
    next_: Annotated[str | None, Option("--next", metavar="WHEN", help="Set a follow-up.")] = None,
    next_text: Annotated[str | None, Option("--next-text", metavar="S", help="What for.")] = None,
    promise: Annotated[str | None, Option("--promise", metavar="WHEN", help="You promised something by then.")] = None,
    done: Annotated[str | None, Option("--done", metavar="ID", help="The follow-up that this answers; the only one due is found by itself.")] = None,
    jsonl: Annotated[bool, Option("--jsonl", help="Read one interaction a line from stdin: crm log --jsonl -")] = False,
    override: Annotated[bool, Option("--override", help="Log a message to someone marked do-not-contact.")] = False,
) -> int:
    """Log a call, e-mail, meeting or whatever else happened.

    It is one interaction on everybody's timeline, and completes the follow-up that it answers:

      crm log call anna "wants the new price list" --next friday
    """
    if jsonl:
        from crmcli import intake

        if kind != "-" or words:
            raise UsageError("--jsonl reads from stdin alone: crm log --jsonl -")
        return intake.log_lines(app)
    if not words:
        raise UsageError("with whom? crm log KIND WHO [TEXT]")
    kind = _kind(app, kind)
    if kind == "email" and words == ["-"]:
        raise UsageError("a piped message needs WHO so far: crm log email WHO -")
    if in_ and out:
        raise UsageError("--in or --out, not both")
    first, rest = app.contact_and_rest(words)
    people = [first, *(app.contact(name) for name in with_ or ())]
    text = _text(app, rest)
    direction = "in" if in_ else "out" if out or kind in _DIRECTED else None
    fields: dict[str, Any] = {
        "kind": kind,
        "at": _at(app, at),
        "direction": direction,
        "subject": clean(subject) if subject else None,
        "text": text or None,
        "deal_id": _deal(app, deal),
        "duration": _duration(duration),
    } | _money(app, first, amount, currency)
    due = app.when(next_) if next_ else None
    promised = app.when(promise) if promise else None
    with app.write():
        _refuse_silenced(app, people, direction, override=override)
        number = interactions.add(app.db, people, fields)
        closed = _close(app, first, done, number, fields)
        for day, source in ((due, "log"), (promised, "promise")):
            if day is not None:
                words_ = clean(next_text or "") or text or fields["subject"] or f"after the {kind}"
                follow_ups.add(
                    app.db, first, _civil(day), words_[:500], at=app.at, source=source, set_by=number
                )
    names = ", ".join(contacts.get_name(app.db, person) for person in dict.fromkeys(people))
    app.out.say(f"{kind} with {names}  {_day(app, fields['at'])}")
    for line in closed:
        app.out.say(line)
    for day, word in ((due, "next"), (promised, "promised")):
        if day is not None:
            app.out.say(f"{word}: {_civil(day).replace('T', ' ')}")
    return ExitCode.OK


def _kind(app: App, text: str) -> str:
    kinds = app.config.table("kinds")
    kind = fold(text).replace("e-mail", "email")
    if kind not in kinds:
        raise UsageError(f'unknown kind "{text}"; one of {", ".join(kinds)}, or your own under [kinds]')
    return kind


def _text(app: App, rest: list[str]) -> str:
    if rest == ["-"]:
        return clean(app.stdin.read(), multiline=True)
    return clean(" ".join(rest), multiline=True)


def _at(app: App, text: str | None) -> str:
    """The instant as stored; a day alone keeps that its time is not known."""
    if not text:
        return app.at
    moment = app.when(text, prefer="past")
    if (moment.date() if isinstance(moment, datetime) else moment) > app.today:
        raise InvalidValueError(
            f"{moment:%Y-%m-%d} is in the future: what will be is a follow-up, crm remind WHO {moment:%Y-%m-%d} TEXT"
        )
    return app.at if moment == app.today else to_utc(moment, app.tz)


def _civil(moment: date | datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M") if isinstance(moment, datetime) else moment.isoformat()


def _day(app: App, at: str) -> str:
    from crmcli.values.dates import from_utc

    moment = from_utc(at, app.tz)
    return moment.strftime("%Y-%m-%d %H:%M") if isinstance(moment, datetime) else moment.isoformat()


def _duration(text: str | None) -> int | None:
    if not text:
        return None
    from crmcli.values import duration

    return duration.parse(text)


def _money(app: App, contact_id: int, amount: str | None, currency: str | None) -> dict[str, Any]:
    """Amount and currency: as given, else the person's, else the owner's."""
    if not amount:
        if currency:
            raise UsageError("--currency needs --amount")
        return {}
    from crmcli.values import money

    units, found = money.parse(amount)
    theirs = app.db.execute("SELECT currency FROM contact WHERE id = ?", (contact_id,)).fetchone()[0]
    chosen = money.currency(currency) if currency else found or theirs or app.config["owner.currency"]
    return {"amount": units, "currency": chosen}


def _deal(app: App, number: int | None) -> int | None:
    if number is not None and not app.db.execute("SELECT 1 FROM deals WHERE id = ?", (number,)).fetchone():
        raise RefusedError(f"there is no deal {number}")
    return number


def _refuse_silenced(app: App, people: list[int], direction: str | None, *, override: bool) -> None:
    """Do-not-contact is a gate: what goes out to them is refused."""
    if direction != "out" or override:
        return
    for person in people:
        row = app.db.execute("SELECT name, do_not_contact FROM contact WHERE id = ?", (person,)).fetchone()
        if row["do_not_contact"]:
            raise RefusedError(
                f"{person} {row['name']} is marked do-not-contact; --override logs what went out all the same"
            )


def _close(app: App, contact_id: int, done: str | None, number: int, fields: dict[str, Any]) -> list[str]:
    """Complete the follow-up that this interaction answers; return lines that say so."""
    if done:
        digits = done.upper().removeprefix("F")
        if not (digits.isascii() and digits.isdigit()):
            raise UsageError(f'--done takes a follow-up such as F12, not "{done}"')
        rows = [follow_ups.get(app.db, int(digits))]
        if rows[0]["contact_id"] != contact_id:
            raise RefusedError(f"F{digits} is not a follow-up of {contacts.get_name(app.db, contact_id)}")
    else:
        kind = app.config.table("kinds")[fields["kind"]]
        rows = follow_ups.open_due(app.db, contact_id, app.today) if kind["touch"] else []
        if len(rows) != 1:
            return [
                f"still due: F{row['id']} {row['text']}; crm done F{row['id']}" for row in rows
            ]
    row = rows[0]
    if row["done_at"]:
        raise RefusedError(f"F{row['id']} is done already")
    again = follow_ups.complete(
        app.db, row, at=app.at, today=app.today, done_by=number, leap=app.config["leap"]
    )
    return [f"done: F{row['id']} {row['text']}" + (f"; again {again}" if again else "")]
