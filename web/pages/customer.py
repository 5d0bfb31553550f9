"""A customer: who they are, all that is open, sent, said and paid, and what staff do about it."""

from typing import cast
from urllib.parse import quote

from fastapi.responses import Response

from activities.customer_sheet import CustomerSheet, Pages, customer_sheet
from models.messages import CustomerAct
from models.names import customer_workflow_id
from models.tables import CustomerRecord, InvoiceRecord, Trouble
from rules.errors import UserMistake
from rules.staff import Role
from web.acting import said
from web.doing import CustomerUpdate, Doing
from web.pages import act_forms
from web.pages.act_forms import CUSTOMER_ACTS, ActForm, set_off_of
from web.pages.act_page import Acting, ActPage, acting_of, confirmed
from web.pages.method_forms import METHOD_FORMS, booking_of, offered
from web.paging import page_number
from web.refusals import NotThere
from web.routes import Routes
from web.temporal_ui import workflow_address
from web.visit import Visit, Visitor

routes = Routes()

_PAGE = "/customers/{customer:path}"
FORMS = (
    act_forms.PAUSE,
    act_forms.RESUME,
    act_forms.SET_ADDRESS,
    act_forms.SET_PHONE,
    act_forms.LETTER,
    act_forms.RETRY,
    act_forms.SET_OFF,
    *METHOD_FORMS,
)
_LISTS = ("open", "closed", "notices", "letters", "events")


@routes.action(f"{_PAGE}/acts/{{act}}/preview", role=Role.STAFF, page=_PAGE)
async def preview(visit: Visitor, customer: str, act: str) -> Response:
    return await (await _page(visit, customer)).preview(act)


@routes.action(f"{_PAGE}/acts/{{act}}", role=Role.STAFF, page=_PAGE)
async def do(visit: Visitor, customer: str, act: str) -> Response:
    return await (await _page(visit, customer)).do(act)


@routes.page(_PAGE, role=Role.AUDITOR)
async def customer_page(visit: Visitor, customer: str, form: str = "", told: str = "") -> Response:
    return await _shown(visit, customer, acting_of(FORMS, told, await visit.kept(form)))


async def _page(visit: Visit, customer: str) -> ActPage:
    desk = visit.desk
    if await desk.database.run(lambda session: session.get(CustomerRecord, customer)) is None:
        raise NotThere(f"There is no customer {customer}.")

    async def doing(form: ActForm) -> Doing:
        by = said(visit, visit.form.get("reason", ""))
        if form is act_forms.SET_OFF:
            return set_off_of(visit.form, by, await _invoice(visit, customer))
        if form in METHOD_FORMS:
            return booking_of(form, visit.form, by, customer)
        return CustomerUpdate(customer, cast(CustomerAct, CUSTOMER_ACTS[form.slug](visit.form, by)))

    async def shown(acting: Acting, status: int) -> Response:
        return await _shown(visit, customer, acting, status)

    return ActPage(visit, _address(customer), FORMS, doing, shown)


async def _invoice(visit: Visit, customer: str) -> InvoiceRecord:
    """The one that was typed. Raises UserMistake where it is not this customer's."""
    number = visit.form.get("invoice", "").strip()
    found = await visit.desk.database.run(lambda session: session.get(InvoiceRecord, number))
    if found is None or found.customer_id != customer:
        raise UserMistake(f"invoice {number!r} is none of this customer's")
    return found


def _address(customer: str) -> str:
    return f"/customers/{quote(customer, safe='')}"


async def _shown(visit: Visit, customer: str, acting: Acting, status: int = 200) -> Response:
    desk, asked = visit.desk, visit.request.query_params
    pages = Pages(**{name: page_number(asked.get(name, "")) for name in _LISTS})
    sheet = await desk.database.run(
        lambda session: customer_sheet(session, customer, desk.business_now(), pages)
    )
    if sheet is None:
        raise NotThere(f"There is no customer {customer}.")
    return visit.show(
        "customer.html.j2",
        status=status,
        sheet=sheet,
        acting=acting,
        forms=_offered(sheet) if visit.may_act else (),
        address=_address(customer),
        confirmed=confirmed,
        workflow=workflow_address(desk.settings, customer_workflow_id(customer)),
    )


def _offered(sheet: CustomerSheet) -> tuple[ActForm, ...]:
    """What makes sense as it stands; the record judges once more."""
    parked = {one.trouble for one in sheet.parked}
    wanted = {
        act_forms.RESUME: sheet.paused is not None,
        act_forms.PAUSE: bool(sheet.open.total),
        act_forms.SET_ADDRESS: True,
        act_forms.SET_PHONE: True,
        act_forms.LETTER: Trouble.ADDRESS in parked,
        act_forms.RETRY: bool(parked),
        act_forms.SET_OFF: bool(sheet.credit and sheet.open.total),
    }
    return (*(form for form, fits in wanted.items() if fits), *offered(sheet.methods))
