"""Every name that Temporal keeps: workflow types and ids, messages, queues, what lists show. One
registry.

A name here is part of histories that live for months: a class may be renamed, its name may not.
Ids, titles and search attributes carry keys of the ledger, never a person's name or address: no
codec encrypts them.
"""

import hashlib
import re

from temporalio.common import SearchAttributeKey

from rules.money import Money

QUEUE = "duely"

INVOICE_WORKFLOW = "InvoiceDunning"
CUSTOMER_WORKFLOW = "CustomerDunning"
CALL_WORKFLOW = "CallTask"
REFUND_WORKFLOW = "Refund"
DEBIT_FILES_WORKFLOW = "DebitFiles"

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

# What lists in the Temporal UI show and are searched by (docs/temporal-ui.md). PostgreSQL has room
# in a namespace for ten keywords, and for three of each other type.
CUSTOMER = SearchAttributeKey.for_keyword("DuelyCustomer")
STAGE = SearchAttributeKey.for_keyword("DuelyStage")
CURRENCY = SearchAttributeKey.for_keyword("DuelyCurrency")
LEVEL = SearchAttributeKey.for_int("DuelyLevel")
BALANCE = SearchAttributeKey.for_int("DuelyBalance")  # minor units
DUE = SearchAttributeKey.for_datetime("DuelyDue")  # 00:00 UTC of the due date
NEXT_ACTION = SearchAttributeKey.for_datetime("DuelyNextAction")  # business time
HELD = SearchAttributeKey.for_keyword_list("DuelyHeld")
ATTENTION = SearchAttributeKey.for_keyword_list("DuelyAttention")

SEARCH_ATTRIBUTES = (
    CUSTOMER,
    STAGE,
    LEVEL,
    BALANCE,
    CURRENCY,
    DUE,
    NEXT_ACTION,
    HELD,
    ATTENTION,
)

_END_TO_END_ID = re.compile(r"[A-Za-z0-9?:().,'+-]{1,35}")
_LONGEST_LABEL = 180  # bytes; well below the 400 that Temporal gives a title or a label


def invoice_workflow_id(invoice_number: str) -> str:
    return f"invoice:{invoice_number}"


def customer_workflow_id(customer_id: str) -> str:
    return f"customer:{customer_id}"


def call_workflow_id(task: str) -> str:
    return f"call:{task}"


def refund_workflow_id(refund: str) -> str:
    return f"refund:{refund}"


def debit_files_workflow_id(bank: str) -> str:
    return f"debit-files:{bank}"


def notice_number(customer_id: str, sequence: int) -> str:
    """A number no other notice has, the same in every run of the same ledger."""
    return f"N-{customer_id}-{sequence}"


def task_number(customer_id: str, sequence: int) -> str:
    return f"T-{customer_id}-{sequence}"


def case_number(customer_id: str, sequence: int) -> str:
    return f"C-{customer_id}-{sequence}"


def refund_number(customer_id: str, sequence: int) -> str:
    return f"F-{customer_id}-{sequence}"


def method_number(customer_id: str, sequence: int) -> str:
    return f"M-{customer_id}-{sequence}"


def letter_number(customer_id: str, sequence: int) -> str:
    return f"L-{customer_id}-{sequence}"


def refund_key(refund: str, attempt: int) -> str:
    """What a bank sees of one try to pay back: the same key again is the same refund. It is the
    end-to-end id of a transfer: at most 35 characters of SEPA's set."""
    return _end_to_end_id("refund", f"refund:{refund}:{attempt}")


def collection_key(invoice_number: str, attempt: int) -> str:
    """What a bank sees of one try: the same key again is the same debit. Its end-to-end id, too."""
    return _end_to_end_id("collect", f"collect:{invoice_number}:{attempt}")


def _end_to_end_id(kind: str, key: str) -> str:
    if _END_TO_END_ID.fullmatch(key):
        return key
    return f"{kind}:{hashlib.sha256(key.encode()).hexdigest()[: 34 - len(kind)]}"


def invoice_title(invoice_number: str, amount: int, currency: str) -> str:
    """`Invoice R-1001, 119.00 EUR`; a workflow started by hand may not know the amount."""
    title = f"Invoice {invoice_number}"
    return label(f"{title}, {Money(amount, currency)}" if currency else title)


def customer_title(customer_id: str) -> str:
    return label(f"Customer {customer_id}")


def call_title(task: str, customer_id: str) -> str:
    return label(f"Call customer {customer_id}, task {task}")


def refund_title(refund: str, customer_id: str) -> str:
    return label(f"Refund {refund} to customer {customer_id}")


def debit_files_title(bank: str) -> str:
    return label(f"Debits by files of bank {bank}")


def label(text: str) -> str:
    """A title or a label short enough for Temporal, whatever characters a ledger's keys are of."""
    return text.encode()[:_LONGEST_LABEL].decode(errors="ignore")
