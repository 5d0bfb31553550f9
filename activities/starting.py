"""What is seen of a workflow from its start: its title, and the attributes lists search by."""

from datetime import UTC, datetime, time
from typing import Any

from temporalio.client import (
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    StartWorkflowUpdateWithStartInput,
    UpdateWithStartStartWorkflowInput,
    WorkflowHandle,
    WorkflowUpdateHandle,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from models import names
from models.messages import Case, Customer, DebitFiles, Refund, Task

Start = Case | Customer | Task | Refund | DebitFiles


class Watched(Interceptor):
    """For a client: every workflow of ours that it starts has a title and search attributes.

    At its start they cost nothing, and a workflow that has none there never shows any
    (workflows/showing.py).
    """

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Titled(next)


class _Titled(OutboundInterceptor):
    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        _be_watched(input)
        return await super().start_workflow(input)

    async def start_update_with_start_workflow(
        self, input: StartWorkflowUpdateWithStartInput
    ) -> WorkflowUpdateHandle[Any]:
        _be_watched(input.start_workflow_input)
        return await super().start_update_with_start_workflow(input)


def _be_watched(input: StartWorkflowInput | UpdateWithStartStartWorkflowInput) -> None:
    start = input.args[0] if input.args else None
    if isinstance(start, Start):
        input.static_summary = title(start)
        input.search_attributes = TypedSearchAttributes(first_attributes(start))


def title(start: Start) -> str:
    match start:
        case Case():
            return names.invoice_title(start.invoice_number, start.amount, start.currency)
        case Customer():
            return names.customer_title(start.customer_id)
        case Task():
            return names.call_title(start.task, start.customer_id)
        case Refund():
            return names.refund_title(start.refund, start.customer_id)
        case DebitFiles():
            return names.debit_files_title(start.bank)


def first_attributes(start: Start) -> list[SearchAttributePair[Any]]:
    """What is known of a workflow before it has looked at the record."""
    if isinstance(start, DebitFiles):
        return [SearchAttributePair(names.STAGE, "debit_files")]
    of = SearchAttributePair(names.CUSTOMER, start.customer_id)
    return [of, *_of_case(start)] if isinstance(start, Case) else [of]


def _of_case(case: Case) -> list[SearchAttributePair[Any]]:
    pairs: list[SearchAttributePair[Any]] = []
    if case.currency:  # else whoever starts it knows no more than its number
        pairs.append(SearchAttributePair(names.BALANCE, case.amount))
        pairs.append(SearchAttributePair(names.CURRENCY, case.currency))
    if case.due_date is not None:
        due = datetime.combine(case.due_date, time(0), tzinfo=UTC)
        pairs.append(SearchAttributePair(names.DUE, due))
    if case.first_look is not None:
        pairs.append(SearchAttributePair(names.NEXT_ACTION, case.first_look))
    return pairs
