"""What people see of a workflow in the Temporal UI: its current details, and what lists search by."""

from collections.abc import Callable, Mapping
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey

Attributes = Mapping[SearchAttributeKey[Any], Any]  # None: there is none to show


def show(details: str, attributes: Callable[[], Attributes]) -> None:
    """Show where the workflow stands. To be called right before it waits: what changed then goes
    along with the command to wait, and costs no task of its own.

    A workflow that was started without attributes shows none all its life: a replay's, which nobody
    watches, and one that is older than they are. A change is a step in the history: to show another
    value, or one more, needs `workflow.patched` (docs/decisions/0011).
    """
    workflow.set_current_details(details)
    shown = workflow.info().typed_search_attributes
    if not shown.search_attributes:
        return
    values = {pair.key.name: pair.value for pair in shown}
    changed = [
        key.value_unset() if wanted is None else key.value_set(wanted)
        for key, wanted in attributes().items()
        if values.get(key.name) != wanted
    ]
    if changed:
        workflow.upsert_search_attributes(changed)
