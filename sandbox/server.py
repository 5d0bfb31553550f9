"""Temporal, embedded: the development server for a demo, the time-skipping one for a replay.

Both come as wheels and both are started by the SDK; what is added here is that they end with the
process that started them (`sandbox/keeper.py`) and keep their talk in a file.
"""

import os
import shlex
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from rules.errors import Unreachable, UserMistake
from sandbox import keeper

PROCESS_ID = "server.pid"  # beside the stand-in, while its server runs
UI_PORT = 8233  # where Temporal's users look for it
_HOST = "127.0.0.1"
# By itself the server lets a short timer run up to a second late: a whole day of a fast calendar.
# The page cache outlives a killed server, if not the machine: nothing here needs more.
_NO_SYNC = ["--sqlite-pragma", "synchronous=OFF"]
_PROMPT_TIMERS = ["--dynamic-config-value", 'history.timerProcessorMaxTimeShift="50ms"']


@dataclass
class DevServer:
    """`async with DevServer(...) as server`: a real Temporal server on free ports, with its UI.

    `log` is the file its output goes to; `database` a file that lets workflows outlive the server,
    in memory where None; `search_attributes` are registered before it is handed over. Raises
    Unreachable where it does not start, UserMistake where its program is missing.
    """

    log: Path
    database: Path | None = None
    search_attributes: Sequence[SearchAttributeKey] = ()  # type: ignore[type-arg]  # of every type
    namespace: str = "default"
    ui: bool = True
    address: str = field(default="", init=False)
    ui_url: str = field(default="", init=False)
    _port: int | None = field(default=None, init=False)
    _ui_port: int | None = field(default=None, init=False)
    _environment: WorkflowEnvironment | None = field(default=None, init=False)
    _folder: "tempfile.TemporaryDirectory[str] | None" = field(default=None, init=False)

    async def __aenter__(self) -> "DevServer":
        self._folder = tempfile.TemporaryDirectory(prefix="duely-temporal-")
        self._ui_port = free_port(preferred=UI_PORT) if self.ui else None
        try:
            await self.start()
        except Unreachable:
            self._folder.cleanup()
            raise
        return self

    async def start(self) -> None:
        """Started by `async with`; after `kill`, on the same ports and with the same `database`.

        Raises Unreachable where it does not start.
        """
        assert self._folder is not None, "inside of `async with` only"
        program = kept(binary("temporal"), log=self.log, folder=Path(self._folder.name))
        try:
            self._environment = await WorkflowEnvironment.start_local(
                namespace=self.namespace,
                ip=_HOST,
                port=self._port,
                ui=self.ui,
                ui_port=self._ui_port,
                dev_server_existing_path=str(program),
                dev_server_database_filename=str(self.database) if self.database else None,
                dev_server_log_level="warn",
                dev_server_extra_args=[*_PROMPT_TIMERS, *(_NO_SYNC if self.database else ())],
                search_attributes=self.search_attributes,
            )
        except RuntimeError as error:
            raise Unreachable(
                f"the embedded Temporal server did not start, {self.log} says why: {error}"
            ) from error
        self.address = self._environment.client.service_client.config.target_host
        self._port = int(self.address.rpartition(":")[2])
        self.ui_url = f"http://{_HOST}:{self._ui_port}" if self.ui else ""

    async def kill(self) -> None:
        """SIGKILL: as when the power goes. What `database` has is still there for `start`."""
        assert self._folder is not None, "inside of `async with` only"
        os.kill(int((Path(self._folder.name) / PROCESS_ID).read_text()), signal.SIGKILL)
        await self._let_go()

    async def _let_go(self) -> None:
        if self._environment is not None:
            with suppress(RuntimeError):  # it ended by itself
                await self._environment.shutdown()
            self._environment = None

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._let_go()
        if self._folder is not None:
            self._folder.cleanup()


def binary(name: str) -> Path:
    """`temporal` or `temporal-test-server`: from the environment, else beside this Python, else
    on the PATH.

    DUELY_TEMPORAL_BIN and DUELY_TEMPORAL_TEST_SERVER_BIN name other builds. Raises UserMistake.
    """
    variable = f"DUELY_{name.upper().replace('-', '_')}_BIN"
    chosen = os.environ.get(variable)
    found = chosen or shutil.which(name, path=str(Path(sys.executable).parent))
    found = shutil.which(found or name)
    if found is None and chosen:
        raise UserMistake(f"{variable} names {chosen!r}, which is no program")
    if found is None:
        raise UserMistake(f"the program {name} is missing: run make, or name it in {variable}")
    return Path(found)


def kept(program: Path, *, log: Path, folder: Path) -> Path:
    """A stand-in for `program`, written to `folder`, that ends with the process that starts it.

    For the SDK, which takes a program's path and no arguments before its own:
    `WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(kept(...)))`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, keeper.__file__, str(log.resolve()), str(program)]
    stand_in = folder / program.name
    # No setting of ours steers the server, and it does not ask the world for a newer version.
    stand_in.write_text(
        "#!/bin/sh\n"
        "unset TEMPORAL_ADDRESS TEMPORAL_NAMESPACE TEMPORAL_CONFIG_FILE TEMPORAL_PROFILE\n"
        "export TEMPORAL_VERSION_CHECK_DISABLED=1\n"
        # It becomes the keeper, and the keeper the server: one process from here on.
        f"echo $$ > {shlex.quote(str(folder / PROCESS_ID))}\n"
        f'exec {shlex.join(words)} "$@"\n'
    )
    stand_in.chmod(0o700)
    return stand_in


def free_port(preferred: int = 0) -> int:
    """`preferred` where nobody has it, else any other that is free now."""
    for port in (preferred, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_HOST, port))
            return int(probe.getsockname()[1])
    raise Unreachable("no port is free on this machine")
