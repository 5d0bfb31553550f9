"""What the mails say: true, complete, and nothing that shames or threatens anybody."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from activities.papers.debits import debit_words
from rules.debit_reasons import Why, why_told
from rules.letters import AnnouncedDebit, AnnouncementLetter, Debited, FailedDebit, FailedLetter
from rules.methods import MethodKind
from rules.money import Money
from rules.returns import REASONS
from tests.papers.builders import addressee, creditor

MANDATE = Debited(kind=MethodKind.MANDATE, last_four="3000", mandate="MREF-1")
CARD = Debited(kind=MethodKind.CARD, card="Visa")
FAILED = FailedDebit(
    invoice="R-1001",
    amount=Money(11900, "EUR"),
    owed=Money(11900, "EUR"),
    day=date(2026, 3, 2),
    by=MANDATE,
    why=Why.NOT_THEN,
    again=True,
    again_on=date(2026, 3, 4),
)
# Nobody is told that they have no money, that they owe, or that it costs: that is for nobody's eyes,
# for another letter, or not so at all.
NEVER = (
    *("insufficient", "fund", "cover", "money", "balance", "debt", "owe", "overdue", "default"),
    *("fee", "cost", "charge", "penal", "remind", "lawyer", "legal", "warn", "fault", "guilt"),
    *("must", "immediately", "fail", "bounce", "reject", "decline", "died", "deceased"),
    *("deckung", "gedeckt", "geld", "guthaben", "schuld", "offen", "verzug", "gebühr", "kosten"),
    *("mahn", "anwalt", "inkasso", "rücklast", "müssen", "umgehend", "sofort", "verstorben"),
)


def letter(*debits: FailedDebit, language: str = "en", name: str = "Ada") -> FailedLetter:
    to = addressee(language=language, name=name)
    own = creditor(address=("Hauptstraße 1",))
    return FailedLetter(number="L-C1-1", creditor=own, addressee=to, debits=debits)


def text(*debits: FailedDebit, language: str = "en") -> str:
    return one_line(debit_words(letter(*debits, language=language)).text)


def one_line(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_word_of_a_failed_debit_shames_threatens_or_claims_a_fee(language: str) -> None:
    follows = ((True, None), (False, None), (False, CARD))
    for why, (again, another), back, by in product(Why, follows, (True, False), (MANDATE, CARD)):
        debit = replace(FAILED, why=why, came_back=back, by=by, again=again, another=another)
        for debits in ((debit,), (debit, FAILED)):
            words = debit_words(letter(*debits, language=language))
            said = f"{words.subject} {words.text}".lower()
            assert [word for word in NEVER if word in said] == [], debits


@pytest.mark.parametrize("code", [*REASONS, "insufficient_funds", "expired_card", "XX99", ""])
@pytest.mark.parametrize("by", [MANDATE, CARD], ids=["mandate", "card"])
def test_every_reason_has_its_sentence(code: str, by: Debited) -> None:
    said = text(replace(FAILED, by=by, why=why_told(code, by.kind)))
    happened, _, why = said.partition("That did not work. ")
    assert ("card" in happened + why.partition(".")[0]) == (by is CARD)
    assert why.startswith(("The ", "We were told"))


def test_account_that_is_closed_is_told_otherwise_than_one_without_cover() -> None:
    assert why_told("AC04", MethodKind.MANDATE) is Why.ACCOUNT
    assert why_told("AM04", MethodKind.MANDATE) is Why.NOT_THEN
    assert why_told("MD01", MethodKind.MANDATE) is Why.MANDATE


def test_what_is_tried_instead_is_named_and_no_transfer_asked_for() -> None:
    said = text(replace(FAILED, again=False, again_on=None, another=CARD))
    assert "We will debit it from your Visa card instead." in said
    assert "Please transfer" not in said


def test_several_that_failed_are_told_one_by_one_in_one_mail() -> None:
    other = replace(FAILED, invoice="R-2", owed=Money(500, "EUR"), by=CARD, again=False)
    words = debit_words(letter(FAILED, replace(other, again_on=None)))
    said = one_line(words.text)
    assert words.subject == "About 2 debits, Farbtreu Proof GmbH"
    assert "once more on 4 March 2026, for €119.00" in said
    assert "Please transfer €5.00 to the account below, with R-2 as the reference." in said
    assert "Reference: the invoice number" in said
    assert said.count("Such things happen") == 1


def test_retry_is_announced_with_amount_day_mandate_and_creditor_identifier() -> None:
    for wanted in ("once more on 4 March 2026, for €119.00", "MREF-1", "DE98ZZZ09999999999"):
        assert wanted in text(FAILED)


def test_card_has_neither_mandate_nor_creditor_identifier() -> None:
    said = text(replace(FAILED, by=CARD))
    assert "from your Visa card" in said
    assert "Mandate" not in said
    assert "DE98" not in said


def test_reference_alone_is_debited_from_an_account_without_a_number() -> None:
    by = Debited(kind=MethodKind.MANDATE, mandate="MREF-1")
    assert "from your account. " in text(replace(FAILED, by=by))


def announcement(*debits: AnnouncedDebit, language: str = "en", name: str = "Ada") -> str:
    to = addressee(language=language, name=name, country="DE")
    made = AnnouncementLetter(number="L-C1-1", creditor=creditor(), addressee=to, debits=debits)
    return one_line(debit_words(made).text)


def debit(invoice: str = "R-1", minor: int = 11900, currency: str = "EUR") -> AnnouncedDebit:
    day = date(2026, 3, 17)
    return AnnouncedDebit(invoice=invoice, amount=Money(minor, currency), day=day, by=MANDATE)


def test_several_are_added_per_currency() -> None:
    said = announcement(debit("R-1"), debit("R-2", 100), debit("R-3", 90000, "JPY"), language="de")
    assert "Insgesamt: 120,00 € Insgesamt: 90.000 ¥" in said
    assert said.count("MREF-1") == 3


def test_name_as_long_as_it_may_be_breaks_no_line() -> None:
    long = "Allgemeine Gesellschaft für Druckvorstufe, Papiergroßhandel und Verpackung mbH & Co. KG"
    made = AnnouncementLetter(
        number="L-C1-1",
        creditor=creditor(),
        addressee=addressee(name=long),
        debits=(debit("R-1"), debit("R-2")),
    )
    assert max(map(len, debit_words(made).text.splitlines())) <= 76


def test_what_a_ledger_brings_cannot_become_html() -> None:
    html = debit_words(letter(replace(FAILED, invoice="<script>"), name="<b>Ada</b>")).html
    assert "<script>" not in html
    assert "<b>Ada" not in html
