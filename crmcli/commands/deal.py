"""The commands that make and change deals: crm deal add, edit, move, won and lost."""

from __future__ import annotations

from crmcli import deal_words
from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.store import companies, contacts, deal_fields, deals
from crmcli.values import money
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App
    from crmcli.params import (
        Amount,
        Close,
        Currency,
        Deal,
        Happened,
        Probability,
        Quoted,
        ValidUntil,
    )


# An option a line.
# fmt: off
def add_deal(
    app: App,
    words: Annotated[list[str], Argument(metavar="WHO TITLE...", help="With whom, then what may be sold; with --company the title alone.")],
    *,
    amount: Amount = None,
    currency: Currency = None,
    stage: Annotated[str | None, Option("--stage", metavar="S", help="The stage it is in; the first of deals.stages by default.")] = None,
    close: Close = None,
    probability: Probability = None,
    quoted: Quoted = None,
    valid_until: ValidUntil = None,
    company: Annotated[str | None, Option("--company", metavar="C", help="A company instead of a person, made if new; then all words are the title.")] = None,
    contact: Annotated[str | None, Option("--contact", metavar="WHO", help="The person beside --company.")] = None,
    at: Annotated[str | None, Option("--at", metavar="WHEN", help="Since when it is in that stage; now by default.")] = None,
) -> int:
    """Add a deal and print its number.

    Words need no quotes; a deal of a person is their company's too:

      crm deal add anna Paper bags for spring --amount 4800 --close 2026-03-31

      crm deal add Shelves for two shops --company Acme --amount "12 000 EUR"
    """
    check = _checker(app)
    where = check.stage(stage) if stage else check.first()
    named = contact is not None or company is not None
    person = app.contact(contact) if contact else None
    if not named:
        person, words = app.contact_and_rest(words)
    title = " ".join(words)
    if not clean(title):
        raise UsageError("what may be sold? crm deal add WHO TITLE --amount A")
    raw = {"title": title, "close": close, "probability": probability, "quoted_on": quoted, "valid_until": valid_until}
    since = app.past(at) if at else app.at
    fields = deals.moved(None, where, since, quoted_on=_quote_day(app, check, where, since))
    fields |= check.check(raw) | {"contact_id": person}
    fields["amount"], fields["currency"] = _money(app, amount, currency, person)
    with app.write():
        if company:
            fields["company_id"] = companies.get_or_add(app.db, company, app.at)
        elif person:
            fields["company_id"] = contacts.get_company(app.db, person)
        certain = {"probability"} if probability is None else set()  # of the stage
        deal_fields.agree(fields, fields.keys() - certain)
        other = deals.twin(app.db, fields)
        number = deals.add(app.db, fields, app.at)
    deal = deals.get(app.db, number)
    app.out.say(deal_words.line(app, deal, deal_words.standing(app, deal)))
    deal_words.remark(app, deal)
    if company and not contact and len(words) > 1:
        deal_words.remark_on_title(app, deal, words)
    if other:
        app.out.warn(f"D{other} is open with the same title; crm undo takes D{number} back")
    return ExitCode.OK


def edit_deal(
    app: App,
    which: Deal,
    *,
    title: Annotated[str | None, Option("--title", metavar="T", help="What may be sold.")] = None,
    contact: Annotated[str | None, Option("--contact", metavar="WHO", help="With whom; the company follows, unless --company says otherwise.")] = None,
    company: Annotated[str | None, Option("--company", metavar="C", help="The company, made if new.")] = None,
    amount: Amount = None,
    currency: Currency = None,
    stage: Annotated[str | None, Option("--stage", metavar="S", help="As crm deal move.")] = None,
    close: Close = None,
    probability: Probability = None,
    quoted: Quoted = None,
    valid_until: ValidUntil = None,
    reason: Annotated[str | None, Option("--reason", metavar="R", help="Why it was won or lost.")] = None,
    clear: Annotated[list[str] | None, Option("--clear", metavar="FIELD", help="Empty a field; again for more.")] = None,
) -> int:
    """Change fields of a deal; an empty value empties the field.

      crm deal edit 3 --close +2w --valid-until +1m

      crm deal edit 3 --amount 5200 --clear probability
    """
    deal = deals.get(app.db, deals.number(which))
    check = _checker(app)
    columns = [deal_fields.clearable(field) for field in clear or ()]
    raw = {"title": title, "close": close, "probability": probability, "quoted_on": quoted, "valid_until": valid_until, "reason": reason}
    moved = _moved(app, check, deal, check.stage(stage), None) if stage else {}
    typed = check.check(raw) | _new_money(app, deal, amount, currency) | dict.fromkeys(columns)
    if "amount" in columns:
        typed["currency"] = None
    if contact is not None and not clean(contact):
        typed["contact_id"] = None
    elif contact:
        typed["contact_id"] = app.contact(contact)
        typed |= _following(app, deal, typed["contact_id"])
    if not typed and company is None and stage is None:
        raise UsageError("what shall change? crm deal edit ID --amount A, or another field")
    return _change(app, deal, moved, typed, company=company)


def move_deal(
    app: App,
    which: Deal,
    stage: Annotated[list[str], Argument(metavar="STAGE", help="Where to: a stage of deals.stages in the config.")],
    *,
    probability: Probability = None,
    at: Happened = None,
) -> int:
    """Move a deal to another stage, which brings its probability.

    A closed deal that moves to an open stage is open again.

      crm deal move 3 negotiation
    """
    deal = deals.get(app.db, deals.number(which))
    check = _checker(app)
    where = check.stage(" ".join(stage))
    moved = _moved(app, check, deal, where, at)
    return _change(app, deal, moved, check.check({"probability": probability}))


