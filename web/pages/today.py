"""Today: who is to be phoned, in the order that pays, and what else waits."""

from fastapi.responses import Response

from activities.today import today_at
from rules.call_order import SENTENCE
from rules.staff import Role
from web.routes import Routes
from web.visit import Visitor

routes = Routes()


@routes.page("/", role=Role.AUDITOR)
async def today(visit: Visitor, page: str = "1") -> Response:
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    found = await visit.desk.database.run(
        lambda session: today_at(session, visit.desk.business_now(), number)
    )
    return visit.show("today.html.j2", today=found, page=number, order=SENTENCE)
