"""Histories recorded earlier replay on the workflows as they are now."""

from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from plugin import house_plugin
from tests.histories.changed import InvoiceWithOneMoreTimer
from worker import WORKFLOWS
from workflows.call_task import CallTask
from workflows.customer import CustomerDunning

RECORDED = sorted(Path(__file__).parent.glob("*.json"))
ADVICE = (
    "the workflow asks for other commands than it once did: put the change behind "
    "workflow.patched(), so that what runs for months goes on (docs/decisions/0011)"
)


def replayer(*workflows: type[Any]) -> Replayer:
    return Replayer(workflows=workflows, plugins=[house_plugin()])


def history(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text("utf-8"))


def test_history_of_every_kind_of_workflow_is_recorded() -> None:
    kinds = {path.stem.rpartition("-")[2] for path in RECORDED}
    assert kinds == {"invoice", "customer", "call", "refund", "files"}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_history_recorded_earlier_replays(path: Path) -> None:
    try:
        await replayer(*WORKFLOWS).replay_workflow(history(path))
    except NondeterminismError as error:
        pytest.fail(f"{path.name}: {ADVICE}\n{error}")


async def test_history_of_a_workflow_with_other_commands_is_refused() -> None:
    climbed = next(path for path in RECORDED if path.stem == "climbs_to_the_lawyer-invoice")
    with pytest.raises(NondeterminismError):
        await replayer(InvoiceWithOneMoreTimer, CustomerDunning, CallTask).replay_workflow(
            history(climbed)
        )
