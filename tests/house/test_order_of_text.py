"""What is sorted by a text is sorted alike on both databases, whatever the database's locale."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import String
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel, col, select

from models import tables
from models.tables import InvoiceRecord
from models.tables.base import by_text

HOME = Path(__file__).resolve().parents[2]
ROOMS = ("activities", "sandbox", "commands", "web")
FILES = [path for room in ROOMS for path in sorted((HOME / room).rglob("*.py"))]


def _texts_sorted_by_locale(path: Path) -> list[str]:
    """`order_by(...)` of a text column that does not say by which order."""
    found = []
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "order_by":
            for argument in call.args:
                said = ast.unparse(argument)
                if "by_text(" not in said and _names_a_text(argument):
                    found.append(f"{path.name}:{call.lineno} {said}")
    return found


def _names_a_text(argument: ast.expr) -> bool:
    for node in ast.walk(argument):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            table = getattr(tables, node.value.id, None)
            if isinstance(table, type) and issubclass(table, SQLModel):
                return isinstance(table.metadata.tables[_name(table)].c[node.attr].type, String)
    return False


def _name(table: type[SQLModel]) -> str:
    return str(table.__tablename__)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_texts_are_sorted_by_their_code_points(path: Path) -> None:
    assert _texts_sorted_by_locale(path) == []


def test_text_is_sorted_by_code_points_where_a_locale_would_sort_otherwise() -> None:
    query = select(InvoiceRecord.number).order_by(by_text(col(InvoiceRecord.number)))

    def on(url: str) -> str:
        return str(query.compile(dialect=make_url(url).get_dialect()()))

    assert on("postgresql+psycopg://").endswith('ORDER BY invoice.number COLLATE "C"')
    assert on("sqlite://").endswith("ORDER BY invoice.number")
