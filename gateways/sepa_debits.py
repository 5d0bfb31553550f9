"""Debits by files to our own bank: nothing is sent at once, the record is what the next file is made of."""

from collections.abc import Collection

from gateways.payments import CollectionAnswer, CollectionRequest, CollectionStatus
from rules.debit_files import EURO
from rules.methods import Method, MethodKind


class SepaDebits:
    """Carries mandates with an account. `banks` are the names of those that take debits, "" among them
    where any does: for a method that names none."""

    def __init__(self, banks: Collection[str]) -> None:
        self._banks = banks

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        """Without any asking: the attempt is recorded, and goes into the bank's next file."""
        carried = self._carries(request.method) and request.amount.currency == EURO
        return CollectionAnswer(
            CollectionStatus.PENDING if carried else CollectionStatus.NOT_CONNECTED
        )

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer | None:
        """What became of it, the bank's files say: until one does it is under way."""
        if not self._carries(request.method):
            return None
        return CollectionAnswer(CollectionStatus.PENDING)

    def _carries(self, method: Method) -> bool:
        is_mandate = method.kind is MethodKind.MANDATE and bool(method.iban)
        return is_mandate and method.bank in self._banks
