"""SIGTERM: what runs may end by itself, then the worker is gone with status 0, within its grace."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select
from temporalio.client import Client

from models.settings import HOME
from models.tables import NoticeRecord
from rules.clock import Clock
from sandbox.mailbox import Misbehaviour
from sandbox.server import DevServer
from sandbox.stack import Stack
from tests.deploy.test_register import until_asked
from tests.postgres import Postgres
from tests.stack.test_crash import THE_DAY, ledger, record
from worker import GRACE

PATIENCE = 60  # seconds


async def test_mail_that_is_under_way_is_finished_and_recorded(tmp_path: Path) -> None:
    slow = Misbehaviour(seconds_to_answer=1.5)
    async with Stack(tmp_path / "stack", HOME / "creditor.toml", misbehaviour=slow) as stack:
        clock = Clock(origin=THE_DAY, start=datetime.now(UTC))
        await record(replace(ledger(), invoices=ledger().invoices[:5]), stack, clock)
        worker = stack.start_worker(clock)
        await until(lambda: bool(stack.mailbox.messages()), "a mail that waits for its answer")
        before = time.monotonic()
        assert await asyncio.to_thread(worker.stop) == 0
        assert timedelta(seconds=time.monotonic() - before) < GRACE

        arrived = {str(mail.message["Message-ID"]) for mail in stack.mailbox.messages()}
        notices = await stack.database.run(lambda s: list(s.exec(select(NoticeRecord))))
        told = {notice.message_id for notice in notices if notice.state == "sent"}
        assert told == arrived, "what the server took is recorded as sent, nothing is in doubt"


async def test_production_worker_on_postgresql_works_and_stops(
    tmp_path: Path, postgres: Postgres
) -> None:
    async with DevServer(log=tmp_path / "server.log", ui=False) as server:
        settings = {
            "DUELY_DATABASE_URL": postgres.new(),
            "DUELY_DOCUMENTS_DIR": str(tmp_path / "documents"),
            "TEMPORAL_ADDRESS": server.address,
        }
        worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "worker.py",
            cwd=HOME,
            env={**os.environ, **settings},
            stderr=asyncio.subprocess.PIPE,
        )
        client = await Client.connect(server.address)
        await until_asked(client, host=socket.gethostname())
        worker.send_signal(signal.SIGTERM)
        async with asyncio.timeout(GRACE.total_seconds()):
            _, said = await worker.communicate()
        assert worker.returncode == 0, said
        assert b"Traceback" not in said


async def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} s"
        await asyncio.sleep(0.02)
