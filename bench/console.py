"""How fast the console's pages are: `python -m bench.console` (docs/benchmarks.md).

A creditor's database of some months, the console as production serves it, and twenty people who click
through every page that it has. What each page took is measured at their end; how many queries it
asked, at the server's, and held against a database a five-hundredth as large.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random
from time import perf_counter

import httpx2 as httpx
from rich.console import Console
from rich.table import Table
from sqlmodel import Session, create_engine

from bench.clicking import Person, Seen, browser, work_together
from bench.databases import POSTGRESQL, SQLITE, NewDatabase, databases
from bench.filling import USERS, fill, user
from bench.papers import put_papers
from bench.serving import counted_app
from bench.summing_up import FLOOR, Figures, figures_of, growing
from bench.walking import Click, Walks
from models.settings import HOME, Settings
from rules.errors import UserMistake
from web.app import DECLARED

LIMIT_MS = 150
SEED = 2024
DOCUMENTS = "documents"
_LOOKS = 6  # at each page of the small record
NOBODY = "127.0.0.1:1"  # where no Temporal answers: pages are read from the record
report = Console(stderr=True, highlight=False, width=118)


@dataclass(frozen=True)
class Size:
    """Open invoices, customers, and for how many seconds is measured."""

    invoices: int
    customers: int
    seconds: float


FULL, QUICK, SMALL = Size(100_000, 10_000, 120.0), Size(10_000, 1_000, 12.0), Size(200, 20, 0.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where every page answered rightly, in time, with as many queries as ever; else 1."""
    began = perf_counter()
    asked = _asked(arguments)
    size = QUICK if asked.quick else FULL
    try:
        with (
            tempfile.TemporaryDirectory(prefix="duely-bench-", ignore_cleanup_errors=True) as place,
            databases(asked.database, Path(place)) as new,
        ):
            figures = measured(new, Path(place), size, asked.seed, asked.seconds)
    except UserMistake as mistake:
        report.print(str(mistake), markup=False)
        return 2
    print_report(figures)
    result = result_of(figures) | {
        "database": asked.database,
        "invoices": size.invoices,
        "customers": size.customers,
        "seconds": round(perf_counter() - began, 1),
    }
    sys.stderr.flush()
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    return 0 if is_good(figures) else 1


def is_good(figures: Sequence[Figures]) -> bool:
    return not growing(figures) and all(
        not one.errors and one.hits and one.p95_ms < LIMIT_MS for one in figures
    )


def result_of(figures: Sequence[Figures]) -> dict[str, object]:
    floor = next(one for one in figures if one.page == FLOOR)
    return {
        "p95_ms": {one.page: one.p95_ms for one in figures},
        "p50_ms": {one.page: one.p50_ms for one in figures},
        "queries": {one.page: one.queries for one in figures},
        "queries_constant": not growing(figures),
        "growing": growing(figures),
        "requests": sum(one.hits for one in figures),
        "errors": sum(len(one.errors) for one in figures),
        "floor": {"p50_ms": floor.p50_ms, "p95_ms": floor.p95_ms},
    }


def measured(
    new: NewDatabase, folder: Path, size: Size, seed: int, seconds: float | None
) -> list[Figures]:
    """What each page took."""
    small, large = new("small"), new("large")
    _fill(small, SMALL, seed)
    _fill(large, size, seed)
    put_papers(folder / DOCUMENTS)
    before = asyncio.run(_asked_of_small(small, folder, seed))
    walks = _walks(large, seed)
    with served(large, folder) as address:
        seen = asyncio.run(_clicked(address, walks, seconds or size.seconds))
    return [figures_of(page, seen, before, walks.may_vary(page)) for page in walks.pages]


def _fill(url: str, size: Size, seed: int) -> None:
    today = date.today()  # noqa: DTZ011 # the console's own: what it shows counts from it
    took = fill(url, invoices=size.invoices, customers=size.customers, today=today, seed=seed)
    os.sync()  # or the disk would still be busy with it while pages are measured
    report.print(f"{size.invoices} open invoices of {size.customers} customers in {took:.1f} s")


async def _asked_of_small(url: str, folder: Path, seed: int) -> list[Seen]:
    """Every page of the small record, several times, in this process."""
    app, database = counted_app(Settings(database_url=url, documents_dir=folder / DOCUMENTS))
    walks = _walks(url, seed)
    try:
        async with browser("http://console.example", httpx.ASGITransport(app)) as client:
            person = Person(client, user(USERS))
            await person.log_in()
            for click in walks.round():  # what is kept for ever after is asked for once
                await person.look(click)
            return [await person.look(click) for click in walks.several(_LOOKS)]
    finally:
        database.close()


def _walks(url: str, seed: int) -> Walks:
    engine = create_engine(url)
    try:
        with Session(engine) as session:
            return Walks(session, DECLARED, Random(seed))
    finally:
        engine.dispose()


async def _clicked(address: str, walks: Walks, seconds: float) -> list[Seen]:
    clients = [browser(address) for _ in range(USERS)]
    people = [Person(client, user(number)) for number, client in enumerate(clients, 1)]
    try:
        await asyncio.gather(*(person.log_in() for person in people))
        for click in walks.round() + walks.round():  # templates are compiled at their first use
            await people[0].look(click)
        report.print(f"{USERS} people are logged in and look at {len(walks.pages)} pages")
        return await work_together(people, [_without_end(walks) for _ in people], seconds)
    finally:
        await asyncio.gather(*(client.aclose() for client in clients))


def _without_end(walks: Walks) -> Iterator[Click]:
    """Round after round."""
    return chain.from_iterable(iter(walks.round, None))


@contextmanager
def served(url: str, folder: Path) -> Iterator[str]:
    """The console's address, while it runs."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    words = {
        "DUELY_DATABASE_URL": url,
        "DUELY_DOCUMENTS_DIR": str(folder / DOCUMENTS),
        "DUELY_WEB_PORT": str(port),
        "TEMPORAL_ADDRESS": NOBODY,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.serving"], cwd=HOME, env=os.environ | words
    )
    try:
        _wait_for(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = perf_counter() + 30
    while perf_counter() < until and process.poll() is None:
        with socket.socket() as one:
            one.settimeout(0.1)
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise UserMistake("the console did not start")


def print_report(figures: Sequence[Figures]) -> None:
    """A line for each page, the slowest first; then what went wrong."""
    table = Table("page", "requests", "p50 ms", "p95 ms", "worst ms", "queries", "of few")
    for column in table.columns[1:]:
        column.justify = "right"
    for one in sorted(figures, key=lambda one: -one.p95_ms):
        numbers = (one.hits, one.p50_ms, one.p95_ms, one.worst_ms, one.queries, one.queries_of_few)
        table.add_row(one.page, *(str(number) for number in numbers))
    report.print(table)
    for one in figures:
        for wrong in one.errors[:3]:
            report.print(wrong, markup=False)
    for page in growing(figures):
        report.print(f"{page}: asks more queries of a larger record", markup=False)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.console", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the data, less time")
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    parser.add_argument("--seconds", type=float, help="how long is measured")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed is another record")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
