"""vCards as phones and address books write them, and what has to come of each."""

import json
import pathlib
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Address, Told
from crmcli.exchange.source import open_source
from crmcli.exchange.vcard_source import claims
from crmcli.values import country, phone

FOLDER = pathlib.Path(__file__).parent.parent / "corpus"
SAMPLES = ("android_v21_quoted_printable.vcf", "apple_icloud_v3.vcf")


class Read:
    """What came of a file."""

    def __init__(self, path, **options):
        source = open_source(str(path), Options(region="PL", tz="Europe/Warsaw", **options))
        self.rejects, self.remarks, self.skips = [], [], []
        told = Told(self.rejects.append, self.remarks.append, self.skips.append)
        self.plan = source.plan
        self.rows = list(source.rows("contacts", told))
        self.originals = list(source.originals([reject.line for reject in self.rejects]))
        self.mended = [source.rejected(reject) for reject in self.rejects]
        source.close()

    @property
    def said(self):
        return [remark.text for remark in self.remarks]

    @property
    def row(self):
        (row,) = self.rows
        return row


@pytest.fixture
def read(tmp_path):
    """Reads the text or the bytes of a file."""

    def read(text, **options):
        path = tmp_path / "cards.vcf"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return Read(path, **options)

    return read


def card(*lines, version="3.0", end="\r\n"):
    return end.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def numbers(row):
    return [phone.spelled(one) for one in row.phones]


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_reach_their_expectation(name):
    """What a phone and iCloud export becomes whom it is about."""
    found = Read(FOLDER / "formats" / name)
    expected = json.loads((FOLDER / "formats" / f"{name}.expect.json").read_text(encoding="utf-8"))
    assert found.plan.dialect == expected["format"]
    assert list(found.plan.holds) == expected["holds"]
    assert expected["encoding"].startswith(found.plan.encoding)
    assert (found.rejects, found.skips) == ([], [])
    for row, contact in zip(found.rows, expected["contacts"], strict=True):
        if contact["name"] is not None:
            assert row.name == contact["name"]
        assert (row.given or "", row.family or "") == (contact["given"], contact["family"])
        assert list(row.emails) == contact["emails"]
        assert [p.number for p in row.phones] == [
            phone.parse(p, "PL").number for p in contact["phones"]
        ]
        for field in ("company", "title", "city"):
            assert (getattr(row, field) or "") == contact[field]
        assert (row.country or "") == (country.code(contact["country"]) or contact["country"])
        assert row.birthday == contact["birthday"]
        assert list(row.tags) == contact["tags"]
        assert (row.note or "") == contact["notes"]
        if "anniversary" in contact:
            assert row.dates == (("anniversary", contact["anniversary"], None),)
            assert row.custom["department"] == contact["department"]
            assert row.urls[0] == contact["url"]
            assert [row.custom["fax"]] == contact["not_phones"]


