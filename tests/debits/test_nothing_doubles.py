"""Whatever a bank says of debits, in whatever order and how often: no money of one is booked twice."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.banking.files import Batch, Line, Paid, camt, mt940
from tests.debits.conftest import OneEngine
from tests.debits.files import Said, pain002
from tests.debits.ledger import DebitBooks
from tests.debits.test_on_the_account import BATCH, MESSAGE, back, came, every_cent, summed

NAMES = ("R-1", "R-2", "R-3")
KEYS = tuple(f"collect:{name}:1" for name in NAMES)
LINES: list[Line] = [
    *(came(key) for key in KEYS),
    came(KEYS[0], 9_000),
    *(back(key) for key in KEYS),
    Paid(-10_000, e2e=KEYS[0], day="2026-03-11", code="AM04", ref="again"),
    Paid(-10_000, "RETURN R-2", day="2026-03-11", code="MD06", ref="by number"),
    summed(*KEYS),
    summed(*KEYS[1:]),
    Batch(tuple(came(key) for key in KEYS), ref="S", name=BATCH),
]
FILE = st.one_of(
    st.tuples(
        st.just("pain.002"), st.sampled_from(KEYS), st.sampled_from(["AM04", "AC04", "FF01"])
    ),
    st.tuples(
        st.sampled_from(["camt", "notification", "mt940"]),
        st.lists(st.sampled_from(LINES), min_size=1, max_size=4),
        st.just(""),
    ),
)


@settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(FILE, min_size=2, max_size=5))
def test_no_money_of_a_debit_is_booked_twice(
    one_engine: OneEngine, files: list[tuple[str, object, str]]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        books = one_engine.begin(folder)
        books.debited(*NAMES)
        books.write()
        for number, (kind, said, code) in enumerate((*files, files[0])):
            books.take(_written(folder / f"{number}.xml", kind, said, code))
        every_cent(books)
        for invoice, key in zip(NAMES, KEYS, strict=True):
            _assert_once(books, invoice, key)


def _written(path: Path, kind: str, said: object, code: str) -> Path:
    match kind, said:
        case "pain.002", str():
            return pain002(path, MESSAGE, Said("RJCT", code, said))
        case "mt940", list():
            return mt940(path, said)
        case _, list():
            return camt(path, said, notification=kind == "notification")
    raise AssertionError(kind)


def _assert_once(books: DebitBooks, invoice: str, key: str) -> None:
    """What came of a debit came once and went back once at most, and the invoice is owed the rest."""
    attempt, payments = books.attempt(key), books.payments(invoice)
    moved = Counter(paid.amount_minor for paid in payments)
    assert set(moved) <= {10_000, -10_000}
    assert moved[-10_000] <= moved[10_000] <= 1
    assert books.balance(invoice) == 10_000 * (1 - moved[10_000] + moved[-10_000])
    assert (attempt.state == "succeeded") == bool(moved[10_000])
    assert (attempt.returned_on is not None) == bool(moved[-10_000])
