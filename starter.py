"""The command line. Thin: each command reads, checks, and calls a room.

What is more than one call stands in `commands/`, a file per group, registered here.
"""

import asyncio
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands import (
    acts,
    bank,
    calls,
    collections,
    completion,
    customer_acts,
    debit_files,
    method_setup,
    methods,
    outlook,
    payments,
    preview,
    refunds,
    status,
    timeline,
    unmatched,
    users,
    why,
)
from commands.doctor import doctor
from commands.import_plan import plan_json, plan_text
from commands.import_told import import_text
from gateways.policy_files import read_policy
from gateways.process import end_process
from gateways.toml_files import TomlDocument
from models.settings import Documents, load_settings
from rules.clock import REAL_TIME
from rules.errors import Unreachable, UserMistake
from sandbox.bank_payments import read_ledger
from sandbox.demo import DemoFailed, demo
from sandbox.progress import Bar
from sandbox.replay import Replay, ReplayFailed, replay
from worker import import_files, plan_files

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="CSV of invoices, payments or methods; the bank's files")
    ],
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what the first morning would bring")
    ] = False,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Plan as if imported on this day"),
    ] = None,
    spread: Annotated[
        int | None,
        typer.Option("--spread", min=0, help="Customers of a backlog a day; 0: all at once"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The plan for programs")] = False,
) -> None:
    """Take invoices, payments and the bank's files in. A file whole or not at all; the same again
    changes nothing."""
    settings = load_settings()
    if spread is not None:
        settings = settings.model_copy(update={"backlog_per_day": spread})
    if plan:
        planned = asyncio.run(plan_files(settings, files, REAL_TIME, on.date() if on else None))
        text = plan_json(planned) if as_json else plan_text(planned)
        out.print(text, end="", markup=False, soft_wrap=True)
        return
    if on or as_json:
        raise UserMistake("--on and --json say how to plan, expected --plan with them")
    with Bar(err, "importing") as progress:
        taken = asyncio.run(import_files(settings, files, REAL_TIME, progress=progress))
    for line in import_text(taken):
        out.print(line, markup=False, soft_wrap=True)


@app.command("replay")
def replay_(
    invoices: Annotated[Path, typer.Option(help="The ledger's invoices, CSV")],
    payments: Annotated[
        list[Path], typer.Option(help="Its payments: CSV, a bank's files, or a folder of them")
    ],
    policy: Annotated[Path, typer.Option(help="The dunning policy, TOML")],
    to: Annotated[Path, typer.Option("--out", help="Folder for timeline, mails and summary")],
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day")] = None,
    documents: Annotated[Documents, typer.Option(help="What to make")] = Documents.NONE,
    collections: Annotated[
        bool, typer.Option("--collections", help="Mandates count, with the sandbox bank")
    ] = False,
    methods: Annotated[
        Path | None, typer.Option(help="Its payment methods, CSV, with --collections")
    ] = None,
) -> None:
    """What a policy would have done to a ledger, by the production workflows in virtual time."""
    settings = load_settings()
    chosen = read_policy(policy)
    text = TomlDocument.from_path(policy).text
    files, bank = read_ledger(
        [invoices, *([methods] if methods else [])],
        payments,
        max_bytes=settings.import_max,
        max_statement=settings.statement_max,
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
    with Bar(err, "replaying") as progress:
        summary = replay(job, progress)
    out.print(summary.text(), end="")
    if bank is not None:
        out.print(f"{bank.entries} bank entries, {bank.left} of them name no invoice for sure")
    out.print(f"\nTimeline, mails and summary are in {to}")


@app.command("demo")
def demo_(
    end: Annotated[
        bool, typer.Option("--exit", help="End by itself, once all has happened")
    ] = False,
) -> None:
    """The whole life of a sample ledger on real servers, on a calendar that runs fast."""
    asyncio.run(demo(load_settings(), out, end=end))


@app.command("doctor")
def doctor_(
    fix: Annotated[
        bool, typer.Option("--fix", help="Start, deliver and wake what can be mended safely")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: every finding")] = False,
) -> int:
    """Ledger and workflows side by side: what is missing, orphaned, overdue, stuck. Status 1 where
    something is wrong."""
    report = asyncio.run(doctor(load_settings(), fix=fix))
    out.print(report.json() if as_json else report.text(), markup=False, soft_wrap=True)
    return report.status


for group in (
    payments,
    refunds,
    unmatched,
    bank,
    debit_files,
    acts,
    customer_acts,
    methods,
    collections,
    method_setup,
    status,
    why,
    outlook,
    timeline,
    preview,
    completion,
):
    app.add_typer(group.app)
app.add_typer(calls.app, name="calls")
app.add_typer(users.app, name="user")


def main() -> None:
    """Run a command, and end with its true status whatever happened."""
    end_process(_status_of(lambda: app(standalone_mode=False, prog_name=completion.NAME)))


def _status_of(command: Callable[[], object]) -> int:
    """0; 1 a fault of ours, or one that `doctor` found; 2 a mistake in the input; 3 no service; 130 Ctrl-C.

    A person's mistake is one sentence, a fault of ours a traceback.
    """
    try:
        status = command()
    except typer.TyperException as mistake:  # usage
        return _said(mistake.format_message(), mistake.exit_code)
    except UserMistake as mistake:
        return _said(str(mistake), 2)
    except OSError as error:
        if error.filename is None:
            return _said(traceback.format_exc(), 1)
        return _said(f"{error.filename} cannot be used: {error.strerror}", 2)
    except Unreachable as error:
        return _said(str(error), 3)
    except (DemoFailed, ReplayFailed) as failure:
        return _said(str(failure), 1)
    except (typer.Abort, KeyboardInterrupt):
        return _said("", 130)
    except Exception:
        return _said(traceback.format_exc(), 1)
    return status if isinstance(status, int) else 0


def _said(words: str, status: int) -> int:
    err.print(words.rstrip(), markup=False, soft_wrap=True)
    return status


if __name__ == "__main__":
    main()
