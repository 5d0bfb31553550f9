"""A refund, from the request to its proof (rules/refunds.py, workflows/refund.py)."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from activities import refunding
from activities.credit import set_off
from activities.journal import Journal
from activities.reconciling import open_refunds_by_workflow
from gateways.refunds import NoRefunds, RefundAnswer, RefundRequest
from models.settings import Documents
from models.tables import (
    AttentionRecord,
    InvoiceRecord,
    RefundRecord,
)
from rules.errors import InDoubt, RefusedForGood, Unreachable
from rules.refunds import RefundState
from sandbox.refunds import SandboxRefunds, arn_of
from tests.workflows.bank_entries import bank_says
from tests.workflows.house import House, Postman


async def paid_too_much(house: House, payment: str = "P1") -> None:
    await house.invoice("I1")
    await house.pay("I1", "130.00", payment)


async def stands(house: House, number: str = "F-C1-1") -> str:
    refund = await house.get(RefundRecord, number)
    return f"{refund.state} {refund.attempts} {refund.mail_state}".strip()


async def test_credit_paid_back_is_confirmed_and_proved_without_anyone_asking(
    tmp_path: Path, database_url: str
) -> None:
    mail = Postman()
    async with House(tmp_path, database=database_url, mail=mail) as house:
        await paid_too_much(house)
        await house.refund("I1", "20.00")
        await house.settle_down()
        assert await stands(house) == "confirmed 1 sent"
        refund = await house.get(RefundRecord, "F-C1-1")
        assert (refund.reference, refund.reference_kind) == (arn_of("refund:F-C1-1:1"), "arn")
        assert (await house.credit(), await house.status("I1")) == ("10.00", "settled")
        assert paid(tmp_path) == [("refund:F-C1-1:1", 2000)]
        assert len(mail.taken) == 1
        assert await house.database.run(open_refunds_by_workflow) == {}


async def test_goods_returned_are_credited_first_and_the_invoice_stays_settled(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        await paid_too_much(house)
        await house.refund("I1", "50.00")
        await house.settle_down()
        assert (await house.credit(), await house.status("I1")) == ("0.00", "settled")
        assert await house.balance("I1") == "0.00"
        assert await house.money("credited") == ["02-02 I1 credited 20.00 0.00"]


async def test_pending_is_asked_about_on_business_days_until_it_is_known(tmp_path: Path) -> None:
    async with House(tmp_path) as house:  # begins on Monday 2026-02-02
        await paid_too_much(house, "P1~delay:5")
        await house.refund("I1", "20.00")
        await house.at("2026-02-06", "12:00")
        assert await stands(house) == "sent 1"
        await house.at("2026-02-09", "12:00")
        assert await stands(house) == "confirmed 1 sent"
        assert paid(tmp_path) == [("refund:F-C1-1:1", 2000)]


async def test_soft_failure_is_tried_again_on_the_next_business_day(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await paid_too_much(house, "P1~soft:1")
        await house.at("2026-02-06", "12:00")
        await house.refund("I1", "20.00")
        await house.at("2026-02-08", "23:00")
        assert await stands(house) == "requested 1"
        await house.at("2026-02-09", "12:00")
        assert await stands(house) == "confirmed 2 sent"
        assert paid(tmp_path) == [("refund:F-C1-1:2", 2000)]


async def test_soft_failures_end_and_the_credit_comes_back(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await paid_too_much(house, "P1~soft:9")
        await house.refund("I1", "20.00")
        await house.at("2026-02-12")
        assert await stands(house) == "failed 3"
        assert (await house.credit(), await house.troubles()) == ("30.00", ["refund"])


async def test_hard_failure_gives_the_credit_back_and_may_be_done_by_hand(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await paid_too_much(house, "P1~hard")
        await house.refund("I1", "20.00")
        await house.settle_down()
        assert (await stands(house), await house.credit()) == ("failed 1", "30.00")
        assert await house.troubles() == ["refund"]
        done = {"reference": "TRANSFER-17", "by": "ada"}
        assert await house.ask_refund("refund_done_by_hand", **done) == ""
        await house.settle_down()
        assert (await stands(house), await house.credit()) == ("confirmed 1 sent", "10.00")
        assert await house.troubles() == []


async def test_answer_that_was_lost_is_asked_for_and_the_money_leaves_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await paid_too_much(house, "P1~lost")
        await house.refund("I1", "20.00")
        await house.at("2026-02-02", "12:00")
        assert await stands(house) == "confirmed 1 sent"
        assert paid(tmp_path) == [("refund:F-C1-1:1", 2000)]


async def test_worker_replaced_while_it_is_under_way_pays_and_proves_once(tmp_path: Path) -> None:
    mail = Postman()
    async with House(tmp_path, mail=mail, restarts=True) as house:
        await paid_too_much(house, "P1~delay:1")
        await house.refund("I1", "20.00")
        await house.settle_down()
        assert await stands(house) == "sent 1"
        await house.restart()
        await house.at("2026-02-03", "12:00")
        assert await stands(house) == "confirmed 1 sent"
        assert (len(paid(tmp_path)), len(mail.taken)) == (1, 1)


class Dying(SandboxRefunds):
    """A worker that dies at its first call, before (or after) the other side has heard of it."""

    def __init__(self, book: Path, *, after: bool) -> None:
        super().__init__(book)
        self._after = after
        self._dies = True

    async def refund(self, request: RefundRequest) -> RefundAnswer:
        dies, self._dies = self._dies, False
        if dies and self._after:
            await super().refund(request)
        if dies:
            raise RuntimeError("killed")
        return await super().refund(request)


@pytest.mark.parametrize("after", [False, True])
async def test_worker_killed_at_the_call_pays_once(tmp_path: Path, *, after: bool) -> None:
    async with House(tmp_path, refunds=Dying(tmp_path / "refunds.db", after=after)) as house:
        await paid_too_much(house)
        await house.refund("I1", "20.00")
        await house.at("2026-02-02", "12:00")
        assert await stands(house) == "confirmed 1 sent"
        assert paid(tmp_path) == [("refund:F-C1-1:1", 2000)]


async def test_worker_killed_while_the_mail_goes_sends_the_same_one_again(tmp_path: Path) -> None:
    mail = Postman([RuntimeError("killed")])
    async with House(tmp_path, mail=mail) as house:
        await paid_too_much(house)
        await house.refund("I1", "20.00")
        await house.at("2026-02-02", "12:00")
        refund = await house.get(RefundRecord, "F-C1-1")
        assert [one.message_id for one in mail.taken] == [refund.message_id]
        assert refund.mail_state == "sent"


async def test_nobody_connected_waits_for_a_person_and_then_is_proved(tmp_path: Path) -> None:
    async with House(tmp_path, refunds=NoRefunds()) as house:
        await paid_too_much(house)
        await house.refund("I1", "20.00")
        await house.at("2026-02-05", "12:00")
        assert await stands(house) == "by_hand 1"
        assert [*await house.database.run(open_refunds_by_workflow)] == ["refund:F-C1-1"]
        assert await house.troubles() == ["refund"]
        wrong = "12345678901234567890123"
        assert "no ARN" in await house.ask_refund("refund_done_by_hand", reference=wrong)
        early = await house.ask_refund("refund_done_by_hand", reference="T1", day="2026-02-01")
        assert "expected a day between them" in early
        assert await house.ask_refund("refund_done_by_hand", reference="T1", day="2026-02-04") == ""
        await house.settle_down()
        assert await stands(house) == "confirmed 1 sent"
        refund = await house.get(RefundRecord, "F-C1-1")
        assert (str(refund.done_on), refund.done_at) == ("2026-02-04", None)
        assert await house.troubles() == []


async def test_mail_in_doubt_goes_again_under_its_message_id(tmp_path: Path) -> None:
    mail = Postman([Unreachable("away"), InDoubt("no answer")])
    async with House(tmp_path, mail=mail) as house:
        await paid_too_much(house)
        await house.refund("I1", "20.00")
        await house.at("2026-02-02", "12:00")
        assert await stands(house) == "confirmed 1 sent"
        assert len(mail.taken) == 2
        assert len({one.message_id for one in mail.taken}) == 1
        assert len({one.content for one in mail.taken}) == 1


async def test_proof_refused_by_the_mail_server_waits_and_goes_to_the_mended_address(
    tmp_path: Path,
) -> None:
    mail = Postman([RefusedForGood("no such user")])
    async with House(tmp_path, mail=mail) as house:
        await paid_too_much(house)
        await house.refund("I1", "20.00")
        await house.settle_down()
        assert (await stands(house), await house.troubles()) == ("confirmed 1 refused", ["refund"])
        assert await house.ask_customer("C1", "set_address", email="new@example.com") == ""
        assert await house.ask_refund("retry") == ""
        await house.settle_down()
        assert [one.recipient for one in mail.taken] == ["new@example.com"]
        assert (await stands(house), await house.troubles()) == ("confirmed 1 sent", [])


async def test_debit_on_our_account_confirms_and_its_return_gives_the_credit_back(
    tmp_path: Path,
) -> None:
    async with House(tmp_path, refunds=NoRefunds()) as house:
        await paid_too_much(house)
        await house.refund("I1", "20.00")
        await house.settle_down()
        await bank_says(house)
        await house.on_refund(lambda j, r: refunding.left_the_bank(j, r, 1))
        await house.on_refund(lambda j, r: refunding.left_the_bank(j, r, 1))
        await house.settle_down()
        assert (await stands(house), await house.credit()) == ("confirmed 1 sent", "10.00")
        assert (await house.get(RefundRecord, "F-C1-1")).reference == "BANK-1"
        await house.on_refund(lambda j, r: refunding.came_back(j, r, 2, "AC04"))
        await house.on_refund(lambda j, r: refunding.came_back(j, r, 2, "AC04"))
        await house.settle_down()
        assert (await stands(house), await house.credit()) == ("failed 1 sent", "30.00")
        assert [
            one.detail for one in await house.rows(AttentionRecord) if one.ended_at is None
        ] == ["failed"]


async def test_credit_set_off_ends_the_ladder_and_is_no_row_of_a_payment(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await paid_too_much(house)
        await house.invoice("I2", amount="30.00")

        def apply(journal: Journal) -> None:
            set_off(journal, journal.session.get_one(InvoiceRecord, "I2"), None, "credit:k1")

        await house.record(apply)
        await house.record(apply)
        await house.settle_down()
        assert (await house.credit(), await house.runs("I2")) == ("0.00", False)
        assert await house.story(of="I2") == ["02-02 I2 opened", "02-02 I2 settled"]


async def test_mail_says_which_name_iban_amount_day_and_number_and_brings_the_proof(
    tmp_path: Path,
) -> None:
    postman = Postman()
    async with House(tmp_path, mail=postman, documents=Documents.ALL) as house:
        await paid_too_much(house)
        await house.refund("I1", "20.00")
        await house.at("2026-02-02", "12:00")
        refund = await house.get(RefundRecord, "F-C1-1")
        assert RefundState(refund.state) is RefundState.CONFIRMED
        mail = message_from_bytes(postman.taken[0].content, _class=EmailMessage, policy=policy.SMTP)
        told = mail.get_body(("plain",))
        shown = mail.get_body(("html",))
        assert told is not None
        assert shown is not None
        for part in (told, shown):
            words = re.sub(r"\s+", " ", part.get_content())
            for wanted in (
                "Farbtreu Shop - by Farbtreu Proof",
                "DE02 1203 0000 0000 2020 51",
                "20,00 €",
                "within 3 business days, by 5 February 2026",
                refund.reference,
                "I1",
                "P1",
            ):
                assert wanted in words, wanted
        (attached,) = mail.iter_attachments()
        assert attached.get_filename() == "F-C1-1.pdf"
        kept = tmp_path / "documents" / "proof" / "F-C1-1.1.pdf"
        assert attached.get_content() == kept.read_bytes()


def paid(folder: Path) -> list[tuple[str, int]]:
    return SandboxRefunds(folder / "refunds.db").paid()