def test_pictures_are_named_once_a_file():
    """That pictures are not kept is said once, with their number."""
    found = Read(FOLDER / "formats" / "apple_icloud_v3.vcf")
    assert found.said == ["pictures, sounds and keys are not kept; 1 in the file"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_line_ends(read, end):
    """CR LF, LF, CR and what broken mailers make of them; the lines are counted right."""
    found = read(card("FN:Anna", "NOTE:a", "  b", end=end) + card("FN:Ewa", end=end))
    assert [(row.name, row.note) for row in found.rows] == [("Anna", "a b"), ("Ewa", None)]
    if end != "\r\r\n":
        assert [row.line for row in found.rows] == [1, 7]


@pytest.mark.parametrize(
    ("codec", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
     ("utf-16-le", b""), ("cp1250", b"")],
)  # fmt: skip
def test_encodings(read, codec, mark):
    """Byte order marks, UTF-16, and the code page of a Polish Windows."""
    text = card("N:Źrebięć;Łukasz;;;", "FN:Łukasz Źrebięć", "NOTE:Zażółć gęślą jaźń")
    row = read(mark + text.encode(codec)).row
    assert (row.given, row.family, row.note) == ("Łukasz", "Źrebięć", "Zażółć gęślą jaźń")


def test_folds_in_the_middle_of_a_character(read):
    """A fold that counts octets may cut a letter; that is no sign of another encoding."""
    raw = card("FN:Łukasz", "NOTE:Zażółć gęślą jaźń").encode()
    cut = raw.replace("Ł".encode(), b"\xc5\r\n \x81").replace("ż".encode(), b"\xc5\r\n\t\xbc")
    found = read(cut)
    assert (found.row.name, found.row.note) == ("Łukasz", "Zażółć gęślą jaźń")
    assert found.plan.encoding == "utf-8"


def test_lines_broken_without_a_blank(read):
    """At a fixed width nothing stood between the pieces; elsewhere somebody typed a new line."""
    wide = "NOTE:" + "x" * 70
    assert read(card("FN:A", wide, "yyy")).row.note == "x" * 70 + "yyy"
    assert read(card("FN:A", "NOTE:first", "second: with a colon")).row.note == (
        "first\nsecond: with a colon"
    )
    assert read(card("FN:A", "NOTE:see", "http://a.example")).row.note == "see\nhttp://a.example"


def test_old_cards_keep_the_blank_they_fold_at(read):
    """2.1 folds between words."""
    assert read(card("FN:A", "NOTE:one", " two", version="2.1")).row.note == "one two"


def test_only_quoted_printable_has_soft_breaks(read):
    """Elsewhere a line may end in an equals sign."""
    found = read(card("FN:A", "URL:https://x.example/?a=", "NOTE:=", "TITLE:b"))
    assert (found.row.urls, found.row.note) == (("https://x.example/?a=",), "=")


def test_charsets_of_their_own(read):
    """A property may name its charset, plain or in quoted-printable."""
    raw = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=windows-1250:" + "Źrebięć;Łukasz".encode("cp1250")
        + b"\r\nTITLE;LANGUAGE=pl;CHARSET=iso-8859-2;ENCODING=QUOTED-PRINTABLE:Ksi=EAgowy =\r\ng=B3=F3wny\r\n"
        + b"NOTE;ENCODING=QUOTED-PRINTABLE:za=BF=F3=B3=E6=0D=0Adruga\r\nEND:VCARD\r\n"
    )  # fmt: skip
    row = read(raw).row
    assert (row.given, row.family) == ("Łukasz", "Źrebięć")
    assert row.title == "Księgowy główny"
    assert row.note.splitlines()[1] == "druga"


def test_encoded_semicolons_are_of_the_text(read):
    """In quoted-printable only a plain semicolon parts; a company may have one in its name."""
    row = read(card("ORG;ENCODING=QUOTED-PRINTABLE:A=3BB;Dzia=C5=82", version="2.1")).row
    assert (row.company, row.custom) == ("A;B", {"department": "Dział"})


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("BDAY:19840517", "1984-05-17"),
        ("BDAY:1984-05-17T00:00:00Z", "1984-05-17"),
        ("BDAY;VALUE=DATE-TIME:19840517T103000", "1984-05-17"),
        ("BDAY:--0517", "--05-17"),
        ("BDAY:--05-17", "--05-17"),
        ("BDAY:1604-02-29", "--02-29"),
        ("BDAY;X-APPLE-OMIT-YEAR=1904:1904-05-17", "--05-17"),
        ("BDAY;VALUE=text:17 May 1984", "1984-05-17"),
        ("BDAY;VALUE=text:circa 1800", None),
        ("BDAY:1984", None),
        ("BDAY:1984-13-40", None),
        ("BDAY:05/06/1984", None),
    ],
)
def test_birthdays(read, line, day):
    """Every spelling of a day; what is none is kept as it is written, and said."""
    found = read(card("FN:A", line))
    assert found.row.birthday == day
    if day is None:
        written = line.partition(":")[2]
        assert found.row.custom == {"birthday as written": written}
        assert found.said == [f'birthday "{written}" is no day; kept as a custom field']
    else:
        assert (found.row.custom, found.said) == (None, [])


