"""How many queries a page takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.web.console import Browser, Console


@contextmanager
def counted(console: Console) -> Iterator[list[str]]:
    """Every statement that the console's database is asked."""
    statements: list[str] = []

    def note(*words: Any) -> None:
        statements.append(words[2])

    engine = console.desk.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def queries(console: Console, browser: Browser, path: str) -> int:
    """Of a page that was shown before: what is kept for good is kept."""
    assert browser.get(path).status_code == 200
    with counted(console) as statements:
        assert browser.get(path).status_code == 200
    return len(statements)
