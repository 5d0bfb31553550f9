"""What people click: the staff console. FastAPI, Jinja2 and HTMX, no build step.

    python -m web        (or `make web`; DUELY_WEB_HOST and DUELY_WEB_PORT say where)

How a page is added:

1. A file in `web/pages/` with `routes = Routes()`, included in `web/app.py`. Each function is declared
   with the least role that may use it; `tests/web/test_routes.py` tries every role on every route:

       @routes.page("/customers/{customer}", role=Role.AUDITOR)
       async def customer(visit: Visitor, customer: str) -> Response:
           sheet = await visit.desk.database.run(lambda session: sheet_of(session, customer))
           return visit.show("customer.html.j2", sheet=sheet)

2. What it shows is read by a function of one transaction in `activities/` (a frozen dataclass, a number
   of queries that does not grow with what is shown) and judged by `rules/`; pages hold no query.
   `visit.desk.business_now()` is the hour of the ladders, `visit.desk.now()` the one of sessions.
3. Its template stands in `templates/console/` and extends `layout.html.j2`. Everything is escaped; no
   script, no style and no event handler stands in a page (the content policy forbids it). Tables have
   captions, inputs labels. `|money`, `|day` and `|moment` write values.
4. What it does is an update to a workflow, never a write of its own:

       @routes.action("/tasks/{task}/take", role=Role.STAFF, page="/tasks/{task}")
       async def take(visit: Visitor, task: str) -> Response:
           act = visit.act(TakeTask)              # who and under which key
           ...
           return await visit.ask(wanted, ...)    # done, refused, or nobody answers

   Its form carries `{{ form_fields() }}` (the session's CSRF token and a key made now). The same key
   again does nothing twice, so double clicks, reloads and the back button do no harm. `page` is where a
   person comes back to whose session had ended, with what they typed (`visit.typed`).
"""
