"""Ways to pay that are kept on file: SEPA mandates, cards at a provider, and "pays by hand"."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NOTICE_DAYS = 14
MOST_NOTICE_DAYS = 90
_LAPSE_YEARS = 3  # a mandate lapses 36 months after its last use (domain.md, section 3)


class MethodKind(StrEnum):
    MANDATE = "mandate"  # SEPA: an account and a signed consent, or only its reference
    CARD = "card"  # a token at a provider
    BY_HAND = "by_hand"  # the customer pays by transfer: nothing is ever debited


class MethodState(StrEnum):
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"  # the payer took the consent back
    DELETED = "deleted"  # taken off file
    REFUSED = "refused"  # the other side said never again: a new one is needed
    USED_UP = "used_up"  # a mandate for one debit, that was made


class Scheme(StrEnum):
    CORE = "core"
    B2B = "b2b"


class Frequency(StrEnum):
    RECURRENT = "recurrent"
    ONE_OFF = "one_off"


class Provider(StrEnum):
    """Who carries the debit."""

    BANK = "bank"  # our bank, by its files
    STRIPE = "stripe"


class Brand(StrEnum):
    """A card's scheme, whose limits count; OTHER is judged by the strictest of each."""

    VISA = "visa"
    MASTERCARD = "mastercard"
    OTHER = "other"


ENDED = {
    MethodState.WITHDRAWN: "its payer withdrew it",
    MethodState.DELETED: "it was taken off file",
    MethodState.REFUSED: "the other side refused it for good",
    MethodState.USED_UP: "it was for one debit, and that was made",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A method as a file, a command or a page says it, each value right by itself.

    "" and None say nothing: what is on file stays, and a new method gets what is usual. `preferred`
    False says nothing either. The other fields as in `Method`.
    """

    kind: MethodKind
    reference: str = ""
    iban: str = ""
    bic: str = ""
    holder: str = ""
    signed_on: date | None = None
    scheme: Scheme | None = None
    frequency: Frequency | None = None
    provider: Provider = Provider.BANK
    token: str = ""
    provider_customer: str = ""
    brand: Brand | None = None
    instrument: str = ""
    expires_on: date | None = None
    notice_days: int | None = None
    bank: str = ""
    preferred: bool = False

    @property
    def usual_notice_days(self) -> int:
        """A SEPA debit is announced 14 days before, unless agreed otherwise (domain.md, section 3,
        "pre-notification"). Whoever keeps only a reference, or a token, announces nothing."""
        return NOTICE_DAYS if self.kind is MethodKind.MANDATE and self.iban else 0


@dataclass(frozen=True)
class Misfit:
    """Why a wanted method cannot be put on file: the field that is wrong, and a sentence."""

    field: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method, as recorded. Texts are "" and days None where they are not known or do not apply.

    `reference` is the mandate's (what the bank sees), `holder` the account's or card's owner where
    that is not the customer, `token` and `provider_customer` a provider's names of the method and its
    customer, `instrument` what limits count by: the same card or account in several methods.
    `notice_days` are calendar days between an announcement and its debit (0: nothing is announced).
    `bank` names which of our banks debits, "" for the first. `last_used_on` is the day of its last
    debit that was not rejected.
    """

    number: str
    customer_id: str
    kind: MethodKind
    state: MethodState = MethodState.ACTIVE
    preferred: bool = False
    provider: Provider = Provider.BANK
    reference: str = ""
    iban: str = ""
    bic: str = ""
    holder: str = ""
    signed_on: date | None = None
    scheme: Scheme = Scheme.CORE
    frequency: Frequency = Frequency.RECURRENT
    token: str = ""
    provider_customer: str = ""
    brand: Brand = Brand.OTHER
    instrument: str = ""
    expires_on: date | None = None
    notice_days: int = 0
    bank: str = ""
    last_used_on: date | None = None

    @property
    def shown(self) -> str:
        """What people know it by: a masked account, a card's scheme. Not a whole account number."""
        if self.iban:
            return masked_iban(self.iban)
        if self.kind is MethodKind.CARD:
            return "card" if self.brand is Brand.OTHER else self.brand.value
        return "by hand" if self.kind is MethodKind.BY_HAND else "mandate"

    @property
    def is_only_named(self) -> bool:
        """A mandate of which no more is known than its reference."""
        return self.kind is MethodKind.MANDATE and not self.iban and not self.token

    def takes(self, currency: str) -> bool:
        """SEPA knows the euro only."""
        known_to_sepa = self.kind is MethodKind.MANDATE and not self.is_only_named
        return currency == "EUR" or not known_to_sepa

    @property
    def lapses_on(self) -> date | None:
        """The last day on which a mandate may be debited; None for what does not lapse."""
        used = self.last_used_on or self.signed_on
        if self.kind is not MethodKind.MANDATE or used is None:
            return None
        return _years_later(used, _LAPSE_YEARS)


def why_not(method: Method, on: date) -> str:
    """Why nothing may be debited by a method on a day, in words; "" where it may."""
    if method.state is not MethodState.ACTIVE:
        return ENDED[method.state]
    if method.kind is MethodKind.BY_HAND:
        return "the customer pays by hand"
    if method.lapses_on is not None and on > method.lapses_on:
        return f"it lapsed after {method.lapses_on}, 36 months after its last use"
    if method.expires_on is not None and on > method.expires_on:
        return f"the card expired after {method.expires_on}"
    return ""


def choose(
    methods: Iterable[Method], on: date, *, named: str = "", but: Collection[str] = ()
) -> Method | None:
    """What to debit by on a day; `methods` from the oldest to the newest.

    The method whose reference an invoice names, else (also where that one ended) the preferred one,
    else the newest. A mandate of which only the reference is known is for the invoices that name it.
    `but` are numbers that failed for this invoice before. None: nothing may be, or the customer
    prefers to pay by hand, which goes before all.
    """
    mine = list(methods)
    if any(one.preferred and _pays_by_hand(one) for one in mine):
        return None
    usable = [one for one in mine if not why_not(one, on) and one.number not in but]
    agreed = [one for one in usable if named and one.reference == named]
    usable = agreed or [one for one in usable if not one.is_only_named]
    preferred = [one for one in usable if one.preferred]
    return next(reversed(preferred or usable), None)


def masked_iban(iban: str) -> str:
    """`DE89…3000`: enough to know one's own account by."""
    return f"{iban[:4]}…{iban[-4:]}"


def _pays_by_hand(method: Method) -> bool:
    return method.kind is MethodKind.BY_HAND and method.state is MethodState.ACTIVE


def _years_later(day: date, years: int) -> date:
    """The same day, years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
