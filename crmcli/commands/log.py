"""crm log."""

from __future__ import annotations

from datetime import datetime

from crmcli import answers, bounces, days_off, lines, unheard
from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.store import contacts, follow_ups, interactions
from crmcli.values.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App
    from crmcli.exchange.mail import Mailbox, Message

# Kinds that go out unless --in says otherwise; the others are two-way and have no direction.
_DIRECTED = ("email", "message")
# Kinds by which one reaches out: to people marked do-not-contact only where they did.
_REACHING = ("call", "meeting", "visit")
_AHEAD = ": what will be is a follow-up, crm remind WHO {} TEXT"


# An option a line.
# fmt: off
def log(
    app: App,
    kind: Annotated[str, Argument(metavar="KIND", help="call, email, meeting, message, visit, note, purchase, return, complaint, or one of the config.")],
    words: Annotated[list[str] | None, Argument(metavar="WHO [TEXT]...", help="Whom, then what was said; - reads the text from stdin.")] = None,
    *,
    with_: Annotated[list[str] | None, Option("--with", metavar="WHO", help="Who else was there; again for more.")] = None,
    at: Annotated[str | None, Option("--at", metavar="WHEN", help="When it was; now by default.")] = None,
    in_: Annotated[bool, Option("--in", help="They reached out.")] = False,
    out: Annotated[bool, Option("--out", help="You reached out, and did not hear them: a call that nobody took, a message.")] = False,
    subject: Annotated[str | None, Option("--subject", metavar="S", help="The subject.")] = None,
    duration: Annotated[str | None, Option("--duration", metavar="30m", help="How long it took.")] = None,
    amount: Annotated[str | None, Option("--amount", metavar="A", help="The money, for a purchase or return.")] = None,
    currency: Annotated[str | None, Option("--currency", metavar="C", help="Its currency; theirs or yours by default.")] = None,
    deal: Annotated[str | None, Option("--deal", metavar="ID", help="The deal it belongs to.")] = None,
    next_: Annotated[str | None, Option("--next", metavar="WHEN", help="Set a follow-up.")] = None,
    next_text: Annotated[str | None, Option("--next-text", metavar="S", help="What for.")] = None,
    promise: Annotated[str | None, Option("--promise", metavar="WHEN", help="You promised something by then.")] = None,
    done: Annotated[str | None, Option("--done", metavar="ID", help="The follow-up that this answers; the only one due is found by itself when you called, wrote or met.")] = None,
    no_done: Annotated[bool, Option("--no-done", help="It answers no follow-up.")] = False,
    jsonl: Annotated[bool, Option("--jsonl", help="Read one interaction a line from stdin: crm log --jsonl -")] = False,
    bounced: Annotated[bool, Option("--bounced", help="It reached nobody: the address or number is dead; named behind WHO where they have several.")] = False,
    override: Annotated[bool, Option("--override", help="Log a message to someone marked do-not-contact.")] = False,
) -> int:
    """Log a call, e-mail, meeting or whatever else happened.

    It is one interaction on everybody's timeline. What you did (not what came from them, no
    purchase, return or complaint) completes the follow-up that it answers. A call without --in or
    --out was a talk: their number works, and they were heard. For example:

      crm log call anna "wants the new price list" --next friday

      crm log call anna --out "no answer"
    """
    if jsonl:
        return _lines(app, kind, words)
    if not words:
        raise UsageError("with whom? crm log KIND WHO [TEXT]")
    if in_ and out:
        raise UsageError("--in or --out, not both")
    if done and no_done:
        raise UsageError("--done or --no-done, not both")
    kind = _kind(app, kind)
    who, rest = (None, words) if words == ["-"] else app.contact_and_rest(words)
    called = words[: len(words) - len(rest)]
    dead = bounces.find(app, kind, who, called, rest, heard=in_) if bounced else None
    if dead:
        kind, subject, rest = "note", dead.subject, dead.rest
    text, message = _said(app, kind, rest)
    if message and _logged_already(app, message):
        return ExitCode.OK
    people, direction = _people(app, kind, who, message, "in" if in_ else "out" if out else None)
    people += [app.contact(name) for name in with_ or ()]
    subject = clean(subject or "") or (message.subject if message else "")
    fields: dict[str, Any] = {
        "kind": kind,
        "at": _at(app, at, message),
        "direction": direction,
        "subject": subject or None,
        "text": text or None,
        "deal_id": _deal(app, deal),
        "duration": _duration(duration),
    }
    ahead = _ahead(app, fields, next_, clean(next_text or ""), promise)
    with app.write():
        ids = _in_book(app, people)
        if not override:
            _refuse_silenced(app, ids, kind, direction, ahead=bool(ahead))
        number = interactions.add(app.db, ids, fields | _money(app, ids[0], amount, currency))
        if message:
            interactions.set_external(app.db, number, "mail", message.id)
        if dead:
            dead.mark(app, fields["at"])
        else:
            bounces.answered(app, ids[0], fields, called, message)
        closed = answers.close(app, ids, done, number, fields, leave=no_done)
        for source, _, due, words_ in ahead:
            follow_ups.add(app.db, ids[0], due, words_, at=app.at, source=source, set_by=number)
    _warn_of_others_deal(app, fields["deal_id"], ids)
    _tell(app, ids, number, fields, dead)
    for line in (*closed, *(f"{label}: {due.replace('T', ' ')}" for _, label, due, _ in ahead)):
        app.out.say(line)
    if ahead:
        _tell_ahead(app, ids[0], ahead)
    return ExitCode.OK
