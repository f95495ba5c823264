"""Address books that are no vCards: abook, khard's YAML, Friends, Monica."""

import json
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Address, Person, Told
from crmcli.exchange.source import open_source
from crmcli.values import phone

CORPUS = pathlib.Path(__file__).parent.parent / "corpus"
BOOKS = CORPUS / "address_books"


class Read:
    """What came of a file, by noun."""

    def __init__(self, path, **options):
        source = open_source(str(path), Options(region="PL", tz="Europe/Warsaw", **options))
        self.rejects, self.remarks, self.skips = [], [], []
        told = Told(self.rejects.append, self.remarks.append, self.skips.append)
        self.plan = source.plan
        self.rows = {noun: list(source.rows(noun, told)) for noun in source.plan.holds}
        self.originals = list(source.originals([reject.line for reject in self.rejects]))
        self.mended = [source.rejected(reject) for reject in self.rejects]
        source.close()

    @property
    def people(self):
        return self.rows["contacts"]

    @property
    def reasons(self):
        return [(reject.line, reject.reason) for reject in self.rejects]


@pytest.fixture
def read(tmp_path):
    """Reads a text, or bytes."""

    def read(text, **options):
        path = tmp_path / "file"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return Read(path, **options)

    return read


def numbers(row):
    return [phone.spelled(one) for one in row.phones]


def test_friends_reach_their_expectation():
    """Friends, activities and notes; whoever is in bold took part."""
    found = Read(CORPUS / "formats" / "friends.md")
    expected = json.loads((CORPUS / "formats" / "friends.md.expect.json").read_text(encoding="utf-8"))  # fmt: skip
    assert list(found.plan.holds) == expected["holds"]
    assert (found.plan.dialect, found.plan.encoding) == (expected["format"], expected["encoding"])
    assert (found.rejects, found.skips, found.remarks) == ([], [], [])
    for row, wanted in zip(found.people, expected["contacts"], strict=True):
        assert (row.name, row.city or "", list(row.tags)) == (wanted["name"], wanted["city"], wanted["tags"])  # fmt: skip
        assert (row.custom or {}).get("nickname", "") == ", ".join(wanted.get("nicknames", []))
    for row, wanted in zip(found.rows["interactions"], expected["interactions"], strict=True):
        assert (row.kind, row.at) == (wanted["kind"], f"{wanted['when']}T12:00Z")
        assert wanted["body"] in row.text
        assert all(f"@{tag}" in row.text for tag in wanted.get("tags", ()))
        names = wanted.get("participants") or [wanted["contact_name"]]
        assert [person.name for person in row.people] == [name for name in names if name]


def test_friends_that_are_odd(read):
    """A bad date, a line that is no entry, a nickname in bold; the rejects file is one of Friends."""
    text = "### Activities:\n- yesterday: **Ann**\nfree words\n- 2024-02-30: x\n- 2024-02-29: **Ann** and **Ann**\n### Friends:\n- Anna Nowak (a.k.a. Ann)\n- @only\n### Locations:\n- Brno\n"
    found = read(text)
    assert found.reasons == [
        (8, "no name"), (2, 'date "yesterday" not understood'), (3, 'no entry; entries start with "- "'), (4, 'date "2024-02-30" not understood'),
    ]  # fmt: skip
    (happened,) = found.rows["interactions"]
    assert happened.people == (Person(name="Anna Nowak"),)
    again = read(found.mended[1].replace("yesterday", "2024-01-01"))
    assert [row.text for row in again.rows["interactions"]] == ["Ann"]
    assert not again.rejects


def test_friends_are_linear(read):
    """Names, marks and tags in any number cost no more than their length."""
    for piece in ("@", "(", "[", "a ", "**", "_", "@a", " "):
        read(
            "### Friends:\n- a" + piece * 100_000 + "\n### Notes:\n- 2024-01-01: " + piece * 100_000
        )


def test_abook(read):
    """Sections of abook: several e-mails, three kinds of phone, a day without a year, fields of one's own."""
    found = Read(BOOKS / "abook")
    first, last = found.people
    assert (first.name, first.emails) == ("Łukasz Wójcik", ("l@x.example", "w@x.example"))
    assert numbers(first) == ["+48601100101", "+48425550101"]
    assert (first.address, first.city, first.country) == ("ul. Prosta 1", "Łódź", "PL")
    assert (first.note, first.tags) == ("Uwaga: 50% = ok", ("klient", "vip"))
    assert first.dates == (("anniversary", "--05-17", None),)
    assert first.custom == {"fax": "42 555 01 02", "nickname": "Wójo", "custom1": "x1"}
    assert (last.name, last.emails) == (None, ("only@x.example",))
    assert found.reasons == [(23, '"oops" is no field=value')]
    assert [one.original for one in found.originals] == ["[1]\nname=Ewa\noops"]
    again = read(found.mended[0].replace("oops", "nick=E"))
    assert [(row.name, row.custom) for row in again.people] == [("Ewa", {"nickname": "E"})]


