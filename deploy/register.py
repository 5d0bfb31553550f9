"""Make Temporal ready for Duely:  python -m deploy.register

The namespace of TEMPORAL_NAMESPACE, and the search attributes that workflows set: one that is not
registered would fail every workflow's task. Running it again changes nothing.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from models import names
from rules.errors import Unreachable, UserMistake
from worker import connect, run

# Long enough to look at a case that ended; what must be kept for years is in the database.
RETENTION = timedelta(days=90)
_PAUSE = 1.0  # seconds
_PATIENCE = 30  # tries: the server's parts hear of a new namespace within ten seconds

log = logging.getLogger("duely")
Key = SearchAttributeKey[Any]


async def register(client: Client, attributes: Sequence[Key]) -> None:
    """Make what is missing. Raises UserMistake where an attribute has another type, Unreachable."""
    try:
        await _make_namespace(client)
        for _ in range(_PATIENCE):
            if await _has_all(client, attributes):
                return
            await asyncio.sleep(_PAUSE)
    except RPCError as error:
        raise Unreachable(f"Temporal refused: {error.message}") from error
    raise Unreachable(f"namespace {client.namespace} is not ready yet, try again")


async def _make_namespace(client: Client) -> None:
    kept = Duration(seconds=int(RETENTION.total_seconds()))
    request = RegisterNamespaceRequest(
        namespace=client.namespace, workflow_execution_retention_period=kept
    )
    try:
        await client.workflow_service.register_namespace(request)
        log.info("namespace %s made, kept for %s days", client.namespace, RETENTION.days)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


async def _has_all(client: Client, attributes: Sequence[Key]) -> bool:
    """Whether every attribute is there; asks for those that are not."""
    try:
        known = await _known(client)
        missing = {key.name: _type(key) for key in attributes if key.name not in known}
        _refuse_other_types(known, attributes)
        if not missing:
            return True
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
        log.info("search attributes added: %s", ", ".join(missing))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:  # of a namespace made just now
            raise
    return False


async def _known(client: Client) -> dict[str, Any]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    listed = await client.operator_service.list_search_attributes(request)
    return dict(listed.custom_attributes)


def _refuse_other_types(known: dict[str, Any], attributes: Sequence[Key]) -> None:
    for key in attributes:
        if known.get(key.name, _type(key)) != _type(key):
            raise UserMistake(
                f"search attribute {key.name} is registered with another type, "
                "remove it or use another namespace (TEMPORAL_NAMESPACE)"
            )


def _type(key: Key) -> Any:
    return key.indexed_value_type.value


async def main() -> None:
    """As a job: status 0 once Temporal is ready, 3 where it does not answer yet."""
    await register(await connect(), getattr(names, "SEARCH_ATTRIBUTES", ()))
    log.info("Temporal is ready")


if __name__ == "__main__":
    run(main)
