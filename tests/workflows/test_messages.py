"""What workflows are told: keys, nonsense and malformed payloads change nothing and fail nothing."""

from pathlib import Path
from typing import Any

import pytest

from models import names
from models.tables import MessageRecord
from tests.workflows.house import House


async def test_signal_typed_by_hand_without_a_key_is_recorded(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.signal("I1", "pause", {"until": "2026-03-10", "by": "ada"})
        await house.signal("I1", "pause", {"until": "2026-03-11"})
        messages = await house.rows(MessageRecord)
        assert [(m.name, m.actor, m.refused) for m in messages] == [
            ("pause", "ada", ""),
            ("pause", "", ""),
        ]
        assert len({m.key for m in messages}) == 2


async def test_signal_without_a_payload_takes_the_defaults(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.signal("I1", "pause")
        await house.at("2026-03-09")
        await house.signal("I1", "resume")
        assert await house.story("held", "released", "notice_sent") == [
            "02-02 I1 held",
            "03-09 I1 released",
        ]


async def test_settle_by_signal_ends_the_ladder(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.signal("I1", "settle", {"reason": "paid in cash"})
        assert (await house.status("I1"), await house.runs("I1")) == ("settled", False)


MALFORMED: list[list[Any]] = [
    [{"until": "someday"}],
    [{"untill": "2026-03-10"}],
    ["tomorrow"],
    [17],
    [None],
    [["a", "list"]],
    [{"until": "2026-03-10"}, {"until": "2026-03-11"}],
    [b"\x00\xff"],
]


async def test_malformed_signal_becomes_an_event(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.settle_down()
        for payload in MALFORMED:
            await house.signal("I1", "pause", *payload)
        remarks = await house.remarks("message_ignored")
        assert [remark.partition(":")[0] for remark in remarks] == ["pause"] * len(MALFORMED)
        assert await house.story("held") == []
        assert await house.runs("I1")


async def test_malformed_signal_of_a_machine_becomes_an_event(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.settle_down()
        await house.signal("I1", "payment_recorded", {"amount": 5})
        (remark,) = await house.remarks("message_ignored")
        assert remark.startswith("payment_recorded: ")


async def test_senseless_signal_becomes_an_event(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.signal("I1", "resume")
        assert await house.remarks("act_refused") == ["resume: the invoice is not paused"]
        assert await house.runs("I1")


async def test_same_signal_key_twice_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        for _ in range(2):
            await house.signal("I1", "pause", {"until": "2026-03-10", "key": "k1"})
        assert await house.story("held") == ["02-02 I1 held"]


async def test_same_update_key_twice_changes_nothing_and_answers_the_same(
    tmp_path: Path, database_url: str
) -> None:
    async with House(tmp_path, database=database_url) as house:
        await house.invoice("I1")
        for _ in range(2):
            assert await house.ask("I1", "dispute", key="k1") == ""
            await house.settle_down()
        assert await house.story("held") == ["02-02 I1 held"]
        for _ in range(2):
            assert await house.ask("I1", "dispute_outcome", upheld=False, key="k2") == ""
            await house.settle_down()
        assert await house.story("released") == ["02-02 I1 released"]


async def test_same_key_as_signal_and_update_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.signal("I1", "pause", {"key": "k1"})
        assert await house.ask("I1", "pause", key="k1") == ""
        assert await house.story("held") == ["02-02 I1 held"]


async def test_same_key_for_two_invoices_is_two_acts(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        for number in ("I1", "I2"):
            await house.invoice(number)
            assert await house.ask(number, "pause", key="k1") == ""
        assert len(await house.story("held")) == 2


async def test_customers_act_with_the_same_key_twice_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        for _ in range(2):
            assert await house.ask_customer("C1", "pause", key="k1") == ""
        assert await house.story("held") == ["02-02 I1 held"]


SENSELESS: list[tuple[str, dict[str, Any], str]] = [
    ("resume", {}, "not paused"),
    ("pause", {"until": "2026-02-02"}, "already be over"),
    ("pause", {"until": "2026-01-05"}, "already be over"),
    ("promise", {"day": "2026-02-01"}, "expected a day from 2026-02-02"),
    ("dispute_outcome", {"upheld": True}, "not disputed"),
    ("change_due_date", {"due_date": "2026-01-31"}, "before the day of issue"),
]


async def test_senseless_update_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.settle_down()
        before = await house.position("I1")
        for act, said, why in SENSELESS:
            assert why in await house.ask("I1", act, **said)
        await house.settle_down()
        assert await house.position("I1") == before
        assert await house.story() == ["02-02 I1 opened"]


@pytest.mark.parametrize("said", [{"untill": "2026-03-10"}, {"until": "2026-13-01"}])
async def test_update_with_an_unknown_or_wrong_field_is_refused(
    tmp_path: Path, said: dict[str, Any]
) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        assert await house.ask("I1", "pause", **said) != ""
        assert await house.ask_customer("C1", "pause", **said) != ""
        assert await house.story("held") == []
        assert await house.ask("I1", "pause", until="2026-03-10") == ""
        await house.settle_down()


async def test_senseless_acts_on_a_customer_are_refused(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        assert "not paused" in await house.ask_customer("C1", "resume")
        assert "parked" in await house.ask_customer("C1", "retry")
        assert "already be over" in await house.ask_customer("C1", "pause", until="2026-01-01")


async def test_who_asked_and_when_is_recorded(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.at("2026-02-03", "10:00")
        assert await house.ask("I1", "pause", key="k1", by="ada", reason="asked for time") == ""
        (message,) = await house.rows(MessageRecord)
        assert (message.about, message.actor) == ("invoice:I1", "ada")
        assert message.came_in.isoformat()[:16] == "2026-02-03T09:00"


async def test_customer_with_a_long_history_goes_on_in_another_run(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", due="2026-03-02")
        await house.at("2026-03-04")
        customer = house.client.get_workflow_handle(names.customer_workflow_id("C1"))
        first = await customer.describe()
        for _ in range(130):  # each is some ten events
            await customer.signal(names.RECORD_CHANGED)
            await house.settle_down()
        then = await customer.describe()
        assert then.run_id != first.run_id
        assert then.history_length < 1_000
        await house.at("2026-03-06")
        assert await house.story("notice_sent") == ["03-05 I1 notice_sent 1"]
