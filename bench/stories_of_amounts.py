"""Stories in which the amount is not the invoice's, or is all there is; money that goes back."""

from dataclasses import replace
from datetime import timedelta

from bench import wording
from bench.ledger import Customer, Invoice
from bench.stories import CURRENCIES, DISCOUNT_DAYS, EURO, EURO_MT940, SMALL, Story, Teller, in_turn
from bench.truth import Payment
from bench.vocabulary import ALL_OPEN, DISCOUNT, ON_ACCOUNT
from rules.money import Money

_RATES = {"USD": 92, "GBP": 117, "PLN": 23}  # euro cents for one
_REASONS = ("AM04", "AM04", "MS03", "MD06", "AC04", "AC01", "MS02", "MD01")
_RETURN_TEXTS = (
    "Retoure SEPA Lastschrift {r}",
    "RUECKLASTSCHRIFT {r}",
    "SEPA Return {r}",
    "Rückgabe {r}",
)


def part(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None:
        return None
    text = t.text(invoice, invoice.number) + t.rng.choice(
        ("", " Teilzahlung", " 1. Rate", " Anzahlung")
    )
    amount = max(1, invoice.amount * t.rng.randint(20, 80) // 100)
    return t.pays([invoice], "part", text=text, amount=amount)


def rest(t: Teller) -> Payment | None:
    """What was left after a part."""
    for paid in _earlier(t, "part"):
        number = next(iter(paid.truth.shares))
        left = t.items.balance[number]
        if 0 < left < t.ledger.invoices[number].amount:
            invoice = t.ledger.invoices[number]
            text = t.rng.choice(("Rest ", "Restzahlung ", "", "2. Rate ")) + invoice.number
            return t.pays([invoice], "rest of a part", text=text, amount=left)
    return None


def over(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None:
        return None
    amount = invoice.amount + t.rng.choice((10, 100, 1000, t.rng.randint(600, 30000)))
    return t.pays([invoice], "too much", text=t.text(invoice, invoice.number), amount=amount)


def sum_of_two(t: Teller) -> Payment | None:
    """One is named, the amount is that of two: the designation counts."""
    both = t.several(2, 2)
    if not both:
        return None
    amount = sum(invoice.amount for invoice in both)
    text = t.text(both[0], both[0].number)
    return t.pays(both[:1], "sum of two, one named", text=text, amount=amount)


def double(t: Teller) -> Payment | None:
    for paid in _earlier(t, "number", "rewritten", "creditor reference"):
        number, share = next(iter(paid.truth.shares.items()))
        if t.items.balance[number] == 0:
            truth = replace(paid.truth, credit=share)
            return replace(paid, kind="paid twice", day=t.today, truth=truth, wrap=0)
    return None


def discount(t: Teller) -> Payment | None:
    """2 % less, within the days."""
    recent = (i for i in t.items.some(t.today, 300) if t.today - i.issued <= DISCOUNT_DAYS)
    return _less_discount(t, next(recent, None), "discount")


def late_discount(t: Teller) -> Payment | None:
    """2 % less, long after: a part, and the rest is owed."""
    old = (i for i in t.items.some(t.today) if t.today - i.issued > timedelta(days=40))
    return _less_discount(t, next(old, None), "discount too late")


def _less_discount(t: Teller, invoice: Invoice | None, kind: str) -> Payment | None:
    if invoice is None or invoice.currency not in CURRENCIES:
        return None
    less = (invoice.amount * 2 + 50) // 100
    text = f"{t.text(invoice, invoice.number)} {t.rng.choice(DISCOUNT)}".strip()
    payment = t.pays([invoice], kind, text=text, amount=invoice.amount - less)
    may = kind == "discount" or less <= SMALL
    truth = replace(payment.truth, forgiven={invoice.number: less} if may else {})
    return replace(payment, truth=truth)


def small_difference(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None or invoice.amount < 5000:
        return None
    less = t.rng.choice((1, 1, 2, 10, 100, 250, SMALL))
    text = t.text(invoice, invoice.number)
    return t.pays([invoice], "small difference", text=text, amount=invoice.amount - less)


def charges(t: Teller) -> Payment | None:
    """The whole was sent; a bank on the way took its charges of it, and says so."""
    invoice = t.one()
    if invoice is None or invoice.amount < 5000:
        return None
    took = t.rng.choice((150, 250, 350, SMALL))
    text = t.text(invoice, invoice.number)
    payment = t.pays([invoice], "bank's charges", text=text, amount=invoice.amount - took)
    gross = Money(invoice.amount, invoice.currency)
    return replace(payment, charges=took, gross=gross, account=_camt(payment.account))


def foreign(t: Teller) -> Payment | None:
    """An invoice in another currency; the bank changed it and says what was sent."""
    for invoice in t.items.some(t.today, 400):
        if invoice.currency in _RATES:
            text = t.text(invoice, invoice.number)
            rate = _RATES[invoice.currency] * t.rng.randint(980, 1020)
            payment = t.pays([invoice], "another currency", text=text)
            gross = Money(invoice.amount, invoice.currency)
            return replace(
                payment, account=EURO, amount=invoice.amount * rate // 10**5, gross=gross
            )
    return None


def all_open(t: Teller) -> Payment | None:
    """No number; the sum of all that is open, from an account that is known."""
    for first in t.items.some(t.today):
        mine = t.items.open_of(first.customer, first.currency)
        if first.currency in CURRENCIES and 2 <= len(mine) <= 8 and _is_known(t, first.customer):
            total = sum(t.items.balance[i.number] for i in mine)
            text = t.rng.choice(ALL_OPEN).format(c=first.customer.customer_id)
            payment = t.pays(mine, "all open, no number", text=text, amount=total)
            shares = {i.number: t.items.balance[i.number] for i in mine}
            truth = replace(payment.truth, shares=shares, credit=0, forgiven={})
            return _from_known(t, replace(payment, truth=truth), first.customer)
    return None


def one_of_known_account(t: Teller) -> Payment | None:
    """No number; the amount of one debt exactly, of no other nor of any two together."""
    for invoice in t.items.some(t.today):
        mine = t.items.open_of(invoice.customer, invoice.currency)
        if invoice.currency not in CURRENCIES or not _is_known(t, invoice.customer):
            continue
        if len(mine) <= 10 and _ways(t, invoice.amount, invoice.customer, invoice.currency) == 1:
            text = wording.nothing(t.rng, **t.beside(invoice))
            payment = t.pays([invoice], "amount of one, no number", text=text)
            return _from_known(t, payment, invoice.customer)
    return None


def oldest_few(t: Teller) -> Payment | None:
    """No number; the sum of what is due longest, and no other sum."""
    for first in t.items.some(t.today):
        mine = t.items.untouched_of(first.customer, first.currency)
        if mine != t.items.open_of(first.customer, first.currency) or not 4 <= len(mine) <= 9:
            continue
        few = mine[: t.rng.randint(2, len(mine) - 2)]
        total = sum(i.amount for i in few)
        told = few[-1].due < mine[len(few)].due
        if first.currency in CURRENCIES and told and _is_known(t, first.customer):
            if _ways(t, total, first.customer, first.currency) != 1:
                continue
            text = wording.nothing(t.rng, **t.beside(first))
            payment = t.pays(few, "sum of the oldest, no number", text=text)
            return _from_known(t, payment, first.customer)
    return None


def on_account(t: Teller) -> Payment | None:
    """No number and no sum of anything: what is due and older comes first (BGB 366)."""
    for first in t.items.some(t.today):
        mine = t.items.open_of(first.customer, first.currency)
        days = {i.due for i in mine}
        if first.currency not in CURRENCIES or len(days) < len(mine) or not 2 <= len(mine) <= 9:
            continue
        total = mine[0].amount * t.rng.randint(110, 180) // 100 // 100 * 100
        owed = sum(t.items.balance[i.number] for i in mine)
        if not _is_known(t, first.customer) or total >= owed or mine[1].due >= t.today:
            continue
        if (
            _ways(t, total, first.customer, first.currency)
            or t.items.untouched_of(first.customer, first.currency) != mine
        ):
            continue
        text = t.rng.choice(ON_ACCOUNT).format(c=first.customer.customer_id)
        payment = t.pays(mine, "on account", text=text, amount=total)
        return _from_known(t, replace(payment, truth=in_turn(mine, total)), first.customer)
    return None


def name_only(t: Teller) -> Payment | None:
    """A new account, no number; the name is one customer's alone, the amount one debt's alone."""
    for invoice in t.items.some(t.today):
        customer = invoice.customer
        word = " ".join(customer.name.split()[:2])
        alike = [c for c in t.ledger.customers if c.name.startswith(word)]
        if invoice.currency not in CURRENCIES or len(alike) > 1 or "-" not in word:
            continue
        if _ways(t, invoice.amount, customer, invoice.currency) != 1 or not _is_plain(t, customer):
            continue
        text = wording.nothing(t.rng, **t.beside(invoice))
        payment = t.pays([invoice], "name and amount only", text=text)
        return replace(payment, party=customer.name, party_account="")
    return None


def returned(t: Teller) -> Payment | None:
    """A debit comes back: by its end-to-end id, by the number in the text, or by both."""
    for paid in _earlier(t, "collection"):
        number, share = next(iter(paid.truth.shares.items()))
        if t.items.balance[number] or t.today - paid.day > timedelta(days=40):
            continue
        code = t.rng.choice(_REASONS)
        text = t.rng.choice(_RETURN_TEXTS).format(r=code)
        named = t.rng.random()
        took = t.rng.choice((0, 0, 300, 350))
        t.paid.remove(paid)
        return replace(
            paid,
            kind="returned",
            day=t.today,
            amount=-share - took,
            charges=took,
            gross=Money(share, CURRENCIES[paid.account]) if took else None,
            text=text if named < 0.5 else f"{text} {number}",
            end_to_end=paid.end_to_end if named < 0.8 else "",
            return_code=code,
            truth=replace(paid.truth, shares={number: -share}, total=-share),
            batch="",
            wrap=0,
            transaction="109",
        )
    return None


def reversal(t: Teller) -> Payment | None:
    """The bank takes its own booking back, as it was."""
    for paid in _earlier(t, "number"):
        number, share = next(iter(paid.truth.shares.items()))
        recent = t.today - paid.day < timedelta(days=10)
        if paid.account != EURO_MT940 and recent and t.items.balance[number] == 0:
            t.paid.remove(paid)
            truth = replace(paid.truth, shares={number: -share}, total=-share)
            return replace(
                paid,
                kind="bank's reversal",
                day=t.today,
                amount=-share,
                truth=truth,
                is_reversal=True,
                wrap=0,
            )
    return None


def collection(t: Teller) -> Payment | None:
    """Money that we collected: our own words, our own end-to-end id, and a mandate."""
    invoice = t.one()
    if invoice is None:
        return None
    ours = t.rng.random() < 0.5
    mark = wording.bare(invoice.number)
    payment = t.pays(
        [invoice],
        "collection",
        text=f"Rechnung {invoice.number}",
        end_to_end=mark if ours else f"DD{t.today:%Y%m%d}-{t.rng.randint(10**5, 10**6 - 1)}",
        mandate=f"M-{invoice.customer.customer_id}",
        transaction="171",
    )
    return replace(payment, account=_camt(payment.account))


def _camt(account: int) -> int:
    """MT940 has no room for what this story says; the camt account of the same currency has."""
    return EURO if CURRENCIES[account] == "EUR" else account


def _earlier(t: Teller, *kinds: str) -> list[Payment]:
    """Earlier payments of these kinds, whose customers have not paid today; some, at random."""
    of_kind = [
        p for p in t.paid if p.kind in kinds and p.day < t.today and len(p.truth.shares) == 1
    ]
    some = t.rng.sample(of_kind, min(40, len(of_kind)))
    return [p for p in some if t.items.is_free(_customer_of(t, p), t.today)]


def _customer_of(t: Teller, payment: Payment) -> Customer:
    return t.ledger.invoices[next(iter(payment.truth.shares))].customer


def _is_plain(t: Teller, customer: Customer) -> bool:
    return customer.customer_id in t.items.plain


def _known_accounts(t: Teller, customer: Customer) -> list[str]:
    return [a for a in customer.accounts if t.items.payers.get(a) == {customer.customer_id}]


def _is_known(t: Teller, customer: Customer) -> bool:
    return _is_plain(t, customer) and bool(_known_accounts(t, customer))


def _from_known(t: Teller, payment: Payment, customer: Customer) -> Payment:
    return replace(payment, party_account=t.rng.choice(_known_accounts(t, customer)))


def _ways(t: Teller, amount: int, customer: Customer, currency: str) -> int:
    """How many choices of the customer's debts make this sum; 99 where there are too many debts."""
    owed = [t.items.balance[i.number] for i in t.items.open_of(customer, currency)]
    if len(owed) > 12:
        return 99
    sums = {0: 1}
    for one in owed:
        more = dict(sums)
        for so_far, ways in sums.items():
            more[so_far + one] = more.get(so_far + one, 0) + ways
        sums = more
    return sums.get(amount, 0)


AMOUNTS: dict[Story, float] = {
    part: 3.5,
    rest: 1.5,
    over: 1.2,
    sum_of_two: 0.3,
    double: 1.2,
    discount: 14,  # only in the first days anything is young enough
    late_discount: 0.4,
    small_difference: 1.8,
    charges: 0.8,
    foreign: 1.5,
    all_open: 1.5,
    one_of_known_account: 1.5,
    oldest_few: 0.3,
    on_account: 0.3,
    name_only: 0.4,
    returned: 1.8,
    reversal: 0.2,
    collection: 5,
}
