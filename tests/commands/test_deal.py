"""crm deal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Crm

if TYPE_CHECKING:
    from pathlib import Path

STAGES = ("new", "qualified", "proposal", "negotiation", "won", "lost")


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--company", "Acme", "--email", "anna@acme.example", "--currency", "PLN", "--tag", "vip")  # fmt: skip
    crm.ok("add", "Jan Kowalski", "--company", "Papírna Beskyd", "--email", "jan@beskyd.example")
    crm.ok("deal", "add", "anna", "Paper", "bags", "--amount", "4800", "--close", "2026-03-31")
    return crm


def shown(crm: Crm, which: str = "1") -> Any:
    return crm.ok("deal", "show", which, "--json").json


def exported(crm: Crm) -> str:
    """Everything that deals are part of."""
    nouns = ("contacts", "companies", "deals", "interactions")
    return "".join(crm.ok("export", "--as", noun, "--jsonl").out for noun in nouns)


def config(crm: Crm, text: str) -> None:
    folder = crm.home / ".config" / "crm"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text, "utf-8")
    (folder / "config.toml").chmod(0o600)


# add


def test_add_takes_words_without_quotes(book: Crm) -> None:
    """The words behind WHO are the title; company and currency are the person's, the stage the first."""
    done = book.ok("deal", "add", "anna", "nowak", "Shelves", "for", "the", "shop", "--amount", "12 000,50")  # fmt: skip
    assert done.out == "D2  Shelves for the shop  Anna Nowak, Acme  12000.50 PLN  new, 10 %\n"
    deal = shown(book, "D2")
    assert deal["contact"]["email"] == "anna@acme.example"
    assert (deal["stage"], deal["probability"], deal["company"]) == ("new", 10, "Acme")
    assert (deal["amount"], deal["currency"]) == (12000.5, "PLN")
    assert deal["stage_since"] == "2026-03-02T09:00:00Z"


def test_add_takes_everything(book: Crm) -> None:
    """Stage, dates of the quote, a probability of one's own, and since when."""
    book.ok(
        "deal", "add", "jan", "Rolls", "--amount", "500 EUR", "--stage", "Proposal", "--close", "eom",
        "--probability", "60%", "--quoted", "2026-02-20", "--valid-until", "+2w", "--at", "2026-02-18",
    )  # fmt: skip
    deal = shown(book, "2")
    assert (deal["stage"], deal["probability"], deal["close"]) == ("proposal", 60, "2026-03-31")
    assert (deal["quoted_on"], deal["valid_until"]) == ("2026-02-20", "2026-03-16")
    assert deal["stage_since"] == "2026-02-18T12:00Z"


def test_a_deal_may_be_a_companys_alone(book: Crm) -> None:
    """With --company all words are the title; a new company is made, an old one found by its words."""
    done = book.ok("deal", "add", "Shelves", "--company", "papirna")
    assert done.out == "D2  Shelves  Papírna Beskyd  new, 10 %\n"
    assert not done.err
    done = book.ok("deal", "add", "Shelves", "--company", "Ghost Ltd")
    assert "nobody is known at Ghost Ltd" in done.err
    assert (shown(book, "3")["contact"], shown(book, "3")["company"]) == (None, "Ghost Ltd")
    assert [row["title"] for row in book.ok("company", "show", "ghost", "--json").json["deals"]] == ["Shelves"]  # fmt: skip
    assert [row["id"] for row in book.ok("show", "jan", "--json").json["deals"]] == [2]


