"""Record what people ask of a customer as a whole: pause, a mended address or number, a yes."""

from activities import cases_record, collecting_by_hand, letters, notices_record
from activities.acts import once
from activities.banking.age import waits_since
from activities.facts import open_cases
from activities.holds import begin_customer_pause, end_hold, open_invoices, standing_holds
from activities.journal import Journal
from activities.papers import is_usable
from activities.workplace import Workplace
from gateways.phone_numbers import dialable
from models import messages as say
from models import names
from models.messages import Answer, RecordCustomerAct
from models.settings import MailMode
from models.tables import CustomerRecord, InvoiceRecord, NoticeState, RefundRecord, Trouble
from rules import gathering
from rules.case import HoldKind
from rules.days import midnight
from rules.errors import UserMistake
from rules.gathering import Waiting
from rules.ladder import Ladder
from rules.policy import StageKind
from rules.sending_now import refuse_now

# What a person can say is seen to. The rest ends with its own act.
_PARKED = (
    Trouble.ADDRESS,
    Trouble.PHONE,
    Trouble.PAPERS,
    Trouble.ENCLOSURE,
    Trouble.HANDED_OVER_CHANGED,
    Trouble.OWED_AGAIN,
    Trouble.REFUND,
    Trouble.COLLECTION,
)


def record_customer_act(journal: Journal, record: RecordCustomerAct, work: Workplace) -> Answer:
    """One act on one customer: done, or refused with a sentence and an event."""
    journal = journal.signed(record.act.by)
    customer = journal.locked_customer(record.customer_id)

    def do() -> str:
        refused = _Acting(journal, customer, work).do(record.act)
        if refused:
            journal.log_customer(
                "act_refused", customer.customer_id, detail=f"{record.act.name}: {refused}"
            )
        return refused

    about = names.customer_workflow_id(record.customer_id)
    return once(journal, about, record.key, record.act, record.came_in, do)


