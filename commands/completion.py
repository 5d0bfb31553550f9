"""Shell completion: a `duely` command for a shell, whose words it completes."""

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.completion import (  # type: ignore[attr-defined]  # not in its types
    completion_init,
    get_completion_script,
)

completion_init()  # who answers the shells; of its own Typer knows only how to install scripts

app = typer.Typer()

NAME = "duely"
STARTER = Path(__file__).resolve().parent.parent / "starter.py"


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


# How each script calls the program: by its name, which a function of the shell cannot answer to.
_CALL = {
    Shell.BASH: "complete_bash $1",
    Shell.ZSH: f"complete_zsh {NAME}",
    Shell.FISH: f"(commandline -cp) {NAME}",
}


@app.command("completion")
def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print what gives a shell the command `duely` with completion, to be read by it."""
    words = shlex.join([sys.executable, str(STARTER)])
    script = get_completion_script(
        prog_name=NAME, complete_var=f"_{NAME.upper()}_COMPLETE", shell=shell.value
    )
    by_name = _CALL[shell]
    by_words = f"{by_name.rpartition(' ')[0]} {words}"
    typer.echo(f"{_command(shell, words)}\n{script.replace(by_name, by_words)}")


def _command(shell: Shell, words: str) -> str:
    """The function that is the command."""
    if shell is Shell.FISH:
        return f"function {NAME}; {words} $argv; end"
    return f'{NAME}() {{ {words} "$@"; }}'
