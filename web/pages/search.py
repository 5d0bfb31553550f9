"""Search: what a bookkeeper would type leads to what they mean."""

from urllib.parse import quote

from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from activities.searching import Group, Hit, Kind, exact, only_one, search
from rules.searching import LONGEST
from rules.staff import Role
from web.routes import Routes
from web.visit import Visitor

routes = Routes()

_HEADS = {
    Kind.INVOICE: "Invoices",
    Kind.CUSTOMER: "Customers",
    Kind.PAYMENT: "Payments",
    Kind.NOTICE: "Notices",
    Kind.TASK: "Call tasks",
    Kind.CASE: "Cases",
    Kind.REFUND: "Refunds",
}


@routes.page("/search", role=Role.AUDITOR)
async def found(visit: Visitor, q: str = "") -> Response:
    """One thing whose number was typed is gone to at once; else what was found, by kind."""
    typed = q.strip()[:LONGEST]

    def work(session: Session) -> tuple[Hit | None, tuple[Group, ...]]:
        if one := exact(session, typed):
            return one, ()
        groups = search(session, typed)
        return only_one(groups, typed), groups

    one, groups = await visit.desk.database.run(work) if typed else (None, ())
    if one is not None:
        return RedirectResponse(address_of(one), 303)
    return visit.show(
        "search.html.j2", searched=typed, groups=groups, heads=_HEADS, address_of=address_of
    )


def address_of(hit: Hit) -> str:
    """The page that shows it."""
    key, invoice = quote(hit.key, safe=""), quote(hit.invoice, safe="")
    customer = quote(hit.customer_id, safe="")
    match hit.kind:
        case Kind.INVOICE:
            return f"/invoices/{key}"
        case Kind.CUSTOMER:
            return f"/customers/{key}"
        case Kind.PAYMENT:
            return f"/invoices/{invoice}#ledger"
        case Kind.NOTICE:
            return f"/notices/{key}"
        case Kind.TASK:
            return f"/tasks/{key}"
        case Kind.CASE:
            return f"/customers/{customer}#cases"
        case Kind.REFUND:
            return f"/invoices/{invoice}#refunds"
