"""`starter.py doctor`: ledger and workflows side by side, in words a person can act on."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from activities.examining import Doctor
from activities.mending import mend
from gateways.files import FolderStore
from models.settings import Settings
from rules.clock import REAL_TIME
from rules.examination import MEANING, MENDABLE, Finding
from worker import connect, open_database, services_that_answer

_SHOWN = 10  # of one fault; --json has them all


@dataclass(frozen=True)
class Report:
    """What was found, after what was mended (None: nobody asked for it)."""

    findings: tuple[Finding, ...]
    mended: tuple[str, ...] | None = None

    @property
    def status(self) -> int:
        """What the command ends with: 1 where something is wrong."""
        return 1 if self.findings else 0

    def json(self) -> str:
        """For programs: every finding, and what was done."""
        found = [
            {
                "fault": one.fault.value,
                "key": one.key,
                "says": one.says,
                "runbook": f"docs/runbook.md#{one.fault.value}",
                "mendable": one.fault in MENDABLE,
            }
            for one in self.findings
        ]
        return json.dumps({"findings": found, "mended": self.mended}, indent=2)

    def text(self) -> str:
        """For people: by fault, each with what to do."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for what in self.mended or ():
            yield f"Mended: {what}"
        if self.mended == ():
            yield "Nothing of it could be mended safely"
        if not self.findings:
            yield "Nothing is wrong: ledger and workflows agree"
            return
        for fault, group in groupby(self.findings, key=lambda one: one.fault):
            found = list(group)
            yield f"\n{fault} ({len(found)}): {MEANING[fault]}"
            yield from (f"  {one.key}: {one.says}" for one in found[:_SHOWN])
            if len(found) > _SHOWN:
                yield f"  and {len(found) - _SHOWN} more, --json has them"
            yield f"  What to do: docs/runbook.md, {fault}"
        if self.mended is None and any(one.fault in MENDABLE for one in self.findings):
            yield "\n--fix starts, delivers and wakes what can be mended safely"


async def doctor(settings: Settings, *, fix: bool) -> Report:
    """Examine the house that the settings name; `fix`: mend what is safe, and examine again.

    Raises Unreachable where the database or Temporal does not answer, UserMistake for a setting.
    """
    with services_that_answer():
        async with _at_hand(settings) as one:
            return await examined(one, fix=fix)


async def examined(one: Doctor, *, fix: bool) -> Report:
    """Examine; `fix`: mend what is safe and examine again."""
    findings = await one.examine()
    if not fix or not findings:
        return Report(findings)
    mended = await _mended(one, findings)
    return Report(await one.examine(), tuple(mended))


async def _mended(one: Doctor, findings: Sequence[Finding]) -> list[str]:
    safe = [finding for finding in findings if finding.fault in MENDABLE]
    return await mend(safe, one.database, one.client, one.clock)


@asynccontextmanager
async def _at_hand(settings: Settings) -> AsyncIterator[Doctor]:
    database = open_database(settings)
    try:
        yield Doctor(
            database=database,
            mode=settings.mode,
            store=FolderStore(settings.documents_dir),
            client=await connect(),
            clock=REAL_TIME,
            time=lambda: datetime.now(UTC),
        )
    finally:
        database.close()
