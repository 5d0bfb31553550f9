"""Shells complete the words of the command line."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands.conftest import Command

_PRESS_TAB = """
{script}
COMP_WORDS=(duely {typed}) COMP_CWORD={place}
_duely_completion duely
echo "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("typed", "place", "offered"),
    [("st", 1, "status"), ("calls ''", 2, "list take release outcome")],
)
def test_bash_is_offered_what_may_follow(
    typed: str, place: int, offered: str, command: Command, tmp_path: Path
) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    script = command("completion", "bash").out
    text = _PRESS_TAB.format(script=script, typed=typed, place=place)
    ended = subprocess.run([bash, "-c", text], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_calls_the_program_where_it_is(shell: str, command: Command) -> None:
    script = command("completion", shell).out
    calls = [line for line in script.splitlines() if "starter.py" in line]
    assert len(calls) >= 2  # the command itself, and its completion
    assert not [line for line in script.splitlines() if line.endswith((" duely)", "$1 ) )"))]
