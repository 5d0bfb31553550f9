"""What a customer will receive in the next 90 days, by the production workflows in virtual time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.responses import Response

from activities.marks import Mark, mark_of
from rules.errors import Unreachable
from rules.staff import Role
from sandbox.foresight import Outlook
from web.foreseeing import Foreseer
from web.foreseen import Question
from web.refusals import NotThere
from web.routes import Routes
from web.visit import Visit, Visitor

DAYS = 90

routes = Routes()

_PAGE = "/customers/{customer:path}/next"


@asynccontextmanager
async def _foreseer(app: FastAPI) -> AsyncIterator[None]:
    """What is being worked out ends with the console."""
    try:
        yield
    finally:
        await foreseer_of(app).stop()


routes.router.lifespan_context = _foreseer


def foreseer_of(app: FastAPI) -> Foreseer:
    """The application's one, made when first needed."""
    if not hasattr(app.state, "foreseer"):
        app.state.foreseer = Foreseer()
    foreseer: Foreseer = app.state.foreseer
    return foreseer


@routes.page(f"{_PAGE}/outlook", role=Role.AUDITOR)
async def outlook(visit: Visitor, customer: str) -> Response:
    """The part of the page that asks again until it is there."""
    return await _shown(visit, customer, "ahead_outlook.html.j2")


@routes.page(_PAGE, role=Role.AUDITOR)
async def ahead(visit: Visitor, customer: str) -> Response:
    """At once, whether it is worked out or not."""
    return await _shown(visit, customer, "ahead.html.j2")


async def _shown(visit: Visit, customer: str, template: str) -> Response:
    mark = await visit.desk.database.run(lambda session: mark_of(session, customer))
    if mark is None:
        raise NotThere(f"There is no customer {customer}.")
    error, found = "", None
    try:
        found = _outlook(visit, mark)
    except Unreachable:
        error = "It could not be worked out. Load the page again to have it tried once more."
    address = f"/customers/{quote(customer, safe='')}"
    return visit.show(
        template, customer=mark, outlook=found, error=error, address=address, days=DAYS
    )


def _outlook(visit: Visit, mark: Mark) -> Outlook | None:
    """Worked out once for a record and a day; with another hour of it the days are the same."""
    now = visit.desk.business_now()
    question = Question(
        settings=visit.desk.settings, customer_id=mark.customer_id, now=now, days=DAYS
    )
    return foreseer_of(visit.request.app).outlook((mark, now.date()), question)
