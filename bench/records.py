"""What is recorded of one debtor: the rows that years of imports, notices and calls would have left."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from bench.debited import write_debits
from bench.debts import Debt, Debtor
from bench.hours import at
from bench.papers import CASE, INVOICE, MAIL, PROOF
from bench.rows import Rows
from models import names
from models.tables import (
    AttentionRecord,
    CallAttemptRecord,
    CallItemRecord,
    CallTaskRecord,
    CaseState,
    CreditRecord,
    CustomerRecord,
    EventRecord,
    HoldRecord,
    InvoiceRecord,
    LegalCaseItemRecord,
    LegalCaseRecord,
    MessageRecord,
    NoticeItemRecord,
    NoticeRecord,
    NoticeState,
    PaymentRecord,
    PhoneCallRecord,
    PositionRecord,
    RefundRecord,
    TaskState,
    Trouble,
)
from rules.calls import Outcome
from rules.case import HoldKind, Status, What
from rules.policy import StageKind
from rules.refunds import RefundState
from rules.telephone import LegState

_DAY = timedelta(days=1)
_NOTICES = 3  # the standard policy: a collection, notices 1 to 3, a call, a case
_CALL_STAGE, _LEGAL_STAGE = 4, 5
_PAY_WITHIN = {1: 10, 2: 10, 3: 7}
_KINDS = {**dict.fromkeys((0, 1, 2), StageKind.NOTICE), 3: StageKind.CALL}


@dataclass(frozen=True)
class Papers:
    """What every invoice and every notice names."""

    policy: str
    creditor: str


@dataclass
class Pen:
    """Writes rows about one debtor; `entry_of` is the bank entry that paid an invoice."""

    rows: Rows
    rng: Random
    papers: Papers
    today: date
    entry_of: dict[str, int]
    debtor: Debtor
    _task_of: dict[tuple[str, date], str] = field(default_factory=dict)
    _proposed_in: dict[str, str] = field(default_factory=dict)
    _debited: frozenset[str] = frozenset()

    @property
    def customer_id(self) -> str:
        return self.debtor.customer.customer_id

    def write(self) -> None:
        self._customer()
        for debt in self.debtor.debts:
            self._invoice(debt)
            self._money(debt)
            self._hold(debt)
        self._notices()
        self._tasks()
        self._cases()
        self._debits()
        for debt in self.debtor.debts:
            self._position(debt)
        self._refunds()
        self._acts()

    def _customer(self) -> None:
        customer = self.debtor.customer
        self.rows.add(
            CustomerRecord,
            customer_id=customer.customer_id,
            name=customer.name,
            email=f"ap@{customer.customer_id.lower()}.example" if self._chance(0.98) else "",
            phone="+49 30 23125 100" if self._chance(0.9) else "",
            language=customer.language,
            country=customer.country,
        )
        if self.debtor.is_paused:
            self._add_hold(None, HoldKind.PAUSE, self.today - 3 * _DAY, "asked for a fortnight")
        if self._chance(0.02):
            self._trouble(self.rng.choice((Trouble.ADDRESS, Trouble.PHONE)), "")

    # --- one invoice -----------------------------------------------------------------------------

    def _invoice(self, debt: Debt) -> None:
        invoice = debt.invoice
        self.rows.add(
            InvoiceRecord,
            number=invoice.number,
            customer_id=self.customer_id,
            policy=self.papers.policy,
            issue_date=invoice.issued,
            due_date=invoice.due,
            currency=invoice.currency,
            amount_minor=invoice.amount,
            balance_minor=debt.balance,
            status=(Status.SETTLED if debt.is_over else Status.OPEN).value,
            document=INVOICE,
            content=hashlib.sha256(invoice.number.encode()).hexdigest(),
            recorded_at=at(invoice.issued, 6),
        )
        self._event("opened", debt, invoice.issued, amount=invoice.amount, balance=invoice.amount)

    def _money(self, debt: Debt) -> None:
        if not debt.paid or debt.paid_on is None:
            return
        number, entry = debt.invoice.number, self.entry_of.get(debt.invoice.number)
        key = f"bank:{entry}:{number}" if entry else f"manual:{number}"
        self.rows.add(
            PaymentRecord,
            payment_id=key,
            invoice_number=number,
            value_date=debt.paid_on,
            booked_on=debt.paid_on,
            currency=debt.invoice.currency,
            amount_minor=debt.paid,
            allocated_minor=debt.invoice.amount - debt.balance,
            source="bank" if entry else "manual",
            actor="" if entry else "user1",
            entry=entry,
            entry_minor=debt.paid if entry else 0,
            recorded_at=at(debt.paid_on, 20),
        )
        if debt.paid > debt.invoice.amount:
            self._credit(debt, debt.paid - debt.invoice.amount, payment_id=key, entry=entry)
        self._event("payment_received", debt, debt.paid_on, amount=debt.paid, reference=key)
        if debt.is_over:
            self._event("settled", debt, debt.paid_on, amount=debt.paid)

    def _credit(self, debt: Debt, amount: int, **words: Any) -> None:
        self.rows.add(
            CreditRecord,
            customer_id=self.customer_id,
            invoice_number=debt.invoice.number,
            currency=debt.invoice.currency,
            amount_minor=amount,
            recorded_at=at(debt.paid_on or self.today, 20),
            **words,
        )

    def _hold(self, debt: Debt) -> None:
        if debt.hold is not None:
            begins = self.today - self.rng.randint(1, 12) * _DAY
            self._add_hold(debt, debt.hold, begins, "said on the telephone")
            self._event("held", debt, begins, detail=debt.hold.value)

    def _add_hold(self, debt: Debt | None, kind: HoldKind, begins: date, reason: str) -> None:
        ends = self.today + self.rng.randint(2, 15) * _DAY
        self.rows.add(
            HoldRecord,
            customer_id=self.customer_id,
            invoice_number=debt.invoice.number if debt else None,
            kind=kind.value,
            begins_at=at(begins, 11),
            until=None if kind is HoldKind.DISPUTE else at(ends, 0),
            promised_for=ends - 3 * _DAY if kind is HoldKind.PROMISE else None,
            reason=reason,
            actor="user2",
        )

    def _position(self, debt: Debt) -> None:
        steps, number = debt.steps, debt.invoice.number
        task = self._task_of.get((number, debt.called), "") if debt.called else ""
        in_task = task if debt.call_ended is None and not debt.is_over else ""
        proposed = self._proposed_in.get(number, "")
        stage = _LEGAL_STAGE if debt.call_ended else 1 + debt.level
        anchor = [debt.invoice.due, *debt.notices, *debt.steps[4:5]][-1]
        self.rows.add(
            PositionRecord,
            invoice_number=number,
            stage=stage,
            anchor=anchor,
            level=debt.level,
            task=in_task,
            proposed=proposed,
            run=int(number in self._debited),
            handed_over_on=None if debt.is_over else debt.handed_over,
            **self._next(debt, in_task, proposed, (steps[-1] if steps else debt.invoice.due)),
        )

    def _next(self, debt: Debt, task: str, proposed: str, last: date) -> dict[str, Any]:
        gap = 14 if debt.steps else 28
        when = at(max(last + gap * _DAY, self.today + _DAY), 9)
        kind = StageKind.LEGAL if debt.call_ended else _KINDS[debt.level]
        if debt.is_over or debt.handed_over:
            what = What.OVER if debt.is_over else What.HANDED_OVER
            return {"next_what": what.value}
        if debt.hold or self.debtor.is_paused:
            return {"next_what": What.HELD.value}
        if task or proposed:
            return {"next_what": (What.CALLED if task else What.PROPOSED).value, "next_kind": kind}
        return {"next_what": What.STAGE.value, "next_kind": kind.value, "next_at": when}

    # --- all of them together --------------------------------------------------------------------

    def _notices(self) -> None:
        days = sorted({day for debt in self.debtor.debts for day in debt.notices})
        for sequence, day in enumerate(days, 1):
            self._notice(sequence, day)

    def _notice(self, sequence: int, day: date) -> None:
        number = names.notice_number(self.customer_id, sequence)
        going = [debt for debt in self.debtor.debts if day in debt.notices]
        also = [d for d in self.debtor.debts if day not in d.notices and d.is_listed(day)]
        level = max(debt.level_before(day) + 1 for debt in going)
        self.rows.add(
            NoticeRecord,
            number=number,
            customer_id=self.customer_id,
            sequence=sequence,
            state=(NoticeState.SENT if self._chance(0.995) else NoticeState.IN_DOUBT).value,
            day=day,
            level=level,
            pay_by=day + _PAY_WITHIN[level] * _DAY,
            next_kind=_KINDS[level].value,
            email=f"ap@{self.customer_id.lower()}.example",
            message_id=f"<{number}@creditor.example>",
            creditor=self.papers.creditor,
            mode="send",
            document=MAIL,
            planned_at=at(day, 9),
            closes_at=at(day, 17),
            made_at=at(day, 9),
            sending_at=at(day, 9),
            sent_at=at(day, 9),
        )
        for debt in going:
            self._notice_item(number, debt, day, debt.level_before(day) + 1, advances=True)
        for debt in also:
            self._notice_item(number, debt, day, debt.level_before(day), advances=False)

    def _notice_item(
        self, number: str, debt: Debt, day: date, level: int, *, advances: bool
    ) -> None:
        owed = debt.balance if debt.paid_on and debt.paid_on < day else debt.invoice.amount
        self.rows.add(
            NoticeItemRecord,
            notice_number=number,
            invoice_number=debt.invoice.number,
            advances=advances,
            stage=level if advances else level + 1,
            level=level,
            balance_minor=owed,
            currency=debt.invoice.currency,
        )
        event = "notice_sent" if advances else "notice_listed"
        self._event(event, debt, day, level=level, amount=owed, balance=owed, reference=number)

    def _tasks(self) -> None:
        for sequence, (day, debts) in enumerate(_by_day(self.debtor, "called"), 1):
            self._task(sequence, day, debts)

    def _task(self, sequence: int, day: date, debts: list[Debt]) -> None:
        """Attempts every other business day; the last one ended the call, where it has ended."""
        task = names.task_number(self.customer_id, sequence)
        ended = debts[0].steps[4] if len(debts[0].steps) > 4 else None
        about = [debt for debt in debts if not debt.is_over]
        is_open = ended is None and bool(about)
        failed = 3 if ended else self.rng.randint(0, 2)
        self.rows.add(
            CallTaskRecord,
            task=task,
            customer_id=self.customer_id,
            sequence=sequence,
            state=(TaskState.OPEN if is_open else TaskState.CLOSED).value,
            opened_at=at(day, 9),
            taken_by=f"user{self.rng.randint(1, 20)}" if is_open and self._chance(0.1) else None,
            escalated_at=at(day + 7 * _DAY, 9) if is_open and day < self.today - 7 * _DAY else None,
            closed_at=None if is_open else at(ended or self.today, 12),
        )
        for debt in debts:
            self._task_of[debt.invoice.number, day] = task
            self.rows.add(
                CallItemRecord,
                task=task,
                invoice_number=debt.invoice.number,
                attempts=failed,
                due_at=at(day + 2 * failed * _DAY, 9),
                in_task=is_open and not debt.is_over and debt.hold is None,
            )
            self._event("call_opened", debt, day, amount=debt.balance, reference=task)
            if ended:
                self._event("call_closed", debt, ended, reference=task)
        for attempt in range(failed):
            self._attempt(task, debts, day + 2 * attempt * _DAY)

    def _attempt(self, task: str, debts: list[Debt], day: date) -> None:
        outcome = self.rng.choice((Outcome.NO_ANSWER, Outcome.REFUSED)).value
        self.rows.add(CallAttemptRecord, task=task, outcome=outcome, actor="user1", at=at(day, 11))
        if self._chance(0.5):
            self._phone_call(task, day, answered=outcome == Outcome.REFUSED)
        for debt in debts:
            self._event("call_attempted", debt, day, reference=task, detail=outcome)

    def _phone_call(self, task: str, day: date, *, answered: bool) -> None:
        """By a click: the employee's leg, then the customer's."""
        self.rows.add(
            PhoneCallRecord,
            key=f"call:{task}/{day}",
            task=task,
            customer_id=self.customer_id,
            called_by="user1",
            employee_state=LegState.COMPLETED.value,
            customer_state=(LegState.COMPLETED if answered else LegState.NO_ANSWER).value,
            started_at=at(day, 11),
            heard_at=at(day, 11),
            answered_at=at(day, 11) if answered else None,
            ended_at=at(day, 11),
            seconds=90 if answered else None,
        )

    def _cases(self) -> None:
        """Some that could go already await a yes."""
        cases = [
            (day, debts, CaseState.HANDED_OVER)
            for day, debts in _by_day(self.debtor, "handed_over")
        ]
        if self._chance(0.3):
            for day, debts in _by_day(self.debtor, "call_ended"):
                waiting = [d for d in debts if not d.handed_over and not d.is_over]
                if waiting:
                    cases.append((day, waiting, CaseState.PROPOSED))
        for sequence, (day, debts, state) in enumerate(cases, 1):
            self._case(sequence, day, debts, state)

    def _case(self, sequence: int, day: date, debts: list[Debt], state: CaseState) -> None:
        case = names.case_number(self.customer_id, sequence)
        gone = state is CaseState.HANDED_OVER
        self.rows.add(
            LegalCaseRecord,
            case=case,
            customer_id=self.customer_id,
            sequence=sequence,
            state=state.value,
            approved_by="user20" if gone else "",
            document=CASE if gone else "",
            opened_at=at(day, 9),
            handed_over_at=at(day, 9) if gone else None,
        )
        for debt in debts:
            self.rows.add(
                LegalCaseItemRecord,
                case=case,
                invoice_number=debt.invoice.number,
                balance_minor=debt.balance,
                currency=debt.invoice.currency,
            )
            event = "legal_handover" if gone else "case_proposed"
            self._event(event, debt, day, amount=debt.balance, reference=case)
            if not gone:
                self._proposed_in[debt.invoice.number] = case
        if not gone:
            self._trouble(Trouble.APPROVAL, case)

    def _debits(self) -> None:
        """One customer in four is debited first: by dice of their own, so that all else stays as it was."""
        if Random(self.customer_id).random() < 0.25:
            self._debited = write_debits(
                self.rows, self.customer_id, self.papers.creditor, self.debtor.debts, self.today
            )

    def _refunds(self) -> None:
        """Half of what was paid too much goes back."""
        sequence = 0
        for debt in self.debtor.debts:
            if debt.paid > debt.invoice.amount and self._chance(0.5):
                sequence += 1
                self._refund(sequence, debt, debt.paid - debt.invoice.amount)

    def _refund(self, sequence: int, debt: Debt, amount: int) -> None:
        number = names.refund_number(self.customer_id, sequence)
        state = self.rng.choices(list(RefundState), weights=(5, 10, 5, 78, 2))[0]
        invoice, entry = debt.invoice.number, self.entry_of.get(debt.invoice.number)
        done = self.today if state is RefundState.CONFIRMED else None
        self.rows.add(
            RefundRecord,
            number=number,
            customer_id=self.customer_id,
            sequence=sequence,
            request=f"bench:{number}",
            invoice_number=invoice,
            payment_id=f"bank:{entry}:{invoice}" if entry else f"manual:{invoice}",
            currency=debt.invoice.currency,
            amount_minor=amount,
            state=state.value,
            attempts=1,
            key=names.refund_key(number, 1),
            reason="paid twice",
            actor="user3",
            requested_at=at(self.today - 2 * _DAY, 10),
            done_on=done,
            document=PROOF if done else "",
        )
        if state is not RefundState.FAILED:
            self._credit(debt, -amount, reason="refund", refund=number, actor="user3")
        if state in (RefundState.FAILED, RefundState.BY_HAND):
            self._trouble(Trouble.REFUND, number)

    def _acts(self) -> None:
        if self._chance(0.1):
            self.rows.add(
                MessageRecord,
                key=f"act:{self.customer_id}",
                about=names.customer_workflow_id(self.customer_id),
                name="pause_customer",
                payload="{}",
                actor="user4",
                came_in=at(self.today, 8),
            )

    def _trouble(self, trouble: Trouble, reference: str) -> None:
        self.rows.add(
            AttentionRecord,
            customer_id=self.customer_id,
            trouble=trouble.value,
            reference=reference,
            begins_at=at(self.today - self.rng.randint(0, 20) * _DAY, 10),
        )
        self._customers_event("needs_attention", reference, trouble.value)

    def _customers_event(self, event: str, reference: str, detail: str) -> None:
        self.rows.add(
            EventRecord,
            at=at(self.today, 10),
            customer_id=self.customer_id,
            event=event,
            reference=reference,
            detail=detail,
            recorded_at=at(self.today, 10),
        )

    def _event(self, event: str, debt: Debt, day: date, **words: Any) -> None:
        amount = words.pop("amount", 0)
        self.rows.add(
            EventRecord,
            at=at(day, 9),
            customer_id=self.customer_id,
            invoice_number=debt.invoice.number,
            event=event,
            amount_minor=amount,
            balance_minor=words.pop("balance", debt.balance),
            currency=debt.invoice.currency,
            recorded_at=at(day, 9),
            **words,
        )

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share


def _by_day(debtor: Debtor, step: str) -> list[tuple[date, list[Debt]]]:
    """The customer's debts by the day on which they came to a step, the first day first."""
    found: dict[date, list[Debt]] = defaultdict(list)
    for debt in debtor.debts:
        day = getattr(debt, step)
        if day is not None:
            found[day].append(debt)
    return sorted(found.items())
