"""Activities keep the signatures that workflows call them by."""

import inspect
from typing import Any

import pytest

from activities.calls import Calls
from activities.customers import Customers
from activities.debit_files import DebitFiles
from activities.invoices import Invoices
from activities.refunds import Refunding
from models.ports import BankPort, CallPort, CustomerPort, InvoicePort, RefundPort

PAIRS = (
    (Invoices, InvoicePort),
    (Customers, CustomerPort),
    (Calls, CallPort),
    (Refunding, RefundPort),
    (DebitFiles, BankPort),
)
METHODS = [(room, port, name) for room, port in PAIRS for name in sorted(port.__abstractmethods__)]


@pytest.mark.parametrize(("room", "port", "name"), METHODS, ids=lambda x: getattr(x, "__name__", x))
def test_activity_has_its_ports_name_and_signature(
    room: type[Any], port: type[Any], name: str
) -> None:
    done, declared = getattr(room, name), getattr(port, name)
    assert (
        getattr(done, "__temporal_activity_definition").name
        == getattr(declared, "__temporal_activity_definition").name
        == name
    )
    assert inspect.signature(done) == inspect.signature(declared)


@pytest.mark.parametrize(("room", "port", "name"), METHODS, ids=lambda x: getattr(x, "__name__", x))
def test_activity_says_what_makes_it_safe_to_repeat(
    room: type[Any], port: type[Any], name: str
) -> None:
    words = inspect.getdoc(getattr(room, name)) or ""
    assert "epeat" in words, f"{room.__name__}.{name} does not say why it may be repeated"
