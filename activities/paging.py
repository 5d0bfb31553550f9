"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select
from sqlmodel import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """`number` counts from 1; `total` is how many there are on all pages."""

    rows: tuple[T, ...]
    number: int
    total: int
    size: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))


def page_of(session: Session, query: Any, number: int, size: int) -> Page[Any]:
    """One page of an ordered query of columns; past the last one it is the last. Two queries."""
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    total = int(session.execute(counted).scalar_one())
    number = min(max(1, number), max(1, -(-total // size)))
    rows = session.execute(query.limit(size).offset((number - 1) * size)).all()
    return Page(tuple(rows), number, total, size)


def cut(rows: Sequence[T], number: int, size: int) -> Page[T]:
    """The same of what is at hand."""
    number = min(max(1, number), max(1, -(-len(rows) // size)))
    return Page(tuple(rows[(number - 1) * size : number * size]), number, len(rows), size)
