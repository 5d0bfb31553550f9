"""What is seen of a workflow from its start: its title, and the attributes lists search by."""

from datetime import UTC, datetime, time
from typing import Any, TypedDict

from temporalio.common import SearchAttributePair, TypedSearchAttributes

from models import names
from models.messages import Case, Customer, Task


class Seen(TypedDict):
    """What starting a workflow takes beside its input."""

    search_attributes: TypedSearchAttributes
    static_summary: str


def seen(start: Case | Customer | Task) -> Seen:
    """By the workflow's input. At its start attributes cost nothing; one that has none there never
    shows any (workflows/showing.py)."""
    match start:
        case Case():
            title = names.invoice_title(start.invoice_number, start.amount, start.currency)
            more = _of_case(start)
        case Customer():
            title, more = names.customer_title(start.customer_id), []
        case Task():
            title, more = names.call_title(start.task, start.customer_id), []
    pairs = [SearchAttributePair(names.CUSTOMER, start.customer_id), *more]
    return Seen(search_attributes=TypedSearchAttributes(pairs), static_summary=title)


def _of_case(start: Case) -> list[SearchAttributePair[Any]]:
    """An invoice without a currency was found by somebody who knows no more than its number."""
    pairs: list[SearchAttributePair[Any]] = []
    if start.currency:
        pairs.append(SearchAttributePair(names.BALANCE, start.amount))
        pairs.append(SearchAttributePair(names.CURRENCY, start.currency))
    if start.due_date is not None:
        due = datetime.combine(start.due_date, time(0), tzinfo=UTC)
        pairs.append(SearchAttributePair(names.DUE, due))
    if start.first_look is not None:
        pairs.append(SearchAttributePair(names.NEXT_ACTION, start.first_look))
    return pairs
