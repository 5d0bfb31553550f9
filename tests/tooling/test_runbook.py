"""The runbook has an entry for every alarm, in the words that the program uses."""

from models.settings import HOME
from models.tables import Trouble
from rules.examination import MEANING, Fault

RUNBOOK = (HOME / "docs" / "runbook.md").read_text("utf-8")


def test_every_finding_of_a_doctor_has_its_entry_in_the_same_words() -> None:
    for fault in Fault:
        entry = RUNBOOK.partition(f"### `{fault}`\n\n")[2].partition("\n### ")[0]
        assert entry.startswith(f"*{MEANING[fault]}*"), fault


def test_everything_that_needs_attention_has_its_entry() -> None:
    assert [word for word in Trouble if f"### `{word}`\n" not in RUNBOOK] == []
