"""What is recorded. One file per table; importing this package registers them all."""

from sqlmodel import SQLModel

from models.tables.attention import AttentionRecord, Trouble
from models.tables.bank import (
    BankEntryRecord,
    BankFileRecord,
    BankStatementRecord,
    EntryState,
    PayerAccountRecord,
    PaymentStatusRecord,
    RetiredAccountRecord,
)
from models.tables.call_task import CallAttemptRecord, CallItemRecord, CallTaskRecord, TaskState
from models.tables.collection import (
    CollectionRecord,
    CollectionRunRecord,
    DebitFileRecord,
    DebitingBankRecord,
    RunState,
)
from models.tables.creditor import CreditorRecord
from models.tables.customer import CustomerRecord
from models.tables.document import DocumentRecord
from models.tables.event import EventRecord
from models.tables.hold import HoldRecord
from models.tables.invoice import InvoiceLineRecord, InvoiceRecord
from models.tables.legal_case import CaseState, LegalCaseItemRecord, LegalCaseRecord
from models.tables.letter import LetterItemRecord, LetterKind, LetterRecord, LetterState
from models.tables.message import MessageRecord, OutboxRecord
from models.tables.notice import NoticeItemRecord, NoticePartRecord, NoticeRecord, NoticeState
from models.tables.payment import CreditRecord, PaymentRecord
from models.tables.payment_method import PaymentMethodRecord
from models.tables.phone_call import PhoneCallRecord
from models.tables.policy import PolicyRecord
from models.tables.position import PositionRecord
from models.tables.proposed_ending import ProposalState, ProposedEndingRecord
from models.tables.refund import RefundRecord
from models.tables.staff import (
    KeptFormRecord,
    LoginTryRecord,
    StaffSessionRecord,
    StaffUserRecord,
)
from models.tables.webhook import WebhookEventRecord

METADATA = SQLModel.metadata

__all__ = [
    "METADATA",
    "AttentionRecord",
    "BankEntryRecord",
    "BankFileRecord",
    "BankStatementRecord",
    "CallAttemptRecord",
    "CallItemRecord",
    "CallTaskRecord",
    "CaseState",
    "CollectionRecord",
    "CollectionRunRecord",
    "CreditRecord",
    "CreditorRecord",
    "CustomerRecord",
    "DebitFileRecord",
    "DebitingBankRecord",
    "DocumentRecord",
    "EntryState",
    "EventRecord",
    "HoldRecord",
    "InvoiceLineRecord",
    "InvoiceRecord",
    "KeptFormRecord",
    "LegalCaseItemRecord",
    "LegalCaseRecord",
    "LetterItemRecord",
    "LetterKind",
    "LetterRecord",
    "LetterState",
    "LoginTryRecord",
    "MessageRecord",
    "NoticeItemRecord",
    "NoticePartRecord",
    "NoticeRecord",
    "NoticeState",
    "OutboxRecord",
    "PayerAccountRecord",
    "PaymentMethodRecord",
    "PaymentRecord",
    "PaymentStatusRecord",
    "PhoneCallRecord",
    "PolicyRecord",
    "PositionRecord",
    "ProposalState",
    "ProposedEndingRecord",
    "RefundRecord",
    "RetiredAccountRecord",
    "RunState",
    "StaffSessionRecord",
    "StaffUserRecord",
    "TaskState",
    "Trouble",
    "WebhookEventRecord",
]