class _Acting:
    """One act being done: a method for each, that answers "" or why not."""

    def __init__(self, journal: Journal, customer: CustomerRecord, work: Workplace) -> None:
        self._journal = journal
        self._customer = customer
        self._work = work
        self._cases = open_cases(journal.session, customer.customer_id, journal.now)

    def do(self, act: say.CustomerAct) -> str:
        match act:
            case say.Pause():
                return self._pause(act)
            case say.Resume():
                return self._resume()
            case say.SetAddress():
                return self._set_address(act)
            case say.SetPhone():
                return self._set_phone(act)
            case say.RecordLetter():
                return self._record_letter(act)
            case say.Retry():
                return self._retry()
            case say.ApproveCase():
                return self._approve_case(act)
            case say.DeclineCase():
                return cases_record.decline(self._journal, self._customer.customer_id, act)
            case say.LawyerTold():
                return cases_record.lawyer_told(self._journal, self._customer.customer_id, act.case)
            case say.SendNow():
                return self._send_now()

    def _pause(self, act: say.Pause) -> str:
        ladder = self._any_ladder()
        if ladder is None:
            return "the customer has no open invoice, there is nothing to pause"
        today = ladder.today(self._journal.now)
        if act.until is not None and act.until <= today:
            return f"a pause until {act.until} would already be over, expected a day after {today}"
        until = midnight(act.until, ladder.zone) if act.until else None
        begin_customer_pause(
            self._journal, self._customer.customer_id, until=until, reason=act.reason
        )
        self._tell_invoices("pause")
        return ""

    def _any_ladder(self) -> Ladder | None:
        return self._cases[0][1] if self._cases else None

    def _tell_invoices(self, what: str) -> None:
        for invoice in open_invoices(self._journal, self._customer.customer_id):
            self._journal.tell_invoice(invoice, names.RECORD_CHANGED, what)

    def _resume(self) -> str:
        paused = standing_holds(self._journal, self._customer.customer_id, None, HoldKind.PAUSE)
        if not paused:
            return "the customer is not paused"
        for hold in paused:
            end_hold(self._journal, hold, self._journal.now)
        self._tell_invoices("resume")
        return ""

    def _set_address(self, act: say.SetAddress) -> str:
        if not is_usable(act.email):
            return "that is no e-mail address a message can be sent to"
        self._customer.email = act.email
        self._address_mended()
        self._journal.log_customer("address_set", self._customer.customer_id)
        return ""

    def _set_phone(self, act: say.SetPhone) -> str:
        try:
            self._customer.phone = dialable(act.phone, self._customer.country)
        except UserMistake as error:
            return str(error)
        self._journal.end_trouble(Trouble.PHONE, self._customer.customer_id)
        self._journal.log_customer("phone_set", self._customer.customer_id)
        return ""

    def _address_mended(self) -> None:
        self._journal.end_trouble(Trouble.ADDRESS, self._customer.customer_id)
        letters.address_mended(self._journal, self._customer.customer_id)

    def _record_letter(self, act: say.RecordLetter) -> str:
        """A letter says what the notice would have said, and its day counts (rule 11)."""
        customer_id = self._customer.customer_id
        if not self._journal.troubles(customer_id, Trouble.ADDRESS):
            return "no notice of this customer waits for an address"
        due = self._due_for_a_notice()
        if not due:
            return "no invoice of this customer is due for a notice"
        ladder = due[0].ladder
        today = ladder.today(self._journal.now)
        if notices_record.day_is_taken(self._journal, customer_id, {today}):
            return "a notice was sent to this customer today"
        also = gathering.also_open(self._cases, due, self._journal.now)
        notice = notices_record.make(
            self._journal,
            self._customer,
            self._work.creditor,
            due,
            also,
            planned=self._journal.now,
            closes=ladder.closes(today),
        )
        notice.mode = "letter"
        notice.reason = act.reason
        notices_record.count_as_sent(self._journal, notice, NoticeState.SENT)
        self._address_mended()
        return ""

    def _send_now(self) -> str:
        """The notice is made; the customer's workflow sends it with its next look."""
        journal, now = self._journal, self._journal.now
        refused = refuse_now(self._cases, now) or self._refuse_notice()
        if refused:
            return refused
        waiting = gathering.waiting_for(StageKind.NOTICE, self._cases, now)
        going = gathering.going_early(waiting, now)
        ladder = going[0].ladder
        notices_record.make(
            journal,
            self._customer,
            self._work.creditor,
            going,
            gathering.also_open(self._cases, going, now),
            planned=now,
            closes=ladder.closes(ladder.today(now)),
            asked_by=journal.actor,
        )
        journal.log_customer("notice_asked_for", self._customer.customer_id)
        return ""

    def _refuse_notice(self) -> str:
        """What stands in the way of a notice at this moment, whatever its day; "" for nothing."""
        customer_id = self._customer.customer_id
        today = {ladder.today(self._journal.now) for _, ladder in self._cases}
        if self._work.mode is MailMode.HOLD:
            return "no notice leaves while DUELY_MAIL_MODE is hold"
        if not is_usable(self._customer.email) or self._parked(Trouble.ADDRESS):
            return "the customer has no usable e-mail address, set one first"
        if self._parked(Trouble.PAPERS):
            return "a document of this customer could not be made, mend it and retry"
        if notices_record.unsent(self._journal, customer_id) is not None:
            return "a notice to this customer is on its way already"
        if notices_record.day_is_taken(self._journal, customer_id, today):
            return "a notice went to this customer today, no second one does"
        until = waits_since(self._journal.session, [one for _, one in self._cases], max(today))
        if until is not None:
            return (
                f"the bank's data ends on {until}, too old to remind on: import a newer statement"
            )
        return ""

    def _parked(self, trouble: Trouble) -> bool:
        return bool(self._journal.troubles(self._customer.customer_id, trouble))

    def _approve_case(self, act: say.ApproveCase) -> str:
        if self._work.mode is not MailMode.SEND:
            return "no case leaves while DUELY_MAIL_MODE is not send"
        return cases_record.approve(self._journal, self._customer.customer_id, act.case, act.reason)

    def _due_for_a_notice(self) -> list[Waiting]:
        now = self._journal.now
        waiting = gathering.waiting_for(StageKind.NOTICE, self._cases, now)
        return [w for w in waiting if w.window.first <= w.ladder.today(now)]

    def _retry(self) -> str:
        customer_id = self._customer.customer_id
        for parked in self._journal.troubles(customer_id, Trouble.REFUND):
            refund = self._journal.session.get_one(RefundRecord, parked.reference)
            self._journal.tell_refund(refund)  # whose proof may wait
        parked_debits = self._journal.troubles(customer_id, Trouble.COLLECTION)
        for parked in parked_debits:
            self._retry_collection(parked.reference)
        ended = [self._journal.end_trouble(trouble, customer_id) for trouble in _PARKED]
        letters.address_mended(self._journal, customer_id)
        return "" if any(ended) or parked_debits else "nothing of this customer is parked"

    def _retry_collection(self, number: str) -> None:
        """A debit that waits for a correction is made again; of others a person has taken note."""
        invoice = self._journal.session.get(InvoiceRecord, number)
        if invoice is not None and not collecting_by_hand.retry(self._journal, invoice):
            self._journal.tell_invoice(invoice, names.RECORD_CHANGED, "retry")
