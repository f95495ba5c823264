"""crm import of what other systems export."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING

import pytest

from crmcli.exchange import dialect
from crmcli.exchange.source import FORMATS
from tests.exchange.systems import made

if TYPE_CHECKING:
    from tests.conftest import Crm

CORPUS = pathlib.Path(__file__).parent.parent / "corpus" / "formats"
SYSTEMS = sorted(
    path
    for start in ("google", "outlook", "hubspot", "linkedin", "salesforce", "zoho", "pipedrive")
    for path in CORPUS.glob(f"{start}*.csv")
)
ACCOUNT = {"Id": "0015Y00002c7g9AQAA", "IsDeleted": "0", "Name": "Stalmex Sp. z o.o."}
CONTACT = {
    "Id": "0035Y00003AaAaAQAV", "IsDeleted": "0", "AccountId": "0015Y00002c7g9AQAA", "LastName": "Wójcik",
    "FirstName": "Łukasz", "Email": "lukasz@stalmex.example",
}  # fmt: skip
DEAL = {
    "Id": "0065Y00001zzzAAQAY", "IsDeleted": "0", "AccountId": "0015Y00002c7g9AQAA", "Name": "Blacha",
    "StageName": "Podpisane", "CloseDate": "2026-02-27", "Amount": "15000.5", "CurrencyIsoCode": "PLN",
    "IsClosed": "1", "IsWon": "1",
}  # fmt: skip
CALL = {
    "Id": "00T5Y00001AAAAAUA5", "WhoId": "0035Y00003AaAaA", "Subject": "Rabat", "ActivityDate": "2026-02-20",
    "Status": "Completed", "IsClosed": "true", "IsDeleted": "false", "TaskSubtype": "Call",
}  # fmt: skip
TODO = CALL | {"Id": "00T5Y00001AAAABUA5", "Subject": "Oddzwonić", "ActivityDate": "2026-03-05", "IsClosed": "false", "Status": "Not Started"}  # fmt: skip


def everything(crm: Crm) -> list[str]:
    nouns = ("contacts", "companies", "interactions", "deals", "followups")
    return [crm.ok("export", "--as", noun, "-f", "json").out for noun in nouns]


@pytest.mark.parametrize("path", SYSTEMS, ids=lambda path: path.name)
def test_again_changes_nothing_and_undo_takes_it_back(crm: Crm, path: pathlib.Path) -> None:
    """A second import of an export changes nothing; undo gives back the book as it was."""
    if path.name.endswith("Task.csv"):
        crm("import", str(CORPUS / "salesforce_dataexport_Contact.csv"))
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example")
    before = everything(crm)
    rejects = str(crm.home / "rejects.csv")
    first = crm("import", str(path), "--rejects", rejects)
    assert first.code in (0, 4)
    counts = [list(map(int, found)) for found in re.findall(r"(\d+) read, (\d+) added, (\d+) updated, (\d+) unchanged, (\d+) skipped, (\d+) rejected", first.err)]  # fmt: skip
    assert counts
    assert all(read == sum(rest) for read, *rest in counts)
    after = everything(crm)
    assert after != before
    again = crm("import", str(path), "--rejects", str(crm.home / "rejects-2.csv"))
    assert all(
        found == ("0", "0") for found in re.findall(r"(\d+) added, (\d+) updated", again.err)
    )
    assert everything(crm) == after
    crm.ok("undo")
    assert everything(crm) == before


def test_salesforce_is_held_together_by_ids(crm: Crm) -> None:
    """Accounts, contacts, deals and tasks name each other by ids alone, in files in any order."""
    names = {
        "task": (CALL, TODO),
        "opportunity": (DEAL,),
        "contact": (CONTACT,),
        "account": (ACCOUNT,),
    }
    paths = []
    for name, rows in names.items():
        path = crm.home / f"{name}.csv"
        path.write_bytes(made(f"salesforce-dataexport-{name}", *rows))
        paths.append(str(path))
    crm.ok("import", *paths)
    shown = crm.ok("show", "wójcik", "--json").json
    assert shown["company"] == "Stalmex Sp. z o.o."
    assert (
        crm.ok("export", "--as", "companies", "-f", "json").json[0]["name"] == "Stalmex Sp. z o.o."
    )
    deal = crm.ok("export", "--as", "deals", "-f", "json").json[0]
    assert (deal["company"], deal["stage"]) == ("Stalmex Sp. z o.o.", "won")
    (call,) = crm.ok("export", "--as", "interactions", "-f", "json").json
    (todo,) = crm.ok("export", "--as", "followups", "-f", "json").json
    assert (call["kind"], call["subject"]) == ("call", "Rabat")
    assert (todo["text"], todo["due"]) == ("Oddzwonić", "2026-03-05")
    assert crm.ok("history", "--json").json[0]["id"] == 1


def test_a_task_that_was_done_since(crm: Crm) -> None:
    """An open task is a follow-up; once an export calls it done, it has happened and is no more to do."""
    people, tasks = crm.home / "Contact.csv", crm.home / "Task.csv"
    people.write_bytes(made("salesforce-dataexport-contact", CONTACT))
    tasks.write_bytes(made("salesforce-dataexport-task", TODO))
    crm.ok("import", str(people), str(tasks))
    assert "Oddzwonić" in crm.ok("remind", "--within", "7d").out
    before = everything(crm)
    tasks.write_bytes(
        made("salesforce-dataexport-task", TODO | {"IsClosed": "true", "Status": "Completed"})
    )
    crm.ok("import", str(tasks))
    (said,) = crm.ok("export", "--as", "interactions", "-f", "json").json
    (todo,) = crm.ok("export", "--as", "followups", "-f", "json").json
    assert (said["subject"], todo["done_at"]) == ("Oddzwonić", said["at"])
    after = everything(crm)
    crm.ok("import", str(tasks))
    assert everything(crm) == after
    crm.ok("undo")
    assert everything(crm) == before


def test_a_task_of_nobody_known_is_refused(crm: Crm) -> None:
    """An id that nobody has is no person: the contacts have to come first, and the message says so."""
    path = crm.home / "Task.csv"
    path.write_bytes(made("salesforce-dataexport-task", CALL))
    result = crm("import", str(path))
    assert result.code == 4
    assert "import the people of that system first" in result.err


def test_messages_find_who_is_known_by_name(crm: Crm) -> None:
    """An unknown profile is the one person of that name, unless that person has another profile."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example")
    crm.ok("config", "set", "owner.name", "Ja Sam")
    page = "https://www.linkedin.com/in/"
    message = {
        "CONVERSATION ID": "1", "FROM": "Ja Sam", "SENDER PROFILE URL": f"{page}me", "TO": "Anna Nowak",
        "RECIPIENT PROFILE URLS": f"{page}anna", "DATE": "2026-02-20 14:30:12 UTC", "CONTENT": "Cześć",
    }  # fmt: skip
    path = crm.home / "messages.csv"
    path.write_bytes(made("linkedin-messages", message))
    crm.ok("import", str(path))
    assert [one["name"] for one in crm.ok("export", "-f", "json").json] == ["Anna Nowak"]
    (said,) = crm.ok("export", "--as", "interactions", "-f", "json").json
    assert (said["direction"], said["text"]) == ("out", "Cześć")
    other = crm.home / "Connections.csv"
    other.write_bytes(
        made("linkedin-connections", {"URL": f"{page}ola", "First Name": "Ola", "Last Name": "Lis"})
    )
    path.write_bytes(
        made(
            "linkedin-messages",
            message | {"TO": "Ola Lis", "RECIPIENT PROFILE URLS": f"{page}ola-2"},
        )
    )
    crm.ok("import", str(other), str(path))
    assert [one["name"] for one in crm.ok("export", "-f", "json").json] == [
        "Anna Nowak",
        "Ola Lis",
        "Ola Lis",
    ]


