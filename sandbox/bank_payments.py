"""A replay's payments from the bank's own files: each entry matched as production would, day by day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateways.ledger_files import read_ledger_files
from gateways.statements import read_statements, recognise
from rules.ledger import InvoiceRow, LedgerFile, PaymentRow
from rules.matching import Claim, Entry, Ledger, Share, Verdict, match
from rules.statements import Began, Booking, FileFormat, Movement

_STATEMENTS = (FileFormat.CAMT053, FileFormat.CAMT054, FileFormat.MT940, FileFormat.CSV)


@dataclass
class BankPayments:
    """Rows as a payments file would have them, and how many entries named no invoice for sure."""

    rows: list[PaymentRow] = field(default_factory=list)
    entries: int = 0
    left: int = 0

    def file(self) -> LedgerFile:
        return LedgerFile("the bank's files", payments=tuple(self.rows))


def read_ledger(
    ledger: Sequence[Path], payments: Sequence[Path], *, max_bytes: int, max_statement: int
) -> tuple[list[LedgerFile], BankPayments | None]:
    """A ledger whose payments are rows, or the bank's own files; a folder stands for all in it. `ledger`
    is the file of invoices, and that of payment methods where there is one.

    None: there were no files of a bank. Raises FileMistake, in bytes the limits of a file.
    """
    paths = [path for given in payments for path in _files(given)]
    banks = [path for path in paths if recognise(path) in _STATEMENTS]
    rows = [path for path in paths if path not in banks]
    files = read_ledger_files(
        [*ledger, *rows], max_bytes=max_bytes, known_currency=lambda number: None
    )
    if not banks:
        return files, None
    found = payments_in(banks, files[0].invoices, max_bytes=max_statement)
    return [*files, found.file()], found


def _files(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given]
    return sorted(path for path in given.iterdir() if path.is_file())


def payments_in(
    paths: Sequence[Path], invoices: Iterable[InvoiceRow], *, max_bytes: int
) -> BankPayments:
    """Match every entry of statements against a ledger, in the order of their days.

    Raises FileMistake. An entry that comes twice under one reference of the bank counts once.
    """
    ledger = _ledger(invoices)
    found = BankPayments()
    for key, (entry, reference) in enumerate(_in_order(paths, max_bytes), 1):
        verdict = match(entry, ledger)
        ledger.give(verdict.shares)
        if entry.amount > 0:
            ledger.add_payment(entry.end_to_end_id, verdict.shares)
        found.entries += 1
        found.left += not verdict.shares
        found.rows += _rows(key, entry, reference, verdict, ledger)
    return found


def _ledger(invoices: Iterable[InvoiceRow]) -> Ledger:
    ledger = Ledger()
    for row in invoices:
        ledger.add(_claim(row))
        ledger.add_name(row.customer.name, row.customer.customer_id)
    return ledger


def _claim(row: InvoiceRow) -> Claim:
    """Without the policy's terms: rows of payments forgive nothing."""
    return Claim(
        number=row.number,
        customer_id=row.customer.customer_id,
        currency=row.currency,
        amount=row.amount_minor,
        balance=row.amount_minor,
        issue_date=row.issue_date,
        due_date=row.due_date,
    )


def _in_order(paths: Sequence[Path], max_bytes: int) -> Iterator[tuple[Entry, str]]:
    """Payments of a day before its returns, as a ledger's day is taken (ladder.md, rule 7)."""
    seen: set[tuple[str, str]] = set()
    found: list[tuple[Entry, str]] = []
    for path in paths:
        account = currency = ""
        for part in read_statements(path, max_bytes=max_bytes):
            if isinstance(part, Began):
                account, currency = part.account, part.currency
            elif isinstance(part, Booking):
                for movement in part.movements:
                    reference = movement.bank_reference
                    if not reference or (account, reference) not in seen:
                        found.append((_entry(part, movement, currency), reference))
                    seen.add((account, reference))
    return iter(sorted(found, key=lambda one: (one[0].booked_on, one[0].amount < 0)))


def _entry(booking: Booking, movement: Movement, currency: str) -> Entry:
    return Entry(
        key=0,
        amount=movement.amount,
        currency=currency,
        booked_on=booking.booked_on,
        value_date=booking.value_date,
        references=movement.creditor_references,
        end_to_end_id=movement.end_to_end_id,
        remittance=movement.remittance,
        party_name=movement.party.name,
        party_account=movement.party.account,
        is_return=movement.is_return,
        charges=abs(movement.charges),
        original=movement.original,
        transactions=movement.transactions,
    )


def _rows(
    key: int, entry: Entry, reference: str, verdict: Verdict, ledger: Ledger
) -> Iterator[PaymentRow]:
    for number, share in enumerate(verdict.shares, 1):
        alone = len(verdict.shares) == 1 and reference
        payment_id = reference if alone else f"entry:{key}:{number}"
        yield _row(payment_id, entry, share, ledger)


def _row(payment_id: str, entry: Entry, share: Share, ledger: Ledger) -> PaymentRow:
    claim = ledger[share.invoice_number]
    return PaymentRow(payment_id, entry.booked_on, claim.number, claim.currency, share.amount)
