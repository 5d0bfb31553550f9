"""A try found on the record that nobody heard of: made only where it is still right to make it."""

from datetime import date

import pytest

from activities import methods
from models.settings import MailMode
from models.tables import CollectionRecord
from rules.errors import Unreachable
from sandbox.bank import SandboxBank
from tests.commands.record import berlin
from tests.letters.desk import Desk


@pytest.fixture
def begun(desk: Desk) -> Desk:
    """Announced for its day, recorded on it, and nobody could be asked."""
    desk.invoice(mandate="MREF~deaf")
    desk.is_at("2026-02-16")
    desk.collect()
    desk.send()
    desk.is_at("2026-03-02")
    with pytest.raises(Unreachable):
        desk.collect()
    return desk


def states(desk: Desk) -> tuple[list[str], int]:
    """Of all tries, and how many of them the bank heard of."""
    heard = SandboxBank(desk.folder / "bank.db").attempts()
    return [one.state for one in desk.rows(CollectionRecord)], len(heard)


def test_try_of_its_own_day_is_made(begun: Desk) -> None:
    begun.collect()
    assert states(begun) == (["succeeded"], 1)


def test_try_by_a_method_that_was_withdrawn_is_not_made(begun: Desk) -> None:
    begun.write(lambda journal: methods.withdraw(journal, "M-C1-1"))
    begun.collect()
    assert states(begun) == (["withdrawn"], 0)
    begun.collect()
    assert begun.run().state == "withdrawn"


def test_try_that_was_announced_for_a_day_is_not_made_on_another(begun: Desk) -> None:
    begun.is_at("2026-03-03")
    begun.collect()
    assert states(begun) == (["withdrawn"], 0)
    begun.collect()
    begun.send()
    assert begun.announced() == ("03-03", "03-17", 10000)


def test_debit_after_its_mandate_lapsed_is_not_even_announced(desk: Desk) -> None:
    desk.invoice(due="2026-03-01", signed_on=date(2023, 3, 1))  # a Sunday: debited on Monday
    desk.is_at("2026-02-16")
    desk.collect()
    assert (desk.letters(), desk.run().state) == ([], "withdrawn")


@pytest.mark.parametrize("mode", [MailMode.HOLD, MailMode.REDIRECT])
def test_no_money_moves_while_no_mail_reaches_a_customer(desk: Desk, mode: MailMode) -> None:
    desk.mode = mode
    desk.invoice(notice_days=0, mandate="M~ok")
    for day in ("2026-03-02", "2026-03-03"):
        desk.is_at(day)
        desk.collect()
        desk.collect()
    assert states(desk) == ([], 0)
    assert desk.run().not_before == berlin("2026-03-04", "09:00")
    assert len(desk.events("collection_put_off")) == 1
    desk.mode = MailMode.SEND
    desk.is_at("2026-03-04")
    desk.collect()
    assert states(desk) == (["succeeded"], 1)


def test_recorded_try_that_nobody_heard_of_is_not_made_in_such_a_mode(begun: Desk) -> None:
    begun.mode = MailMode.HOLD
    begun.collect()
    assert states(begun) == (["withdrawn"], 0)
