"""How the demo ends: what happened, in numbers beside the exact replay's, and where to look."""

import asyncio
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from sqlalchemy import func
from sqlmodel import Session, col, select
from temporalio.client import Client

from activities.timeline import rows
from models.names import customer_workflow_id, invoice_workflow_id
from models.tables import AttentionRecord, CallAttemptRecord, EventRecord, NoticeRecord, Trouble
from rules.policy import Policy
from sandbox.debits import Debits, debits_of
from sandbox.replay_summary import Summary, summarise

LINKS = "links.json"  # in the demo's folder, once the story is told
_SECONDS_TO_ANSWER = 10
_TROUBLES = {
    Trouble.PHONE.value: "wrong number",
    Trouble.ADDRESS.value: "no usable address",
    Trouble.HANDED_OVER_CHANGED.value: "paid after the handover",
    Trouble.OWED_AGAIN.value: "owed again after it was written off",
    Trouble.UNWORKED.value: "nobody phoned",
    Trouble.COLLECTION.value: "a debit waits for a person",
}


@dataclass(frozen=True)
class Ending:
    """What is told at the end. `heard` counts what came of calls; `invoice` and `customer` are those
    to whom most happened."""

    summary: Summary
    heard: Mapping[str, int]
    attention: Sequence[str]
    debits: Debits
    invoice: str
    customer: str


def ending(session: Session, policy: Policy, *, mails: int) -> Ending:
    return Ending(
        summary=summarise(policy, rows(session), mails=mails),
        heard=dict(Counter(session.exec(select(CallAttemptRecord.outcome))).most_common()),
        attention=_attention(session),
        debits=debits_of(session),
        invoice=_most(session, EventRecord, "invoice_number"),
        customer=_most(session, NoticeRecord, "customer_id"),
    )


def _attention(session: Session) -> Sequence[str]:
    query = select(AttentionRecord).where(col(AttentionRecord.ended_at).is_(None))
    found = session.exec(query.order_by(col(AttentionRecord.id)))
    return [f"{one.customer_id} ({_TROUBLES.get(one.trouble, one.trouble)})" for one in found]


def _most(session: Session, table: type[EventRecord] | type[NoticeRecord], column: str) -> str:
    """Of whom a table tells most."""
    name = col(getattr(table, column))
    query = select(name).where(name != "").group_by(name).order_by(func.count().desc(), name)
    return session.exec(query.limit(1)).first() or ""


def numbers(told: Ending, exact: Summary | None) -> RenderableType:
    """Both summaries, line by line: the demo's, whose telephone is answered, and the replay's."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("What happened", style="dim", no_wrap=True)
    table.add_column("in this demo")
    table.add_column("by the replay, to the day" if exact else "")
    there = dict(exact.lines()) if exact else {}
    for name, here in told.summary.lines():
        table.add_row(name, here, there.get(name, ""))
    table.add_row("On file", f"mandates {told.debits.mandates}, cards {told.debits.cards}", "")
    table.add_row("Debits", str(told.debits), "")
    heard = ", ".join(f"{word.replace('_', ' ')} {number}" for word, number in told.heard.items())
    table.add_row("On the telephone", heard or "nothing", "")
    table.add_row("Needs attention", ", ".join(told.attention) or "nothing", "")
    if exact is None:
        return table
    why = Text(
        "The replay ran the same ledger and policy through the same workflows in virtual time. "
        "There nobody answers the telephone; here a stage may come a day late, as after an outage: "
        "the calendar runs fast.",
        style="dim",
    )
    return Group(table, why)


def listed(links: Mapping[str, str]) -> str:
    """A line for each: an address that is broken in two opens nothing."""
    width = max(len(name) for name in links)
    return "\n".join(f"  {name:<{width}}  {address}" for name, address in links.items())


async def workflow_link(client: Client, ui: str, workflow_id: str) -> str:
    """The page of a workflow's latest run in the UI. Raises RPCError where there is none."""
    found = await client.get_workflow_handle(workflow_id).describe()
    return (
        f"{ui}/namespaces/default/workflows/{quote(workflow_id, safe='')}/{found.run_id}/timeline"
    )


async def links(told: Ending, client: Client, ui: str, pages: str) -> dict[str, str]:
    """What can be looked at, and at which address."""
    invoice, customer = invoice_workflow_id(told.invoice), customer_workflow_id(told.customer)
    return {
        "Workflows": f"{ui}/namespaces/default/workflows",
        f"Invoice {told.invoice}": await workflow_link(client, ui, invoice),
        f"Customer {told.customer}": await workflow_link(client, ui, customer),
        "Mails": f"{pages}/",
        f"Mails to {told.customer}": f"{pages}/?customer={told.customer}",
        "Invoices as PDF": f"{pages}/documents",
        "Cases": f"{pages}/cases",
    }


async def silent(addresses: Sequence[str]) -> list[str]:
    """Those addresses that do not answer with a page."""
    answers = await asyncio.gather(*(asyncio.to_thread(_answers, one) for one in addresses))
    return [address for address, ok in zip(addresses, answers, strict=True) if not ok]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS_TO_ANSWER) as page:  # noqa: S310 - our own
            return bool(page.status == HTTPStatus.OK)
    except OSError:
        return False


def folders(folder: Path) -> Iterator[tuple[str, str]]:
    """Where the same stands as files."""
    for name, place in (
        ("Mails, .eml", "mails"),
        ("Bank's files", "bank"),
        ("Timeline, exact", "replay/timeline.csv"),
        ("Database", "duely.db"),
        ("Worker's log", "worker.log"),
    ):
        yield name, str(near(folder / place))


def near(path: Path) -> Path:
    """As seen from here, where it is below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
