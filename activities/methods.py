"""A customer's payment methods: added, completed, preferred, ended. Each is a transaction of its own kind
under the customer's lock, and done once however often it is asked.

What is recorded of them in the event log is keys, never an account number.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from activities import replanning
from activities.journal import Journal
from activities.zones import newest_zone
from models import names
from models.tables import PaymentMethodRecord
from rules.errors import UserMistake
from rules.methods import ENDED, Frequency, MethodKind, MethodState, Misfit, Scheme, Wanted

# What a file or a page may say anew about a method on file: no new consent is needed for it.
_MAY_CHANGE = ("bic", "holder", "provider_customer", "brand", "instrument", "expires_on", "bank")
# What a payer has agreed to, with the column of each: another word is another mandate.
_AGREED = {"iban": "iban", "scheme": "scheme", "signed_on": "signed_on", "frequency": "sequence"}


def add(journal: Journal, customer_id: str, wanted: Wanted) -> PaymentMethodRecord:
    """Put a method on file, or complete the one that is; the same again changes nothing.

    One that has ended stays so, whatever is wanted: its state tells. Raises UserMistake with why it
    cannot be.
    """
    journal.lock(customer_id)
    if misfit := why_not_added(journal, customer_id, wanted):
        raise UserMistake(misfit.words)
    record, changed = take(journal, customer_id, wanted)
    if changed:
        replanning.plan_anew(journal, customer_id)
    return record


def take(journal: Journal, customer_id: str, wanted: Wanted) -> tuple[PaymentMethodRecord, bool]:
    """The same of what fits, by whoever holds the lock and plans anew afterwards; and whether
    anything has changed."""
    mine = records_of(journal.session, customer_id)
    known = _known(mine, wanted)
    if known is None:
        record = _new(journal, customer_id, wanted, mine)
        changed = True
    elif known.state != MethodState.ACTIVE:
        return known, False
    else:
        record, changed = known, _say_anew(journal, known, wanted)
    if wanted.preferred:
        changed = _prefer(journal, record) or changed
    journal.session.flush()
    return record, changed


def method_named(journal: Journal, customer_id: str, reference: str) -> PaymentMethodRecord:
    """The mandate that an invoice names. One nobody has told us more of is put on file by its
    reference alone: only invoices that name it are debited by it, and nothing is announced."""
    if known := _named(journal.session, customer_id, reference):
        return known
    journal.lock(customer_id)
    if known := _named(journal.session, customer_id, reference):
        return known
    wanted = Wanted(kind=MethodKind.MANDATE, reference=reference)
    return _new(journal, customer_id, wanted, records_of(journal.session, customer_id))


def _named(session: Session, customer_id: str, reference: str) -> PaymentMethodRecord | None:
    """The newest mandate of this reference, one in use before those that ended."""
    named = [one for one in records_of(session, customer_id) if one.reference == reference]
    in_use = [one for one in named if one.state == MethodState.ACTIVE]
    return next(reversed(in_use or named), None)


def withdraw(journal: Journal, number: str, reason: str = "") -> PaymentMethodRecord:
    """The payer took the consent back: nothing is debited by it any more."""
    return _end(journal, number, MethodState.WITHDRAWN, reason)


def delete(journal: Journal, number: str, reason: str = "") -> PaymentMethodRecord:
    """Take a method off file: it is never used again. What it did stays in the record."""
    return _end(journal, number, MethodState.DELETED, reason)


def prefer(journal: Journal, number: str) -> PaymentMethodRecord:
    """Debit by this one, or by none where it says "by hand". Raises UserMistake for one that ended."""
    record = _locked(journal, number)
    if record.state != MethodState.ACTIVE:
        ended = ENDED[MethodState(record.state)]
        raise UserMistake(f"method {number} is never used again, {ended}: expected one on file")
    if _prefer(journal, record):
        journal.session.flush()
        replanning.plan_anew(journal, record.customer_id)
    return record


def records_of(session: Session, customer_id: str) -> list[PaymentMethodRecord]:
    """All of a customer's methods, those that ended too, from the oldest to the newest."""
    query = select(PaymentMethodRecord).where(col(PaymentMethodRecord.customer_id) == customer_id)
    return list(session.exec(query.order_by(col(PaymentMethodRecord.sequence))))


def why_not_added(journal: Journal, customer_id: str, wanted: Wanted) -> Misfit | None:
    """What the record says against a method; None where it may be put on file."""
    if wanted.signed_on is not None and wanted.signed_on > (today := _today(journal)):
        words = f"signed on {wanted.signed_on} is in the future, expected a day up to {today}"
        return Misfit("signed_on", words)
    column = "token" if wanted.token else "reference"
    if other := _of_another(journal.session, customer_id, wanted):
        name = wanted.token or wanted.reference
        words = f"{column} {name} is customer {other}'s, expected one of customer {customer_id}"
        return Misfit(column, words)
    known = _known(records_of(journal.session, customer_id), wanted)
    if known is not None and (field := _agreed_otherwise(known, wanted)):
        words = (
            f"mandate {known.reference} is on file with another {field} (method {known.number}), "
            "expected the same: withdraw it, then add the new one"
        )
        return Misfit(field, words)
    return None


def _today(journal: Journal) -> date:
    return journal.now.astimezone(newest_zone(journal.session)).date()