def test_who_cannot_be_called(read):
    """Faxes and pagers are custom fields, in every spelling; a fax that is also a phone is a phone."""
    row = read(
        card(
            "FN:A", "TEL;FAX;WORK:+48 42 555 01 01", "TEL;TYPE=pager:+48 42 555 01 02", "TEL;type=HOME,FAX:+48 42 555 01 03",
            "TEL;TYPE=FAX;TYPE=VOICE:+48 42 555 01 04", "item1.TEL:+48 42 555 01 05", "item1.X-ABLabel:_$!<WorkFAX>!$_",
            'TEL;VALUE=uri;TYPE="voice,cell";PREF=1:tel:+48-609-100-109;ext=12', "TEL:tel:601100100;phone-context=+48",
        )
    ).row  # fmt: skip
    assert numbers(row) == ["+48609100109 ext 12", "+48425550104", "+48601100100"]
    assert row.custom == {
        "fax": "+48 42 555 01 01, +48 42 555 01 03, +48 42 555 01 05",
        "pager": "+48 42 555 01 02",
    }


@pytest.mark.parametrize("mark", ["PREF", "TYPE=PREF", "type=work;type=pref", "PREF=1", 'TYPE="work,pref"'])  # fmt: skip
def test_the_preferred_comes_first(read, mark):
    """In all spellings of PREF."""
    row = read(card("FN:A", "EMAIL;PREF=50:b@x.example", f"EMAIL;{mark}:a@x.example")).row
    assert row.emails == ("a@x.example", "b@x.example")


def test_addresses(read):
    """The preferred one is the person's, the others keep their label; a country may be a code beside."""
    row = read(
        card(
            "FN:A", "ADR;TYPE=HOME:12;app. 3;Long St 1;Town;Reg;00-001;", "item1.ADR;TYPE=PREF:;;ul. Prosta 1\\nII piętro;Łódź;;90-001;",
            "item1.X-ABADR:pl", "item2.ADR:;;Lake 1;;;;USA", "item2.X-ABLabel:Summer", "ADR:;;;;;;", "LABEL:not needed",
        )
    ).row  # fmt: skip
    assert (row.address, row.city, row.country) == ("ul. Prosta 1\nII piętro", "Łódź", "PL")
    assert row.addresses == (
        Address("home", "Long St 1\napp. 3\n12", "Town", "Reg", "00-001"),
        Address("Summer", "Lake 1", country="US"),
    )


def test_a_label_where_there_is_no_address(read):
    """Old cards have the address as it is printed."""
    row = read(card("FN:A", "LABEL;ENCODING=QUOTED-PRINTABLE:Prosta 1=0D=0A90-001", version="2.1")).row  # fmt: skip
    assert row.address == "Prosta 1\n90-001"


def test_what_others_call_theirs(read):
    """Chat, relatives, days and fields of phones and desktops become custom fields and key dates."""
    row = read(
        card(
            "FN:A", "IMPP;X-SERVICE-TYPE=Skype:skype:anna.n", "X-JABBER:a@j.example", "X-EVOLUTION-SPOUSE:Jan", "RELATED;TYPE=child;VALUE=text:Ola",
            "item1.X-ABRELATEDNAMES:Ewa", "item1.X-ABLabel:_$!<Mother>!$_", "item2.X-ABDATE:20200102", "item2.X-ABLabel:Umowa",
            "X-KADDRESSBOOK-X-Anniversary:2001-02-03", "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Anka;1;;;", "X-Klient-Nr:7\\,5",
            "X-SOCIALPROFILE;type=twitter;x-user=ann:x-apple:ann", "X-SOURCE:fair", "ROLE:boss", "GEO:52;21", "X-ASSISTANT:Zofia",
        )
    ).row  # fmt: skip
    assert row.dates == (("umowa", "2020-01-02", None), ("anniversary", "2001-02-03", None))
    assert row.custom == {
        "skype": "anna.n", "jabber": "a@j.example", "spouse": "Jan", "child": "Ola", "mother": "Ewa", "nickname": "Anka",
        "klient nr": "7,5", "twitter": "ann", "source (vCard)": "fair", "role (vCard)": "boss", "geo": "52, 21", "assistant": "Zofia",
    }  # fmt: skip


