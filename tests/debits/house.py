"""A whole house whose bank takes debits as files."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from activities import methods
from activities.banking import taking
from activities.debiting_banks import record_banks
from activities.reconciling import start_those_but
from gateways.sepa_debits import SepaDebits
from models.settings import HOME, Settings
from rules.methods import MethodKind, Wanted
from rules.statements import FileFormat
from tests.debits.builders import IBAN
from tests.workflows.house import House
from tests.workflows.policies import BRISK

_BANK = """
[[bank]]
name = "house"
iban = "DE89 3704 0044 0532 0130 00"
"""


def creditor_file(folder: Path) -> Path:
    """The sample, with one bank that takes debits."""
    path = folder / "creditor.toml"
    lines = (HOME / "creditor.toml").read_text("utf-8").splitlines()
    plain = "\n".join(line for line in lines if not line.startswith("logo"))
    path.write_text(f"{plain}\n{_BANK}", "utf-8")
    return path


class BankHouse(House):
    """`async with BankHouse(tmp_path) as house`. The bank's folder is `folder / "bank"`."""

    def __init__(self, folder: Path, *, policy: str = BRISK) -> None:
        self.outbox = folder / "bank"
        super().__init__(folder, policy=policy, bank=SepaDebits())

    def _settings(self, mail_mode: str) -> Settings:
        self.outbox.mkdir(exist_ok=True)
        changed = {
            "creditor": creditor_file(self._folder),
            "debit_files": self.outbox,
        }
        return super()._settings(mail_mode).model_copy(update=changed)

    async def take_debits(self) -> None:
        """What a starting worker does: the banks are recorded, and each has its workflow."""
        banks = self._rooms.workplace.creditor.banks
        await self.record(lambda journal: record_banks(journal, banks))
        await start_those_but((), self.database, self.client, self._clock)

    async def mandate(self, customer: str = "C1", **said: Any) -> str:
        known: dict[str, Any] = {
            "kind": MethodKind.MANDATE,
            "reference": "M-1",
            "iban": IBAN,
            "signed_on": date(2026, 1, 5),
            "notice_days": 0,
        }
        found: list[str] = []

        def add(journal: Any) -> None:
            found.append(methods.add(journal, customer, Wanted(**(known | said))).number)

        await self.record(add)
        return found[0]

    async def hear(self, path: Path, form: FileFormat) -> None:
        """A file of the bank's is taken in."""

        def take(journal: Any) -> None:
            file = taking.check_bank_file(path, form, max_bytes=10**6)
            taking.take(journal, file, max_bytes=10**6, heard=lambda bookings: None)
            taking.decide(journal)

        await self.record(take)

    def files(self) -> Sequence[Path]:
        return sorted(path for path in self.outbox.iterdir() if not path.name.startswith("."))
