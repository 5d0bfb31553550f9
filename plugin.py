"""How this house speaks to Temporal: one plugin for clients, workers and replayers, so that none
drifts from the others."""

from collections.abc import Sequence

from temporalio import client, worker
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.heartbeats import Heartbeats
from activities.starting import Watched


def house_plugin(
    *,
    runner: WorkflowRunner | None = None,
    watched: bool = True,
    interceptors: Sequence[client.Interceptor | worker.Interceptor] = (),
) -> SimplePlugin:
    """The converter of messages, the sandbox of workflows, the beat of activities; and that workflows
    have titles and search attributes.

    Given to a client (or a test's environment), it reaches every worker of that client by itself.
    The arguments are a replay's: without the sandbox's checks, and with nobody who watches.
    """
    return SimplePlugin(
        "duely",
        data_converter=pydantic_data_converter,
        workflow_runner=runner or sandboxed(),
        interceptors=[Heartbeats(), *([Watched()] if watched else []), *interceptors],
    )


def sandboxed() -> SandboxedWorkflowRunner:
    """Rules and message models are pure and shared; everything else is loaded per workflow."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules("rules", "models")
    )
