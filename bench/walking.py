"""Which pages there are, and what they are asked for: read from the console's registry and the record.

A page added later is measured without a change here, unless its path has a key of a kind that no page
had yet (`_SAMPLES`) or something is typed into it (`_TYPED_INTO`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import ColumnElement, Select, func
from sqlmodel import Session, col, select

from activities.searching import Kind
from models.tables import (
    AttentionRecord,
    BankEntryRecord,
    CallTaskRecord,
    CollectionRecord,
    CustomerRecord,
    EntryState,
    InvoiceRecord,
    LegalCaseRecord,
    LetterRecord,
    NoticeRecord,
    PhoneCallRecord,
    RefundRecord,
    TaskState,
)
from models.tables.base import by_text
from rules.case import Status
from rules.errors import UserMistake
from rules.money import decimal_text
from web.routes import Declared

_KEY = re.compile(r"(\w+)/{\w+(?::\w+)?}")  # what it is of, and the key itself
_MOST = 400  # keys of a kind
_LARGEST = 10
_SIZE = func.count().label("size")

# By the part of a path that stands before a key.
_SAMPLES: dict[str, Select[Any]] = {
    "customers": select(CustomerRecord.customer_id),
    "invoices": select(InvoiceRecord.number),
    "tasks": select(CallTaskRecord.task).where(col(CallTaskRecord.state) == TaskState.OPEN.value),
    "notices": select(NoticeRecord.number),
    "letters": select(LetterRecord.number),
    "cases": select(LegalCaseRecord.case),
    "refunds": select(RefundRecord.number),
    "money": select(BankEntryRecord.id).where(col(BankEntryRecord.state) == EntryState.OPEN.value),
    "calls": select(PhoneCallRecord.id),
    "attention": select(AttentionRecord.id).where(col(AttentionRecord.ended_at).is_(None)),
}
# Of every mail there is a first part, and it brings a file.
_FIRST = {"mails": ["1"], "enclosures": ["1"]}
_UNSEEN = (*_FIRST, "calls")  # keys that no reader needs
# A page below that of a key may be a paper, which not everything has.
_WITH_PAPERS: dict[str, ColumnElement[bool]] = {
    "cases": col(LegalCaseRecord.document) != "",
    "refunds": col(RefundRecord.document) != "",
}


@dataclass(frozen=True)
class Click:
    """A page by its path's template, and the address of one of its kind. `keys` are what it shows.
    `may_lead_on`: to the one thing that was looked for."""

    page: str
    address: str
    keys: tuple[str, ...]
    may_lead_on: bool = False


class Walks:
    """Clicks on every page that can be read."""

    def __init__(self, session: Session, declared: Iterable[Declared], rng: Random) -> None:
        self.pages = sorted({one.path for one in declared if one.method == "GET"})
        self._rng = rng
        wanted = {(kind, _is_below(page)) for page in self.pages for kind in _KEY.findall(page)}
        self._keys = {one: _sample(session, *one, rng) for one in sorted(wanted)}
        # The fullest page of an invoice, of a small record too: one that is collected.
        collected = session.exec(select(CollectionRecord.invoice_number).limit(1)).all()
        for kind in (one for one in wanted if one[0] == "invoices"):
            self._keys[kind] = [*collected, *self._keys[kind]]
        self._words = _words(session, rng)

    def round(self) -> list[Click]:
        """Each page once, in an order of its own."""
        return [self.click(page) for page in self._rng.sample(self.pages, len(self.pages))]

    def several(self, times: int) -> list[Click]:
        """Each page with so many keys, or with every word; or once where it has none."""
        return [
            self.click(page, place)
            for page in self.pages
            for place in range(self._looks(page, times))
        ]

    def _looks(self, page: str, times: int) -> int:
        if page in _TYPED_INTO:
            return len(self._words)
        return times if _KEY.search(page) else 1

    def may_vary(self, page: str) -> int:
        """How many queries depend on what was typed: a search reads the rows of each kind it finds."""
        return len(Kind) if page in _TYPED_INTO else 0

    def click(self, page: str, place: int | None = None) -> Click:
        """`place` counts through the keys; None: at random."""
        chosen: list[str] = []

        def fill_in(part: re.Match[str]) -> str:
            keys = self._keys[part[1], _is_below(page)]
            key = self._rng.choice(keys) if place is None else keys[place % len(keys)]
            if part[1] not in _UNSEEN:
                chosen.append(key)
            return f"{part[1]}/{quote(key, safe='')}"

        address = _KEY.sub(fill_in, page)
        if page not in _TYPED_INTO:
            return Click(page, address, tuple(chosen))
        words = self._words
        word = self._rng.choice(words) if place is None else words[place % len(words)]
        typed = dict.fromkeys(_TYPED_INTO[page], word)
        return Click(page, f"{address}?{urlencode(typed)}", tuple(chosen), may_lead_on=True)


# What people type into a page, beside its path.
_TYPED_INTO: Mapping[str, Sequence[str]] = {"/search": ("q",)}


def _is_below(page: str) -> bool:
    """Whether it is a page below that of a key."""
    return not page.endswith("}")


def _sample(session: Session, kind: str, is_below: bool, rng: Random) -> list[str]:
    """Keys of one kind, at random, and with them the largest customers' and their invoices'."""
    if kind in _FIRST:
        return _FIRST[kind]
    if kind not in _SAMPLES:
        raise UserMistake(f"the benchmark knows no {kind} to look at: bench/walking.py, _SAMPLES")
    query = _SAMPLES[kind]
    if is_below and kind in _WITH_PAPERS:
        query = query.where(_WITH_PAPERS[kind])
    found = sorted(str(key) for key in session.execute(query).scalars())
    if not found:
        raise UserMistake(f"nothing of {kind} is recorded that could be looked at")
    chosen = rng.sample(found, min(_MOST, len(found)))
    if kind in ("customers", "invoices"):
        chosen += _of_the_largest(session, kind) * (1 + len(chosen) // 100)
    return chosen


def _of_the_largest(session: Session, kind: str) -> list[str]:
    owner = col(InvoiceRecord.customer_id)
    query = select(owner, func.min(InvoiceRecord.number)).group_by(owner)
    largest = session.exec(query.order_by(func.count().desc(), owner).limit(_LARGEST))
    return [customer if kind == "customers" else str(number) for customer, number in largest]


def _words(session: Session, rng: Random) -> list[str]:
    """What people look for: a number, a part of one, a name, a word of one, an amount owed or paid."""
    ordered = select(InvoiceRecord).order_by(by_text(InvoiceRecord.number)).limit(200)
    owed, paid = (
        session.exec(ordered.where(col(InvoiceRecord.status) == status.value)).all()
        for status in (Status.OPEN, Status.SETTLED)
    )
    names = session.exec(select(CustomerRecord.name).order_by(by_text(CustomerRecord.name))).all()
    some = [*rng.sample(owed, min(20, len(owed))), *rng.sample(paid, min(20, len(paid)))]
    called = rng.sample(names, min(20, len(names)))
    return [
        *(invoice.number for invoice in some),
        *(invoice.number[:-1] for invoice in some[:10]),
        *(decimal_text(invoice.amount_minor, invoice.currency) for invoice in some),
        *called,
        *(name.split()[0] for name in called),
    ]
