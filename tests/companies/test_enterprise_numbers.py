"""The strict rule of the KBO behind a forgiving field."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from companies.enterprise_numbers import check_digits, clean, normalise, shown, validate


def code_of(text) -> str | None:
    with pytest.raises(ValidationError) as refusal:
        clean(text)
    return refusal.value.code


@pytest.mark.parametrize(
    "number",
    ["0566988259", "0353456320", "0440966354", "0831797467", "0403019261", "0314595348", "0428759497", "1000000516"],
)
def test_published_numbers_are_valid(number):
    assert clean(number) == number


@pytest.mark.parametrize("number", ["0200004300", "0200004298", "1000001999"])
def test_checks_that_other_libraries_let_through_are_refused(number):
    assert code_of(number) == "check"


@pytest.mark.parametrize("number", ["2147812701", "2147812897", "8000000000"])
def test_an_establishment_number_is_refused_with_an_explanation(number):
    assert code_of(number) == "establishment"
    with pytest.raises(ValidationError, match="vestiging"):
        clean(number)


@pytest.mark.parametrize(
    "typed",
    [
        "0566.988.259",
        "BE 0566.988.259",
        "be0566988259",
        "Be-0566-988-259",
        "BE.0566/988/259",
        "566988259",
        "566.988.259",
        "BE 566 988 259",
        "0566\u00a0988\u00a0259",
        "0566\u202f988\u202f259",
        "0566\u2011988\u2011259",
        "  0566988259  ",
        "\t0566 988 259\n",
        "BTW BE 0566.988.259",
        "btw 0566.988.259",
        "BTW: BE0566988259",
        "BE 0566 988 259",
        "0566/988/259",
        "0566\u2013988\u2013259",
        "0566\u200b988\u200b259",
        "\ufeff0566.988.259",
        "\u200e0566.988.259\u202c",
        "0566\u00ad988\u00ad259",
        "\u2060 0566 988 259",
        "０５６６９８８２５９",
        "ＢＥ ０５６６．９８８．２５９",
        "KBO 0566.988.259",
        "KBO-nummer: 0566.988.259",
        "BCE 0566.988.259",
        "TVA BE 0566.988.259",
        "VAT BE0566988259",
        "V.A.T. BE 0566.988.259",
        "BTW-nr. BE 0566.988.259",
        "ond.nr. 0566.988.259",
        "Ondernemingsnummer: 0566.988.259",
        "RPR 0566.988.259",
        "nr. 0566.988.259",
        "BE(0)566988259",
        "BE (0)566.988.259",
    ],
)
def test_every_common_notation_is_understood(typed):
    assert clean(typed) == "0566988259"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " . / - ",
        "BE",
        "0566988258",  # wrong check
        "056698825",  # nine digits, read as 0056698825
        "05669882590",
        "56698825",
        "BEBE0566988259",
        "NL0566988259",
        "0566BE988259",
        "0566988259BE",
        "0566,988,259",
        "0566_988_259",
        "O566988259",  # the letter O
        "+0566988259",
        "0566988259.0e0",
        "9999999999",
        "٠٥٦٦٩٨٨٢٥٩",
        "056698825\u00b2",
        "056698825\u2079",
        "0566988259\x00",
        "KBO",
        "KBO KBO 0566988259",
        "VATIKAAN 0566988259",
        "FR 0566988259",
        "\ud800566988259",
        "0" * 1_000_000,
        "9" * 400,
    ],
)
def test_anything_else_is_refused_with_a_sentence(typed):
    with pytest.raises(ValidationError) as refusal:
        clean(typed)
    assert refusal.value.messages[0].endswith((".", "?"))


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("0000000097", "valid"),  # a front of zeros: 97 - 0
        ("0000000196", "valid"),
        ("0000009601", "valid"),
        ("0000009600", "check"),
        ("0000009698", "check"),
        ("0000009797", "valid"),
        ("0000009700", "check"),
        ("0428759400", "check"),
        ("0428759498", "check"),
        ("1999999943", "valid"),
        ("1999999944", "check"),
        ("0566988250", "check"),
        ("0655988259", "check"),  # two digits changed places
        ("1566988259", "check"),
        ("2999999901", "establishment"),
        ("3000000000", "establishment"),
        ("4147812701", "establishment"),
        ("5555555555", "establishment"),
        ("6000000097", "establishment"),
        ("7147812701", "establishment"),
        ("8999999999", "establishment"),
        ("9000000097", "first_digit"),
        ("9147812701", "first_digit"),
        ("056698825", "check"),
        ("05669882", "format"),
        ("00566988259", "format"),
        ("BE", "format"),
        ("BTW", "format"),
        ("BTW BTW 0566988259", "format"),
        ("0566.988.259 (Brussel)", "format"),
        ("0566,988,259", "format"),
        ("LU0566988259", "format"),
        ("0566 988 25 9", "valid"),
        ("BE-0566.988/259", "valid"),
    ],
)
def test_a_table_of_numbers_and_what_each_is(number, answer):
    if answer == "valid":
        assert len(clean(number)) == 10
    else:
        assert code_of(number) == answer


@given(st.integers(min_value=0, max_value=19_999_999))
def test_for_every_front_exactly_one_check_is_valid(front):
    valid = []
    for check in range(100):
        try:
            validate(f"{front:08}{check:02}")
        except ValidationError:
            continue
        valid.append(check)
    assert valid == [97 - front % 97]


@given(st.integers(min_value=0, max_value=19_999_999))
def test_what_is_shown_is_understood_again(front):
    number = f"{front:08}" + check_digits(f"{front:08}")
    assert clean(shown(number)) == number
    assert clean("BE" + shown(number)) == number


@given(st.integers(min_value=20_000_000, max_value=99_999_999), st.integers(min_value=0, max_value=99))
def test_no_number_that_starts_with_2_to_9_is_valid(front, check):
    with pytest.raises(ValidationError):
        validate(f"{front}{check:02}")


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text):
    normalise(text)
    try:
        assert clean(text).isascii()
    except ValidationError:
        pass
