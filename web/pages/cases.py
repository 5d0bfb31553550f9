"""Cases for the lawyer: what goes, a person's yes or no, and what the lawyer is to be told."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi.responses import Response

from activities.case_list import CaseSheet, case_sheet, cases_page, count_by_state
from gateways.files import safe_name
from models.messages import ApproveCase, CustomerAct, DeclineCase, LawyerTold
from models.tables import CaseState
from rules.errors import UserMistake
from rules.staff import Role
from web.acting import said
from web.acts import Telling, ask_customer, day_in, done_or_again, telling_of, typed
from web.paging import page_number
from web.refusals import NotThere
from web.routes import Routes
from web.visit import Visit, Visitor

routes = Routes()

_PAGE = "/cases/{case:path}"
STATES = {
    CaseState.PROPOSED: "awaits a yes",
    CaseState.HANDED_OVER: "with the lawyer",
    CaseState.DECLINED: "declined",
    CaseState.WITHDRAWN: "withdrawn, nothing of it was left",
}
EVENTS = {
    "case_proposed": "proposed",
    "case_declined": "left out",
    "legal_handover": "handed over",
    "case_corrected": "changed since",
    "lawyer_told": "the lawyer was told",
}


@routes.page("/cases", role=Role.AUDITOR)
async def cases(visit: Visitor, state: str = "", page: str = "1") -> Response:
    chosen = CaseState(state) if state in set(CaseState) else None
    number = page_number(page)
    run = visit.desk.database.run
    counts = await run(count_by_state)
    found, more = await run(lambda session: cases_page(session, chosen, number))
    return visit.show(
        "cases.html.j2",
        cases=found,
        counts=counts,
        chosen=chosen,
        page=number,
        more=more,
        states=STATES,
    )


@routes.page(f"{_PAGE}/zip", role=Role.AUDITOR)
async def case_zip(visit: Visitor, case: str) -> Response:
    sheet = await _sheet(visit, case)
    missing = NotThere(f"Of case {case} there is no ZIP yet: it is put together once it leaves.")
    if not sheet.document:
        raise missing
    try:
        content = await visit.desk.file(sheet.document)
    except FileNotFoundError:
        raise missing from None
    name = quote(f"{safe_name(case)}.zip", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type="application/zip", headers=headers)


@routes.page(_PAGE, role=Role.AUDITOR)
async def case_page(visit: Visitor, case: str, form: str = "", told: str = "") -> Response:
    return await _shown(visit, case, await telling_of(visit, form, told))


@routes.action(f"{_PAGE}/approve", role=Role.LEAD, page=_PAGE)
async def approve(visit: Visitor, case: str) -> Response:
    reason = typed(visit, "reason")
    return await _do(visit, case, lambda: said(visit, reason).of(ApproveCase, case=case))


@routes.action(f"{_PAGE}/decline", role=Role.LEAD, page=_PAGE)
async def decline(visit: Visitor, case: str) -> Response:
    """All of it, or the invoices that were ticked (`leave:NUMBER`)."""
    return await _do(visit, case, lambda: _declined(visit, case))


def _declined(visit: Visit, case: str) -> DeclineCase:
    ticked = tuple(n.removeprefix("leave:") for n in visit.form if n.startswith("leave:"))
    if visit.form.get("which") == "some" and not ticked:
        raise UserMistake("tick the invoices that are to be left out")
    numbers = ticked if visit.form.get("which") == "some" else ()
    until = typed(visit, "until")
    return said(visit, typed(visit, "reason")).of(
        DeclineCase, case=case, invoice_numbers=numbers, until=day_in(until)
    )


@routes.action(f"{_PAGE}/told", role=Role.STAFF, page=_PAGE)
async def lawyer_told(visit: Visitor, case: str) -> Response:
    reason = typed(visit, "reason")
    return await _do(visit, case, lambda: said(visit, reason).of(LawyerTold, case=case))


async def _do(visit: Visit, case: str, act: Callable[[], CustomerAct]) -> Response:
    sheet = await _sheet(visit, case)
    return await done_or_again(
        visit,
        f"/cases/{quote(case, safe='')}",
        lambda: ask_customer(visit, sheet.row.customer_id, act()),
        lambda telling: _shown(visit, case, telling),
    )


async def _sheet(visit: Visit, case: str) -> CaseSheet:
    found = await visit.desk.database.run(lambda session: case_sheet(session, case))
    if found is None:
        raise NotThere(f"There is no case {case}.")
    return found


async def _shown(visit: Visit, case: str, telling: Telling) -> Response:
    sheet = await _sheet(visit, case)
    return visit.show(
        "case.html.j2",
        sheet=sheet,
        address=f"/cases/{quote(sheet.row.case, safe='')}",
        states=STATES,
        events=EVENTS,
        creditor=visit.desk.creditor.name,
        **telling.words,
    )
