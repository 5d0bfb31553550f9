"""What a customer will receive in the next days, if nobody pays: the production workflows, run ahead."""

import asyncio
from typing import Annotated

import typer

from commands.at_hand import now
from commands.options import AsJson
from commands.printing import say, show_json, show_table
from models.settings import load_settings
from sandbox.foresight import Coming, foresee

app = typer.Typer()
_SHOWN = 5  # invoices of one notice in the table; a chain of shops has thousands


@app.command("next")
def next_(
    customer: Annotated[str, typer.Argument(help="A customer's key.", metavar="CUSTOMER")],
    days: Annotated[int, typer.Option(min=1, max=1000, help="Calendar days to look ahead.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Show what a customer will receive, as if nobody paid and nobody answered the telephone.

    The production workflows run ahead in virtual time, on a copy: nothing is sent or recorded.
    """
    outlook = asyncio.run(foresee(load_settings(), customer, now=now(), days=days))
    if as_json:
        show_json(outlook)
        return
    for trouble in outlook.attention:
        say(f"Needs attention: {trouble}. What waits for that does not happen by itself.")
    if not outlook.coming:
        say(f"Nothing comes by itself until {outlook.until}.")
        return
    show_table(("day", "what", "invoices", "claims>", "reference"), map(_cells, outlook.coming))
    say(f"Looked ahead until {outlook.until}, as if nobody paid or answered the telephone.")


def _cells(one: Coming) -> tuple[str, ...]:
    named = [invoice.number for invoice in one.invoices]
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return (
        one.at[:10],
        one.what,
        ", ".join(named[:_SHOWN]) + more,
        ", ".join(map(str, one.claims)),
        one.reference,
    )
