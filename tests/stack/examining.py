"""A doctor for the house that a stack runs."""

from datetime import UTC, datetime

from activities.examining import Doctor
from gateways.files import FolderStore
from models.settings import MailMode
from rules.clock import Clock
from sandbox.stack import Stack


def doctor_of(stack: Stack, clock: Clock, *, pause: float) -> Doctor:
    """`pause` in seconds, between the two looks that a finding takes."""
    return Doctor(
        database=stack.database,
        mode=MailMode.SEND,
        store=FolderStore(stack.settings.documents_dir),
        client=stack.client,
        clock=clock,
        time=lambda: datetime.now(UTC),
        pause=pause,
    )
