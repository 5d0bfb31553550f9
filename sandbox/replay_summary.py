"""What a replay did, in numbers a bookkeeper reads."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from activities.timeline import COLUMNS, Row
from rules.policy import Policy


@dataclass(frozen=True)
class Summary:
    """Counts of what happened; money as decimal text by currency."""

    policy: str
    first_day: str
    last_day: str
    customers: int
    invoices: int
    collected: int
    messages: int
    mails: int
    reminders_by_level: Mapping[str, int]
    listed: int
    call_tasks: int
    call_attempts: int
    cases: int
    invoices_handed_over: int
    settled: int
    money_in: Mapping[str, str]
    still_open: Mapping[str, str]

    @property
    def reminders(self) -> int:
        return sum(self.reminders_by_level.values())

    def json(self) -> str:
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    def text(self) -> str:
        """The summary as lines, the numbers in one column."""
        lines = self.lines()
        width = max(len(name) for name, _ in lines)
        return "".join(f"{name:<{width}}  {value}\n" for name, value in lines)

    def lines(self) -> list[tuple[str, str]]:
        """Each number with its name."""
        levels = ", ".join(f"level {k}: {v}" for k, v in self.reminders_by_level.items())
        saved = self.reminders - self.messages
        return [
            ("Policy", self.policy),
            ("From, to", f"{self.first_day} .. {self.last_day}"),
            ("Customers", str(self.customers)),
            ("Invoices", str(self.invoices)),
            ("Collected by debit", str(self.collected)),
            ("Invoices reminded", f"{self.reminders}  ({levels or 'none'})"),
            ("Messages sent", f"{self.messages}  ({saved} saved by bringing them together)"),
            ("Also listed as open", str(self.listed)),
            ("Call tasks", f"{self.call_tasks}  ({self.call_attempts} attempts)"),
            ("Cases to the lawyer", f"{self.cases}  ({self.invoices_handed_over} invoices)"),
            ("Invoices settled", str(self.settled)),
            ("Money in", _amounts(self.money_in)),
            ("Still open", _amounts(self.still_open)),
        ]


def _amounts(by_currency: Mapping[str, str]) -> str:
    return ", ".join(f"{amount} {code}" for code, amount in by_currency.items()) or "nothing"


def summarise(policy: Policy, rows: Iterable[Row], *, mails: int) -> Summary:
    """Count a timeline."""
    found = [dict(zip(COLUMNS, row.cells, strict=True)) for row in sorted(rows, key=_order)]
    by_event = Counter(row["event"] for row in found)
    levels = Counter(row["level"] for row in found if row["event"] == "notice_sent")
    return Summary(
        policy=policy.name,
        first_day=found[0]["at"][:10] if found else "",
        last_day=found[-1]["at"][:10] if found else "",
        customers=len({row["customer_id"] for row in found}),
        invoices=by_event["opened"],
        collected=by_event["collection_succeeded"],
        messages=_references(found, "notice_sent"),
        mails=mails,
        reminders_by_level=dict(sorted(levels.items())),
        listed=by_event["notice_listed"],
        call_tasks=_references(found, "call_opened"),
        call_attempts=len(
            {(r["reference"], r["at"]) for r in found if r["event"] == "call_attempted"}
        ),
        cases=_references(found, "legal_handover"),
        invoices_handed_over=by_event["legal_handover"],
        settled=by_event["settled"],
        money_in=_money_in(found),
        still_open=_still_open(found),
    )


def _order(row: Row) -> tuple[object, ...]:
    return row.order


def _references(rows: Sequence[Mapping[str, str]], event: str) -> int:
    return len({row["reference"] for row in rows if row["event"] == event})


_SIGN = {"payment_received": 1, "collection_succeeded": 1, "payment_returned": -1}


def _money_in(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["currency"]] += _SIGN.get(row["event"], 0) * Decimal(row["amount"])
    return {code: str(amount) for code, amount in sorted(sums.items()) if amount}


def _still_open(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What is owed at the end: each invoice's last balance, by currency."""
    last = {row["invoice_number"]: row for row in rows}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in last.values():
        sums[row["currency"]] += Decimal(row["balance"])
    return {code: str(amount) for code, amount in sorted(sums.items()) if amount}