def test_a_name_in_front_of_a_title_is_pointed_out(book: Crm) -> None:
    """With --company a word that names somebody there may have been meant as WHO."""
    assert "--contact 1" in book.ok("deal", "add", "anna", "Shelves", "--company", "Acme").err
    assert "--contact" not in book.ok("deal", "add", "Jan", "Shelves", "--company", "Acme").err
    deal = book.ok("deal", "add", "Racks", "--company", "Papírna Beskyd", "--contact", "anna")
    assert deal.out.startswith("D4  Racks  Anna Nowak, Papírna Beskyd")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nobody", "Shelves"], 3, "nobody is known"),
        (["anna"], 2, "what may be sold?"),
        (["anna", "Bags", "--stage", "negotiatoin"], 2, "did you mean negotiation?"),
        (["anna", "Bags", "--stage", "zzz"], 2, "one of new, qualified"),
        (["anna", "Bags", "--amount", "much"], 3, "not a number"),
        (["anna", "Bags", "--amount", "-5"], 3, "less than 0"),
        (["anna", "Bags", "--amount", "5 EUR", "--currency", "PLN"], 2, "which?"),
        (["anna", "Bags", "--currency", "PLN"], 2, "--currency needs --amount"),
        (["anna", "Bags", "--currency", "XXX", "--amount", "5"], 3, "not known"),
        (["anna", "Bags", "--probability", "101"], 3, "0 to 100"),
        (["anna", "Bags", "--probability", "5", "--stage", "won"], 2, "certain"),
        (["anna", "Bags", "--close", "someday"], 2, "not understood"),
        (["anna", "Bags", "--quoted", "tomorrow"], 3, "not sent yet"),
        (["anna", "Bags", "--at", "tomorrow"], 3, "in the future"),
        (["anna", "Bags", "--quoted", "2026-02-20", "--valid-until", "2026-02-19"], 3, "valid until"),
        (["Bags", "--company", "99"], 3, "no company"),
        (["Bags", "--contact", "nobody"], 3, "nobody is known"),
    ],
)  # fmt: skip
def test_add_refuses(book: Crm, words: list[str], code: int, said: str) -> None:
    """One line that says what is wrong, and nothing is changed."""
    before = exported(book)
    result = book("deal", "add", *words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert len(result.err.splitlines()) == 1
    assert exported(book) == before


def test_add_warns_of_what_may_not_be_meant(book: Crm) -> None:
    """The same title again, a close that is past, a person out of the lists."""
    done = book.ok("deal", "add", "anna", "PAPER BAGS", "--close", "2026-03-01")
    assert "D1 is open with the same title" in done.err
    assert "was to close on 2026-03-01" in done.err
    archived = book.ok("archive", "anna")
    assert "D1 Paper bags is open" in archived.err
    assert "is archived" in book.ok("deal", "add", "anna", "Boxes").err


def test_do_not_contact_may_have_deals(book: Crm) -> None:
    """They are not called, but they may buy."""
    book.ok("edit", "jan", "--set", "do_not_contact=yes")
    assert book.ok("deal", "add", "jan", "Rolls").out.startswith("D2  Rolls  Jan Kowalski")


def test_stages_come_from_the_config(crm: Crm) -> None:
    """The first is where deals start; one with a blank is typed without quotes."""
    config(crm, '[deals]\nstages = [{ name = "Erstkontakt", probability = 5 }, { name = "Angebot raus", probability = 40, quote = true }]\n')  # fmt: skip
    crm.ok("add", "Anna")
    assert crm.ok("deal", "add", "anna", "Tüten").out == "D1  Tüten  Anna  Erstkontakt, 5 %\n"
    moved = crm.ok("deal", "move", "1", "angebot", "raus")
    assert moved.out == "D1  Tüten  Anna  Erstkontakt → Angebot raus, 40 %\n"
    assert shown(crm)["quoted_on"] == "2026-03-02"
    refused = crm("deal", "move", "1", "negotiation")
    assert refused.code == 2
    assert "one of Erstkontakt, Angebot raus, won, lost, or your own in deals.stages" in refused.err


# move, won, lost


def test_a_move_brings_the_probability_and_the_day(book: Crm) -> None:
    """A probability of one's own is of the stage before, unless it is given again."""
    book.ok("deal", "edit", "1", "--probability", "25")
    done = book.ok("deal", "move", "d1", "qualified", CRM_NOW="2026-03-05T10:00")
    assert done.out == "D1  Paper bags  Anna Nowak, Acme  4800.00 PLN  new → qualified, 30 %, close 2026-03-31\n"  # fmt: skip
    assert shown(book)["stage_since"] == "2026-03-05T10:00:00Z"
    book.ok("deal", "move", "1", "negotiation", "--probability", "80")
    assert shown(book)["probability"] == 80


def test_a_move_to_where_it_is_changes_nothing(book: Crm) -> None:
    """Typed twice it is one change; another day corrects the day alone."""
    book.ok("deal", "move", "1", "qualified", "--probability", "35")
    sets = len(book.ok("history").lines)
    done = book.ok("deal", "move", "1", "qualified", CRM_NOW="2026-03-09T09:00")
    assert done.out.endswith("qualified, 35 %, close 2026-03-31, unchanged\n")
    assert shown(book)["stage_since"] == "2026-03-02T09:00:00Z"
    book.ok("deal", "move", "1", "qualified", "--at", "2026-02-28")
    deal = shown(book)
    assert (deal["stage_since"], deal["probability"]) == ("2026-02-28T12:00Z", 35)
    assert deal["stages"] == [
        {"stage": "new", "since": "2026-03-02T09:00:00Z"},
        {"stage": "qualified", "since": "2026-02-28T12:00Z"},
    ]
    assert len(book.ok("history").lines) == sets + 1  # what changes nothing is no entry


def test_a_stage_with_a_quote_sets_its_day_once(book: Crm) -> None:
    """The quote was sent on the day of the move, unless a day is there already."""
    book.ok("deal", "move", "1", "proposal", "--at", "2026-02-25")
    assert shown(book)["quoted_on"] == "2026-02-25"
    book.ok("deal", "move", "1", "new")
    book.ok("deal", "move", "1", "proposal")
    assert shown(book)["quoted_on"] == "2026-02-25"
    book.ok("deal", "edit", "1", "--clear", "quoted", "--stage", "negotiation")
    assert shown(book)["quoted_on"] is None


def test_the_day_of_a_quote_is_the_owners(book: Crm) -> None:
    """In Auckland the morning of 2 March is still the first in UTC; moved or come with a file."""
    far = {"CRM_NOW": "2026-03-02T05:00"}
    book.ok("config", "set", "owner.timezone", "Pacific/Auckland")
    book.ok("deal", "move", "1", "proposal", **far)
    assert shown(book)["stage_since"] == "2026-03-01T16:00:00Z"
    assert shown(book)["quoted_on"] == "2026-03-02"
    book.ok("import", "-", stdin="title,contact,stage\nRolls,jan@beskyd.example,proposal\n", **far)
    assert book.ok("deal", "show", "2", "--json", **far).json["quoted_on"] == "2026-03-02"


@pytest.mark.parametrize("way", [["won", "1"], ["move", "1", "won"], ["move", "1", "wygrana"], ["edit", "1", "--stage", "won"]])  # fmt: skip
def test_won_closes(book: Crm, way: list[str]) -> None:
    """Stage, instant and certainty; then only --all shows it."""
    assert "new → won" in book.ok("deal", *way).out
    deal = shown(book)
    assert (deal["stage"], deal["probability"], deal["won_at"]) == ("won", 100, "2026-03-02T09:00:00Z")  # fmt: skip
    assert book.ok("export", "--as", "deals", "--json").json[0]["probability"] == 100
    assert book("deal", "list").code == 1
    assert book.ok("deal", "list", "--all", "--ids").out == "1\n"


def test_lost_keeps_its_reason_until_it_is_open_again(book: Crm) -> None:
    """Reopening takes back instant, certainty and reason."""
    done = book.ok("deal", "lost", "1", "--reason", "no budget", "--at", "2026-02-27")
    assert "new → lost: no budget" in done.out
    deal = shown(book)
    assert (deal["lost_at"], deal["probability"], deal["reason"]) == ("2026-02-27T12:00Z", 0, "no budget")  # fmt: skip
    book.ok("deal", "lost", "1", "--reason", "chose another")
    assert shown(book)["reason"] == "chose another"
    assert shown(book)["lost_at"] == "2026-02-27T12:00Z"
    book.ok("deal", "won", "1")
    deal = shown(book)
    assert (deal["lost_at"], deal["reason"]) == (None, None)
    book.ok("deal", "move", "1", "negotiation")
    deal = shown(book)
    assert [deal[name] for name in ("won_at", "lost_at", "reason")] == [None] * 3
    assert (deal["stage"], deal["probability"]) == ("negotiation", 75)


@settings(max_examples=15)
@given(st.lists(st.sampled_from(STAGES), min_size=1, max_size=8))
def test_however_it_went_a_deal_is_what_its_stage_says(
    tmp_path_factory: Any, way: list[str]
) -> None:
    """Won and lost have an instant and are certain, all others are open; undo goes the same way back."""
    crm = Crm(tmp_path_factory.mktemp("way"))
    crm.ok("add", "Anna")
    crm.ok("deal", "add", "anna", "Bags")
    states = [exported(crm)]
    for stage in way:
        crm.ok("deal", "move", "1", stage)
        deal = shown(crm)
        assert deal["stage"] == stage
        assert bool(deal["won_at"]) == (stage == "won")
        assert bool(deal["lost_at"]) == (stage == "lost")
        assert deal["stages"][-1]["stage"] == stage
        if (state := exported(crm)) != states[-1]:
            states.append(state)
    for before in states[-2::-1]:
        crm.ok("undo")
        assert exported(crm) == before
    assert [step["stage"] for step in shown(crm)["stages"]] == ["new"]


# purchases


def purchases(crm: Crm) -> list[dict[str, Any]]:
    rows = crm.ok("export", "--as", "interactions", "--json").json
    return [row for row in rows if row["kind"] == "purchase"]


def test_won_logs_a_purchase_when_asked_and_once(book: Crm) -> None:
    """With the deal's amount, day and title; value and orders follow; a second time changes nothing."""
    assert "not logged as a purchase" in book.ok("deal", "won", "1", "--at", "2026-02-27").err
    assert purchases(book) == []
    assert book.ok("deal", "won", "1", "--purchase").lines[1] == "purchase of 4800.00 PLN logged"
    [row] = purchases(book)
    assert (row["amount"], row["currency"], row["at"], row["text"]) == (4800, "PLN", "2026-02-27", "Paper bags")  # fmt: skip
    assert row["deal"] == shown(book)["uid"]
    assert book.ok("show", "anna", "--json").json["orders"] == 1
    assert "in the book already" in book.ok("deal", "won", "1", "--purchase").out
    assert len(purchases(book)) == 1
    assert "stays in the book" in book.ok("deal", "move", "1", "new").err


@pytest.mark.parametrize(
    ("logged", "at", "count"),
    [
        (["anna", "--amount", "4800 PLN"], "2026-02-20", 1),
        (["anna", "--amount", "4800 PLN"], "2026-01-31", 1),
        (["anna", "--amount", "4800 PLN"], "2026-01-30", 2),
        (["anna", "--amount", "4800 EUR"], "2026-02-20", 2),
        (["anna", "--amount", "4700 PLN"], "2026-02-20", 2),
        (["jan", "--amount", "4800 PLN"], "2026-02-20", 2),
        (["eva", "--amount", "4800 PLN"], "2026-02-20", 1),
        (["anna", "--amount", "4800 PLN", "--deal", "2"], "2026-02-20", 2),
    ],
)
def test_a_purchase_logged_by_hand_is_not_logged_again(
    book: Crm, logged: list[str], at: str, count: int
) -> None:
    """One of the amount, within 30 days, of the person or a colleague, and of no other deal, is that sale."""
    book.ok("add", "Eva Mala", "--company", "Acme")
    book.ok("deal", "add", "anna", "Boxes")
    book.ok("log", "purchase", *logged, "--at", at)
    done = book.ok("deal", "won", "1", "--purchase")
    assert len(purchases(book)) == count
    assert ("belongs to this deal now" in done.out) == (count == 1)
    assert [row["deal"] for row in purchases(book)].count(shown(book)["uid"]) == 1
    book.ok("undo")
    assert len(purchases(book)) == 1


def test_a_purchase_needs_a_person_and_an_amount(book: Crm) -> None:
    """Otherwise nothing is changed, and the line says what to do."""
    book.ok("deal", "add", "anna", "Boxes")
    book.ok("deal", "add", "Shelves", "--company", "Acme", "--amount", "5")
    for which, said in (("2", "--amount A"), ("3", "--contact WHO")):
        refused = book("deal", "won", which, "--purchase")
        assert refused.code == 3
        assert said in refused.err
        assert shown(book, which)["won_at"] is None


# edit


def test_edit_changes_and_empties(book: Crm) -> None:
    """Each field by its option; an empty value and --clear empty it; the currency stays."""
    book.ok(
        "deal", "edit", "1", "--title", "Bags", "--amount", "5200", "--close", "+2w", "--quoted", "today",
        "--valid-until", "+1m", "--reason", "x", "--probability", "20",
    )  # fmt: skip
    deal = shown(book)
    assert (deal["title"], deal["amount"], deal["currency"]) == ("Bags", 5200, "PLN")
    assert (deal["close"], deal["quoted_on"], deal["valid_until"]) == ("2026-03-16", "2026-03-02", "2026-04-02")  # fmt: skip
    book.ok("deal", "edit", "1", "--close", "", "--clear", "valid-until", "--clear", "quoted", "--clear", "reason", "--clear", "probability", "--clear", "amount")  # fmt: skip
    deal = shown(book)
    assert [deal[name] for name in ("close", "valid_until", "quoted_on", "reason", "amount", "currency")] == [None] * 6  # fmt: skip
    assert deal["probability"] == 10
    book.ok("deal", "edit", "1", "--amount", "70", "--currency", "EUR")
    assert (shown(book)["amount"], shown(book)["currency"]) == (70, "EUR")
    book.ok("deal", "edit", "1", "--currency", "czk")
    assert shown(book)["currency"] == "CZK"


def test_the_company_follows_the_person(book: Crm) -> None:
    """Unless it was another than theirs, or --company says which."""
    book.ok("deal", "edit", "1", "--contact", "jan")
    deal = shown(book)
    assert (deal["contact"]["name"], deal["company"]) == ("Jan Kowalski", "Papírna Beskyd")
    book.ok("deal", "edit", "1", "--contact", "anna", "--company", "papírna")
    assert (shown(book)["contact"]["name"], shown(book)["company"]) == ("Anna Nowak", "Papírna Beskyd")  # fmt: skip
    book.ok("deal", "edit", "1", "--company", "Ghost")
    book.ok("deal", "edit", "1", "--contact", "jan")
    assert (shown(book)["contact"]["name"], shown(book)["company"]) == ("Jan Kowalski", "Ghost")
    book.ok("deal", "edit", "1", "--company", "papírna")
    book.ok("deal", "edit", "1", "--clear", "contact")
    assert (shown(book)["contact"], shown(book)["company"]) == (None, "Papírna Beskyd")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["1"], 2, "what shall change?"),
        (["9", "--close", "today"], 3, "there is no deal 9"),
        (["spring", "--close", "today"], 2, "crm deal list"),
        (["1", "--clear", "title"], 2, "cannot be emptied"),
        (["1", "--title", " "], 2, "a deal has a title"),
        (["1", "--clear", "contact", "--clear", "company"], 2, "a person or a company"),
        (["1", "--valid-until", "2026-02-01", "--quoted", "2026-02-20"], 3, "valid until"),
        (["1", "--stage", "zzz"], 2, "unknown stage"),
    ],
)
def test_edit_refuses(book: Crm, words: list[str], code: int, said: str) -> None:
    """One line, and nothing is changed."""
    before = exported(book)
    result = book("deal", "edit", *words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert exported(book) == before


def test_what_was_wrong_before_does_not_hold_a_move_up(book: Crm) -> None:
    """An imported deal with a currency alone and an odd quote can be moved and edited."""
    book.ok("import", "-", stdin="title,contact,stage,currency,quoted_on,valid_until\nRolls,jan@beskyd.example,new,EUR,2026-02-20,2026-02-10\n")  # fmt: skip
    book.ok("deal", "move", "2", "qualified")
    book.ok("deal", "edit", "2", "--close", "eom")


# log --deal


def test_what_is_logged_belongs_to_the_deal(book: Crm) -> None:
    """By number or handle; with a colleague it is the company's, with a stranger it is pointed out."""
    book.ok("add", "Eva Mala", "--company", "Acme")
    for who, warned in (("anna", False), ("eva", False), ("jan", True)):
        done = book.ok("log", "call", who, "hello", "--deal", "D1")
        assert ("a deal of Anna Nowak, who was not there" in done.err) == warned
    assert not book.ok("log", "call", "jan", "hello", "--with", "anna", "--deal", "1").err
    assert len(shown(book)["interactions"]) == 4
    book.ok("deal", "add", "Shelves", "--company", "Papírna Beskyd")
    assert not book.ok("log", "call", "jan", "hello", "--deal", "2").err
    assert "a deal of a company" in book.ok("log", "call", "anna", "hello", "--deal", "2").err


@pytest.mark.parametrize(("which", "code"), [("9", 3), ("D9", 3), ("bags", 2), ("D", 2), ("-1", 2)])
def test_a_deal_that_is_none_is_refused(book: Crm, which: str, code: int) -> None:
    """And nothing is logged."""
    refused = book("log", "call", "anna", "hello", "--deal", which)
    assert refused.code == code
    assert len(refused.err.splitlines()) == 1
    assert book.ok("show", "anna", "--json").json["interactions"] == []


# list, show


@pytest.fixture
def pipeline(book: Crm) -> Crm:
    book.ok("deal", "add", "jan", "Rolls", "--amount", "1500 EUR", "--stage", "proposal", "--close", "2026-03-10")  # fmt: skip
    book.ok("deal", "add", "Shelves for spring", "--company", "Acme", "--amount", "90 EUR")
    book.ok("deal", "add", "jan", "Boxes", "--amount", "10 EUR", "--close", "2026-04-01")
    book.ok("deal", "lost", "4", "--reason", "price", "--at", "2026-02-20")
    book.ok("deal", "add", "anna", "Tape", "--amount", "10 EUR")
    book.ok("deal", "won", "5", "--at", "2026-02-25")
    return book


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ([], "2 1 3"),
        (["--open"], "2 1 3"),
        (["--all"], "2 1 3 5 4"),
        (["--stage", "proposal"], "2"),
        (["--stage", "won"], "5"),
        (["--stage", "lost", "--stage", "won"], "5 4"),
        (["--stage", "won", "--stage", "new", "--open"], "1 3"),
        (["+vip"], "1 3"),
        (["company:acme"], "1 3"),
        (["jan", "--all"], "2 4"),
        (["spring"], "3"),
        (["shelv"], "3"),
        (["--all", "--sort", "-amount"], "2 1 3 4 5"),
        (["--sort", "title"], "1 2 3"),
        (["--sort", "-title"], "3 2 1"),
        (["--sort", "stage"], "1 3 2"),
        (["--sort", "contact"], "1 2 3"),
        (["--sort", "-stage_since", "--limit", "1"], "1"),
    ],
)
def test_list_finds_and_sorts(pipeline: Crm, words: list[str], ids: str) -> None:
    """Open ones, the next to close first; by person, company or title; amounts by their worth."""
    assert pipeline.ok("deal", "list", *words, "--ids").out.split() == ids.split()