def test_names(read):
    """FN without N, N without FN, a name that only repeats the number or the company."""
    found = read(
        card("FN:Anna Nowak") + card("N:Nowak;Anna;Maria;dr;") + card("FN:+48 601 100 100", "TEL:+48601100100")
        + card("FN:Acme", "ORG:Acme", "X-ABShowAs:COMPANY") + card("FN:Beta", "KIND:org", version="4.0")
        + card("N:;;;;", "FN:", "NICKNAME:Anka", "EMAIL:a@x.example")
    )  # fmt: skip
    assert [(r.name, r.given, r.family, r.company) for r in found.rows] == [
        ("Anna Nowak", None, None, None), ("Anna Maria Nowak", "Anna", "Nowak", None), (None, None, None, None),
        (None, None, None, "Acme"), (None, None, None, "Beta"), ("Anka", None, None, None),
    ]  # fmt: skip
    assert found.rows[1].custom == {"prefix": "dr"}


def test_groups_are_tags(read):
    """Members get the group as a tag, whichever comes first, in both spellings; the group is left out."""
    found = read(
        card("KIND:group", "FN:Klienci", "MEMBER:urn:uuid:11111111-AAAA-4bbb-8ccc-000000000001", version="4.0")
        + card("FN:Anna", "UID:11111111-aaaa-4bbb-8ccc-000000000001") + card("FN:Ewa", "UID:e")
        + card("N:VIP", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:e")
    )  # fmt: skip
    assert [(row.name, row.tags) for row in found.rows] == [("Anna", ("Klienci",)), ("Ewa", ("VIP",))]  # fmt: skip
    assert [skip.reason for skip in found.skips] == [
        'the group "Klienci" is a tag of its members', 'the group "VIP" is a tag of its members',
    ]  # fmt: skip


def test_nested_cards_are_no_people(read):
    """The card of an assistant within a card; its name is kept."""
    found = read(
        card("FN:Anna", "AGENT:", "BEGIN:VCARD", "FN:Zofia", "TEL:1234567", "END:VCARD", "TITLE:CEO", version="2.1")
        + card("FN:Ewa")
    )  # fmt: skip
    assert [(row.name, row.title) for row in found.rows] == [("Anna", "CEO"), ("Ewa", None)]
    assert found.rows[0].custom == {"assistant": "Zofia"}
    assert not found.rows[0].phones


def test_a_missing_end_costs_nobody(read):
    """A card without END is one all the same, before another and at the end of the file."""
    text = card("FN:Anna").replace("END:VCARD\r\n", "") + card("FN:Ewa").replace("END:VCARD\r\n", "")  # fmt: skip
    found = read(text)
    assert [row.name for row in found.rows] == ["Anna", "Ewa"]
    assert found.said == ["its END:VCARD is missing"] * 2


def test_rejects_can_be_mended(read):
    """A card without anybody, bytes that are no text, words between cards: each with its line and reason."""
    raw = (card("NOTE:nobody") + card("FN:Ewa") + "hello\r\nworld\r\n").encode() + card("FN:An§na").encode().replace(b"\xc2", b"")  # fmt: skip
    raw = card("FN:Łukasz").encode() + card("FN:Ęwa").encode() + raw
    found = read(raw)
    assert [(r.line, r.record, r.reason.split(" at place")[0]) for r in found.rejects] == [
        (9, 3, "no name, e-mail, phone or company"),
        (17, 5, "text outside of a card"),
        (19, 6, "text has a broken character"),
    ]
    assert [one.original for one in found.originals] == [one.original for one in found.rejects]
    assert len(found.rows) == 3
    mended = found.mended[0].replace("NOTE:nobody", "FN:Somebody")
    row = read(mended + "\n").row
    assert (row.name, row.custom) == ("Somebody", None)


def test_the_owner_is_nobodys_contact(read):
    """The card of oneself is left out."""
    found = read(card("FN:Me", "EMAIL:ME@x.example"), owner=frozenset({"me@x.example"}))
    assert not found.rows
    assert [skip.reason for skip in found.skips] == ["the owner's own card"]


def test_no_card_no_contacts(read):
    """Another noun, or a file without a card, is refused."""
    with pytest.raises(UsageError, match="vCards hold contacts, not deals"):
        read(card("FN:A"), noun="deals")
    with pytest.raises(UsageError, match="no BEGIN:VCARD in it"):
        read("name\nAnna\n", format="vcard")


def test_megabytes_of_pictures_take_no_memory(tmp_path):
    """Folded, in one line, with a blank line behind: they stream by."""
    path = tmp_path / "big.vcf"
    folded = "PHOTO;ENCODING=b;TYPE=JPEG:" + "/9j/4AAQSkZJRgABAQAAAQ\r\n " * 200_000
    one = "PHOTO:data:image/jpeg;base64," + "/9j/4AAQSkZJRgABAQAAAQ" * 200_000
    path.write_text(card("FN:Anna", folded, "TITLE:a") + card("FN:Ewa", one, "TITLE:b"), newline="")
    tracemalloc.start()
    found = Read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(row.name, row.title) for row in found.rows] == [("Anna", "a"), ("Ewa", "b")]
    assert found.said[-1] == "pictures, sounds and keys are not kept; 2 in the file"
    assert peak < 5_000_000


