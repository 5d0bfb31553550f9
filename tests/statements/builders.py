"""Files as banks write them: camt of any version, and MT940, from a few values.

Amounts are decimal text with a sign, below 0 where money left: "-12.50".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from gateways.statements import read_statements
from rules.statements import Began, Booking, Movement, Statement

OWN = "DE89370400440532013000"
DAY = "2026-01-05"
MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Tx:
    """One transaction of an entry (TxDtls). `amount` "" for none; `extra` is XML put in as it is."""

    amount: str = ""
    currency: str = "EUR"
    reference: str = ""
    end_to_end: str = ""
    mandate: str = ""
    debtor: str = ""
    debtor_account: str = ""
    creditor: str = ""
    creditor_account: str = ""
    remittance: Sequence[str] = ()
    structured: Sequence[str] = ()
    invoices: Sequence[str] = ()
    reason: str = ""
    charges: str = ""
    instructed: str = ""
    instructed_currency: str = "EUR"
    extra: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a statement (Ntry); `day` and `value` "" for none."""

    amount: str
    currency: str = "EUR"
    day: str = DAY
    value: str = DAY
    reference: str = ""
    status: str = "BOOK"
    code: str = ""
    txs: Sequence[Tx] = ()
    batch: str = ""
    text: str = ""
    extra: str = ""


@dataclass(frozen=True, kw_only=True)
class Stmt:
    """One statement. `closing` None: what the entries make of `opening`; both "" for none."""

    entries: Sequence[Entry] = ()
    account: str = OWN
    currency: str = "EUR"
    opening: str = "0.00"
    closing: str | None = None
    day: str = DAY
    identifier: str = "S-1"
    number: str = "1"
    extra: str = ""


def camt053(*entries: Entry, version: int = 8, statement: Stmt | None = None) -> str:
    """A file of one statement with these entries; `statement` says the rest of it."""
    base = statement or Stmt()
    return camt([_with_entries(base, entries)], version=version)


def camt054(*entries: Entry, version: int = 8, statement: Stmt | None = None) -> str:
    """A file of one notification with these entries, without balances."""
    base = statement or Stmt(opening="", closing="")
    return camt([_with_entries(base, entries)], version=version, message="camt.054")


def camt(statements: Sequence[Stmt], *, version: int = 8, message: str = "camt.053") -> str:
    report, parent = {
        "camt.053": ("BkToCstmrStmt", "Stmt"),
        "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[message]
    inside = "".join(tag(parent, _statement(one, version)) for one in statements)
    header = tag("GrpHdr", tag("MsgId", "M-1") + tag("CreDtTm", f"{DAY}T20:00:00"))
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{message}.001.{version:02}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{namespace}">{tag(report, header + inside)}</Document>\n'
    )


def tag(name: str, inside: str, **attributes: str) -> str:
    """An element; nothing where there is nothing inside."""
    words = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{words}>{inside}</{name}>\n" if inside else ""


def _with_entries(statement: Stmt, entries: Sequence[Entry]) -> Stmt:
    return Stmt(**{**vars(statement), "entries": entries})


def _statement(one: Stmt, version: int) -> str:
    total = sum((Decimal(entry.amount) for entry in one.entries), Decimal(one.opening or 0))
    closing = str(total) if one.closing is None else one.closing
    kind = "IBAN" if one.account[:2].isalpha() else "Othr/Id"
    return (
        tag("Id", one.identifier)
        + tag("ElctrncSeqNb", one.number)
        + tag("CreDtTm", f"{one.day}T20:00:00")
        + tag("Acct", tag("Id", _nested(kind, one.account)) + tag("Ccy", one.currency))
        + balance("OPBD", one.opening, one.currency, one.day)
        + balance("CLBD", closing, one.currency, one.day)
        + one.extra
        + "".join(_entry(entry, version) for entry in one.entries)
    )


def balance(kind: str, amount: str, currency: str = "EUR", day: str = DAY) -> str:
    if not amount:
        return ""
    return tag(
        "Bal",
        tag("Tp", _nested("CdOrPrtry/Cd", kind))
        + money(amount, currency)
        + tag("Dt", tag("Dt", day)),
    )


def money(amount: str, currency: str) -> str:
    """An amount and its direction."""
    direction = "DBIT" if amount.startswith("-") else "CRDT"
    return tag("Amt", amount.removeprefix("-"), Ccy=currency) + tag("CdtDbtInd", direction)


def _nested(path: str, text: str) -> str:
    for name in reversed(path.split("/")):
        text = tag(name, text)
    return text


def _entry(entry: Entry, version: int) -> str:
    batch = tag("Btch", tag("NbOfTxs", entry.batch))
    details = "".join(tag("TxDtls", _transaction(tx, version, entry.amount)) for tx in entry.txs)
    return tag(
        "Ntry",
        money(entry.amount, entry.currency)
        + (tag("Sts", tag("Cd", entry.status)) if version >= 8 else tag("Sts", entry.status))
        + tag("BookgDt", tag("Dt", entry.day))
        + tag("ValDt", tag("Dt", entry.value))
        + tag("AcctSvcrRef", entry.reference)
        + tag("BkTxCd", _nested("Domn/Fmly/SubFmlyCd", entry.code))
        + entry.extra
        + tag("NtryDtls", batch + details)
        + tag("AddtlNtryInf", escape(entry.text)),
    )


