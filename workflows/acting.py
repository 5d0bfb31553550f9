"""What people ask of a workflow: every act by its key, and refused with a sentence."""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from models.messages import Act
    from rules.clock import Clock
    from workflows.waiting import Waits

_KEYS_KEPT = 100  # a call task, a refund, an invoice has a handful of acts


class TakesActs(Waits):
    """Counts what it is asked, and remembers the keys of it: an act that was taken before is judged
    by the record alone, which answers as it did the first time."""

    def __init__(self, clock: Clock, *, asked: int, keys: Sequence[str]) -> None:
        super().__init__(clock)
        self._asked = asked
        self._keys = list(keys)

    def _key(self, act: Act) -> str:
        """The act's key within this workflow."""
        self._asked += 1
        if act.key:
            self._keys = [*self._keys, act.key][-_KEYS_KEPT:]
        return key_of(act, self._asked)

    def _was_taken(self, act: Act) -> bool:
        return bool(act.key) and act.key in self._keys

    def _carried(self) -> dict[str, object]:
        """What of this is carried over continue-as-new."""
        return {"asked": self._asked, "keys": tuple(self._keys)}


def key_of(act: Act, asked: int) -> str:
    """An act's own key within this workflow; typed by hand without one, its place in the history: the
    run, the event the handler was called after, and a count."""
    info = workflow.info()
    own = f"{info.run_id}:{info.get_current_history_length()}:{asked}"
    return f"{info.workflow_id}/{act.key or own}"


def refuse(why: str) -> None:
    """Raises ApplicationError, "Refused", with a sentence; "" refuses nothing."""
    if why:
        raise ApplicationError(why, type="Refused", non_retryable=True)
