"""Tone, what comes next, where to pay: what a notice says besides its figures."""

import pytest

from rules.letters import Attachment
from rules.policy import StageKind
from tests.papers.builders import addressee, creditor, html, invoice, letter, mail, text

PDF = Attachment("invoice-1.pdf", b"%PDF-1.7")


@pytest.mark.parametrize(
    ("level", "title"),
    [(1, "Payment reminder"), (2, "Payment overdue"), (3, "Final reminder"), (7, "Final reminder")],
)
def test_level_sets_the_title(level: int, title: str) -> None:
    of = letter(level=level, next_step=StageKind.CALL)
    assert mail(of)["Subject"].startswith(title)
    assert title.upper() in text(of)
    assert f">{title}</h1>" in html(of)


@pytest.mark.parametrize(
    ("level", "title"),
    [(1, "Zahlungserinnerung"), (2, "Mahnung"), (3, "Letzte Mahnung"), (4, "Letzte Mahnung")],
)
def test_german_level_sets_the_title(level: int, title: str) -> None:
    of = letter(level=level, next_step=StageKind.LEGAL, addressee=addressee(language="de"))
    assert mail(of)["Subject"].startswith(f"{title} N-2012-000123")


def test_third_level_before_another_notice_does_not_claim_to_be_the_last() -> None:
    page = text(letter(level=3, next_step=StageKind.NOTICE))
    assert "URGENT REMINDER" in page
    assert "last time" not in page


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (StageKind.NOTICE, "another reminder"),
        (StageKind.CALL, "by telephone to find"),
        (StageKind.LEGAL, "to a lawyer"),
    ],
)
def test_next_step_is_announced(step: StageKind, words: str) -> None:
    page = " ".join(text(letter(next_step=step)).split())
    assert words in page
    assert words in " ".join(html(letter(next_step=step)).split())


def test_without_next_step_nothing_is_announced() -> None:
    assert "by then" not in text(letter(next_step=None))


@pytest.mark.parametrize("words", ["29 March 2012", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX"])
def test_both_parts_say_until_when_and_where_to_pay(words: str) -> None:
    assert words in text(letter())
    assert words in html(letter())


def test_creditor_without_bic_or_phone_leaves_no_empty_label() -> None:
    page = text(letter(creditor=creditor(bic="", phone="")))
    assert "BIC" not in page
    assert "telephone" not in page


def test_one_invoice_is_its_own_reference() -> None:
    assert "Reference: 0280670965" in text(letter(invoice()))


def test_several_invoices_are_referred_to_by_the_notice() -> None:
    assert "Reference: N-2012-000123" in text(letter(invoice("A"), invoice("B")))


def test_reference_of_a_vat_id_and_of_a_tax_number_differ() -> None:
    assert "VAT ID: DE123456789" in text(letter())
    assert "Tax number: 99/123/4" in text(letter(creditor=creditor(tax_id="99/123/4")))


def test_no_attachment_claims_none() -> None:
    assert "attached" not in text(letter())


def test_all_attached_says_so() -> None:
    assert "You will find the invoice attached" in text(letter(), PDF)


def test_some_attached_says_how_many() -> None:
    page = text(letter(invoice("A"), invoice("B"), invoice("C")), PDF, PDF)
    assert "2 of the invoices are attached" in page


def test_name_missing_greets_nobody_in_particular() -> None:
    assert "Dear Sir or Madam," in text(letter(addressee=addressee(name=" ")))


def test_german_greeting_goes_on_in_small_letters() -> None:
    page = text(letter(addressee=addressee(language="de", country="DE")))
    assert "Guten Tag Blumen Huber KG,\n\nsicher ist es" in page


def test_equal_facts_are_in_both_parts_once_each_language() -> None:
    of = letter(addressee=addressee(language="de", country="DE"))
    for word in ("Bitte überweisen Sie den offenen Betrag bis zum 29. März 2012.",):
        assert word in " ".join(text(of).split())
        assert word in html(of)