def test_a_query_finds_the_deals_of_the_people_it_finds(book: Crm) -> None:
    """Those of colleagues are theirs; those of the company alone are everybody's there."""
    book.ok("add", "Eva Mala", "--company", "Acme")
    book.ok("deal", "add", "eva", "Racks")
    book.ok("deal", "add", "Shelves", "--company", "Acme")
    assert book.ok("deal", "list", "+vip", "--ids").out.split() == ["1", "3"]
    assert book.ok("export", "+vip", "--as", "deals", "--ids").out.split() == ["1", "3"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nothing"], 1),
        (["--stage", "negotiation"], 1),
        (["--stage", "zzz"], 2),
        (["--open", "--all"], 2),
        (["--sort", "zzz"], 2),
        (["--limit", "-1"], 2),
        (["--columns", "zzz"], 2),
        (["zzz:1"], 2),
    ],
)
def test_list_finds_nothing_or_refuses(pipeline: Crm, words: list[str], code: int) -> None:
    """Exit 1 for an empty list, 2 for what cannot be asked."""
    assert pipeline("deal", "list", *words).code == code


def test_list_has_the_columns_of_an_export(pipeline: Crm) -> None:
    """In CSV and JSON all that a deal says; amounts are numbers, people as everywhere."""
    rows = pipeline.ok("deal", "list", "--all", "--json").json
    beside = {"external_ids", "created_at", "updated_at"}
    whole = pipeline.ok("export", "--as", "deals", "--json").json[0]
    assert list(rows[0]) == [name for name in whole if name not in beside]
    assert rows[0]["amount"] == 1500
    assert rows[0]["contact"]["email"] == "jan@beskyd.example"
    head, first, *_ = pipeline.ok("deal", "list", "--csv").lines
    assert head == ",".join(rows[0])
    assert ",Rolls,jan@beskyd.example,Papírna Beskyd,proposal,1500.00,EUR,50,2026-03-10," in first
    assert pipeline.ok("deal", "list").lines[0] == "2\tRolls\tjan@beskyd.example\tPapírna Beskyd\tproposal\t1500.00\tEUR\t50\t2026-03-10"  # fmt: skip
    assert len(pipeline.ok("deal", "list", "--jsonl").lines) == 3


