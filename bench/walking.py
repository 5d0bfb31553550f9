"""Which pages there are, and what they are asked for: read from the console's registry and the record.

A page added later is measured without a change here, unless its path has a key of a kind that no page
had yet (`_SAMPLES`) or it needs more than a path (`_ASKED_WITH`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Engine, Select, func
from sqlmodel import Session, col, select

from models.tables import (
    AttentionRecord,
    BankEntryRecord,
    CallTaskRecord,
    CustomerRecord,
    EntryState,
    InvoiceRecord,
    LegalCaseRecord,
    NoticeRecord,
    RefundRecord,
    TaskState,
)
from rules.errors import UserMistake
from rules.money import decimal_text
from web.routes import Declared

_PART = re.compile(r"{(\w+)(?::\w+)?}")
_MOST = 400  # keys of a kind
_LARGEST = 10
_SIZE = func.count().label("size")

# By the name that a path gives it: the newest of what staff have in hand, and customers and invoices
# at random. Ordered so that a sample is the same in every run.
_SAMPLES: dict[str, Select[Any]] = {
    "customer": select(CustomerRecord.customer_id),
    "invoice": select(InvoiceRecord.number),
    "task": select(CallTaskRecord.task).where(col(CallTaskRecord.state) == TaskState.OPEN.value),
    "notice": select(NoticeRecord.number),
    "case": select(LegalCaseRecord.case),
    "refund": select(RefundRecord.number),
    "entry": select(BankEntryRecord.id).where(col(BankEntryRecord.state) == EntryState.OPEN.value),
    "attention": select(AttentionRecord.id).where(col(AttentionRecord.ended_at).is_(None)),
}


@dataclass(frozen=True)
class Click:
    """A page by its path's template, and the address of one of its kind. `keys` stand in its path."""

    page: str
    address: str
    keys: tuple[str, ...]


class Walks:
    """Clicks on every page that can be read."""

    def __init__(self, engine: Engine, declared: Iterable[Declared], rng: Random) -> None:
        self.pages = sorted(one.path for one in declared if one.method == "GET")
        self._rng = rng
        with Session(engine) as session:
            names = {name for page in self.pages for name in _PART.findall(page)}
            self._keys = {name: _sample(session, name, rng) for name in sorted(names)}
            self._words = _words(session, rng)

    def round(self) -> list[Click]:
        """Each page once, in an order of its own."""
        return [self.click(page) for page in self._rng.sample(self.pages, len(self.pages))]

    def all_keys(self) -> list[Click]:
        """Each page with every key that was sampled: for a small record, all there is."""
        most = max((len(keys) for keys in self._keys.values()), default=1)
        return [self.click(page, place) for page in self.pages for place in range(most)]

    def click(self, page: str, place: int | None = None) -> Click:
        chosen = {name: self._choose(name, place) for name in _PART.findall(page)}
        address = _PART.sub(lambda part: quote(chosen[part[1]], safe="/"), page)
        asked = {name: self._rng.choice(self._words[kind]) for name, kind in _asked_with(page)}
        return Click(
            page, f"{address}?{urlencode(asked)}" if asked else address, tuple(chosen.values())
        )

    def _choose(self, name: str, place: int | None) -> str:
        keys = self._keys[name]
        return self._rng.choice(keys) if place is None else keys[place % len(keys)]


# What is typed into a page: the parameter, and the kind of words a bookkeeper would.
_ASKED_WITH: Mapping[str, Sequence[tuple[str, str]]] = {"/search": (("q", "typed"),)}


def _asked_with(page: str) -> Sequence[tuple[str, str]]:
    return _ASKED_WITH.get(page, ())


def _sample(session: Session, name: str, rng: Random) -> list[str]:
    """Keys of one kind, at random, and with them the largest customers' and their invoices'."""
    if name not in _SAMPLES:
        raise UserMistake(f"the benchmark has no sample of {{{name}}}: bench/walking.py, _SAMPLES")
    found = sorted(str(key) for key in session.exec(_SAMPLES[name]))
    if not found:
        raise UserMistake(f"nothing is recorded that {{{name}}} could be")
    chosen = rng.sample(found, min(_MOST, len(found)))
    if name in ("customer", "invoice"):
        chosen += _of_the_largest(session, name) * (1 + len(chosen) // 100)
    return chosen


def _of_the_largest(session: Session, name: str) -> list[str]:
    owner = col(InvoiceRecord.customer_id)
    query = select(owner, func.min(InvoiceRecord.number)).group_by(owner)
    largest = session.exec(query.order_by(func.count().desc(), owner).limit(_LARGEST))
    return [customer if name == "customer" else str(number) for customer, number in largest]


def _words(session: Session, rng: Random) -> dict[str, list[str]]:
    """What people look for: a number, a part of one, a name, a word of one, an amount."""
    invoices = session.exec(select(InvoiceRecord).order_by(InvoiceRecord.number).limit(4000)).all()
    names = session.exec(
        select(CustomerRecord.name).order_by(CustomerRecord.customer_id).limit(4000)
    ).all()
    some = rng.sample(invoices, min(100, len(invoices)))
    called = rng.sample(names, min(100, len(names)))
    typed = [one.number for one in some] + [one.number[:-1] for one in some[:30]]
    typed += [decimal_text(one.amount_minor, one.currency) for one in some]
    typed += called + [name.split()[0] for name in called if name]
    return {"typed": [word for word in typed if word]}
