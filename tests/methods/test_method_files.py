"""Files of payment methods: what a row may say, and the sentence that refuses it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FileMistake
from rules.methods import Brand, Frequency, MethodKind, Provider, Scheme, Wanted
from tests.files.ledgers import at, invoice_text, payment_text, read_text
from tests.methods.builders import (
    BY_HAND,
    CARD,
    IBAN,
    MANDATE,
    OTHER_IBAN,
    methods_text,
    read_methods,
    refusal,
)


class TestRows:
    def test_a_mandate_says_all_a_bank_has_to_know(self, tmp_path: Path) -> None:
        row = {
            **MANDATE,
            "iban": "de89 3704 0044 0532 0130 00",
            "bic": "COBADEFFXXX",
            "holder": "Anna Muster",
            "scheme": "b2b",
            "sequence": "one_off",
            "notice_days": "5",
            "bank": "house",
            "preferred": "yes",
        }
        (found,) = read_methods(tmp_path, row)
        assert (found.customer_id, found.line) == ("C1", 2)
        assert found.wanted == Wanted(
            kind=MethodKind.MANDATE,
            reference="MAND-1",
            iban=IBAN,
            bic="COBADEFFXXX",
            holder="Anna Muster",
            signed_on=date(2026, 1, 5),
            scheme=Scheme.B2B,
            frequency=Frequency.ONE_OFF,
            notice_days=5,
            bank="house",
            preferred=True,
        )

    def test_a_card_is_a_provider_s_token(self, tmp_path: Path) -> None:
        row = {
            **CARD,
            "provider_customer": "cus_1",
            "brand": "visa",
            "instrument": "fp_1",
            "expires_on": "2028-02",
        }
        (found,) = read_methods(tmp_path, row)
        assert found.wanted == Wanted(
            kind=MethodKind.CARD,
            provider=Provider.STRIPE,
            token="pm_1",
            provider_customer="cus_1",
            brand=Brand.VISA,
            instrument="fp_1",
            expires_on=date(2028, 2, 29),
        )

    def test_by_hand_needs_nothing(self, tmp_path: Path) -> None:
        (found,) = read_methods(tmp_path, BY_HAND)
        assert found.wanted == Wanted(kind=MethodKind.BY_HAND)

    def test_a_reference_alone_is_a_mandate_that_announces_nothing(self, tmp_path: Path) -> None:
        (found,) = read_methods(
            tmp_path, {"customer_id": "C1", "kind": "mandate", "reference": "soft:1"}
        )
        assert found.wanted.usual_notice_days == 0

    def test_a_mandate_is_announced_14_days_before_where_nothing_else_is_said(
        self, tmp_path: Path
    ) -> None:
        (found,) = read_methods(tmp_path, MANDATE)
        assert (found.wanted.notice_days, found.wanted.usual_notice_days) == (None, 14)

    def test_further_columns_are_passed_over(self, tmp_path: Path) -> None:
        (found,) = read_methods(tmp_path, {**BY_HAND, "colour": "green"})
        assert found.wanted == Wanted(kind=MethodKind.BY_HAND)

    @pytest.mark.parametrize("bic", ["", "BARCGGSP", "BARCGB22"])
    def test_banks_of_the_channel_islands_have_british_accounts(
        self, tmp_path: Path, bic: str
    ) -> None:
        row = {**MANDATE, "iban": "GB29NWBK60161331926819", "bic": bic or "NWBKGB2L"}
        (found,) = read_methods(tmp_path, row)
        assert found.wanted.bic == (bic or "NWBKGB2L")


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "column", "words"),
        [
            ({"kind": ""}, "kind", "is empty, expected mandate, card or by_hand"),
            ({"kind": "sepa"}, "kind", "'sepa' is none, expected mandate, card or by_hand"),
            (
                {"iban": "DE88370400440532013000"},
                "iban",
                "is no valid IBAN (the number's checksum or check digit is invalid), expected one "
                "like DE89 3704 0044 0532 0130 00",
            ),
            (
                {"bic": "COBA"},
                "bic",
                "'COBA' is no BIC, expected 8 or 11 letters and digits",
            ),
            (
                {"bic": "BNPAFRPP"},
                "bic",
                "BNPAFRPP is a bank in FR, expected one in DE as the account is",
            ),
            (
                {"iban": "CH9300762011623852957"},
                "bic",
                "is empty, expected the bank's: the account is in CH, outside the EEA",
            ),
            ({"reference": ""}, "reference", "is empty, expected the mandate's reference"),
            (
                {"reference": "X" * 36},
                "reference",
                f"'{'X' * 36}' is no mandate's reference, expected 1 to 35 letters, digits, spaces "
                "or +?/:().,'- without a slash at either end",
            ),
            (
                {"signed_on": ""},
                "signed_on",
                "is empty, expected the day the mandate was signed",
            ),
            (
                {"signed_on": "5.1.2026"},
                "signed_on",
                "'5.1.2026' is no date, expected YYYY-MM-DD",
            ),
            ({"scheme": "cor1"}, "scheme", "'cor1' is none, expected core or b2b"),
            ({"sequence": "first"}, "sequence", "'first' is none, expected recurrent or one_off"),
            (
                {"notice_days": "0"},
                "notice_days",
                "'0' is no notice period, expected 1 to 90 days",
            ),
            (
                {"notice_days": "91"},
                "notice_days",
                "'91' is no notice period, expected 1 to 90 days",
            ),
            ({"preferred": "maybe"}, "preferred", "'maybe' is neither, expected yes or no"),
            (
                {"provider": "stripe"},
                "token",
                "is empty, expected the provider's name of the method",
            ),
        ],
    )
    def test_a_wrong_mandate_is_refused_with_what_was_expected(
        self, tmp_path: Path, change: dict[str, str], column: str, words: str
    ) -> None:
        assert refusal(tmp_path, {**MANDATE, **change}) == (column, words)

    @pytest.mark.parametrize(
        ("change", "column", "words"),
        [
            ({"token": ""}, "token", "is empty, expected the provider's name of the method"),
            ({"provider": ""}, "provider", "a bank's file carries no card, expected stripe"),
            ({"brand": "amex"}, "brand", "'amex' is none, expected visa, mastercard or other"),
            (
                {"expires_on": "2028-13"},
                "expires_on",
                "2028-13 is no month, expected one like 2028-05",
            ),
            (
                {"expires_on": "05/28"},
                "expires_on",
                "'05/28' is no date, expected YYYY-MM-DD",
            ),
        ],
    )
    def test_a_wrong_card_is_refused_with_what_was_expected(
        self, tmp_path: Path, change: dict[str, str], column: str, words: str
    ) -> None:
        assert refusal(tmp_path, {**CARD, **change}) == (column, words)

    @pytest.mark.parametrize("reference", ["/A", "A/", "A//B", "Ä1", "A_1", "A*"])
    def test_a_reference_that_banks_refuse_is_refused_here(
        self, tmp_path: Path, reference: str
    ) -> None:
        assert refusal(tmp_path, {**MANDATE, "reference": reference})[0] == "reference"

    def test_a_wrong_account_is_not_repeated_where_logs_may_have_it(self, tmp_path: Path) -> None:
        _, words = refusal(tmp_path, {**MANDATE, "iban": "DE88370400440532013000"})
        assert "2013000" not in words

    @settings(
        deadline=None,
        derandomize=True,
        max_examples=60,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(place=st.integers(2, 21), digit=st.integers(1, 9))
    def test_one_wrong_digit_of_an_account_is_always_found(
        self, tmp_path: Path, place: int, digit: int
    ) -> None:
        wrong = str((int(IBAN[place]) + digit) % 10)
        iban = IBAN[:place] + wrong + IBAN[place + 1 :]
        assert refusal(tmp_path, {**MANDATE, "iban": iban})[0] == "iban"


class TestHeader:
    def test_invoices_payments_and_methods_are_told_apart_in_one_import(
        self, tmp_path: Path
    ) -> None:
        texts = (payment_text({}), methods_text(MANDATE), invoice_text({}))
        payments, methods, invoices = read_text(tmp_path, *texts)
        assert (len(payments.payments), len(methods.methods), len(invoices.invoices)) == (1, 1, 1)

    def test_an_invoice_may_have_a_kind(self, tmp_path: Path) -> None:
        (file,) = read_text(tmp_path, invoice_text({"kind": "rent"}))
        assert (len(file.invoices), file.methods) == (1, ())

    def test_a_file_of_only_its_header_is_valid(self, tmp_path: Path) -> None:
        (file,) = read_text(tmp_path, "customer_id,kind\n")
        assert file.methods == ()

    def test_a_row_is_refused_with_file_line_and_column(self, tmp_path: Path) -> None:
        text = methods_text({**MANDATE, "iban": OTHER_IBAN}, {**MANDATE, "iban": "x"})
        with pytest.raises(FileMistake) as refused:
            read_text(tmp_path, text)
        assert at(refused.value) == ("a.csv", 3, "iban")
