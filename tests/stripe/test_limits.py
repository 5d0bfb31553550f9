"""A card is tried no more often than its scheme allows: counted on the wire."""

from datetime import timedelta

import pytest

from models.tables import CollectionRunRecord
from rules.methods import Brand
from tests.stripe.builders import DECLINED_CARD, card
from tests.stripe.shop import NOON, Shop


@pytest.mark.parametrize(
    ("brand", "most", "window"),
    [
        (Brand.VISA, 20, timedelta(days=30)),
        (Brand.MASTERCARD, 10, timedelta(days=1)),
    ],
)
async def test_card_at_its_schemes_limit_is_not_tried_before_there_is_room(
    shop: Shop, brand: Brand, most: int, window: timedelta
) -> None:
    shop.keeps(await card(shop.wire, DECLINED_CARD), brand=brand, instrument="the same card")
    for number in range(2, most + 2):
        shop.record.invoice(f"I{number}", customer="C1")
    for number in range(1, most + 2):
        request = shop.begins(f"I{number}")
        if request is not None:
            shop.hears(request, await shop.stripe.payments.collect(request))
    assert len(shop.wire.posts) == most
    runs = {run.invoice_number: run for run in shop.rows(CollectionRunRecord)}
    assert runs[f"I{most + 1}"].not_before == NOON + window
    assert len({sent.key for sent in shop.wire.posts}) == most