def test_show_is_a_card(pipeline: Crm) -> None:
    """Fields, the way through the stages, what was said, and what the rules say."""
    pipeline.ok("deal", "move", "1", "qualified", "--at", "2026-02-26")
    pipeline.ok("log", "call", "anna", "wants", "blue", "ones", "--deal", "D1", "--at", "2026-02-26", "--next", "friday")  # fmt: skip
    assert pipeline.ok("deal", "show", "1").lines == [
        "Paper bags  D1",
        "  contact      Anna Nowak (1)",
        "  company      Acme",
        "  stage        qualified, 30 %, since 2026-02-26, 4 days ago",
        "  amount       4\u202f800.00\xa0PLN",
        "  close        2026-03-31, in 29 days",
        "  next         F1 2026-03-06  after the call: wants blue ones",
        "",
        "Stages",
        "  2026-03-02 new",
        "  2026-02-26 qualified",
        "",
        "Timeline",
        "  2026-02-26   call (with Anna Nowak)  wants blue ones",
    ]
    late = pipeline.ok("deal", "show", "2", CRM_NOW="2026-03-12T09:00").out
    assert "D302 Rolls: was to close" in late
    assert pipeline.ok("deal", "show", "4").lines[6:] == ["  reason       price", "", "Stages", "  2026-03-02 new", "  2026-02-20 lost"]  # fmt: skip
    held = shown(pipeline)
    assert [entry["text"] for entry in held["interactions"]] == ["wants blue ones"]
    assert held["next"]["due"] == "2026-03-06"
    assert pipeline.ok("deal", "show", "1", "--columns", "title,stage").out == "Paper bags\tqualified\n"  # fmt: skip


