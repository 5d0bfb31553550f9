"""Workflows nobody watches: a replay's are started without what lists show, and so never show it.

Their server has no lists, and does not know the attributes; the work is saved with each of the
hundreds of thousands of steps (workflows/showing.py).
"""

from typing import Any

from temporalio.client import (
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    WorkflowHandle,
)


class Unwatched(Interceptor):
    """For a client: what it starts has neither title nor search attributes."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Bare(next)


class _Bare(OutboundInterceptor):
    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        input.search_attributes = None
        input.static_summary = None
        return await super().start_workflow(input)