def test_khard(read):
    """The template of khard: lists or single texts, types before the colon, a number without its country."""
    found = Read(BOOKS / "khard.yaml")
    first, second = found.people
    assert (first.name, first.given, first.family) == ("Łukasz Wójcik", "Łukasz", "Wójcik")
    assert first.emails == ("l@x.example", "w@x.example")
    assert numbers(first) == ["+48601100101", "+48601100102", "+48601100103"]
    assert (first.company, first.birthday) == ("Stalmex, Sp. z o.o.", "--05-17")
    assert first.dates == (("anniversary", "2010-09-04", None),)
    assert (first.address, first.city, first.postcode, first.country) == ("ul. Prosta 1\nlok. 5", "Łódź", "90-001", "PL")  # fmt: skip
    assert (first.tags, first.urls) == (("klient", "no"), ("https://x.example",))
    assert first.note == "# jeden\ndwa: trzy"
    assert first.custom == {
        "nickname": "Wójo, Szef", "department": "Dział zakupów", "fax": "42 555 01 02", "xmpp": "l@j.example", "skype": "lukasz",
        "middle name (vCard)": "Maria Jan",
    }  # fmt: skip
    assert second.custom == {"birthday as written": "circa 1980"}
    assert [reason for _, reason in found.reasons] == ["aliases, or nested too deep", "not YAML at line 1 of the contact"]  # fmt: skip
    again = read(found.mended[1].replace('"never closed', "Zofia"))
    assert [row.name for row in again.people] == ["Zofia"]


@pytest.mark.parametrize(
    "bomb",
    ["a: " + "[" * 5_000, "a: " + "{b: " * 5_000, "? " * 3_000, "- " * 3_000, "a: &x [*x]", "a: !!python/object:os.system x", "x" * 300_000, "a:\n" * 10_000],
)  # fmt: skip
def test_yaml_bombs(read, bomb):
    """What is nested, aliased, tagged or long beyond any contact is rejected, and the next one is read."""
    found = read(f"Formatted name: A\n---\n{bomb}\n---\nFormatted name: B\n", format="khard")
    assert [row.name for row in found.people][:: len(found.people) - 1 or 1] == ["A", "B"]
    assert len(found.people) + len(found.rejects) == 3


def test_monica_export(read):
    """The nested export: fields by the types of the instance, what happened, what is to be done."""
    found = Read(BOOKS / "monica_export.json")
    assert found.plan.warnings == ["photos and documents are not kept; 1 in the file"]
    (row,) = found.people
    assert (row.external_id, row.name, row.company, row.title) == ("monica:c-1", "Łukasz Wójcik", "Stalmex", "Kierownik")  # fmt: skip
    assert (row.emails, numbers(row), row.birthday) == (("l@x.example",), ["+48601100101"], "--05-17")  # fmt: skip
    assert (row.tags, row.dates) == (("klient",), (("first met", "2020-02-03", None),))
    assert (row.address, row.postcode, row.country) == ("ul. Prosta 1", "90-001", "PL")
    assert row.custom == {"telegram": "lukaszw", "nickname": "Wójo"}
    who = (Person(external_id="monica:c-1", name="Łukasz Wójcik"),)
    shown = [
        (one.kind, one.at, one.direction, one.subject, one.text)
        for one in found.rows["interactions"]
    ]
    assert shown == [
        ("note", "2025-02-01T09:00:00Z", None, None, "Lubi kawę\nbez cukru"),
        ("call", "2025-03-01T09:00:00Z", "in", None, "O ofercie"),
        ("note", "2025-04-01T09:00:00Z", None, "Gift: Książka", "50\noffered\nimieniny"),
        ("note", "2025-04-02T09:00:00Z", None, "Debt", "120, I owe them\ninprogress\nobiad"),
        ("meeting", "2025-05-01T12:00Z", None, "Obiad", "długi"),
    ]
    assert all(one.people == who for one in found.rows["interactions"][:4])
    assert found.rows["interactions"][4].people == (Person(external_id="monica:c-1"),)
    yearly, task = found.rows["followups"]
    assert (yearly.due, yearly.text, bool(yearly.every)) == ("2026-05-17", "Życzenia", True)
    assert (task.due, task.text, task.every) == ("", "Wysłać cennik", None)
    assert [reason for _, reason in found.reasons] == ["no date"]
    assert [skip.reason for skip in found.skips] == ["a relative of somebody, known by name only"]
    mended = found.mended[0].replace('"body"', '"created_at": "2025-01-01T10:00:00Z", "body"')
    again = read(f"{mended}\n{mended}\n")
    assert not again.people
    assert [(one.text, one.people) for one in again.rows["interactions"]] == [("bez daty", who)] * 2


