"""A payer's own designation comes first (BGB 366 I): numbers as people write them."""

from dataclasses import replace

import pytest

from rules.matching import Ledger, Rule, match
from tests.matching.builders import claim, ledger, money, paid


def one(number: str) -> Ledger:
    """An invoice of this number among others that look like it."""
    return ledger(
        claim(number),
        claim("2023-00777", 7_700),
        claim("RE-2024/9999", 9_900, "OTHER"),
        claim("INV0099999", 5_500, "THIRD"),
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("2024-00123", "2024-00123"),
        ("2024-00123", "Rechnung Nr. 2024-00123 vom 12.03.2024"),
        ("2024-00123", "RECHNUNG 2024 00123 KD 4711"),
        ("2024-00123", "rg.202400123"),
        ("2024-00123", "Zahlung 2024-00\n123 danke"),
        ("2024-00123", "2024-\n00123"),
        ("2024-00123", "Facture no 2024/00123, 100,00 EUR"),
        ("RE-2024/1234", "re-2024/1234"),
        ("RE-2024/1234", "RE2024 1234"),
        ("RE-2024/1234", "Rechnung 2024/1234"),
        ("RE-2024/1234", "SVWZ+RE 20\n24/1234"),
        ("INV0012345", "inv 0012345"),
        ("INV0012345", "INV0012345/REF 88"),
        ("INV0012345", "invoice 0012345 tel +49 711 5550100"),
        ("R2024.1234", "R 2024.1234"),
        ("0000611365", "0000611365"),
        ("0000611365", "Rechnung 0000611365 23.5."),
        ("8081319512", "P8081319512 8081319512"),
        ("Ä-77001", "a-77001"),
    ],
)
def test_number_as_people_write_it_names_its_invoice(number: str, text: str) -> None:
    verdict = match(money(text), one(number))
    assert paid(verdict) == [(number, 10_000)]
    assert verdict.rule is Rule.NUMBER
    assert number in verdict.reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "danke",
        "DE89 3704 0044 0532 0130 00",
        "Kunde 4711",
        "vom 20.24.0012",
        "tel. 0711 2024 00123 0",
        "10.000,00",
    ],
)
def test_text_without_a_number_of_ours_names_nothing(text: str) -> None:
    verdict = match(money(text, 1), one("2024-00123"))
    assert (verdict.rule, verdict.shares) == (Rule.DOUBT, ())


@pytest.mark.parametrize("text", ["2024-123", "Rechnung 2024/123", "INV 12345"])
def test_leading_zeros_left_out_are_believed_where_the_amount_comes_out(text: str) -> None:
    known = ledger(claim("2024-00123"), claim("INV0012345"))
    assert len(match(money(text), known).shares) == 1
    assert match(money(text, 9_000), known).rule is Rule.DOUBT


@pytest.mark.parametrize(
    "text",
    [
        "2024-00123/124/125",
        "2024-00123 + 00124 + 00125",
        "2024-00123, 2024-00124 und 2024-00125",
        "2024-00123 bis 125",
        "2024-00123 un\nd 00\n124 + 00125",
        "RG 2024-00123 to 2024-00125",
        "202400123202400124 2024-00125 2024-00123 2024-00124",
    ],
)
def test_several_numbers_whose_sum_comes_out_are_all_paid(text: str) -> None:
    known = ledger(
        claim("2024-00123", 1_000), claim("2024-00124", 2_000), claim("2024-00125", 3_500)
    )
    verdict = match(money(text, 6_500), known)
    assert paid(verdict) == [
        ("2024-00123", 1_000),
        ("2024-00124", 2_000),
        ("2024-00125", 3_500),
    ]


@pytest.mark.parametrize(
    "text", ["2024-00123/00456", "2024-00123 t/m 2024-00125", "2024-00123 bis einschl. 2024-00125"]
)
def test_list_over_several_customers_is_paid_where_its_sum_comes_out(text: str) -> None:
    known = ledger(
        claim("2024-00123", 1_000),
        claim("2024-00124", 2_000, "B"),
        claim("2024-00125", 3_500, "C"),
        claim("2024-00456", 5_500, "B"),
    )
    assert sum(amount for _, amount in paid(match(money(text, 6_500), known))) == 6_500
    assert len(match(money(text, 6_500), known).shares) > 1
    assert match(money(text, 6_400), known).rule is Rule.DOUBT


def test_creditor_reference_in_a_text_names_its_invoice() -> None:
    for text in ("Ref. RF947310628", "RF94 7310 628 danke", "ZAHLUNG RF94\n7310628"):
        verdict = match(money(text), ledger(claim("7310628")))
        assert (verdict.rule, paid(verdict)) == (Rule.REFERENCE, [("7310628", 10_000)])


def test_creditor_reference_names_its_invoice() -> None:
    known = ledger(claim("2024-00123"))
    verdict = match(money("", references=("RF46 2024 0012 3",)), known)
    assert (verdict.rule, paid(verdict)) == (Rule.REFERENCE, [("2024-00123", 10_000)])


@pytest.mark.parametrize("where", ["remittance", "references"])
def test_creditor_reference_with_a_wrong_checksum_needs_the_exact_amount(where: str) -> None:
    known, broken = ledger(claim("2024-00123")), "RF93 2024 0012 3"
    entry = money(broken) if where == "remittance" else money("", references=(broken,))
    assert paid(match(entry, known)) == [("2024-00123", 10_000)]
    assert match(replace(entry, amount=9_000), known).rule is Rule.DOUBT


def test_end_to_end_id_that_is_a_number_names_its_invoice() -> None:
    verdict = match(money("", end_to_end_id="2024-00123"), one("2024-00123"))
    assert paid(verdict) == [("2024-00123", 10_000)]


@pytest.mark.parametrize("text", ["2024-00132", "2024-0123", "2024-001233", "2024-00173"])
def test_one_typing_error_with_the_exact_amount_is_understood(text: str) -> None:
    verdict = match(money(text), one("2024-00123"))
    assert (verdict.rule, paid(verdict)) == (Rule.TYPING_ERROR, [("2024-00123", 10_000)])


def test_typing_error_near_two_invoices_of_the_amount_is_left_to_a_person() -> None:
    known = ledger(claim("2024-00123"), claim("2024-00124", customer="OTHER"))
    verdict = match(money("2024-00127"), known)
    assert verdict.rule is Rule.DOUBT
    assert {c.invoice_number for c in verdict.candidates} == {"2024-00123", "2024-00124"}


def test_typing_error_of_another_amount_is_left_to_a_person() -> None:
    assert match(money("2024-00132", 9_000), one("2024-00123")).rule is Rule.DOUBT


def test_number_of_another_customer_where_the_payer_has_one_nearly_alike_is_doubted() -> None:
    known = ledger(
        claim("2024-00123", customer="PAYER"),
        claim("2024-00124", customer="OTHER"),
        accounts={"DE1": "PAYER"},
    )
    assert match(money("2024-00124", party_account="DE1"), known).rule is Rule.DOUBT
    assert match(money("2024-00124", party_account="DE2"), known).shares
    assert match(money("2024-00124", party_name="Payer GmbH"), known).rule is Rule.DOUBT


def test_customer_paying_for_another_is_believed() -> None:
    known = ledger(
        claim("2024-55555", customer="OTHER"), claim("2024-00123"), accounts={"DE1": "ACME"}
    )
    assert paid(match(money("2024-55555", party_account="DE1"), known))
    part = match(money("2024-55555", 9_000, party_account="DE1"), known)
    assert part.rule is Rule.DOUBT
