"""A sheet as camt.053 or camt.054, in the two versions that German and Swiss banks send."""

from pathlib import Path
from xml.sax.saxutils import escape

from bench.bank import ACCOUNTS, CHANGEOVER, Detail, Line, Sheet, currency_of
from bench.truth import Payment
from rules.money import decimal_text

_LONGEST = 140
# Domain, family and subfamily of what a booking is, by the German banks' business code.
_CODES = {
    "166": ("PMNT", "RCDT", "ESCT"),
    "171": ("PMNT", "IDDT", "ESDD"),
    "109": ("PMNT", "IDDT", "UPDD"),
    "116": ("PMNT", "ICDT", "ESCT"),
    "153": ("PMNT", "ICDT", "SALA"),
    "805": ("ACMT", "MDOP", "CHRG"),
    "814": ("ACMT", "MDOP", "INTR"),
}


def write_statement(sheet: Sheet, folder: Path) -> Path:
    """A camt.053 with its balances."""
    balances = _balance(sheet, "OPBD", sheet.opening) + _balance(sheet, "CLBD", sheet.closing)
    body = _head("Stmt", sheet) + balances + "".join(_entry(sheet, line) for line in sheet.lines)
    return _write(folder, "camt.053", "BkToCstmrStmt", sheet, f"<Stmt>{body}</Stmt>")


def write_notice(sheet: Sheet, folder: Path) -> Path:
    """A camt.054: bookings alone."""
    body = _head("Ntfctn", sheet) + "".join(_entry(sheet, line) for line in sheet.lines)
    return _write(folder, "camt.054", "BkToCstmrDbtCdtNtfctn", sheet, f"<Ntfctn>{body}</Ntfctn>")


def _version(sheet: Sheet) -> str:
    return "001.08" if sheet.account or sheet.days[-1] >= CHANGEOVER else "001.02"


def _write(folder: Path, kind: str, root: str, sheet: Sheet, body: str) -> Path:
    name = f"{sheet.days[-1]:%Y%m%d}-{sheet.account}-{kind}-{sheet.number}-{sheet.copy}.xml"
    space = f"urn:iso:std:iso:20022:tech:xsd:{kind}.{_version(sheet)}"
    head = (
        f"<GrpHdr><MsgId>{kind}-{sheet.account}-{sheet.number}-{sheet.copy}</MsgId>"
        f"<CreDtTm>{sheet.days[-1]}T21:{sheet.copy:02d}:00+02:00</CreDtTm></GrpHdr>"
    )
    path = folder / name
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{space}"><{root}>{head}'
        f"{body}</{root}></Document>\n",
        encoding="utf-8",
    )
    return path


def _head(element: str, sheet: Sheet) -> str:
    return (
        f"<Id>{element}-{sheet.account}-{sheet.number}-{sheet.copy}</Id>"
        f"<ElctrncSeqNb>{sheet.number}</ElctrncSeqNb>"
        f"<CreDtTm>{sheet.days[-1]}T21:00:00+02:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{sheet.days[0]}T00:00:00+02:00</FrDtTm>"
        f"<ToDtTm>{sheet.days[-1]}T23:59:59+02:00</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{ACCOUNTS[sheet.account]}</IBAN></Id>"
        f"<Ccy>{currency_of(sheet.account)}</Ccy></Acct>"
    )


def _balance(sheet: Sheet, code: str, amount: int) -> str:
    day = sheet.days[0] if code == "OPBD" else sheet.days[-1]
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(sheet, amount)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _amount(sheet: Sheet, minor: int) -> str:
    currency = currency_of(sheet.account)
    return (
        f'<Amt Ccy="{currency}">{decimal_text(abs(minor), currency)}</Amt>'
        f"<CdtDbtInd>{'DBIT' if minor < 0 else 'CRDT'}</CdtDbtInd>"
    )


def _entry(sheet: Sheet, line: Line) -> str:
    first = line.payments[0]
    status = "BOOK" if _version(sheet) == "001.02" else "<Cd>BOOK</Cd>"
    reference = f"<AcctSvcrRef>{line.reference}</AcctSvcrRef>" if line.reference else ""
    reversal = "<RvslInd>true</RvslInd>" if first.is_reversal else ""
    day = f"<Dt>{first.day}</Dt>"
    return (
        f"<Ntry>{_amount(sheet, line.amount)}{reversal}<Sts>{status}</Sts>"
        f"<BookgDt>{day}</BookgDt><ValDt>{day}</ValDt>{reference}{_code(first)}"
        f"<NtryDtls>{_details(sheet, line)}</NtryDtls></Ntry>"
    )


