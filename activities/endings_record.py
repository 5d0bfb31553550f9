"""What is recorded of debts to be given up with another person's yes: proposed, decided, withdrawn."""

from sqlmodel import col, select

from activities.journal import Journal
from models.tables import InvoiceRecord, ProposalState, ProposedEndingRecord, Trouble
from rules.case import Status
from rules.money import Money
from rules.second_person import refuse_proposal


def standing(journal: Journal, invoice_number: str) -> ProposedEndingRecord | None:
    """The proposal that waits for an answer; None where there is none."""
    query = select(ProposedEndingRecord).where(
        col(ProposedEndingRecord.invoice_number) == invoice_number,
        col(ProposedEndingRecord.state) == ProposalState.PROPOSED.value,
    )
    return journal.session.exec(query).first()


def propose(journal: Journal, invoice: InvoiceRecord, ending: Status, reason: str) -> str:
    """Nothing changes until another person says yes. Returns "" or why not."""
    before = standing(journal, invoice.number)
    owed = Money(invoice.balance_minor, invoice.currency)
    refused = refuse_proposal(journal.actor, before.proposed_by if before else None, owed)
    if refused:
        return refused
    journal.session.add(
        ProposedEndingRecord(
            customer_id=invoice.customer_id,
            invoice_number=invoice.number,
            ending=ending.value,
            balance_minor=owed.minor,
            currency=owed.currency,
            reason=reason,
            proposed_by=journal.actor,
            proposed_at=journal.now,
        )
    )
    journal.session.flush()
    journal.log("ending_proposed", invoice, amount=owed.minor, detail=ending.value)
    journal.needs_attention(Trouble.WRITE_OFF, invoice.customer_id, invoice.number, ending.value)
    return ""


def close(
    journal: Journal, proposal: ProposedEndingRecord, state: ProposalState, answer: str = ""
) -> None:
    """It waits no more."""
    proposal.state = state.value
    proposal.decided_by, proposal.answer = journal.actor, answer
    proposal.decided_at = journal.now
    journal.session.flush()
    journal.end_trouble(Trouble.WRITE_OFF, proposal.customer_id, proposal.invoice_number)
    invoice = journal.session.get_one(InvoiceRecord, proposal.invoice_number)
    journal.log(f"ending_{state}", invoice, amount=proposal.balance_minor, detail=proposal.ending)


def withdraw(journal: Journal, invoice: InvoiceRecord) -> None:
    """Nothing is owed any more: there is nothing to give up."""
    proposal = standing(journal, invoice.number)
    if proposal is not None:
        close(journal, proposal, ProposalState.WITHDRAWN)


def told(journal: Journal, invoice: InvoiceRecord) -> str:
    """What became of an act that asked for an end, where it is not the end: a sentence, or ""."""
    proposal = standing(journal, invoice.number)
    if proposal is None:
        return ""
    owed = Money(proposal.balance_minor, proposal.currency)
    word = proposal.ending.replace("_", " ")
    return (
        f"{proposal.proposed_by} proposes that invoice {invoice.number} with {owed} be {word}: "
        "nothing changes until another person says yes."
    )
