"""Debits, and the file they stand in."""

from datetime import UTC, date, datetime, time

from rules.creditor import DebitingBank
from rules.debit_files import Debit, DebitFile, SequenceType, batches
from rules.methods import Scheme
from rules.money import Money

BANK = DebitingBank(
    name="house", iban="DE89370400440532013000", bic="COBADEFFXXX", cut_off=time(14, 0)
)
MADE = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
IBAN = "DE02120300000000202051"


def debit(
    key: str = "collect:R-1:1",
    minor: int = 11_900,
    *,
    sequence: SequenceType = SequenceType.FIRST,
    day: date = date(2026, 3, 5),
    holder: str = "Müller & Söhne",
    text: str = "R-1 Farbtreu Shop",
    bic: str = "",
) -> Debit:
    return Debit(
        key=key,
        amount=Money(minor, "EUR"),
        mandate="M-100",
        signed_on=date(2025, 1, 2),
        iban=IBAN,
        bic=bic,
        holder=holder,
        text=text,
        sequence=sequence,
        day=day,
    )


def debit_file(
    *debits: Debit, bank: DebitingBank = BANK, scheme: Scheme = Scheme.CORE, message: str = "M1"
) -> DebitFile:
    return DebitFile(
        message=message,
        made_at=MADE,
        bank=bank,
        creditor="Farbtreu Proof GmbH",
        creditor_identifier="DE98ZZZ09999999999",
        scheme=scheme,
        batches=batches(message, debits or [debit()]),
    )
