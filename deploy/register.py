"""Make Temporal ready for Duely:  python -m deploy.register

The namespace of TEMPORAL_NAMESPACE, and the search attributes that workflows show: one that is not
registered would fail every workflow's task. Running it again changes nothing.
"""

import asyncio
import logging
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.registration import NotKnownYet
from activities.registration import register as register_attributes
from rules.errors import Unreachable
from worker import connect, run

# Long enough to look at a case that ended; what must be kept for years is in the database.
RETENTION = timedelta(days=90)
_PAUSE = 1.0  # seconds
_PATIENCE = 30  # tries: the server's parts hear of a new namespace within ten seconds

log = logging.getLogger("duely")


async def register(client: Client) -> None:
    """Make what is missing. Raises UserMistake where an attribute has another type, Unreachable."""
    await _make_namespace(client)
    for _ in range(_PATIENCE):
        try:
            return await register_attributes(client)
        except NotKnownYet:  # of a namespace made just now
            await asyncio.sleep(_PAUSE)
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
            raise Unreachable(f"Temporal refused: {error.message}") from error


async def main() -> None:
    """As a job: status 0 once Temporal is ready, 3 where it does not answer yet."""
    await register(await connect())
    log.info("Temporal is ready")


if __name__ == "__main__":
    run(main)
