"""What holds for every test: a clean environment, and a run that ends with its true status."""

import os
from collections.abc import Generator

import pytest

from gateways.process import end_process


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches one."""
    for name in list(os.environ):
        if name.startswith(("DUELY_", "TEMPORAL_")):
            monkeypatch.delenv(name)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Ends the process here, after the summary and every report, before the interpreter does.

    Outermost around the whole run: by then pytest has reported and unconfigured itself. What is
    left is only the interpreter's shutdown, and that is what turns a green run red
    (`end_process` says how).
    """
    status = yield
    # A worker of pytest-xdist has its parent waiting, and returns to it.
    if isinstance(status, int) and not hasattr(config, "workerinput"):
        end_process(int(status))
    return status
