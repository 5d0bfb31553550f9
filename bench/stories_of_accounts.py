"""Stories without a number: the payer is known by account or by name, the debt by the amount."""

from dataclasses import replace

from bench import wording
from bench.ledger import Customer
from bench.stories import CURRENCIES, Story, Teller, in_turn
from bench.truth import Payment
from bench.vocabulary import ALL_OPEN, ON_ACCOUNT


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


ACCOUNTS: dict[Story, float] = {
    all_open: 1.5,
    one_of_known_account: 1.5,
    oldest_few: 0.3,
    on_account: 0.3,
    name_only: 0.4,
}
