"""The bank's files, in the order in which they come."""

from datetime import date
from pathlib import Path

from bench.bank import Bank, Sheet
from bench.camt import write_notice, write_statement
from bench.mt940 import write_mt940
from bench.stories import EURO_MT940


def write_files(bank: Bank, folder: Path) -> list[Path]:
    """Every file, in the order in which a bank would have sent it."""
    written: list[tuple[date, str, Path]] = []

    def keep(sheet: Sheet, name: str, path: Path) -> None:
        written.append((sheet.days[-1], name, path))

    for sheet in [*bank.sheets, *bank.again]:
        if sheet.account == EURO_MT940:
            keep(sheet, "b", write_mt940(sheet, folder))
        else:
            keep(sheet, "b" if not sheet.copy else "d", write_statement(sheet, folder))
    for at, notice in enumerate(bank.notices):
        keep(notice, "ac"[at % 2], write_notice(notice, folder))  # before the statement, or after
    for sheet in bank.as_mt940:
        keep(sheet, "d", write_mt940(sheet, folder))
    return [path for *_, path in sorted(written)]
