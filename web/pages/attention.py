"""Needs attention: everything that waits for a person, and how to see to it."""

from collections.abc import Awaitable, Callable

from fastapi.responses import Response

from activities.parked import parked_of, parked_page
from models.messages import (
    ApproveWriteOff,
    CustomerAct,
    DeclineWriteOff,
    RecordLetter,
    Retry,
    SetAddress,
    SetPhone,
)
from models.tables import AttentionRecord, Trouble
from rules.errors import UserMistake
from rules.staff import Role
from web.acting import said
from web.acts import (
    Telling,
    ask_customer,
    ask_invoice,
    done_or_again,
    number_in,
    telling_of,
    typed,
)
from web.paging import page_number
from web.refusals import NotThere
from web.routes import Routes
from web.visit import Visit, Visitor

routes = Routes()

_PAGE = "/attention"
# What each kind is called, and what to do about it (docs/runbook.md says more).
KINDS = {
    Trouble.WRITE_OFF: (
        "A debt to be given up",
        "Somebody wants to give up more than one person may. A lead who is somebody else says yes or no; "
        "the ladder goes on meanwhile.",
    ),
    Trouble.OWED_AGAIN: (
        "Owed again after it was written off",
        "Money came back on a debt that was given up; its ladder stays ended. Write it off on the invoice's "
        "page, or see to it otherwise and say so here.",
    ),
    Trouble.APPROVAL: (
        "A case awaits a yes",
        "Look at the case, then approve it, leave out invoices, or decline it. Its invoices wait.",
    ),
    Trouble.HANDED_OVER_CHANGED: (
        "Money moved after the handover",
        "Tell the lawyer what is owed now, and say in the case that you did.",
    ),
    Trouble.UNWORKED: (
        "A call task nobody worked",
        "Have somebody phone and record what came of it. It never becomes a case by itself.",
    ),
    Trouble.ADDRESS: (
        "No usable e-mail address",
        "Mend the address, and what could not be sent is made anew. Instead of a notice you may send a "
        "letter, and record it on the day it leaves.",
    ),
    Trouble.PHONE: (
        "Wrong number or none",
        "Find the number: once it is set, a new task opens.",
    ),
    Trouble.PAPERS: (
        "A document could not be made or sent",
        "The worker's log has the cause. Once it is gone, try again.",
    ),
    Trouble.ENCLOSURE: (
        "A PDF did not reach the customer",
        "Send it by another way, then say that it is seen to. The notice counts.",
    ),
    Trouble.REFUND: (
        "A refund waits",
        "Pay it by hand and record its reference, or try it again.",
    ),
    Trouble.COLLECTION: (
        "A debit waits for a person",
        "See on the invoice's page what is wrong and correct it, then try again. The customer is told "
        "nothing, and other invoices go on.",
    ),
}


@routes.page(_PAGE, role=Role.AUDITOR)
async def attention(
    visit: Visitor, kind: str = "", page: str = "1", told: str = "", form: str = ""
) -> Response:
    return await _shown(visit, await telling_of(visit, form, told), kind=kind, page=page)


@routes.action(f"{_PAGE}/{{parked}}/address", role=Role.STAFF, page=_PAGE)
async def address(visit: Visitor, parked: str) -> Response:
    return await _of_customer(visit, parked, lambda: _address(visit))


def _address(visit: Visit) -> SetAddress:
    return said(visit).of(SetAddress, email=typed(visit, "email"))


@routes.action(f"{_PAGE}/{{parked}}/phone", role=Role.STAFF, page=_PAGE)
async def phone(visit: Visitor, parked: str) -> Response:
    return await _of_customer(visit, parked, lambda: _phone(visit))


def _phone(visit: Visit) -> SetPhone:
    return said(visit).of(SetPhone, phone=typed(visit, "phone"))


@routes.action(f"{_PAGE}/{{parked}}/letter", role=Role.STAFF, page=_PAGE)
async def letter(visit: Visitor, parked: str) -> Response:
    return await _of_customer(visit, parked, lambda: said(visit).of(RecordLetter))


@routes.action(f"{_PAGE}/{{parked}}/retry", role=Role.STAFF, page=_PAGE)
async def retry(visit: Visitor, parked: str) -> Response:
    return await _of_customer(visit, parked, lambda: said(visit).of(Retry))


@routes.action(f"{_PAGE}/{{parked}}/write-off", role=Role.LEAD, page=_PAGE)
async def write_off(visit: Visitor, parked: str) -> Response:
    """Another person's yes or no; nothing where neither was pressed."""
    found = await _parked(visit, parked)
    return await _do(visit, lambda: ask_invoice(visit, found.reference, _answer(visit)))


def _answer(visit: Visit) -> ApproveWriteOff | DeclineWriteOff:
    answer = visit.form.get("answer")
    if answer not in ("yes", "no"):
        raise UserMistake("expected a yes or a no")
    given = said(visit, typed(visit, "reason"))
    return given.of(ApproveWriteOff) if answer == "yes" else given.of(DeclineWriteOff)


async def _of_customer(visit: Visit, parked: str, act: Callable[[], CustomerAct]) -> Response:
    found = await _parked(visit, parked)
    return await _do(visit, lambda: ask_customer(visit, found.customer_id, act()))


async def _do(visit: Visit, do: Callable[[], Awaitable[bool]]) -> Response:
    return await done_or_again(visit, _PAGE, do, lambda telling: _shown(visit, telling))


async def _parked(visit: Visit, parked: str) -> AttentionRecord:
    number = number_in(parked)
    found = await visit.desk.database.run(lambda session: parked_of(session, number))
    if found is None:
        raise NotThere("There is nothing of this number that waits.")
    return found


async def _shown(visit: Visit, telling: Telling, *, kind: str = "", page: str = "1") -> Response:
    chosen = Trouble(kind) if kind in set(Trouble) else None
    number = page_number(page)
    found = await visit.desk.database.run(lambda session: parked_page(session, chosen, number))
    return visit.show(
        "attention.html.j2",
        found=found,
        kinds=KINDS,
        chosen=chosen,
        page=number,
        **telling.words,
    )
