"""What several commands are told: which invoice, which day, who asks, under which key."""

from datetime import date
from typing import Annotated

import typer

from gateways.ledger_fields import shown

_YEARS = range(1900, 2200)  # those of a ledger file: beyond, adding a window leaves date's range

PATIENCE = 20.0  # seconds


def day(text: str) -> date:
    """YYYY-MM-DD and nothing else that Python would also take for a date."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text or found.year not in _YEARS:
        raise typer.BadParameter(f"{shown(text)} is no date, expected one like 2026-12-24")
    return found


Number = Annotated[str, typer.Argument(help="The invoice's number.", metavar="NUMBER")]
NumberOrNone = Annotated[
    str, typer.Argument(help="The invoice's number.", metavar="NUMBER", show_default=False)
]
CustomerKey = Annotated[str, typer.Argument(help="The customer's key.", metavar="CUSTOMER")]
OfCustomer = Annotated[
    str, typer.Option("--customer", help="The customer with this key, instead of an invoice.")
]
By = Annotated[str, typer.Option("--by", "--as", help="Who asks; your login name where left out.")]
Key = Annotated[
    str, typer.Option("--key", help="Names this act: the same key again changes nothing.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why; recorded as typed.")]
Wait = Annotated[
    float, typer.Option("--wait", min=0.1, help="Seconds to wait for the worker's answer.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
