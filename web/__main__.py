"""Serve the console: `python -m web`. A demo gives its calendar as a word, JSON of `rules.clock.Clock`."""

import sys

import uvicorn
from pydantic import TypeAdapter

from gateways.creditor_file import read_creditor
from gateways.files import FolderStore
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
    creditor, phone = read_creditor(settings.creditor), telephone_of(settings)
    database = open_database(settings)
    store = FolderStore(settings.documents_dir)
    desk = Desk(database, store, creditor, connect, clock, phone=phone)
    config = uvicorn.Config(
        build_app(desk),
        host=settings.web_host,
        port=settings.web_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )
    try:
        await uvicorn.Server(config).serve()
    finally:
        database.close()


if __name__ == "__main__":
    run(main)
