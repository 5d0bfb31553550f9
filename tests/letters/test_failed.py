"""A failed debit: the customer learns of it kindly and at once, with what follows and what they can do."""

from datetime import date
from typing import Any

import pytest

from activities.collecting import came_back
from activities.facts import ladder_for
from activities.journal import Journal
from activities.letters import tell_failed
from models.settings import MailMode
from models.tables import CollectionRecord, InvoiceRecord, PositionRecord
from rules.errors import RefusedForGood
from tests.letters.desk import Desk


def failed(desk: Desk, mandate: str = "soft:9", **changes: Any) -> None:
    """A debit of the due date that the bank declined."""
    desk.invoice(mandate=mandate, notice_days=0, **changes)
    desk.is_at("2026-03-02")
    desk.collect()
    assert desk.letters() == ["L-C1-1 03-02 waiting"]


def test_soft_failure_says_when_it_is_tried_again_and_what_can_be_done(desk: Desk) -> None:
    failed(desk)
    desk.send()
    assert desk.letters() == ["L-C1-1 03-02 sent"]
    assert desk.events("collection_failed_told") == ["I1 collection_failed_told L-C1-1"]
    for wanted in (
        "On 2 March 2026 we wanted to debit 100,00 € for invoice I1 from your account ending in 3000",
        "We will try once more on 4 March 2026, for 100,00 €",
        "IBAN: DE89 3704 0044 0532 0130 00",
        "Reference: I1",
    ):
        assert wanted in desk.text()


def test_hard_failure_asks_for_a_transfer_or_another_way(desk: Desk) -> None:
    failed(desk, mandate="hard")
    desk.send()
    assert "We will not try it in this way again. Please transfer 100,00 €" in desk.text()
    assert "reply to this message" in desk.text()


def test_what_is_on_file_beside_it_is_debited_instead(desk: Desk) -> None:
    desk.invoice(mandate="hard", notice_days=0)
    desk.card_on_file()
    desk.is_at("2026-03-02")
    desk.collect()
    desk.send()
    assert "We will debit it from your Visa card instead." in desk.text()
    assert "Please transfer" not in desk.text()


def test_what_was_paid_meanwhile_is_not_asked_for_again(desk: Desk) -> None:
    failed(desk, mandate="hard")
    desk.pay("I1", "40.00")
    desk.send()
    assert "Please transfer 60,00 €" in desk.text()


def test_paid_in_full_meanwhile_nothing_is_said(desk: Desk) -> None:
    failed(desk)
    desk.pay("I1", "100.00")
    desk.send()
    assert (desk.letters(), desk.mail.taken) == (["L-C1-1 03-02 void"], [])


def test_letter_that_comes_after_the_day_it_names_names_none(desk: Desk) -> None:
    failed(desk)
    desk.is_at("2026-03-05")
    desk.send()
    assert "We will try once more. There is nothing you need to do." in desk.text()
    assert "4 March" not in desk.text()


def test_same_failure_is_told_once(desk: Desk) -> None:
    failed(desk)
    attempt = desk.rows(CollectionRecord)[0]
    invoice = desk.rows(InvoiceRecord)[0]
    desk.write(lambda j: tell_failed(j, ladder_for(j.session, invoice.policy), attempt, None))
    assert desk.letters() == ["L-C1-1 03-02 waiting"]


def test_money_that_went_back_is_told_as_that(desk: Desk) -> None:
    desk.invoice(mandate="ok", notice_days=0)
    desk.is_at("2026-03-02")
    desk.collect()
    desk.is_at("2026-03-20")
    desk.pay("I1", "-100.00")
    key = desk.rows(CollectionRecord)[0].key
    desk.write(lambda journal: came_back(journal, key, "MD06", date(2026, 3, 20)))
    desk.send()
    assert "On 2 March 2026 we debited 100,00 € for invoice I1" in desk.text()
    assert "Since then the amount has gone back to you." in desk.text()


def test_refused_address_is_a_persons_and_nothing_waits_for_it(desk: Desk) -> None:
    failed(desk)
    desk.mail.orders = [RefusedForGood("no such user")]
    desk.send()
    assert (desk.letters(), desk.troubles()) == (["L-C1-1 03-02 refused"], ["address"])
    assert not desk.run().waits


