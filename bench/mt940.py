"""A sheet as MT940, with the subfields of the German banks or the words of the Dutch."""

from pathlib import Path

from bench.bank import ACCOUNTS, MT940_NAME, Line, Sheet, currency_of
from bench.camt import pieces_of
from bench.stories import EURO_MT940
from bench.truth import Payment
from bench.wording import without_umlauts
from rules.money import decimal_text

_WIDTH = 27
_LINE = 65
_SUBFIELDS = [*range(20, 30), *range(60, 64)]


def write_mt940(sheet: Sheet, folder: Path) -> Path:
    """Subfields on most days; every fifth day the other style. Latin letters, CRLF."""
    dutch = sheet.number % 5 == 0
    name = MT940_NAME if sheet.account == EURO_MT940 else ACCOUNTS[sheet.account]
    lines = [
        f":20:STARTUMSE{sheet.copy}",
        f":25:{name}",
        f":28C:{sheet.number:05d}/001",
        f":60F:{_balance(sheet, sheet.opening)}",
    ]
    for line in sheet.lines:
        lines += _booking(line, currency_of(sheet.account), dutch=dutch)
    lines += [f":62F:{_balance(sheet, sheet.closing)}", "-", ""]
    path = folder / f"{sheet.days[-1]:%Y%m%d}-{sheet.account}-mt940-{sheet.number}-{sheet.copy}.sta"
    path.write_bytes("\r\n".join(lines).encode("latin-1", "replace"))
    return path


def _balance(sheet: Sheet, minor: int) -> str:
    currency = currency_of(sheet.account)
    return f"{_sign(minor)}{sheet.days[-1]:%y%m%d}{currency}{_amount(minor, currency)}"


def _sign(minor: int) -> str:
    return "D" if minor < 0 else "C"


def _amount(minor: int, currency: str) -> str:
    return decimal_text(abs(minor), currency).replace(".", ",")


def _booking(line: Line, currency: str, *, dutch: bool) -> list[str]:
    payment = line.payments[0]
    kind = "NRTI" if payment.return_code else "NTRF"
    sign = f"R{'C' if payment.amount < 0 else 'D'}" if payment.is_reversal else _sign(line.amount)
    reference = f"//{payment.bank_reference}" if payment.bank_reference else ""
    head = (
        f":61:{payment.day:%y%m%d%m%d}{sign}{_amount(line.amount, currency)}{kind}NONREF{reference}"
    )
    lines = [head]
    if payment.charges:
        gross = abs(payment.amount) + (-payment.charges if payment.amount < 0 else payment.charges)
        lines.append(
            f"/OCMT/{currency}{_amount(gross, currency)}"
            f"/CHGS/{currency}{_amount(payment.charges, currency)}/"
        )
    return lines + (_words(payment) if dutch else _subfields(payment))


def _subfields(payment: Payment) -> list[str]:
    """`?20` to `?29` and `?60` to `?63` of 27 letters, whatever word that cuts."""
    text = _said(payment)
    pieces = pieces_of(text, _WIDTH)[: len(_SUBFIELDS)]
    numbered = zip(_SUBFIELDS, pieces, strict=False)
    found = f"{payment.transaction}?00{_title(payment)}?109310"
    found += "".join(f"?{number}{piece}" for number, piece in numbered)
    if payment.party_account:
        found += f"?30{payment.party_account[4:12]}?31{payment.party_account}"
    party = without_umlauts(payment.party)
    found += "".join(f"?{32 + at}{piece}" for at, piece in enumerate(pieces_of(party, _WIDTH)[:2]))
    if payment.return_code:
        found += "?34914"
    return _folded(f":86:{found}")


def _words(payment: Payment) -> list[str]:
    """`/EREF/...//NAME/.../REMI/...`."""
    end_to_end = f"/EREF/{payment.end_to_end}" if payment.end_to_end else ""
    reason = f"/RTRN/{payment.return_code}" if payment.return_code else ""
    reference = f"/CSID/{payment.mandate}" if payment.mandate else ""
    account = f"/IBAN/{payment.party_account}" if payment.party_account else ""
    text = " ".join(filter(None, (payment.creditor_reference, without_umlauts(payment.text))))
    name = without_umlauts(payment.party)
    return _folded(f":86:{end_to_end}{reason}{reference}/ORDP//NAME/{name}{account}/REMI/{text}")


def _folded(text: str) -> list[str]:
    """Lines of 65; none begins with what begins a field or ends the message."""
    lines = [text[:_LINE]]
    rest = text[_LINE:]
    while rest:
        if rest[0] in ":-":
            lines[-1], rest = lines[-1][:-1], lines[-1][-1] + rest
        lines.append(rest[:_LINE])
        rest = rest[_LINE:]
    return lines


def _title(payment: Payment) -> str:
    if payment.return_code:
        return "RUECKLASTSCHRIFT"
    return "GUTSCHRIFT" if payment.amount > 0 else "LASTSCHRIFT"


def _said(payment: Payment) -> str:
    """SEPA's words one after the other, as the German banks put them into the subfields."""
    found = (
        f"EREF+{payment.end_to_end or 'NOTPROVIDED'}".ljust(_WIDTH) if payment.end_to_end else ""
    )
    if payment.mandate:
        found += f"MREF+{payment.mandate}".ljust(_WIDTH)
    if payment.creditor_reference:
        return f"{found}SVWZ+{payment.creditor_reference} {without_umlauts(payment.text)}".rstrip()
    return f"{found}SVWZ+{without_umlauts(payment.text)}".rstrip()
