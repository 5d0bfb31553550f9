"""Take payment methods in from files: rows become methods on file, each once."""

from collections.abc import Sequence
from dataclasses import dataclass

from activities import methods, replanning
from activities.journal import Journal
from gateways.ledger_fields import shown
from models.tables import CustomerRecord, PaymentMethodRecord
from rules.errors import FileMistake, Place
from rules.ledger import LedgerFile, MethodRow
from rules.methods import ENDED, MethodKind, MethodState


@dataclass
class MethodsTaken:
    """How many methods an import put on file or completed, and how many it found as they were;
    `notes` are sentences about those that had ended."""

    new: int = 0
    known: int = 0
    notes: tuple[str, ...] = ()

    @property
    def seen(self) -> int:
        return self.new + self.known


def take_methods(journal: Journal, files: Sequence[LedgerFile]) -> MethodsTaken:
    """Record the methods of all files. The same rows again change nothing: a method is known by its
    customer and its reference or token. Raises FileMistake with the row that cannot be."""
    rows = [(file.name, row) for file in files for row in file.methods]
    customers = {row.customer_id for _, row in rows}
    journal.lock(*customers)
    taken, changed = MethodsTaken(), set()
    for name, row in rows:
        if _take_row(journal, name, row, taken):
            changed.add(row.customer_id)
    for customer_id in sorted(changed):
        replanning.plan_anew(journal, customer_id)
    return taken


def _take_row(journal: Journal, file: str, row: MethodRow, taken: MethodsTaken) -> bool:
    _refuse(journal, file, row)
    if row.wanted.kind is MethodKind.BY_HAND and _was_by_hand(journal, row.customer_id):
        taken.known += 1
        return False
    record, changed = methods.take(journal, row.customer_id, row.wanted)
    taken.new += changed
    taken.known += not changed
    if record.state != MethodState.ACTIVE:
        taken.notes += (f"{_at(file, row)}: {_ended(record)}",)
    return changed


def _refuse(journal: Journal, file: str, row: MethodRow) -> None:
    if journal.session.get(CustomerRecord, row.customer_id) is None:
        raise FileMistake(
            Place(file, row.line, "customer_id"),
            f"no customer {shown(row.customer_id)} is known, expected one of these files' invoices or of an "
            "earlier import",
        )
    if misfit := methods.why_not_added(journal, row.customer_id, row.wanted):
        raise FileMistake(Place(file, row.line, misfit.field), misfit.words)


def _was_by_hand(journal: Journal, customer_id: str) -> bool:
    """Nothing names a customer's "by hand" but its kind: a file does not bring it back once it has
    ended."""
    mine = methods.records_of(journal.session, customer_id)
    return any(one.kind == MethodKind.BY_HAND for one in mine)


def _at(file: str, row: MethodRow) -> Place:
    return Place(file, row.line)


def _ended(record: PaymentMethodRecord) -> str:
    why = ENDED[MethodState(record.state)]
    return f"method {record.number} stays as it is, {why}"
