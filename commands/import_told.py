"""What an import did, in sentences for a bookkeeper."""

from collections.abc import Iterator

from activities.banking.recording import BankFileTaken, StatementTaken
from activities.intake import Taken
from commands.printing import NOT_TOLD
from rules.money import Money


def import_text(taken: Taken) -> list[str]:
    """The ledger's part, then file by file what the bank said, then what matching made of it."""
    return [
        *_ledger(taken),
        *_methods(taken),
        *_banks(taken),
        *_decided(taken),
        *_telling(taken),
        *taken.notes,
    ]


def _ledger(taken: Taken) -> Iterator[str]:
    others = taken.bank or taken.methods.seen
    if others and not (taken.invoices or taken.payments or taken.known):
        return
    yield (
        f"{taken.invoices} invoices and {taken.payments} payments recorded, "
        f"{taken.known} invoices were known already"
    )


def _methods(taken: Taken) -> Iterator[str]:
    if taken.methods.seen:
        yield (
            f"{_counted(taken.methods.new, 'payment method')} put on file or completed, "
            f"{taken.methods.known} known already"
        )


def _telling(taken: Taken) -> Iterator[str]:
    if not taken.delivered:
        yield NOT_TOLD
    if taken.spread.held_back:
        yield (
            f"a backlog: {taken.spread.held_back} customers hear from us after "
            f"{taken.spread.first}, at most {taken.spread.per_day} a day, the last on "
            f"{max(taken.spread.days)}"
        )


def _banks(taken: Taken) -> Iterator[str]:
    for file in taken.bank:
        if file.again:
            yield f"{file.name}: this very file was taken in before, nothing was changed"
            continue
        yield from (f"{file.name}: {words}" for words in _file(file))


def _file(file: BankFileTaken) -> Iterator[str]:
    for one in file.statements:
        yield _statement(one)
        yield from _remarks(one)
    if file.answers:
        yield f"recorded: {_counted(file.answers, 'answer')} of the bank to our orders"
    if file.strangers:
        yield f"to orders that Duely did not send: {file.strangers} of them"
    if not file.statements and not file.answers:
        yield "it holds no statement and no answer, nothing was recorded"


def _statement(one: StatementTaken) -> str:
    kind = "notification" if one.is_notification else "statement"
    number = f" {one.number}" if one.number else ""
    account = f"account {one.account}" if one.account else "an account it does not name"
    return (
        f"{kind}{number} of {account}, {_counted(one.entries, 'entry', 'entries')}; {_balance(one)}"
    )


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


def _balance(one: StatementTaken) -> str:
    total = Money(one.total, one.currency)
    if one.adds_up is False and one.closing is None:
        return f"IT DOES NOT ADD UP: {one.note}; its entries make {total}"
    if one.opening is None or one.closing is None:
        return f"they make {total}, it gives no balances to check"
    opening, closing = Money(one.opening, one.currency), Money(one.closing, one.currency)
    if one.adds_up:
        return f"{opening} + {total} = {closing}"
    missing = Money(one.closing - one.opening - one.total, one.currency)
    return f"IT DOES NOT ADD UP: {opening} + {total} is not {closing}, the difference is {missing}"


def _remarks(one: StatementTaken) -> Iterator[str]:
    if one.known:
        yield f"  known already from another file: {_counted(one.known, 'payment')}"
    if one.twice:
        again = _counted(one.twice, "payment")
        yield f"  said again under one reference of the bank's, counted once: {again}"
    if one.doubtful:
        doubtful = _counted(one.doubtful, "payment")
        yield f"  may be known already, waiting for a person (unmatched): {doubtful}"
    if one.taken_apart:
        batches = _counted(one.taken_apart, "batch", "batches")
        yield f"  taken apart into single payments now: {batches}"
    if one.as_one:
        yield f"  in a batch that was dealt with as one sum: {_counted(one.as_one, 'payment')}"
    if one.note and one.adds_up is not False:
        yield f"  {one.note}"


def _decided(taken: Taken) -> Iterator[str]:
    if taken.decided is None:
        return
    done = taken.decided
    yield (
        f"{_counted(done.matched, 'entry', 'entries')} matched to invoices, {done.listed} "
        f"on the list for a person (unmatched), {done.set_aside} set aside as no customer's money"
    )
