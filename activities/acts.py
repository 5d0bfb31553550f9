"""Record what people ask of an invoice: judged once more against the record, then written down."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from activities import books, collecting_by_hand, endings_record, replanning
from activities.facts import case_of
from activities.holds import begin_hold, end_hold, standing_holds
from activities.journal import Journal
from models import messages as say
from models import names
from models.messages import Answer, RecordAct
from models.tables import (
    HoldRecord,
    InvoiceRecord,
    MessageRecord,
    PositionRecord,
    ProposalState,
)
from rules import acts
from rules.case import Facts, HoldKind, Status
from rules.days import DAY, midnight
from rules.ladder import Ladder
from rules.money import Money
from rules.second_person import needs_another, refuse_decision, refuse_more


def once(
    journal: Journal, about: str, key: str, act: say.Act, came_in: datetime, do: Callable[[], str]
) -> Answer:
    """Do an act unless its key was taken before; record who asked, when, and what became of it."""
    taken = journal.session.get(MessageRecord, key)
    if taken is not None:
        return Answer(refused=taken.refused)
    refused = do()
    journal.session.add(
        MessageRecord(
            key=key,
            about=about,
            name=str(getattr(act, "name", "call_outcome")),
            payload=act.model_dump_json(),
            actor=act.by,
            refused=refused,
            came_in=came_in,
        )
    )
    return Answer(refused=refused)


def record_act(journal: Journal, record: RecordAct, limit: Decimal | None = None) -> Answer:
    """One act on one invoice: done, or refused with a sentence and an event. Giving up more than
    `limit` waits for another person's yes."""
    journal = journal.signed(record.act.by)
    journal.lock(record.customer_id)
    invoice = journal.session.get_one(InvoiceRecord, record.invoice_number)

    def do() -> str:
        facts, ladder = case_of(journal.session, record.invoice_number, journal.now)
        refused = _Acting(journal, invoice, facts, ladder, record.key, limit).do(record.act)
        if refused:
            journal.log("act_refused", invoice, detail=f"{record.act.name}: {refused}")
        else:
            journal.tell_invoice(invoice, names.RECORD_CHANGED, record.act.name)
        return refused

    about = names.invoice_workflow_id(record.invoice_number)
    answer = once(journal, about, record.key, record.act, record.came_in, do)
    if answer.refused or not isinstance(record.act, say.WriteOff | say.Cancel):
        return answer
    return Answer(told=endings_record.told(journal, invoice))


def standing_of(facts: Facts, ladder: Ladder, now: datetime) -> acts.Standing:
    """What the rules judge an act by."""
    return acts.Standing(
        today=ladder.today(now),
        is_over=facts.status is not Status.OPEN,
        balance=facts.balance,
        held_by=frozenset(hold.kind for hold in facts.holds),
        handed_over=facts.handed_over,
        has_begun=facts.stage > ladder.first_stage(with_mandate=False),
        promises_left=ladder.policy.promises - facts.promises_broken,
        promise_limit=ladder.policy.promise_limit,
    )


def refusal(act: say.InvoiceAct, standing: acts.Standing, issue_date: date) -> str:
    """Why an act on an invoice makes no sense as the record stands; "" where it may be done."""
    match act:
        case say.Pause():
            return acts.refuse_pause(standing, act.until)
        case say.Resume():
            return acts.refuse_resume(standing)
        case say.Settle():
            return acts.refuse_settle(standing)
        case say.Promise():
            return acts.refuse_promise(standing, act.day)
        case say.Dispute():
            return acts.refuse_dispute(standing)
        case say.DisputeOutcome():
            credit = act.credit_minor
            return acts.refuse_dispute_outcome(standing, upheld=act.upheld, credit=credit)
        case say.ChangeDueDate():
            return acts.refuse_due_date(standing, act.due_date, issue_date=issue_date)
        case say.CollectNow():
            return acts.refuse_collect(standing)
        case say.RetryCollection() | say.DebitOutcome():
            return ""  # whether anything waits, or is under way, is judged by the run
        case say.WriteOff() | say.Cancel() | say.ApproveWriteOff() | say.DeclineWriteOff():
            return acts.refuse_ending(standing)


def hold_for_promise(
    journal: Journal,
    ladder: Ladder,
    invoice: InvoiceRecord,
    kind: HoldKind,
    day: date,
    *,
    reason: str,
    task: str = "",
) -> None:
    """Held through the promised day and the policy's grace (ladder.md, "promise to pay by D")."""
    last = ladder.days.add(day, ladder.policy.promise_grace)
    begin_hold(
        journal,
        invoice,
        kind,
        until=midnight(last + DAY, ladder.zone),
        reason=reason,
        task=task,
        promised_for=day,
    )