def test_show_of_no_deal_is_exit_1(book: Crm) -> None:
    """As for crm show; what is no number is exit 2."""
    assert book("deal", "show", "9").code == 1
    assert book("deal", "show", "bags").code == 2


def test_history_tells_the_deal(book: Crm) -> None:
    """The move and not all that follows from it; corrections of days as days."""
    book.ok("deal", "won", "1", "--at", "2026-02-27")
    book.ok("deal", "won", "1", "--at", "2026-02-26")
    rows = book.ok("history", "anna", "--json").json
    assert [(row["field"], row["before"], row["after"]) for row in rows[:3]] == [
        ("D1 Paper bags 4\u202f800.00\u00a0PLN: stage since", "2026-02-27T12:00Z", "2026-02-26T12:00Z"),
        ("D1 Paper bags 4\u202f800.00\u00a0PLN: won at", "2026-02-27T12:00Z", "2026-02-26T12:00Z"),
        ("D1 Paper bags 4\u202f800.00\u00a0PLN: stage", "new", "won"),
    ]  # fmt: skip


def test_undo_and_redo_are_exact(book: Crm) -> None:
    """Every kind of change, back and forth, to the byte of all exports."""
    states = [exported(book)]
    steps = (
        ["add", "Shelves", "--company", "Ghost", "--amount", "5 EUR"],
        ["edit", "2", "--contact", "jan", "--valid-until", "+1w", "--amount", "7"],
        ["move", "1", "proposal"],
        ["won", "1", "--purchase"],
        ["lost", "2", "--reason", "price"],
        ["move", "2", "new"],
    )
    for words in steps:
        book.ok("deal", *words)
        states.append(exported(book))
    for before in states[-2::-1]:
        book.ok("undo")
        assert exported(book) == before
    for after in states[1:]:
        book.ok("redo")
        assert exported(book) == after


