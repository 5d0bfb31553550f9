"""Whatever happens to a file, it reads wholly or is refused; and large ones take little memory."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateways.statements import read_payment_statuses, read_statements
from rules.errors import FileMistake
from rules.statements import Booking, Statement
from tests.statements.builders import Entry, Line, Stmt, Tx, camt053, camt054, mt940, tag, written
from tests.statements.test_entries_csv import HEADER, ROW
from tests.statements.test_pain002 import answer, reason

HOME = Path(__file__).parents[2]
TXS = [Tx(amount="60.00", remittance=["Grüße 2026-0001"], debtor="Ada"), Tx(amount="40.00")]
LINES = [
    Line(amount="5.00", bank_reference="B1", text="166?00GUT?20SVWZ+RE-1?32MÜLLER"),
    Line(amount="-2.00", extra="/OCMT/USD2,25", text="/EREF/E-1/REMI/RE-2"),
    Line(amount="7.00", text="FREE TEXT\nIN LINES"),
]
WHOLE = {
    "camt053": camt053(Entry(amount="100.00", txs=TXS), Entry(amount="-7.00", code="UPDD")),
    "camt054": camt054(Entry(amount="100.00", txs=TXS), version=2),
    "mt940": mt940(*LINES) + mt940(*LINES),
    "csv": f"{HEADER}\n{ROW}\n{ROW}\n",
}
ANSWER = answer(
    tag(
        "OrgnlPmtInfAndSts",
        tag("PmtInfSts", "RJCT") + reason("AC04", "x") + tag("TxInfAndSts", "x"),
    )
)
contents = st.sampled_from(sorted(WHOLE)).map(lambda name: WHOLE[name].encode())
same_folder = settings(
    max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def entries_or_none(path: Path) -> tuple[int, list[bool | None]] | None:
    """How many entries were read, and which statements add up; None where it was refused."""
    try:
        parts = list(read_statements(path, max_bytes=1_000_000))
    except FileMistake:
        return None
    ends = [part for part in parts if isinstance(part, Statement)]
    bookings = [part for part in parts if isinstance(part, Booking)]
    assert sum(one.entries for one in ends) == len(bookings)
    return len(bookings), [one.adds_up for one in ends]


@same_folder
@given(content=contents, where=st.floats(0, 1))
def test_file_cut_anywhere_reads_whole_statements_or_is_refused(
    tmp_path: Path, content: bytes, where: float
) -> None:
    cut = content[: int(len(content) * where)]
    found = entries_or_none(written(tmp_path, cut))
    if found is not None and cut.startswith(b"<"):
        assert cut.strip() == content.strip()
    elif found is not None and cut.startswith(b":20:"):
        assert found[0] in (3, 6)


@same_folder
@given(content=contents, where=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_file_with_a_flipped_byte_loses_no_entry_unsaid(
    tmp_path: Path, content: bytes, where: float, byte: int
) -> None:
    at = int(len(content) * where)
    found = entries_or_none(written(tmp_path, content[:at] + bytes([byte]) + content[at + 1 :]))
    if found is not None and content.startswith(b":20:"):
        assert found[0] == 6 or False in found[1]


@same_folder
@given(where=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255), cut=st.booleans())
def test_answer_that_is_damaged_reads_or_is_refused(
    tmp_path: Path, where: float, byte: int, cut: bool
) -> None:
    content = ANSWER.encode()
    at = int(len(content) * where)
    damaged = content[:at] + (b"" if cut else bytes([byte]) + content[at + 1 :])
    try:
        found = read_payment_statuses(written(tmp_path, damaged), max_bytes=1_000_000)
    except FileMistake:
        return
    assert found
    assert not cut or damaged.strip() == content.strip()


@same_folder
@given(content=st.binary(max_size=300))
def test_junk_is_refused(tmp_path: Path, content: bytes) -> None:
    assert entries_or_none(written(tmp_path, content)) is None


_MEASURE = """
import resource, sys
from pathlib import Path
from gateways.statements import read_statements
from rules.statements import Booking
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
list(read_statements(Path(sys.argv[1]), max_bytes=10**9))
before = peak()
read = sum(isinstance(part, Booking) for part in read_statements(Path(sys.argv[2]), max_bytes=10**9))
print(read, (peak() - before) * 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux")
def test_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    """5,000 entries of the 100,000 that count: growth would show all the same."""
    tx = Tx(amount="60.00", remittance=["Invoice 2026-0001"] * 3, debtor="Ada" * 20)
    one = Entry(amount="100.00", txs=[tx, Tx(amount="40.00", remittance=["x" * 140])])
    small = written(tmp_path, camt053(one), name="small.xml")
    large = written(tmp_path, camt053(*[one] * 5000, statement=Stmt()), name="large.xml")
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(small), str(large)],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=True,
    )
    read, grown = map(int, run.stdout.split())
    assert read == 5000
    assert grown < 4_000_000
    assert large.stat().st_size > 3_500_000
