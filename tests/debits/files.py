"""What our bank sends back: pain.002 about files, batches and orders."""

from dataclasses import dataclass
from pathlib import Path

_SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"


@dataclass(frozen=True)
class Said:
    """A status with its reason; `names` an order's end-to-end id, "" for one that is not named."""

    status: str = ""
    code: str = ""
    name: str = ""
    amount: str = ""


def pain002(
    path: Path, message: str, *orders: Said, whole: Said | None = None, batch: Said | None = None
) -> Path:
    """An answer to the file `message`: to it as a `whole`, to one `batch`, to its orders."""
    whole, batch = whole or Said(), batch or Said()
    told = "".join(map(_order, orders))
    path.write_text(
        f'<Document xmlns="{_SPACE}"><CstmrPmtStsRpt><GrpHdr><MsgId>{path.stem}</MsgId>'
        "<CreDtTm>2026-03-04T18:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>"
        f"{_status('GrpSts', whole)}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch.name or 'P1'}</OrgnlPmtInfId>"
        f"{_status('PmtInfSts', batch)}{told}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n",
        "utf-8",
    )
    return path


def _order(one: Said) -> str:
    name = f"<OrgnlEndToEndId>{one.name}</OrgnlEndToEndId>" if one.name else ""
    amount = (
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{one.amount}</InstdAmt></Amt></OrgnlTxRef>'
        if one.amount
        else ""
    )
    return f"<TxInfAndSts>{name}{_status('TxSts', one)}{amount}</TxInfAndSts>"


def _status(element: str, one: Said) -> str:
    reason = f"<StsRsnInf><Rsn><Cd>{one.code}</Cd></Rsn></StsRsnInf>" if one.code else ""
    return (f"<{element}>{one.status}</{element}>" if one.status else "") + reason
