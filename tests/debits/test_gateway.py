"""Debits by files: under way as soon as they are recorded, or carried by nobody."""

from datetime import date

import pytest

from gateways.payments import CollectionRequest, CollectionStatus
from gateways.sepa_debits import SepaDebits
from rules.methods import Method, MethodKind
from rules.money import Money
from tests.debits.builders import IBAN

MANDATE, CARD = MethodKind.MANDATE, MethodKind.CARD


def request(kind: MethodKind, iban: str, currency: str) -> CollectionRequest:
    return CollectionRequest(
        key="collect:R-1:1",
        method=Method(number="M-C1-1", customer_id="C1", kind=kind, iban=iban),
        amount=Money(100, currency),
        attempt=1,
        day=date(2026, 3, 5),
        today=date(2026, 3, 4),
    )


@pytest.mark.parametrize(
    ("kind", "iban", "currency", "status"),
    [
        (MANDATE, IBAN, "EUR", CollectionStatus.PENDING),
        (MANDATE, "", "EUR", CollectionStatus.NOT_CONNECTED),
        (MANDATE, IBAN, "CHF", CollectionStatus.NOT_CONNECTED),
        (CARD, IBAN, "EUR", CollectionStatus.NOT_CONNECTED),
    ],
)
async def test_mandate_with_an_account_is_under_way_in_euro_only(
    kind: MethodKind, iban: str, currency: str, status: CollectionStatus
) -> None:
    answer = await SepaDebits().collect(request(kind, iban, currency))
    assert answer.status is status


async def test_outcome_is_under_way_until_the_bank_has_said_more() -> None:
    known = await SepaDebits().outcome(request(MANDATE, IBAN, "EUR"))
    assert known is not None
    assert known.status is CollectionStatus.PENDING
    assert await SepaDebits().outcome(request(MANDATE, "", "EUR")) is None