class _Acting:
    """One act being done: a method for each, that answers "" or why not."""

    def __init__(
        self,
        journal: Journal,
        invoice: InvoiceRecord,
        facts: Facts,
        ladder: Ladder,
        key: str,
        limit: Decimal | None,
    ) -> None:
        self._journal = journal
        self._invoice = invoice
        self._ladder = ladder
        self._key = key
        self._limit = limit
        self._standing = standing_of(facts, ladder, journal.now)

    def do(self, act: say.InvoiceAct) -> str:
        if refused := refusal(act, self._standing, self._invoice.issue_date):
            return refused
        match act:
            case say.Pause():
                return self._pause(act)
            case say.Resume():
                return self._resume()
            case say.Settle():
                return self._settle(act)
            case say.Promise():
                return self._promise(act)
            case say.Dispute():
                return self._dispute(act)
            case say.DisputeOutcome():
                return self._dispute_outcome(act)
            case say.ChangeDueDate():
                return self._change_due_date(act)
            case say.CollectNow():
                return collecting_by_hand.collect_now(
                    self._journal, self._ladder, self._invoice, act.method
                )
            case say.RetryCollection():
                return collecting_by_hand.retry(self._journal, self._invoice)
            case say.DebitOutcome():
                return collecting_by_hand.outcome(
                    self._journal, self._invoice, paid=act.paid, code=act.code.strip()
                )
            case say.WriteOff():
                return self._give_up(Status.WRITTEN_OFF, act.reason)
            case say.Cancel():
                return self._give_up(Status.CANCELLED, act.reason)
            case say.ApproveWriteOff():
                return self._decide(ProposalState.APPROVED, act.reason)
            case say.DeclineWriteOff():
                return self._decide(ProposalState.DECLINED, act.reason)

    def _pause(self, act: say.Pause) -> str:
        until = midnight(act.until, self._ladder.zone) if act.until else None
        self._hold(HoldKind.PAUSE, until, act.reason)
        return ""

    def _hold(self, kind: HoldKind, until: datetime | None, reason: str) -> None:
        begin_hold(self._journal, self._invoice, kind, until=until, reason=reason)

    def _resume(self) -> str:
        mine = self._standing_holds(HoldKind.PAUSE)
        if not mine:
            return "the customer is paused as a whole, resume the customer"
        for hold in mine:
            end_hold(self._journal, hold, self._journal.now)
        return ""

    def _standing_holds(self, kind: HoldKind) -> list[HoldRecord]:
        return standing_holds(self._journal, self._invoice.customer_id, self._invoice.number, kind)

    def _settle(self, act: say.Settle) -> str:
        self._move(self._invoice.balance_minor, "manual", f"manual:{self._key}", act.reason)
        return ""

    def _move(
        self, amount: int, source: str, payment_id: str, reason: str, event: str = ""
    ) -> None:
        today = self._standing.today
        money = books.Money(payment_id, today, amount, source=source, reason=reason, event=event)
        books.book(self._journal, self._ladder, self._invoice, [money])

    def _promise(self, act: say.Promise) -> str:
        hold_for_promise(
            self._journal, self._ladder, self._invoice, HoldKind.PROMISE, act.day, reason=act.reason
        )
        return ""

    def _dispute(self, act: say.Dispute) -> str:
        self._hold(HoldKind.DISPUTE, None, act.reason)
        return ""

    def _dispute_outcome(self, act: say.DisputeOutcome) -> str:
        for hold in self._standing_holds(HoldKind.DISPUTE):
            end_hold(self._journal, hold, self._journal.now)
        if act.upheld and act.credit_minor is None:
            return self._end(Status.CANCELLED)
        if act.credit_minor is not None:
            key = f"credit:{self._key}"
            self._move(act.credit_minor, "credit_note", key, act.reason, event="credited")
        return ""

    def _change_due_date(self, act: say.ChangeDueDate) -> str:
        if replanning.is_at_its_bank(self._journal.session, self._invoice.number):
            return "a debit of it is under way: its outcome is known first"
        self._invoice.due_date = act.due_date
        position = self._journal.session.get_one(PositionRecord, self._invoice.number)
        position.anchor = act.due_date
        replanning.due_date_changed(self._journal, self._invoice)
        self._journal.log("due_date_changed", self._invoice, detail=act.due_date.isoformat())
        return ""

    def _give_up(self, status: Status, reason: str) -> str:
        if needs_another(self._owed, self._limit):
            return endings_record.propose(self._journal, self._invoice, status, reason)
        return self._end(status)

    @property
    def _owed(self) -> Money:
        return Money(self._invoice.balance_minor, self._invoice.currency)

    def _decide(self, decision: ProposalState, answer: str) -> str:
        """Another person's word; a yes gives up what is owed now, never more than was proposed."""
        proposal = endings_record.standing(self._journal, self._invoice.number)
        what = f"invoice {self._invoice.number}"
        by = proposal.proposed_by if proposal else None
        refused = refuse_decision(self._journal.actor, by, what=what)
        if refused or proposal is None:
            return refused
        approved = decision is ProposalState.APPROVED
        proposed = Money(proposal.balance_minor, proposal.currency)
        if approved and (refused := refuse_more(self._owed, proposed)):
            return refused
        endings_record.close(self._journal, proposal, decision, answer)
        return self._end(Status(proposal.ending)) if approved else ""

    def _end(self, status: Status) -> str:
        books.end(self._journal, self._ladder, self._invoice, status, f"{status}:{self._key}")
        return ""