def test_hostile_titles_do_nothing(book: Crm, tmp_path: Path) -> None:
    """Control characters show as escapes, and SQL is text."""
    book.ok("deal", "add", "anna", "x\x1b[31m'; DROP TABLE deal; --")
    assert "\x1b" not in book.ok("deal", "list").out
    assert "\x1b" not in book.ok("deal", "show", "2").out
    assert book.ok("deal", "list", "drop table", "--ids").out == "2\n"


def test_the_reason_of_a_loss_needs_no_quotes(pipeline: Crm) -> None:
    """Words behind the deal are the reason, as are those of --reason; not both."""
    assert pipeline("deal", "lost", "1", "too", "--reason", "expensive").code == 2
    assert "lost: too expensive" in pipeline.ok("deal", "lost", "1", "too", "expensive").out


def test_a_sale_of_another_amount_is_logged(crm: Crm) -> None:
    """The help's word: unless one of that amount is there already; that several count is said."""
    crm.ok("add", "Z")
    crm.ok("deal", "add", "1", "S", "--amount", "10")
    assert "purchase of 10.00 EUR logged" in crm.ok("deal", "won", "1", "--purchase").out
    assert "already" in crm.ok("deal", "won", "1", "--purchase").out
    crm.ok("deal", "move", "1", "new")
    crm.ok("deal", "edit", "1", "--amount", "5000")
    again = crm.ok("deal", "won", "1", "--purchase")
    assert "purchase of 5000.00 EUR logged" in again.out
    assert "D1 has 2 purchases" in again.err
    assert "already" in crm.ok("deal", "won", "1", "--purchase").out


