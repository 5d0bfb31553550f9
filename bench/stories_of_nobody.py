"""Stories of money that is nobody's to match: for a person to ask about, or not ours at all."""

from bench import wording
from bench.stories import CURRENCIES, EURO, Story, Teller, firm, foreign_account, stranger
from bench.truth import FOR_A_PERSON, NOT_OURS, Payment, Truth
from bench.vocabulary import SUPPLIERS


def nothing_usable(t: Teller) -> Payment | None:
    """A stranger, an amount that some debt happens to have, and no word."""
    invoice = t.one()
    if invoice is None:
        return None
    amount = invoice.amount if t.rng.random() < 0.6 else t.rng.randint(1000, 90000)
    text = wording.nothing(t.rng, **t.beside(invoice))
    return _made(t, "nothing usable", amount, text, stranger(t.rng), foreign_account(t.rng))


def unknown_number(t: Teller) -> Payment | None:
    """A number of somebody else's invoices."""
    written = t.rng.choice(("990-{n}/B", "AB{n}-X", "VG 88.{n}.1")).format(
        n=t.rng.randint(100, 999)
    )
    text = f"Rechnung {written}"
    amount = t.rng.randint(1000, 90000)
    return _made(t, "number of nobody", amount, text, firm(t.rng), foreign_account(t.rng))


def ambiguous_typing_error(t: Teller) -> Payment | None:
    """Two debts of one amount are a typing error away, and the payer is a stranger."""
    for invoice in t.items.some(t.today, 200):
        written = wording.mistyped(t.rng, invoice.number)
        if invoice.currency not in CURRENCIES or t.items.reads_as(written):
            continue
        near = [t.ledger.invoices[number] for number in t.items.misses(written)]
        near = [other for other in near if other.currency == invoice.currency]
        rivals = [i for i in near if t.items.balance[i.number] == i.amount == invoice.amount]
        if len({rival.customer.customer_id for rival in rivals}) > 1:
            t.items.dispute(rivals, t.today)
            text = f"Rechnung {written}"
            kind = "typing error between two"
            return _made(t, kind, invoice.amount, text, stranger(t.rng), foreign_account(t.rng))
    return None


def namesakes(t: Teller) -> Payment | None:
    """Two customers of one name owe the same amount, and the account is new."""
    for invoice in t.items.some(t.today, 300):
        customer = invoice.customer
        twins = [c for c in t.ledger.customers if c.name == customer.name and c != customer]
        same = [
            other
            for twin in twins
            for other in t.items.open_of(twin, invoice.currency)
            if other.amount == invoice.amount
        ]
        if same and invoice.currency in CURRENCIES:
            t.items.dispute([invoice, *same], t.today)
            text = wording.nothing(t.rng, **t.beside(invoice))
            return _made(
                t, "namesakes", invoice.amount, text, customer.name, foreign_account(t.rng)
            )
    return None


def adviser_without_number(t: Teller) -> Payment | None:
    """Who pays for several customers pays again, and does not say for whom."""
    known = [one for one in t.advisers if len(t.items.payers.get(one[1], ())) > 1]
    if not known:
        return None
    name, account = t.rng.choice(known)
    amount = t.rng.randint(1000, 90000)
    return _made(t, "account of several", amount, "Sammelzahlung Mandanten", name, account)


def fee(t: Teller) -> Payment | None:
    text = t.rng.choice(
        ("Kontofuehrung", "ENTGELT ABSCHLUSS", "Bankspesen Q1", "RC AFREKENING BETALINGSVERKEER")
    )
    return _not_ours(t, "fee", -t.rng.randint(50, 9000), text, transaction="805")


def supplier(t: Teller) -> Payment | None:
    """We pay; the supplier's number looks like one of ours, sometimes is one."""
    number = t.rng.choice(list(t.ledger.invoices)[:2000])
    text = t.rng.choice(("Rechnung {n}", "RE {n} Kd 4711", "{n}", "Rg.Nr. {n}")).format(n=number)
    amount = (
        -t.ledger.invoices[number].amount if t.rng.random() < 0.3 else -t.rng.randint(500, 500000)
    )
    party = t.rng.choice(SUPPLIERS)
    return _not_ours(t, "supplier", amount, text, party, transaction="116")


def salary(t: Teller) -> Payment | None:
    amount, text = -t.rng.randint(180000, 420000), f"Lohn/Gehalt {t.today:%m/%Y}"
    return _not_ours(t, "salary", amount, text, stranger(t.rng), transaction="153")


def interest(t: Teller) -> Payment | None:
    text = t.rng.choice(("HABENZINSEN", "Zinsen Tagesgeld", "Interest credit"))
    return _not_ours(t, "interest", t.rng.randint(1, 3000), text, transaction="814")


def own_transfer(t: Teller) -> Payment | None:
    amount = -t.rng.randint(10, 500) * 10000
    return _not_ours(t, "own transfer", amount, "Umbuchung Tagesgeldkonto", "Druckerei Duely")


def _made(t: Teller, kind: str, amount: int, text: str, party: str, account: str) -> Payment:
    return Payment(
        kind=kind,
        day=t.today,
        account=EURO,
        amount=amount,
        truth=FOR_A_PERSON,
        text=text,
        party=party,
        party_account=account,
    )


def _not_ours(
    t: Teller, kind: str, amount: int, text: str, party: str = "", transaction: str = "116"
) -> Payment:
    truth: Truth = NOT_OURS
    return Payment(
        kind=kind,
        day=t.today,
        account=t.rng.choice((EURO, EURO, EURO, 1, 2)),
        amount=amount,
        truth=truth,
        text=text,
        party=party,
        party_account=foreign_account(t.rng) if party else "",
        transaction=transaction,
    )


NOBODY: dict[Story, float] = {
    nothing_usable: 1.4,
    unknown_number: 0.6,
    ambiguous_typing_error: 0.3,
    namesakes: 0.2,
    adviser_without_number: 0.4,
    fee: 1.5,
    supplier: 4,
    salary: 1,
    interest: 0.2,
    own_transfer: 0.4,
}