def test_who_has_but_a_page_gets_a_name_later(crm: Crm) -> None:
    """A connection without a name is called by its page until an export gives the name."""
    path = crm.home / "Connections.csv"
    url = "https://www.linkedin.com/in/nobody-9"
    path.write_bytes(made("linkedin-connections", {"URL": url, "Connected On": "05 Mar 2020"}))
    crm.ok("import", str(path))
    assert crm.ok("export", "-f", "json").json[0]["name"] == url
    path.write_bytes(
        made("linkedin-connections", {"URL": f"{url}/", "First Name": "Jan", "Last Name": "Łoś"})
    )
    assert "0 added, 1 updated" in crm.ok("import", str(path)).err
    assert crm.ok("export", "-f", "json").json[0]["name"] == "Jan Łoś"


def test_rejects_are_of_the_same_system(crm: Crm) -> None:
    """The rejects file, mended, is read by the same dialect: ids and all."""
    path = crm.home / "hub.csv"
    path.write_bytes(made("hubspot-contacts", {"Record ID": "8007", "Contact owner": "Marek"}))
    assert crm("import", str(path)).code == 4
    rejects = crm.home / "hub.rejects.csv"
    rejects.write_text(rejects.read_text("utf-8").replace("8007,", "8007,Anna"), "utf-8")
    assert "hubspot-contacts" in crm.ok("import", str(rejects)).err
    (anna,) = crm.ok("export", "-f", "json").json
    assert anna["name"] == "Anna"
    path.write_bytes(made("hubspot-contacts", {"Record ID": "8007", "Email": "anna@acme.example"}))
    assert "0 added, 1 updated" in crm.ok("import", str(path)).err


