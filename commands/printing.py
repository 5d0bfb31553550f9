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


def plain_console(width: int | None = None) -> Console:
    """Prints what it is given, as it is."""
    return Console(highlight=False, markup=False, emoji=False, width=width)


out = plain_console()
NOT_TOLD = (
    "Temporal is away, or no worker ever ran there: the worker tells the workflows when it comes up"
)
_A_KEY = 16  # as long as what is never broken may be: a number, a day, an amount
_LEFT_FOR_PROSE = 16
_ON_PAPER = 200  # where it goes to a file or another program, nothing need be broken


def say(sentence: str) -> None:
    """One sentence on a line of its own, as it is, however wide the terminal."""
    out.print(sentence, soft_wrap=True)


def show_json(value: object) -> None:
    """The one document of a command with `--json`, and nothing else on stdout."""
    typer.echo(json.dumps(plain(value), indent=2, ensure_ascii=False))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Names of columns that end in `>` are of figures, which stand at the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    listed = [tuple(row) for row in rows]
    width = max(out.width, 0 if out.is_terminal else _ON_PAPER)
    whole = _kept_whole([tuple(each.rstrip(">") for each in columns), *listed], width)
    for column, kept in zip(columns, whole, strict=True):
        table.add_column(
            column.rstrip(">"),
            justify="right" if column.endswith(">") else "left",
            overflow="fold",
            no_wrap=kept,
        )
    for row in listed:
        table.add_row(*(Text(cell) for cell in row))
    plain_console(width).print(table)


def _kept_whole(lines: Sequence[Sequence[str]], width: int) -> list[bool]:
    """Which columns hold keys: they stay whole as long as that leaves room for the others."""
    longest = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    keys = [length <= _A_KEY for length in longest]
    needed = sum(length + 3 for length, is_key in zip(longest, keys, strict=True) if is_key)
    others = keys.count(False) * _LEFT_FOR_PROSE
    return keys if needed + others <= width else [False] * len(keys)


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
