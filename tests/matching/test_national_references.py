"""Structured references of single countries, with the invoice's number inside."""

import pytest

from rules.matching import Rule, match
from tests.matching.builders import claim, ledger, money, paid

SWISS = "00 00000 00000 00000 02024 00177"  # 20240017, check digit 7
SWISS_WITH_CUSTOMER = "000000000000001001202400172"


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        ("2024-0017", SWISS),
        ("20240017", SWISS),
        ("2024-0017", SWISS_WITH_CUSTOMER),
        ("2024-0017", "202400178"),  # Finland, Estonia
        ("2024-0017", "0000202400178"),
        ("2024-0017", "202400172"),  # Norway, Luhn
        ("2024-0017", "1001202400179"),
        ("1234", "12344"),
        ("909337554", "+++090/9337/55493+++"),  # Belgium
    ],
)
def test_reference_with_right_check_digits_names_its_invoice(number: str, reference: str) -> None:
    verdict = match(money("", references=(reference,)), ledger(claim(number)))
    assert (verdict.rule, paid(verdict)) == (Rule.REFERENCE, [(number, 10_000)])


def test_part_is_paid_where_the_reference_has_the_whole_number_alone() -> None:
    known = ledger(claim("2024-0017"))
    assert paid(match(money("", 4_000, references=("202400178",)), known))
    customers = match(money("", 4_000, references=(SWISS_WITH_CUSTOMER,)), known)
    assert customers.rule is Rule.DOUBT


def test_check_digit_of_a_swiss_reference_is_no_digit_of_a_number() -> None:
    known = ledger(claim("202400177"))
    assert match(money("", references=(SWISS,)), known).rule is Rule.DOUBT


def test_reference_that_two_invoices_fit_goes_by_the_amount_or_to_a_person() -> None:
    known = ledger(claim("2024-0017", 5_000), claim("202400178", 8_000, "OTHER"))
    assert paid(match(money("", 5_000, references=("202400178",)), known)) == [("2024-0017", 5_000)]
    assert match(money("", 4_000, references=("202400178",)), known).rule is Rule.DOUBT


def test_reference_with_wrong_check_digits_names_nothing() -> None:
    verdict = match(
        money("", references=("000000000000000000202400178",)), ledger(claim("2024-0017"))
    )
    assert verdict.rule is Rule.DOUBT
