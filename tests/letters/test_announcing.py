"""An announcement: made once, sent once, and true when it goes (domain.md, "pre-notification")."""

import re

import pytest
from sqlalchemy import event

from activities.reconciling import refuse_mixed_modes
from gateways.files import FolderStore
from models.messages import Retry, SetAddress
from models.settings import MailMode
from models.tables import LetterRecord
from rules.errors import InDoubt, RefusedForGood, Unreachable, UserMistake
from tests.letters.desk import Desk
from tests.workflows.house import Postman


def made(desk: Desk, *numbers: str) -> None:
    """Invoices due on 2026-03-02, whose announcement is made on the last day for it."""
    for number in numbers or ("I1",):
        desk.invoice(number)
    desk.is_at("2026-02-16")
    desk.collect()
    assert desk.letters() == ["L-C1-1 02-16 waiting"]


def test_announcement_goes_out_early_enough_and_is_recorded(desk: Desk) -> None:
    desk.invoice()
    desk.is_at("2026-02-13")
    desk.collect()
    assert desk.letters() == []
    desk.is_at("2026-02-16")
    desk.collect()
    desk.send()
    assert desk.letters() == ["L-C1-1 02-16 sent"]
    assert desk.announced() == ("02-16", "03-02", 10000)
    assert desk.events("collection_announced") == ["I1 collection_announced L-C1-1"]
    for wanted in ("100,00 €", "2 March 2026", "I1", "MREF-1", "DE98ZZZ09999999999"):
        assert wanted in desk.text()


def test_message_id_says_nothing_about_anybody_and_the_account_is_masked(desk: Desk) -> None:
    made(desk)
    desk.send()
    assert re.fullmatch(r"<[0-9a-f]{32}@farbtreu\.example>", desk.mails()[0]["Message-ID"])
    assert "ending in 3000" in desk.text()
    assert "DE89" not in desk.text()


def test_announced_once_it_is_not_announced_again(desk: Desk) -> None:
    made(desk)
    desk.collect()
    desk.send()
    desk.collect()
    desk.send()
    assert (desk.letters(), len(desk.mail.taken)) == (["L-C1-1 02-16 sent"], 1)


def test_two_invoices_of_a_day_have_one_mail_however_many_workflows_come_to_it(desk: Desk) -> None:
    made(desk, "I1", "I2")
    desk.send_together("I1", "I2")
    assert (desk.letters(), len(desk.mail.taken)) == (["L-C1-1 02-16 sent"], 1)
    assert desk.announced("I1") == desk.announced("I2") == ("02-16", "03-02", 10000)
    assert "Announcement of 2 debits" in desk.mails()[0]["Subject"]
    assert "In total: 200,00 €" in desk.text()


def test_amounts_in_two_currencies_are_not_added(desk: Desk) -> None:
    desk.invoice("I1")
    desk.invoice("I2", currency="USD", amount="70.00")
    desk.is_at("2026-02-16")
    desk.collect()
    desk.send()
    assert "In total: 100,00 € In total: 70,00 US$" in desk.text()


def test_invoice_that_comes_later_in_the_day_has_a_mail_of_its_own(desk: Desk) -> None:
    made(desk)
    desk.send()
    desk.is_at("2026-02-16", "11:00")
    desk.invoice("I2")
    desk.collect("I2")
    desk.send("I2")
    assert desk.letters() == ["L-C1-1 02-16 sent", "L-C1-2 02-16 sent"]


def test_amount_changed_before_it_went_is_announced_anew_at_once(desk: Desk) -> None:
    made(desk, "I1", "I2")
    desk.pay("I1", "40.00")
    desk.send()
    assert (desk.letters(), desk.mail.taken) == (["L-C1-1 02-16 void"], [])
    desk.collect("I2")
    desk.send("I2")
    assert desk.letters() == ["L-C1-1 02-16 void", "L-C1-2 02-16 sent"]
    assert desk.announced("I1") == ("02-16", "03-02", 6000)
    assert "In total: 160,00 €" in desk.text()


class PaidWhileKept(FolderStore):
    """A store so slow that a payment comes while it keeps the mail."""

    desk: Desk

    def put(self, key: str, content: bytes) -> None:
        super().put(key, content)
        self.desk.pays_in_a_thread()


