"""Letters about debits (first path: recorded as sent)."""

from datetime import date

from activities.journal import Journal
from activities.workplace import Workplace
from gateways.files import DocumentStore
from gateways.mail import Mail
from models.messages import Asked
from models.tables import CollectionRecord, InvoiceRecord
from rules.ladder import Ladder


def announce(journal: Journal, ladder: Ladder, invoice: InvoiceRecord) -> None:
    raise NotImplementedError


def tell_failed(
    journal: Journal, ladder: Ladder, attempt: CollectionRecord, again_on: date | None
) -> None:
    return None


class Letters:
    def __init__(self, workplace: Workplace, store: DocumentStore, mail: Mail) -> None:
        self._work = workplace

    async def send(self, asked: Asked) -> None:
        return None
