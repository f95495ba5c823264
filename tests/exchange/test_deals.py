"""Files of deals, from other systems and from a book, through the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import Crm

if TYPE_CHECKING:
    from pathlib import Path

LATER = "2026-03-20T09:00"


def bring(crm: Crm, text: str, *words: str, **environ: str) -> Any:
    return crm.ok("import", "-", *words, stdin=text, **environ)


def deals(crm: Crm) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = crm.ok("export", "--as", "deals", "--json").json
    return found


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("closedwon", "won"),
        ("Closed Won", "won"),
        ("Wygrana", "won"),
        ("Zamknięta - wygrana", "won"),
        ("Выиграна", "won"),
        ("Сделка успешна", "won"),
        ("Gewonnen", "won"),
        ("closedlost", "lost"),
        ("Closed Lost to Competition", "lost"),
        ("Przegrana", "lost"),
        ("appointmentscheduled", "new"),
        ("Prospecting", "new"),
        ("qualifiedtobuy", "qualified"),
        ("Contact Made", "qualified"),
        ("presentationscheduled", "proposal"),
        ("Proposal/Price Quote", "proposal"),
        ("Oferta wysłana", "proposal"),
        ("decisionmakerboughtin", "negotiation"),
        ("Negotiation/Review", "negotiation"),
        ("Переговоры", "negotiation"),
        ("NEGOTIATION", "negotiation"),
    ],
)
def test_stages_of_other_systems_are_known(crm: Crm, theirs: str, ours: str) -> None:
    """By the names that HubSpot, Salesforce, Pipedrive, Zoho and people in six languages give them."""
    done = bring(crm, f"Deal Name,Email,Deal Stage,Amount\nBags,anna@acme.example,{theirs},5\n")
    assert "stage" not in done.err
    [deal] = deals(crm)
    assert deal["stage"] == ours
    assert bool(deal["won_at"]) == (ours == "won")
    assert bool(deal["lost_at"]) == (ours == "lost")


def test_a_stage_that_the_config_lacks_is_kept_and_said(crm: Crm) -> None:
    """Once a stage, with the count and the key that would know it."""
    text = "title,contact,stage,amount\nA,a@x.example,Musterung,1\nB,b@x.example,Musterung,1\nC,a@x.example,new,1\nD,a@x.example,Pilot,1\n"
    done = bring(crm, text)
    said = [line for line in done.err.splitlines() if "in stage" in line]
    assert len(said) == 2
    assert '2 deals are in stage "Musterung"' in said[0]
    assert "deals.stages" in said[0]
    assert '1 deal is in stage "Pilot"' in said[1]
    assert [deal["stage"] for deal in deals(crm)] == ["Musterung", "Musterung", "new", "Pilot"]
    assert crm.ok("deal", "list", "--stage", "musterung", "--ids").out.split() == ["1", "2"]
    folder = crm.home / ".config" / "crm"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[deals]\nstages = [{ name = "Musterung", probability = 40 }, { name = "Pilot", probability = 50 }, { name = "new", probability = 5 }]\n', "utf-8")  # fmt: skip
    (folder / "config.toml").chmod(0o600)
    assert "in stage" not in bring(crm, text).err
    assert [row["probability"] for row in crm.ok("deal", "list", "--json", "--sort", "id").json] == [40, 40, 5, 50]  # fmt: skip


def test_an_end_beats_the_stage_it_ended_in(crm: Crm) -> None:
    """Another system keeps the stage in which a deal was won; in a book that deal is won."""
    bring(
        crm,
        "Deal - Title,Deal - Stage,Deal - Status,Deal - Contact person,Deal - Organization,Deal - Won time,Deal - Lost time,Deal - Lost reason\n"
        "A,Negotiations Started,Won,Anna Nowak,Acme,2026-02-01 10:00:00,,\n"
        "B,Contact Made,Lost,Anna Nowak,Acme,,2026-02-02 10:00:00,price\n"
        "C,Contact Made,Open,Anna Nowak,Acme,,,\n"
        "D,Negotiations Started,,Anna Nowak,Acme,2026-02-03 10:00:00,,\n",
    )
    found = [
        (deal["stage"], deal["won_at"], deal["lost_at"], deal["reason"]) for deal in deals(crm)
    ]
    assert found == [
        ("won", "2026-02-01T10:00:00Z", None, None),
        ("lost", None, "2026-02-02T10:00:00Z", "price"),
        ("qualified", None, None, None),
        ("won", "2026-02-03T10:00:00Z", None, None),
    ]


def test_a_column_of_customers_may_hold_people(crm: Crm) -> None:
    """Whom the book knows as a person is the contact; companies stay companies, and the reading is said."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example")
    crm.ok("add", "Jan Kowalski", "--company", "Jan Kowalski")
    crm.ok("add", "Eva Mala")
    crm.ok("add", "Eva Mala", "--force")
    text = "Nazwa;Klient;Etap;Kwota\nTorby;Nowak Anna;Nowa;5\nPudła;Acme Sp. z o.o.;Nowa;7\nTaśma;Jan Kowalski;Nowa;9\nRolki;Eva Mala;Nowa;9\n"
    done = bring(crm, text)
    assert "are the contacts: Anna Nowak" in done.err
    assert '--map "Klient=contact"' in done.err
    found = [(deal["contact"] and deal["contact"]["name"], deal["company"]) for deal in deals(crm)]
    assert found == [("Anna Nowak", None), (None, "Acme Sp. z o.o."), (None, "Jan Kowalski"), (None, "Eva Mala")]  # fmt: skip
    again = bring(crm, text)
    assert "0 added, 0 updated, 4 unchanged" in again.err
    assert [row["name"] for row in crm.ok("company", "list", "--json").json] == ["Acme Sp. z o.o.", "Eva Mala", "Jan Kowalski"]  # fmt: skip


