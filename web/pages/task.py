"""A call task: everything to phone with, and what came of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi.responses import RedirectResponse, Response

from activities.call_sheet import CallSheet, call_sheet
from activities.foretelling import Foretold, foretell
from models.messages import Act, CallOutcome, RecordCall, ReleaseTask, TakeTask
from rules.errors import Unreachable, UserMistake
from rules.staff import Role
from web.acting import ask_task, key_on_record, said, sentence
from web.acts import status_of, typed_before
from web.pages.outcome_form import OUTCOMES, outcome_of, told
from web.pages.telephone import phone_panel
from web.refusals import NotThere
from web.routes import Routes
from web.visit import KEY_FIELD, Visit, Visitor

routes = Routes()

_PAGE = "/tasks/{task:path}"
_TOLD = {
    "taken": "The task is yours until it is worked or given back.",
    "released": "The task is free again.",
    "recorded": "It is recorded.",
    "again": "That was recorded before, with this very form: nothing was done twice.",
}


@routes.page(_PAGE, role=Role.AUDITOR)
async def task_page(visit: Visitor, task: str, form: str = "", told: str = "") -> Response:
    typed = await visit.kept(form)
    return await _shown(visit, await _sheet(visit, task), typed, notice=_TOLD.get(told, ""))


@routes.action(f"{_PAGE}/take", role=Role.STAFF, page=_PAGE)
async def take(visit: Visitor, task: str) -> Response:
    return await _do(visit, task, said(visit).of(TakeTask), "take", "taken")


@routes.action(f"{_PAGE}/release", role=Role.STAFF, page=_PAGE)
async def release(visit: Visitor, task: str) -> Response:
    return await _do(visit, task, said(visit).of(ReleaseTask), "release", "released")


@routes.action(f"{_PAGE}/preview", role=Role.STAFF, page=_PAGE)
async def preview(visit: Visitor, task: str) -> Response:
    """What will happen, before it is said: nothing is recorded. A part of the page, or, where no
    script runs, the page."""
    sheet = await _sheet(visit, task)
    try:
        act = _outcome(visit, sheet)
        coming = await visit.desk.database.run(_foretold(visit, sheet, act))
    except UserMistake as mistake:
        coming, fields = Foretold(refused=str(mistake)), {}
    else:
        fields = told(act, sheet.zone) | {KEY_FIELD: act.key}
    shown = {"coming": coming, "confirmed": fields}
    if visit.is_htmx:
        return visit.show("task_coming.html.j2", **_words(sheet), **shown)
    return await _shown(visit, sheet, visit.form, **shown)


@routes.action(f"{_PAGE}/outcome", role=Role.STAFF, page=_PAGE)
async def outcome(visit: Visitor, task: str) -> Response:
    sheet = await _sheet(visit, task)
    try:
        act = _outcome(visit, sheet)
    except UserMistake as mistake:
        return await _shown(visit, sheet, visit.form, status=409, error=sentence(mistake))
    return await _do(visit, task, act, "outcome", "recorded")


async def _sheet(visit: Visit, task: str) -> CallSheet:
    desk = visit.desk
    sheet = await desk.database.run(
        lambda session: call_sheet(session, desk.creditor, task, desk.business_now())
    )
    if sheet is None:
        raise NotThere(f"There is no call task {task}.")
    return sheet


def _outcome(visit: Visit, sheet: CallSheet) -> CallOutcome:
    return outcome_of(visit.form, said(visit, visit.form.get("reason", "")), sheet.zone)


def _foretold(visit: Visit, sheet: CallSheet, act: CallOutcome) -> Any:
    now = visit.desk.business_now()
    record = RecordCall(
        task=sheet.task,
        customer_id=sheet.customer_id,
        outcome=act,
        key=key_on_record(sheet.task, act),
        came_in=now,
        clock=visit.desk.clock,
    )
    return lambda session: foretell(session, record, now)


async def _do(visit: Visit, task: str, act: Act, update: str, done: str) -> Response:
    """Done: the page anew, so that a reload asks nothing. Else the page with why not and all that was
    typed; where nobody answered under its key, as it is the same act still."""
    try:
        first = await ask_task(visit, task, act, update)
    except (UserMistake, Unreachable) as error:
        typed = typed_before(visit, error) if update == "outcome" else {}
        pressed = {update: act.key} if isinstance(error, Unreachable) and not typed else {}
        sheet, status = await _sheet(visit, task), status_of(error)
        return await _shown(
            visit, sheet, typed, status=status, error=sentence(error), pressed=pressed
        )
    address = f"/tasks/{quote(task, safe='')}?told={done if first else 'again'}"
    return RedirectResponse(address, 303)


async def _shown(
    visit: Visit,
    sheet: CallSheet,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    notice: str = "",
    error: str = "",
    coming: Foretold | None = None,
    confirmed: Mapping[str, str] | None = None,
    pressed: Mapping[str, str] | None = None,
) -> Response:
    """`typed` is what the form is filled with; under its key, so that it is the same form. So is a
    button under the key it was `pressed` with."""
    shown: dict[str, Any] = {"typed": typed, "notice": notice, "error": error, "coming": coming}
    shown |= {"confirmed": confirmed or {}, "pressed": pressed or {}}
    shown["phone"] = await phone_panel(visit, sheet.task)
    return visit.show("task.html.j2", status=status, **_words(sheet), **shown)


def _words(sheet: CallSheet) -> dict[str, Any]:
    return {"sheet": sheet, "outcomes": OUTCOMES, "address": f"/tasks/{quote(sheet.task, safe='')}"}