def _of_another(session: Session, customer_id: str, wanted: Wanted) -> str:
    """Whose this token or reference is already, "" if nobody else's."""
    table = PaymentMethodRecord
    if not (wanted.token or wanted.reference):
        return ""
    same = (
        col(table.token) == wanted.token
        if wanted.token
        else col(table.reference) == wanted.reference
    )
    query = select(table.customer_id).where(same, col(table.customer_id) != customer_id)
    return session.exec(query.limit(1)).first() or ""


def _known(mine: Sequence[PaymentMethodRecord], wanted: Wanted) -> PaymentMethodRecord | None:
    """The method on file that is meant: by its token, its reference, or as the one "by hand".

    Of several under one reference it is the newest of this account, else the one in use, else one of
    which nothing but this reference was known.
    """
    same = [one for one in reversed(mine) if one.kind == wanted.kind and _is_meant(one, wanted)]
    in_use = [one for one in same if one.state == MethodState.ACTIVE]
    if wanted.kind is MethodKind.BY_HAND:
        return next(iter(in_use), None)
    of_account = [one for one in same if wanted.iban in ("", one.iban)]
    bare = [one for one in same if not one.iban]
    return next(iter([*of_account, *in_use, *bare]), None)


def _is_meant(record: PaymentMethodRecord, wanted: Wanted) -> bool:
    if wanted.token:
        return record.token == wanted.token
    return record.reference == wanted.reference and not record.token


def _agreed_otherwise(known: PaymentMethodRecord, wanted: Wanted) -> str:
    """The column of what was agreed otherwise; "" where the one completes the other."""
    if known.state != MethodState.ACTIVE or not known.iban:
        return ""
    for name, column in _AGREED.items():
        if getattr(wanted, name) not in ("", None, getattr(known, name)):
            return column
    return ""


def _new(
    journal: Journal, customer_id: str, wanted: Wanted, mine: Sequence[PaymentMethodRecord]
) -> PaymentMethodRecord:
    """The customer's first method is the preferred one until somebody says otherwise."""
    sequence = max((one.sequence for one in mine), default=0) + 1
    record = PaymentMethodRecord(
        number=names.method_number(customer_id, sequence),
        customer_id=customer_id,
        sequence=sequence,
        kind=wanted.kind.value,
        preferred=not any(one.state == MethodState.ACTIVE for one in mine),
        provider=wanted.provider.value,
        reference=wanted.reference,
        token=wanted.token,
        recorded_at=journal.now,
    )
    _complete(record, wanted)
    _fill(record, wanted)
    journal.session.add(record)
    journal.session.flush()
    journal.log_customer("method_added", customer_id, reference=record.number, detail=record.kind)
    return record


def _complete(record: PaymentMethodRecord, wanted: Wanted) -> None:
    """What was agreed, now that it is known."""
    record.iban, record.signed_on = wanted.iban, wanted.signed_on
    record.scheme = (wanted.scheme or Scheme.CORE).value
    record.frequency = (wanted.frequency or Frequency.RECURRENT).value
    record.notice_days = wanted.usual_notice_days
    record.instrument = _instrument(record)


def _fill(record: PaymentMethodRecord, wanted: Wanted) -> None:
    """What may be said anew; what is not said stays."""
    for name in _MAY_CHANGE:
        if value := getattr(wanted, name):
            setattr(record, name, value)
    if wanted.notice_days is not None:
        record.notice_days = wanted.notice_days


def _instrument(record: PaymentMethodRecord) -> str:
    """What limits count by, where nobody names it: the account's digest, the token, or the method."""
    if record.iban:
        return f"iban:{hashlib.sha256(record.iban.encode()).hexdigest()[:16]}"
    return record.token or record.number


def _say_anew(journal: Journal, record: PaymentMethodRecord, wanted: Wanted) -> bool:
    before = record.model_dump()
    if wanted.iban and not record.iban:
        _complete(record, wanted)
    _fill(record, wanted)
    after = record.model_dump()
    changed = sorted(name for name in before if before[name] != after[name])
    if changed:
        journal.log_customer(
            "method_changed",
            record.customer_id,
            reference=record.number,
            detail=" ".join(changed),
        )
    return bool(changed)


def _prefer(journal: Journal, record: PaymentMethodRecord) -> bool:
    if record.preferred:
        return False
    for one in records_of(journal.session, record.customer_id):
        one.preferred = one.number == record.number
    journal.log_customer("method_preferred", record.customer_id, reference=record.number)
    return True


def _end(journal: Journal, number: str, state: MethodState, reason: str) -> PaymentMethodRecord:
    record = _locked(journal, number)
    if record.state != MethodState.ACTIVE:
        return record
    record.state, record.preferred = state.value, False
    record.reason, record.actor, record.ended_at = reason, journal.actor, journal.now
    journal.log_customer(
        f"method_{state.value}", record.customer_id, reference=number, detail=reason
    )
    journal.session.flush()
    replanning.plan_anew(journal, record.customer_id)
    return record


def _locked(journal: Journal, number: str) -> PaymentMethodRecord:
    record = journal.session.get(PaymentMethodRecord, number)
    if record is None:
        raise UserMistake(f"no payment method {number} is recorded")
    journal.lock(record.customer_id)
    return journal.session.get_one(PaymentMethodRecord, number)