# fmt: on


def _tell(
    app: App, people: list[int], number: int, fields: dict[str, Any], dead: bounces.Bounce | None
) -> None:
    """Say what was logged with whom, and what it has opened or shut."""
    names = ", ".join(contacts.get_name(app.db, person) for person in dict.fromkeys(people))
    app.out.say(f"{fields['kind']} with {names}  {lines.moment(app, fields['at'])}")
    if dead:
        app.out.text(dead.told(app))
    if fields["kind"] == "complaint":
        app.out.say(f"case {number}: crm case close {number}")


def _lines(app: App, kind: str, words: list[str] | None) -> int:
    from crmcli import intake

    if kind != "-" or words:
        raise UsageError("--jsonl reads from stdin alone: crm log --jsonl -")
    return intake.log_lines(app)


def _kind(app: App, text: str) -> str:
    kinds = app.config.table("kinds")
    kind = fold(text).replace("e-mail", "email")
    if kind not in kinds:
        raise UsageError(
            f'unknown kind "{text}"; one of {", ".join(kinds)}, or your own under [kinds]'
        )
    return kind


def _said(app: App, kind: str, rest: list[str]) -> tuple[str, Message | None]:
    """The text, from stdin where it is ``-``, and the message where an e-mail is piped."""
    if rest != ["-"]:
        return clean(" ".join(rest), multiline=True), None
    from crmcli.exchange import mail

    raw = app.stdin.buffer.read()
    message = mail.read(raw) if kind == "email" else None
    if message:
        return message.text, message
    return clean(mail.in_letters(raw), multiline=True), None


def _logged_already(app: App, message: Message) -> bool:
    number = interactions.find_external(app.db, "mail", message.id)
    if number is not None:
        app.out.note(f'logged already: "{message.subject}"; nothing changed')
    return number is not None


def _people(
    app: App, kind: str, who: int | None, message: Message | None, asked: str | None
) -> tuple[list[int | Mailbox], str | None]:
    """Whom it was with, and which way it went."""
    if message:
        from crmcli import piped_mail

        way = asked or piped_mail.direction(app, message)
        return [who] if who else piped_mail.people(app, message, way), way
    if who is None:
        raise UsageError(f"with whom? This is no e-mail message: crm log {kind} WHO -")
    return [who], asked or ("out" if kind in _DIRECTED else None)


def _in_book(app: App, people: list[int | Mailbox]) -> list[int]:
    """The ids of people; those who are not in the book yet are made."""
    ids = []
    for person in people:
        if isinstance(person, int):
            ids.append(person)
        else:
            from crmcli import piped_mail

            ids.append(piped_mail.add(app, person))
    return ids


def _at(app: App, text: str | None, message: Message | None) -> str:
    """The instant as stored; a day alone keeps that its time is not known."""
    if text:
        return app.past(text, hint=_AHEAD)
    if message and message.at and message.at <= app.at:
        return message.at
    if message:
        app.out.warn(f"the message has no date that can be ({message.at or 'none'}); taking now")
    return app.at


