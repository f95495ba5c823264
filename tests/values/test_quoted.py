"""What is new in an e-mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.quoted import said


@pytest.mark.parametrize(
    "rest",
    [
        "W dniu 4.02.2025 o 10:00, Anna Nowak pisze:\n> stare",
        "wt., 4 lut 2025 o 09:11 Jan <j@x.example> napisał(a):\n\n> a",
        "pt., 3 sty 2025 o 10:00 Anna Nowak <anna.nowak@acme.example>\nnapisał(a):\n> q",
        "Am 04.02.25 um 10:00 schrieb Anna Nowak:\n> alt",
        "Am Di., 4. Feb. 2025 um 10:00 Uhr schrieb Anna\n<anna@acme.example>:\n> alt",
        "Dne 4. 2. 2025 v 10:00 Jan Novák napsal(a):\n> stare",
        "út 4. 2. 2025 v 10:00 odesílatel Jan <j@x.example> napsal:\n\n> a",
        "ut 4. 2. 2025 o 9:11 Jan <j@x.example> napísal(a):\n\n> a",
        "3 февраля 2025 г., 10:00, Анна пишет:\n> q",
        "пн, 3 февр. 2025 г. в 10:00, Anna <a@b.example>:\n> q",
        "On Mon, Feb 3, 2025 at 10:00 AM Anna\n<anna@acme.example> wrote:\n> old",
        "-----Original Message-----\nFrom: x\n",
        "-----Wiadomość oryginalna-----\nOd: x",
        "-------- Ursprüngliche Nachricht --------\nVon: x",
        "---------- Původní zpráva ----------\nOd: x",
        "-----Pôvodná správa-----\nOd: x",
        "-------- Пересылаемое сообщение --------\nОт: x",
        "Od: Anna\nWysłano: wtorek\nDo: x\n",
        "Von: Anna\nGesendet: Montag\nAn: x",
        "От: Анна\nОтправлено: понедельник\nКому: x",
        "*From:* Anna\n*Sent:* Monday\n*To:* x",
        "________________________________\nVon: A\n",
        "--\nMarek\n+48 601 234 567",
        "> quoted below",
        "Wysłane z iPhone'a",
        "Sent from my iPhone",
    ],
)
def test_what_is_quoted_and_signed_goes(rest: str) -> None:
    """In six languages and four programs only the answer is left."""
    assert said(f"Tak, biorę.\nDo: jutra\n\n{rest}") == "Tak, biorę.\nDo: jutra"


@pytest.mark.parametrize(
    "text",
    ["> all of it", "--", "", "Schrieb er mir:\nfoo", "From: the start\nto the end", "He wrote:"],
)
def test_a_text_of_nothing_else_is_shown_whole(text: str) -> None:
    """Better a quotation than nothing."""
    assert said(text) == text


def test_answers_between_the_lines_are_kept() -> None:
    """Of somebody who answers point by point the points go, the answers stay."""
    text = "Re\nOn Mon, Feb 3, 2025 Anna wrote:\n> q1\nanswer 1\n> q2\nanswer 2\n--\nMarek"
    assert said(text) == "Re\nOn Mon, Feb 3, 2025 Anna wrote:\nanswer 1\nanswer 2"


@given(st.text(alphabet=st.sampled_from(list("> -\nOnAm:wrote_@<1.")), max_size=200))
def test_nothing_is_made_up(text: str) -> None:
    """Each line that is left is one of the text, in its order."""
    lines = iter(text.splitlines())
    for line in said(text).splitlines():
        if line.strip():
            assert any(line.strip() == other.strip() for other in lines)
