"""Stories in which the payer names the debt: exactly, oddly, wrongly, several at once."""

from dataclasses import replace

from bench import wording
from bench.ledger import Invoice
from bench.stories import Story, Teller, foreign_account, stranger
from bench.truth import Payment

_FILLER = "Auftraggeber und Empfaenger siehe oben, Verwendungszweck gemaess unserem Schreiben: "


def number(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None:
        return None
    return t.pays([invoice], "number", text=t.text(invoice, invoice.number))


def rewritten(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None:
        return None
    written = wording.rewritten(t.rng, invoice.number)
    if not t.items.is_told_by_amount(invoice, t.items.reads_as(written)):
        return None
    return t.pays([invoice], "rewritten", text=t.text(invoice, written))


def chopped(t: Teller) -> Payment | None:
    """The bank breaks the line in the middle of the number."""
    invoice = t.one()
    if invoice is None:
        return None
    said = t.text(invoice, invoice.number)
    width = t.rng.choice((27, 35, 65))
    at = said.upper().find(invoice.number.upper())
    if at < 0:
        return None
    cut = at + t.rng.randint(2, len(invoice.number) - 2)
    before = (width - cut) % width
    said = _FILLER[: max(0, before - 1)].strip().ljust(before) + said
    return t.pays([invoice], "chopped", text=said, wrap=width)


def typing_error(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None:
        return None
    written = wording.mistyped(t.rng, invoice.number)
    near = t.items.could_be(written)
    unknown = not t.items.reads_as(written)
    if not unknown or not t.items.is_told_by_amount(invoice, near):
        return None
    return t.pays([invoice], "typing error", text=t.text(invoice, written))


def typing_error_hits_another(t: Teller) -> Payment | None:
    """The wrong number is another customer's debt, of another amount: what was meant is the truth."""
    invoice = t.one()
    if invoice is None:
        return None
    written = wording.mistyped(t.rng, invoice.number)
    other = t.ledger.invoices.get(written)
    if other is None or not t.items.balance[written] or other.currency != invoice.currency:
        return None
    if not t.items.is_told_by_amount(invoice, t.items.could_be(written)):
        return None
    return t.pays([invoice], "typing error hits another", text=t.text(invoice, written))


def creditor_reference(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None:
        return None
    reference = wording.creditor_reference(invoice.number)
    if t.rng.random() < 0.3:
        reference = wording.in_fours(reference)
    return t.pays([invoice], "creditor reference", creditor_reference=reference)


def creditor_reference_in_text(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None:
        return None
    reference = wording.creditor_reference(invoice.number)
    written = wording.in_fours(reference) if t.rng.random() < 0.6 else reference
    written = t.rng.choice(("", "Ref. ", "Referenz ")) + written
    return t.pays([invoice], "creditor reference in text", text=written)


def wrong_checksum(t: Teller) -> Payment | None:
    """The reference's check digits do not fit; the number in it is right."""
    invoice = t.one()
    if invoice is None:
        return None
    right = wording.creditor_reference(invoice.number)
    wrong = f"{right[:2]}{(int(right[2:4]) + t.rng.randint(1, 90)) % 100:02d}{right[4:]}"
    if not t.items.is_told_by_amount(invoice, t.items.reads_as(right[4:])):
        return None
    if t.rng.random() < 0.5:
        return t.pays([invoice], "wrong checksum", creditor_reference=wrong)
    return t.pays([invoice], "wrong checksum", text=wrong)


def end_to_end(t: Teller) -> Payment | None:
    """Only the end-to-end id has the number; the text has nothing."""
    invoice = t.one()
    if invoice is None:
        return None
    written = t.rng.choice((invoice.number, wording.bare(invoice.number)))
    text = wording.nothing(t.rng, **t.beside(invoice))
    return t.pays([invoice], "end-to-end id", text=text, end_to_end=written)


def several(t: Teller) -> Payment | None:
    return _several(t, "several numbers", share=1)


def several_short(t: Teller) -> Payment | None:
    """All named, the oldest first, and the sum does not reach: what is due and older comes first."""
    return _several(t, "several, too little", share=-1)


def several_over(t: Teller) -> Payment | None:
    return _several(t, "several, too much", share=2)


def _several(t: Teller, kind: str, *, share: int) -> Payment | None:
    invoices = t.several(2, 6)
    if not invoices or len({i.due for i in invoices}) < len(invoices):
        return None
    total = sum(i.amount for i in invoices)
    if share < 0:
        last = invoices[-1].amount
        total -= t.rng.randint(last // 5, last // 2)
        if invoices[-1].due >= t.today:
            return None
    elif share > 1:
        total += t.rng.randint(600, 9000)
    text = t.text(invoices[0], wording.listed(t.rng, [i.number for i in invoices]))
    return t.pays(invoices, kind, text=text, amount=total)


def merged(t: Teller) -> Payment | None:
    invoices = sorted(t.several(2, 4, scheme=True), key=lambda invoice: invoice.number)
    numbers = [invoice.number for invoice in invoices]
    if not numbers or numbers[0].isdigit():
        return None
    text = t.text(invoices[0], wording.merged(t.rng, numbers))
    return t.pays(invoices, "merged numbers", text=text)


def ranged(t: Teller) -> Payment | None:
    """'1234 bis 1237': every number between is the payer's, and open."""
    invoice = t.one()
    if invoice is None:
        return None
    run = _run_from(t, invoice)
    if len(run) < 2:
        return None
    written = wording.ranged(t.rng, [run[0].number, run[-1].number])
    return t.pays(run, "range of numbers", text=t.text(invoice, written))


def _run_from(t: Teller, first: Invoice) -> list[Invoice]:
    """The customer's own debts whose numbers follow each other without any other's between."""
    mine = {i.number: i for i in t.items.untouched_of(first.customer, first.currency)}
    run = [first]
    while len(run) < 6:
        following = _next_number(run[-1].number)
        if following not in mine:
            break
        run.append(mine[following])
    return run


def _next_number(number: str) -> str:
    return number[:-4] + f"{int(number[-4:]) + 1:04d}"


def third_party(t: Teller) -> Payment | None:
    """Somebody else pays: a stranger, or another customer of ours, with the exact number."""
    invoice = t.one()
    if invoice is None:
        return None
    payment = t.pays([invoice], "somebody else pays", text=t.text(invoice, invoice.number))
    if t.rng.random() < 0.3:
        return replace(payment, party=stranger(t.rng), party_account=foreign_account(t.rng))
    name, account = t.rng.choice(t.advisers)
    return replace(payment, party=name, party_account=account)


NUMBERS: dict[Story, float] = {
    number: 20,
    rewritten: 14,
    chopped: 4,
    typing_error: 4.5,
    typing_error_hits_another: 0.4,
    creditor_reference: 5,
    creditor_reference_in_text: 2,
    wrong_checksum: 0.6,
    end_to_end: 2.5,
    several: 5,
    several_short: 0.5,
    several_over: 0.4,
    merged: 1.6,
    ranged: 0.6,
    third_party: 2.5,
}
