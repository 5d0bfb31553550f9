"""What became of a debit, in words: waiting for the bank's file is not under way at the bank."""

from datetime import UTC, date, datetime

import pytest

from activities.method_list import said_of
from models.tables import CollectionRecord
from rules.collecting import Try


def debit(state: Try, code: str = "", file: str | None = None) -> CollectionRecord:
    return CollectionRecord(
        key="collect:R-1:1",
        invoice_number="R-1",
        attempt=1,
        day=date(2026, 3, 2),
        amount_minor=10_000,
        currency="EUR",
        state=state.value,
        started_at=datetime(2026, 2, 27, 8, tzinfo=UTC),
        code=code,
        file=file,
    )


@pytest.mark.parametrize(
    ("one", "is_by_file", "said"),
    [
        (debit(Try.PENDING), True, "waits for the bank's next file"),
        (debit(Try.PENDING, file="HOUSE-1"), True, "under way, in file HOUSE-1"),
        (debit(Try.PENDING), False, "under way"),
        (debit(Try.WITHDRAWN), True, "taken back before it was made"),
        (
            debit(Try.WITHDRAWN, code="not_connected"),
            False,
            "not made: nobody is connected who could collect it",
        ),
        (
            debit(Try.WITHDRAWN, code="not_taken"),
            False,
            "not made: it was refused as it was asked",
        ),
        (
            debit(Try.FAILED_SOFT, code="AM04"),
            True,
            "not paid: there was not enough money in the account",
        ),
    ],
)
def test_debit_is_told_as_far_as_it_has_come(
    one: CollectionRecord, is_by_file: bool, said: str
) -> None:
    assert said_of(one, is_by_file=is_by_file) == said