def test_what_is_too_long_is_rejected(read):
    """A property of more than 1 MB, a card of more than 5,000: rejected, and the next one is read."""
    found = read(
        card("FN:A", "NOTE:" + "x" * 1_100_000) + card("FN:B", *["X-A:1"] * 6_000) + card("FN:C", "NOTE:" + "y\r\n " * 600_000)
        + card("FN:D")
    )  # fmt: skip
    assert [row.name for row in found.rows] == ["D"]
    assert [reject.reason for reject in found.rejects] == [
        "a property longer than 1 MB", "a card of more than 5,000 properties or 4 MB", "a property longer than 1 MB",
    ]  # fmt: skip


PIECES = st.lists(
    st.sampled_from(
        [b"BEGIN:VCARD", b"END:VCARD", b"VERSION:2.1", b"VERSION:4.0", b"FN:Anna", b"N:a;b", b"AGENT:", b"\r\n", b"\n", b"\r", b" ",
         b"PHOTO:", b"TEL;", b"PREF=", b'"', b":", b";", b"\\", b"=", b"=C5", b"ENCODING=QUOTED-PRINTABLE", b"CHARSET=utf-16",
         b"BDAY:--0230", b"item1.X-ABLabel:x", b"KIND:group", b"MEMBER:x", b"X-CRM-FIELD:", b"X-CRM-CONSENT:", b"UID:crm-0123456789abcdef",
         b"\xff\xfe", b"\xc5", b"\0", b"ADR", b"X-ANDROID-CUSTOM:", b"IMPP", b"BASE64", b"REV:", b"9999-12-31T23:59:59-12:00"]
    )
    | st.binary(max_size=6),
    max_size=40,
).map(b"".join)  # fmt: skip


@given(PIECES)
def test_any_bytes_are_read(tmp_path_factory, raw):
    """Whatever comes, it is rows, rejects or skips; each card is told of once."""
    path = tmp_path_factory.mktemp("any") / "x.vcf"
    path.write_bytes(b"BEGIN:VCARD\n" + raw)
    try:
        found = Read(path, format="vcard")
    except UsageError:
        return
    told = [*found.rows, *found.rejects, *found.skips]
    assert len({one.line for one in told}) == len(told)
    for reject in found.rejects:
        reject.original.encode()


@pytest.mark.parametrize(
    "piece",
    [b"BEGIN:VCARD\n", b"AGENT:\nBEGIN:VCARD\n", b"END:VCARD\n", b"NOTE:a\n b\n", b'TEL;TYPE="', b"N:\\;\n", b" \n", b"\r", b"=\n",
     b"FN;ENCODING=QUOTED-PRINTABLE:=\n=\n", b"CATEGORIES:,,,,\n", b"a:", b'"":'],
)  # fmt: skip
def test_hostile_repetition_is_linear(tmp_path, piece, benchmark_ratio):
    """Eight times the input costs about eight times the work, whatever is repeated."""
    benchmark_ratio(lambda size: _timed(tmp_path, piece, size))


