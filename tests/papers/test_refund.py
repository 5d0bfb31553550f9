"""A refund's proof and its mail, in words and as a PDF."""

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from pypdf import PdfReader

from activities.papers import proof_html
from activities.papers.refund import refund_words
from gateways.creditor_file import read_creditor
from models.settings import HOME
from rules.creditor import RefundsShown
from rules.letters import Addressee, RefundLetter
from rules.money import Money
from rules.refunds import ReferenceKind
from tests.papers.conftest import PrintPdf

BERLIN = ZoneInfo("Europe/Berlin")
ARN = "74537604221431003881865"
LETTER = RefundLetter(
    number="F-C-1001-1",
    creditor=read_creditor(HOME / "creditor.toml"),
    addressee=Addressee("C-1001", "Müller & Söhne", "a@example.com", "en", "DE"),
    amount=Money(2050, "EUR"),
    reference=ARN,
    kind=ReferenceKind.ARN,
    done_on=date(2026, 11, 24),
    done_at=datetime(2026, 11, 24, 14, 3, tzinfo=BERLIN),
    arrives_by=date(2026, 11, 27),
    invoice="2026-0001",
    invoice_date=date(2026, 10, 1),
    invoice_total=Money(11900, "EUR"),
    payment="BANK-4711",
    payment_date=date(2026, 10, 20),
    payment_amount=Money(13950, "EUR"),
)
GERMAN = replace(LETTER, addressee=replace(LETTER.addressee, language="de"))
BY_BANK = replace(LETTER, reference="TRANSFER-9", kind=ReferenceKind.BANK, done_at=None)
BY_PROVIDER = replace(LETTER, reference="re_3Pq", kind=ReferenceKind.PROVIDER)


def test_proof_has_everything_on_one_page(print_pdf: PrintPdf) -> None:
    pdf = PdfReader(BytesIO(print_pdf(proof_html(LETTER))))
    assert len(pdf.pages) == 1
    text = " ".join(pdf.pages[0].extract_text().split()).replace("\N{NO-BREAK SPACE}", " ")
    for wanted in (
        "Proof of refund",
        "F-C-1001-1",
        "Farbtreu Shop",
        ARN,
        "24 November 2026, 14:03",
        "20,50 €",
        "2026-0001",
        "1 October 2026",
        "119,00 €",
        "BANK-4711",
        "20 October 2026",
        "139,50 €",
        "Farbtreu Shop - by Farbtreu Proof",
        "DE02 1203 0000 0000 2020 51",
        "Müller & Söhne",
    ):
        assert wanted in text, wanted


def test_time_names_its_zone() -> None:
    assert "14:03 MEZ" in proof_html(GERMAN)
    assert "14:03 CET" in proof_html(LETTER) or "14:03 GMT+1" in proof_html(LETTER)


def test_mail_says_name_iban_amount_day_and_number() -> None:
    words = refund_words(LETTER, enclosed=True)
    assert words.subject == "Your refund of 20,50 € from Farbtreu Shop"
    text = " ".join(words.text.split())
    assert "under the name Farbtreu Shop - by Farbtreu Proof and the IBAN DE02 1203" in text
    assert "within 3 business days, by 27 November 2026" in text
    assert f"the acquirer reference number (ARN) {ARN}" in text
    assert "attached" in text


def test_german_customer_reads_german() -> None:
    words = refund_words(GERMAN, enclosed=True)
    assert words.language == "de"
    assert "Auf Ihrem Kontoauszug" in words.text
    assert "innerhalb von 3 Bankarbeitstagen" in " ".join(words.text.split())


def test_transfer_by_a_bank_has_no_arn_and_no_hour_that_nobody_knows() -> None:
    page, words = proof_html(BY_BANK), refund_words(BY_BANK, enclosed=False)
    assert "ARN" not in page + words.text + words.html
    assert "the transfer with the reference TRANSFER-9" in " ".join(words.text.split())
    assert "Date and time" not in page
    assert "attached" not in words.text


def test_refund_without_an_arn_has_the_providers_reference_and_no_bank_is_asked_for_it() -> None:
    page, words = proof_html(BY_PROVIDER), refund_words(BY_PROVIDER, enclosed=True)
    assert "ARN" not in page + words.text + words.html
    assert "write to us and name the reference re_3Pq" in " ".join(words.text.split())
    assert "Reference of the payment provider" in page
    assert "Bank transfer" not in page


def test_without_a_virtual_account_the_creditors_own_stands_on_the_statement() -> None:
    plain = replace(LETTER.creditor, site_name="", refunds=RefundsShown())
    words = refund_words(replace(LETTER, creditor=plain), enclosed=True)
    text = " ".join(words.text.split())
    assert "under the name Farbtreu Proof GmbH and the IBAN DE89 3704" in text


def test_name_with_markup_does_no_harm() -> None:
    evil = replace(LETTER, addressee=replace(LETTER.addressee, name="<b>x</b>"))
    assert "<b>x</b>" not in proof_html(evil) + refund_words(evil, enclosed=True).html
