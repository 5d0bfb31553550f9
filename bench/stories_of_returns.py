"""Stories of money that was collected, and of money that goes back."""

from dataclasses import replace
from datetime import timedelta

from bench import wording
from bench.stories import CURRENCIES, EURO_MT940, Story, Teller, with_room
from bench.truth import Payment
from rules.money import Money

_REASONS = ("AM04", "AM04", "MS03", "MD06", "AC04", "AC01", "MS02", "MD01")
_RETURN_TEXTS = (
    "Retoure SEPA Lastschrift {r}",
    "RUECKLASTSCHRIFT {r}",
    "SEPA Return {r}",
    "Rückgabe {r}",
)


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
    return replace(payment, account=with_room(payment.account))


def returned(t: Teller) -> Payment | None:
    """A debit comes back: by its end-to-end id, by the number in the text, or by both."""
    for paid in t.earlier("collection"):
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
    for paid in t.earlier("number"):
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


RETURNS: dict[Story, float] = {
    returned: 1.8,
    reversal: 0.2,
    collection: 5,
}