def test_failures_of_a_day_that_wait_together_are_one_mail(desk: Desk) -> None:
    desk.invoice("I1", mandate="soft:9", notice_days=0)
    desk.invoice("I2", mandate="soft:9", notice_days=0)
    desk.invoice("I3", mandate="soft:9", notice_days=0)
    desk.is_at("2026-03-02")
    for number in ("I1", "I2", "I3"):
        desk.collect(number)
    assert desk.letters() == ["L-C1-1 03-02 waiting"]
    desk.pay("I2", "100.00")
    desk.send_together("I1", "I2", "I3")
    assert (desk.letters(), len(desk.mail.taken)) == (["L-C1-1 03-02 sent"], 1)
    assert desk.mails()[0]["Subject"] == "About 2 debits, Farbtreu Shop"
    assert "for invoice I2" not in desk.text()
    assert desk.events("collection_failed_told") == [
        "I1 collection_failed_told L-C1-1",
        "I3 collection_failed_told L-C1-1",
    ]


def declined_although_announced(desk: Desk) -> None:
    """By a mandate with 14 days' notice; the failure was made known to be tried again on 03-04."""
    desk.invoice(mandate="soft:9")
    desk.is_at("2026-02-16")
    desk.collect()
    desk.send()
    desk.is_at("2026-03-02")
    desk.collect()
    assert desk.letters()[1:] == ["L-C1-2 03-02 waiting"]
    assert desk.announced() == ("03-02", "03-04", 10000)


def test_letter_about_the_failure_announces_the_retry(desk: Desk) -> None:
    declined_although_announced(desk)
    desk.send()
    assert desk.announced() == ("03-02", "03-04", 10000)
    assert "once more on 4 March 2026, for 100,00 €" in desk.text()


def test_retry_that_no_letter_could_announce_waits_for_an_address(desk: Desk) -> None:
    declined_although_announced(desk)
    desk.mail.orders = [RefusedForGood("no such user")]
    desk.send()
    assert desk.announced() is None
    desk.collect()
    desk.send()
    assert desk.letters()[1:] == ["L-C1-2 03-02 refused", "L-C1-3 03-02 refused"]
    assert (desk.run().waits, desk.troubles()) == (True, ["address"])


def test_letter_that_comes_on_the_day_of_the_retry_is_too_late_to_announce_it(desk: Desk) -> None:
    declined_although_announced(desk)
    desk.is_at("2026-03-04", "08:00")
    desk.send()
    assert "We will try once more. There is nothing you need to do." in desk.text()
    desk.is_at("2026-03-04")
    desk.collect()
    desk.send()
    assert desk.announced() == ("03-04", "03-18", 10000)


def test_held_it_is_kept_and_not_sent(desk: Desk) -> None:
    failed(desk)
    desk.mode = MailMode.HOLD
    desk.send()
    assert (desk.letters(), desk.mail.taken) == (["L-C1-1 03-02 void"], [])
    assert b"A debit did not go" in desk.store.get("mail/L-C1-1.eml")


@pytest.mark.parametrize("language", ["en", "de"])
def test_customer_reads_their_own_language(desk: Desk, language: str) -> None:
    failed(desk, language=language)
    desk.send()
    assert desk.mails()[0]["Content-Language"] == language
    assert ("DAS HAT" if language == "de" else "DID NOT GO") in desk.text().upper()


def test_nobody_is_written_to_of_another_debit_once_a_bank_says_that_the_payer_has_died(
    desk: Desk,
) -> None:
    desk.invoice("I2", mandate="code:MD07", notice_days=0)
    failed(desk)
    desk.collect("I2")
    desk.send()
    assert desk.letters() == ["L-C1-1 03-02 void"]
    assert desk.mails() == []


def test_debit_that_went_back_after_the_handover_is_the_lawyers_matter(desk: Desk) -> None:
    failed(desk)

    def hand_over(journal: Journal) -> None:
        journal.session.get_one(PositionRecord, "I1").handed_over_on = date(2026, 3, 2)

    desk.write(hand_over)
    desk.send()
    assert desk.letters() == ["L-C1-1 03-02 void"]
