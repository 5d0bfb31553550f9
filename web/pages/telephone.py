"""Click to call: the button, what becomes of the call, and what the provider tells of it.

A task's page includes `telephone.html.j2` with `phone=await phone_panel(visit, task)`. When the
customer's leg has ended, the answer carries the event `call-ended`: the page then goes on to its
outcome, with what the event suggests (`web/static/console.js`).
"""

import json
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from activities.phone_calls import CallView, Click, call_view, last_call
from activities.staff_accounts import set_phone
from gateways.twilio_callbacks import LARGEST, NotGenuine, NotUnderstood
from gateways.twilio_telephone import STATUS_PATH
from models.tables import CallTaskRecord, CustomerRecord, StaffUserRecord
from rules.errors import UserMistake
from rules.staff import Role
from web.refusals import NotThere, TooLarge
from web.routes import Routes
from web.visit import KEY_FIELD, Visit, Visitor

routes = Routes()


@dataclass(frozen=True)
class Panel:
    """What the panel shows. `number` is the customer's as recorded, to be dialled by hand;
    `own` the employee's; `call` the newest about the task; `error` a sentence."""

    task: str
    number: str
    own: str
    rings: bool
    call: CallView | None
    error: str = ""

    @property
    def polls(self) -> bool:
        """More is to come."""
        return self.call is not None and not (self.call.is_over or self.call.is_lost)

    @property
    def suggested(self) -> str:
        """The outcome that a call that has ended suggests, "" for none."""
        outcome = self.call.suggested if self.call is not None and self.call.opens_form else None
        return outcome.value if outcome is not None else ""

    @property
    def stand(self) -> str:
        """Where the call stands, in one word: what a browser that has seen it need not get again."""
        if self.call is None:
            return ""
        doubt = "-in-doubt" if self.call.in_doubt else "-lost" if self.call.is_lost else ""
        return f"{self.call.leg}-{self.call.state}{doubt}"


async def phone_panel(visit: Visit, task: str, error: str = "") -> Panel:
    """Raises NotThere."""
    desk = visit.desk
    return await desk.database.run(lambda session: _panel(session, visit, task, error))


def _panel(session: Session, visit: Visit, task: str, error: str) -> Panel:
    record = session.get(CallTaskRecord, task)
    if record is None:
        raise NotThere("No such call task is recorded.")
    user = session.get(StaffUserRecord, visit.username)
    return Panel(
        task=task,
        number=session.get_one(CustomerRecord, record.customer_id).phone,
        own=user.phone if user else "",
        rings=visit.desk.phone.telephone.rings,
        call=last_call(session, task, visit.desk.business_now()),
        error=error,
    )


@routes.action("/tasks/{task:path}/call", role=Role.STAFF, page="/tasks/{task:path}")
async def ring(visit: Visitor, task: str) -> Response:
    """Rings whoever clicked, then the customer. Once for each form, however often it is sent."""
    panel = await phone_panel(visit, task)
    if not panel.own:
        return await _shown(visit, task, "Your own telephone number is not set.")
    key = f"call:{task}/{visit.form.get(KEY_FIELD, '')}"
    click = Click(task=task, key=key, by=visit.username, number=panel.own)
    try:
        call = await visit.desk.dialling.call(click, visit.desk.business_now())
    except UserMistake as mistake:
        return await _shown(visit, task, f"Nobody was rung: {mistake}.")
    if visit.is_htmx:
        return await _shown(visit, task)
    return RedirectResponse(f"/calls/{call}", 303)


@routes.action("/tasks/{task:path}/own-number", role=Role.STAFF, page="/tasks/{task:path}")
async def own_number(visit: Visitor, task: str) -> Response:
    """Where a click rings whoever is logged in."""
    number = visit.form.get("number", "")
    try:
        await visit.desk.database.run(lambda s: set_phone(s, visit.username, number))
    except UserMistake as mistake:
        return await _shown(visit, task, f"{mistake}.")
    return await _shown(visit, task)


@routes.page("/calls/{call}", role=Role.AUDITOR)
async def standing(visit: Visitor, call: int, seen: str = "") -> Response:
    """How far a call has come. `seen` is where it stood when the browser last looked: 204 where it
    still does, so that nothing is read aloud twice."""
    now = visit.desk.business_now()
    view = await visit.desk.database.run(lambda session: call_view(session, call, now))
    if view is None:
        raise NotThere("No such call is recorded.")
    panel = await phone_panel(visit, view.task)
    if visit.is_htmx and seen == panel.stand:
        return Response(status_code=204)
    return _answer(visit, panel)


async def _shown(visit: Visit, task: str, error: str = "") -> Response:
    return _answer(visit, await phone_panel(visit, task, error))


def _answer(visit: Visit, panel: Panel) -> Response:
    """The panel where only that is wanted, else a page of its own."""
    template = "telephone_part.html.j2" if visit.is_htmx else "call.html.j2"
    answer = visit.show(template, phone=panel, status=409 if panel.error else 200)
    if visit.is_htmx and panel.call is not None and panel.call.opens_form:
        ended = {"call-ended": {"suggested": panel.suggested}}
        answer.headers["HX-Trigger-After-Settle"] = json.dumps(ended)
    return answer


@routes.callback(STATUS_PATH)
async def told(request: Request) -> Response:
    """What Twilio says of a leg. 403 where it is not Twilio that says it, 404 for a call that is not
    ours; 503 while the database is away, which Twilio does not repeat: the next status tells more."""
    desk = request.app.state.desk
    length = request.headers.get("content-length", "")
    if desk.phone.callbacks is None:
        raise NotThere("No telephone is connected.")
    if not length.isdigit() or int(length) > LARGEST:
        raise TooLarge
    try:
        status = desk.phone.callbacks.read(
            query=request.url.query,
            body=await request.body(),
            signature=request.headers.get("X-Twilio-Signature", ""),
        )
    except NotGenuine:
        return Response(status_code=403)
    except NotUnderstood:
        return Response(status_code=404)
    ours = await desk.dialling.hear(status, desk.business_now())
    return Response(status_code=204 if ours else 404)
