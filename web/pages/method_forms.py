"""The forms about a customer's payment methods, and which of them an invoice is debited by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from activities import methods
from activities.asking import Said
from activities.journal import Journal
from activities.method_list import MethodLine
from gateways.method_rows import wanted_method
from models.tables import PaymentMethodRecord
from rules.errors import UserMistake
from rules.methods import MethodKind, MethodState, Provider, Wanted
from web.doing import Booking
from web.pages.act_forms import COLLECT_NOW, REASON, ActForm, Field, Typed

_WHICH = Field("method", "Which one", "choice", is_required=True)
ADD_MANDATE = ActForm(
    "method-add",
    "Add a mandate",
    "A SEPA mandate that the customer has signed: open invoices are collected by it.",
    "The mandate is on file.",
    (
        Field("reference", "Mandate reference", is_required=True),
        Field("iban", "IBAN", is_required=True),
        Field("bic", "BIC", hint="Needed for accounts outside the EEA."),
        Field("holder", "Whose account", hint="Where it is not the customer's."),
        Field("signed_on", "Signed on", "date", is_required=True),
        Field(
            "scheme",
            "Scheme",
            "choice",
            is_required=True,
            choices=(("core", "Core"), ("b2b", "B2B")),
        ),
        Field(
            "sequence",
            "For",
            "choice",
            is_required=True,
            choices=(("recurrent", "many debits"), ("one_off", "one debit")),
        ),
        Field("notice_days", "Days of notice", hint="As agreed; empty: 14."),
    ),
)
BY_HAND = ActForm(
    "method-by-hand",
    "Pays by hand",
    "The customer pays by transfer: nothing is debited any more.",
    "It is recorded that they pay by hand.",
)
PREFER = ActForm(
    "method-prefer",
    "Prefer a method",
    "Debits are made by it before all others.",
    "The method is preferred.",
    (_WHICH,),
)
WITHDRAW = ActForm(
    "method-withdraw",
    "Withdraw a mandate",
    "The payer took the consent back: nothing is debited by it any more.",
    "The method is withdrawn.",
    (_WHICH, REASON),
    ends_it=True,
)
DELETE = ActForm(
    "method-delete",
    "Take a method off file",
    "It is never used again.",
    "The method is taken off file.",
    (_WHICH, REASON),
    ends_it=True,
)
METHOD_FORMS = (ADD_MANDATE, BY_HAND, PREFER, WITHDRAW, DELETE)


@dataclass(frozen=True)
class _Filled:
    """A form as a row of a methods file; what is wrong is said by its field's label."""

    form: ActForm
    typed: Typed

    def __getitem__(self, name: str) -> str:
        return MethodKind.MANDATE if name == "kind" else self.typed.get(name, "").strip()

    def mistake(self, name: str, message: str) -> UserMistake:
        label = next((one.label for one in self.form.fields if one.name == name), name)
        return UserMistake(f"{label}: {message}")


def offered(lines: Sequence[MethodLine]) -> tuple[ActForm, ...]:
    """What makes sense for a customer who has these, with the methods to choose from."""
    on_file = [one for one in lines if one.is_on_file]
    by_hand = any(one.kind == MethodKind.BY_HAND and one.preferred for one in on_file)
    others = [one for one in on_file if not one.preferred]
    mandates = [one for one in on_file if one.kind == MethodKind.MANDATE]
    found = [ADD_MANDATE, *([] if by_hand else [BY_HAND])]
    found += [_among(form, some) for form, some in ((PREFER, others), (WITHDRAW, mandates)) if some]
    return (*found, *([_among(DELETE, on_file)] if on_file else []))


def _among(form: ActForm, lines: Sequence[MethodLine]) -> ActForm:
    choices = tuple((one.number, one.words) for one in lines)
    return replace(form, fields=(replace(_WHICH, choices=choices), *form.fields[1:]))


def debit_now_by(lines: Sequence[MethodLine]) -> ActForm:
    """`COLLECT_NOW` with the methods to choose from."""
    method, *others = COLLECT_NOW.fields
    choices = (*method.choices, *((one.number, one.words) for one in lines))
    return replace(COLLECT_NOW, fields=(replace(method, choices=choices), *others))


def booking_of(form: ActForm, typed: Typed, said: Said, customer_id: str) -> Booking:
    """Raises UserMistake for a value that is wrong by itself."""
    if form is ADD_MANDATE:
        return Booking(customer_id, "", _adding(customer_id, wanted_method(_Filled(form, typed))))
    if form is BY_HAND:
        wanted = Wanted(kind=MethodKind.BY_HAND, provider=Provider.BANK, preferred=True)
        return Booking(customer_id, "", _adding(customer_id, wanted))
    number, change = typed.get("method", ""), _CHANGES[form.slug]

    def book(journal: Journal) -> bool:
        before = _mine(journal, customer_id, number).model_dump()
        return change(journal, number, said.reason).model_dump() != before

    return Booking(customer_id, "", book)


def _adding(customer_id: str, wanted: Wanted) -> Callable[[Journal], bool]:
    def book(journal: Journal) -> bool:
        known = {
            one.number: one.model_dump() for one in methods.records_of(journal.session, customer_id)
        }
        record = methods.add(journal, customer_id, wanted)
        if record.state != MethodState.ACTIVE:
            raise UserMistake(
                f"this is method {record.number}, which has ended: expected a new one"
            )
        return known.get(record.number) != record.model_dump()

    return book


def _mine(journal: Journal, customer_id: str, number: str) -> PaymentMethodRecord:
    found = journal.session.get(PaymentMethodRecord, number)
    if found is None or found.customer_id != customer_id:
        raise UserMistake(f"method {number!r} is none of this customer's")
    return found


_CHANGES: Mapping[str, Callable[[Journal, str, str], PaymentMethodRecord]] = {
    PREFER.slug: lambda journal, number, _: methods.prefer(journal, number),
    WITHDRAW.slug: methods.withdraw,
    DELETE.slug: methods.delete,
}
