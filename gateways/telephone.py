"""People are rung: the protocol that every telephone provider's adapter keeps."""

from dataclasses import dataclass
from typing import Protocol

from rules.errors import RefusedForGood


@dataclass(frozen=True)
class Dial:
    """Two people to be put through to each other. `call` is our own id of it, a positive number;
    `employee` and `customer` are numbers in E.164 (`gateways.phone_numbers`)."""

    call: int
    employee: str
    customer: str

    def __repr__(self) -> str:
        """Without numbers: it may reach a log."""
        return f"Dial({self.call})"


class Telephone(Protocol):
    """A way to ring people. What becomes of a call is told later, leg by leg."""

    @property
    def rings(self) -> bool:
        """False: no provider is connected, staff dial by hand."""

    async def ring(self, dial: Dial) -> str:
        """Rings the employee, then the customer; returns the provider's id of the call.

        Nothing is recorded of what is said. Calling twice rings twice: a provider knows no key, so
        nobody repeats a call by itself. Raises Unreachable (nobody was rung), RefusedForGood
        (nobody was rung, and the same numbers will be refused again), InDoubt (they may ring).
        """


class NoTelephone:
    """No provider is connected: the page shows the number, and a person dials it."""

    rings = False

    async def ring(self, dial: Dial) -> str:
        raise RefusedForGood("no telephone is connected (DUELY_TWILIO_*): dial the number by hand")
