"""The case for the lawyer, with and without a person's yes."""

from pathlib import Path

from models.settings import Documents
from models.tables import LegalCaseRecord
from tests.workflows.house import House
from tests.workflows.policies import SHORT, SHORT_WITH_APPROVAL


async def test_invoices_of_one_customer_make_one_case(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT) as house:
        await house.invoice("I1")
        await house.invoice("I2", amount="50.00")
        await house.at("2026-03-17")
        assert await house.claimed_in_cases() == ["C-C1-1 I1 100.00", "C-C1-1 I2 50.00"]


async def test_case_that_asks_for_a_yes_waits_for_it(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT_WITH_APPROVAL) as house:
        await house.invoice("I1")
        await house.at("2026-03-30", "12:00")
        assert await house.troubles() == ["approval"]
        assert await house.story("legal_handover") == []
        assert await house.ask_customer("C1", "approve_case", case="C-C1-1", by="ada") == ""
        await house.settle_down()
        assert await house.story("legal_handover") == ["03-30 I1 legal_handover"]
        assert await house.troubles() == []
        (case,) = await house.rows(LegalCaseRecord)
        assert (case.state, case.approved_by) == ("handed_over", "ada")


async def test_approved_case_claims_what_is_owed_then(tmp_path: Path, database_url: str) -> None:
    async with House(tmp_path, database=database_url, policy=SHORT_WITH_APPROVAL) as house:
        for number in ("I1", "I2", "I3"):
            await house.invoice(number)
        await house.at("2026-03-17")
        await house.pay("I1", "40.00", ref="P1")
        await house.pay("I2", "100.00", ref="P2")
        assert await house.ask("I3", "dispute") == ""
        assert await house.ask_customer("C1", "approve_case", case="C-C1-1") == ""
        assert await house.claimed_in_cases() == ["C-C1-1 I1 60.00"]
        assert await house.money("legal_handover") == ["03-17 I1 legal_handover 60.00 60.00"]


async def test_case_paid_before_the_yes_is_withdrawn(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT_WITH_APPROVAL) as house:
        await house.invoice("I1")
        await house.at("2026-03-17")
        await house.pay("I1", "100.00")
        assert await house.troubles() == []
        (case,) = await house.rows(LegalCaseRecord)
        assert case.state == "withdrawn"
        refused = await house.ask_customer("C1", "approve_case", case="C-C1-1")
        assert "awaits no approval" in refused


async def test_yes_to_a_case_that_is_not_there_is_refused(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT) as house:
        await house.invoice("I1")
        refused = await house.ask_customer("C1", "approve_case", case="C-C1-1")
        assert "awaits no approval" in refused


async def test_invoice_handed_over_is_no_longer_listed_or_promised(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT) as house:
        await house.invoice("I1", due="2026-03-02")
        await house.invoice("I2", due="2026-03-16")
        await house.at("2026-03-20")
        assert await house.story("notice_sent", "notice_listed") == [
            "03-05 I1 notice_sent 1",
            "03-19 I2 notice_sent 1",
        ]
        assert "with the lawyer" in await house.ask("I1", "promise", day="2026-03-25")


async def test_case_that_cannot_be_put_together_is_parked_until_someone_says_retry(
    tmp_path: Path,
) -> None:
    async with House(tmp_path, policy=SHORT, documents=Documents.ALL) as house:
        await house.invoice("I1")
        await house.at("2026-03-15")
        (mail,) = (tmp_path / "documents").rglob("*.eml")
        lost = mail.rename(tmp_path / "lost.eml")
        await house.at("2026-03-17")
        assert await house.troubles() == ["papers"]
        lost.rename(mail)
        assert await house.ask_customer("C1", "retry") == ""
        await house.at("2026-03-18")
        (case,) = await house.rows(LegalCaseRecord)
        assert (case.document, await house.troubles()) == ("case/C-C1-1.zip", [])


async def test_declined_case_waits_and_somebody_is_asked_again(
    tmp_path: Path, database_url: str
) -> None:
    async with House(tmp_path, database=database_url, policy=SHORT_WITH_APPROVAL) as house:
        await house.invoice("I1")
        await house.at("2026-03-17")
        no = {"case": "C-C1-1", "by": "lea"}
        assert "expected a reason" in await house.ask_customer("C1", "decline_case", **no)
        no["reason"] = "they promised"
        past = await house.ask_customer("C1", "decline_case", **no, until="2026-03-17")
        assert "expected a day after 2026-03-17" in past
        assert await house.ask_customer("C1", "decline_case", **no) == ""
        assert await house.troubles() == []
        await house.at("2026-04-16")  # 30 days later the pause is over
        assert await house.troubles() == []
        await house.at("2026-04-17")
        assert await house.troubles() == ["approval"]
        first, second = await house.rows(LegalCaseRecord)
        assert (first.state, first.approved_by, first.decision) == (
            "declined",
            "lea",
            "they promised",
        )
        assert second.state == "proposed"
        assert await house.story("legal_handover") == []


async def test_invoice_left_out_stays_and_the_rest_goes(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT_WITH_APPROVAL) as house:
        await house.invoice("I1")
        await house.invoice("I2", amount="50.00")
        await house.at("2026-03-17")
        no = {"case": "C-C1-1", "reason": "a credit note is on its way", "by": "lea"}
        wrong = await house.ask_customer("C1", "decline_case", **no, invoice_numbers=["I9"])
        assert "invoice I9 is not in case C-C1-1" in wrong
        assert await house.ask_customer("C1", "decline_case", **no, invoice_numbers=["I2"]) == ""
        assert await house.ask_customer("C1", "approve_case", case="C-C1-1") == ""
        assert await house.claimed_in_cases() == ["C-C1-1 I1 100.00"]
        assert await house.story("legal_handover", "held") == [
            "03-17 I2 held",
            "03-17 I1 legal_handover",
        ]


async def test_lawyer_is_told_once_what_has_changed(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT) as house:
        await house.invoice("I1")
        await house.at("2026-03-17")
        told = {"case": "C-C1-1", "by": "anna"}
        assert "nothing of case C-C1-1 has changed" in (
            await house.ask_customer("C1", "lawyer_told", **told)
        )
        await house.pay("I1", "40.00")
        assert await house.troubles() == ["handed_over_changed"]
        assert await house.ask_customer("C1", "lawyer_told", **told) == ""
        assert await house.troubles() == []
        (case,) = await house.rows(LegalCaseRecord)
        assert case.told_by == "anna"
        assert "not with the lawyer" in (
            await house.ask_customer("C1", "lawyer_told", case="C-C1-9")
        )