def test_monica_flat():
    """The flat shape of its API; ids are told apart by what they are of."""
    found = Read(BOOKS / "monica_flat.json")
    (row,) = found.people
    assert (row.external_id, row.name, row.company, row.birthday) == ("monica:7", "Anna Nowak", "Acme", "1984-05-17")  # fmt: skip
    assert (row.emails, row.urls, row.tags) == (("a@x.example",), ("https://a.example",), ("vip",))
    assert (row.city, row.region, row.country, row.addresses) == ("Austin", "TX", "US", ())
    assert [one.external_id for one in found.rows["interactions"]] == [
        "monica:note-5", "monica:call-5", "monica:activity-5",
    ]  # fmt: skip
    assert [(one.due, one.done_at) for one in found.rows["followups"]] == [
        ("2026-06-01", None), ("", "2024-03-04T12:00Z"),
    ]  # fmt: skip
    assert Address() not in row.addresses


def test_monica_account(read):
    """The export as version 4 writes it: what records say of each other stands far apart from them."""
    found = Read(BOOKS / "monica_account.json")
    lukasz, ewa, nick = found.people
    assert lukasz.custom == {"gender": "male", "boss": "Ewa Malá", "child": "Jaś Wójcik", "pets": "Burek (dog)"}  # fmt: skip
    assert (lukasz.tags, lukasz.cadence, lukasz.referred_by, lukasz.birthday) == (("klient", "starred"), 30, "Ewa Malá", None)  # fmt: skip
    assert (ewa.archived_at, ewa.do_not_contact, ewa.custom) == ("2024-02-05T10:00:00Z", True, {"gender": "female"})  # fmt: skip
    assert nick.name == "Kudłaty"
    shown = [
        (one.kind, one.at, one.direction, one.subject, one.text, [who.external_id for who in one.people])
        for one in found.rows["interactions"]
    ]  # fmt: skip
    assert shown == [
        ("call", "2025-03-01T09:00:00Z", "out", None, "O ofercie", ["monica:c-1"]),
        ("message", "2025-05-01T00:00:00Z", "out", None, "me: Zdążysz?\nthey: Jasne", ["monica:c-1"]),
        ("note", "2025-06-01T00:00:00Z", None, "new job", "awans", ["monica:c-1"]),
        ("note", "2025-04-02T09:00:00Z", None, "Debt", "120.50, I owe them\ninprogress", ["monica:c-1"]),
        ("note", "2025-04-03T09:00:00Z", None, "Debt", "5, they owe me\ncomplete", ["monica:c-1"]),
        ("meeting", "2025-07-01T00:00:00Z", None, "Obiad", "długi", ["monica:c-1", "monica:c-3"]),
        ("meeting", "2025-08-01T00:00:00Z", None, "Spacer", None, ["monica:c-1"]),
    ]  # fmt: skip
    assert [reason for _, reason in found.reasons] == ["no name, e-mail or phone", "no date"]
    again = read(found.mended[1].replace('"summary"', '"happened_at": "2025-09-01", "summary"'))
    [walk] = again.rows["interactions"]
    assert (walk.subject, walk.people) == ("bez daty", (Person(external_id="monica:c-1"),))


def test_a_record_of_monica_that_is_too_large_or_too_deep(read):
    """It is rejected by itself, with what says which it was; the rest of the file comes in."""
    deep: object = "x"
    for _ in range(200):
        deep = [deep]
    large = {"uuid": "b", "first_name": "Duża", "notes": [{"body": "x" * 1000}] * 9000}
    found = read(json.dumps({"app_version": "", "contacts": [{"uuid": "a", "first_name": "Głęboki", "more": deep}, large, {"first_name": "Ola"}]}), format="monica")  # fmt: skip
    assert [row.name for row in found.people] == ["Ola"]
    assert [reason for _, reason in found.reasons] == ["nested too deep", "larger than 8 MB"]
    assert json.loads(found.originals[1].original) == {"uuid": "b", "first_name": "Duża"}


