"""Acts on customers, invoices and refunds, for every page that has a button for one."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
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
from web.acting import ask, sentence
from web.refusals import NotThere
from web.visit import KEY_FIELD, Visit

TOLD = {
    "done": "It is recorded.",
    "again": "That was recorded before, with this very form: nothing was done twice.",
}


@dataclass(frozen=True)
class Telling:
    """What a page says besides what it shows: what is `typed` in its forms, and what became of an act."""

    typed: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    notice: str = ""
    error: str = ""

    @property
    def words(self) -> dict[str, Any]:
        """As `Visit.show` takes them."""
        words = {"typed": self.typed, "notice": self.notice, "error": self.error}
        return {"status": self.status, **words}


async def telling_of(visit: Visit, form: str, told: str) -> Telling:
    """Of a page that is only looked at: what was just done (`told`), or what somebody had typed into
    a `form` whose session had ended."""
    return Telling(await visit.kept(form), notice=TOLD.get(told, ""))


async def done_or_again(
    visit: Visit,
    address: str,
    do: Callable[[], Awaitable[bool]],
    again: Callable[[Telling], Awaitable[Response]],
) -> Response:
    """Have an act done (`do`: False where it was done before) and go to a page; else show the page of
    the form `again`, with why not and all that was typed."""
    try:
        first = await do()
    except (UserMistake, Unreachable) as error:
        kept = typed_before(visit, error)
        return await again(Telling(kept, status_of(error), error=sentence(error)))
    return back_to(address, first=first)


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
