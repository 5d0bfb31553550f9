"""Money that came in: whose it is, by what its payer designated, else by account and amount.

A payer's own designation comes first (BGB 366 I). What nobody can be sure of is left to a person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rules.matching.doubt import doubt
from rules.matching.ledger import Ledger
from rules.matching.masking import whole_references
from rules.matching.numbers import all_of, compact, digits, folded, one_edit_apart
from rules.matching.reading import read
from rules.matching.structured import SHORTEST_SURE, bodies, named_for_sure, named_perhaps
from rules.matching.sums import Fit, fit, has_exact_part, in_turn
from rules.matching.values import Claim, Entry, Rule, Verdict, by_age

_SHORTEST_MISTYPED = 7  # digits of a number with an error, where nobody knows the payer


def match_incoming(entry: Entry, ledger: Ledger) -> Verdict:
    """The first rule that is sure decides; the last word is doubt."""
    return _Matching(entry, ledger).decide()


@dataclass(frozen=True)
class _Designated:
    """What the payer named, and by which rule it was understood."""

    claims: tuple[Claim, ...]
    rule: Rule
    is_sure: bool


class _Matching:
    def __init__(self, entry: Entry, ledger: Ledger) -> None:
        self._entry = entry
        self._ledger = ledger
        self._unclear: list[Claim] = []  # what one reference names, read in several ways
        self._referenced = self._by_reference()
        self._written = read(self._texts(), ledger.numbers)
        accounts = ledger.by_account(entry.party_account)
        names = ledger.by_name(entry.party_name)
        self._payers = accounts if accounts else names
        self._knows_account = bool(accounts)

    def decide(self) -> Verdict:
        if self._unclear:
            return self._doubt("its reference can be read in several ways", self._unclear)
        ways: tuple[Callable[[], Verdict | None], ...] = (
            self._designated_exactly,
            self._designated_in_part,
            self._mistyped,
            self._undesignated,
        )
        found = next((verdict for way in ways if (verdict := way())), None)
        return found or self._doubt("nothing in it says for sure which invoice it pays")

    # --- what the payer wrote --------------------------------------------------------------------

    def _texts(self) -> list[str]:
        entry = self._entry
        references = (
            compact(one) if any(bodies(compact(one))) else one for one in entry.references
        )
        return [entry.remittance, entry.end_to_end_id, *references]

    def _by_reference(self) -> tuple[str, ...]:
        """Invoices that a structured reference names whole: RF (its checksum is right) or another."""
        written = [compact(reference) for reference in self._entry.references]
        written = [body for body in written if not body.startswith("RF")]
        texts = (folded(text) for text in self._texts())
        written += [reference[4:] for text in texts for reference in whole_references(text)]
        return tuple(dict.fromkeys(n for body in written for n in self._meant_by(body)))

    def _meant_by(self, reference: str) -> list[str]:
        """One that it names for sure; else, of what it may be, the one that has the exact amount."""
        sure = named_for_sure(reference, self._ledger.numbers)
        if len(sure) == 1:
            return [*sure]
        claims = self._ledger.claims(sure | named_perhaps(reference, self._ledger.numbers))
        exact = [c.number for c in claims if c.is_open and self._amount_for([c]) == c.balance]
        if len(exact) == 1:
            return exact
        self._unclear += [c for c in claims if c.number in sure]
        return []

    def _readings(self) -> Iterable[_Designated]:
        """What may have been meant, the surest first."""
        written, claims = self._written, self._ledger.claims
        if self._referenced:
            yield _Designated(tuple(claims(self._referenced)), Rule.REFERENCE, True)
        named = written.named | set(self._referenced)
        if named:
            yield self._reading(claims(named), is_sure=not self._more_is_meant(named))
        if others := self._otherwise(named):
            yield self._reading(claims(others), is_sure=False)
        for more in (
            written.listed,
            self._brief(named),
            self._ends(named),
            self._near_by(named),
        ):
            if more - named:
                yield self._reading(claims(named | more), is_sure=False)

    def _reading(self, claims: Sequence[Claim], *, is_sure: bool) -> _Designated:
        rule = Rule.NUMBER if len(claims) == 1 else Rule.NUMBERS
        return _Designated(tuple(claims), rule, is_sure)

    def _more_is_meant(self, named: set[str]) -> bool:
        """Whether beside the numbers there stands another: abbreviated, mistyped, or unknown."""
        if (self._brief(named) | self._written.listed | self._near_by(named)) - named:
            return True
        lengths = {len(digits(number)) for number in named}
        return any(len(run) in lengths for run in self._written.figures)

    def _otherwise(self, named: set[str]) -> set[str]:
        """The payer's invoices whose numbers, without leading zeros, are those that were named."""
        found = (self._ledger.numbers.reduced.get(digits(number), ()) for number in named)
        return {
            c.number for c in self._ledger.claims(all_of(found)) if c.customer_id in self._payers
        }

    def _near_by(self, named: set[str]) -> set[str]:
        """Open invoices of the customer who is named, each written with one typing error."""
        if not named:
            return set()
        customers = {self._ledger[n].customer_id for n in named}
        near = {n for run in self._written.figures for n in self._ledger.numbers.near(run)}
        return {
            c.number for c in self._ledger.claims(near) if c.customer_id in customers and c.is_open
        }

    def _brief(self, named: set[str]) -> set[str]:
        """Of abbreviated numbers those of the customer who is named, else of the payer. Who pays
        being unknown, those of one customer, where they are still owed and not too short."""
        written = self._written
        customers = {self._ledger[n].customer_id for n in named} or self._payers
        if customers:
            claims = self._ledger.claims(written.brief | written.faint)
            return {c.number for c in claims if c.customer_id in customers}
        claims = self._ledger.claims(written.brief)
        alone = len({c.customer_id for c in claims}) == 1 and all(c.is_open for c in claims)
        return {c.number for c in claims} if alone else set()

    def _ends(self, named: set[str]) -> set[str]:
        """Open invoices of the payer whose last group of digits stands alone in the text."""
        customers = {self._ledger[n].customer_id for n in named} or self._payers
        ends = (n for s in self._written.serials for n in self._ledger.numbers.serials.get(s, ()))
        return {
            c.number for c in self._ledger.claims(ends) if c.customer_id in customers and c.is_open
        }

    # --- the four ways ---------------------------------------------------------------------------

    def _designated_exactly(self) -> Verdict | None:
        """What is named comes to the amount, to the cent or as the policy forgives."""
        for reading in self._readings():
            amount = self._amount_for(reading.claims)
            found = fit(reading.claims, amount, self._entry.value_date) if amount else None
            if not found:
                continue
            if meant := self._rivals(reading.claims):
                return self._doubt(
                    "the payer is another customer, who has an invoice nearly so numbered", meant
                )
            return self._pays(reading.rule, found, _exactly(found))
        return None

    def _designated_in_part(self) -> Verdict | None:
        """Named for sure, but another amount: part, or too much."""
        reading = next(iter(self._readings()), None)
        if reading is None:
            return None
        claims, amount = by_age(reading.claims), self._amount_for(reading.claims)
        if not amount:
            return self._doubt("what it names is owed in another currency", reading.claims)
        if self._entry.transactions > 1:
            return self._doubt("the bank booked several payments in one", reading.claims)
        if others := self._owed_the_rest(claims, amount):
            return self._doubt(
                "the rest of it is exactly owed on another invoice", [*claims, *others]
            )
        if why := self._why_unsure(reading, amount):
            return self._doubt(why, reading.claims)
        shares = in_turn(claims, amount)
        owed = sum(claim.balance for claim in claims)
        what = "pays a part of" if amount < owed else "pays more than is owed on"
        return self._pays(reading.rule, shares, f"{what} {_names(claims)}")

    def _why_unsure(self, reading: _Designated, amount: int) -> str:
        claims = reading.claims
        if not self._payers and all(len(digits(c.number)) < SHORTEST_SURE for c in claims):
            return "its number is short, and neither the payer nor the amount speaks for it"
        if not reading.is_sure and (len(claims) > 1 or not self._is_payers(claims)):
            return "its numbers can be read in several ways and the amount does not come out"
        if not reading.is_sure and amount > claims[0].balance:
            return "a second number may be meant, and the amount is more than the first is owed"
        if len({claim.customer_id for claim in claims}) > 1:
            return "it names invoices of several customers and the amount does not come out"
        if self._entry.currency != claims[0].currency and amount > sum(c.balance for c in claims):
            return "it is more than is owed, in another currency"
        if self._rivals(claims) or self._exact_nearby(claims, amount):
            return "another invoice, nearly so numbered, may be meant"
        if self._payers and not self._is_payers(claims):
            return "the payer is another customer and the amount does not come out"
        if len(claims) > 1 and has_exact_part(claims, amount):
            return "it may be meant for some of the invoices it names only"
        return ""

    def _mistyped(self) -> Verdict | None:
        """One typing error: only where one invoice alone is that near, and more speaks for it."""
        shortest = 0 if self._payers else _SHORTEST_MISTYPED
        runs = (run for run in self._written.figures if len(run) >= shortest)
        near = {n for run in runs for n in self._ledger.numbers.near(run)}
        open_near = [c for c in self._ledger.claims(near) if c.is_open]
        exact = [c for c in open_near if self._amount_for([c]) == c.balance]
        if self._payers:
            theirs = [c for c in open_near if c.customer_id in self._payers]
            exact = [c for c in exact if c.customer_id in self._payers]
            if len(theirs) > 1 and len(exact) != 1:
                return self._doubt("a number is mistyped, several invoices are as near", theirs)
        if len(exact) != 1:
            return self._doubt("a number in it may be mistyped", open_near) if open_near else None
        shares = fit(exact, self._amount_for(exact), self._entry.value_date)
        assert shares is not None, "the amount is the balance"
        return self._pays(
            Rule.TYPING_ERROR, shares, f"names {_names(exact)} with one typing error, amount exact"
        )

    def _undesignated(self) -> Verdict | None:
        """Nothing is named: the payer is known, and what is open of theirs comes to the amount."""
        if len(self._payers) != 1 or self._entry.transactions > 1:
            return None
        (customer,) = self._payers
        theirs = by_age(self._ledger.open_of(customer))
        same = [c for c in theirs if self._amount_for([c]) == c.balance]
        if self._names_something():
            return self._doubt("it names a number that no invoice has", same or theirs)
        if same:
            # All are owed alike: the one that is due first, then the older (BGB 366 II).
            rule = Rule.ACCOUNT if self._knows_account else Rule.NAME
            return self._pays(
                rule, in_turn(same[:1], same[0].balance), f"{self._known_by()}, amount exact"
            )
        if oldest := self._oldest_that_come_out(theirs):
            shares = in_turn(oldest, self._amount_for(oldest))
            reason = f"{self._known_by()}, the amount is what is due first: {_names(oldest)}"
            return self._pays(Rule.TOTAL, shares, reason)
        return (
            self._doubt("the payer is known, the amount fits no invoice", theirs)
            if theirs
            else None
        )

    def _oldest_that_come_out(self, theirs: Sequence[Claim]) -> Sequence[Claim]:
        """The longest owed whose sum is the amount; of one alone an equal balance has spoken."""
        for count in range(len(theirs), 1, -1):
            oldest = theirs[:count]
            if self._amount_for(oldest) == sum(c.balance for c in oldest):
                return oldest
        return ()

    # --- what speaks for and against -------------------------------------------------------------

    def _amount_for(self, claims: Sequence[Claim]) -> int:
        """The entry's amount in the invoices' currency, 0 where the bank does not say it."""
        currencies = {claim.currency for claim in claims}
        if currencies == {self._entry.currency}:
            return self._entry.amount
        original = self._entry.original
        return original.minor if original and currencies == {original.currency} else 0

    def _is_payers(self, claims: Iterable[Claim]) -> bool:
        return all(claim.customer_id in self._payers for claim in claims)

    def _rivals(self, claims: Sequence[Claim]) -> list[Claim]:
        """The payer's own open invoices, one typing error from those that were named of others."""
        others = [c for c in claims if c.customer_id not in self._payers]
        if not others or not self._payers:
            return []
        theirs = [c for payer in sorted(self._payers) for c in self._ledger.open_of(payer)]
        return [
            mine
            for mine in theirs
            if any(one_edit_apart(digits(c.number), digits(mine.number)) for c in others)
        ]

    def _exact_nearby(self, claims: Sequence[Claim], amount: int) -> bool:
        """Whether an invoice one typing error away is owed to exactly this amount."""
        near = {n for c in claims for n in self._ledger.numbers.near(digits(c.number))}
        return any(
            c.balance == amount and c.currency == claims[0].currency
            for c in self._ledger.claims(near)
            if c not in claims
        )

    def _owed_the_rest(self, claims: Sequence[Claim], amount: int) -> list[Claim]:
        """The customers' other invoices of exactly what is paid too much."""
        rest = amount - sum(c.balance for c in claims)
        customers = sorted({c.customer_id for c in claims}) if rest > 0 else ()
        theirs = (c for customer in customers for c in self._ledger.open_of(customer))
        return [c for c in theirs if c.balance == rest and c not in claims]

    def _names_something(self) -> bool:
        """Whether a number as long as the payer's invoices' stands in it, that none of them has."""
        (customer,) = self._payers
        lengths = {len(digits(c.number)) for c in self._ledger.open_of(customer)}
        return any(len(run) in lengths for run in self._written.figures)

    def _known_by(self) -> str:
        return (
            "the account is the customer's" if self._knows_account else "the name is the customer's"
        )

    # --- verdicts --------------------------------------------------------------------------------

    def _pays(self, rule: Rule, shares: Fit, reason: str) -> Verdict:
        return Verdict(rule=rule, reason=reason, shares=shares)

    def _doubt(self, reason: str, claims: Iterable[Claim] = ()) -> Verdict:
        return doubt(self._entry, self._ledger, reason, claims)


def _names(claims: Sequence[Claim]) -> str:
    return ", ".join(claim.number for claim in claims)


def _exactly(shares: Fit) -> str:
    numbers = ", ".join(share.invoice_number for share in shares)
    forgiven = any(share.forgiven for share in shares)
    return (
        f"names {numbers}, the amount is what the policy lets go for it"
        if forgiven
        else (f"names {numbers}, amount exact")
    )
