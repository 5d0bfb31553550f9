"""Which invoices a movement on the account pays, and why. Pure: what is known comes in as a `Ledger`."""

from rules.matching.debits import match_debits
from rules.matching.incoming import match_incoming
from rules.matching.ledger import Ledger
from rules.matching.outgoing import match_outgoing
from rules.matching.values import Candidate, Claim, Debit, Entry, Rule, Share, Terms, Verdict

__all__ = [
    "Candidate",
    "Claim",
    "Debit",
    "Entry",
    "Ledger",
    "Rule",
    "Share",
    "Terms",
    "Verdict",
    "match",
]


def match(entry: Entry, ledger: Ledger) -> Verdict:
    """What an entry pays as the ledger stands; the ledger is not changed (`Ledger.give` does). Our own
    debits before all else."""
    if verdict := match_debits(entry, ledger):
        return verdict
    if entry.amount < 0:
        return match_outgoing(entry, ledger)
    if entry.is_return and (refund := ledger.refund(entry.end_to_end_id, entry.amount)):
        return Verdict(rule=Rule.REFUND, reason=f"refund {refund} came back", refund=refund)
    return match_incoming(entry, ledger)