def test_a_column_of_customers_can_be_mapped_to_people(crm: Crm) -> None:
    """As the remark says; then nobody is remarked on."""
    done = bring(crm, "Nazwa;Klient;Etap;Kwota\nTorby;Nowak Anna;Nowa;5\n", "--map", "Klient=contact")  # fmt: skip
    assert "taken for companies" not in done.err
    assert deals(crm)[0]["contact"]["name"] == "Nowak Anna"
    assert crm("company", "list").code == 1


FILE = "title,contact,stage,amount,currency,close,probability,reason\nBags,anna@acme.example,{},5,EUR,2026-04-01,{},{}\n"


def test_a_file_that_fills_leaves_the_stage_alone(crm: Crm) -> None:
    """A deal that has moved since is not half moved back, nor closed, by a later import."""
    bring(crm, FILE.format("proposal", "", ""))
    crm.ok("deal", "move", "1", "negotiation")
    before = deals(crm)
    for stage in ("proposal", "won", "lost"):
        done = bring(crm, FILE.format(stage, "40", "price"), CRM_NOW=LATER)
        assert "1 unchanged" in done.err
        assert deals(crm) == before


def test_a_file_that_updates_moves_whole(crm: Crm) -> None:
    """Stage, instants, probability and reason go together; the same file again changes nothing."""
    bring(crm, FILE.format("proposal", "45", ""))
    assert deals(crm)[0]["probability"] == 45
    for stage, chance, won, lost in (
        ("negotiation", None, None, None),
        ("won", None, "2026-04-01", None),
        ("lost", None, None, "2026-04-01"),
        ("new", None, None, None),
    ):
        reason = "price" if stage == "lost" else ""
        text = FILE.format(stage, "", reason)
        done = bring(crm, text, "--on-match", "update", CRM_NOW=LATER)
        assert "1 updated" in done.err
        [deal] = deals(crm)
        assert (deal["stage"], deal["probability"], deal["won_at"], deal["lost_at"]) == (stage, chance, won, lost)  # fmt: skip
        assert deal["reason"] == (reason or None)
        again = bring(crm, text, "--on-match", "update", CRM_NOW="2026-05-01T09:00")
        assert "1 unchanged" in again.err
        assert deals(crm) == [deal]


