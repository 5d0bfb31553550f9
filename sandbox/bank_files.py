"""The sandbox bank's files: the debits that went back on a day as a camt.054, as a bank sends one."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from rules.money import decimal_text
from sandbox.bank import Attempt

ACCOUNT = "DE89370400440532013000"  # an example of a bank's own: nobody's
_SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"


def write_returns(returns: Sequence[Attempt], day: date, folder: Path) -> Path | None:
    """What went back until a day, a notification for each currency; None where nothing did. Equal
    returns are equal bytes."""
    if not returns:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{day:%Y%m%d}-returns.xml"
    currencies = sorted({attempt.amount.currency for attempt in returns})
    inside = "".join(
        _notification(currency, day, [one for one in returns if one.amount.currency == currency])
        for currency in currencies
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{_SPACE}"><BkToCstmrDbtCdtNtfctn>'
        f"<GrpHdr><MsgId>returns-{day}</MsgId><CreDtTm>{day}T06:00:00Z</CreDtTm></GrpHdr>"
        f"{inside}</BkToCstmrDbtCdtNtfctn></Document>\n",
        "utf-8",
    )
    return path


def _notification(currency: str, day: date, returns: Iterable[Attempt]) -> str:
    return (
        f"<Ntfctn><Id>returns-{day}-{currency}</Id><CreDtTm>{day}T06:00:00Z</CreDtTm>"
        f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{''.join(_entry(attempt) for attempt in returns)}</Ntfctn>"
    )


def _entry(attempt: Attempt) -> str:
    currency, key, day = attempt.amount.currency, escape(attempt.key), attempt.returned_on
    amount = f'<Amt Ccy="{currency}">{decimal_text(attempt.amount.minor, currency)}</Amt>'
    direction = "<CdtDbtInd>DBIT</CdtDbtInd>"
    return (
        f"<Ntry>{amount}{direction}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>back-{key}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{key}</EndToEndId>"
        f"<MndtId>{escape(attempt.mandate)}</MndtId></Refs>{amount}{direction}"
        f"<RtrInf><Rsn><Cd>{escape(attempt.return_code)}</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>"
    )
