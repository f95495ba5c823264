"""Phone numbers in the spellings people use."""

import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import InvalidValueError
from crmcli.values import numbering
from crmcli.values.phone import looks_like_phone, parse, pretty, reader, split_many

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
POLISH = "+48609100109"


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("+48 609 100 109", None, POLISH),
        ("609100109", "PL", POLISH),
        ("609-100-109", "PL", POLISH),
        ("(609) 100.109", "PL", POLISH),
        ("0048 609 100 109", None, POLISH),
        ("48609100109", "PL", POLISH),
        ("tel:+48609100109", None, POLISH),
        ("tel. 609 100 109", "PL", POLISH),
        ("Kom.: 609 100 109", "PL", POLISH),
        ("'+48609100109", None, POLISH),
        ("48609100109.0", "PL", POLISH),
        ("+48\u00a0609\u2011100\u2011109", None, POLISH),
        ("+48 (0) 609 100 109", None, POLISH),
        ("+44 (0)20 7946 0018", None, "+442079460018"),
        ("+39 06 698 12345", None, "+390669812345"),
        ("8 (912) 300-30-09", "RU", "+79123003009"),
        ("0905 123 456", "SK", "+421905123456"),
        ("089/123456", "DE", "+4989123456"),
        ("+7 701 234 56 78", "PL", "+77012345678"),
        ("٠٦٠٩١٠٠١٠٩".replace("٠٦", "٦", 1), "PL", POLISH),
    ],
)
def test_parse_knows_a_number_in_any_spelling(typed, region, number):
    """A valid number is E.164, and its digits are its key."""
    phone = parse(typed, region)
    assert (phone.number, phone.key, phone.extension) == (number, number[1:], None)
    assert phone.valid


@pytest.mark.parametrize(
    ("typed", "extension"),
    [
        ("601 100 111 wew. 12", "12"),
        ("601 100 111 wew 12", "12"),
        ("601100111w.12", "12"),
        ("601 100 111 ext. 7", "7"),
        ("601 100 111 x7", "7"),
        ("601 100 111, доб. 104", "104"),
        ("601 100 111 kl. 3", "3"),
        ("601 100 111 (wew. 12)", "12"),
        ("601 100 111 #12", "12"),
        ("601100111,,12", "12"),
        ("tel:+48601100111;ext=12", "12"),
    ],
)
def test_parse_sets_the_extension_apart(typed, extension):
    """An extension is no part of the number or its key."""
    phone = parse(typed, "PL")
    assert (phone.number, phone.key, phone.extension) == ("+48601100111", "48601100111", extension)


@pytest.mark.parametrize(
    ("typed", "region", "key"),
    [
        ("42 555 01 0", "PL", "42555010"),
        ("609 100 109", None, "609100109"),
        ("+48 009 100 109", None, "48009100109"),
        ("+999 123 456", None, "999123456"),
        ("112", "PL", "112"),
        ("089 123456 Anna", "DE", "089123456"),
        ("+48 609 100 109 / 12 =", "PL", "4860910010912"),
    ],
)
def test_parse_keeps_what_no_country_has(typed, region, key):
    """A number that cannot exist stays as it was typed, found by its digits."""
    phone = parse(typed, region)
    assert (phone.number, phone.key, phone.valid) == (typed, key, False)


@pytest.mark.parametrize("typed", ["4,86E+10", "4.86e+10", "4,86091E10"])
def test_parse_refuses_what_a_spreadsheet_rounded(typed):
    """The last digits are lost, so no number is better than a wrong one."""
    with pytest.raises(InvalidValueError, match="rounded by a spreadsheet"):
        parse(typed, "PL")


@pytest.mark.parametrize("typed", ["", "-", "Anna", "12", "a@b.example", "1" * 21])
def test_parse_refuses_what_is_no_number(typed):
    """Too few digits, or too many, make no phone number."""
    with pytest.raises(InvalidValueError, match="phone number"):
        parse(typed, "PL")


