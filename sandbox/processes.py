"""Programs of ours as processes of their own, that can be killed while the world goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.settings import HOME
from sandbox import keeper

SECONDS_TO_END = 20.0


class Process:
    """`python -m MODULE WORD...`, seen from outside: started by making one; ends with whoever
    started it. Of the environment it sees no setting but `settings`."""

    def __init__(
        self, module: str, words: Sequence[str], *, log: Path, settings: Mapping[str, str]
    ) -> None:
        self.log = log
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DUELY_", "TEMPORAL_"))
        }
        command = [sys.executable, "-m", module, *words]
        self._process = subprocess.Popen(
            [sys.executable, keeper.__file__, str(log), *command],
            cwd=HOME,
            env={**kept, **settings},
        )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def wait(self) -> int:
        """Until it ends; returns its status."""
        return self._process.wait()

    def kill(self) -> None:
        """SIGKILL: as when the power goes."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end what runs and go; returns its status."""
        if not self.has_ended:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.returncode