def test_explain_says_why(crm: Crm) -> None:
    """``--explain`` names the dialect, the columns it rests on, and what each column becomes."""
    out = crm.ok("import", "--explain", str(CORPUS / "zoho_contacts.csv")).out
    assert (
        "format: zoho-contacts, by its columns Record Id, Contact Owner, Last Name, Account Name\n"
        in out
    )
    assert "column Record Id: external id\n" in out
    assert "column Mailing City: work address, city\n" in out
    assert 'column Contact Owner: custom field "Contact Owner"\n' in out
    forced = crm.ok(
        "import", "--explain", "--from", "zoho-contacts", str(CORPUS / "zoho_contacts.csv")
    ).out
    assert "format: zoho-contacts, by --from\n" in forced


def test_a_dialect_of_ones_own(crm: Crm) -> None:
    """A file in the config folder is a dialect; a wrong one is named with its line, exit 2."""
    folder = crm.home / ".config" / "crm" / "dialects"
    folder.mkdir(parents=True)
    text = 'name = "acme"\nabout = "Acme"\nnouns = ["contacts"]\nclaims = [["Who", "Where"]]\n[columns.contacts]\nname = ["Who"]\ncity = ["Where"]\n'
    (folder / "acme.toml").write_text(text)
    path = crm.home / "list.csv"
    path.write_text("Who,Where\nAnna,Brno\n")
    assert "list.csv: contacts, ascii, comma, acme" in crm.ok("import", str(path)).err
    assert crm.ok("export", "-f", "json").json[0]["city"] == "Brno"
    (folder / "acme.toml").write_text(text.replace("city", "town"))
    wrong = crm("import", str(path))
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith(f'crm: {folder}/acme.toml:7: field "town" is not known')


def test_help_names_every_format(crm: Crm, capsys: pytest.CaptureFixture[str]) -> None:
    """``crm import --help`` lists all that ``--from`` takes."""
    crm.ok("import", "--help")
    shown = set(re.split(r"[\s,.]+", capsys.readouterr().out))
    assert {claim.name for claim in dialect.known(None)} | {*FORMATS} <= shown


def test_a_task_closed_in_bulk_is_of_its_own_day(crm: Crm) -> None:
    """A stamp years after the day of a task is not when it was; one of the same day gives the time."""
    people = (
        "Id,FirstName,LastName,AccountId,Email\n0035Y00003AaAaAQAV,Anna,Nowak,,anna@acme.example\n"
    )
    crm.ok("import", "-", "--from", "salesforce-dataexport-contact", stdin=people)
    head = "Id,WhoId,WhatId,Subject,ActivityDate,Status,IsClosed,AccountId,TaskSubtype,CompletedDateTime\n"
    who, end = "0035Y00003AaAaAQAV", "Completed,true,,Call"
    tasks = (
        f"00T5Y00001AAAAAUA5,{who},,a,2015-03-05,{end},2019-12-31T10:00:00.000Z\n"
        f"00T5Y00001AAAABUA5,{who},,b,2015-03-06,{end},2015-03-06T09:30:00.000Z\n"
        f"00T5Y00001AAAACUA5,{who},,c,,{end},2019-12-31T10:00:00.000Z\n"
        "00T5Y00001AAAADUA5,,0015Y00002BbBbBQAV,d,2015-03-05,Completed,true,0015Y00002BbBbBQAV,Call,\n"
    )
    result = crm("import", "-", stdin=head + tasks)
    assert result.code == 4
    told = {
        one["subject"]: one["at"]
        for one in crm.ok("show", "anna", "--json", "--all").json["interactions"]
    }
    assert told["a"].startswith("2015-03-05")
    assert told["b"] == "2015-03-06T09:30:00Z"
    assert told["c"].startswith("2019-12-31")
    assert "d" not in told
    assert 'about "salesforce:0015Y00002BbBbB" alone, which the book does not know' in result.err