def test_a_closed_deal_can_be_added(crm: Crm) -> None:
    """And nobody gave a probability."""
    crm.ok("add", "Z")
    crm.ok("deal", "add", "1", "T", "--stage", "won", "--at", "2026-01-02")
    crm.ok("deal", "add", "1", "U", "--stage", "lost")
    found = crm.ok("deal", "list", "--all", "--json", "--sort", "id").json
    assert [(row["stage"], row["probability"]) for row in found] == [("won", 100), ("lost", 0)]
    assert (
        "--probability" in crm("deal", "add", "1", "V", "--stage", "won", "--probability", "5").err
    )


def test_a_closed_deal_does_not_move_before_its_end(crm: Crm) -> None:
    """Neither by --at nor by a clock that went back; another day of the same end is a correction."""
    crm.ok("add", "Z")
    crm.ok("deal", "add", "1", "T", "--at", "2019-01-01")
    crm.ok("deal", "won", "1", "--at", "2026-02-20")
    for words, now in ((("--at", "2019-01-01"), {}), ((), {"CRM_NOW": "2026-02-01T09:00"})):
        refused = crm("deal", "move", "1", "new", *words, **now)
        assert refused.code == 3
        assert "D1 was won on 2026-02-20" in refused.err
    crm.ok("deal", "won", "1", "--at", "2026-02-01")
    crm.ok("deal", "move", "1", "new", "--at", "2026-02-10")


def test_an_empty_contact_empties_it(crm: Crm) -> None:
    """As the help says; a deal that would be nobody's is refused."""
    crm.ok("add", "Z", "--company", "Acme")
    crm.ok("deal", "add", "1", "T")
    crm.ok("deal", "edit", "1", "--contact", "")
    assert crm.ok("deal", "show", "1", "--json").json["contact"] is None
    assert crm("deal", "edit", "1", "--company", "").code == 2
