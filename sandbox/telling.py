"""The event log as sentences: what a person on watch would like to have heard."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, tzinfo

from sqlmodel import Session, col, select

from models.tables import EventRecord
from rules.money import Money, totals
from rules.returns import reason_of

_OUTCOMES = {
    "no_answer": "nobody answered",
    "refused": "would not talk about it",
    "wrong_number": "it was a wrong number",
    "promise": "a promise to pay",
    "paid": "it is paid, they say",
    "dispute": "they dispute it",
}
_HOLDS = {
    "pause": "paused",
    "promise": "held by a promise",
    "claimed_paid": "held, said to be paid",
    "dispute": "held by a dispute",
}


def news(session: Session, after: int) -> Sequence[EventRecord]:
    """What was logged after an event, in order."""
    query = select(EventRecord).where(col(EventRecord.id) > after)
    return session.exec(query.order_by(col(EventRecord.id))).all()


def sentences(events: Iterable[EventRecord], zone: tzinfo) -> list[str]:
    """One for what happened together: all of a notice, a task, a case; a day's new invoices. Days are
    those of the zone."""
    together: dict[tuple[str, str], list[EventRecord]] = defaultdict(list)
    for event in events:
        together[_key(event)].append(event)
    return [told for group in together.values() if (told := _told(group, zone))]


def _key(event: EventRecord) -> tuple[str, str]:
    kind = "notice" if event.event in ("notice_sent", "notice_listed") else event.event
    if kind in ("opened", "notice_lapsed"):
        return kind, event.recorded_at.date().isoformat()
    return kind, event.reference or f"{event.customer_id} {event.detail}"


def _told(group: Sequence[EventRecord], zone: tzinfo) -> str:
    tell = _TELLERS.get(_key(group[0])[0])
    day = group[0].recorded_at.astimezone(zone).date()
    return f"{_short(day)}: {tell(group)}" if tell else ""


def _short(day: date) -> str:
    """14 May"""
    return f"{day.day} {day:%b}"


def _about(group: Sequence[EventRecord]) -> str:
    numbers = {event.invoice_number for event in group}
    return f"invoice {numbers.pop()}" if len(numbers) == 1 else f"{len(numbers)} invoices"


def _money(group: Sequence[EventRecord], *, balance: bool = False) -> str:
    amounts = totals(
        Money(event.balance_minor if balance else event.amount_minor, event.currency)
        for event in group
        if event.currency  # one about a customer moves no money
    )
    return ", ".join(str(money) for money in amounts)


def _notice(group: Sequence[EventRecord]) -> str:
    level = max(event.level or 0 for event in group)
    return f"notice {level} to {group[0].customer_id} about {_about(group)}, {_money(group)}"


def _opened(group: Sequence[EventRecord]) -> str:
    return f"{_about(group)} came in, {_money(group, balance=True)}"


def _lapsed(group: Sequence[EventRecord]) -> str:
    what = "a notice" if len(group) == 1 else f"{len(group)} notices"
    return f"{what} not out by the day's end, made anew"


def _failed(group: Sequence[EventRecord]) -> str:
    code = group[0].detail
    reason = reason_of(code)
    why = f", {reason.words}" if reason and reason.words else f" ({code})" if code else ""
    return f"a debit of {group[0].customer_id} failed{why}: {_about(group)}"


def _attempted(group: Sequence[EventRecord]) -> str:
    heard = _OUTCOMES.get(group[0].detail, group[0].detail)
    return f"{group[0].customer_id} phoned about {_about(group)}: {heard}"


def _customer(words: str) -> Callable[[Sequence[EventRecord]], str]:
    return lambda group: words.format(
        who=group[0].customer_id,
        about=_about(group),
        money=_money(group),
        detail=group[0].detail,
        what=_HOLDS.get(group[0].detail, "held"),
    )


_TELLERS: Mapping[str, Callable[[Sequence[EventRecord]], str]] = {
    "opened": _opened,
    "notice": _notice,
    "call_attempted": _attempted,
    "payment_received": _customer("{who} paid {money} on {about}"),
    "payment_returned": _customer("{money} of {who} went back: {about}"),
    "collection_announced": _customer("{who} told of a debit of {money} {detail}"),
    "collection_succeeded": _customer("{money} collected from {who}"),
    "collection_failed": _failed,
    "collection_failed_told": _customer("{who} told that a debit of {money} failed"),
    "method_added": _customer("a {detail} of {who} on file"),
    "call_opened": _customer("a call task about {who}: {about}, {money}"),
    "legal_handover": _customer("the case of {who} to the lawyer: {about}, {money}"),
    "held": _customer("{about} of {who} {what}"),
    "released": _customer("{about} of {who} back on the ladder"),
    "promise_broken": _customer("{who} broke a promise: {about}"),
    "credited": _customer("{who} was right: {money} credited"),
    "cancelled": _customer("{about} of {who} cancelled"),
    "notice_lapsed": _lapsed,
    "notice_refused": _customer("the mailbox of {who} refused a notice"),
    "needs_attention": _customer("{who} needs attention: {detail}"),
    "address_set": _customer("a new address for {who}"),
    "phone_set": _customer("a new telephone number for {who}"),
}
