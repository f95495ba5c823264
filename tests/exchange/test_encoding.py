"""Encodings told apart by the letters of a few names."""

import io

import pytest

from crmcli.exchange.encoding import SAMPLE, decide

NAMES = {
    "pl": "Łukasz Wójcik;Łódź\nMałgorzata Szymańska-Ćwik;Poznań\nGrażyna Żółkiewska\n",
    "sk": "Ľubomír Šťastný;Žilina\nŽofia Ďuricová;Košice\nMária Kováčová\n",
    "cs": "Jiří Dvořák;Plzeň\nKateřina Černá;Brno\nOndřej Růžička\n",
    "de": "Jürgen Müller;Köln\nBjörn Weiß;Düsseldorf\nUrsula Öztürk;Lübeck\n",
    "fr": "François Lefèvre;Orléans\nHélène Bérénice;Besançon\n",
    "ru": "Иван Цыганков;Екатеринбург\nОльга Журавлёва;Казань\nАО «Волгасервис»\n",
    "uk": "Олексій Шевченко;Київ\nЮлія Ткаченко;Львів\n",
}
CODECS = {
    "pl": ("cp1250", "iso8859-2", "cp852"),
    "sk": ("cp1250", "iso8859-2", "cp852"),
    "cs": ("cp1250", "iso8859-2", "cp852"),
    "de": ("cp1252",),
    "fr": ("cp1252",),
    "ru": ("cp1251", "koi8-r", "cp866"),
    "uk": ("cp1251",),
}
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


def decoded(data):
    found = decide(io.BytesIO(data))
    return data[found.skip :].decode(found.name)


@pytest.mark.parametrize("language", NAMES)
def test_three_names_are_enough(language):
    """Three rows of names decode to themselves from every encoding of their language."""
    for codec in CODECS[language]:
        data = NAMES[language].encode(codec, "ignore")
        assert decoded(data) == data.decode(codec), codec


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("codec", UNICODE)
def test_unicode_is_recognised(language, codec):
    """Every form of Unicode is known, with a byte order mark and, save UTF-32, without."""
    text = "name;city\n" + NAMES[language]
    assert decoded(text.encode(codec)) == text


@pytest.mark.parametrize("name", ["Łukasz Wójcik", "Paweł Śliwa", "Štefan Hríbik", "Пётр Щербаков"])
def test_one_name_is_enough_on_windows(name):
    """One person with the letters of a language settles cp1250 or cp1251."""
    codec = "cp1251" if "П" in name else "cp1250"
    assert decide(io.BytesIO(name.encode(codec))).name == codec


@pytest.mark.parametrize(
    ("name", "codec"),
    [("Marta;Woźniak", "cp1250"), ("Nina;Mikuš", "iso8859-2"), ("Lucia;Vrábeľ", "cp1250")],
)
def test_one_letter_is_enough(name, codec):
    """A single letter is read as Windows has it, unless that letter never stands there."""
    assert decoded(name.encode(codec)) == name


def test_some_bad_lines_leave_utf_8():
    """A file in UTF-8 with one line from elsewhere is UTF-8 with one bad line."""
    data = NAMES["pl"].encode() + "Józef\n".encode("cp1250")
    assert decide(io.BytesIO(data)).name == "utf-8"


def test_letters_late_in_the_file_count():
    """A long stretch of ASCII before the first letter decides nothing."""
    data = b"plain,row\n" * (SAMPLE // 5) + NAMES["pl"].encode("cp1250")
    assert decide(io.BytesIO(data)).name == "cp1250"


def test_ascii_and_nothing():
    """Pure ASCII is ASCII, and so is an empty file."""
    assert decide(io.BytesIO(b"a,b\n")).name == "ascii"
    assert decide(io.BytesIO(b"")).name == "ascii"


def test_a_letter_cut_by_the_sample_is_no_damage():
    """A multi-byte letter across the end of the sample doesn't count against UTF-8."""
    data = b"x" * (SAMPLE - 1) + "ł".encode() + b"\n"
    assert decide(io.BytesIO(data)).name == "utf-8"