def _timed(tmp_path, piece, size):
    path = tmp_path / f"{size}.vcf"
    path.write_bytes(b"BEGIN:VCARD\nVERSION:2.1\nFN:a\n" + piece * (size // len(piece)))
    Read(path, format="vcard")


@pytest.fixture
def benchmark_ratio():
    """Counts calls of Python functions and of C ones instead of looking at a clock."""
    import sys

    def ratio(work):
        counts = []
        for size in (30_000, 240_000):
            calls = 0

            def count(frame, event, arg):
                nonlocal calls
                calls += 1

            sys.setprofile(count)
            try:
                work(size)
            finally:
                sys.setprofile(None)
            counts.append(calls)
        assert counts[1] < 12 * counts[0] + 10_000

    return ratio


def test_a_folder_is_one_file(crm):
    """A folder of cards, as vdirsyncer keeps it: groups hold over its files, a reject names its file."""
    folder = crm.home / "contacts"
    (folder / "work").mkdir(parents=True)
    (folder / "b.vcf").write_text(card("FN:Anna", "UID:a", "PHOTO:x"))
    (folder / "a.vcf").write_bytes(card("FN:Łukasz", "UID:l").encode("utf-16"))
    (folder / "work" / "c.vcf").write_text(card("NOTE:x"))
    (folder / "work" / "g.vcf").write_text(card("KIND:group", "FN:VIP", "MEMBER:l", "MEMBER:a"))
    (folder / ".hidden.vcf").write_text("not a card")
    (folder / "notes.txt").write_text("not a card")
    result = crm("import", str(folder))
    assert result.code == 4
    assert "contacts, utf-8, vcard-3.0, 4 files" in result.err
    assert "contacts:12: work/c.vcf: no name, e-mail, phone or company" in result.err
    assert "4 read, 2 added, 0 updated, 0 unchanged, 1 skipped, 1 rejected" in result.err
    assert (crm.home / "contacts.rejects.vcf").exists()
    found = crm.ok("export", "--to", "jsonl", "--columns", "name,tags").lines
    assert [json.loads(line) for line in found] == [
        {"name": "Łukasz", "tags": ["VIP"]},
        {"name": "Anna", "tags": ["VIP"]},
    ]
    assert "2 unchanged" in crm("import", str(folder)).err


def test_a_folder_without_cards_is_refused(crm):
    """A folder of something else, or of nothing; a home folder with a card somewhere is one."""
    (crm.home / "downloads").mkdir()
    (crm.home / "downloads" / "x.vcf").write_text(card("FN:A"))
    (crm.home / "downloads" / "y.txt").write_text("x")
    result = crm("import", str(crm.home))
    assert result.code == 2
    assert "is a folder, and none of" in result.err


def shown(row):
    """A row as the file of expectations has it: what is set, but for its line."""
    values = row._asdict() | {"phones": numbers(row)}
    said = {key: value for key, value in values.items() if value not in (None, (), [])}
    del said["line"]
    return json.loads(json.dumps(said))


EXPECTED = json.loads((FOLDER / "vcard" / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_programs_write(name):
    """Outlook, Google, DAVx5, KAddressBook, Evolution, an old phone, and what is broken: every field."""
    found = Read(FOLDER / "vcard" / name)
    assert [shown(row) for row in found.rows] == EXPECTED[name]["rows"]
    assert [reject.reason for reject in found.rejects] == EXPECTED[name].get("rejected", [])
    assert [skip.reason for skip in found.skips] == EXPECTED[name].get("left_out", [])
    assert found.said == EXPECTED[name].get("said", [])


def test_a_card_within_something_else_is_no_file_of_cards(tmp_path):
    """A mail with a card in it is a mail, a table with one in a cell a table."""
    for text in ("From: a@x.example\n\nBEGIN:VCARD\n", "name,card\nAnna,BEGIN:VCARD\n"):
        assert not claims(text.encode())
    assert claims(b"\xef\xbb\xbfbegin:vcard\r\n")
    assert claims("BEGIN:VCARD\r\n".encode("utf-16"))


def test_a_folder_of_collections(crm):
    """What vdirsyncer keeps: a folder of folders of cards."""
    for name in ("home", "work"):
        (crm.home / "all" / name).mkdir(parents=True)
        (crm.home / "all" / name / "1.vcf").write_text(card(f"FN:{name}"))
    assert "2 added" in crm.ok("import", str(crm.home / "all")).err
