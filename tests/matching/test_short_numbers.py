"""Numbers so short, or so like something else, that a text may name them without meaning them."""

import pytest

from rules.matching import Rule, match
from tests.matching.builders import claim, ledger, money, paid


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("12", "faktura 12/2023"),
        ("3", "Angebot 2024-3"),
        ("12", "PLZ 10117 Hausnr 12"),
        ("ABC-123", "Danke 123"),
        ("R2", "2 Rechnungen"),
        ("2024", "Mitgliedsbeitrag 2024"),
        ("2023", "Angebot 2024-3"),
        ("1003", "Kunden-Nr. 1003"),
        ("100234", "Auftrag 100234"),
        ("0117", "PLZ 10117 Berlin"),
        ("12/2024", "faktura 12/2023"),
    ],
)
def test_stranger_whose_text_only_looks_like_a_number_is_left_to_a_person(
    number: str, text: str
) -> None:
    assert match(money(text, party_name="Somebody"), ledger(claim(number))).rule is Rule.DOUBT


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("17", "Rechnung 17"),
        ("17", "Rechnung Nr. 17"),
        ("17", "Nr. 17"),
        ("17", "17"),
        ("0017", "faktura VAT nr 0017"),
        ("0017", "sąskaita faktūra Nr. 0017"),
        ("0017", "facture n° 0017"),
        ("ABC-7", "abc 7"),
        ("ABC-7", "zapłata za fakturę 7"),
        ("123", "Rechnung 123 vom 12.03.2024"),
        ("K1001-2024-17", "K1001/2024/17"),
        ("1033-002", "SVWZ+1033/002 danke"),
    ],
)
def test_short_number_that_is_called_an_invoices_names_it(number: str, text: str) -> None:
    known = ledger(claim(number), claim("999", 7_700, "OTHER"))
    assert paid(match(money(text, party_name="ACME GmbH"), known)) == [(number, 10_000)]


def test_short_number_with_another_amount_needs_its_payer() -> None:
    known = ledger(claim("17"))
    assert match(money("Rechnung 17", 4_000), known).rule is Rule.DOUBT
    assert paid(match(money("Rechnung 17", 4_000, party_name="ACME GmbH"), known))


@pytest.mark.parametrize(
    "text",
    [
        "RE-2024/1268 t/m 1270, Kd.Nr. K10064",
        "RE-2024/1268 - 1270",
        "RE-2024/1268 bis einschl. 1270",
        "RE-2024/1268 BIS EINSCHL. RE-2024/1270",
        "INV RE-2024/1268 - RE-2024/1270 d.d. 14.11.2023",
    ],
)
def test_row_of_numbers_means_those_between_too(text: str) -> None:
    amounts = {"RE-2024/1268": 4_900, "RE-2024/1269": 23_800, "RE-2024/1270": 23_758}
    known = ledger(*(claim(number, amount) for number, amount in amounts.items()))
    assert dict(paid(match(money(text, 52_458), known))) == amounts


def test_dash_between_two_may_mean_the_two_alone() -> None:
    known = ledger(claim("2024-00123", 1_000), claim("2024-00124", 2_000), claim("2024-00125", 400))
    for text in ("2024-00123 - 00125", "2024-00123 - 2024-00125"):
        assert sorted(paid(match(money(text, 1_400), known))) == [
            ("2024-00123", 1_000),
            ("2024-00125", 400),
        ]


def test_rest_that_another_invoice_is_owed_exactly_is_left_to_a_person() -> None:
    known = ledger(claim("2024-00123", 1_000), claim("2024-00777", 2_000))
    verdict = match(money("2024-00123 und Vormonat", 3_000), known)
    assert (verdict.rule, len(verdict.candidates)) == (Rule.DOUBT, 2)
    assert paid(match(money("2024-00123", 3_100), known)) == [("2024-00123", 3_100)]
