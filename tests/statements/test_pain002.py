"""The bank's answers to orders: pain.002 of any version."""

from pathlib import Path

import pytest

from gateways.statements import read_payment_statuses
from rules.errors import FileMistake
from rules.money import Money
from rules.statements import PaymentStatus
from tests.statements.builders import tag, written

MAX = 1_000_000


def answer(inside: str, *, version: str = "001.10") -> str:
    group = tag("OrgnlGrpInfAndSts", tag("OrgnlMsgId", "MSG-1") + tag("OrgnlMsgNmId", "pain.008"))
    namespace = f"urn:iso:std:iso:20022:tech:xsd:pain.002.{version}"
    return tag("Document", tag("CstmrPmtStsRpt", group + inside), xmlns=namespace)


def reason(code: str, words: str = "") -> str:
    return tag("StsRsnInf", tag("Rsn", tag("Cd", code)) + tag("AddtlInf", words))


def read(folder: Path, content: str) -> list[PaymentStatus]:
    return read_payment_statuses(written(folder, content), max_bytes=MAX)


@pytest.mark.parametrize("version", ["001.03", "001.10", "001.14", "003.03"])
def test_rejected_order_has_its_ids_reasons_and_amount(tmp_path: Path, version: str) -> None:
    order = (
        tag("OrgnlInstrId", "I-1")
        + tag("OrgnlEndToEndId", "E-1")
        + tag("TxSts", "RJCT")
        + reason("AC04", "closed")
        + reason("NARR")
        + tag("OrgnlTxRef", tag("Amt", tag("InstdAmt", "12.50", Ccy="EUR")))
    )
    batch = tag("OrgnlPmtInfAndSts", tag("OrgnlPmtInfId", "B-1") + tag("TxInfAndSts", order))
    [found] = read(tmp_path, answer(batch, version=version))
    assert found == PaymentStatus(
        status="RJCT",
        message="MSG-1",
        batch="B-1",
        instruction="I-1",
        order="E-1",
        reasons=("AC04", "NARR"),
        detail="closed",
        amount=Money(1250, "EUR"),
        is_order=True,
    )


def test_answers_of_file_and_batch_stand_before_their_orders(tmp_path: Path) -> None:
    order = tag("TxInfAndSts", tag("OrgnlEndToEndId", "NOTPROVIDED") + tag("TxSts", "ACCP"))
    batch = tag("OrgnlPmtInfId", "B-1") + tag("PmtInfSts", "PART") + reason("DT01") + order
    content = answer(tag("OrgnlPmtInfAndSts", batch)).replace(
        "</OrgnlMsgId>", "</OrgnlMsgId><GrpSts>PART</GrpSts>"
    )
    file, of_batch, of_order = read(tmp_path, content)
    assert (file.status, file.batch, file.order) == ("PART", "", "")
    assert (of_batch.status, of_batch.batch, of_batch.reasons) == ("PART", "B-1", ("DT01",))
    assert (of_order.status, of_order.order, of_order.reasons) == ("ACCP", "", ())


def test_order_without_a_status_has_its_batchs_and_its_reasons(tmp_path: Path) -> None:
    order = tag("TxInfAndSts", tag("OrgnlEndToEndId", "E-1"))
    batch = tag("PmtInfSts", "RJCT") + tag("StsRsnInf", tag("Rsn", tag("Prtry", "X1"))) + order
    _, found = read(tmp_path, answer(tag("OrgnlPmtInfAndSts", batch)))
    assert (found.status, found.order, found.reasons) == ("RJCT", "E-1", ("X1",))


def test_order_without_any_status_is_refused(tmp_path: Path) -> None:
    order = tag("TxInfAndSts", tag("OrgnlEndToEndId", "E-1"))
    with pytest.raises(FileMistake, match="has no status"):
        read(tmp_path, answer(tag("OrgnlPmtInfAndSts", order)))


def test_report_without_an_answer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="holds no answer"):
        read(tmp_path, answer(""))
