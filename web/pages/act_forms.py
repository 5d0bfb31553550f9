"""The forms by which staff act on an invoice or a customer: what each asks for, and what it makes of
what was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from activities import refunding
from activities.asking import Said
from activities.credit import set_off
from activities.journal import Journal
from activities.refunding import Wanted as WantedRefund
from models import messages as say
from models.messages import Act
from models.tables import InvoiceRecord
from rules.errors import UserMistake
from rules.typed_amounts import one_amount
from web.doing import Booking

Typed = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """One thing a form asks for. `kind` is an input's type, or `choice` with its `choices`: what is
    sent, and the words for it."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ActForm:
    """`slug` names it in addresses; `help` says what it does; `done` is said once it was done."""

    slug: str
    words: str
    help: str
    done: str
    fields: tuple[Field, ...] = ()
    ends_it: bool = False  # there is no way back


REASON = Field("reason", "Reason")
_UNTIL = Field("until", "Until", "date", "It ends as this day begins; empty: until resumed.")
PAUSE = ActForm(
    "pause",
    "Pause",
    "The ladder waits, the debt stays.",
    "It is paused.",
    (_UNTIL, REASON),
)
RESUME = ActForm(
    "resume", "Resume", "The pause ends, the ladder goes on.", "It is resumed.", (REASON,)
)
SETTLE = ActForm(
    "settle",
    "Settle by hand",
    "The whole balance was paid otherwise: the ladder ends.",
    "It is settled.",
    (Field("reason", "How it was paid", is_required=True),),
)
PROMISE = ActForm(
    "promise",
    "Promise to pay",
    "The ladder waits through the promised day and its grace.",
    "The promise is recorded.",
    (Field("day", "Promised day", "date", is_required=True), REASON),
)
DISPUTE = ActForm(
    "dispute",
    "Dispute",
    "The customer disputes it: the ladder waits for the outcome.",
    "The dispute is recorded.",
    (Field("reason", "What is disputed", is_required=True),),
)
OUTCOME = ActForm(
    "dispute-outcome",
    "Outcome of the dispute",
    "Rejected: the ladder goes on. Upheld: it is cancelled, or credited in part.",
    "The outcome of the dispute is recorded.",
    (
        Field(
            "outcome",
            "Outcome",
            "choice",
            is_required=True,
            choices=(("rejected", "rejected"), ("upheld", "upheld")),
        ),
        Field("credit", "Credit", hint="Of an upheld one; empty: all of it, the invoice ends."),
        REASON,
    ),
)
DUE_DATE = ActForm(
    "due-date",
    "Change the due date",
    "Only before its first notice.",
    "The due date is changed.",
    (Field("due_date", "New due date", "date", is_required=True), REASON),
)
WRITE_OFF = ActForm(
    "write-off",
    "Write off",
    "The debt is given up: the ladder ends.",
    "It is written off.",
    (Field("reason", "Reason", is_required=True),),
    ends_it=True,
)
CANCEL = ActForm(
    "cancel",
    "Cancel",
    "The invoice was wrong: the ladder ends.",
    "It is cancelled.",
    (Field("reason", "Reason", is_required=True),),
    ends_it=True,
)
REFUND = ActForm(
    "refund",
    "Refund",
    "Money goes back to the customer: credit first, then what was paid on it.",
    "The refund is requested.",
    (
        Field("amount", "Amount", is_required=True),
        Field("payment", "Payment", hint="Its reference; empty: the newest with enough left."),
        REASON,
    ),
)
SET_ADDRESS = ActForm(
    "set-address",
    "Set the e-mail address",
    "What waited for it is tried again.",
    "The address is set.",
    (Field("email", "E-mail address", "email", is_required=True), REASON),
)
SET_PHONE = ActForm(
    "set-phone",
    "Set the telephone number",
    "The calls that waited for it go on.",
    "The number is set.",
    (
        Field(
            "phone",
            "Telephone number",
            "tel",
            "Landline or mobile, like +49 30 23125000.",
            is_required=True,
        ),
        REASON,
    ),
)
LETTER = ActForm(
    "record-letter",
    "Record a letter",
    "A letter went today instead of a notice that could not be sent; its day counts.",
    "The letter is recorded.",
    (REASON,),
)
RETRY = ActForm(
    "retry", "Try again", "What waits for a person is tried again.", "It is tried again.", (REASON,)
)
SET_OFF = ActForm(
    "set-off",
    "Set credit off",
    "The customer's credit pays an open invoice of theirs.",
    "The credit is set off.",
    (
        Field("invoice", "Invoice", is_required=True),
        Field("amount", "Amount", hint="Empty: as much as there is and is owed."),
    ),
)
COLLECT_NOW = ActForm(
    "collect-now",
    "Debit it now",
    "One more debit, outside of its plan; what has to be announced is announced first.",
    "It is debited as soon as it may be.",
    (
        Field("method", "By", "choice", choices=(("", "the one that is chosen by itself"),)),
        REASON,
    ),
)
COLLECT_AGAIN = ActForm(
    "collection-retry",
    "Try the debit again",
    "What it waited for is corrected.",
    "It is debited again as soon as it may be.",
    (Field("reason", "What was corrected"),),
)
DEBIT_OUTCOME = ActForm(
    "collection-outcome",
    "Say what became of the debit",
    "Only where the bank has told you, and no file and nobody else has said it here.",
    "Paid: it is booked. Failed: what its reason asks for follows.",
    (
        Field("became", "It", "choice", choices=(("paid", "was paid"), ("failed", "failed"))),
        Field("code", "The bank's reason, as AC04"),
        REASON,
    ),
)
INVOICE_ACTS: Mapping[str, Callable[[Typed, Said, str], Act]] = {
    "pause": lambda typed, said, _: said.of(say.Pause, until=_day(typed, _UNTIL)),
    "resume": lambda _typed, said, _: said.of(say.Resume),
    "settle": lambda _typed, said, _: said.of(say.Settle),
    "promise": lambda typed, said, _: said.of(say.Promise, day=_day(typed, PROMISE.fields[0])),
    "dispute": lambda _typed, said, _: said.of(say.Dispute),
    "dispute-outcome": lambda typed, said, currency: _outcome(typed, said, currency),
    "due-date": lambda typed, said, _: said.of(
        say.ChangeDueDate, due_date=_day(typed, DUE_DATE.fields[0])
    ),
    "write-off": lambda _typed, said, _: said.of(say.WriteOff),
    "cancel": lambda _typed, said, _: said.of(say.Cancel),
    "collect-now": lambda typed, said, _: said.of(
        say.CollectNow, method=typed.get("method", "").strip()
    ),
    "collection-retry": lambda _typed, said, _: said.of(say.RetryCollection),
    "collection-outcome": lambda typed, said, _: said.of(
        say.DebitOutcome, paid=typed.get("became") == "paid", code=typed.get("code", "").strip()
    ),
}
CUSTOMER_ACTS: Mapping[str, Callable[[Typed, Said], Act]] = {
    "pause": lambda typed, said: said.of(say.Pause, until=_day(typed, _UNTIL)),
    "resume": lambda _, said: said.of(say.Resume),
    "set-address": lambda typed, said: said.of(
        say.SetAddress, email=typed.get("email", "").strip()
    ),
    "set-phone": lambda typed, said: said.of(say.SetPhone, phone=typed.get("phone", "").strip()),
    "record-letter": lambda _, said: said.of(say.RecordLetter),
    "retry": lambda _, said: said.of(say.Retry),
}


