"""Whatever bytes come, they become rows, rejects or a refusal: never a crash."""

from contextlib import closing
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import CrmError
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source

HEADERS = st.sampled_from(
    [
        b"",
        b"name,email,phone,birthday,tags,dates,note\n",
        b"uid,name,emails,phones,cadence\n",
        b"contact,kind,at,amount,currency,duration\n",
        b"contact;title;stage;amount;close\n",
        b"contact,due,every,text\n",
        b"'name,email\n",
        b"[",
        b"{",
        b'{"name": ',
        b'[{"uid": 1, ',
        b"\xff\xfe",
        b"\xfe\xff\x00n\x00a\x00m\x00e\x00\n",
        b"\xef\xbb\xbf",
        b"sep=;\nname\n",
        b"Imi\xea\n",
    ]
)
PIECES = st.sampled_from(
    [
        b"\0",
        b'"',
        b'""',
        b"\n",
        b"\r",
        b",",
        b";",
        b"\t",
        b"a@x.example",
        b"2026-01-10",
        b"call",
        b"=",
        b"1,234",
        b"31/12/2025",
        b"03/04/2025",
        b"--02-29",
        b"0000000000000000",
        b"+48601100101",
        b"\xf3",
        b"\xc5\x82",
        b"{}",
        b'{"name": [{"a": 1}]}',
        b"]",
        b"}",
        b":",
        b"1e999",
        b"9" * 50,
        b"every week",
        b"99999-99-99",
        b"\\",
        b"\xed\xa0\x80",
        b"renewal=2026-12-31/30d",
        b"12:00",
        b"T25:61",
        b"<",
        b">",
        b"\xe2\x80\xae",
        b"4,86E+10",
    ]
)
DATA = st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=30).map(b"".join))


@given(HEADERS, DATA, st.sampled_from([None, "contacts", "interactions", "deals", "followups"]))
def test_any_bytes_are_survived(head, data, noun):
    """Bytes that are no file of ours are refused by an error with a message of one line."""
    rejects, remarks = [], []
    try:
        source = open_source("-", Options(noun=noun, tz="UTC"), BytesIO(head + data))
        with closing(source):
            rows = list(source.rows(source.plan.holds[0], Told(rejects.append, remarks.append)))
            again = list(source.originals([reject.line for reject in rejects]))
    except CrmError as refusal:
        message = str(refusal)
        assert len(message.splitlines()) == 1, message
    else:
        assert [(r.line, r.record, r.original) for r in again] == [
            (r.line, r.record, r.original) for r in rejects
        ]
        assert [row.line for row in rows] == sorted({row.line for row in rows})
