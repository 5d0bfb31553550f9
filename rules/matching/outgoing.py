"""Money that went back or left: which payment a return undoes, which refund it is, or none of ours."""

from collections.abc import Sequence

from rules.matching.debits import amounts_back
from rules.matching.doubt import doubt
from rules.matching.ledger import Ledger
from rules.matching.reading import Written, read
from rules.matching.values import Claim, Entry, Rule, Share, Verdict


def match_outgoing(entry: Entry, ledger: Ledger) -> Verdict:
    """A refund by its end-to-end id; a return by that of the payment it undoes, else by the numbers
    it names. What says neither is a payment of our own."""
    if refund := ledger.refund(entry.end_to_end_id, -entry.amount):
        return Verdict(rule=Rule.REFUND, reason=f"is refund {refund}", refund=refund)
    if verdict := _by_order(entry, ledger) or _of_credit(entry, ledger):
        return verdict
    texts = [entry.remittance, *entry.references]
    # An order's id is often an invoice's number; one that is not is no mistyped number either.
    written = read([*texts, entry.end_to_end_id], ledger.numbers)
    return _by_number(entry, ledger, written)


def _by_order(entry: Entry, ledger: Ledger) -> Verdict | None:
    """The newest payment of this amount under its end-to-end id; of several customers' the payer's."""
    found = [
        shares
        for shares in reversed(ledger.orders(entry.end_to_end_id))
        if sum(share.amount for share in shares) in amounts_back(entry)
        and _are_there(shares, ledger)
    ]
    if len({_customers(shares, ledger) for shares in found}) > 1:
        payers = ledger.by_account(entry.party_account) or ledger.by_name(entry.party_name)
        found = [shares for shares in found if _customers(shares, ledger) == payers]
    if not found:
        return None
    back = tuple(Share(share.invoice_number, -share.amount) for share in found[0])
    reason = f"its end-to-end id is that of a payment of {_names(found[0])}"
    return Verdict(rule=Rule.RETURN, reason=reason, shares=back)


def _customers(shares: Sequence[Share], ledger: Ledger) -> frozenset[str]:
    return frozenset(ledger[share.invoice_number].customer_id for share in shares)


def _of_credit(entry: Entry, ledger: Ledger) -> Verdict | None:
    """Money that paid no invoice goes back: it was one customer's credit."""
    found = [
        (customer, amount)
        for customer, amount in ledger.credited(entry.end_to_end_id)
        if amount in amounts_back(entry)
    ]
    if len(set(found)) != 1:
        return None
    customer, amount = found[0]
    reason = f"its end-to-end id is that of money that became credit of {customer}"
    return Verdict(rule=Rule.RETURN, reason=reason, credit_of=customer, credit=-amount)


def _are_there(shares: Sequence[Share], ledger: Ledger) -> bool:
    """Whether what was paid did not go back before."""
    return all(ledger[share.invoice_number].paid >= share.amount for share in shares)


def _by_number(entry: Entry, ledger: Ledger, written: Written) -> Verdict:
    claims = ledger.claims(written.named)
    if not entry.is_return:
        claims = [c for c in claims if _may_be_paid_back(entry, ledger, c)]
    if not claims and not entry.is_return:
        return Verdict(
            rule=Rule.NOT_OURS, reason="left the account, and went back to no customer of ours"
        )
    if not claims:
        return doubt(entry, ledger, "a return that names nothing we were paid")
    if found := _undone(entry, ledger, claims):
        reason = f"takes back what was paid for {_names(found)}"
        debits = (ledger.debit_paid(share.invoice_number, -share.amount) for share in found)
        paid_by = tuple(debit for debit in debits if debit and entry.is_return)
        return Verdict(rule=Rule.RETURN, reason=reason, shares=found, debits=paid_by)
    if not entry.is_return:
        return Verdict(
            rule=Rule.NOT_OURS, reason="left the account; nobody paid that for the invoice it names"
        )
    return doubt(
        entry, ledger, "a return of more than was paid, or of a payment not here yet", claims
    )


def _may_be_paid_back(entry: Entry, ledger: Ledger, claim: Claim) -> bool:
    """Not to anybody else: a supplier's invoice may be numbered like one of ours."""
    if not entry.party_account and not entry.party_name:
        return True
    known = ledger.by_account(entry.party_account) | ledger.by_name(entry.party_name)
    return claim.customer_id in known


def _undone(entry: Entry, ledger: Ledger, claims: Sequence[Claim]) -> tuple[Share, ...]:
    """The shares that go back; () where the amount is none that was paid for these invoices.

    What the bank does not call a return undoes one payment of exactly its amount.
    """
    for amount in amounts_back(entry):
        exact = [c for c in claims if c.paid >= amount and ledger.was_paid(c.number, amount)]
        if len(exact) == 1:
            return (Share(exact[0].number, -amount),)
        if len(claims) > 1 and sum(c.paid for c in claims) == amount:
            return tuple(Share(c.number, -c.paid) for c in claims if c.paid)
        if entry.is_return and len(claims) == 1 and claims[0].paid >= amount:
            return (Share(claims[0].number, -amount),)
    return ()


def _names(shares: Sequence[Share]) -> str:
    return ", ".join(share.invoice_number for share in shares)
