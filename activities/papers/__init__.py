"""What people are sent: invoices, notices, the list of a legal case. Text in, text or bytes out.

Nothing here reads a clock, a network or a database; templates and catalogues are all that is read.
"""

from activities.papers.case import CaseEntry, CaseItem, CasePaper, case_list
from activities.papers.cleaning import attachment_name
from activities.papers.invoice import invoice_html
from activities.papers.mail import (
    debit_mail,
    is_usable,
    notice_mail,
    part_mail,
    part_message_id,
    refund_mail,
)
from activities.papers.refund import proof_html

__all__ = [
    "CaseEntry",
    "CaseItem",
    "CasePaper",
    "attachment_name",
    "case_list",
    "debit_mail",
    "invoice_html",
    "is_usable",
    "notice_mail",
    "part_mail",
    "part_message_id",
    "proof_html",
    "refund_mail",
]
