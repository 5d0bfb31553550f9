"""What commands print: sentences and tables for people, or one JSON document for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rules.money import Money, decimal_text

out = Console(highlight=False, markup=False, emoji=False)


def say(sentence: str) -> None:
    """One sentence on a line of its own, as it is, however wide the terminal."""
    out.print(sentence, soft_wrap=True)


def show_json(value: object) -> None:
    """The one document of a command with `--json`, and nothing else on stdout."""
    typer.echo(json.dumps(plain(value), indent=2, ensure_ascii=False))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Names of columns that end in `>` are of figures, which stand at the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        right = column.endswith(">")
        table.add_column(column.rstrip(">"), justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out.print(table)


def plain(value: Any) -> Any:
    """A value as JSON knows it: days and moments in ISO 8601, money as decimals with its code."""
    match value:
        case Money():
            return {
                "amount": decimal_text(value.minor, value.currency),
                "currency": value.currency,
            }
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(plain(key)): plain(held) for key, held in value.items()}
        case tuple() | list():
            return [plain(held) for held in value]
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    return value
