"""What the bank answers to our orders is recorded; about what we never sent, it is said."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import col, select

from models.tables import CollectionRecord, EventRecord, PaymentStatusRecord
from tests.banking.books import Books

_ANSWER = (
    "<TxInfAndSts><OrgnlEndToEndId>{order}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
    "<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></TxInfAndSts>"
)


def pain002(path: Path, **answers: str) -> Path:
    """`answers`: an order's end-to-end id with its status."""
    told = "".join(_ANSWER.format(order=order, status=said) for order, said in answers.items())
    path.write_text(
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-03T10:00:00</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>ours</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId>"
        f"</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>P1</OrgnlPmtInfId>{told}"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n",
        "utf-8",
    )
    return path


def test_answer_is_recorded_and_one_to_no_order_is_said(books: Books, tmp_path: Path) -> None:
    books.invoice("R-1")
    with books.database.transaction() as session:
        session.add(
            CollectionRecord(
                key="OURS",
                invoice_number="R-1",
                attempt=1,
                day=date(2026, 3, 2),
                amount_minor=100,
                currency="EUR",
                state="pending",
                started_at=datetime(2026, 3, 2, tzinfo=UTC),
            )
        )
    path = pain002(tmp_path / "a.xml", OURS="RJCT", STRANGE="RJCT")
    [file] = books.take(path).bank
    assert file.strangers == 1
    with books.database.transaction() as session:
        known = session.exec(
            select(PaymentStatusRecord).where(col(PaymentStatusRecord.order) == "OURS")
        ).one()
        assert (known.status, known.reasons) == ("RJCT", "AM04")
        query = select(EventRecord.detail).where(col(EventRecord.event) == "answer_to_no_order")
        assert session.exec(query).all() == ["1"]
    [again] = books.take(path).bank
    assert again.again
