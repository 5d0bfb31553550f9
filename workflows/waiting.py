"""Waiting for a moment of business time, or for word that something happened."""

from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from rules.clock import Clock

# Events. A worker that takes a workflow over reads all of them again; a run takes no more than
# 10,000 signals, and the server itself asks for another run at 4,096 events.
_LONG = 1_000
# Temporal refuses timers beyond some decades; a wait this long is asked anew instead.
_LONGEST = timedelta(days=3650)


class Waits:
    """A workflow that sleeps until a moment and is woken by its messages."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.woken = False

    def now(self) -> datetime:
        """Business time."""
        return self.clock.business(workflow.now())

    def wake(self) -> None:
        self.woken = True

    async def should_continue_as_new(self) -> bool:
        """Whether the history is long, and every message was answered: what is carried over is
        all there is."""
        info = workflow.info()
        if not info.is_continue_as_new_suggested() and info.get_current_history_length() < _LONG:
            return False
        await workflow.wait_condition(workflow.all_handlers_finished)
        return True

    async def nothing_more_comes(self) -> bool:
        """Before a workflow ends: let its messages be answered. False where one of them asks for
        another look: it may have come while the last one was under way."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        return not self.woken

    async def wait_until(self, moment: datetime | None, label: str) -> bool:
        """Sleep until a moment of business time (None: for ever) or until woken; True if woken.

        `label` is what the Temporal UI shows beside the timer.
        """
        while not self.woken:
            remaining = None if moment is None else self._remaining(moment)
            if remaining is not None and remaining <= timedelta(0):
                return False
            try:
                await workflow.wait_condition(
                    lambda: self.woken, timeout=remaining, timeout_summary=label
                )
            except TimeoutError:
                continue
        return True

    def _remaining(self, moment: datetime) -> timedelta:
        return min(self.clock.temporal(moment) - workflow.now(), _LONGEST)
