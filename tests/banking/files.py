"""The same money as banks write it: camt.053, camt.054, MT940 with German subfields, a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from textwrap import wrap
from xml.sax.saxutils import escape

OURS = "DE89370400440532013000"
OURS_IN_MT940 = "37040044/532013000"
DAY = "2026-03-03"


@dataclass(frozen=True)
class Paid:
    """One payment; `amount` in cents, below 0 where it left."""

    amount: int = 10_000
    text: str = ""
    day: str = DAY
    ref: str = ""
    e2e: str = ""
    name: str = ""
    iban: str = ""
    code: str = ""  # of a return


@dataclass(frozen=True)
class Batch:
    """Payments booked as one; `apart`: whether the file tells them apart, `name` ours of the batch."""

    parts: tuple[Paid, ...]
    ref: str = ""
    apart: bool = True
    name: str = ""

    @property
    def amount(self) -> int:
        return sum(part.amount for part in self.parts)

    @property
    def day(self) -> str:
        return self.parts[0].day


Line = Paid | Batch


def camt(
    path: Path, lines: Sequence[Line], *, notification: bool = False, opening: int = 0
) -> Path:
    """A camt.053, or a camt.054 as a `notification`; its balances add up."""
    kind, root, part = (
        ("054", "BkToCstmrDbtCdtNtfctn", "Ntfctn")
        if notification
        else ("053", "BkToCstmrStmt", "Stmt")
    )
    day = max((line.day for line in lines), default=DAY)
    closing = opening + sum(line.amount for line in lines)
    balances = (
        "" if notification else _balance("OPBD", opening, day) + _balance("CLBD", closing, day)
    )
    path.write_text(
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><{root}>'
        f"<GrpHdr><MsgId>{path.stem}</MsgId><CreDtTm>{day}T18:00:00</CreDtTm></GrpHdr>"
        f"<{part}><Id>{path.stem}</Id><CreDtTm>{day}T18:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{OURS}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}"
        + "".join(map(_entry, lines))
        + f"</{part}></{root}></Document>\n",
        "utf-8",
    )
    return path


def _balance(kind: str, minor: int, day: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_amount(minor)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _amount(minor: int) -> str:
    sign = "DBIT" if minor < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{_decimal(abs(minor))}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _decimal(minor: int) -> str:
    return str(Decimal(minor) / 100)


def _entry(line: Line) -> str:
    match line:
        case Paid():
            details = _transaction(line)
        case Batch(apart=True):
            details = _batch(line) + "".join(map(_transaction, line.parts))
        case Batch():
            details = _batch(line)
    name = f"<AcctSvcrRef>{line.ref}</AcctSvcrRef>" if line.ref else ""
    return (
        f"<Ntry>{_amount(line.amount)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{line.day}</Dt></BookgDt><ValDt><Dt>{line.day}</Dt></ValDt>"
        f"{name}<BkTxCd/><NtryDtls>{details}</NtryDtls></Ntry>\n"
    )


def _batch(batch: Batch) -> str:
    name = f"<PmtInfId>{batch.name}</PmtInfId>" if batch.name else ""
    return f"<Btch>{name}<NbOfTxs>{len(batch.parts)}</NbOfTxs></Btch>"


def _transaction(one: Paid) -> str:
    names = "".join(
        f"<{tag}>{escape(value)}</{tag}>"
        for tag, value in (("AcctSvcrRef", one.ref), ("EndToEndId", one.e2e))
        if value
    )
    side = "Cdtr" if one.amount < 0 else "Dbtr"
    party = f"<{side}><Pty><Nm>{escape(one.name)}</Nm></Pty></{side}>" if one.name else ""
    if one.iban:
        party += f"<{side}Acct><Id><IBAN>{one.iban}</IBAN></Id></{side}Acct>"
    return (
        f"<TxDtls><Refs>{names}</Refs>{_amount(one.amount)}"
        + (f"<RltdPties>{party}</RltdPties>" if party else "")
        + (f"<RmtInf><Ustrd>{escape(one.text)}</Ustrd></RmtInf>" if one.text else "")
        + (f"<RtrInf><Rsn><Cd>{one.code}</Cd></Rsn></RtrInf>" if one.code else "")
        + "</TxDtls>"
    )


def mt940(path: Path, lines: Sequence[Line], *, opening: int = 0) -> Path:
    """One message; a batch is a line that nobody takes apart."""
    day = max((line.day for line in lines), default=DAY)
    closing = opening + sum(line.amount for line in lines)
    said = [":20:STARTUMS", f":25:{OURS_IN_MT940}", ":28C:1/1", f":60F:{_mt_balance(opening, day)}"]
    for line in lines:
        said += _mt_line(line)
    path.write_text("\r\n".join([*said, f":62F:{_mt_balance(closing, day)}", "-", ""]), "utf-8")
    return path


def _mt_balance(minor: int, day: str) -> str:
    return f"{'D' if minor < 0 else 'C'}{_mt_day(day)}EUR{_mt_amount(minor)}"


def _mt_day(day: str) -> str:
    return day.replace("-", "")[2:]


def _mt_amount(minor: int) -> str:
    return f"{abs(minor) // 100},{abs(minor) % 100:02}"


def _mt_line(line: Line) -> list[str]:
    sign = "D" if line.amount < 0 else "C"
    name = f"//{line.ref}" if line.ref else ""
    day = _mt_day(line.day)
    head = f":61:{day}{day[2:]}{sign}{_mt_amount(line.amount)}NTRFNONREF{name}"
    if isinstance(line, Batch):
        return [head, ":86:166?00SAMMLER?20SAMMELGUTSCHRIFT"]
    words = (f"EREF+{line.e2e} " if line.e2e else "") + (f"SVWZ+{line.text}" if line.text else "")
    fields = [f"?{20 + place}{part}" for place, part in enumerate(wrap(words, 27)[:10])]
    party = (f"?31{line.iban}" if line.iban else "") + (f"?32{line.name[:27]}" if line.name else "")
    return [head, ":86:166?00GUTSCHRIFT" + "".join(fields) + party]


def table(path: Path, lines: Iterable[Paid], *, account: str = OURS) -> Path:
    """Our own table of entries."""
    columns = "booking_date,amount,currency,account,remittance,payer_name,payer_account"
    rows = [f"{columns},bank_reference,end_to_end_id"]
    for one in lines:
        cells = (one.day, _decimal(one.amount), "EUR", account, one.text, one.name, one.iban)
        rows.append(",".join(f'"{cell}"' for cell in (*cells, one.ref, one.e2e)))
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path