def test_a_won_deal_without_a_day_was_won_when_it_came(crm: Crm) -> None:
    """And stays so when the file comes again, whichever way."""
    text = "title,contact,stage,amount\nBags,anna@acme.example,won,5\n"
    bring(crm, text)
    assert deals(crm)[0]["won_at"] == "2026-03-02T09:00:00Z"
    for way in ("fill", "update"):
        assert "1 unchanged" in bring(crm, text, "--on-match", way, CRM_NOW=LATER).err


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_there_and_back_nothing_is_lost(crm: Crm, form: str, tmp_path: Path) -> None:
    """Every field of every kind of deal, into an empty book and into a full one."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--company", "Acme")
    crm.ok("add", "Nobody Reachable")
    crm.ok("deal", "add", "anna", "Bags; 40 t", "--amount", "1234.5678 EUR", "--probability", "7", "--close", "eom", "--quoted", "2026-02-20", "--valid-until", "2026-03-20", "--at", "2026-01-05")  # fmt: skip
    crm.ok("deal", "add", "nobody", "No amount")
    crm.ok("deal", "add", "Shelves", "--company", "Ghost", "--amount", "500 JPY", "--stage", "proposal")  # fmt: skip
    crm.ok("deal", "add", "anna", "Lost", "--amount", "5")
    crm.ok("deal", "lost", "4", "--reason", 'too "dear"', "--at", "2026-02-28T10:30")
    crm.ok("deal", "add", "anna", "Won", "--amount", "5")
    crm.ok("deal", "won", "5", "--purchase")
    nouns = ("companies", "contacts", "deals", "interactions")
    files = {noun: crm.ok("export", "--as", noun, "--to", form).out for noun in nouns}
    other = Crm(tmp_path / "other")
    other.home.mkdir()
    for noun, text in files.items():
        other.ok("import", "-", "--as", noun, stdin=text, CRM_NOW=LATER)
    for noun, text in files.items():
        assert other.ok("export", "--as", noun, "--to", form).out == text, noun
        for way in ("fill", "update"):
            again = crm.ok(
                "import", "-", "--as", noun, "--on-match", way, stdin=text, CRM_NOW=LATER
            )
            assert "0 added, 0 updated" in again.err
    assert other.ok("deal", "show", "1", "--json").json["stages"] == [{"stage": "new", "since": "2026-01-05T12:00Z"}]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("stage=lost,won_at=2026-02-01", "won by won_at and lost by the stage"),
        ("stage=won,lost_at=2026-02-01", "won by the stage and lost by lost_at"),
        ("won_at=2026-02-01,lost_at=2026-02-02", "won by won_at and lost by lost_at"),
        ("stage=won,won_at=2027-01-01", "won_at 2027-01-01 is still to come"),
        ("stage=won,Deal - Status=Lost", "won by the stage and lost by the status"),
        ("currency=PNL", 'currency "PNL" is not known'),
    ],
)
def test_what_contradicts_itself_is_rejected(crm: Crm, row: str, says: str) -> None:
    """With the reason; nothing is guessed."""
    cells = dict(pair.split("=") for pair in row.split(","))
    head = ",".join(["title", "contact", "amount", *cells])
    text = f"{head}\nBags,anna@acme.example,10,{','.join(cells.values())}\n"
    result = crm("import", "-", "--as", "deals", stdin=text)
    assert (result.code, deals(crm)) == (4, [])
    assert says in result.err


def test_what_does_not_go_together_is_remarked_on(crm: Crm) -> None:
    """A won deal is certain whatever probability is left in its row."""
    done = bring(crm, "title,contact,amount,stage,probability,close\nA,a@x.example,1,won,0,2027-01-01\nB,a@x.example,-5,lost,100,\n")  # fmt: skip
    for words in ("won, but with a probability of 0", "lost, but with a probability of 100", "won, but to close on 2027-01-01", "a deal of less than 0"):  # fmt: skip
        assert words in done.err
    assert [row["probability"] for row in crm.ok("deal", "list", "--all", "--json", "--sort", "id").json] == [100, 0]  # fmt: skip


def test_a_stage_in_which_a_deal_was_when_it_ended_is_no_contradiction(crm: Crm) -> None:
    """Other systems keep it beside a status or a day."""
    bring(crm, "title,contact,stage,Deal - Status,Deal - Won time\nA,a@x.example,Proposal Made,won,2026-02-01\nB,a@x.example,Negotiation,lost,\n")  # fmt: skip
    assert [deal["stage"] for deal in deals(crm)] == ["won", "lost"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("purchase,2026-02-01,5,PNL,", 'currency "PNL" is not known'),
        ("complaint,2026-02-01,,,2026-01-01", "closed_at 2026-01-01 is before the complaint"),
        ("complaint,2026-02-01,,,2026-04-01", "closed_at 2026-04-01 is still to come"),
        ("complaint,2099-02-01,,,", "a complaint of 2099-02-01 is still to come"),
    ],
)
def test_interactions_that_cannot_be_are_rejected(crm: Crm, row: str, says: str) -> None:
    """A sum in no currency would count as one in the owner's; a case of tomorrow waits for nobody."""
    text = f"contacts,kind,at,amount,currency,closed_at\nanna@acme.example,{row}\n"
    result = crm("import", "-", "--as", "interactions", stdin=text)
    assert result.code == 4
    assert says in result.err
