"""The embedded servers start on free ports, with what they were asked for, and end with us."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from rules.errors import Unreachable, UserMistake
from sandbox.server import DevServer, binary, free_port, kept

_STARTS_A_SERVER = """
import asyncio, sys, time
from pathlib import Path
from sandbox.server import DevServer, binary, kept
from temporalio.testing import WorkflowEnvironment

async def main():
    folder = Path(sys.argv[2])
    if sys.argv[1] == "dev":
        server = await DevServer(log=folder / "log", ui=False).__aenter__()
        address = server.address
    else:
        program = kept(binary("temporal-test-server"), log=folder / "log", folder=folder)
        server = await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=str(program)
        )
        address = server.client.service_client.config.target_host
    print(address, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_dev_server_has_what_it_was_asked_for(tmp_path: Path) -> None:
    key = SearchAttributeKey.for_keyword("DuelyStage")
    log = tmp_path / "logs" / "temporal.log"
    async with DevServer(log=log, search_attributes=[key]) as server:
        client = await Client.connect(server.address)
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace="default")
        )
        assert listed.custom_attributes["DuelyStage"] == IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        with urllib.request.urlopen(server.ui_url) as page:  # noqa: ASYNC210, S310 - ours, once
            assert page.status == 200
        assert log.exists()
    assert not listens(server.address)


async def test_two_dev_servers_do_not_meet(tmp_path: Path) -> None:
    async with (
        DevServer(log=tmp_path / "1.log") as one,
        DevServer(log=tmp_path / "2.log") as two,
    ):
        assert one.address != two.address
        assert one.ui_url != two.ui_url


async def test_a_database_file_outlives_its_server(tmp_path: Path) -> None:
    database = tmp_path / "temporal.db"
    for _ in range(2):
        async with DevServer(log=tmp_path / "log", database=database, ui=False) as server:
            await Client.connect(server.address)
    assert database.stat().st_size > 0


async def test_a_killed_server_comes_back_at_its_address_with_what_it_knew(tmp_path: Path) -> None:
    database = tmp_path / "temporal.db"
    async with DevServer(log=tmp_path / "log", database=database, ui=False) as server:
        address = server.address
        client = await Client.connect(address)
        await client.start_workflow("Sleeps", id="sleeper", task_queue="none")
        await server.kill()
        assert not listens(address)
        await server.start()
        assert server.address == address
        described = await client.get_workflow_handle("sleeper").describe()
        assert described.status is WorkflowExecutionStatus.RUNNING


async def test_a_server_that_does_not_start_names_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUELY_TEMPORAL_BIN", "/bin/false")
    with pytest.raises(Unreachable, match=r"temporal\.log"):
        await DevServer(log=tmp_path / "temporal.log").__aenter__()


def test_a_program_that_is_missing_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUELY_TEMPORAL_BIN", "/nowhere/temporal")
    with pytest.raises(UserMistake, match="DUELY_TEMPORAL_BIN"):
        binary("temporal")


async def test_time_skipping_server_runs_through_its_stand_in(tmp_path: Path) -> None:
    program = kept(binary("temporal-test-server"), log=tmp_path / "log", folder=tmp_path)
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(program)
    )
    before = await environment.get_current_time()
    await environment.sleep(3600)
    assert (await environment.get_current_time() - before).total_seconds() >= 3600
    address = environment.client.service_client.config.target_host
    await environment.shutdown()
    assert not listens(address)


@pytest.mark.parametrize("kind", ["dev", "time-skipping"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_server_is_left_when_its_starter_is_killed(
    kind: str, number: signal.Signals, tmp_path: Path
) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", _STARTS_A_SERVER, kind, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert starter.stdout is not None
    with starter.stdout:
        address = starter.stdout.readline().strip()
        assert listens(address)
        starter.send_signal(number)
        starter.wait()
    for _ in range(100):
        if not listens(address):
            return
        time.sleep(0.1)
    pytest.fail(f"a server still listens at {address}")


def test_the_preferred_port_is_taken_only_where_free() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert free_port(preferred=taken) != taken
    assert free_port(preferred=taken) == taken


def listens(address: str) -> bool:
    """Whether a server accepts connections at `host:port`."""
    host, _, port = address.rpartition(":")
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex((host, int(port))) == 0
