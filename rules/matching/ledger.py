"""The invoices that money may be for, found by number, customer, account or name; in memory."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from rules.matching.numbers import NumberIndex, compact
from rules.matching.values import Claim, Debit, Share

MOST_OPEN_SHOWN = 200  # of one customer; more are never candidates for a sum


class Ledger:
    """What is owed and what was paid, kept up to date as money is given to invoices."""

    def __init__(self) -> None:
        self.numbers = NumberIndex()
        self._claims: dict[str, Claim] = {}
        self._of_customer: dict[str, set[str]] = defaultdict(set)
        self._of_account: dict[str, set[str]] = defaultdict(set)
        self._of_name: dict[str, set[str]] = defaultdict(set)
        self._orders: dict[str, list[tuple[Share, ...]]] = defaultdict(list)
        self._payments: dict[str, list[int]] = defaultdict(list)
        self._credited: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._refunds: dict[str, tuple[str, int]] = {}
        self._debits: dict[str, Debit] = {}
        self._batches: dict[str, set[str]] = defaultdict(set)
        self._debits_of: dict[str, set[str]] = defaultdict(set)

    def add(self, claim: Claim) -> None:
        self.take(claim)
        self.numbers.add(claim.number)

    def take(self, claim: Claim) -> None:
        """A claim whose number the index has."""
        self._claims[claim.number] = claim
        self._of_customer[claim.customer_id].add(claim.number)

    def add_account(self, account: str, customer_id: str) -> None:
        """The customer has paid from this account."""
        self._of_account[account].add(customer_id)

    def add_name(self, name: str, customer_id: str) -> None:
        self._of_name[compact(name)].add(customer_id)

    def add_refund(self, key: str, number: str, amount: int) -> None:
        """A refund of ours, under the end-to-end id that it went out with."""
        self._refunds[key] = (number, amount)

    def add_payment(self, end_to_end_id: str, shares: tuple[Share, ...]) -> None:
        """What an earlier entry paid, for the return that may follow."""
        for share in shares:
            self._payments[share.invoice_number].append(share.amount)
        if end_to_end_id:
            self._orders[end_to_end_id].append(shares)

    def add_credit(self, end_to_end_id: str, customer_id: str, amount: int) -> None:
        """An earlier entry, or a part of it, became a customer's credit and paid no invoice."""
        if end_to_end_id:
            self._credited[end_to_end_id].append((customer_id, amount))

    def add_debit(self, debit: Debit) -> None:
        """A debit of ours as it stands; the same key again replaces it."""
        self._debits[debit.key] = debit
        self._debits_of[debit.invoice_number].add(debit.key)
        if debit.batch:
            self._batches[debit.batch].add(debit.key)

    def __getitem__(self, number: str) -> Claim:
        return self._claims[number]

    def claims(self, numbers: Iterable[str]) -> list[Claim]:
        return [self._claims[number] for number in sorted(numbers)]

    def open_of(self, customer_id: str) -> list[Claim]:
        """The customer's open invoices; none where they are too many to tell apart by amounts."""
        found = [c for c in self.claims(self._of_customer[customer_id]) if c.is_open]
        return found if len(found) <= MOST_OPEN_SHOWN else []

    def by_account(self, account: str) -> frozenset[str]:
        return frozenset(self._of_account.get(account, ())) if account else frozenset()

    def by_name(self, name: str) -> frozenset[str]:
        return frozenset(self._of_name.get(compact(name), ())) if name else frozenset()

    def orders(self, end_to_end_id: str) -> list[tuple[Share, ...]]:
        """What was paid under an end-to-end id; several where a payer uses one for everything."""
        return self._orders.get(end_to_end_id, []) if end_to_end_id else []

    def credited(self, end_to_end_id: str) -> list[tuple[str, int]]:
        """Customers with what came as their credit under an end-to-end id."""
        return self._credited.get(end_to_end_id, []) if end_to_end_id else []

    def debit(self, end_to_end_id: str) -> Debit | None:
        """Our debit of an end-to-end id."""
        return self._debits.get(end_to_end_id) if end_to_end_id else None

    def batch(self, identifier: str) -> list[Debit]:
        """Our debits of a payment information id, by their keys."""
        keys = self._batches.get(identifier, ()) if identifier else ()
        return [self._debits[key] for key in sorted(keys)]

    def debit_paid(self, number: str, amount: int) -> Debit | None:
        """The debit by which an invoice was paid this amount, where nothing else of it was."""
        if self._payments.get(number, []).count(amount) != 1:
            return None
        debits = (self._debits[key] for key in sorted(self._debits_of.get(number, ())))
        return next(
            (d for d in debits if d.amount == amount and d.is_booked and not d.is_back), None
        )

    def was_paid(self, number: str, amount: int) -> bool:
        """Whether one payment of exactly this amount came in for an invoice."""
        return amount in self._payments.get(number, ())

    def refund(self, end_to_end_id: str, amount: int) -> str:
        """The refund of this amount that went out under an end-to-end id; "" for none."""
        number, paid_back = self._refunds.get(end_to_end_id, ("", 0))
        return number if amount == paid_back else ""

    def give(self, shares: Iterable[Share]) -> None:
        """Money was given to invoices (or taken back, below 0)."""
        for share in shares:
            claim = self._claims[share.invoice_number]
            self._claims[claim.number] = _after(claim, share)


def _after(claim: Claim, share: Share) -> Claim:
    """A return first takes back what was paid too much (ladder.md, "payment, too much"); what it
    leaves owed is owed without what was forgiven."""
    paid, forgiven = claim.paid + share.amount, claim.forgiven + share.forgiven
    if share.amount >= 0:
        balance = max(0, claim.balance - share.amount - share.forgiven)
        return replace(claim, balance=balance, paid=paid, forgiven=forgiven)
    too_much = max(0, claim.paid + forgiven - (claim.amount - claim.balance))
    back = -share.amount - too_much
    if back <= 0:
        return replace(claim, paid=paid)
    return replace(claim, balance=claim.balance + back + forgiven, paid=paid, forgiven=0)
