"""The replay beside the demo: `starter.py replay` in a process of its own, which has to end in time."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from models.settings import HOME
from sandbox.replay_summary import Summary

_TRIES = 2


@dataclass(frozen=True)
class Beside:
    """What is replayed, and how long it may take: `seconds` for each of two tries."""

    invoices: Path
    payments: Path
    methods: Path
    policy: Path
    creditor: Path
    out: Path
    seconds: float = 50.0

    async def summary(self) -> Summary | None:
        """What was to happen, to the day; None where no try has ended well in time. What the last
        one said is then in `out.log`."""
        for _ in range(_TRIES):
            if await self._replayed():
                found = json.loads((self.out / "summary.json").read_text("utf-8"))
                return Summary(**found)
        return None

    @property
    def log(self) -> Path:
        return self.out.with_suffix(".log")

    async def _replayed(self) -> bool:
        with self.log.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, str(HOME / "starter.py"), "replay", "--collections"),
                *("--invoices", str(self.invoices), "--payments", str(self.payments)),
                *("--methods", str(self.methods)),
                *("--policy", str(self.policy), "--out", str(self.out)),
                stdout=log,
                stderr=log,
                env=_environment(self.creditor),
                start_new_session=True,  # so that all of it can be ended together
            )
        try:
            return await asyncio.wait_for(process.wait(), self.seconds) == 0
        except TimeoutError:
            return False
        finally:
            with suppress(ProcessLookupError):  # it has ended, as it should
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def _environment(creditor: Path) -> dict[str, str]:
    """No setting of ours but the creditor."""
    ours = ("DUELY_", "TEMPORAL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    programs = {n: v for n, v in os.environ.items() if n.startswith("DUELY_TEMPORAL_")}
    return {**kept, **programs, "DUELY_CREDITOR": str(creditor)}
