"""What nobody can be sure of: shown to a person with what it may be."""

from collections.abc import Iterable

from rules.matching.ledger import Ledger
from rules.matching.values import Candidate, Claim, Entry, Rule, Verdict, by_age
from rules.money import Money

MOST_SHOWN = 5


def doubt(entry: Entry, ledger: Ledger, reason: str, claims: Iterable[Claim] = ()) -> Verdict:
    """On the list, with the invoices that speak for themselves, then the payer's."""
    found = {claim.number: _candidate(claim, "its text") for claim in by_age(claims)}
    payers = ledger.by_account(entry.party_account) | ledger.by_name(entry.party_name)
    theirs = by_age(claim for payer in payers for claim in ledger.open_of(payer))
    for claim in sorted(theirs, key=lambda c: c.balance != abs(entry.amount)):
        same = claim.balance == abs(entry.amount)
        found.setdefault(
            claim.number, _candidate(claim, "payer and amount" if same else "the payer")
        )
    return Verdict(rule=Rule.DOUBT, reason=reason, candidates=tuple(found.values())[:MOST_SHOWN])


def _candidate(claim: Claim, reason: str) -> Candidate:
    return Candidate(claim.number, claim.customer_id, Money(claim.balance, claim.currency), reason)
