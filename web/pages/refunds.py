"""Refunds: where each stands, what a person paid by hand, and the proof."""

from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import quote

from fastapi.responses import Response

from activities.refund_list import RefundRow, known_row, refunds_page
from gateways.files import safe_name
from models.messages import RefundAct, RefundDone, RetryRefund
from rules.errors import Unreachable, UserMistake
from rules.refunds import RefundState
from rules.staff import Role
from web.acting import said, sentence
from web.acts import TOLD, ask_refund, back_to, day_in, pdf, status_of, typed, typed_before
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
    kept = await visit.kept(form)
    return _shown(visit, await _row(visit, refund), kept, notice=TOLD.get(told, ""))


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
    try:
        first = await ask_refund(visit, refund, act())
    except (UserMistake, Unreachable) as error:
        row = await _row(visit, refund)
        kept = typed_before(visit, error)
        return _shown(visit, row, kept, status=status_of(error), error=sentence(error))
    return back_to(f"/refunds/{quote(refund, safe='')}", first=first)


async def _row(visit: Visit, refund: str) -> RefundRow:
    found = await visit.desk.database.run(lambda session: known_row(session, refund))
    if found is None:
        raise NotThere(f"There is no refund {refund}.")
    return found


def _shown(
    visit: Visit,
    row: RefundRow,
    kept: Mapping[str, str],
    *,
    status: int = 200,
    notice: str = "",
    error: str = "",
) -> Response:
    return visit.show(
        "refund.html.j2",
        status=status,
        one=row,
        address=f"/refunds/{quote(row.number, safe='')}",
        states=STATES,
        typed=kept,
        notice=notice,
        error=error,
    )
