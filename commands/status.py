"""Where things stand: the whole house, one customer, one invoice."""

from collections.abc import Iterator

import typer

from activities.overview import Overview, overview
from activities.whereabouts import (
    NextStep,
    Whereabouts,
    whereabouts_of,
    whereabouts_of_customer,
)
from commands.at_hand import known_customer, known_invoice, now, the_record
from commands.options import AsJson, NumberOrNone, OfCustomer
from commands.printing import say, show_json, show_table
from rules.errors import UserMistake
from rules.money import Money, totals

app = typer.Typer()


@app.command("status")
def status(
    number: NumberOrNone = "",
    customer: OfCustomer = "",
    as_json: AsJson = False,
) -> None:
    """Show where everything stands: the whole house, an invoice, or a customer's invoices."""
    if number and customer:
        raise UserMistake("expected an invoice's number or --customer, not both")
    if number:
        _invoice(number, as_json=as_json)
    elif customer:
        _customer(customer, as_json=as_json)
    else:
        _house(as_json=as_json)


def _house(*, as_json: bool) -> None:
    with the_record() as session:
        found = overview(session, now())
    if as_json:
        show_json(found)
    else:
        for line in _house_lines(found):
            say(line)


def _house_lines(found: Overview) -> Iterator[str]:
    yield f"{found.open} invoices open, {_sums(found.owed)}"
    yield f"{found.overdue} of them overdue, {_sums(found.owed_overdue)}"
    yield f"{found.held} held"
    yield f"Next: {_counts(found.by_next)}"
    yield "Last notice sent: " + _counts({f"level {n}": c for n, c in found.by_level.items()})
    yield f"Needs attention: {_counts(found.needs_attention)}"
    if found.credit:
        yield f"Customers' credit: {_sums(found.credit)}"
    if found.undelivered:
        yield f"{found.undelivered} messages wait for Temporal"
    if found.bank_data_until:
        yield f"Bank data ends on {found.bank_data_until}"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{what} {count}" for what, count in counts.items()) or "nothing"


def _sums(sums: tuple[Money, ...]) -> str:
    return ", ".join(str(one) for one in sums) or "nothing owed"


def _customer(customer_id: str, *, as_json: bool) -> None:
    with the_record() as session:
        known_customer(session, customer_id)
        found = whereabouts_of_customer(session, customer_id, now())
    owed = totals(one.balance for one in found if one.status == "open")
    if as_json:
        return show_json({"customer_id": customer_id, "owed": owed, "invoices": found})
    head = ("invoice", "status", "due", "balance>", "level>", "next", "held by")
    show_table(head, map(_cells, found))
    return say(f"Customer {customer_id}: {_sums(owed)}")


def _cells(one: Whereabouts) -> tuple[str, ...]:
    held = ", ".join(sorted({hold.kind for hold in one.held_by}))
    level = str(one.level or "")
    return (
        one.number,
        one.status,
        str(one.due_date),
        str(one.balance),
        level,
        next_words(one.next),
        held,
    )


def _invoice(number: str, *, as_json: bool) -> None:
    with the_record() as session:
        known_invoice(session, number)
        found = whereabouts_of(session, number, now())
    if as_json:
        return show_json(found)
    for line in _invoice_lines(found):
        say(line)
    return None


def _invoice_lines(one: Whereabouts) -> Iterator[str]:
    late = f", {one.days_overdue} days overdue" if one.days_overdue else ""
    yield f"Invoice {one.number} of customer {one.customer_id}: {one.status}{late}"
    yield f"{one.balance} of {one.amount} is owed, due on {one.due_date}"
    if one.credit.minor:
        yield f"{one.credit} was paid too much"
    yield f"Last notice sent: level {one.level}" if one.level else "No notice was sent"
    yield f"Next: {next_words(one.next)}"
    for hold in one.held_by:
        end = f" until {hold.ends}" if hold.ends else ""
        yield f"Held by {hold.kind} since {hold.since}{end}"
    for label, value in (
        ("Call task", one.task),
        ("Awaits approval in case", one.proposed_case),
        ("With the lawyer since", one.handed_over_on),
        ("Waits for a newer bank statement, the last ends on", one.bank_data_until),
        ("Needs attention", ", ".join(one.needs_attention)),
    ):
        if value:
            yield f"{label}: {value}"


def next_words(step: NextStep) -> str:
    """What comes next and when, in a few words."""
    return f"{step.words} on {step.at:%Y-%m-%d}" if step.has_day else step.words
