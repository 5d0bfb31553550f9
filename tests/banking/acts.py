"""What a person may do with money on the list, drawn at random: what is refused changes nothing."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import select

from activities.credit import set_off
from activities.journal import Journal
from activities.refunding import Wanted, request
from activities.unmatched import Unmatched, assign, credit_entry, set_aside, unmatched
from models.tables import InvoiceRecord, RefundRecord
from rules.errors import UserMistake
from tests.banking.books import Books

Act = tuple[str, int, int | None]  # what, of which, how much


def do_all(books: Books, acts: Sequence[Act]) -> None:
    """Each in a transaction of its own, as a command does it."""
    for act in acts:
        try:
            with books.database.transaction() as session:
                _do(books.journal(session), act)
        except UserMistake:
            continue


def _do(journal: Journal, act: Act) -> None:
    what, which, amount = act
    invoices = [*journal.session.scalars(select(InvoiceRecord))]
    if what in ("refund", "apply"):
        if invoices:
            _with_credit(journal, what, invoices[which % len(invoices)], amount)
        return
    if waiting := unmatched(journal, with_candidates=False):
        _with_entry(journal, what, waiting[which % len(waiting)], invoices, amount)


def _with_credit(journal: Journal, what: str, invoice: InvoiceRecord, amount: int | None) -> None:
    if what == "apply":
        set_off(journal, invoice, amount, _key())
        return
    refund, _ = request(journal, Wanted(invoice.number, amount or 3_000, _key()))
    refund.key = "F1" if _refunds(journal) == 1 else ""


def _with_entry(
    journal: Journal,
    what: str,
    entry: Unmatched,
    invoices: Sequence[InvoiceRecord],
    amount: int | None,
) -> None:
    match what:
        case "assign" | "split" if invoices:
            others = [(one.number, amount) for one in invoices[: 1 if what == "assign" else 2]]
            assign(journal, entry.id, others, key=_key())
        case "credit" if invoices:
            credit_entry(journal, entry.id, "C1", amount, key=_key())
        case "set_aside":
            set_aside(journal, entry.id, "none of ours", key=_key())


def _key() -> str:
    return str(uuid4())


def _refunds(journal: Journal) -> int:
    return len(journal.session.scalars(select(RefundRecord)).all())