def test_a_task_of_an_account_alone_stands_with_its_only_person(crm: Crm) -> None:
    """Of an account with one person, or of a deal with a contact; of one with several it is rejected."""
    head = "Id,IsDeleted,Name,Phone,Website,BillingCity\n"
    accounts = "0015Y00002AAAAA,0,Acme,,,\n0015Y00002BBBBB,0,Stalmex,,,\n"
    crm.ok("import", "-", "--from", "salesforce-dataexport-account", stdin=head + accounts)
    people = (
        "Id,FirstName,LastName,AccountId,Email\n0035Y00003AAAAA,Anna,Nowak,0015Y00002AAAAA,anna@acme.example\n"
        "0035Y00003BBBBB,Jan,Lis,0015Y00002BBBBB,jan@stalmex.example\n0035Y00003CCCCC,Ewa,Ryś,0015Y00002BBBBB,ewa@stalmex.example\n"
    )
    crm.ok("import", "-", "--from", "salesforce-dataexport-contact", stdin=people)
    deals = "Id,IsDeleted,AccountId,ContactId,Name,StageName,CloseDate\n0065Y00003AAAAA,0,0015Y00002BBBBB,0035Y00003CCCCC,Oven,Prospecting,2026-05-01\n"
    crm.ok("import", "-", stdin=deals)
    tasks = (
        "Id,WhoId,WhatId,Subject,ActivityDate,Status,IsClosed,AccountId,TaskSubtype\n"
        "00T5Y00001AAAAA,,0015Y00002AAAAA,of acme,2015-03-05,Completed,true,0015Y00002AAAAA,Call\n"
        "00T5Y00001BBBBB,,0015Y00002BBBBB,of stalmex,2015-03-05,Completed,true,0015Y00002BBBBB,Call\n"
        "00T5Y00001CCCCC,,0065Y00003AAAAA,of the deal,2015-03-05,Completed,true,0015Y00002BBBBB,Call\n"
        "00T5Y00001DDDDD,,0015Y00002AAAAA,call acme,2026-04-05,Not Started,false,0015Y00002AAAAA,Task\n"
        "00T5Y00001EEEEE,,,of nobody,2015-03-05,Completed,true,,Task\n"
    )
    (crm.home / "Task.csv").write_text(tasks, encoding="utf-8")
    result = crm("import", str(crm.home / "Task.csv"))
    assert result.code == 4
    assert (
        "Task.csv (interactions): 4 read, 2 added, 0 updated, 0 unchanged, 1 skipped, 1 rejected"
        in result.err
    )
    assert (
        "line 2 and 1 more: about a deal or company alone; kept with its only person" in result.err
    )
    assert 'Task.csv:3: about "Stalmex" alone, which has 2 people; give the person' in result.err
    assert "Task.csv (followups): 1 read, 1 added" in result.err
    found = {who: crm.ok("show", who, "--json").json for who in ("anna", "ewa", "jan")}
    assert [one["subject"] for one in found["anna"]["interactions"]] == ["of acme"]
    assert [one["text"] for one in found["anna"]["follow_ups"]] == ["call acme"]
    assert [one["subject"] for one in found["ewa"]["interactions"]] == ["of the deal"]
    crm.ok("add", "Zoë Acme", "--company", "Acme")
    again = crm("import", str(crm.home / "Task.csv"))
    assert "0 updated, 2 unchanged, 1 skipped, 1 rejected" in again.err
    mended = (crm.home / "Task.rejects.csv").read_text(encoding="utf-8").replace(",00T5Y00001BBBBB,,", ",00T5Y00001BBBBB,0035Y00003BBBBB,")  # fmt: skip
    (crm.home / "Task.rejects.csv").write_text(mended, encoding="utf-8")
    assert "1 added" in crm.ok("import", str(crm.home / "Task.rejects.csv")).err


def test_the_primary_company_of_a_deal_in_hubspot(crm: Crm) -> None:
    """Newer exports call the company of a deal the primary one."""
    head = "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Associated Company (Primary)\n"
    crm.ok("import", "-", stdin=f"{head}7,Gabloty,Closed Won,Sales,100,Stalmex\n")
    assert crm.ok("export", "--as", "deals", "--to", "json").json[0]["company"] == "Stalmex"


def test_a_deal_of_nobody_waits_in_the_rejects(crm: Crm) -> None:
    """Another system may have deals without a person or company; here somebody has to say whose it is."""
    head = "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Deal owner,Associated Contact,Associated Company\n"
    (crm.home / "d.csv").write_text(head + "7,Bez nikogo,New,P,100,2026-12-01,M,,\n", "utf-8")
    assert crm("import", str(crm.home / "d.csv")).code == 4
    rejects = crm.home / "d.rejects.csv"
    assert "a deal of nobody" in rejects.read_text("utf-8")
    rejects.write_text(rejects.read_text("utf-8").replace("M,,", "M,,Acme"), "utf-8")
    assert "1 added" in crm.ok("import", str(rejects)).err
