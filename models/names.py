"""Every name that Temporal keeps: workflow types and ids, messages, queues. One registry.

A name here is part of histories that live for months: a class may be renamed, its name may not.
Ids carry keys of the ledger, never a person's name or address.
"""

QUEUE = "duely"

INVOICE_WORKFLOW = "InvoiceDunning"
CUSTOMER_WORKFLOW = "CustomerDunning"
CALL_WORKFLOW = "CallTask"

# Signals that machines send.
PAYMENT_RECORDED = "payment_recorded"
PAYMENT_RETURNED = "payment_returned"
STAGE_HAPPENED = "stage_happened"
NOTICE_SENT = "notice_sent"
RECORD_CHANGED = "record_changed"
INVOICE_ENLISTED = "invoice_enlisted"

# Signals that engineers type, and updates of the same names for people.
PAUSE = "pause"
RESUME = "resume"
SETTLE = "settle"


def invoice_workflow_id(invoice_number: str) -> str:
    return f"invoice:{invoice_number}"


def customer_workflow_id(customer_id: str) -> str:
    return f"customer:{customer_id}"


def call_workflow_id(task: str) -> str:
    return f"call:{task}"


def notice_number(customer_id: str, sequence: int) -> str:
    """A number no other notice has, the same in every run of the same ledger."""
    return f"N-{customer_id}-{sequence}"


def task_number(customer_id: str, sequence: int) -> str:
    return f"T-{customer_id}-{sequence}"


def case_number(customer_id: str, sequence: int) -> str:
    return f"C-{customer_id}-{sequence}"


def collection_key(invoice_number: str, attempt: int) -> str:
    """What a bank sees of one try: the same key again is the same debit."""
    return f"collect:{invoice_number}:{attempt}"
