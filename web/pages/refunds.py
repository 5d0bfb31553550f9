"""Refunds: where each stands, what a person paid by hand, and the proof."""

from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from fastapi.responses import Response

from activities.refund_list import RefundRow, known_row, refunds_page
from gateways.files import safe_name
from models.messages import RefundAct, RefundDone, RetryRefund
from rules.refunds import RefundState
from rules.staff import Role
from web.acting import said
from web.acts import Telling, ask_refund, day_in, done_or_again, pdf, telling_of, typed
from web.paging import page_number
from web.refusals import NotThere
from web.routes import Routes
from web.visit import Visit, Visitor

routes = Routes()

_PAGE = "/refunds/{refund:path}"
STATES = {
    RefundState.REQUESTED: "waits to be paid back",
    RefundState.SENT: "under way",
    RefundState.BY_HAND: "to be done by hand",
    RefundState.CONFIRMED: "paid back",
    RefundState.FAILED: "failed, it is credit again",
}


@routes.page("/refunds", role=Role.AUDITOR)
async def refunds(visit: Visitor, state: str = "", page: str = "1") -> Response:
    chosen = RefundState(state) if state in set(RefundState) else None
    number = page_number(page)
    found, more = await visit.desk.database.run(
        lambda session: refunds_page(session, chosen, number)
    )
    return visit.show(
        "refunds.html.j2", refunds=found, more=more, page=number, chosen=chosen, states=STATES
    )


@routes.page(f"{_PAGE}/proof", role=Role.AUDITOR)
async def proof(visit: Visitor, refund: str) -> Response:
    row = await _row(visit, refund)
    missing = NotThere(f"Refund {refund} has no proof yet: it is made once it was paid back.")
    if not row.proof:
        raise missing
    try:
        content = await visit.desk.file(row.proof)
    except FileNotFoundError:
        raise missing from None
    return pdf(content, f"{safe_name(refund)}.pdf")


@routes.page(_PAGE, role=Role.AUDITOR)
async def refund_page(visit: Visitor, refund: str, form: str = "", told: str = "") -> Response:
    return await _shown(visit, refund, await telling_of(visit, form, told))


@routes.action(f"{_PAGE}/done", role=Role.STAFF, page=_PAGE)
async def done(visit: Visitor, refund: str) -> Response:
    return await _do(visit, refund, lambda: _done(visit))


def _done(visit: Visit) -> RefundDone:
    day: date | None = day_in(typed(visit, "day"))
    return said(visit, typed(visit, "reason")).of(
        RefundDone, reference=typed(visit, "reference"), day=day
    )


@routes.action(f"{_PAGE}/retry", role=Role.STAFF, page=_PAGE)
async def retry(visit: Visitor, refund: str) -> Response:
    return await _do(visit, refund, lambda: said(visit).of(RetryRefund))


async def _do(visit: Visit, refund: str, act: Callable[[], RefundAct]) -> Response:
    await _row(visit, refund)
    return await done_or_again(
        visit,
        f"/refunds/{quote(refund, safe='')}",
        lambda: ask_refund(visit, refund, act()),
        lambda telling: _shown(visit, refund, telling),
    )


async def _row(visit: Visit, refund: str) -> RefundRow:
    found = await visit.desk.database.run(lambda session: known_row(session, refund))
    if found is None:
        raise NotThere(f"There is no refund {refund}.")
    return found


async def _shown(visit: Visit, refund: str, telling: Telling) -> Response:
    row = await _row(visit, refund)
    address = f"/refunds/{quote(row.number, safe='')}"
    return visit.show("refund.html.j2", one=row, address=address, states=STATES, **telling.words)