def test_a_text_of_monica_without_an_end(read):
    """A photo is passed over however large; what is larger than any photo is refused."""
    photo = {"uuid": "p", "properties": {"dataUrl": "x" * 9_000_000}}
    shape = '{"app_version": "", "exported_by": "", "account": {"data": [{"type": "photo", "values": [%s]}, {"type": "contact", "values": [{"first_name": "Ola"}]}]}}'  # fmt: skip
    assert [row.name for row in read(shape % json.dumps(photo)).people] == ["Ola"]
    with pytest.raises(UsageError, match="a text of more than 64 MB"):
        read('{"app_version": "", "exported_by": "' + "x" * 65_000_000)


@pytest.mark.parametrize("name", ["friends.md", "abook", "khard.yaml", "monica_export.json", "monica_flat.json", "monica_account.json"])  # fmt: skip
def test_front_door(crm, name):
    """Imported, again without a change, and taken back."""
    path = next(folder / name for folder in (CORPUS / "formats", BOOKS) if (folder / name).exists())
    empty = crm.ok("export", "--to", "jsonl").out
    rejects = ("--rejects", str(crm.home / "rejects"))
    first = crm("import", str(path), *rejects)
    assert first.code in (0, 4)
    assert " added" in first.err
    before = [crm.ok("export", "--to", "jsonl", "--as", noun).out for noun in ("contacts", "interactions", "followups")]  # fmt: skip
    (crm.home / "rejects").unlink(missing_ok=True)
    second = crm("import", str(path), *rejects)
    assert "0 added, 0 updated" in second.err
    for line in second.err.splitlines():
        if " read, " in line:
            counts = [
                int(word)
                for word in line.partition(";")[0].replace(",", "").split()
                if word.isdecimal()
            ]
            assert counts[0] == sum(counts[1:])
    assert before == [crm.ok("export", "--to", "jsonl", "--as", noun).out for noun in ("contacts", "interactions", "followups")]  # fmt: skip
    crm.ok("undo")
    assert crm.ok("export", "--to", "jsonl").out == empty


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 3000) | st.sampled_from(["x", "2024-01-01", "a@x.example", "year", "\0", "\ud800", ""]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["properties", "data", "type", "values", "first_name", "tags", "notes", "reminders", "debts", "messages", "conversations",
                         "birthdate", "date", "contactFields", "contact_field_type", "addresses", "country", "information", "career", "uuid", "id",
                         "title", "frequency_type", "frequency_number", "completed", "contacts", "attendees", "account", "instance", "activities"]),
        inner, max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(JSON)
def test_any_json_is_read(tmp_path_factory, value):
    """Whatever stands where Monica has something else, it is rows, rejects or skips."""
    path = tmp_path_factory.mktemp("any") / "x.json"
    path.write_text(
        json.dumps({"contacts": [value, {"first_name": "A", "notes": value, "properties": value}]})
    )
    found = Read(path, format="monica")
    assert found.rows
    for reject in found.rejects:
        reject.original.encode("utf-8", "surrogatepass")


@given(st.lists(st.sampled_from(["[0]", "name=A", "Formatted name: A", "### Friends:", "- A", "\n", "---", "a: b", "- 2024-01-01: **A**", "\t", "é", "\0", "&a", "*a", "|", ">", "'", '"', "{", "["]) | st.text(max_size=4), max_size=30))  # fmt: skip
@pytest.mark.parametrize("format_", ["abook", "khard", "friends-md"])
def test_any_text_is_read(tmp_path_factory, format_, pieces):
    """Whatever comes, it is rows, rejects or skips."""
    path = tmp_path_factory.mktemp("any") / "x"
    path.write_bytes(("x\n" + "\n".join(pieces)).encode("utf-8", "surrogatepass"))
    Read(path, format=format_)


def test_what_is_no_export_of_monica_is_refused(read):
    """Broken JSON, or JSON of something else under ``--from monica``."""
    with pytest.raises(UsageError, match="not JSON"):
        read('{"contacts": [', format="monica")
    with pytest.raises(UsageError, match="no contacts of Monica"):
        read("{}", format="monica")
