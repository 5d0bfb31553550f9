"""Unmatched money: what came in and is nobody's yet; statements as they were imported."""

from collections.abc import Callable, Iterator, Mapping

from fastapi.responses import Response
from sqlmodel import Session
from temporalio.service import RPCError

from activities import unmatched
from activities.banking.age import accounts
from activities.banking.open_entries import (
    EntrySheet,
    candidates_for,
    count_open,
    entry_sheet,
    open_page,
    statements_page,
)
from activities.journal import Journal
from activities.post import deliver
from activities.unmatched import Told
from models.tables import EntryState
from rules.errors import Unreachable, UserMistake
from rules.money import parse_minor
from rules.staff import Role
from web.acting import said, sentence
from web.acts import TOLD, back_to, number_in, typed, typed_before
from web.paging import page_number
from web.refusals import NotThere
from web.routes import Routes
from web.visit import Visit, Visitor

routes = Routes()

_PAGE = "/money/{entry}"
_SHARES = 4  # fields for invoices in the form; what is left over can be given away with the next
STATES = {
    EntryState.OPEN: "some of it is nobody's yet",
    EntryState.MATCHED: "matched",
    EntryState.SET_ASIDE: "set aside, no customer's money",
    EntryState.TAKEN_APART: "taken apart into its single transactions",
}


@routes.page("/money", role=Role.AUDITOR)
async def money(visit: Visitor, page: str = "1", told: str = "") -> Response:
    number = page_number(page)
    run = visit.desk.database.run
    found, more = await run(lambda session: open_page(session, number))
    count = await run(count_open)
    notice = TOLD.get(told, "")
    return visit.show(
        "money.html.j2", entries=found, count=count, page=number, more=more, notice=notice
    )


@routes.page("/money/statements", role=Role.AUDITOR)
async def statements(visit: Visitor, page: str = "1") -> Response:
    number = page_number(page)
    run = visit.desk.database.run
    found, more = await run(lambda session: statements_page(session, number))
    ours = await run(accounts)
    return visit.show("statements.html.j2", statements=found, accounts=ours, page=number, more=more)


@routes.page(f"{_PAGE}/candidates", role=Role.AUDITOR)
async def candidates(visit: Visitor, entry: str) -> Response:
    """What it may pay: a part of the page, which comes after it; where no script runs, the
    page with it."""
    number = number_in(entry)
    found = await visit.desk.database.run(lambda session: candidates_for(session, number))
    if visit.is_htmx:
        return visit.show("candidates.html.j2", candidates=found)
    return _shown(visit, await _sheet(visit, entry), {}, candidates=found)


@routes.page(_PAGE, role=Role.AUDITOR)
async def entry_page(visit: Visitor, entry: str, form: str = "", told: str = "") -> Response:
    kept = await visit.kept(form)
    return _shown(visit, await _sheet(visit, entry), kept, notice=TOLD.get(told, ""))


@routes.action(f"{_PAGE}/assign", role=Role.STAFF, page=_PAGE)
async def assign(visit: Visitor, entry: str) -> Response:
    def do(journal: Journal, sheet: EntrySheet, key: str) -> Told:
        shares = list(_shares(visit, sheet))
        if not shares:
            raise UserMistake("expected the invoice that it pays")
        return unmatched.assign(journal, sheet.row.id, shares, key=key)

    return await _do(visit, entry, do)


def _shares(visit: Visit, sheet: EntrySheet) -> Iterator[tuple[str, int | None]]:
    for place in range(1, _SHARES + 1):
        number = typed(visit, f"invoice{place}")
        if number:
            yield number, _minor(typed(visit, f"amount{place}"), sheet)


def _minor(text: str, sheet: EntrySheet) -> int | None:
    """None for all that is left."""
    if not text:
        return None
    try:
        return parse_minor(text, sheet.row.amount.currency)
    except ValueError as error:
        raise UserMistake(str(error)) from error


@routes.action(f"{_PAGE}/credit", role=Role.STAFF, page=_PAGE)
async def credit(visit: Visitor, entry: str) -> Response:
    def do(journal: Journal, sheet: EntrySheet, key: str) -> Told:
        amount = _minor(typed(visit, "amount"), sheet)
        customer = typed(visit, "customer")
        return unmatched.credit_entry(journal, sheet.row.id, customer, amount, key=key)

    return await _do(visit, entry, do)


@routes.action(f"{_PAGE}/aside", role=Role.STAFF, page=_PAGE)
async def aside(visit: Visitor, entry: str) -> Response:
    def do(journal: Journal, sheet: EntrySheet, key: str) -> Told:
        if not typed(visit, "reason"):
            raise UserMistake("expected a reason, it is all that later tells why")
        return unmatched.set_aside(journal, sheet.row.id, typed(visit, "reason"), key=key)

    return await _do(visit, entry, do)


async def _do(visit: Visit, entry: str, do: Callable[[Journal, EntrySheet, str], Told]) -> Response:
    """One transaction, then word to the workflows it concerns; where Temporal is away, the worker
    tells them."""
    sheet = await _sheet(visit, entry)
    key = said(visit).key
    try:
        told = await visit.desk.database.run(
            lambda session: do(_journal(visit, session), sheet, key)
        )
    except UserMistake as mistake:
        anew = await _sheet(visit, entry)
        kept = typed_before(visit, mistake)
        return _shown(visit, anew, kept, status=409, error=sentence(mistake))
    await _deliver(visit)
    address = f"/money/{sheet.row.id}" if told.left.minor else "/money"
    return back_to(address, first=not told.again)


async def _deliver(visit: Visit) -> None:
    try:
        await deliver(visit.desk.database, await visit.desk.temporal())
    except (Unreachable, RPCError):
        return


def _journal(visit: Visit, session: Session) -> Journal:
    desk = visit.desk
    return Journal(session, desk.business_now(), desk.clock, visit.username)


async def _sheet(visit: Visit, entry: str) -> EntrySheet:
    number = number_in(entry)
    found = await visit.desk.database.run(lambda session: entry_sheet(session, number))
    if found is None:
        raise NotThere(f"There is no entry {number}.")
    return found


def _shown(
    visit: Visit,
    sheet: EntrySheet,
    kept: Mapping[str, str],
    *,
    status: int = 200,
    notice: str = "",
    error: str = "",
    candidates: object = None,
) -> Response:
    return visit.show(
        "entry.html.j2",
        status=status,
        sheet=sheet,
        address=f"/money/{sheet.row.id}",
        states=STATES,
        shares=range(1, _SHARES + 1),
        typed=kept,
        notice=notice,
        error=error,
        candidates=candidates,
    )
