"""A table in plain text, for readers whose mail shows no HTML."""

from collections.abc import Sequence
from unicodedata import east_asian_width

_GAP = "  "


def aligned(rows: Sequence[Sequence[str]], *, figures: int, width: int) -> str:
    """Rows of cells in columns, the last `figures` columns flush right; the first row is the head.

    A table wider than `width` characters is written as one block per row instead, each cell on a
    line of its own behind its column's head, so that no line is ever folded in the middle.
    """
    widths = [max(columns(cell) for cell in column) for column in zip(*rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        return _blocks(rows)
    return "\n".join(_line(row, widths, figures) for row in rows)


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: East Asian wide characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _line(row: Sequence[str], widths: Sequence[int], figures: int) -> str:
    first_figure = len(row) - figures
    cells = [
        " " * (width - columns(cell)) + cell
        if index >= first_figure
        else cell + " " * (width - columns(cell))
        for index, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return _GAP.join(cells).rstrip()


def _blocks(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    widest = max(columns(label) for label in head)
    return "\n\n".join(
        "\n".join(
            f"{label}:{' ' * (widest - columns(label))}{_GAP}{cell}"
            for label, cell in zip(head, row, strict=True)
        )
        for row in body
    )
