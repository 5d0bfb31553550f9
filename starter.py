"""The command line: import, replay, demo. Thin: each command reads, checks, and calls a room."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from gateways.ledger_files import read_ledger_files
from gateways.policy_files import read_policy
from gateways.process import end_process
from gateways.toml_files import TomlDocument
from models.settings import Documents, load_settings
from rules.clock import REAL_TIME
from rules.errors import Unreachable, UserMistake
from sandbox.replay import Replay, replay
from worker import import_files

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@app.command("import")
def import_(files: Annotated[list[Path], typer.Argument(help="CSV: invoices or payments")]) -> None:
    """Take invoices and payments in. A file whole or not at all; the same again changes nothing."""
    taken = asyncio.run(import_files(load_settings(), files, REAL_TIME))
    out.print(
        f"{taken.invoices} invoices and {taken.payments} payments recorded, "
        f"{taken.known} invoices were known already"
    )
    for note in taken.notes:
        out.print(note)


@app.command("replay")
def replay_(
    invoices: Annotated[Path, typer.Option(help="The ledger's invoices, CSV")],
    payments: Annotated[Path, typer.Option(help="Its payments, CSV")],
    policy: Annotated[Path, typer.Option(help="The dunning policy, TOML")],
    to: Annotated[Path, typer.Option("--out", help="Folder for timeline, mails and summary")],
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day")] = None,
    documents: Annotated[Documents, typer.Option(help="What to make")] = Documents.NONE,
    collections: Annotated[
        bool, typer.Option("--collections", help="Mandates count, with the sandbox bank")
    ] = False,
) -> None:
    """What a policy would have done to a ledger, by the production workflows in virtual time."""
    settings = load_settings()
    chosen = read_policy(policy)
    text = TomlDocument.from_path(policy).text
    files = read_ledger_files(
        [invoices, payments], max_bytes=settings.import_max, known_currency=lambda number: None
    )
    job = Replay(
        files=files,
        policy=chosen,
        policy_text=text,
        creditor=settings.creditor,
        out=to,
        until=until.date() if until else None,
        documents=documents,
        collections=collections,
    )
    with _progress("replaying") as progress:
        summary = replay(job, progress)
    out.print(summary.text(), end="")
    out.print(f"\nTimeline, mails and summary are in {to}")


class _progress:
    """A bar on the terminal that is told a share, 0 to 1."""

    def __init__(self, what: str) -> None:
        self._bar = Progress(
            TextColumn(what),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=err,
            transient=not err.is_terminal,
        )

    def __enter__(self) -> Callable[[float], None]:
        self._bar.start()
        task = self._bar.add_task("", total=1.0)
        return lambda share: self._bar.update(task, completed=share)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def main() -> None:
    """Run a command and end with its true status: 0; 2 a mistake in the input; 3 not reached."""
    status = 0
    try:
        app(standalone_mode=True)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except UserMistake as mistake:
        err.print(str(mistake), markup=False, soft_wrap=True)
        status = 2
    except Unreachable as error:
        err.print(str(error), markup=False, soft_wrap=True)
        status = 3
    end_process(status)


if __name__ == "__main__":
    main()