@pytest.mark.parametrize("region", REGIONS)
def test_quick_agrees_with_phonenumbers(region):
    """The fast way says what phonenumbers says: random numbers, examples, and their neighbours."""
    rng = random.Random(region)  # noqa: S311  # nothing secret here
    code = str(phonenumbers.country_code_for_region(region))
    seeds = [
        str(example.national_number)
        for kind in range(11)
        if (example := phonenumbers.example_number_for_type(region, kind))
    ]
    for _ in range(60):
        seed = rng.choice(seeds)
        cut = rng.randrange(len(seed) + 1)
        tail = "".join(
            rng.choices("0123456789", k=max(0, len(seed) - cut + rng.choice((0, 0, 0, 1, -1))))
        )
        national = rng.choice(("", "", "", "0", "1", "8", code)) + seed[:cut] + tail
        for digits in (national, "+" + code + national):
            answer = numbering.quick(digits, region)
            if answer is not None:
                assert (answer or None) == numbering.full(digits, region), digits


@given(st.text(alphabet="0123456789", min_size=1, max_size=19), st.sampled_from([*REGIONS, None]))
def test_quick_agrees_on_any_digits(digits, region):
    """Whatever digits come, the two ways never differ."""
    for text in (digits, "+" + digits):
        answer = numbering.quick(text, region)
        assert answer is None or (answer or None) == numbering.full(text, region)


@pytest.mark.parametrize("region", ["PL", "SK", "CZ", "RU", "DE", "GB", "US", "FR", "UA"])
def test_common_numbers_need_no_full_parse(region):
    """Mobile numbers of the usual countries take the fast way, at home and abroad."""
    mobile = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    number = phonenumbers.format_number(mobile, phonenumbers.PhoneNumberFormat.E164)
    assert numbering.quick(number, None) == number
    assert numbering.quick(str(mobile.national_number), region) in (number, None)


@given(
    st.text(alphabet="+00123456789 -().", max_size=25) | st.text(max_size=12),
    st.sampled_from(["PL", "US", "DE", "IT", None]),
)
def test_reader_agrees_with_split_many(cell, region):
    """What the fast reader takes is the one number that the careful way finds in the cell."""
    quick = reader(region)(cell)
    if quick is not None:
        numbers, left = split_many(cell, region)
        assert not left
        assert [(p.number, p.key, p.extension, p.typed, p.valid) for p in numbers] == [
            (quick.number, quick.key, quick.extension, quick.typed, quick.valid)
        ]


@pytest.mark.parametrize("cell", ["+48 609 100 109", "609-100-109", "(609) 100 109", "609100109"])
def test_reader_takes_the_usual_spellings(cell):
    """Blanks, hyphens and parentheses are no reason for the slow way."""
    found = reader("PL")(cell)
    assert found is not None
    assert found.number == POLISH


@given(st.text(max_size=30))
def test_parse_takes_any_text(text):
    """Any text is a number or refused; what was made of a valid one is settled."""
    try:
        phone = parse(text, "PL")
    except InvalidValueError:
        return
    if phone.valid:
        assert parse(phone.number, None).number == phone.number


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("+48 609 100 109 / 42 555 01 09", [POLISH, "+48425550109"]),
        ("+421 908 200 208, +421 908 200 209", ["+421908200208", "+421908200209"]),
        ("609100109;601100111\n+48 601 100 112", [POLISH, "+48601100111", "+48601100112"]),
        ("609100109 ::: 601100111", [POLISH, "+48601100111"]),
        ("609 100 109, +48609100109", [POLISH]),
        ("601 100 111, wew. 12", ["+48601100111"]),
        ("42/555 01 09", ["+48425550109"]),
        ("- / n/a", []),
        ("brak", []),
        ("", []),
    ],
)
def test_split_many(cell, numbers):
    """Every usual separator; an area code's slash and an extension's comma part nothing."""
    phones, _ = split_many(cell, "PL")
    assert [phone.number for phone in phones] == numbers


def test_split_many_gives_leftovers_back():
    """What is no number is not lost."""
    phones, leftovers = split_many("609 100 109; ask Anna; 4,86E+10", "PL")
    assert [phone.number for phone in phones] == [POLISH]
    assert leftovers == ["ask Anna", "4,86E+10"]


def test_pretty_groups_numbers_for_people():
    """E.164 is grouped as its country does, anything else is left alone."""
    assert pretty(POLISH) == "+48 609 100 109"
    assert pretty("42 555 01 0") == "42 555 01 0"
    assert pretty("+x") == "+x"


def test_looks_like_phone():
    """Digits and a phone's punctuation, five digits at least."""
    assert all(map(looks_like_phone, (POLISH, "(42) 555-01-09", "42/55.501", "00 48 60")))
    assert not any(
        map(looks_like_phone, ("", "7", "1234", "Anna 609100109", "+48+60910", "F12345"))
    )
