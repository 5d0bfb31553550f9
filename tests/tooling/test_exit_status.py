"""A process that used Temporal's SDK ends with its true status (sdk-python #300)."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNS = 20

_USES_THE_SDK = """
import pytest
from temporalio.testing import WorkflowEnvironment
from sandbox.server import binary

async def test_time_is_skipped():
    program = str(binary("temporal-test-server"))
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=program
    ) as environment:
        await environment.sleep(3600)
    assert {expected}
"""

_COMMAND = """
import asyncio, sys
from gateways.process import end_process
from sandbox.server import binary
from temporalio.testing import WorkflowEnvironment

async def main():
    program = str(binary("temporal-test-server"))
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=program
    ) as environment:
        await environment.sleep(3600)

asyncio.run(main())
sys.stdout.write("the last words")
end_process(3)
"""


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_command_ends_with_its_status_and_its_last_words_every_time() -> None:
    for ended in many_times("-c", _COMMAND):
        assert (ended.returncode, ended.stdout) == (3, "the last words")


def many_times(*arguments: str) -> "list[subprocess.CompletedProcess[str]]":
    """RUNS runs, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda _: run(*arguments), range(RUNS)))


@pytest.fixture
def one_test_file(tmp_path: Path) -> Path:
    """A folder of tests with our conftest and our settings, and nothing else."""
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    return tmp_path / "test_it.py"


def arguments_for(file: Path) -> list[str]:
    """Without plugins that have no part in how a run ends: they take longer to load than it lasts."""
    unneeded = [word for name in ("hypothesispytest", "xdist") for word in ("-p", f"no:{name}")]
    return ["-m", "pytest", "-c", str(ROOT / "pyproject.toml"), *unneeded, str(file)]


def test_green_run_of_tests_stays_green_every_time(one_test_file: Path) -> None:
    one_test_file.write_text(_USES_THE_SDK.format(expected=True))
    for ended in many_times(*arguments_for(one_test_file)):
        assert ended.returncode == 0, ended.stderr
        assert "1 passed" in ended.stdout
        assert ended.stderr == ""


def test_red_run_of_tests_stays_red_and_is_reported_whole(one_test_file: Path) -> None:
    one_test_file.write_text(_USES_THE_SDK.format(expected=False))
    report = one_test_file.with_name("report.xml")
    ended = run(*arguments_for(one_test_file), f"--junit-xml={report}")
    assert ended.returncode == 1
    assert "1 failed" in ended.stdout
    assert 'failures="1"' in report.read_text()


def test_no_tests_is_no_success(one_test_file: Path) -> None:
    one_test_file.write_text("")
    assert run(*arguments_for(one_test_file)).returncode == 5
