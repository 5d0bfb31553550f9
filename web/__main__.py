"""Serve the console: `python -m web`. A demo gives its calendar as a word, JSON of `rules.clock.Clock`."""

import gc
import sys

import uvicorn
from pydantic import TypeAdapter
from starlette.types import ASGIApp

from activities.banking.narrowing import keep_numbers
from activities.database import Database
from gateways.creditor_file import read_creditor
from gateways.files import FolderStore
from gateways.stripe_settings import stripe_of
from gateways.twilio_settings import telephone_of
from models.settings import Settings, load_settings
from rules.clock import REAL_TIME, Clock
from web.app import build_app
from web.desk import Desk
from worker import connect, open_database, run

_SECONDS_TO_END = 10


async def main() -> None:
    """Until SIGTERM or Ctrl-C. Raises UserMistake, Unreachable before anything is served."""
    words = sys.argv[1:]
    clock = TypeAdapter(Clock).validate_json(words[0]) if words else REAL_TIME
    await serve(load_settings(), clock)


async def serve(settings: Settings, clock: Clock) -> None:
    database = open_database(settings)
    try:
        await make_ready(database)
        await server_of(build_app(desk_of(settings, database, clock)), settings).serve()
    finally:
        database.close()


async def make_ready(database: Database) -> None:
    """What stays as long as the console is read before the first request, and garbage collection
    passes over it: it would stop every page for a tenth of a second."""
    await database.run(keep_numbers)
    gc.collect()
    gc.freeze()


def desk_of(settings: Settings, database: Database, clock: Clock = REAL_TIME) -> Desk:
    creditor, store = read_creditor(settings.creditor), FolderStore(settings.documents_dir)
    phone, stripe = telephone_of(settings), stripe_of(settings)
    return Desk(database, store, creditor, connect, clock, phone=phone, stripe=stripe)


def server_of(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        host=settings.web_host,
        port=settings.web_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )
    return uvicorn.Server(config)


if __name__ == "__main__":
    run(main)
