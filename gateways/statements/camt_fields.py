"""Single values of a camt entry, and of the transactions (TxDtls) in it, whatever its version."""

import re
from datetime import date

from gateways.statements.nodes import Node
from gateways.statements.texts import RETURN_CODES, account, minor, reason_in, reference
from rules.errors import FileMistake, Place
from rules.money import Money
from rules.statements import Party

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*|Z|[+-]\d\d:\d\d)?")
_YEARS = range(1900, 2200)
_SIGNS = {"CRDT": 1, "DBIT": -1}
_NOT_BOOKED = {"PDNG", "INFO", "FUTR"}
# Sub-families of BkTxCd (ISO 20022, external code set) that say: what was paid comes back.
_RETURNED = {"UPDD", "PRDD", "RCDD", "RRTN", "RPCR", "RIMB", "UPCQ", "UPCT", "CQRV"}
_GERMAN = re.compile(r"(?:N?[A-Z]{3}\+)?(\d{3})(?:\+.*)?")


def money(amount: Node) -> Money:
    """An `Amt` with its currency, as written: the direction stands elsewhere. Raises FileMistake."""
    currency = amount.attributes.get("Ccy", "")
    return Money(
        minor(amount.text, currency, Place(amount.file, amount.line, amount.name)), currency
    )


def money_or_none(amount: Node | None) -> Money | None:
    """For amounts that only explain another: one that cannot be read explains nothing."""
    try:
        return money(amount) if amount else None
    except FileMistake:
        return None


def sign(node: Node) -> int | None:
    """1 for CRDT, -1 for DBIT, None where it does not say. Raises FileMistake for anything else."""
    said = node.first("CdtDbtInd")
    if said is None or not said.text:
        return None
    if said.text not in _SIGNS:
        raise said.mistake(f"{said.text[:20]!r} is no direction, expected CRDT or DBIT")
    return _SIGNS[said.text]


def day(node: Node, *paths: str) -> date | None:
    """The day of the first of the elements that is there: its Dt, or its DtTm as the bank's clock
    showed it. Raises FileMistake."""
    found = node.first(*paths)
    written = (found.first("Dt", "DtTm") or found) if found else None
    if written is None or not written.text:
        return None
    match = _DATE.fullmatch(written.text)
    try:
        value = date.fromisoformat(match[1]) if match else None
    except ValueError:
        value = None
    if value is None or value.year not in _YEARS:
        raise written.mistake(f"{written.text[:30]!r} is no date, expected YYYY-MM-DD")
    return value


def is_booked(entry: Node) -> bool:
    """An entry without a status is booked; a pending one may never be."""
    return entry.value("Sts/Cd", "Sts/Prtry", "Sts") not in _NOT_BOOKED


def is_return(entry: Node, detail: Node) -> bool:
    """A reversal, a stated return, or a booking whose code says that something came back."""
    if "true" in (said := {entry.value("RvslInd"), detail.value("RvslInd")}) or "1" in said:
        return True
    code = detail.first("BkTxCd") or entry.first("BkTxCd")
    if detail.first("RtrInf"):
        return True
    if code is None:
        return False
    german = _GERMAN.fullmatch(code.value("Prtry/Cd"))
    is_german = german is not None and german[1] in RETURN_CODES
    return is_german or code.value("Domn/Fmly/SubFmlyCd") in _RETURNED


def return_code(detail: Node) -> str:
    """The reason the bank states, else the first one its words name."""
    stated = detail.value("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/RtrRsn/Cd")
    words = "\n".join(node.text for node in detail.all("RtrInf/AddtlInf"))
    return stated or reason_in(words + "\n" + remittance(detail))


def charges(node: Node, currency: str) -> int:
    """What the bank says it took, in minor units of `currency`; below 0 what it gave back."""
    total = 0
    for stated in node.all("Chrgs"):
        for record in stated.all("Rcrd") or [stated]:
            amount = money_or_none(record.first("Amt", "TtlChrgsAndTaxAmt"))
            if amount and amount.currency == currency:
                total -= amount.minor * (sign(record) or -1)
    return total


def creditor_references(detail: Node) -> tuple[str, ...]:
    found = detail.all("RmtInf/Strd/CdtrRefInf/Ref") + detail.all("RmtInf/Strd/CdtrRefInf/CdtrRef")
    return tuple(node.text for node in found if node.text)


def remittance(detail: Node) -> str:
    """The payer's words: free text, then numbers of invoices named apart, then remarks to them."""
    paths = ("Ustrd", "Strd/RfrdDocInf/Nb", "Strd/AddtlRmtInf")
    found = [node.text for path in paths for node in detail.all(f"RmtInf/{path}")]
    return "\n".join(text for text in found if text)


def bank_text(entry: Node, detail: Node) -> str:
    """What the bank writes itself; read where the payer wrote nothing."""
    found = detail.all("AddtlTxInf") or detail.all("RtrInf/AddtlInf") or entry.all("AddtlNtryInf")
    return "\n".join(node.text for node in found if node.text)


def party(detail: Node, *, amount: int, returned: bool, owner: str) -> Party:
    """The other side. A return keeps the roles of what comes back: its debtor is who did not pay."""
    sides = ("Dbtr", "Cdtr") if (amount > 0) != returned else ("Cdtr", "Dbtr")
    first, second = (_side(detail, side) for side in sides)
    if first.account == owner != second.account and second != Party():
        return second
    return second if returned and first == Party() else first


def _side(detail: Node, side: str) -> Party:
    at = "RltdPties/"
    name = detail.value(f"{at}{side}/Nm", f"{at}{side}/Pty/Nm")
    ultimate = detail.value(f"{at}Ultmt{side}/Nm", f"{at}Ultmt{side}/Pty/Nm")
    number = detail.value(*(f"{at}{side}Acct/Id/{kind}" for kind in ("IBAN", "Othr/Id", "BBAN")))
    return Party(
        name=name or ultimate,
        account=account(number),
        on_behalf_of=ultimate if name and ultimate != name else "",
    )


def end_to_end_id(detail: Node) -> str:
    return reference(detail.value("Refs/EndToEndId"))


def batch(entry: Node, detail: Node) -> str:
    """Our own name of the batch, as a transaction states it or the whole entry, if it names one."""
    stated = {node.text for node in entry.all("NtryDtls/Btch/PmtInfId") if node.text}
    whole = stated.pop() if len(stated) == 1 else ""
    return reference(detail.value("Refs/PmtInfId") or whole)


def bank_reference(node: Node) -> str:
    """The bank's own name. Never NtryRef: a sequence number, or in Switzerland our own QR-IBAN."""
    return reference(node.value("Refs/AcctSvcrRef", "AcctSvcrRef"))
