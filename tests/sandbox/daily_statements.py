"""Payments of a CSV as a bank would send them: one camt.053 a day."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

ACCOUNT = "DE89370400440532013000"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    "<GrpHdr><MsgId>{day}</MsgId><CreDtTm>{day}T18:00:00</CreDtTm></GrpHdr><Stmt><Id>{day}</Id>"
    "<CreDtTm>{day}T18:00:00</CreDtTm><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
)
_BALANCE = (
    "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
    '<Amt Ccy="EUR">{amount:.2f}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>'
)
_ENTRY = (
    '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
    "<AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><RmtInf>"
    "<Ustrd>Rechnung {number}</Ustrd></RmtInf>{back}</TxDtls></NtryDtls></Ntry>"
)
_RETURN = "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>"


def write_daily_statements(payments: Path, folder: Path) -> list[Path]:
    """A file for each day of a payments CSV in euro; `payment_id` is the bank's reference."""
    folder.mkdir()
    days: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    with payments.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            days[row["date"]].append(row)
    opening, files = Decimal(0), []
    for day in sorted(days):
        closing = opening + sum(Decimal(row["amount"]) for row in days[day])
        path = folder / f"{day}.xml"
        path.write_text(_statement(day, days[day], opening, closing), "utf-8")
        files.append(path)
        opening = closing
    return files


def _statement(
    day: str, rows: Iterable[Mapping[str, str]], opening: Decimal, closing: Decimal
) -> str:
    parts = [_HEAD.format(day=day, account=ACCOUNT)]
    for kind, amount in (("OPBD", opening), ("CLBD", closing)):
        parts.append(_BALANCE.format(kind=kind, amount=abs(amount), sign=_sign(amount), day=day))
    parts += [_entry(row) for row in rows]
    return "".join([*parts, "</Stmt></BkToCstmrStmt></Document>\n"])


def _entry(row: Mapping[str, str]) -> str:
    amount = Decimal(row["amount"])
    return _ENTRY.format(
        amount=abs(amount),
        sign=_sign(amount),
        day=row["date"],
        reference=escape(row["payment_id"]),
        number=escape(row["invoice_number"]),
        back=_RETURN if amount < 0 else "",
    )


def _sign(amount: Decimal) -> str:
    return "DBIT" if amount < 0 else "CRDT"
