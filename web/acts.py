"""Acts on customers, invoices and refunds, for every page that has a button for one."""

from datetime import date
from urllib.parse import quote

from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from activities.acts import refusal, standing_of
from activities.asking import Wanted, was_done
from activities.facts import case_of
from models.messages import Case, Customer, CustomerAct, InvoiceAct, Refund, RefundAct
from models.tables import CustomerRecord, InvoiceRecord, RefundRecord
from rules.case import is_over
from rules.errors import Unreachable, UserMistake
from web.acting import ask
from web.refusals import NotThere
from web.visit import KEY_FIELD, Visit

TOLD = {
    "done": "It is recorded.",
    "again": "That was recorded before, with this very form: nothing was done twice.",
}


def back_to(address: str, *, first: bool) -> Response:
    """The page anew, which then says what became of the act, so that a reload asks nothing."""
    mark = "&" if "?" in address else "?"
    return RedirectResponse(f"{address}{mark}told={'done' if first else 'again'}", 303)


def status_of(error: UserMistake | Unreachable) -> int:
    return 409 if isinstance(error, UserMistake) else 503


def typed_before(visit: Visit, error: UserMistake | Unreachable) -> dict[str, str]:
    """What the form is filled with again. What was refused gets another key, as the record answers
    a known one as it did the first time; where nobody answered it is the same act still."""
    fields = dict(visit.form)
    if isinstance(error, UserMistake):
        fields.pop(KEY_FIELD, None)
    return fields


def number_in(text: str) -> int:
    """A record's number in an address. Raises NotThere for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotThere("There is nothing of this number.")
    return int(text)


def typed(visit: Visit, name: str) -> str:
    """What was typed into a field, without spaces at its ends."""
    return visit.form.get(name, "").strip()


def day_in(text: str) -> date | None:
    """A typed day; None for none. Raises UserMistake."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserMistake("that is no day, expected one like 2026-12-24") from None


def pdf(content: bytes, name: str) -> Response:
    """A PDF to be saved under a name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type="application/pdf", headers=headers)


async def ask_customer(visit: Visit, customer_id: str, act: CustomerAct) -> bool:
    """Have an act on a customer done; False where it was done before, under the same key.

    Raises as `ask`, NotThere for a customer that nobody recorded.
    """
    desk = visit.desk
    if await desk.database.run(lambda session: session.get(CustomerRecord, customer_id)) is None:
        raise NotThere(f"There is no customer {customer_id}.")
    start = Customer(customer_id=customer_id, clock=desk.clock)
    return await ask(visit, Wanted(start, act, act.name))


async def ask_invoice(visit: Visit, number: str, act: InvoiceAct) -> bool:
    """The same of an invoice. Judged by the record first where it is over: its workflow has ended."""
    desk = visit.desk
    wanted = await desk.database.run(lambda session: _of_invoice(session, visit, number, act))
    return await ask(visit, wanted)


def _of_invoice(session: Session, visit: Visit, number: str, act: InvoiceAct) -> Wanted:
    invoice = session.get(InvoiceRecord, number)
    if invoice is None:
        raise NotThere(f"There is no invoice {number}.")
    start = Case(
        invoice_number=number,
        customer_id=invoice.customer_id,
        clock=visit.desk.clock,
        amount=invoice.amount_minor,
        currency=invoice.currency,
        due_date=invoice.due_date,
    )
    wanted = Wanted(start, act, act.name)
    now = visit.desk.business_now()
    facts, ladder = case_of(session, number, now)
    if is_over(facts) and not was_done(session, wanted):
        refused = refusal(act, standing_of(facts, ladder, now), invoice.issue_date)
        if refused:
            raise UserMistake(refused)
    return wanted


async def ask_refund(visit: Visit, number: str, act: RefundAct) -> bool:
    """The same of a refund."""
    desk = visit.desk
    found = await desk.database.run(lambda session: session.get(RefundRecord, number))
    if found is None:
        raise NotThere(f"There is no refund {number}.")
    start = Refund(refund=number, customer_id=found.customer_id, clock=desk.clock)
    return await ask(visit, Wanted(start, act, act.name))
