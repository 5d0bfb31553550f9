"""How often a card was tried: its scheme's limits count the card, whatever method it is kept as."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from activities.journal import Journal
from models.tables import CollectionRecord, PaymentMethodRecord
from rules.card_limits import allowed_from
from rules.collecting import Try
from rules.methods import Brand, MethodKind

_COUNTED = timedelta(days=30)  # the longest window of any scheme


def allowed_again(journal: Journal, method: PaymentMethodRecord) -> datetime | None:
    """From when on the card may be tried once more; None for at once, and for what is no card."""
    if method.kind != MethodKind.CARD:
        return None
    table = PaymentMethodRecord
    same = (
        col(table.instrument) == method.instrument
        if method.instrument
        else col(table.token) == method.token
    )
    query = (
        select(CollectionRecord.started_at)
        .join(table, col(table.number) == col(CollectionRecord.method))
        .where(
            same,
            col(CollectionRecord.state) != Try.WITHDRAWN.value,
            col(CollectionRecord.started_at) > journal.now - _COUNTED,
        )
    )
    return allowed_from(Brand(method.brand), list(journal.session.exec(query)), journal.now)
