"""Record histories of the workflows as they are now: `python -m tests.histories.record SCENARIO...`.

What stands beside this file was recorded earlier and must go on replaying: workflows live for
months, so their code meets histories that are older than itself. Add a scenario when a workflow gets
a new path; never record one anew to make a test pass (docs/decisions/0011).
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

from gateways.process import end_process
from gateways.staff import People
from models import names
from rules.errors import RefusedForGood
from tests.debits.house import BankHouse
from tests.workflows.house import House, Postman

FOLDER = Path(__file__).parent
Scenario = Callable[[House], Awaitable[None]]


async def climbs_to_the_lawyer(house: House) -> None:
    await house.invoice("A")
    await house.at("2026-06-30")


async def is_paid_in_parts_and_returned(house: House) -> None:
    await house.invoice("A")
    await house.at("2026-03-20")
    await house.pay("A", "40.00", "P1")
    await house.at("2026-03-24")
    await house.pay("A", "60.00", "P2")
    await house.at("2026-03-26")
    await house.pay("A", "-60.00", "P3")
    await house.at("2026-04-30")


async def is_collected_after_a_soft_failure(house: House) -> None:
    await house.invoice("A", mandate="soft:1")
    await house.at("2026-03-20")


async def is_held_and_released(house: House) -> None:
    await house.invoice("A")
    await house.signal("A", names.PAUSE, {"until": "2026-03-05"})
    await house.signal("A", names.PAUSE, {"until": 7})
    await house.at("2026-03-16")
    await house.ask("A", "promise", day="2026-03-18")
    await house.at("2026-03-26")
    await house.ask("A", "dispute", reason="damaged")
    await house.at("2026-04-02")
    await house.ask("A", "dispute_outcome", upheld=False)
    await house.ask_customer("C1", "pause", until="2026-04-20")
    await house.at("2026-04-15")
    await house.ask("A", "settle", reason="in cash")
    await house.settle_down()


async def is_phoned_by_people(house: House) -> None:
    await house.invoice("A")
    await house.at("2026-04-14", "10:00")
    await house.call("no_answer")
    await house.at("2026-04-22", "10:00")
    await house.call("promise", day="2026-04-24")
    await house.at("2026-06-30")


async def is_taken_and_phoned(house: House) -> None:
    await house.invoice("A")
    await house.at("2026-04-14", "10:00")
    await house.ask_task("take", by="ada")
    await house.ask_task("release", by="ada")
    await house.ask_task("take", by="ben")
    await house.call("no_answer", by="ben")
    await house.at("2026-04-22", "10:00")
    await house.call("paid")
    await house.at("2026-06-30")


async def is_paid_back_by_hand(house: House) -> None:
    """A refund fails softly; a person does it, and its proof goes out."""
    await house.invoice("A")
    await house.pay("A", "130.00", "P~soft:9")
    await house.refund("A", "20.00")
    await house.at("2026-02-03", "12:00")
    await house.ask_refund("refund_done_by_hand", reference="T1")
    await house.settle_down()


async def is_paid_back(house: House) -> None:
    """A refund is under way for days, and its mail is refused at first."""
    await house.invoice("A")
    await house.pay("A", "130.00", "P~delay:3")
    await house.refund("A", "20.00")
    await house.at("2026-02-06", "12:00")
    await house.ask_refund("retry")
    await house.settle_down()


async def shows_where_it_stands(house: House) -> None:
    """With titles and search attributes, which the stories above were recorded without."""
    await house.invoice("A")
    await house.signal("A", names.PAUSE, {"until": "2026-03-05"})
    await house.at("2026-04-10", "10:00")
    await house.pay("A", "40.00")
    await house.at("2026-06-01", "10:00")  # nobody phones: escalated
    await house.call("wrong_number")
    await house.settle_down()
    await house.ask_customer("C1", "retry")
    await house.at("2026-06-30")


async def writes_files_of_debits(house: House) -> None:
    """A bank's workflow on two days, with a signal that it knows and one that it does not."""
    assert isinstance(house, BankHouse)
    await house.take_debits()
    await house.invoice("A")
    await house.mandate()
    await house.at("2026-02-27", "18:00")
    bank = house.client.get_workflow_handle(names.debit_files_workflow_id("house"))
    await bank.signal(names.RECORD_CHANGED)
    await bank.signal("nobody_knows_it")
    await house.at("2026-03-03")
    await house.settle_down()


async def record(scenario: Scenario, *, people: bool) -> None:
    """Play a scenario and keep the history of every workflow in it."""
    with tempfile.TemporaryDirectory() as folder:
        staff = People() if people else None
        mail = Postman([RefusedForGood("no such user")]) if scenario in REFUSED else None
        of_bank = scenario is writes_files_of_debits
        new = BankHouse(Path(folder)) if of_bank else House(Path(folder), staff=staff, mail=mail)
        async with new as house:
            await scenario(house)
            for workflow_id in WORKFLOWS:
                await _keep(house, scenario.__name__, workflow_id)


async def _keep(house: House, story: str, workflow_id: str) -> None:
    try:
        history = await house.client.get_workflow_handle(workflow_id).fetch_history()
    except Exception:
        return  # this story has no such workflow
    kind = workflow_id.partition(":")[0].rpartition("-")[2]
    (FOLDER / f"{story}-{kind}.json").write_text(history.to_json(), "utf-8")


WORKFLOWS = ("invoice:A", "customer:C1", "call:T-C1-1", "refund:F-C1-1", "debit-files:house")
SCENARIOS = (
    climbs_to_the_lawyer,
    is_paid_in_parts_and_returned,
    is_collected_after_a_soft_failure,
    is_held_and_released,
    is_phoned_by_people,
    is_taken_and_phoned,
    shows_where_it_stands,
    is_paid_back,
    is_paid_back_by_hand,
    writes_files_of_debits,
)
PHONED = (is_phoned_by_people, is_taken_and_phoned, shows_where_it_stands)
REFUSED = (is_paid_back,)  # the first mail


async def main(wanted: Collection[str]) -> None:
    for scenario in SCENARIOS:
        if scenario.__name__ in wanted:
            await record(scenario, people=scenario in PHONED)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
    end_process(0)
