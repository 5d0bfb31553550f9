"""Today: who is to be phoned, in the order that pays."""

from fastapi.responses import Response

from activities.call_list import open_tasks
from rules.staff import Role
from web.routes import Routes
from web.visit import Visitor

routes = Routes()


@routes.page("/", role=Role.AUDITOR)
async def today(visit: Visitor) -> Response:
    tasks = await visit.desk.database.run(open_tasks)
    return visit.show("today.html.j2", tasks=tasks)
