"""An invoice: its money, where it stands and why, and what staff do about it."""

from typing import cast
from urllib.parse import quote

from fastapi.responses import Response

from activities.invoice_sheet import InvoiceSheet, invoice_sheet
from models.messages import InvoiceAct
from models.names import invoice_workflow_id
from models.tables import InvoiceRecord
from rules import collecting
from rules.case import HoldKind
from rules.staff import Role
from web.acting import said
from web.doing import Doing, InvoiceUpdate
from web.pages import act_forms
from web.pages.act_forms import INVOICE_ACTS, ActForm, refund_of
from web.pages.act_page import Acting, ActPage, acting_of, confirmed
from web.pages.method_forms import debit_now_by
from web.paging import page_number
from web.refusals import NotThere
from web.routes import Routes
from web.temporal_ui import workflow_address
from web.visit import Visit, Visitor

routes = Routes()

_PAGE = "/invoices/{number:path}"
_WHILE_OPEN = (
    act_forms.PROMISE,
    act_forms.PAUSE,
    act_forms.DISPUTE,
    act_forms.SETTLE,
    act_forms.DUE_DATE,
    act_forms.WRITE_OFF,
    act_forms.CANCEL,
)
_OTHERS = (act_forms.RESUME, act_forms.OUTCOME, act_forms.REFUND)
FORMS = (
    *_WHILE_OPEN,
    *_OTHERS,
    act_forms.COLLECT_NOW,
    act_forms.COLLECT_AGAIN,
    act_forms.DEBIT_OUTCOME,
)


@routes.action(f"{_PAGE}/acts/{{act}}/preview", role=Role.STAFF, page=_PAGE)
async def preview(visit: Visitor, number: str, act: str) -> Response:
    return await (await _page(visit, number)).preview(act)


@routes.action(f"{_PAGE}/acts/{{act}}", role=Role.STAFF, page=_PAGE)
async def do(visit: Visitor, number: str, act: str) -> Response:
    return await (await _page(visit, number)).do(act)


@routes.page(_PAGE, role=Role.AUDITOR)
async def invoice(visit: Visitor, number: str, form: str = "", told: str = "") -> Response:
    return await _shown(visit, number, acting_of(FORMS, told, await visit.kept(form)))


async def _page(visit: Visit, number: str) -> ActPage:
    record = await visit.desk.database.run(lambda session: session.get(InvoiceRecord, number))
    if record is None:
        raise NotThere(f"There is no invoice {number}.")

    async def doing(form: ActForm) -> Doing:
        by = said(visit, visit.form.get("reason", ""))
        if form is act_forms.REFUND:
            return refund_of(visit.form, by, record)
        made = INVOICE_ACTS[form.slug](visit.form, by, record.currency)
        return InvoiceUpdate(record, cast(InvoiceAct, made))

    async def shown(acting: Acting, status: int) -> Response:
        return await _shown(visit, number, acting, status)

    return ActPage(visit, _address(number), FORMS, doing, shown)


def _address(number: str) -> str:
    return f"/invoices/{quote(number, safe='')}"


async def _shown(visit: Visit, number: str, acting: Acting, status: int = 200) -> Response:
    desk, asked = visit.desk, visit.request.query_params
    sheet = await desk.database.run(
        lambda session: invoice_sheet(
            session,
            number,
            desk.business_now(),
            desk.settings.mode,
            moves=page_number(asked.get("moves", "")),
            events=page_number(asked.get("events", "")),
        )
    )
    if sheet is None:
        raise NotThere(f"There is no invoice {number}.")
    return visit.show(
        "invoice.html.j2",
        status=status,
        sheet=sheet,
        acting=acting,
        forms=_offered(sheet) if visit.may_act else (),
        address=_address(number),
        confirmed=confirmed,
        workflow=workflow_address(desk.settings, invoice_workflow_id(number)),
    )


def _offered(sheet: InvoiceSheet) -> tuple[ActForm, ...]:
    """What makes sense as it stands; the record judges once more."""
    own = {hold.kind for hold in sheet.at.held_by if not hold.whole_customer}
    found = list(_WHILE_OPEN) if sheet.at.status == "open" else []
    if HoldKind.DISPUTE in own:
        found.remove(act_forms.DISPUTE)
        found.insert(0, act_forms.OUTCOME)
    if HoldKind.PAUSE in own:
        found.insert(0, act_forms.RESUME)
    if sheet.at.level or sheet.at.handed_over_on:
        found = [form for form in found if form is not act_forms.DUE_DATE]
    if sheet.at.next.doing == collecting.Doing.WAIT:
        found.insert(0, act_forms.COLLECT_AGAIN)
    elif sheet.at.next.doing == collecting.Doing.ASK:
        found.append(act_forms.DEBIT_OUTCOME)
    elif sheet.methods and not own and sheet.at.status == "open":
        found.append(debit_now_by(sheet.methods))
    if sheet.at.status == "written_off" and sheet.at.balance.minor:
        found.append(act_forms.WRITE_OFF)
    return (*found, *([act_forms.REFUND] if sheet.refundable.minor else []))
