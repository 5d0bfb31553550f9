"""Search attributes are registered once, by whoever comes first, and a namespace that cannot have
them is said in a sentence."""

import asyncio
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey

from activities.registration import WANTED, register
from models.messages import Customer
from models.names import CUSTOMER_WORKFLOW, QUEUE
from plugin import house_plugin
from rules.errors import Unreachable, UserMistake
from sandbox.server import DevServer


async def registered(client: Client) -> dict[str, IndexedValueType.ValueType]:
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return {k: v for k, v in listed.custom_attributes.items() if k.startswith("Duely")}


async def test_server_without_them_has_them_after_and_starts_workflows_at_once(
    tmp_path: Path,
) -> None:
    async with DevServer(log=tmp_path / "log", ui=False) as server:
        client = await Client.connect(server.address, plugins=[house_plugin()])
        await asyncio.gather(register(client), register(client))
        await register(client)
        assert await registered(client) == WANTED
        handle = await client.start_workflow(
            CUSTOMER_WORKFLOW, Customer(customer_id="C-1"), id="customer:C-1", task_queue=QUEUE
        )
        described = await handle.describe()
        assert described.search_attributes["DuelyCustomer"] == ["C-1"]
        assert await described.static_summary() == "Customer C-1"


async def test_attribute_of_another_type_is_a_mistake_and_nothing_is_registered(
    tmp_path: Path,
) -> None:
    wrong = SearchAttributeKey.for_text("DuelyStage")
    async with DevServer(log=tmp_path / "log", search_attributes=[wrong], ui=False) as server:
        client = await Client.connect(server.address)
        with pytest.raises(UserMistake, match="DuelyStage as text, expected keyword"):
            await register(client)
        assert set(await registered(client)) == {"DuelyStage"}


async def test_namespace_without_room_for_them_is_a_mistake(tmp_path: Path) -> None:
    others = [SearchAttributeKey.for_datetime(f"Other{n}") for n in range(3)]
    async with DevServer(log=tmp_path / "log", search_attributes=others, ui=False) as server:
        client = await Client.connect(server.address)
        with pytest.raises(UserMistake, match=r"namespace default lacks .*DuelyDue.*: cannot have"):
            await register(client)


async def test_namespace_that_is_not_there_is_not_reached(tmp_path: Path) -> None:
    async with DevServer(log=tmp_path / "log", ui=False) as server:
        client = await Client.connect(server.address, namespace="elsewhere")
        with pytest.raises(Unreachable, match="no namespace elsewhere"):
            await register(client)
