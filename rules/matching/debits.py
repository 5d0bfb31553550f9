"""Our own debits on the account: the credit of one or of a batch, and what comes back of one.

They are known by the names we gave them (end-to-end id, payment information id), so nothing is guessed
here: what does not agree to the cent is for a person.
"""

from collections.abc import Sequence

from rules.debit_files import counted
from rules.matching.doubt import doubt
from rules.matching.ledger import Ledger
from rules.matching.values import Debit, Entry, Rule, Share, Verdict
from rules.money import Money


def match_debits(entry: Entry, ledger: Ledger) -> Verdict | None:
    """None where an entry names no debit of ours."""
    debit = ledger.debit(entry.end_to_end_id)
    if debit is not None:
        return _came(entry, ledger, debit) if entry.amount > 0 else _went(entry, ledger, debit)
    # MT940 has one place for the name of an order and for that of a batch.
    batch = ledger.batch(entry.batch) or ledger.batch(entry.end_to_end_id)
    return _batch_came(entry, ledger, batch) if batch and entry.amount > 0 else None


def amounts_back(entry: Entry) -> tuple[int, ...]:
    """What may have gone back: all of it, or all but what the bank took for its trouble."""
    whole = -entry.amount
    return (whole, whole - entry.charges) if 0 < entry.charges < whole else (whole,)


def _came(entry: Entry, ledger: Ledger, debit: Debit) -> Verdict:
    if debit.is_seen:
        return _doubt(entry, ledger, [debit], f"debit {debit.key} came before")
    if (entry.amount, entry.currency) != (debit.amount, debit.currency):
        owed, came = _money(debit), Money(entry.amount, entry.currency)
        return _doubt(entry, ledger, [debit], f"debit {debit.key} was of {owed}, and {came} came")
    reason = f"its end-to-end id is that of our debit {debit.key}"
    return _collected([debit], reason)


def _batch_came(entry: Entry, ledger: Ledger, batch: Sequence[Debit]) -> Verdict:
    name = batch[0].batch
    awaited = [debit for debit in batch if not debit.is_seen and not debit.is_refused]
    total = Money(sum(debit.amount for debit in awaited), entry.currency)
    if not awaited:
        return _doubt(entry, ledger, batch, f"nothing is awaited of our batch {name}")
    if total.minor != entry.amount or {debit.currency for debit in awaited} != {entry.currency}:
        came = Money(entry.amount, entry.currency)
        expected = f"{counted(len(awaited))} of {total}"
        reason = f"of our batch {name} {expected} were awaited, and {came} came"
        return _doubt(entry, ledger, awaited, reason)
    return _collected(awaited, f"is our batch {name} of {counted(len(awaited))}")


def _went(entry: Entry, ledger: Ledger, debit: Debit) -> Verdict:
    """What goes back had come, whether or not its credit has been seen; once."""
    if debit.is_back:
        return _doubt(entry, ledger, [debit], f"debit {debit.key} went back before")
    if debit.is_refused:
        reason = f"debit {debit.key} was refused before any money of it came"
        return _doubt(entry, ledger, [debit], reason)
    if debit.amount not in amounts_back(entry) or debit.currency != entry.currency:
        owed, went = _money(debit), Money(-entry.amount, entry.currency)
        return _doubt(
            entry, ledger, [debit], f"debit {debit.key} was of {owed}, and {went} went back"
        )
    return Verdict(
        rule=Rule.RETURN,
        reason=f"its end-to-end id is that of our debit {debit.key}",
        shares=(Share(debit.invoice_number, -debit.amount),),
        debits=(debit,),
    )


def _collected(debits: Sequence[Debit], reason: str) -> Verdict:
    return Verdict(rule=Rule.COLLECTION, reason=reason, debits=tuple(debits))


def _money(debit: Debit) -> Money:
    return Money(debit.amount, debit.currency)


def _doubt(entry: Entry, ledger: Ledger, debits: Sequence[Debit], reason: str) -> Verdict:
    return doubt(entry, ledger, reason, ledger.claims({debit.invoice_number for debit in debits}))
