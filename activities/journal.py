"""One transaction's pen: what is written down with it has the same moment and the same actor."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ARRAY, String, any_, literal
from sqlmodel import Session, col, select

from models import names
from models.messages import Case, Customer, Recorded, Refund, Step, Task
from models.tables import (
    AttentionRecord,
    CustomerRecord,
    EventRecord,
    InvoiceRecord,
    OutboxRecord,
    RefundRecord,
    Trouble,
)
from models.tables.base import by_text
from rules.clock import Clock

alarms = logging.getLogger("duely.alarms")  # docs/runbook.md has an entry for each


@contextmanager
def no_alarms() -> Iterator[None]:
    """Alarms are for what happened, not for what is only tried."""
    before, alarms.disabled = alarms.disabled, True
    try:
        yield
    finally:
        alarms.disabled = before


@dataclass(frozen=True)
class Journal:
    """Writes events, messages to workflows and calls for attention in one transaction.

    `now` is business time. `by_day` is a replay's: money and settlement are dated at the beginning
    of their day (ladder.md, "timeline").
    """

    session: Session
    now: datetime
    clock: Clock
    actor: str = ""
    by_day: bool = False
    asker: str = ""  # the workflow that asked for all this: it looks by itself, and is not told
    left: list[OutboxRecord] = field(default_factory=list)  # messages this transaction leaves

    def signed(self, actor: str) -> "Journal":
        return replace(self, actor=actor)

    def lock(self, *customer_ids: str) -> None:
        """Nothing else is decided about these customers until the transaction ends.

        To be called before anything about them is read; what was is read anew.
        """
        if not customer_ids or self.session.get_bind().dialect.name == "sqlite":
            return  # whose every transaction holds the only write lock (activities/database.py)
        key = col(CustomerRecord.customer_id)
        # In one order, or two that lock several would each wait for the other. `key_share`: rows
        # that only name the customer may be added meanwhile.
        wanted = literal(list(customer_ids), ARRAY(String))
        query = select(key).where(key == any_(wanted)).order_by(by_text(key))
        self.session.exec(query.with_for_update(key_share=True)).all()
        for row in list(self.session.identity_map.values()):
            if not isinstance(row, OutboxRecord):  # what this transaction leaves changes nowhere
                self.session.expire(row)

    def locked_customer(self, customer_id: str) -> CustomerRecord:
        self.lock(customer_id)
        return self.session.get_one(CustomerRecord, customer_id)

    def log(
        self,
        event: str,
        invoice: InvoiceRecord,
        *,
        at: datetime | None = None,
        level: int | None = None,
        amount: int = 0,
        balance: int | None = None,
        reference: str = "",
        detail: str = "",
    ) -> None:
        """Append an event about one invoice. Amounts in minor units; `at` defaults to now."""
        self.session.add(
            EventRecord(
                at=at or self.now,
                customer_id=invoice.customer_id,
                invoice_number=invoice.number,
                event=event,
                level=level,
                amount_minor=amount,
                balance_minor=invoice.balance_minor if balance is None else balance,
                currency=invoice.currency,
                reference=reference,
                actor=self.actor,
                detail=detail,
                recorded_at=self.now,
            )
        )

    def log_customer(
        self, event: str, customer_id: str, *, reference: str = "", detail: str = ""
    ) -> None:
        """Append an event about a customer, or about a message nobody could place."""
        self.session.add(
            EventRecord(
                at=self.now,
                customer_id=customer_id,
                event=event,
                reference=reference,
                actor=self.actor,
                detail=detail,
                recorded_at=self.now,
            )
        )

    def start_invoice(self, invoice: InvoiceRecord, first_look: datetime | None) -> None:
        """Have the invoice's workflow started; it looks at the record at `first_look`, or at once."""
        start = self._case(invoice).model_copy(update={"first_look": first_look})
        workflow_id = names.invoice_workflow_id(invoice.number)
        self._leave(invoice.customer_id, names.INVOICE_WORKFLOW, workflow_id, "", start, Recorded())

    def tell_invoice(
        self,
        invoice: InvoiceRecord,
        signal: str,
        reference: str = "",
        *,
        step: Step | None = None,
    ) -> None:
        """Leave a message for the invoice's workflow, which is started where none runs. `step`:
        what a look at the record would find."""
        self._leave(
            invoice.customer_id,
            names.INVOICE_WORKFLOW,
            names.invoice_workflow_id(invoice.number),
            signal,
            self._case(invoice),
            Recorded(reference=reference, step=step),
        )

    def _case(self, invoice: InvoiceRecord) -> Case:
        return Case(
            invoice_number=invoice.number,
            customer_id=invoice.customer_id,
            clock=self.clock,
            amount=invoice.amount_minor,
            currency=invoice.currency,
            due_date=invoice.due_date,
        )

    def tell_customer(self, customer_id: str, reference: str) -> None:
        """What needs attention has changed: the customer's workflow shows it."""
        self._leave(
            customer_id,
            names.CUSTOMER_WORKFLOW,
            names.customer_workflow_id(customer_id),
            names.RECORD_CHANGED,
            Customer(customer_id=customer_id, clock=self.clock),
            Recorded(reference=reference),
        )

    def tell_task(self, customer_id: str, task: str) -> None:
        self._leave(
            customer_id,
            names.CALL_WORKFLOW,
            names.call_workflow_id(task),
            names.RECORD_CHANGED,
            Task(task=task, customer_id=customer_id, clock=self.clock),
            Recorded(reference=task),
        )

    def start_refund(self, refund: RefundRecord) -> None:
        """Have the refund's workflow started."""
        self._leave_refund(refund, "")

    def tell_refund(self, refund: RefundRecord) -> None:
        """Something was recorded that its workflow did not do itself."""
        self._leave_refund(refund, names.RECORD_CHANGED)

    def _leave_refund(self, refund: RefundRecord, signal: str) -> None:
        self._leave(
            refund.customer_id,
            names.REFUND_WORKFLOW,
            names.refund_workflow_id(refund.number),
            signal,
            Refund(refund=refund.number, customer_id=refund.customer_id, clock=self.clock),
            Recorded(reference=refund.number),
        )

    def _leave(
        self,
        customer_id: str,
        workflow: str,
        workflow_id: str,
        signal: str,
        start: Case | Customer | Task | Refund,
        payload: Recorded,
    ) -> None:
        if workflow_id == self.asker:
            return
        self.left.append(
            OutboxRecord(
                customer_id=customer_id,
                workflow=workflow,
                workflow_id=workflow_id,
                signal=signal,
                start=start.model_dump_json(),
                payload=payload.model_dump_json(),
            )
        )
        self.session.add(self.left[-1])

    def needs_attention(
        self, trouble: Trouble, customer_id: str, reference: str = "", detail: str = ""
    ) -> None:
        """Park something for a person; the same trouble about the same thing is parked once."""
        if self.troubles(customer_id, trouble, reference):
            return
        self.session.add(
            AttentionRecord(
                customer_id=customer_id,
                trouble=trouble.value,
                reference=reference,
                detail=detail,
                begins_at=self.now,
            )
        )
        self.log_customer("needs_attention", customer_id, reference=reference, detail=trouble.value)
        self.tell_customer(customer_id, trouble.value)
        alarms.warning("needs attention: %s %s %s", trouble.value, customer_id, reference)

    def troubles(
        self, customer_id: str, trouble: Trouble, reference: str | None = None
    ) -> list[AttentionRecord]:
        """The customer's open troubles of one kind, all or those about one thing."""
        found = self.session.exec(
            select(AttentionRecord).where(
                col(AttentionRecord.customer_id) == customer_id,
                col(AttentionRecord.trouble) == trouble.value,
                col(AttentionRecord.ended_at).is_(None),
            )
        )
        return [one for one in found if reference is None or one.reference == reference]

    def all_troubles(self, customer_id: str) -> set[Trouble]:
        """Every kind of trouble the customer has open."""
        found = self.session.exec(
            select(AttentionRecord.trouble).where(
                col(AttentionRecord.customer_id) == customer_id,
                col(AttentionRecord.ended_at).is_(None),
            )
        )
        return {Trouble(trouble) for trouble in found}

    def end_trouble(self, trouble: Trouble, customer_id: str, reference: str | None = None) -> bool:
        """A person has acted. True where something was parked."""
        ended = self.troubles(customer_id, trouble, reference)
        for one in ended:
            one.ended_at = self.now
            self.log_customer("attention_ended", customer_id, detail=trouble.value)
            self.tell_customer(customer_id, trouble.value)
        return bool(ended)