def win_deal(
    app: App,
    which: Deal,
    *,
    at: Happened = None,
    reason: Annotated[str | None, Option("--reason", metavar="R", help="Why they bought.")] = None,
    purchase: Annotated[bool, Option("--purchase", help="Log the amount as a purchase of the contact, once; leave it out where invoices are logged or imported.")] = False,
) -> int:
    """Close a deal as won.

    The money of purchases, not that of deals, is what a customer is worth. With --purchase the deal
    is logged as one, unless one of that amount is there already, which then belongs to the deal.

      crm deal won 3 --purchase

      crm deal won 3 --at friday
    """
    deal = deals.get(app.db, deals.number(which))
    if purchase:
        _refuse_purchase(deal)
    check = _checker(app)
    moved = _moved(app, check, deal, "won", at)
    return _change(app, deal, moved, check.check({"reason": reason}), purchase=purchase)


def lose_deal(
    app: App,
    which: Deal,
    words: Annotated[list[str] | None, Argument(metavar="[REASON]...", help="Why, such as: no budget.")] = None,
    *,
    at: Happened = None,
    reason: Annotated[str | None, Option("--reason", metavar="R", help="Why, as the words.")] = None,
) -> int:
    """Close a deal as lost.

      crm deal lost 3 too expensive
    """
    if words and reason:
        raise UsageError("the reason stands behind the deal, or in --reason, not in both")
    reason = " ".join(words) if words else reason
    deal = deals.get(app.db, deals.number(which))
    check = _checker(app)
    moved = _moved(app, check, deal, "lost", at)
    return _change(app, deal, moved, check.check({"reason": reason}))
# fmt: on


def _checker(app: App) -> deal_fields.Checker:
    return deal_fields.Checker(app.config["deals.stages"], when=app.when, today=app.today)


def _quote_day(app: App, check: deal_fields.Checker, stage: str, at: str) -> str | None:
    """The day on which a quote was sent by coming to this stage, None where that sends none."""
    from crmcli.values.dates import from_utc

    return from_utc(at, app.tz).isoformat()[:10] if check.stages[stage]["quote"] else None


def _moved(
    app: App, check: deal_fields.Checker, deal: sqlite3.Row, stage: str, at: str | None
) -> dict[str, Any]:
    """The columns that the move changes; none where the deal is there and no other day is given."""
    if deals.stands(deal, stage) and not at:
        return {}
    since = app.past(at) if at else app.at
    if not deals.stands(deal, stage):
        deals.refuse_before(deal, since, app.tz)
    fields = deals.moved(deal, stage, since, quoted_on=_quote_day(app, check, stage, since))
    if deals.stands(deal, stage):  # another day, and nothing else
        fields |= {"probability": deal["probability"], "reason": deal["reason"]}
    return fields


def _change(
    app: App,
    deal: sqlite3.Row,
    moved: dict[str, Any],
    typed: dict[str, Any],
    *,
    company: str | None = None,
    purchase: bool = False,
) -> int:
    """Change a deal in one transaction and say what it is now.

    Args:
        app: the run.
        deal: as it is.
        moved: columns that a move changes.
        typed: columns that the owner gave.
        company: its name, empty for none, None to leave it.
        purchase: log what it brought.
    """
    logged, others = "", 0
    with app.write():
        if company is not None:
            typed["company_id"] = (
                companies.get_or_add(app.db, company, app.at) if clean(company) else None
            )
        deal_fields.agree(dict(deal) | moved | typed, typed)
        changed = deals.update(app.db, deal["id"], moved | typed, app.at)
        now = deals.get(app.db, deal["id"])
        if purchase:
            logged, bought = deals.log_purchase(app.db, now, now["won_at"])
            others = deals.purchases_beside(app.db, deal["id"], bought)
    state = deal_words.standing(app, now)
    if now["stage"] != deal["stage"]:
        state = f"{deal['stage']} → {state}"
    if not changed:
        state += ", unchanged"
    app.out.say(deal_words.line(app, now, state))
    if logged:
        deal_words.tell_purchase(app, now, logged, others)
    deal_words.remark(app, now, before=deal)
    return ExitCode.OK


def _refuse_purchase(deal: sqlite3.Row) -> None:
    if deal["contact_id"] is None:
        raise RefusedError(
            f"D{deal['id']} has no person who bought; crm deal edit {deal['id']} --contact WHO"
        )
    if not deal["amount"]:
        raise RefusedError(f"D{deal['id']} has no amount; crm deal edit {deal['id']} --amount A")


def _money(
    app: App, amount: str | None, currency: str | None, person: int | None
) -> tuple[int | None, str | None]:
    """Amount and currency: as given, else the person's, else the owner's."""
    theirs = contacts.get_currency(app.db, person) if person else None
    units, code = deal_fields.amount(amount, currency, theirs or app.config["owner.currency"])
    return units, money.currency(currency) if currency and units is None else code


def _new_money(
    app: App, deal: sqlite3.Row, amount: str | None, currency: str | None
) -> dict[str, Any]:
    """What an edit changes of amount and currency; the currency stays unless another is given."""
    if amount is None:
        return {} if currency is None else {"currency": money.currency(currency)}
    if not clean(amount):
        return {"amount": None, "currency": None}
    default = deal["currency"] or _money(app, amount, None, deal["contact_id"])[1] or ""
    units, code = deal_fields.amount(amount, currency, default)
    return {"amount": units, "currency": code}


def _following(app: App, deal: sqlite3.Row, person: int) -> dict[str, Any]:
    """The company of a new contact, where the deal's was that of the one before."""
    before = contacts.get_company(app.db, deal["contact_id"]) if deal["contact_id"] else None
    theirs = contacts.get_company(app.db, person)
    return {"company_id": theirs} if theirs and deal["company_id"] in (None, before) else {}
