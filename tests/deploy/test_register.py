"""Temporal made ready, on the real server: the namespace, its search attributes, and who works."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio import activity
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.registration import WANTED
from deploy.healthy import asks_for_work
from deploy.register import RETENTION, register
from models.names import QUEUE
from plugin import house_plugin
from sandbox.server import DevServer
from worker import WORKFLOWS


@activity.defn(name="nothing")
async def _nothing() -> None:
    """What a worker needs at least one of."""


async def test_new_server_is_made_ready_once_and_then_seen_to_work(tmp_path: Path) -> None:
    async with DevServer(log=tmp_path / "server.log", ui=False) as server:
        client = await Client.connect(server.address, namespace="duely", plugins=[house_plugin()])
        for _ in range(2):
            await register(client)
        described = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace="duely")
        )
        kept = described.config.workflow_execution_retention_ttl.ToTimedelta()
        assert kept == RETENTION == timedelta(days=90)
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace="duely")
        )
        assert dict(listed.custom_attributes) == WANTED

        now = datetime.now(UTC)
        assert not await asks_for_work(client, host="here", now=now)
        async with a_worker(client, identity="7@here"):
            await until_asked(client, host="here")
            assert not await asks_for_work(client, host="elsewhere", now=datetime.now(UTC))
            later = datetime.now(UTC) + timedelta(minutes=5)
            assert not await asks_for_work(client, host="here", now=later)


async def until_asked(client: Client, *, host: str) -> None:
    """Wait for a worker's first question, a minute at most."""
    for _ in range(600):
        if await asks_for_work(client, host=host, now=datetime.now(UTC)):
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"no worker of {host} asked for work")


def a_worker(client: Client, *, identity: str) -> Worker:
    return Worker(
        client,
        task_queue=QUEUE,
        identity=identity,
        workflows=WORKFLOWS,
        activities=[_nothing],
    )
