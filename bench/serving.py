"""The console in a process of its own, as `python -m web` serves it; it says what each page asked.

`python -m bench.serving` takes its settings from the environment, as that does. Only here an answer
carries the number of its queries in a header, which costs a dictionary's look-up for each of them.
"""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import event
from sqlmodel import Session
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from activities.database import Database
from models.settings import Settings, load_settings
from sandbox.foresight import Outlook
from web.__main__ import desk_of, make_ready, server_of
from web.app import build_app
from web.foreseeing import Foreseer
from web.foreseen import Question

QUERIES = "X-Queries"
_KEEPS_COUNT = "queries"
# Once a minute a session in use is noted as used, on whatever page that falls.
_NOT_A_PAGES = ("BEGIN", "UPDATE staff_session")

T = TypeVar("T")
_asked: ContextVar[list[str]] = ContextVar("asked")


class CountingDatabase(Database):
    """What is asked for a request stands in its list, whichever thread asks."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        event.listen(self.engine, "before_cursor_execute", _note)

    async def run(self, work: Callable[[Session], T]) -> T:
        asked = _asked.get([])

        def noted(session: Session) -> T:
            session.connection().info[_KEEPS_COUNT] = asked
            return work(session)

        return await super().run(noted)


def _note(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    asked = connection.info.get(_KEEPS_COUNT)
    if asked is not None and not statement.startswith(_NOT_A_PAGES):
        asked.append(statement)


class CountedAnswers:
    """Puts the number of queries on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked: list[str] = []
        _asked.set(asked)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[QUERIES] = str(len(asked))
            await send(message)

        await self._app(scope, receive, sending)


def counted_app(settings: Settings) -> tuple[ASGIApp, Database]:
    """The application of a database that is there and migrated."""
    database = CountingDatabase(settings.database_url)
    app = build_app(desk_of(settings, database))
    app.state.foreseer = Foreseer(_never)
    return CountedAnswers(app), database


async def _never(_question: Question) -> Outlook:
    """What a customer will receive is worked out by workflows in processes of their own, for seconds:
    what is measured is the page that comes at once and says so."""
    return await asyncio.Future()


async def main() -> None:
    settings = load_settings()
    app, database = counted_app(settings)
    try:
        await make_ready(database)
        await server_of(app, settings).serve()
    finally:
        database.close()


if __name__ == "__main__":
    asyncio.run(main())
