"""Every reading command, and the one that writes, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import date

import pytest

from models import messages as say
from models.messages import TakeTask
from models.tables import Trouble
from rules.methods import MethodKind
from tests.commands.conftest import Command
from tests.commands.record import Record, berlin
from tests.methods.builders import IBAN
from tests.workflows.policies import PATIENT, SHORT


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    found = Record(database_url)
    yield found
    found.close()


def test_a_record_of_everything_is_read_alike(record: Record, command: Command) -> None:
    record.policy = SHORT
    record.invoice("CALLED")
    record.send("2026-03-05")
    record.gather("2026-03-10")
    record.task_act(TakeTask(by="ada"))
    record.policy = PATIENT
    record.invoice("SENT", customer="C2")
    number = record.send("2026-03-11", customer="C2")
    record.now = berlin("2026-03-11", "11:00")
    record.invoice("HELD", customer="C3", currency="CHF", amount="7.50")
    record.act(say.Pause(), "HELD")
    record.customer_act(say.Pause(), "C3")
    record.trouble(Trouble.ADDRESS, "C3")
    record.pay("120.00", "SENT")

    house = command("status", "--json").json
    assert (house["open"], house["overdue"], house["held"]) == (2, 2, 1)
    assert house["by_next"] == {"in a call": 1, "notice 1": 1}
    assert house["credit"] == [{"amount": "20.00", "currency": "EUR"}]
    assert house["needs_attention"] == {"address": 1}
    (task,) = command("calls", "list", "--json").json["tasks"]
    assert (task["taken_by"], task["due_at"]) == ("ada", "2026-03-10T09:00:00+01:00")
    assert _codes(command, "HELD") == ["paused", "customer_paused"]
    assert _codes(command, "SENT") == ["settled"]
    assert _codes(command, "CALLED") == ["in_call"]
    assert _codes(command, number)[:2] == ["sent", "its_day"]
    assert command("status", "--customer", "C3", "--json").json["owed"][0]["amount"] == "7.50"
    assert len(command("timeline", "SENT", "--json").json["events"]) == 4
    assert command("preview", "C1", "--level", "1").status == 0
    record.method("C3", reference="MAND-1", iban=IBAN, signed_on=date(2026, 1, 5))
    record.method("C3", kind=MethodKind.BY_HAND, preferred=True)
    methods = command("methods", "C3", "--json").json["methods"]
    assert [(one["number"], one["preferred"]) for one in methods] == [
        ("M-C3-1", False),
        ("M-C3-2", True),
    ]
    assert command("method-withdraw", "M-C3-1").status == 0
    assert command("collections", "--json").json == {"collections": []}
    assert "4.50 CHF is still owed" in command("pay", "HELD", "3.00").out


def _codes(command: Command, number: str) -> list[str]:
    return [one["code"] for one in command("why", number, "--json").json["reasons"]]
