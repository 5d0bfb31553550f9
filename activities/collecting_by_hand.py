"""A person has an invoice debited, says that what a debit waited for is corrected, or what became of one."""

from activities import collecting, collection_runs, method_choice
from activities.journal import Journal
from activities.method_choice import is_anothers
from gateways.payments import CollectionAnswer, CollectionStatus
from models.tables import CollectionRunRecord, InvoiceRecord, PaymentMethodRecord, Trouble
from rules.collecting import UNDER_WAY, Cause
from rules.ladder import Ladder
from rules.methods import Method, choose, why_not
from rules.returns import reason_of

_UNSAID = "refused"  # a failure whose reason nobody said ends this debit, and no method


def collect_now(journal: Journal, ladder: Ladder, invoice: InvoiceRecord, number: str) -> str:
    """One more try, which uses up none of the automatic ones; "" or why not. What has to be announced
    is announced first. `number` names the method, "" leaves the choice."""
    run = collection_runs.open_run(journal.session, invoice.number)
    if run is not None:
        return _add_to(journal, invoice, run, number)
    method = _method(journal, ladder, invoice, number)
    if isinstance(method, str):
        return method
    run = collection_runs.begin(journal, invoice, method, Cause.BY_HAND)
    run.asked = 1
    return ""


def _add_to(journal: Journal, invoice: InvoiceRecord, run: CollectionRunRecord, number: str) -> str:
    attempts = collection_runs.attempts_of(journal.session, run)
    if any(one.state in UNDER_WAY for one in attempts):
        return "a debit of it is under way: its outcome is known first"
    if run.waits:
        return "its debit waits for a correction: say that it is corrected, and it is tried again"
    if number not in ("", run.method):
        return f"it is being collected by {run.method}: withdraw that, or wait for its outcome"
    if run.day is not None and run.announced_on is not None:
        return f"its debit is announced for {run.day}, and is not made before"
    run.asked = 1
    return ""


def _method(journal: Journal, ladder: Ladder, invoice: InvoiceRecord, number: str) -> Method | str:
    """What failed before may be tried by hand."""
    today = ladder.today(journal.now)
    methods = method_choice.methods_of(journal.session, invoice.customer_id)
    session = journal.session
    taken = {one.number for one in methods if is_anothers(session, one, invoice.number)}
    if not number:
        mine = [one for one in methods if one.takes(invoice.currency)]
        found = choose(mine, today, named=invoice.mandate, but=taken)
        return found or "nothing on file may be debited"
    method = next((one for one in methods if one.number == number), None)
    if method is None:
        return f"{number} is no method of this customer"
    refused = why_not(method, today) or ("it is for one debit" if number in taken else "")
    if not method.takes(invoice.currency):
        refused = f"SEPA knows the euro only, the invoice is in {invoice.currency}"
    return f"{number} may not be debited: {refused}" if refused else method


def retry(journal: Journal, invoice: InvoiceRecord) -> str:
    """The debit that waited for a correction is tried again at once; "" or why not."""
    run = collection_runs.open_run(journal.session, invoice.number)
    if run is None or not run.waits:
        return "no debit of it waits for a correction"
    run.waits, run.asked = False, 1
    method = journal.session.get_one(PaymentMethodRecord, run.method)
    journal.end_trouble(Trouble.COLLECTION, method.customer_id, invoice.number)
    return ""


def outcome(journal: Journal, invoice: InvoiceRecord, *, paid: bool, code: str) -> str:
    """What became of the debit under way, known to a person where no file and nobody else has said it;
    "" or why not."""
    run = collection_runs.open_run(journal.session, invoice.number)
    attempts = collection_runs.attempts_of(journal.session, run) if run else []
    under_way = [one for one in attempts if one.state in UNDER_WAY]
    if not under_way:
        return "no debit of it is under way"
    if paid and code:
        return f"reason {code} says that it failed, expected none of one that was paid"
    if code and reason_of(code) is None:
        return f"reason {code} is not known, expected a bank's or a provider's code, or none"
    status = CollectionStatus.SUCCEEDED if paid else CollectionStatus.DECLINED_HARD
    answer = CollectionAnswer(status, "" if paid else code or _UNSAID)
    journal.end_trouble(Trouble.COLLECTION, invoice.customer_id, invoice.number)
    return collecting.hear(journal, under_way[-1].key, answer)
