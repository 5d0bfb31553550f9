"""`import --plan`: what the first morning would bring, for people and for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from activities.morning import Concerned, Happening, Kind
from activities.planning import Attention, Plan
from models.settings import MailMode
from rules.money import Money, decimal_text, totals

_HEADS = {
    Kind.ANNOUNCEMENT: "Announcements of debits",
    Kind.DEBIT: "Debits: what the bank says decides what follows",
    Kind.NOTICE: "Notices",
    Kind.CALL: "Calls",
    Kind.CASE: "Cases to the lawyer",
    Kind.PROPOSED_CASE: "Cases that wait for a person's yes",
}
_TROUBLE = {"address": "no usable address", "phone": "no telephone number"}
_DAYS_SHOWN = 5


def plan_text(plan: Plan) -> str:
    """The numbers first, then everything in order, customer by customer."""
    lines = [f"First morning: {plan.day:%A}, {plan.day}. Nothing was recorded, nothing was sent."]
    if plan.mode is not MailMode.SEND:
        lines.append(f"DUELY_MAIL_MODE is {plan.mode}: no customer gets a mail, no call is opened.")
    lines += ["", *_table(_numbers(plan))]
    for kind, head in _HEADS.items():
        found = plan.of(kind)
        lines += ["", head, *(line for one in found for line in _told(one))] if found else []
    if plan.attention:
        lines += ["", "Needs attention at once", *map(_attention, plan.attention)]
    lines += ["", *plan.taken.notes] if plan.taken.notes else []
    return "".join(f"{line}\n" for line in lines)


def _numbers(plan: Plan) -> Iterator[tuple[str, str]]:
    taken, notices = plan.taken, plan.of(Kind.NOTICE)
    yield "Policy", plan.policy
    yield (
        "New",
        f"{taken.invoices} invoices, {taken.payments} payments, {taken.customers} customers",
    )
    if taken.methods.seen:
        yield "Payment methods", f"{taken.methods.new} new, {taken.methods.known} known already"
    yield "Known already", f"{taken.known} invoices"
    levels = ", ".join(f"level {level}: {n}" for level, n in sorted(_levels(notices).items()))
    yield "Notices", f"{len(notices)}  (invoices of {levels or 'no level'})"
    yield "They claim", _amounts(money for one in notices for money in one.claims)
    yield "Calls", str(len(plan.of(Kind.CALL)))
    yield "Cases", str(len(plan.of(Kind.CASE, Kind.PROPOSED_CASE)))
    if announced := plan.of(Kind.ANNOUNCEMENT):
        yield "Announcements", str(len(announced))
    yield "Debits", str(len(plan.of(Kind.DEBIT)))
    yield "Need attention", str(len(plan.attention))
    yield "Held back", _held_back(plan)


def _levels(notices: Iterable[Happening]) -> Counter[int]:
    return Counter(invoice.level for one in notices for invoice in one.invoices if invoice.advances)


def _held_back(plan: Plan) -> str:
    days = Counter(one.until for one in plan.held_back)
    if not days:
        return "nobody"
    shown = [f"{day}: {number}" for day, number in sorted(days.items())[:_DAYS_SHOWN]]
    more = ["..."] if len(days) > _DAYS_SHOWN else []
    return f"{len(plan.held_back)} customers until {max(days)}  ({', '.join(shown + more)})"


def _table(rows: Iterable[tuple[str, str]]) -> list[str]:
    found = list(rows)
    width = max(len(name) for name, _ in found)
    return [f"{name:<{width}}  {value}" for name, value in found]


def _told(one: Happening) -> Iterator[str]:
    to = f" <{one.to}>" if one.to else ""
    what = f": level {one.level}, to be paid by {one.pay_by}" if one.kind is Kind.NOTICE else ""
    yield f"  {one.customer_id}  {one.name}{to}{what}, {_amounts(one.claims)}"
    for invoice in one.invoices:
        yield f"    {invoice.number}  {_level(one, invoice)}{invoice.balance}  {invoice.why}"


def _level(one: Happening, invoice: Concerned) -> str:
    return f"level {invoice.level}  " if one.kind is Kind.NOTICE and invoice.advances else ""


def _attention(one: Attention) -> str:
    what = f": {one.what!r}" if one.what else ""
    return f"  {one.customer_id}  {one.name}: {_TROUBLE.get(one.trouble, one.trouble)}{what}"


def _amounts(amounts: Iterable[Money]) -> str:
    return ", ".join(map(str, totals(amounts))) or "nothing"


def plan_json(plan: Plan) -> str:
    """Amounts as decimal text, days and moments in ISO 8601."""
    taken = plan.taken
    said = {
        "day": plan.day.isoformat(),
        "policy": plan.policy,
        "mail_mode": plan.mode.value,
        "new": {
            "invoices": taken.invoices,
            "payments": taken.payments,
            "customers": taken.customers,
            "payment_methods": taken.methods.new,
        },
        "known_invoices": taken.known,
        "happenings": [_happening(one) for one in plan.happenings],
        "attention": [vars(one) for one in plan.attention],
        "held_back": [{**vars(one), "until": one.until.isoformat()} for one in plan.held_back],
        "notes": taken.notes,
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _happening(one: Happening) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "customer_id": one.customer_id,
        "name": one.name,
        "to": one.to,
        "at": one.at.isoformat(),
        "reference": one.reference,
        "level": one.level,
        "pay_by": one.pay_by.isoformat() if one.pay_by else None,
        "claims": {m.currency: decimal_text(m.minor, m.currency) for m in one.claims},
        "invoices": [_concerned(invoice) for invoice in one.invoices],
    }


def _concerned(invoice: Concerned) -> dict[str, Any]:
    balance = invoice.balance
    return {
        "number": invoice.number,
        "due_date": invoice.due_date.isoformat(),
        "balance": decimal_text(balance.minor, balance.currency),
        "currency": balance.currency,
        "level": invoice.level,
        "advances": invoice.advances,
        "why": invoice.why,
    }
