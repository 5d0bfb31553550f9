"""The mail that a customer would be sent with what is recorded now. Nothing is recorded by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from activities.credit import credit_of
from activities.facts import CaseOf, open_cases
from activities.writing import paper_of
from models.tables import CustomerRecord, InvoiceLineRecord, InvoiceRecord
from rules import gathering
from rules.case import Facts, is_held, is_overdue
from rules.creditor import Creditor
from rules.errors import UserMistake
from rules.ladder import Ladder
from rules.letters import (
    Addressee,
    ClaimedInvoice,
    InvoicePaper,
    NoticeLetter,
)
from rules.money import Money
from rules.policy import Stage, StageKind

NUMBER = "PREVIEW"  # where a notice has its number


@dataclass(frozen=True)
class Going:
    """An invoice that a letter is about, and the notice it would be for it."""

    facts: Facts
    ladder: Ladder
    stage: Stage
    next_kind: StageKind | None


@dataclass(frozen=True)
class Preview:
    """A letter as it would be, its invoices as papers, and the originals the store has of them."""

    letter: NoticeLetter
    papers: tuple[InvoicePaper, ...]
    originals: dict[str, str]


def preview_of(
    session: Session, customer: CustomerRecord, creditor: Creditor, now: datetime, level: int
) -> Preview:
    """The next notice of a customer, `level` 0: of what is due today; else as one of that level.

    Raises UserMistake where there is nothing to write about.
    """
    cases = open_cases(session, customer.customer_id, now)
    going = _at_level(cases, level, now) if level else _due(cases, now)
    listed = () if level else _also_open(cases, going, now)
    letter = _letter(session, customer, creditor, going, listed, now)
    invoices = [session.get_one(InvoiceRecord, one.number) for one in letter.invoices]
    return Preview(
        letter=letter,
        papers=tuple(_paper(session, invoice, letter) for invoice in invoices),
        originals={i.number: i.document for i in invoices if i.document},
    )


def _due(cases: Sequence[CaseOf], now: datetime) -> list[Going]:
    """What would go if a notice went today: all whose first day has come (ladder.md, rule 3)."""
    waiting = gathering.waiting_for(StageKind.NOTICE, cases, now)
    due = [one for one in waiting if one.window.first <= one.ladder.today(now)]
    if not due:
        raise UserMistake(
            "no invoice of the customer is due for a notice today; --level N shows how notice N reads"
        )
    return [_going(one.facts, one.ladder, one.facts.stage) for one in due]


def _going(facts: Facts, ladder: Ladder, place: int) -> Going:
    stage, following = ladder.stage(place), ladder.stage(place + 1)
    assert stage is not None, "only stages that are there are asked for"
    return Going(facts, ladder, stage, following.kind if following else None)


def _at_level(cases: Sequence[CaseOf], level: int, now: datetime) -> list[Going]:
    """As a notice of a level, about all that is overdue, or where nothing is, all that is open."""
    open_ones = [one for one in cases if one[0].balance > 0]
    if not open_ones:
        raise UserMistake("the customer has no open invoice, there is nothing to write about")
    overdue = [one for one in open_ones if _is_listed(*one, now)]
    going = []
    for facts, ladder in overdue or open_ones:
        place = _place_of(ladder, level)
        if place is not None:
            going.append(_going(facts, ladder, place))
    if not going:
        raise UserMistake(
            f"--level {level}: no policy of the customer's has a notice of that level"
        )
    return going


def _place_of(ladder: Ladder, level: int) -> int | None:
    stages = enumerate(ladder.policy.stages)
    found = (n for n, one in stages if one.kind is StageKind.NOTICE and one.level == level)
    return next(found, None)


def _is_listed(facts: Facts, ladder: Ladder, now: datetime) -> bool:
    """Overdue, and neither held nor handed over (ladder.md, rule 5)."""
    is_late = is_overdue(facts, ladder.today(now))
    return is_late and not facts.handed_over and not is_held(facts, ladder)


def _also_open(cases: Sequence[CaseOf], going: Sequence[Going], now: datetime) -> list[Facts]:
    gone = {one.facts.number for one in going}
    return [one[0] for one in cases if one[0].number not in gone and _is_listed(*one, now)]


def _letter(
    session: Session,
    customer: CustomerRecord,
    creditor: Creditor,
    going: Sequence[Going],
    listed: Sequence[Facts],
    now: datetime,
) -> NoticeLetter:
    head = max(going, key=lambda one: one.stage.level)
    today = head.ladder.today(now)
    claimed = [_claimed(session, one.facts, one.stage.level, advances=True) for one in going]
    claimed += [_claimed(session, facts, facts.level, advances=False) for facts in listed]
    return NoticeLetter(
        number=NUMBER,
        level=head.stage.level,
        creditor=creditor,
        addressee=Addressee(
            customer.customer_id,
            customer.name,
            customer.email,
            customer.language,
            customer.country,
        ),
        day=today,
        pay_by=head.ladder.pay_by(head.stage, today),
        invoices=tuple(sorted(claimed, key=lambda one: one.number)),
        next_step=head.next_kind,
        credit=credit_of(session, customer.customer_id),
    )


def _claimed(session: Session, facts: Facts, level: int, *, advances: bool) -> ClaimedInvoice:
    invoice = session.get_one(InvoiceRecord, facts.number)
    return ClaimedInvoice(
        number=facts.number,
        issue_date=invoice.issue_date,
        due_date=facts.due_date,
        total=Money(facts.amount, facts.currency),
        balance=Money(facts.balance, facts.currency),
        level=level,
        advances=advances,
    )


def _paper(session: Session, invoice: InvoiceRecord, letter: NoticeLetter) -> InvoicePaper:
    lines = session.exec(
        select(InvoiceLineRecord)
        .where(col(InvoiceLineRecord.invoice_number) == invoice.number)
        .order_by(col(InvoiceLineRecord.line))
    )
    return paper_of(invoice, lines, letter)
