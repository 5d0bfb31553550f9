"""Debits by files to our own bank: nothing is sent at once, the record is what the next file is made of."""

from gateways.payments import CollectionAnswer, CollectionRequest, CollectionStatus
from rules.debit_files import EURO
from rules.methods import Method, MethodKind


class SepaDebits:
    """Carries mandates with an account, in euro."""

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        """Without any asking: the attempt is recorded, and goes into the bank's next file."""
        if not _carries(request.method) or request.amount.currency != EURO:
            return CollectionAnswer(CollectionStatus.NOT_CONNECTED)
        return CollectionAnswer(CollectionStatus.PENDING)

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer | None:
        """What became of it, the bank's files say: until one does it is under way."""
        return CollectionAnswer(CollectionStatus.PENDING) if _carries(request.method) else None


def _carries(method: Method) -> bool:
    return method.kind is MethodKind.MANDATE and bool(method.iban)
