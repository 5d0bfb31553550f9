"""What the workflows show while they run: registered attributes, upserted only where they changed."""

from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client

from activities.registration import WANTED
from activities.starting import first_attributes
from gateways.staff import People
from models import names
from models.messages import Case
from tests.workflows.house import House
from tests.workflows.policies import CALL, COLLECT, EARLY, HEAD, LEGAL, NOTICE
from tests.workflows.test_details import CASE

UPSERT = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES


async def events(house: House, workflow_id: str) -> list[HistoryEvent]:
    history = await house.client.get_workflow_handle(workflow_id).fetch_history()
    return list(history.events)


async def upserts(house: House, workflow_id: str) -> list[dict[str, str]]:
    """What each change in the workflow's history set, as JSON; "" where it is shown no more."""
    return [
        {name: _json(payload) for name, payload in _fields(event).items()}
        for event in await events(house, workflow_id)
        if event.event_type == UPSERT
    ]


def _fields(event: HistoryEvent) -> dict[str, Payload]:
    changed = event.upsert_workflow_search_attributes_event_attributes
    return dict(changed.search_attributes.indexed_fields)


def _json(payload: Payload) -> str:
    return payload.data.decode()


async def shown(house: House, workflow_id: str) -> dict[str, str]:
    """What it shows now of all it ever changed, as JSON; "" for what it shows no more."""
    return {k: v for changed in await upserts(house, workflow_id) for k, v in changed.items()}


async def details(client: Client, workflow_id: str) -> str:
    metadata: WorkflowMetadata = await client.get_workflow_handle(workflow_id).query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return metadata.current_details


async def test_workflows_show_what_is_registered_and_nothing_else(tmp_path: Path) -> None:
    async with House(tmp_path, staff=People()) as house:
        await house.invoice("I1")
        await house.invoice("I2", customer="C2", email="")
        await house.signal("I1", names.PAUSE, {"until": "2026-03-03"})
        await house.at("2026-06-30")
        changed: set[str] = set()
        for workflow_id in ("invoice:I1", "customer:C1", "customer:C2", "call:T-C1-1"):
            changed |= (await shown(house, workflow_id)).keys()
        first = {pair.key.name for pair in first_attributes(CASE)}
        assert changed | first == set(WANTED)
        assert len(WANTED) == len(names.SEARCH_ATTRIBUTES)


async def test_unchanged_value_is_not_shown_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.at("2026-03-03", "12:00")
        before = await upserts(house, "invoice:I1")
        await house.signal("I1", names.RECORD_CHANGED)
        assert await upserts(house, "invoice:I1") == before
        await house.pay("I1", "40.00")
        assert (await upserts(house, "invoice:I1"))[len(before) :] == [{"DuelyBalance": "6000"}]


async def test_settled_invoice_shows_that_nothing_is_owed(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.at("2026-03-06")
        await house.pay("I1", "100.00")
        now = await shown(house, "invoice:I1")
        assert (now["DuelyStage"], now["DuelyBalance"]) == ('"settled"', "0")
        assert now["DuelyNextAction"] == ""


async def test_attention_is_shown_where_it_arises_and_ends_where_somebody_acts(
    tmp_path: Path,
) -> None:
    async with House(tmp_path, staff=People()) as house:
        await house.invoice("I1")
        await house.at("2026-03-23", "12:00")
        await house.call("wrong_number")
        await house.settle_down()
        assert (await shown(house, "customer:C1"))["DuelyAttention"] == '["phone"]'
        assert "Needs attention: phone" in await details(house.client, "customer:C1")
        await house.ask_customer("C1", "retry")
        await house.settle_down()
        assert (await shown(house, "customer:C1"))["DuelyAttention"] == ""


async def test_customer_that_needs_attention_does_not_end(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", email="")
        await house.at("2026-03-06")
        await house.at("2026-06-30")  # long after the days after which an idle one ends
        kinds = [event.event_type for event in await events(house, "customer:C1")]
        assert EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED not in kinds


async def test_details_follow_the_ladder(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.at("2026-02-20")
        assert "Not looked at yet; due 2026-03-02" in await details(house.client, "invoice:I1")
        await house.at("2026-03-06")
        page = await details(house.client, "invoice:I1")
        assert "Ladder: notice 1 was sent, stands at notice 2" in page
        assert "Last heard: notice sent N-C1-1" in page


async def test_workflow_started_without_attributes_shows_details_and_no_attributes(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", due="2026-03-02")
        await house.at("2026-03-01")
        bare = await Client.connect(
            house.client.service_client.config.target_host,
            data_converter=house.client.data_converter,
        )
        await house.pay("I1", "100.00")  # its own workflow ends
        await house.pay("I1", "-100.00", "P2")  # and one with attributes takes its place
        await house.pay("I1", "100.00", "P3")
        case = Case(invoice_number="I1", customer_id="C1")
        handle = await bare.start_workflow(
            names.INVOICE_WORKFLOW, case, id="invoice:by-hand", task_queue=names.QUEUE
        )
        await house.settle_down()
        await handle.result()
        assert await upserts(house, "invoice:by-hand") == []
        assert "settled" in await details(house.client, "invoice:by-hand")


async def test_every_timer_and_activity_has_a_label(tmp_path: Path) -> None:
    policy = HEAD + EARLY + COLLECT + NOTICE + CALL + LEGAL
    async with House(tmp_path, policy=policy, staff=People()) as house:
        await house.invoice("I1")
        await house.invoice("I2", mandate="soft:1")
        await house.signal("I1", "no such signal" + "!" * 500)
        await house.at("2026-03-10", "11:00")
        await house.call("promise", day="2026-03-11")
        await house.at("2026-05-30")
        labelled: list[Any] = []
        for workflow_id in ("invoice:I1", "invoice:I2", "customer:C1", "call:T-C1-1"):
            for event in await events(house, workflow_id):
                if event.event_type in (
                    EventType.EVENT_TYPE_TIMER_STARTED,
                    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
                ):
                    labelled.append(event)
                    assert 5 < len(_json(event.user_metadata.summary)) < 200, event
        assert len(labelled) > 20