def _transaction(tx: Tx, version: int, of: str) -> str:
    sign = "-" if of.startswith("-") and tx.amount else ""
    whole = "" if version == 2 or not tx.amount else money(sign + tx.amount, tx.currency)
    details = tag("InstdAmt", tag("Amt", tx.instructed, Ccy=tx.instructed_currency))
    if version == 2:
        details += tag("TxAmt", tag("Amt", tx.amount, Ccy=tx.currency))
    reason = tag("RtrInf", tag("Rsn", tag("Cd", tx.reason)))
    return (
        _references(tx)
        + whole
        + tag("AmtDtls", details)
        + _charges(tx, version)
        + (
            tag("RltdPties", _parties(tx, version))
            + tag("RmtInf", _remittance(tx))
            + reason
            + tx.extra
        )
    )


def _references(tx: Tx) -> str:
    return tag(
        "Refs",
        tag("AcctSvcrRef", tx.reference)
        + tag("EndToEndId", tx.end_to_end)
        + tag("MndtId", tx.mandate),
    )


def _charges(tx: Tx, version: int) -> str:
    amount = tag("Amt", tx.charges, Ccy=tx.currency)
    return tag("Chrgs", amount if version < 4 else tag("Rcrd", amount))


def _parties(tx: Tx, version: int) -> str:
    def side(name: str, who: str, account: str) -> str:
        called = tag("Nm", escape(who))
        return tag(name, called if version < 8 else tag("Pty", called)) + tag(
            f"{name}Acct", tag("Id", tag("IBAN", account))
        )

    return side("Dbtr", tx.debtor, tx.debtor_account) + side(
        "Cdtr", tx.creditor, tx.creditor_account
    )


def _remittance(tx: Tx) -> str:
    return (
        "".join(tag("Ustrd", escape(text)) for text in tx.remittance)
        + "".join(tag("Strd", _nested("CdtrRefInf/Ref", text)) for text in tx.structured)
        + "".join(tag("Strd", _nested("RfrdDocInf/Nb", text)) for text in tx.invoices)
    )


@dataclass(frozen=True, kw_only=True)
class Line:
    """One field 61 and its 86; `mark` as C, D, RC, RD, "" for what the sign says."""

    amount: str
    day: str = "260105"
    booked: str = "0105"
    mark: str = ""
    kind: str = "NTRF"
    reference: str = "NONREF"
    bank_reference: str = ""
    extra: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Mt940:
    """One statement; `closing` None for what its lines make."""

    lines: Sequence[Line] = ()
    account: str = OWN
    currency: str = "EUR"
    opening: str = "0.00"
    closing: str | None = None
    day: str = "260105"
    number: str = "1/1"
    tags: tuple[str, str] = field(default=("60F", "62F"))


def mt940(*lines: Line, statement: Mt940 | None = None) -> str:
    one = Mt940(**{**vars(statement or Mt940()), "lines": lines})
    total = sum((Decimal(line.amount) for line in lines), Decimal(one.opening))
    closing = str(total) if one.closing is None else one.closing
    return (
        f":20:STARTUMS\n:25:{one.account}\n:28C:{one.number}\n"
        f":{one.tags[0]}:{_balance_of(one.opening, one)}\n"
        + "".join(map(_line, lines))
        + f":{one.tags[1]}:{_balance_of(closing, one)}\n-\n"
    )


def _balance_of(amount: str, one: Mt940) -> str:
    mark = "D" if amount.startswith("-") else "C"
    return f"{mark}{one.day}{one.currency}{_comma(amount)}"


def _line(line: Line) -> str:
    mark = line.mark or ("D" if line.amount.startswith("-") else "C")
    bank = f"//{line.bank_reference}" if line.bank_reference else ""
    first = (
        f":61:{line.day}{line.booked}{mark}{_comma(line.amount)}{line.kind}{line.reference}{bank}"
    )
    extra = f"{line.extra}\n" if line.extra else ""
    return f"{first}\n{extra}" + (f":86:{line.text}\n" if line.text else "")


def _comma(amount: str) -> str:
    return amount.removeprefix("-").replace(".", ",")


def written(folder: Path, content: str | bytes, name: str = "bank.dat") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(
    folder: Path, content: str | bytes, *, max_bytes: int = 20 * MEGABYTE
) -> list[Began | Booking | Statement]:
    return list(read_statements(written(folder, content), max_bytes=max_bytes))


def bookings(folder: Path, content: str | bytes) -> list[Booking]:
    return [part for part in read(folder, content) if isinstance(part, Booking)]


def statements(folder: Path, content: str | bytes) -> list[Statement]:
    return [part for part in read(folder, content) if isinstance(part, Statement)]


def movements(folder: Path, content: str | bytes) -> list[Movement]:
    return [part for booking in bookings(folder, content) for part in booking.movements]
