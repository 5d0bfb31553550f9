"""Every cent of every entry is allocated, a customer's credit, or unmatched, whatever comes in and in
which order; and what is refused leaves nothing behind."""

import shutil
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import Session

from activities.credit import all_credit
from activities.examined_record import books as examined
from gateways.statements import read_statements
from models.tables import (
    METADATA,
    BankEntryRecord,
    EntryState,
)
from rules.errors import FileMistake
from tests.banking.acts import Act, do_all
from tests.banking.books import Books
from tests.banking.files import Batch, Line, Paid, camt, mt940, table

_PAYER = "DE02120300000000202051"
_LINES: list[Line] = [
    Paid(10_000, "Rechnung R-1", ref="B1", e2e="E1", iban=_PAYER),
    Paid(-10_000, "Rechnung R-1", ref="B2", e2e="E1", iban=_PAYER, code="AC04"),
    Paid(4_000, "R-2 part"),
    Paid(25_000, "R-2"),
    Paid(25_000, "R-2"),
    Paid(30_000, "R-1 and R-3"),
    Paid(777, "what is this"),
    Paid(-300, "fee"),
    Paid(7_000, "on account", ref="B5", e2e="E5"),
    Paid(-7_000, "back", ref="B6", e2e="E5", code="AC04"),
    Paid(-2_000, "part back", ref="B7", e2e="E5", code="AC04"),
    Paid(-3_000, "refund", ref="B8", e2e="F1"),
    Paid(3_000, "refund", ref="B9", e2e="F1", code="AC04"),
    Batch((Paid(10_000, "R-3"), Paid(123, "thanks")), ref="S1"),
    Batch((Paid(10_000, "R-3"), Paid(123, "thanks")), ref="S1", apart=False),
]
_FILE = st.tuples(
    st.sampled_from(["camt", "notification", "mt940", "table"]),
    st.lists(st.sampled_from(_LINES), min_size=1, max_size=5),
)


def _written(path: Path, kind: str, lines: list[Line]) -> Path:
    match kind:
        case "camt":
            return camt(path, lines)
        case "notification":
            return camt(path, lines, notification=True)
        case "mt940":
            return mt940(path, lines)
        case _:
            paid = [line for line in lines if isinstance(line, Paid)]
            return table(path, paid or [Paid(1, "x")])


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["assign", "split", "credit", "set_aside", "refund", "apply"]),
        st.integers(0, 9),
        st.sampled_from([None, 300, 2_000, 9_999]),
    ),
    max_size=6,
)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(_FILE, min_size=1, max_size=3), st.integers(0, 3), _ACTS, _ACTS)
def test_every_cent_is_allocated_credit_or_unmatched(
    migrated: Path,
    files: list[tuple[str, list[Line]]],
    invoices_after: int,
    acts: list[Act],
    more: list[Act],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        books = Books(f"sqlite:///{shutil.copy(migrated, folder / 'duely.db')}", folder)
        try:
            for number, (kind, lines) in enumerate(files):
                if number == invoices_after:
                    _invoices(books)
                books.take(_written(folder / f"{number}", kind, lines))
                if number == 0:
                    do_all(books, acts)
            _invoices(books)
            books.take(folder / "0")
            do_all(books, more)
            books.take(_written(folder / "last", "camt", [_LINES[1], Paid(1, "last")]))
            _assert_every_cent(books)
        finally:
            books.database.close()


def _invoices(books: Books) -> None:
    for number in ("R-1", "R-2", "R-3"):
        books.invoice(number)


def _assert_every_cent(books: Books) -> None:
    """Of each entry: what of it went to invoices, what is credit for no invoice, what is left."""
    counted = [one for one in books.entries() if one.state != EntryState.TAKEN_APART]
    went: Counter[int | None] = Counter()
    with books.database.transaction() as session:
        for table, minor in (("payment", "entry_minor"), ("credit", "amount_minor")):
            columns = METADATA.tables[table].c
            query = select(columns.entry, columns[minor]).where(columns.entry.is_not(None))
            for entry, part in session.connection().execute(query):
                went[entry] += part
        balances = list(session.scalars(select(METADATA.tables["invoice"].c.balance_minor)))
        assert [*examined(session)] == []
        assert all(sum_.minor > 0 for _, sum_ in all_credit(session))
        assert _least_credit(session) >= 0
    for one in counted:
        assert went[one.id] + one.unmatched_minor == one.amount_minor, one.reason
        assert (one.unmatched_minor >= 0) == (one.amount_minor >= 0) or one.unmatched_minor == 0
    assert {entry for entry, sum_ in went.items() if sum_} <= {one.id for one in counted}
    assert min(balances) >= 0


def _least_credit(session: Session) -> int:
    """The smallest sum of a customer's credit in one currency."""
    columns = METADATA.tables["credit"].c
    query = select(func.sum(columns.amount_minor)).group_by(columns.customer_id, columns.currency)
    return min(session.scalars(query), default=0)


def _entry_count(books: Books) -> int:
    with books.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(BankEntryRecord)) or 0


def test_file_that_is_cut_leaves_no_row_in_any_table(books: Books, tmp_path: Path) -> None:
    whole = camt(tmp_path / "whole.xml", [Paid(100 + n, f"R-{n}") for n in range(700)])
    good = camt(tmp_path / "good.xml", [Paid(1, "R-1")])
    before = books.rows()
    data = whole.read_bytes()
    for size in (50, len(data) // 2, len(data) - 12):
        cut = tmp_path / "cut.xml"
        cut.write_bytes(data[:size])
        with pytest.raises(FileMistake, match=r"cut\.xml"):
            books.take(good, cut)
    assert books.rows() == before


def test_file_that_goes_bad_while_it_is_recorded_leaves_no_row(
    books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was right when it was read through, and somebody wrote on it then."""
    whole = camt(tmp_path / "whole.xml", [Paid(100 + n, f"R-{n}") for n in range(700)])
    before = books.rows()

    def bad(path: Path, *, max_bytes: int) -> object:
        whole.write_bytes(whole.read_bytes()[:-200])
        return read_statements(path, max_bytes=max_bytes)

    monkeypatch.setattr("activities.banking.recording.read_statements", bad)
    with pytest.raises(FileMistake):
        books.take(whole)
    assert books.rows() == before
    assert _entry_count(books) == 0


def test_statement_that_does_not_add_up_comes_in_and_says_so(books: Books, tmp_path: Path) -> None:
    path = camt(tmp_path / "a.xml", [Paid(100, "R-1")])
    path.write_text(path.read_text().replace(">1<", ">2<", 1))  # the closing balance
    [file] = books.take(path).bank
    assert file.statements[0].adds_up is False
    assert books.amounts() == [100]