def test_amount_changed_while_it_was_written_is_never_sent(desk: Desk) -> None:
    made(desk)
    slow = PaidWhileKept(desk.folder / "documents")
    slow.desk, desk.store = desk, slow
    desk.send()
    assert (desk.letters(), desk.mail.taken) == (["L-C1-1 02-16 void"], [])


def test_paid_before_it_went_nothing_is_announced(desk: Desk) -> None:
    made(desk)
    desk.pay("I1", "100.00")
    desk.send()
    desk.collect()
    assert (desk.letters(), desk.mail.taken) == (["L-C1-1 02-16 void"], [])


def test_unreachable_server_has_surely_nothing_and_is_tried_again(desk: Desk) -> None:
    made(desk)
    desk.mail.orders = [Unreachable("away")]
    with pytest.raises(Unreachable):
        desk.send()
    assert (desk.letters(), desk.announced()) == (["L-C1-1 02-16 waiting"], None)
    desk.send()
    assert (desk.letters(), len(desk.mail.taken)) == (["L-C1-1 02-16 sent"], 1)


def test_not_accepted_all_day_is_made_for_the_next_with_a_later_debit(desk: Desk) -> None:
    made(desk)
    desk.mail.orders = [Unreachable("away")]
    with pytest.raises(Unreachable):
        desk.send()
    desk.is_at("2026-02-17")
    desk.send()
    desk.collect()
    desk.send()
    assert desk.letters() == ["L-C1-1 02-16 void", "L-C1-2 02-17 sent"]
    assert desk.announced() == ("02-17", "03-03", 10000)


def test_after_the_hours_of_its_day_it_waits_for_the_next_business_day(desk: Desk) -> None:
    desk.policy = desk.policy.replace(
        'send_at = "09:00"\n', 'send_at = "09:00"\nsend_until = "17:00"\n'
    )
    made(desk)
    desk.is_at("2026-02-16", "17:01")
    desk.send()
    desk.collect()
    assert desk.letters() == ["L-C1-1 02-16 void"]
    desk.is_at("2026-02-17")
    desk.collect()
    assert desk.letters() == ["L-C1-1 02-16 void", "L-C1-2 02-17 waiting"]


def test_lost_answer_counts_as_sent_and_goes_again_under_its_message_id(desk: Desk) -> None:
    made(desk)
    desk.mail.orders = [InDoubt("no answer"), InDoubt("no answer")]
    for _ in range(2):
        with pytest.raises(InDoubt):
            desk.send()
    assert desk.letters() == ["L-C1-1 02-16 in_doubt"]
    assert desk.announced() == ("02-16", "03-02", 10000)
    desk.send()
    assert desk.letters() == ["L-C1-1 02-16 sent"]
    assert len({one.content for one in desk.mail.taken}) == 1
    assert len(desk.events("collection_announced", "mail_in_doubt")) == 2


def test_doubt_of_another_day_is_left_at_that(desk: Desk) -> None:
    made(desk)
    desk.mail.orders = [InDoubt("no answer")]
    with pytest.raises(InDoubt):
        desk.send()
    desk.is_at("2026-02-17")
    desk.send()
    assert (desk.letters(), len(desk.mail.taken)) == (["L-C1-1 02-16 sent"], 1)


class Killed(Postman):
    """The worker is killed after the server took the mail, before that is recorded."""

    async def deliver(self, mail: object) -> None:
        await super().deliver(mail)
        if self.tried == 1:
            raise RuntimeError("killed")


def test_killed_after_acceptance_it_goes_again_as_it_was_and_is_announced_once(desk: Desk) -> None:
    made(desk, "I1", "I2")
    desk.mail = Killed()
    with pytest.raises(RuntimeError):
        desk.send()
    assert desk.letters() == ["L-C1-1 02-16 sending"]
    with pytest.raises(Unreachable):
        desk.send("I2")  # whose workflow leaves it to the other
    desk.send()
    assert desk.letters() == ["L-C1-1 02-16 sent"]
    assert len(desk.mail.taken) == 2
    assert len({one.content for one in desk.mail.taken}) == 1
    assert len(desk.events("collection_announced")) == 2  # one for each invoice


