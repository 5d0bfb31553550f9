"""The sandbox bank's post: a file of what went back, on its day, as a bank lays one out for us."""

from datetime import date
from pathlib import Path

from sandbox.bank import Attempt, SandboxBank
from sandbox.bank_files import write_returns


class BankPost:
    """`fetch` brings what nobody has fetched yet. Files lie in `folder`."""

    def __init__(self, bank: SandboxBank, folder: Path) -> None:
        self._bank = bank
        self._folder = folder
        self._fetched: set[str] = set()

    def fetch(self, today: date) -> Path | None:
        """A camt.054 of the debits that went back until today; None where there are none."""
        new = [one for one in self._waiting() if one.returned_on and one.returned_on <= today]
        self._fetched |= {one.key for one in new}
        return write_returns(new, today, self._folder)

    def is_complete(self) -> bool:
        """Whether nothing that was debited goes back later."""
        return not self._waiting()

    def _waiting(self) -> list[Attempt]:
        book = self._bank.attempts()
        return [one for one in book if one.returned_on and one.key not in self._fetched]