def _details(sheet: Sheet, line: Line) -> str:
    batch = f"<Btch><NbOfTxs>{len(line.payments)}</NbOfTxs></Btch>" if line.is_batch else ""
    if line.is_batch and line.detail is Detail.ELSEWHERE:
        return batch
    return batch + "".join(_transaction(sheet, line, payment) for payment in line.payments)


def _code(payment: Payment) -> str:
    domain, family, sub = _CODES[payment.transaction]
    return (
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly>"
        f"</Domn><Prtry><Cd>NTRF+{payment.transaction}+00000</Cd><Issr>DK</Issr></Prtry></BkTxCd>"
    )


def _transaction(sheet: Sheet, line: Line, payment: Payment) -> str:
    new = _version(sheet) == "001.08"
    parts = [_references(line, payment)]
    if new or line.is_batch:
        whole = _amount(sheet, payment.amount)
        parts.append(
            whole if new else f"<AmtDtls><TxAmt>{whole.split('<Cdt')[0]}</TxAmt></AmtDtls>"
        )
    parts += [_gross(payment, new), _charges(sheet, payment), _parties(payment, new)]
    parts += [_remittance(payment), _reason(payment)]
    return f"<TxDtls>{''.join(parts)}</TxDtls>"


def _references(line: Line, payment: Payment) -> str:
    mine = payment.bank_reference if line.is_batch or len(payment.text) % 3 == 0 else ""
    found = f"<AcctSvcrRef>{mine}</AcctSvcrRef>" if mine else ""
    found += f"<EndToEndId>{escape(payment.end_to_end or 'NOTPROVIDED')}</EndToEndId>"
    found += f"<MndtId>{payment.mandate}</MndtId>" if payment.mandate else ""
    return f"<Refs>{found}</Refs>"


def _gross(payment: Payment, new: bool) -> str:
    """What was sent, before the bank changed it or took its charges."""
    if payment.gross is None:
        return ""
    sent = payment.gross
    amount = f'<Amt Ccy="{sent.currency}">{decimal_text(sent.minor, sent.currency)}</Amt>'
    return f"<AmtDtls><InstdAmt>{amount}</InstdAmt></AmtDtls>"


def _charges(sheet: Sheet, payment: Payment) -> str:
    if not payment.charges:
        return ""
    currency = currency_of(sheet.account)
    amount = f'<Amt Ccy="{currency}">{decimal_text(payment.charges, currency)}</Amt>'
    kind = "<CdtDbtInd>DBIT</CdtDbtInd>"
    record = f"<Rcrd>{amount}{kind}</Rcrd>" if _version(sheet) == "001.08" else amount + kind
    return f"<Chrgs>{record}</Chrgs>"


def _parties(payment: Payment, new: bool) -> str:
    """The other side stands as debtor where money came in, or would have: a return names both."""
    role = "Dbtr" if payment.amount > 0 or payment.is_return else "Cdtr"
    name = f"<Nm>{escape(payment.party)}</Nm>"
    found = ""
    if payment.party:
        found = f"<{role}>{f'<Pty>{name}</Pty>' if new else name}</{role}>"
    if payment.party_account:
        found += f"<{role}Acct><Id><IBAN>{payment.party_account}</IBAN></Id></{role}Acct>"
    return f"<RltdPties>{found}</RltdPties>" if found else ""


def _remittance(payment: Payment) -> str:
    pieces = pieces_of(payment.text, payment.wrap or _LONGEST)
    found = "".join(f"<Ustrd>{escape(piece)}</Ustrd>" for piece in pieces)
    if payment.creditor_reference:
        found += (
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
            f"<Ref>{payment.creditor_reference}</Ref></CdtrRefInf></Strd>"
        )
    return f"<RmtInf>{found}</RmtInf>" if found else ""


def _reason(payment: Payment) -> str:
    code = payment.return_code
    return f"<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>" if code else ""


def pieces_of(text: str, width: int) -> list[str]:
    """Cut at the width, wherever that is in a word."""
    return [text[at : at + width] for at in range(0, len(text), width)]
