"""Shell completion: a `duely` command for a shell, whose words it completes."""

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.completion import get_completion_script

app = typer.Typer()

NAME = "duely"
STARTER = Path(__file__).resolve().parent.parent / "starter.py"


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command("completion")
def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print what gives a shell the command `duely` with completion, to be read by it."""
    words = shlex.join([sys.executable, str(STARTER)])
    define = (
        f"function {NAME}; {words} $argv; end"
        if shell is Shell.FISH
        else f'{NAME}() {{ {words} "$@"; }}'
    )
    script = get_completion_script(
        prog_name=NAME, complete_var=f"_{NAME.upper()}_COMPLETE", shell=shell.value
    )
    typer.echo(f"{define}\n{script}")