def refund_of(typed: Typed, said: Said, invoice: InvoiceRecord) -> Booking:
    """Raises UserMistake for what is no amount."""
    wanted = WantedRefund(
        invoice.number,
        _amount(typed.get("amount", ""), invoice.currency),
        f"refund:{invoice.number}/{said.key}",
        typed.get("payment", "").strip(),
        said.reason,
    )

    def book(journal: Journal) -> bool:
        return refunding.request(journal, wanted)[1]

    return Booking(invoice.customer_id, invoice.number, book)


def set_off_of(typed: Typed, said: Said, invoice: InvoiceRecord) -> Booking:
    """Raises UserMistake for what is no amount."""
    text, key = typed.get("amount", "").strip(), f"credit:{invoice.number}/{said.key}"
    wanted = _amount(text, invoice.currency) if text else None

    def book(journal: Journal) -> bool:
        there = journal.session.get_one(InvoiceRecord, invoice.number)
        return set_off(journal, there, wanted, key) is not None

    return Booking(invoice.customer_id, invoice.number, book)


def checked(form: ActForm, typed: Typed) -> None:
    """Raises UserMistake for a field that is needed and empty."""
    for field in form.fields:
        if field.is_required and not typed.get(field.name, "").strip():
            raise UserMistake(f"{field.label.lower()} is missing, nothing was recorded")


def _outcome(typed: Typed, said: Said, currency: str) -> Act:
    upheld, credit = typed.get("outcome") == "upheld", typed.get("credit", "").strip()
    if typed.get("outcome") not in ("upheld", "rejected"):
        raise UserMistake("outcome is neither rejected nor upheld")
    minor = _amount(credit, currency) if credit else None
    return said.of(say.DisputeOutcome, upheld=upheld, credit_minor=minor)


def _day(typed: Typed, field: Field) -> date | None:
    """None where nothing was typed."""
    text = typed.get(field.name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserMistake(
            f"{field.label.lower()}: {text[:20]!r} is no day, expected one like 2026-03-12"
        ) from error


def _amount(text: str, currency: str) -> int:
    try:
        return one_amount(text, currency)
    except ValueError as error:
        raise UserMistake(str(error)) from error