def test_held_mail_is_kept_to_be_seen_and_announces_nothing(desk: Desk) -> None:
    desk.mode = MailMode.HOLD
    made(desk)
    desk.send()
    assert (desk.letters(), desk.announced()) == (["L-C1-1 02-16 void"], None)
    assert b"We will debit" in desk.store.get("mail/L-C1-1.eml")
    desk.collect()  # as a workflow would at once, for ever
    assert (desk.letters(), desk.mail.taken) == (["L-C1-1 02-16 void"], [])
    desk.is_at("2026-02-17")
    desk.collect()
    assert desk.letters()[1:] == ["L-C1-2 02-17 waiting"]


def test_refused_address_needs_a_person_then_it_is_announced_anew_to_the_new_one(
    desk: Desk,
) -> None:
    made(desk)
    assert desk.is_still_climbing()
    desk.mail.orders = [RefusedForGood("no such user")]
    desk.send()
    assert (desk.letters(), desk.troubles()) == (["L-C1-1 02-16 refused"], ["address"])
    assert not desk.is_still_climbing()
    desk.is_at("2026-02-18")
    desk.collect()  # it waits
    assert desk.run().waits
    assert desk.act(SetAddress(email="new@example.com", by="ada")) == ""
    desk.collect()
    desk.send()
    assert desk.letters() == ["L-C1-1 02-16 void", "L-C1-2 02-18 sent"]
    assert desk.mails()[0]["To"] == "Customer C1 <new@example.com>"
    assert (desk.announced(), desk.troubles()) == (("02-18", "03-04", 10000), [])


@pytest.mark.parametrize("email", ["", "nobody", "a b@example.com"])
def test_no_usable_address_is_refused_without_a_try(desk: Desk, email: str) -> None:
    desk.invoice(email=email)
    desk.is_at("2026-02-16")
    desk.collect()
    desk.send()
    assert (desk.letters(), desk.troubles()) == (["L-C1-1 02-16 refused"], ["address"])
    assert (desk.mail.tried, desk.run().waits) == (0, True)


def test_address_that_waits_for_a_person_is_not_written_to_and_parked_once(desk: Desk) -> None:
    made(desk)
    desk.mail.orders = [RefusedForGood("no such user")]
    desk.send()
    desk.invoice("I2")
    desk.collect("I2")
    desk.send("I2")
    assert desk.letters() == ["L-C1-1 02-16 refused", "L-C1-2 02-16 refused"]
    assert (desk.mail.tried, desk.troubles()) == (1, ["address"])
    assert desk.act(Retry(by="ada")) == ""
    desk.collect()
    desk.send()
    assert desk.letters()[2:] == ["L-C1-3 02-16 sent"]


def test_letter_says_under_which_mode_it_left(desk: Desk) -> None:
    desk.mode = MailMode.REDIRECT
    made(desk)
    desk.send()
    assert [one.mode for one in desk.rows(LetterRecord)] == ["redirect"]
    desk.write(lambda journal: refuse_mixed_modes(journal.session, MailMode.REDIRECT))


def test_once_a_letter_has_reached_a_customer_none_is_redirected(desk: Desk) -> None:
    made(desk)
    desk.send()
    with pytest.raises(UserMistake, match="redirect is refused"):
        desk.write(lambda journal: refuse_mixed_modes(journal.session, MailMode.REDIRECT))


@pytest.mark.parametrize("kind", ["announcement", "failed"])
def test_letter_about_many_invoices_reads_what_is_known_of_them_at_once(
    desk: Desk, kind: str
) -> None:
    """However many: of a chain with thousands, one for each would take hours."""
    numbers = [f"I{count}" for count in range(9)]
    for number in numbers:
        desk.invoice(number, mandate="soft:9", notice_days=0 if kind == "failed" else 14)
    desk.is_at("2026-03-02" if kind == "failed" else "2026-02-16")
    for number in numbers:
        desk.collect(number)
    asked: list[str] = []
    event.listen(
        desk._database.engine, "before_cursor_execute", lambda *about: asked.append(about[2])
    )
    desk.send("I0")
    assert desk.letters()[0].endswith("sent")
    assert len([one for one in asked if "FROM hold" in one]) <= 4
