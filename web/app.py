"""The staff console as an application: its pages, in one frame of access and headers."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from web.answers import STATIC, Headers, add_handlers
from web.desk import Desk
from web.pages import (
    ahead,
    attention,
    cases,
    customer,
    invoice,
    letter,
    login,
    money,
    notice,
    papers,
    refunds,
    search,
    task,
    telephone,
    today,
    webhooks,
)
from web.routes import Declared

_FILES = Path(__file__).with_name("static")
# Keys may have a slash in them: what stands under an invoice, a case or a customer
# comes before it.
_GROUPS = (
    *(login.routes, papers.routes, telephone.routes, webhooks.routes, task.routes, today.routes),
    *(attention.routes, cases.routes, money.routes, refunds.routes),
    *(search.routes, letter.routes, notice.routes, invoice.routes),
    *(ahead.routes, customer.routes),
)
DECLARED: tuple[Declared, ...] = tuple(one for group in _GROUPS for one in group.declared)


def build_app(desk: Desk) -> FastAPI:
    """Nothing but what is declared, and the files of `web/static`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.add_middleware(Headers)
    add_handlers(app)
    for group in _GROUPS:
        app.include_router(group.router)
    app.mount(STATIC, StaticFiles(directory=_FILES), name="static")
    return app