def _ahead(
    app: App, fields: dict[str, Any], next_: str | None, next_text: str, promise: str | None
) -> list[tuple[str, str, str, str]]:
    """The follow-ups to set: source, what to call it, when it is due, what for."""
    said = clean(fields["text"] or fields["subject"] or "")
    after = f"after the {fields['kind']}"
    # What was said is no task: that it was, tells on the day what this is about.
    then = f"{after}: {said}" if said else after
    if next_text and not next_:
        raise UsageError("--next-text needs --next")
    found = []
    for source, label, when, words in (
        ("log", "next", next_, next_text or then),
        ("promise", "promised", promise, said or after),
    ):
        if when:
            due = _civil(app.when(when))
            if due[:10] < app.today.isoformat():
                app.out.warn(f"{due[:10]} is past; it is due at once")
            found.append((source, label, due, words[:500]))
    return found


def _tell_ahead(app: App, contact_id: int, ahead: list[tuple[str, str, str, str]]) -> None:
    """Say what will not be shown on its day."""
    unheard.warn(app, contact_id, min(due for _, _, due, _ in ahead))
    source, _, due, _ = ahead[0]
    if source == "log":
        days_off.note(app, due)


def _civil(moment: date | datetime) -> str:
    return (
        moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
    )


def _duration(text: str | None) -> int | None:
    if not text:
        return None
    from crmcli.values import duration

    return duration.parse(text) or None  # none is none, in files too


def _money(app: App, contact_id: int, amount: str | None, currency: str | None) -> dict[str, Any]:
    """Amount and currency: as given, else the person's, else the owner's."""
    if not amount:
        if currency:
            raise UsageError("--currency needs --amount")
        return {}
    from crmcli.values import money

    units, found = money.parse(amount)
    theirs = contacts.get_currency(app.db, contact_id)
    chosen = (
        money.currency(currency) if currency else found or theirs or app.config["owner.currency"]
    )
    return {"amount": units, "currency": chosen}


def _deal(app: App, text: str | None) -> int | None:
    if text is None:
        return None
    from crmcli.store import deals

    number = deals.number(text)
    deals.get(app.db, number)
    return number


def _warn_of_others_deal(app: App, number: int | None, people: list[int]) -> None:
    """Say that the deal is somebody else's: neither theirs nor their company's."""
    if number is None:
        return
    from crmcli.store import deals

    deal = deals.get(app.db, number)
    companies = [contacts.get_company(app.db, person) for person in people]
    if deal["contact_id"] not in people and deal["company_id"] not in [*filter(None, companies)]:
        whose = contacts.get_name(app.db, deal["contact_id"]) if deal["contact_id"] else "a company"
        app.out.warn(f"D{number} {deal['title']} is a deal of {whose}, who was not there")


def _refuse_silenced(
    app: App, people: list[int], kind: str, direction: str | None, *, ahead: bool
) -> None:
    """Do-not-contact is a gate: what goes out to them is refused, under another entry too, and so are follow-ups."""
    from crmcli.store import channels, privacy

    goes_out = direction == "out" or (direction is None and kind in _REACHING)
    for person in people if goes_out else people[:1] if ahead else ():
        row = app.db.execute(
            "SELECT name, do_not_contact FROM contact WHERE id = ?", (person,)
        ).fetchone()
        if row["do_not_contact"]:
            hint = "--in where they reached out" if goes_out else "log it without the follow-up"
            raise RefusedError(
                f"{person} {row['name']} is marked do-not-contact; {hint}, --override logs it all the same"
            )
        carrier = channels.CARRIER.get(kind, "") if goes_out else ""
        refuser = privacy.whose_refusal(app.db, person, carrier) if carrier else None
        if refuser:
            word = channels.CHANNELS[carrier][2]
            raise RefusedError(
                f"{person} {row['name']} has no {word} but that of {refuser}, who is marked do-not-contact;"
                " --in where they reached out, --override logs it all the same"
            )
        refuser = privacy.barred_by(app.db, person) if ahead and person == people[0] else None
        if refuser:
            raise RefusedError(
                f"{person} {row['name']} can be reached only where {refuser} is too, who is marked"
                " do-not-contact; log it without the follow-up, --override logs it all the same"
            )
