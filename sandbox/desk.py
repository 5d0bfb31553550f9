"""The staff console of the embedded stack: a process of its own on the stack's database, and somebody
who may log in there."""

import asyncio
import secrets
import time
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from activities.database import Database
from activities.staff_accounts import add_account
from gateways.passwords import Passwords
from models.settings import Settings
from rules.clock import Clock
from rules.errors import Unreachable
from rules.staff import Role
from sandbox.processes import Process
from sandbox.server import free_port

PORT = 8000
_HOST = "127.0.0.1"
_SECONDS_TO_START = 30.0


class DeskProcess(Process):
    """A console, seen from outside; at `url` once `answers` has returned."""

    def __init__(
        self, settings: Settings, clock: Clock, *, temporal: str, folder: Path, port: int = PORT
    ) -> None:
        chosen = free_port(preferred=port)
        self.url = f"http://{_HOST}:{chosen}"
        super().__init__(
            "web",
            [TypeAdapter(Clock).dump_json(clock).decode()],
            log=folder / "console.log",
            settings=_environment(settings, temporal, chosen, folder),
        )

    async def answers(self) -> None:
        """Until it does. Raises Unreachable where it never will."""
        until = time.monotonic() + _SECONDS_TO_START
        while not await asyncio.to_thread(_is_there, f"{self.url}/login"):
            if self.has_ended or time.monotonic() > until:
                raise Unreachable(f"the console did not start, {self.log} may say why")
            await asyncio.sleep(0.1)


def _environment(settings: Settings, temporal: str, port: int, folder: Path) -> Mapping[str, str]:
    profile = folder / "temporal.toml"  # not the one of whoever started us
    profile.touch()
    return {
        "DUELY_DATABASE_URL": settings.database_url,
        "DUELY_DOCUMENTS_DIR": str(settings.documents_dir),
        "DUELY_CREDITOR": str(settings.creditor),
        "DUELY_TEMPORAL_UI": settings.temporal_ui,
        "DUELY_WEB_HOST": _HOST,
        "DUELY_WEB_PORT": str(port),
        "TEMPORAL_ADDRESS": temporal,
        "TEMPORAL_CONFIG_FILE": str(profile),
    }


def _is_there(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own
            return True
    except OSError:
        return False


async def made_account(database: Database, name: str, role: Role) -> str:
    """Somebody may log in; returns the password, which nobody else knows."""
    password = secrets.token_hex(8)
    passwords = Passwords()
    now = datetime.now(UTC)
    await database.run(lambda session: add_account(session, passwords, name, role, password, now))
    return password
