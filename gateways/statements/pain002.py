"""pain.002 of ISO 20022: what the bank answers to our orders, as a whole and one by one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from gateways.statements import camt_fields as field
from gateways.statements.nodes import Node
from gateways.statements.texts import reference
from gateways.statements.xml import whole
from rules.errors import FileMistake, Place
from rules.statements import PaymentStatus

_ORDER = ("OrgnlTxRef/Amt/InstdAmt", "OrgnlTxRef/Amt/EqvtAmt/Amt", "OrgnlTxRef/IntrBkSttlmAmt")
_REASON = ("Rsn/Cd", "Rsn/Prtry", "StsRsn/Cd", "StsRsn/Prtry")


def read_payment_statuses(path: Path, *, max_bytes: int) -> list[PaymentStatus]:
    """Every answer in the order of the file: of the message, of its batches, of their orders.

    An order without a status of its own has its batch's, or the message's; where both have the same
    status, the reasons hold for it too.
    Raises FileMistake.
    """
    report = whole(path, max_bytes=max_bytes, name="Document")
    found = list(_answers(report)) if report else []
    if not found:
        message = "holds no answer, expected a status of the file, a batch or an order"
        raise FileMistake(Place(str(path)), message)
    return found


def _answers(document: Node) -> Iterator[PaymentStatus]:
    for report in (child for named in document.children.values() for child in named):
        group = report.first("OrgnlGrpInfAndSts")
        if group is None:
            continue
        of_file = _status(group, group.value("GrpSts"), ())
        if group.value("GrpSts"):
            yield of_file
        for batch in report.all("OrgnlPmtInfAndSts"):
            yield from _of_batch(batch, of_file)
        for order in report.all("TxInfAndSts"):  # version 02 knows no batches
            yield _of_order(order, of_file)


def _of_batch(batch: Node, of_file: PaymentStatus) -> Iterator[PaymentStatus]:
    stated = batch.value("PmtInfSts")
    answer = _status(
        batch,
        stated or of_file.status,
        of_file.reasons,
        message=of_file.message,
        batch=batch.value("OrgnlPmtInfId"),
    )
    if stated:
        yield answer
    for order in batch.all("TxInfAndSts"):
        yield _of_order(order, answer)


def _of_order(order: Node, above: PaymentStatus) -> PaymentStatus:
    status = order.value("TxSts") or above.status
    if not status:
        raise order.mistake("has no status, and nothing above it has one, expected TxSts")
    amount = order.first(*_ORDER)
    inherits = status == above.status
    return PaymentStatus(
        status=status,
        message=above.message,
        batch=above.batch,
        instruction=reference(order.value("OrgnlInstrId", "OrgnlInstrdId")),
        order=reference(order.value("OrgnlEndToEndId")),
        reasons=_reasons(order) or (above.reasons if inherits else ()),
        detail=_words(order) or (above.detail if inherits else ""),
        amount=field.money(amount) if amount else None,
        is_order=True,
    )


def _status(
    node: Node, status: str, reasons: Sequence[str], *, message: str = "", batch: str = ""
) -> PaymentStatus:
    return PaymentStatus(
        status=status,
        message=message or node.value("OrgnlMsgId"),
        batch=batch,
        reasons=_reasons(node) or tuple(reasons),
        detail=_words(node),
    )


def _reasons(node: Node) -> tuple[str, ...]:
    found = (info.value(*_REASON) for info in node.all("StsRsnInf"))
    return tuple(code for code in found if code)


def _words(node: Node) -> str:
    paths = ("StsRsnInf/AddtlInf", "StsRsnInf/AddtlStsRsnInf")
    return "\n".join(word.text for path in paths for word in node.all(path) if word.text)
