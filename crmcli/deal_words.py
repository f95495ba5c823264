"""Deals in words: on one line, and what their owner may not have meant."""

from __future__ import annotations

from crmcli.store import deals, privacy
from crmcli.values import money

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.context import App


def line(app: App, deal: sqlite3.Row, state: str) -> str:
    """A deal on one line: number, title, whose, what it is worth, and ``state``."""
    row = app.db.execute(
        "SELECT (SELECT name FROM contacts WHERE id = d.contact_id) AS name, company FROM deals d WHERE id = ?",
        (deal["id"],),
    ).fetchone()
    whose = ", ".join(filter(None, row))
    return "  ".join(filter(None, [f"D{deal['id']}", deal["title"], whose, amount(deal), state]))


def amount(deal: sqlite3.Row) -> str:
    """What a deal is worth: ``4800.00 PLN``; empty where nobody said."""
    if deal["amount"] is None:
        return ""
    return f"{money.text(deal['amount'], deal['currency'])} {deal['currency'] or ''}".rstrip()


def standing(app: App, deal: sqlite3.Row) -> str:
    """The stage with its probability and the expected close, or how the deal ended and why."""
    if not deals.is_open(deal):
        ended = "won" if deal["won_at"] else "lost"
        return f"{ended}: {deal['reason']}" if deal["reason"] else ended
    row = app.db.execute("SELECT probability FROM deals WHERE id = ?", (deal["id"],)).fetchone()
    chance = "" if row[0] is None else f", {row[0]} %"
    return f"{deal['stage']}{chance}" + (f", close {deal['close']}" if deal["close"] else "")


def remark(app: App, deal: sqlite3.Row, *, before: sqlite3.Row | None = None) -> None:
    """Say what the change of a deal leaves to be done, ``before`` None for a new one."""
    was_won = before is not None and before["won_at"] is not None
    if deal["won_at"] and not was_won:
        _remark_on_won(app, deal)
    if was_won and not deal["won_at"] and deals.purchase_of(app.db, deal["id"]):
        app.out.warn(
            f"the purchase of D{deal['id']} stays in the book; crm log return gives the money back"
        )
    if deals.is_open(deal):
        _remark_on_open(app, deal)


def _remark_on_open(app: App, deal: sqlite3.Row) -> None:
    """A close that is past, or nobody to ask about the deal."""
    number = deal["id"]
    if deal["close"] and deal["close"] < app.today.isoformat():
        app.out.warn(f"D{number} was to close on {deal['close']}, which is past")
    asked = app.db.execute(
        "SELECT d.person_id, d.company, c.id, c.name, c.archived_at, c.do_not_contact FROM deals d"
        " LEFT JOIN contacts c ON c.id = d.contact_id WHERE d.id = ?",
        (number,),
    ).fetchone()
    if asked["person_id"] is None:
        app.out.note(
            f"nobody is known at {asked['company']}, so crm remind has nobody to ask about D{number};"
            " crm add NAME --company C"
        )
    if asked["do_not_contact"]:
        app.out.warn(
            f"{asked['id']} {asked['name']} is marked do-not-contact, so crm remind does not ask about D{number}"
        )
    elif asked["id"] and (refuser := privacy.barred_by(app.db, asked["id"])):
        app.out.warn(
            f"{asked['id']} {asked['name']} can be reached only where {refuser} is too, who is marked"
            f" do-not-contact, so crm remind does not ask about D{number}"
        )
    if asked["archived_at"]:
        app.out.warn(
            f"{asked['id']} {asked['name']} is archived, so crm remind does not ask about D{number};"
            f" crm unarchive {asked['id']}"
        )


def _remark_on_won(app: App, deal: sqlite3.Row) -> None:
    """Its purchase, and what its person is now."""
    number = deal["id"]
    if deal["amount"] and not deals.purchase_of(app.db, number):
        app.out.note(
            f"not logged as a purchase; where nothing else logs it: crm deal won {number} --purchase"
        )
    row = app.db.execute(
        "SELECT id, name, lifecycle FROM contacts WHERE id = ?", (deal["contact_id"],)
    ).fetchone()
    if row and row["lifecycle"] in ("lead", "prospect", "lapsed"):
        app.out.note(
            f"{row['name']} is marked {row['lifecycle']}; crm edit {row['id']} --lifecycle customer"
        )


_PURCHASES = {
    "logged": "purchase of {money} logged",
    "tied": "the purchase of {money} in the book belongs to this deal now; nothing was logged twice",
    "known": "its purchase is in the book already",
}


def tell_purchase(app: App, deal: sqlite3.Row, logged: str, others: int) -> None:
    """Say what became of the purchase of a won deal, and that ``others`` belong to it besides."""
    app.out.say(_PURCHASES[logged].format(money=amount(deal)))
    if others and logged != "known":
        app.out.warn(
            f"with {others} of before, D{deal['id']} has {others + 1} purchases, and all count;"
            " crm undo takes this one back"
        )


def remark_on_title(app: App, deal: sqlite3.Row, words: list[str]) -> None:
    """Say that the first word of a title is the name of somebody at the deal's company."""
    from crmcli.store import who
    from crmcli.values.text import words as folded

    first = folded(words[0])
    for person in who.candidates(app.db, who.find(app.db, words[0])) if first else ():
        if deal["company_id"] == _company(app, person[0]) and set(first) <= set(folded(person[1])):
            app.out.note(
                f"with --company all words are the title; if {words[0]} is whom it is with:"
                f" crm deal edit {deal['id']} --contact {person[0]}"
            )
            return


def _company(app: App, contact_id: int) -> int | None:
    from crmcli.store import contacts

    return contacts.get_company(app.db, contact_id)
