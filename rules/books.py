"""How money that moves is booked on an invoice. Minor units; no database."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Booking:
    """What one payment (or return) changes: `allocated` lowers the balance, `credited` raises the
    customer's credit; both negative for a return. Their sum is the payment's amount."""

    allocated: int
    credited: int


def book(amount: int, *, balance: int, credit: int) -> Booking:
    """Split a payment between what is owed and the customer's credit.

    Too much becomes credit; a return (negative) first takes back what is still credit on the
    invoice (ladder.md, "payment, too much").
    """
    if amount >= 0:
        allocated = min(amount, balance)
        return Booking(allocated, amount - allocated)
    credited = -min(-amount, credit)
    return Booking(amount - credited, credited)
